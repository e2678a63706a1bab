"""What does PostgreSQL complain of, in our words? Its own words may quote what people wrote: its codes are enough."""

from __future__ import annotations

from typing import Final

import psycopg
from psycopg import errors

from dyade.errors import StoreTrouble
from dyade.service.ports import Again

_REASONS: Final = {
    "08": "away",
    "0A": "outdated",
    "28": "refused",
    "3D": "missing",
    "3F": "missing",
    "53": "busy",
    "53100": "full",
    "25006": "read_only",
    "42501": "refused",
    "54": "full",
    "55P03": "busy",
    "57014": "busy",
    "57P01": "away",
    "57P02": "away",
    "57P03": "away",
    "57P05": "away",
    "58": "unreachable",
}
"""A code of PostgreSQL, or the class that it begins with -> the reason that we give."""
_IN_THE_WAY: Final = ("40001", "40P01")
"""Two transactions could not both go on: one of them is asked to begin again."""
_CUT: Final = ("57P01", "57P02", "57P05", "25P03")
"""The server has ended the connection, and all that was not committed by it."""


class Doubled(Again):
    """A row is there already: somebody else was first."""


def said(error: psycopg.Error, *, is_broken: bool) -> Exception:
    """The same complaint, as ours: `Again` where the work may simply be done again, else `StoreTrouble`."""
    code = error.sqlstate
    detail = type(error).__name__ if code is None else f"{code} {type(error).__name__}"
    if isinstance(error, errors.UniqueViolation):
        return Doubled(StoreTrouble("busy", detail))
    if code in _IN_THE_WAY:
        return Again(StoreTrouble("busy", detail))
    if is_broken or code in _CUT:
        return Again(StoreTrouble("away", detail))
    return StoreTrouble(_reason(code), detail)


def unconnected(error: psycopg.Error) -> StoreTrouble:
    """Why a connection could not be opened: here PostgreSQL speaks of servers, databases and roles alone."""
    told = str(error).partition("\n")[0].removeprefix("connection failed: ").strip() or type(error).__name__
    if isinstance(error, psycopg.ProgrammingError):
        # The address cannot be read: what stands in it, a password perhaps, is not said again.
        return StoreTrouble("unreachable", "URL")
    return StoreTrouble(_unconnected(error, told), told)


def _unconnected(error: psycopg.Error, told: str) -> str:
    """libpq gives no code where the server refuses: it says so in English, or in the language of the server."""
    if error.sqlstate is not None:
        return _reason(error.sqlstate)
    if "FATAL" not in told:
        return "refused" if "password" in told else "away"
    if "does not exist" in told and "database" in told:
        return "missing"
    if "starting up" in told or "shutting down" in told or "recovery" in told:
        return "away"
    if "too many" in told or "remaining connection slots" in told:
        return "busy"
    return "refused"


def _reason(code: str | None) -> str:
    if code is None:
        return "damaged"
    return _REASONS.get(code) or _REASONS.get(code[:2], "damaged")

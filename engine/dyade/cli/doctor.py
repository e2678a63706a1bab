"""What is wrong with the store, and with the way in which it is run? `doctor`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from dyade.cli.declare import KEEPING, Family, command, option
from dyade.cli.ending import DONE, REFUSED, TROUBLE
from dyade.cli.instants import minute
from dyade.cli.paper import Span, flow, mark
from dyade.cli.progress import Progress
from dyade.cli.session import Page, Session
from dyade.cli.words import lang, say
from dyade.texts import sentence

if TYPE_CHECKING:
    from dyade.service.doctor import Finding

COMMANDS: Family = {}
MINUTE = 60_000_000
INSTANTS = ("since", "latest", "now")
"""The facts of a finding that are instants, in microseconds."""


@command(COMMANDS, "doctor", KEEPING)
@option("--late", "late_by", type=click.IntRange(min=0))
@option("--quick", is_flag=True)
def doctor(session: Session, late_by: int | None, quick: bool) -> Page:
    """Look for what is wrong, and tell what to do about it."""
    from dyade import wiring
    from dyade.service.doctor import CHECKS

    with Progress(session, say("worker.progress")) as progress:
        found = wiring.examine(
            session.db,
            session.programs,
            session.now or wiring.now,
            keys=session.keys,
            late=None if late_by is None else late_by * MINUTE,
            chains=not quick,
            heard=progress if progress.shown else None,
        )
    checks = [name for name in CHECKS if not (quick and name == "chain")]
    opened = not any(one.code.startswith("error.") or one.code in ("schema_older", "keys_missing") for one in found)
    worst = "error" if any(one.severity == "error" for one in found) else "warning" if found else "sound"
    data = {
        "outcome": {"error": "trouble", "warning": "warnings", "sound": "sound"}[worst],
        "checks": [_check(name, found, opened) for name in checks],
    }
    code = {"error": TROUBLE, "warning": REFUSED, "sound": DONE}[worst]
    return Page(data, lambda: _lines(data), code)


def _check(name: str, found: list[Finding], opened: bool) -> dict[str, Any]:
    mine = [one for one in found if one.check == name]
    looked = opened or name in ("store", "settings", "keys")
    status = "error" if any(one.severity == "error" for one in mine) else "warning" if mine else "sound"
    return {
        "check": name,
        "status": status if looked or mine else "unknown",
        "findings": [{"code": one.code, "severity": one.severity, "message": told(one)} for one in mine],
    }


def told(one: Finding) -> str:
    """What was found, in words."""
    facts = {name: minute(int(fact)) if name in INSTANTS else fact for name, fact in one.facts.items()}
    return sentence("answers", one.key, lang(), **facts)


SIGNS = {
    "sound": ("✔", "+", "yes"),
    "warning": ("!", "!", "warn"),
    "error": ("✘", "x", "no"),
    "unknown": ("?", "?", "quiet"),
}


def _lines(data: dict[str, Any]) -> list[str]:
    lines: list[str] = []
    for check in data["checks"]:
        good, plain, style = SIGNS[check["status"]]
        title = say(f"doctor.{check['check']}")
        unknown: list[str | Span] = [" ", Span(say("doctor.unknown"), "quiet")] if check["status"] == "unknown" else []
        lines += flow(title, *unknown, lead=[Span(mark(good, plain), style), " "])
        for finding in check["findings"]:
            lines += flow(finding["message"], lead=["  ", Span("-", SIGNS[finding["severity"]][2]), " "])
    return lines

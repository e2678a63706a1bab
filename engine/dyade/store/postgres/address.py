"""Where is a store that a PostgreSQL server keeps? What libpq does not know is taken out of its URL."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl, quote, urlencode

from dyade.errors import StoreTrouble

PREFIXES: Final = ("postgresql://", "postgres://")
PATIENCE: Final = 5.0
"""Seconds to wait for the server, or for another transaction."""


def shown(url: str) -> str:
    """An address without whom it is for, the password and the settings, as it may be shown to anybody."""
    scheme, _, rest = url.partition("://")
    place = rest.partition("?")[0]
    if "@" in rest and "@" not in place:
        # Nobody knows where a password would end.
        return f"{scheme}://…"
    return f"{scheme}://{place.rpartition('@')[2]}"


def is_ours(url: str) -> bool:
    """Whether a URL is of a PostgreSQL server."""
    return url.startswith(PREFIXES)


class Address:
    """A URL as libpq reads it, `postgresql://person@host/database`; `?timeout=5` in seconds is ours."""

    __slots__ = ("conninfo", "patience")

    def __init__(self, url: str) -> None:
        if not is_ours(url):
            raise StoreTrouble("unreachable", url.partition(":")[0])
        place, _, query = url.partition("?")
        said = parse_qsl(query, keep_blank_values=True)
        try:
            self.patience = float(dict(said).get("timeout", PATIENCE))
        except ValueError:
            raise StoreTrouble("unreachable", "timeout") from None
        rest = urlencode([one for one in said if one[0] != "timeout"], quote_via=quote)
        self.conninfo = f"{place}?{rest}" if rest else place

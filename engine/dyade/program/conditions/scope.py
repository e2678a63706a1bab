"""What may a condition read, where it stands? Whoever checks it answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple, Protocol, TypeAlias

from dyade.program.conditions.tree import Read
from dyade.program.conditions.types import Type


class Problem(NamedTuple):
    """Why a name that exists may not be read here."""

    code: str
    facts: Mapping[str, str | int] = {}
    suggestion: str | None = None


class Table(NamedTuple):
    """The types of a table's keys, and of what it gives."""

    keys: tuple[Type, ...]
    value: Type


Wanted: TypeAlias = Literal["read", "state", "table"]


class Scope(Protocol):
    """The names of one place of one program."""

    def resolve(self, parts: tuple[str, ...], /) -> Read | Problem | None:
        """Return what a dotted name reads, `None` when there is no such name."""

    def state(self, name: str, /) -> str | Problem | None:
        """Return the full path of a state named in full, or by its last name where that is unique."""

    def table(self, name: str, /) -> Table | None:
        """Return the types of a table."""

    def candidates(self, wanted: Wanted, /) -> Iterable[str]:
        """List every full name, to tell what was probably meant."""

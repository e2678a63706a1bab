"""What does a change of program ask of the dyads that live by the old version? Counted where they stand.

C001  they stand in a state that leads nowhere in the new version
C002  a field has a type in which its values cannot be read, and nothing gives it a new one
C003  a clause has become stricter where they may act
C004  what decides has changed, and the version has not
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from dyade.authoring.differences import Change
from dyade.authoring.strictness import STRICTER
from dyade.flow.migrating import destinations, migration_from
from dyade.flow.plan import plan_of
from dyade.program.conditions.types import Enum, Type
from dyade.program.program import Program

ERRORS = frozenset(("C001", "C002", "C004"))


class Consequence(NamedTuple):
    """Something that a change does to running dyads, or leaves them without."""

    code: str
    about: str
    """A state, a field, a clause with its transition, or the version."""
    n: int
    """How many dyads."""

    @property
    def stops(self) -> bool:
        """Whether it must be mended before a migration."""
        return self.code in ERRORS


def consequences(
    old: Program, new: Program, changes: Iterable[Change], standing: Mapping[str, int]
) -> tuple[Consequence, ...]:
    """Tell what a change does to the dyads that live by the old version: (state → how many)."""
    found = [*_version(old, new), *_states(old, new, standing), *_fields(old, new, standing)]
    return (*found, *_stricter(old, changes, standing))


def _version(old: Program, new: Program) -> Iterator[Consequence]:
    if old.behaviour != new.behaviour and old.version == new.version:
        yield Consequence("C004", new.version, 0)


def _states(old: Program, new: Program, standing: Mapping[str, int]) -> Iterator[Consequence]:
    known = destinations(old, new)
    for leaf, n in sorted(standing.items()):
        if n and leaf not in known:
            yield Consequence("C001", leaf, n)


def _fields(old: Program, new: Program, standing: Mapping[str, int]) -> Iterator[Consequence]:
    given = migration_from(new, old.version).fields
    running = sum(standing.values())
    for name in old.model.fields if running else ():
        before, after = old.data["fields", name], new.data.get(("fields", name))
        if after is None or name in given or after.model.formula is not None or before.model.formula is not None:
            continue
        if not _is_readable(before.type, after.type):
            yield Consequence("C002", name, running)


def _is_readable(old: Type, new: Type) -> bool:
    if isinstance(old, Enum) and isinstance(new, Enum):
        return set(old.values) <= set(new.values)
    return old == new or (old.name, new.name) in (("int", "decimal"), ("int", "money"), ("enum", "text"))


def _stricter(old: Program, changes: Iterable[Change], standing: Mapping[str, int]) -> Iterator[Consequence]:
    rules = plan_of(old).rules
    for change in changes:
        if change.kind == STRICTER and change.section == "transitions" and change.id in rules:
            n = sum(standing.get(leaf, 0) for leaf in rules[change.id].sources)
            if n:
                yield Consequence("C003", f"{change.id}.{change.what}", n)

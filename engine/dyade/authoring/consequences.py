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
from dyade.flow.plan import plan_of
from dyade.flow.renaming import Renaming, straight
from dyade.program.codes import CODES, Severity
from dyade.program.conditions.types import Enum, Type
from dyade.program.program import Program


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
        return self.severity is Severity.ERROR

    @property
    def slug(self) -> str:
        """The name of its code."""
        return CODES[self.code].slug

    @property
    def severity(self) -> Severity:
        """How much it matters."""
        return CODES[self.code].severity


def consequences(
    old: Program,
    new: Program,
    changes: Iterable[Change],
    standing: Mapping[str, int],
    called: Renaming | None = None,
) -> tuple[Consequence, ...]:
    """Tell what a change does to the dyads that live by the old version: (state → how many).

    `called` is the way from the old version to the new one; by default, what the new one says of the old.
    """
    called = called or straight(old, new)
    found = [*_version(old, new), *_states(called, standing), *_fields(old, new, called, standing)]
    return (*found, *_stricter(old, changes, standing))


def _version(old: Program, new: Program) -> Iterator[Consequence]:
    if old.behaviour != new.behaviour and old.version == new.version:
        yield Consequence("C004", new.version, 0)


def _states(called: Renaming, standing: Mapping[str, int]) -> Iterator[Consequence]:
    for leaf, n in sorted(standing.items()):
        if n and leaf not in called.leaves:
            yield Consequence("C001", leaf, n)


def _fields(old: Program, new: Program, called: Renaming, standing: Mapping[str, int]) -> Iterator[Consequence]:
    running = sum(standing.values())
    for name in old.model.fields if running else ():
        before, after = old.data["fields", name], new.data.get(("fields", name))
        if after is None or name in called.given or after.model.formula is not None or before.model.formula is not None:
            continue
        if not _is_readable(before.type, after.type):
            yield Consequence("C002", name, running)


def _is_readable(old: Type, new: Type) -> bool:
    if isinstance(old, Enum) and isinstance(new, Enum):
        return set(old.values) <= set(new.values)
    if old.name == new.name == "person":
        # A person is one, whatever the role is called.
        return True
    return old == new or (old.name, new.name) in (("int", "decimal"), ("int", "money"), ("enum", "text"))


def _stricter(old: Program, changes: Iterable[Change], standing: Mapping[str, int]) -> Iterator[Consequence]:
    rules = plan_of(old).rules
    for change in changes:
        if change.kind == STRICTER and change.section == "transitions" and change.id in rules:
            n = sum(standing.get(leaf, 0) for leaf in rules[change.id].sources)
            if n:
                yield Consequence("C003", f"{change.id}.{change.what}", n)

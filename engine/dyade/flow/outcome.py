"""What comes of a command: a decision to keep, or a refusal with its reasons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from dyade.flow.dyad import Dyad
from dyade.flow.messages import Effect, Record


class Reason(NamedTuple):
    """Why not: a code, what it is about, the facts that blocked. `sentence` is the program's own words, by language."""

    code: str
    """A key of the answers catalogue (`clause`, `not_allowed`, `not_available`, …)."""
    about: str = ""
    """The clause, transition, form, role, datum … by id."""
    facts: Mapping[str, Any] = {}
    sentence: Mapping[str, str] | None = None


class Counter(NamedTuple):
    """How much of what dyads share is used, by all of them together."""

    used: int = 0
    waiting: int = 0
    """How many wait for a place."""
    first: str = ""
    """The dyad that has waited longest."""
    most: int | None = None
    """How much there is; `None`: what the dyad's own program says."""

    @property
    def left(self) -> int:
        """How much is left; less than nothing where more was used."""
        return (self.most or 0) - self.used


NO_COUNTER = Counter()


class Decision(NamedTuple):
    """What follows from a command; nothing has been kept yet."""

    dyad: Dyad
    records: tuple[Record, ...]
    """In order; those of time come first. `record.head.revision` tells which command each belongs to."""
    effects: tuple[tuple[int, Effect], ...]
    """(index of the record that caused it, effect)."""
    next_due: int | None
    """The next instant at which time may do something."""
    advice: tuple[Reason, ...] = ()
    """What should hold and does not."""
    waiting: tuple[str, ...] = ()
    """After an assent: the persons, or roles, still wanted."""
    bounds: Mapping[tuple[str, str], int] = {}
    """(counter, person) → what its use was judged against: passing that is no more what was decided."""


class Refusal(NamedTuple):
    """Why a command changes nothing. What time did before it stands, in `time`."""

    reasons: tuple[Reason, ...]
    time: Decision | None = None


class Context(NamedTuple):
    """What a decision is given besides the dyad."""

    now: int
    program_roles: Mapping[str, tuple[str, ...]] = {}
    """Holders of the roles of scope `program`."""
    profiles: Mapping[str, Mapping[str, Any]] = {}
    """Persons' attributes, as JSON, for those who do not hold a role yet."""
    names: Mapping[str, str] = {}
    """Persons' names, for the sentences of a refusal; read only when there is one."""
    quiet_until: int | None = None
    """The instant before which time is known to have nothing to do; it is looked for where this is not given."""
    counters: Mapping[tuple[str, str], Counter] = {}
    """("quotas.x" or "budgets.x", person or "") → how much all dyads use, as they are kept."""
    certified: Mapping[int, int] = {}
    """Year → how many certificates the program has issued in it."""

"""A dyad: who takes part, where it stands, and the facts. Immutable; the fold of its records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

new = tuple.__new__
"""Makes a named tuple of all its parts, in half the time: for the few that every decision makes."""


class Holding(NamedTuple):
    """A person in a role, with what the program reads about them."""

    person: str
    since: int
    """The local day."""
    pending: bool
    attributes: Mapping[str, Any]


class Stay(NamedTuple):
    """The present or the last stay in a state."""

    visit: int
    """1 for the first time that it was entered."""
    entered_at: int
    entered_on: int
    entered_rank: int
    """The rank of the record that entered it: `since: state.entered` means from that record on."""
    paused_days: int
    """Whole local days that do not count for the delays that began here."""
    left_on: int | None
    """The local day on which it was left; `None` while the dyad is in it."""
    since: int
    """The local day on which the present stretch began: later than `entered_on` where history resumed the stay."""
    days_before: int
    """Days spent here in earlier stretches."""


class Signature(NamedTuple):
    """A person signed what an entry says."""

    person: str
    role: str
    signed_on: int
    recorded_at: int


class Entry(NamedTuple):
    """One entry of a form, as it now reads."""

    n: int
    """1 for the first of its form."""
    data: Mapping[str, Any]
    by: str
    role: str
    on: int
    """The day on which it happened: the datum of `dated_by`, or the day it was recorded."""
    at: int
    rank: int
    submitted: bool
    step: str
    """Its situation in its own small life; `submitted` at first."""
    signatures: tuple[Signature, ...]
    confirmed: tuple[str, ...]
    complete: bool
    complete_on: int | None
    complete_rank: int
    """The rank of the record by which it became complete."""


class Log(tuple[Entry, ...]):
    """The entries of one form, in their order, and the figures that were asked of them: a tuple, never changed."""

    complete: tuple[Entry, ...]
    """Those that count."""
    waiting: tuple[Entry, ...]
    """The others."""
    figures: dict[Any, Any]
    """Sums and the like, by whoever asked: a figure of these entries, and of nothing else, is found once."""
    before: Mapping[Any, Any]
    """The figures that were known before the last complete entry was added."""

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Log:
        """Gather entries."""
        log = cls(entries)
        log.complete = tuple([entry for entry in log if entry.complete])
        log.waiting = tuple([entry for entry in log if not entry.complete])
        log.figures = {}
        log.before = NO_FIGURES
        return log

    def put(self, entry: Entry) -> Log:
        """The same with an entry in its place: after the last, or instead of the one of its number."""
        n = entry.n
        if n <= len(self):
            return Log.of((*self[: n - 1], entry, *self[n:]))
        log = Log((*self, entry))
        if entry.complete:
            log.complete = (*self.complete, entry)
            log.waiting = self.waiting
            log.figures = {}
            log.before = self.figures
        else:
            log.complete = self.complete
            log.waiting = (*self.waiting, entry)
            log.figures = self.figures
            log.before = self.before
        return log


class Meeting(NamedTuple):
    """One meeting of a series, as it now stands."""

    n: int
    """1 for the first that was planned in its series."""
    on: int
    first_on: int
    """The day that it had before it was ever moved."""
    status: str
    """`planned`, `held` or `cancelled`."""
    present: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    excused: tuple[str, ...] = ()
    """Those who were excused beforehand, whether they came or not."""
    at: int | None = None
    """The hour, in minutes since midnight, where it has one of its own."""

    @property
    def turnout(self) -> str:
        """What a meeting that was held counts as: `missed`, else `excused`, else `attended`; empty before."""
        if self.status != "held":
            return ""
        if self.missed:
            return "missed"
        return "excused" if self.is_excused else "attended"

    @property
    def is_excused(self) -> bool:
        """Whether someone was excused who did not come after all, and nobody missed it."""
        return not self.missed and any(person not in self.present for person in self.excused)


NO_MEETINGS: Mapping[str, tuple[Meeting, ...]] = {}
NO_FIGURES: Mapping[Any, Any] = {}
NO_ENTRIES = Log.of(())


class Assent(NamedTuple):
    """A person agreed to a joint act, in one visit of its state: `visit` is the rank of the record that began it."""

    person: str
    role: str
    at: int
    on: int
    input: Mapping[str, Any]
    visit: int


NO_SHARES: Mapping[tuple[str, str], int] = {}
NO_CERTIFICATES: Mapping[str, tuple[Any, ...]] = {}
NOTHING_OPENED: Mapping[tuple[str, str], int] = {}


class Issued(NamedTuple):
    """A certificate of this dyad; the name that it bears stays in its record."""

    person: str
    number: str
    sequence: int
    on: int
    """The local day of its issue."""
    replaces: str | None
    revoked_on: int | None
    """The day on which it was revoked, or replaced; `None` while it attests."""


class Dyad(NamedTuple):
    """A dyad as it stands. Mappings are never changed in place."""

    id: str
    program: str
    behaviour: str
    """The digest of the rules that it lives by."""
    revision: int
    """How many commands it accepted."""
    created_at: int
    at: int
    """The instant at which its last record was written; time never goes back behind it."""
    rank: int
    """How many records it has."""
    leaves: Mapping[str, str]
    """region → state; the main region is ``""``, a track's is its path."""
    stays: Mapping[str, Stay]
    memory: Mapping[str, str]
    """What each compound state or track was left in, for `history`."""
    holdings: Mapping[str, tuple[Holding, ...]]
    fields: Mapping[str, Any]
    entries: Mapping[str, Log]
    assents: Mapping[str, tuple[Assent, ...]]
    waivers: Mapping[tuple[str, str], int]
    """(rule, clause) → the visit for which it is lifted, as the rank of the record that began it."""
    marks: Mapping[tuple[str, int, int, int], tuple[int, int]]
    """(reminder, item, visit, anchor) → (occurrences recorded, of which sent)."""
    fired: Mapping[str, tuple[int, int]]
    """Internal automatic transition → (visit, instant) of its last firing."""
    broken: tuple[str, ...]
    """Invariants that do not hold at present."""
    certificates: Mapping[str, tuple[Issued, ...]] = NO_CERTIFICATES
    """Certificate → those that were issued under its name, the last of which may still stand."""
    shares: Mapping[tuple[str, str], int] = NO_SHARES
    """("quotas.x" or "budgets.x", person or "") → its part of what dyads share: 1 for a place, 0 while it waits for
    one; of a budget, cents."""
    meetings: Mapping[str, tuple[Meeting, ...]] = NO_MEETINGS
    """The meetings of each series, in the order in which they were planned."""
    opened: Mapping[tuple[str, str], int] = NOTHING_OPENED
    """(item, person) → the instant until which it is open to them, in an emergency, though they may not see it."""

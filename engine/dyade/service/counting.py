"""How much of what dyads share is used? As the store counts it, against what the program gives at present.

A running dyad keeps its rules, but what is shared has one limit at a time: that of the program as its file reads now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from dyade.errors import NotFound, ProgramInvalid
from dyade.flow.dyad import Dyad
from dyade.flow.messages import SYSTEM, Merged, Offer, Queued
from dyade.flow.outcome import Counter, Decision, Refusal
from dyade.flow.plan import plan_of
from dyade.flow.quotas import PROGRAM, limits_of
from dyade.flow.telling.visibility import audiences
from dyade.program.program import Program
from dyade.service.ports import ACTIVE, Reading, Share
from dyade.service.programs import Known

if TYPE_CHECKING:
    from dyade.service.desk import Desk

Key = tuple[str, str]
NOTHING_SHARED: Mapping[Key, Counter] = {}


class Counters(Mapping[Key, Counter]):
    """How much all dyads of a program use of each thing that they share; read when it is asked for."""

    def __init__(self, view: Reading, program: Program) -> None:
        self._view = view
        self._program = program
        self._limits = limits_of(program)

    def __getitem__(self, key: Key) -> Counter:
        counter, person = key
        used, waiting, first = self._view.counter(self._program.id, counter, person)
        return Counter(used, waiting, first, self._most(counter, person))

    def _most(self, counter: str, person: str) -> int | None:
        """What the program gives; to one person, what their enrolment says."""
        most = self._limits.get(counter)
        quota = self._program.model.quotas.get(counter.removeprefix("quotas."))
        if not person or quota is None or quota.per == PROGRAM:
            return most
        enrolled = self._view.enrolments_of(person)
        own = (one.capacity for one in enrolled if (one.program, one.role) == (self._program.id, quota.per))
        return next((capacity for capacity in own if capacity is not None), most)

    def __iter__(self) -> Iterator[Key]:
        return iter((counter, person) for counter, person, _, _ in self._view.counters(self._program.id))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Taken:
    """What some dyads would take of what is shared, before any of it is kept."""

    def __init__(self) -> None:
        self._taken: dict[Key, int] = {}

    def count(self, before: Dyad, outcome: Decision | Refusal) -> None:
        """Count what one dyad would change."""
        for share in changed(before, outcome) if isinstance(outcome, Decision) else ():
            key = share.counter, share.person
            self._taken[key] = self._taken.get(key, 0) + (share.after or 0) - (share.before or 0)

    def beside(self, counters: Mapping[Key, Counter]) -> Mapping[Key, Counter]:
        """What is used, with that."""
        return _Beside(counters, self._taken)


class _Beside(Mapping[Key, Counter]):
    def __init__(self, counters: Mapping[Key, Counter], taken: Mapping[Key, int]) -> None:
        self._counters, self._taken = counters, taken

    def __getitem__(self, key: Key) -> Counter:
        found = self._counters[key]
        return found._replace(used=found.used + self._taken.get(key, 0))

    def __iter__(self) -> Iterator[Key]:
        return iter(self._counters)

    def __len__(self) -> int:
        return len(self._counters)


def shares_anything(program: Program) -> bool:
    """Whether the dyads of a program share anything."""
    return bool(program.model.quotas or program.model.budgets)


def limiting(desk: Desk, known: Known) -> Program:
    """The program that says how much there is: as its file reads now, else as the dyad knows it."""
    try:
        return desk.programs.current(known.program.id).program
    except (NotFound, ProgramInvalid):
        return known.program


def counters_for(desk: Desk, view: Reading, known: Known) -> Mapping[Key, Counter]:
    """How much is used of what the dyads of a program share; nothing where they share nothing."""
    return Counters(view, limiting(desk, known)) if shares_anything(known.program) else NOTHING_SHARED


def changed(before: Dyad | None, decision: Decision) -> tuple[Share, ...]:
    """What a decision changes in what a dyad has of what is shared."""
    after = decision.dyad.shares
    standing: Mapping[Key, int] = {} if before is None else before.shares
    if after is standing or (not after and not standing):
        return ()
    waiting = {
        (f"quotas.{record.quota}", record.person): rank
        for rank, record in enumerate(decision.records)
        if isinstance(record, Queued)
    }
    # Whoever waited under another id waits from now on, behind those who did before.
    renamed = next((rank for rank, record in enumerate(decision.records) if isinstance(record, Merged)), None)
    if renamed is not None:
        waiting |= {key: renamed for key, share in after.items() if share == 0 and key not in {*standing, *waiting}}
    return tuple(
        Share(*key, standing.get(key), after.get(key), decision.bounds.get(key), waiting.get(key))
        for key in dict.fromkeys((*standing, *after))
        if standing.get(key) != after.get(key)
    )


# ------------------------------------------------------------------------------------------------------------ offering


class Waiting(NamedTuple):
    """The first who waits for a place."""

    program: str
    counter: str
    person: str
    dyad: str
    since: int
    """The record by which it began to wait."""


def offer_places(desk: Desk) -> int:
    """Offer every place that is free to whoever has waited longest for it; return how many were taken."""
    from dyade.service.door import act

    taken = 0
    while True:
        accepted = 0
        for one in desk.look(lambda view: _offered(desk, view)):
            order = Offer(SYSTEM, one.counter.removeprefix("quotas."), one.person)
            # Under an id of its own, so that two workers offer a place once.
            outcome = act(desk, one.dyad, order, f"offer:{one.dyad}:{one.since}", None)
            accepted += isinstance(outcome, Decision)
        taken += accepted
        if not accepted:
            return taken


def _offered(desk: Desk, view: Reading) -> list[Waiting]:
    found = []
    for row in view.waiting():
        one = Waiting(*row)
        stored = view.dyad(one.dyad)
        if stored is None:
            continue
        known = desk.programs.pinned(stored.program, stored.behaviour)
        counter = Counters(view, limiting(desk, known))[one.counter, one.person]
        if counter.most is not None and counter.used < counter.most:
            found.append(one)
    return found


# ------------------------------------------------------------------------------------------------------------- telling


class Shared(NamedTuple):
    """How much of one thing that dyads share is used."""

    kind: str
    """`quota` or `budget`."""
    id: str
    person: str
    """Whose places they are; empty for what the whole program shares."""
    used: int
    """Places, or cents."""
    max: int
    waiting: tuple[str, ...]
    """The dyads that wait, those that came first first."""


def shared(desk: Desk, program: str, reader: str | None = None) -> tuple[Shared, ...]:
    """Tell how much of everything that the dyads of a program share is used, by what a reader's enrolments let see."""

    def look(view: Reading) -> tuple[Shared, ...]:
        known = desk.programs.current(program)
        counters = Counters(view, known.program)
        found: list[Shared] = []
        for kind, declared in (("quota", known.program.model.quotas), ("budget", known.program.model.budgets)):
            for name in declared:
                if not _sees(view, known.program, reader, kind, name):
                    continue
                found += _of_one(view, counters, known.program, kind, name)
        return tuple(found)

    return desk.look(look)


def _sees(view: Reading, program: Program, reader: str | None, kind: str, name: str) -> bool:
    """Whether a reader, who stands outside any dyad, holds a role of every audience; the operator sees it all."""
    if reader is None:
        return True
    plan = plan_of(program)
    mine = {one.role for one in view.enrolments_of(reader) if (one.program, one.status) == (program.id, ACTIVE)}
    default = plan.default_visibility if plan.default_visibility is not None else frozenset(plan.roles)
    return all(mine & (default if roles is None else roles) for roles in audiences(plan, (f"{kind}s", name)))


def _of_one(view: Reading, counters: Counters, program: Program, kind: str, name: str) -> Iterator[Shared]:
    counter = f"{kind}s.{name}"
    personal = kind == "quota" and program.model.quotas[name].per != PROGRAM
    persons = sorted(person for key, person in counters if key == counter and person) if personal else [""]
    for person in persons:
        found = counters[counter, person]
        line = tuple(view.queue(program.id, counter, person))
        yield Shared(kind, name, person, found.used, found.most or 0, line)

"""Who waits for a pair in a program, and who has room? As one view of the store has it.

Whoever waits does so in a dyad, or, where the program says so, by being enrolled: their dyad is then looked at as it
would begin.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from dyade.errors import NotFound
from dyade.flow.decide import decide
from dyade.flow.messages import SYSTEM, Answered, Moved, Start, Tick
from dyade.flow.outcome import Context, Decision, Refusal
from dyade.flow.pairs import Known as Profile
from dyade.flow.pairs import PairDraft, PairPlan, declined
from dyade.flow.plan import plan_of
from dyade.program import model as m
from dyade.program.conditions.types import Person as PersonType
from dyade.service.context import gathered
from dyade.service.counted import counted
from dyade.service.counting import Counters, counters_for
from dyade.service.desk import Desk
from dyade.service.journal import Lives, records_of
from dyade.service.notices import Names
from dyade.service.ports import ACTIVE, Filter, Listed, Reading
from dyade.service.programs import Known

if TYPE_CHECKING:
    from dyade.flow.dyad import Dyad
    from dyade.service.keep import Before


class Row(NamedTuple):
    """A dyad of the pool; or somebody who waits without one, as their dyad would begin."""

    plan: PairPlan
    known: Known
    draft: PairDraft
    declined: frozenset[str]
    """Who was offered to it before."""

    @property
    def dyad(self) -> str | None:
        """The dyad; `None` where there is none yet."""
        return self.draft.id or None

    @property
    def who(self) -> Waiting:
        """Who waits."""
        return Waiting(self.dyad, self.draft.waits)


class Waiting(NamedTuple):
    """Who waits for a pair."""

    dyad: str | None
    """`None` for somebody who has no dyad yet."""
    person: str | None


class Pool:
    """Everybody who could be brought together in a program, as one view of the store has it."""

    def __init__(self, desk: Desk, view: Reading, program: str, reader: str | None = None) -> None:
        self.known = desk.programs.current(program)
        self.matching = matching_of(self.known)
        self.sought, self.waiting = self.matching.roles
        self._desk, self._view = desk, view
        self.persons = {person.id: person.attributes for person in view.people()}
        self._enrolled: dict[str, list[tuple[str, Mapping[str, Any]]]] = {}
        self._capacity: dict[str, int | None] = {}
        self._idle: set[str] = set()
        """Who is enrolled on the waiting side."""
        for one in view.enrolments(program):
            if one.role == self.waiting and one.status == ACTIVE and one.person in self.persons:
                self._idle.add(one.person)
            self._enrolled.setdefault(one.person, []).append((one.role, one.profile))
            if one.role == self.sought and one.status == ACTIVE and one.person in self.persons:
                self._capacity[one.person] = one.capacity
        self._raw: dict[tuple[str, str], dict[str, Any]] = {}
        self._plans: dict[str, PairPlan | None] = {}
        self._contexts: dict[str, Context] = {}
        self._taken: dict[str, int] = {}
        self.rows: list[Row] = []
        running = view.dyads(Filter(program=program, ended=False))
        for listed in counted(desk.heard, running):
            self._look(listed, reader)
        if self.matching.begin:
            busy = {person for listed in running for role, person in listed.people if role == self.waiting}
            for person in sorted(self._idle - busy):
                self._look_without(person, reader)
        self.people = sorted(self._capacity)
        self.room = {person: self._left(person) for person in self.people}

    # ----------------------------------------------------------------------------------------------------- the people

    def raw(self, person: str, role: str) -> Mapping[str, Any]:
        """What is known of somebody: their own attributes, then their enrolments', this role's last."""
        known = self._raw.get((person, role))
        if known is None:
            known = self._raw[person, role] = dict(self.persons.get(person, {}))
            for _, profile in sorted(self._enrolled.get(person, ()), key=lambda one: one[0] == role):
                known.update(profile)
        return known

    def profiles(self, plan: PairPlan) -> list[tuple[str, Profile]]:
        """Everybody sought, as a version reads them."""
        return [(person, plan.known(self.sought, self.raw(person, self.sought))) for person in self.people]

    def _left(self, person: str) -> int:
        """How many more dyads somebody has room for."""
        own = self._capacity[person]
        declared = self.known.program.model.enrolments.get(self.sought)
        said = declared.capacity if own is None and declared is not None else own
        most = self._quota(person) if said is None else said
        return max(0, most - self._taken.get(person, 0))

    def _quota(self, person: str) -> int:
        """What a quota gives to each person of that role, where there is one; else a single dyad."""
        for name, quota in self.known.program.model.quotas.items():
            if quota.per == self.sought:
                found = Counters(self._view, self.known.program)[f"quotas.{name}", person].most
                return 1 if found is None else found
        return 1

    # ------------------------------------------------------------------------------------------------------ the dyads

    def _look(self, listed: Listed, reader: str | None) -> None:
        """Count who is taken in a dyad; keep it where it waits, and where this reader decides on it."""
        held = [person for role, person in listed.people if role == self.sought]
        if held:
            for person in held:
                self._take(person)
            return
        row = self._view.dyad(listed.id)
        if row is None:
            return
        known, before = self._desk.opened(row)
        dyad = before.snapshot.dyad
        context = self._context(known)
        if row.next_due is not None and row.next_due <= context.now:
            outcome = decide(known.program, dyad, Tick(), self._before(known, before))
            dyad = outcome.dyad if isinstance(outcome, Decision) else dyad
        plan = self._plan(known)
        draft = None if plan is None else self._draft(plan, dyad, context)
        if plan is None or draft is None or not plan.is_waiting(draft):
            for person in self._offered(known, dyad):
                self._take(person)
        elif reader is None or any(draft.holds(reader, role) for role in plan.model.decided_by):
            self.rows.append(Row(plan, known, draft, self._declined(known, listed.id)))

    def _look_without(self, person: str, reader: str | None) -> None:
        """Keep somebody who has no dyad, as it would begin; whoever could not begin one does not wait."""
        known, plan = self.known, self._plan(self.known)
        context = self._context(known)
        begun = began(known, context, {self.waiting: person}, {person: self.raw(person, self.waiting)})
        if plan is None or isinstance(begun, Refusal):
            return
        draft = self._draft(plan, begun.dyad, context)
        draft.waits = person
        draft.waiting = plan.known(self.waiting, self.raw(person, self.waiting))
        if plan.is_waiting(draft) and (reader is None or any(draft.holds(reader, r) for r in plan.model.decided_by)):
            self.rows.append(Row(plan, known, draft, frozenset()))

    def _context(self, known: Known) -> Context:
        """What is judged besides a dyad: gathered once for all those of a version."""
        if known.behaviour not in self._contexts:
            shared = self._view.shared_roles(known.program.id, known.shared_roles) if known.shared_roles else {}
            counters = counters_for(self._desk, self._view, known)
            everybody = _Everybody(self)
            self._contexts[known.behaviour] = Context(
                self._desk.now(), shared, everybody, Names(self._view), None, counters
            )
        return self._contexts[known.behaviour]

    def _before(self, known: Known, before: Before) -> Context:
        counters = counters_for(self._desk, self._view, known)
        return gathered(self._view, known, before, Tick(), self._desk.now(), counters)

    def _take(self, person: str) -> None:
        self._taken[person] = self._taken.get(person, 0) + 1

    def _plan(self, known: Known) -> PairPlan | None:
        if known.behaviour not in self._plans:
            has = known.program.model.matching
            same = has is not None and tuple(has.roles) == (self.sought, self.waiting)
            self._plans[known.behaviour] = PairPlan(plan_of(known.program)) if same else None
        return self._plans[known.behaviour]

    def _draft(self, plan: PairPlan, dyad: Dyad, context: Context) -> PairDraft:
        draft = PairDraft(plan.plan, dyad, context)
        who = draft.holders(self.waiting)
        draft.waits = who[0] if who else None
        draft.waiting = plan.known(self.waiting, self.raw(draft.waits, self.waiting)) if draft.waits else {}
        draft.person_role = self.sought
        return draft

    def _offered(self, known: Known, dyad: Dyad) -> Iterator[str]:
        """Who is offered to a dyad that waits for an answer: they have that much less room."""
        if known.ending(dyad.leaves[""]) is not None:
            return
        for path, datum in known.program.data.items():
            if path[0] == "fields" and isinstance(datum.type, PersonType) and datum.type.role == self.sought:
                value = dyad.fields.get(path[1])
                if isinstance(value, str):
                    yield value

    def _declined(self, known: Known, dyad: str) -> frozenset[str]:
        """Who was offered, or assigned, to a dyad that waits again."""
        row = self._view.dyad(dyad)
        assert row is not None
        kinds = {Moved.__name__, Answered.__name__}
        rows = [one for one in self._view.records(dyad) if one.kind in kinds]
        if not rows:
            return frozenset()
        plan = self._plan(known)
        assert plan is not None
        return declined(plan, records_of(self._view, Lives.of(self._view, self._desk.programs, row), dyad, rows))


class _Everybody(Mapping[str, Mapping[str, Any]]):
    """What is known of each person, read as of somebody who is sought."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def __getitem__(self, person: str) -> Mapping[str, Any]:
        return self._pool.raw(person, self._pool.sought)

    def __iter__(self) -> Iterator[str]:
        return iter(self._pool.persons)

    def __len__(self) -> int:
        return len(self._pool.persons)


def began(
    known: Known,
    context: Context,
    people: Mapping[str, str],
    profiles: Mapping[str, Mapping[str, Any]],
    actor: str = SYSTEM,
) -> Decision | Refusal:
    """The dyad that would begin with these people; nothing is kept."""
    command = Start(actor, {role: (person,) for role, person in people.items()})
    return decide(known.program, None, command, context._replace(profiles=profiles, quiet_until=None))


def matching_of(known: Known) -> m.Matching:
    """What a program says of pairs; `NotFound` where it says nothing."""
    found = known.program.model.matching
    if found is None:
        raise NotFound("matching", known.program.id)
    return found

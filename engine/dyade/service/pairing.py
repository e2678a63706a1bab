"""Who could be brought together? The dyads that wait, beside the people who are enrolled and have room.

Nothing is kept: a proposal is computed from what stands, and lasts until somebody decides on it. What decides is an act
like any other, through the door.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from dyade.errors import ExtraMissing, NotFound
from dyade.flow.decide import decide
from dyade.flow.messages import SYSTEM, Answered, Assign, Fire, Moved, Tick
from dyade.flow.outcome import Context, Decision, Reason
from dyade.flow.pairs import Known as Profile
from dyade.flow.pairs import PairDraft, PairPlan, beside, fits
from dyade.flow.plan import plan_of
from dyade.flow.telling.phrases import blocking_reasons, message_of
from dyade.program import model as m
from dyade.program.checks.matching import offered_as
from dyade.program.conditions.types import Person as PersonType
from dyade.service.context import gathered
from dyade.service.counting import Counters, counters_for
from dyade.service.desk import Desk
from dyade.service.journal import Lives, records_of
from dyade.service.notices import Names
from dyade.service.ports import ACTIVE, Filter, Listed, Reading
from dyade.service.programs import Known

if TYPE_CHECKING:
    from dyade.flow.dyad import Dyad
    from dyade.flow.messages import Command
    from dyade.service.keep import Before

EXTRA = "matching"


class Worth(NamedTuple):
    """What one part of the score gives to a pair."""

    id: str
    label: Mapping[str, str]
    points: Decimal
    most: Decimal | None
    """What it could give: its weight, where it is a condition."""


class Pair(NamedTuple):
    """A dyad that waits, and somebody sought for it."""

    dyad: str
    person: str
    """Who is sought."""
    status: str
    """`proposed`; `possible`; `full` (no room left); `elsewhere` (proposed to others), `declined`
    (they were offered before) or `blocked`."""
    score: Decimal | None
    """`None` where it cannot be."""
    worth: tuple[Worth, ...]
    reasons: tuple[Reason, ...] = ()
    """What is in the way."""
    waiting: str | None = None
    """The person who waits in the dyad."""


class Proposals(NamedTuple):
    """What is proposed for a pool."""

    program: str
    roles: tuple[str, str]
    """(sought, waiting)."""
    pairs: tuple[Pair, ...]
    """One for each dyad that somebody is proposed for, those that began first first."""
    waiting: Mapping[str, str | None]
    """dyad → the person who waits: every dyad of the pool."""
    room: Mapping[str, int]
    """person → how many more dyads: everybody who is enrolled."""
    left_out: tuple[str, ...]
    """The dyads for which nobody is proposed."""


class _Row(NamedTuple):
    """A dyad of the pool."""

    plan: PairPlan
    known: Known
    draft: PairDraft
    declined: frozenset[str]
    """Who was offered to it before."""


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
        for one in view.enrolments(program):
            self._enrolled.setdefault(one.person, []).append((one.role, one.profile))
            if one.role == self.sought and one.status == ACTIVE and one.person in self.persons:
                self._capacity[one.person] = one.capacity
        self._raw: dict[tuple[str, str], dict[str, Any]] = {}
        self._plans: dict[str, PairPlan | None] = {}
        self._contexts: dict[str, Context] = {}
        self._taken: dict[str, int] = {}
        self.rows: list[_Row] = []
        for listed in view.dyads(Filter(program=program, ended=False)):
            self._look(listed, reader)
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
            self.rows.append(_Row(plan, known, draft, self._declined(known, listed.id)))

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
        rule = next((t for t in known.program.model.transitions if t.id == self.matching.offer), None)
        name = offered_as(known.program.model, rule) if rule is not None else None
        kinds = {Moved.__name__, Answered.__name__}
        rows = [one for one in self._view.records(dyad) if one.kind in kinds]
        if not rows:
            return frozenset()
        found = set()
        for record in records_of(self._view, Lives.of(self._view, self._desk.programs, row), dyad, rows):
            if isinstance(record, Answered) and record.role == self.sought and not record.accepted:
                found.add(record.person)
            elif isinstance(record, Moved) and record.transition == self.matching.offer and name is not None:
                found.add(str(record.input.get(name)))
        return frozenset(found)


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


# ------------------------------------------------------------------------------------------------------------ proposing


def propose(desk: Desk, program: str, reader: str | None = None) -> Proposals:
    """Propose pairs for the dyads that wait: as many as can be, then the best ones together.

    `reader` learns of the dyads on which they decide; without one, whoever holds the store learns of all.
    """

    def look(view: Reading) -> Proposals:
        pool = Pool(desk, view, program, reader)
        found = _solved(pool)
        pairs = [
            _pair(pool, row, pool.people[found[at]], "proposed") for at, row in enumerate(pool.rows) if at in found
        ]
        waiting = {row.draft.id: row.draft.waits for row in pool.rows}
        left_out = tuple(row.draft.id for at, row in enumerate(pool.rows) if at not in found)
        return Proposals(program, (pool.sought, pool.waiting), tuple(pairs), waiting, pool.room, left_out)

    return desk.look(look)


def explain(desk: Desk, program: str, who: str, reader: str | None = None) -> tuple[Pair, ...]:
    """Tell of everybody who could be paired with somebody (or with a dyad), what stands for it, and what against it.

    Those proposed come first, then the others who may be, the best first.
    """

    def look(view: Reading) -> tuple[Pair, ...]:
        pool = Pool(desk, view, program, reader)
        found = _solved(pool)
        taken: dict[str, int] = {}
        for column in found.values():
            taken[pool.people[column]] = taken.get(pool.people[column], 0) + 1
        mine = [at for at, row in enumerate(pool.rows) if who in (row.draft.waits, row.draft.id)]
        if not mine and who not in pool.room:
            raise NotFound("person", who)
        cells = [(at, person) for at in mine for person in pool.people] or [(at, who) for at in range(len(pool.rows))]
        pairs = []
        for at, person in cells:
            chosen = at in found and pool.people[found[at]] == person
            away = taken.get(person, 0) >= pool.room[person]
            pairs.append(
                _pair(pool, pool.rows[at], person, "proposed" if chosen else "elsewhere" if away else "possible")
            )
        return tuple(sorted(pairs, key=_rank))

    return desk.look(look)


_STATUSES = ("proposed", "possible", "elsewhere", "full", "declined", "blocked")


def _rank(pair: Pair) -> tuple[int, Decimal, str, str]:
    known = _STATUSES.index(pair.status)
    return (known if known in (0, 5) else 1, -(pair.score or Decimal(0)), pair.person, pair.dyad)


def _solved(pool: Pool) -> dict[int, int]:
    """Row -> the person proposed for it."""
    try:
        from dyade.service import matrix
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] not in ("numpy", "scipy"):
            raise
        raise ExtraMissing(EXTRA) from None
    versions: dict[PairPlan, list[int]] = {}
    for at, row in enumerate(pool.rows):
        versions.setdefault(row.plan, []).append(at)
    order = [at for rows in versions.values() for at in rows]
    pools = [
        matrix.Pool(plan, [pool.rows[at].draft for at in rows], pool.profiles(plan)) for plan, rows in versions.items()
    ]
    possible = matrix.stacked([one.possible() for one in pools], len(pool.people))
    score = matrix.stacked([one.score() for one in pools], len(pool.people))
    number = {person: column for column, person in enumerate(pool.people)}
    for line, at in enumerate(order):
        for person in pool.rows[at].declined & number.keys():
            possible[line, number[person]] = False
    by_dyad = sorted(range(len(order)), key=lambda line: order[line])
    room = [pool.room[person] for person in pool.people]
    return dict(matrix.chosen(possible[by_dyad], score[by_dyad], room))


def _pair(pool: Pool, row: _Row, person: str, status: str) -> Pair:
    draft, plan = row.draft, row.plan
    beside(draft, person, plan.known(pool.sought, pool.raw(person, pool.sought)))
    reasons = _reasons(pool, row)
    if reasons:
        return Pair(draft.id, person, "blocked", None, (), reasons, draft.waits)
    worth = plan.worth(draft)
    parts = tuple(
        Worth(part.model.id, part.model.label, points, None if part.test is None else Decimal(part.model.weight))
        for part, points in worth
    )
    if person in row.declined:
        status = "declined"
    elif not pool.room[person]:
        status = "full"
    return Pair(draft.id, person, status, sum((points for _, points in worth), Decimal(0)), parts, (), draft.waits)


def _reasons(pool: Pool, row: _Row) -> tuple[Reason, ...]:
    """Why two people may not be paired; the draft stands beside the person already."""
    draft, plan = row.draft, row.plan
    found: list[Reason] = []
    if not fits(plan, draft):
        found += blocking_reasons(draft, plan.eligible.blocking(draft), pool.sought)
    for clause in plan.blocked(draft):
        said = message_of(draft, clause.message)
        found.append(Reason("pair_clause", clause.id, {}, said))
    return tuple(found)


# ------------------------------------------------------------------------------------------------------------- deciding


class Act(NamedTuple):
    """The act by which a pair is decided on, or why there is none."""

    dyad: str
    order: Command | None
    reasons: tuple[Reason, ...] = ()


def decision(desk: Desk, program: str, who: str, person: str, actor: str, id_: str | None) -> Act:
    """The act by which a pair is decided on; or why it cannot be.

    What the door asks of that act is asked besides; so is a quota, which alone counts while others decide too.
    """

    def look(view: Reading) -> Act:
        answered = view.answered(actor, id_) if id_ is not None else None
        row_before = view.dyad(answered.dyad) if answered is not None else None
        if row_before is not None:
            # Done once already: the door answers it again, whatever has become of the pool.
            known = desk.programs.pinned(row_before.program, row_before.behaviour)
            return Act(row_before.id, _order(known, person, actor))
        pool = Pool(desk, view, program)
        row = next((row for row in pool.rows if who in (row.draft.id, row.draft.waits)), None)
        if row is None:
            return Act(who, None, (Reason("pair_not_waiting", who),))
        if actor != SYSTEM and not any(row.draft.holds(actor, role) for role in row.plan.model.decided_by):
            if not any(actor == h.person for held in row.draft.holdings.values() for h in held):
                raise NotFound("dyad", who)
            roles = tuple(row.plan.model.decided_by)
            return Act(who, None, (Reason("pair_not_decided", "", {"roles": roles}),))
        if person not in pool.room:
            return Act(who, None, (Reason("pair_not_enrolled", pool.sought, {"person": person}),))
        beside(row.draft, person, row.plan.known(pool.sought, pool.raw(person, pool.sought)))
        reasons = _reasons(pool, row)
        if not reasons and not pool.room[person]:
            reasons = (Reason("pair_no_room", pool.sought, {"person": person}),)
        return Act(row.draft.id, None if reasons else _order(row.known, person, actor), reasons)

    return desk.look(look)


def _order(known: Known, person: str, actor: str) -> Command:
    model, matching = known.program.model, matching_of(known)
    offer = next((rule for rule in model.transitions if rule.id == matching.offer), None)
    if offer is None:
        return Assign(actor, matching.roles[0], person)
    name = offered_as(model, offer)
    assert name is not None, offer.id
    return Fire(actor, offer.event or offer.id, {name: person})


def matching_of(known: Known) -> m.Matching:
    """What a program says of pairs; `NotFound` where it says nothing."""
    found = known.program.model.matching
    if found is None:
        raise NotFound("matching", known.program.id)
    return found

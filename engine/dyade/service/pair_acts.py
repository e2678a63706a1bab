"""What does a decision on a pair ask for? An act like any other, through the door; or why it cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dyade.errors import NotFound
from dyade.flow.decide import decide
from dyade.flow.messages import SYSTEM, Assign, Fire, Start
from dyade.flow.outcome import Decision, Reason, Refusal
from dyade.flow.pairs import beside
from dyade.flow.telling.pairing import pair_reasons
from dyade.program.checks.matching import offered_as
from dyade.service.answers import asked, spelled
from dyade.service.desk import Desk
from dyade.service.pool import Pool, Row, began, matching_of
from dyade.service.ports import Reading
from dyade.service.programs import Known

if TYPE_CHECKING:
    from dyade.flow.messages import Command


class Act(NamedTuple):
    """The act by which a pair is decided on, or why there is none."""

    dyad: str | None
    """`None` where it is to begin, by `begins`."""
    order: Command | None
    """What is then done in it; nothing more where it begins with both."""
    reasons: tuple[Reason, ...] = ()
    begins: Start | None = None


def decision(
    desk: Desk,
    program: str,
    who: str,
    person: str,
    actor: str,
    id_: str | None,
    recorded: tuple[str | None, int | None] = (None, None),
) -> Act:
    """The act by which a pair is decided on; or why it cannot be. `recorded`: by whom, and of which day, it is told.

    What the door asks of that act is asked besides; so is a quota, which alone counts while others decide too.
    """

    def look(view: Reading) -> Act:
        answered = view.answered(actor, id_) if id_ is not None else None
        row_before = view.dyad(answered.dyad) if answered is not None else None
        if row_before is not None:
            # Done once already: the door answers it again, whatever has become of the pool.
            known = desk.programs.pinned(row_before.program, row_before.behaviour)
            waiting, sought = matching_of(known).roles[1], matching_of(known).roles[0]
            begins = Start(actor, {waiting: (who,), sought: (person,)}, {}, *recorded)
            if answered is not None and answered.request == asked(program, spelled(begins)):
                return Act(None, None, (), begins)
            return Act(row_before.id, _order(known, person, actor))
        pool = Pool(desk, view, program)
        row = next((row for row in pool.rows if who in (row.draft.waits, row.dyad)), None)
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
        reasons = pair_reasons(row.plan, row.draft)
        if not reasons and not pool.room[person]:
            reasons = (Reason("pair_no_room", pool.sought, {"person": person}),)
        if row.dyad is None:
            return Act(None, None, reasons) if reasons else _beginning(pool, row, person, actor, recorded)
        return Act(row.dyad, None if reasons else _order(row.known, person, actor), reasons)

    return desk.look(look)


def _beginning(pool: Pool, row: Row, person: str, actor: str, recorded: tuple[str | None, int | None]) -> Act:
    """Begin the dyad of somebody who waits without one: with both, or with them, to whom the other is then offered."""
    waits = row.draft.waits
    assert waits is not None
    people = {pool.waiting: waits} if pool.matching.offer is not None else {pool.waiting: waits, pool.sought: person}
    profiles = {waits: pool.raw(waits, pool.waiting), person: pool.raw(person, pool.sought)}
    context = row.draft.context
    outcome = began(row.known, context, people, profiles, actor)
    order = _order(row.known, person, actor) if pool.matching.offer is not None else None
    if isinstance(outcome, Decision) and order is not None:
        # Nothing begins where the offer would then be refused.
        outcome = decide(row.known.program, outcome.dyad, order, context._replace(profiles=profiles, quiet_until=None))
    if isinstance(outcome, Refusal):
        return Act(None, None, outcome.reasons)
    return Act(None, order, (), Start(actor, {role: (one,) for role, one in people.items()}, {}, *recorded))


def _order(known: Known, person: str, actor: str) -> Command:
    model, matching = known.program.model, matching_of(known)
    offer = next((rule for rule in model.transitions if rule.id == matching.offer), None)
    if offer is None:
        return Assign(actor, matching.roles[0], person)
    name = offered_as(model, offer)
    assert name is not None, offer.id
    return Fire(actor, offer.event or offer.id, {name: person})

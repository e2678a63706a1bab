"""How does one meeting serve the dyads of a cohort? Each is told by a command of its own, in a transaction of its own.

What stops one dyad stops no other, and is told. Done again under the same id, what was done is answered again, and the
rest is done.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID, uuid5

from dyade.errors import DyadeError, NotFound
from dyade.flow.draft import Draft
from dyade.flow.dyad import Dyad
from dyade.flow.messages import Attend, CancelMeeting, Command, MoveMeeting, PlanMeetings
from dyade.flow.outcome import Context, Decision, Refusal
from dyade.flow.plan import plan_of
from dyade.flow.telling.visibility import Reader
from dyade.program.conditions.types import EMPTY
from dyade.program.conditions.values import dump_value
from dyade.program.program import Program
from dyade.service.choosing import answering
from dyade.service.desk import Desk
from dyade.service.ports import Filter

OF_A_MEETING = UUID("6f0a3f0e-6a1c-5d0e-9a39-2f4b9d0c7e51")
Order = PlanMeetings | MoveMeeting | CancelMeeting | Attend
"""What is done to a meeting of a whole cohort; absences are excused one by one."""
Act = Callable[[str, Command, str | None], Decision | Refusal]
"""(dyad, command, id of the command) → what came of it."""


class Member(NamedTuple):
    """A dyad of a cohort."""

    dyad: str
    people: frozenset[str]
    """Who takes part in it."""


class Reached(NamedTuple):
    """What came of a command in one dyad of a cohort; either `outcome` or `error` is there."""

    dyad: str
    outcome: Decision | Refusal | None
    error: DyadeError | None = None


def members(desk: Desk, program: str, series: str, cohort: str, reader: str) -> tuple[Member, ...]:
    """The dyads that a meeting of a cohort is for, by number: those that go on, and that this reader knows of."""
    model = desk.look(lambda _view: desk.programs.current(program)).program.model
    if series not in model.series or model.series[series].cohort is None:
        raise NotFound("series", series)

    def asked(own: Program, dyad: Dyad, context: Context) -> frozenset[str] | None:
        return _people(own, dyad, context, series, cohort, reader)

    return tuple(
        Member(one.id, people) for one, people in answering(desk, Filter(program=program, ended=False), asked, reader)
    )


def _people(
    program: Program, dyad: Dyad, context: Context, series: str, cohort: str, reader: str
) -> frozenset[str] | None:
    """Who takes part in a dyad, where it is of the cohort as far as the reader may know; `None` where it is not."""
    declared = program.model.series.get(series)
    if declared is None or declared.cohort is None:
        return None
    name = declared.cohort.removeprefix("fields.")
    draft = Draft(plan_of(program), dyad, context)
    value = draft.plan.field(name)(draft)
    if draft.is_final or value is None or value is EMPTY or not Reader(draft, reader).sees_datum(("fields", name)):
        return None
    if str(dump_value(program.data["fields", name].type, value)) != cohort:
        return None
    shared = (person for held in context.program_roles.values() for person in held)
    return frozenset((*(h.person for held in dyad.holdings.values() for h in held if not h.pending), *shared))


def reach(desk: Desk, program: str, cohort: str, order: Order, id_: str | None, act: Act) -> tuple[Reached, ...]:
    """Tell each dyad of a cohort of its meeting; raise `NotFound` for someone present whom none of them knows."""
    known = members(desk, program, order.series, cohort, order.actor)
    if isinstance(order, Attend):
        everyone = frozenset[str]().union(*(member.people for member in known))
        stranger = next((person for person in order.present if person not in everyone), None)
        if stranger is not None and known:
            raise NotFound("person", stranger)
    return tuple(_one(member, order, id_, act) for member in known)


def _one(member: Member, order: Order, id_: str | None, act: Act) -> Reached:
    if isinstance(order, Attend):
        order = order._replace(present=tuple(person for person in order.present if person in member.people))
    own = None if id_ is None else str(uuid5(OF_A_MEETING, f"{id_}\n{member.dyad}"))
    try:
        return Reached(member.dyad, act(member.dyad, order, own))
    except DyadeError as error:
        return Reached(member.dyad, None, error)

"""How is one act done to many dyads? Looked at first, then each by a command of its own, in a transaction of its own.

What stops one dyad stops no other, and is told. Under the same id of the batch, what was done is answered again, and
what was not is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from dyade.errors import DyadeError, NotFound
from dyade.flow.decide import decide
from dyade.flow.draft import Draft
from dyade.flow.dyad import Dyad
from dyade.flow.messages import Command
from dyade.flow.outcome import Context, Decision, Reason, Refusal
from dyade.flow.plan import plan_of
from dyade.flow.tagged import sorted_json, tag
from dyade.flow.telling.visibility import Reader
from dyade.program.conditions.types import EMPTY
from dyade.program.conditions.values import dump_value
from dyade.program.graph import MAIN
from dyade.program.program import Program
from dyade.service import queries
from dyade.service.answers import spelled
from dyade.service.attaching import detached
from dyade.service.choosing import answering
from dyade.service.cohort import Reached
from dyade.service.context import UnknownPerson, gathered, takes_part
from dyade.service.counted import counted
from dyade.service.counting import counters_for
from dyade.service.desk import Desk
from dyade.service.ports import Filter, Reading

OF_A_BATCH = UUID("2c6a0c8e-93d1-5f6a-8a51-0b7f4a6f2d19")
Act = Callable[[str, Command, str | None], Decision | Refusal]
"""(dyad, command, id of the command) → what came of it."""
Chosen = tuple[str, int]
"""A dyad, and the revision at which it was chosen."""


def choose(desk: Desk, program: str, state: str | None, where: Mapping[str, Any], reader: str | None) -> list[Chosen]:
    """The dyads that go on, stand in a state and have these values, as far as the reader may know, by number."""
    declared = desk.look(lambda _: desk.programs.current(program)).program
    if state is not None and state not in declared.graph.nodes:
        raise NotFound("state", state)
    unknown = next((name for name in where if name not in declared.model.fields), None)
    if unknown is not None:
        raise NotFound("field", unknown)
    # A store knows the main leaf of its dyads; where else one stands, the dyad says.
    leaf = state if state in declared.graph.regions[MAIN].leaves else None

    def asked(own: Program, dyad: Dyad, context: Context) -> bool | None:
        return _has(own, dyad, context, where, state, reader) or None

    which = Filter(program=program, leaf=leaf, ended=False)
    return [(one.id, one.revision) for one, _ in answering(desk, which, asked, reader)]


def _has(
    program: Program, dyad: Dyad, context: Context, where: Mapping[str, Any], state: str | None, reader: str | None
) -> bool:
    """Whether a dyad has these values; one that the reader may not see is as if it were another."""
    draft = Draft(plan_of(program), dyad, context)
    if draft.is_final or (state is not None and not draft.is_in(state)):
        return False
    sight = Reader(draft, reader)
    if state is not None and not sight.sees_states((state,)):
        return False
    for name, wanted in where.items():
        # A list of those who have it would tell what is sensitive, even to those who may read it one by one.
        if name not in program.model.fields or program.model.fields[name].privacy == "sensitive":
            return False
        if not sight.sees_datum(("fields", name)):
            return False
        value = draft.plan.field(name)(draft)
        held = None if value is None or value is EMPTY else dump_value(program.data["fields", name].type, value)
        if str(held) != str(wanted) and not (isinstance(held, list) and [held] != [wanted] and wanted in held):
            return False
    return True


def batch_id(program: str, order: Command, chosen: Sequence[Chosen]) -> str:
    """An id for a batch that nobody has begun: of what is asked, and of the dyads as they stand."""
    command, _ = detached(order)
    content = [program, type(order).__name__, *(tag(part) for part in command), [list(one) for one in chosen]]
    return f"lot-{sha256(sorted_json(content).encode()).hexdigest()[:12]}"


def foresee(desk: Desk, chosen: Sequence[Chosen], order: Command) -> Iterator[Reached]:
    """Look at what would come of a command in each dyad; nothing is kept.

    Each is looked at alone: places that they share may be taken by the first of them.
    """
    command = spelled(detached(order)[0])
    for dyad, _ in counted(desk.heard, chosen):
        try:
            yield Reached(dyad, desk.look(lambda view, id_=dyad: _decided(desk, view, id_, command)))  # type: ignore[misc]
        except DyadeError as error:
            yield Reached(dyad, None, error)


def _decided(desk: Desk, view: Reading, dyad_id: str, command: Command) -> Decision | Refusal:
    known, before = desk.opened(queries.row_of(view, dyad_id))
    try:
        context = gathered(view, known, before, command, desk.now(), counters_for(desk, view, known))
    except UnknownPerson as unknown:
        if unknown.person == command.actor:
            raise NotFound("dyad", dyad_id) from None
        return Refusal((Reason("unknown_person", unknown.person, {"person": unknown.person}),))
    if not takes_part(before.snapshot.dyad, context.program_roles, command.actor):
        raise NotFound("dyad", dyad_id)
    return decide(known.program, before.snapshot.dyad, command, context, dyad_id)


def carry_out(chosen: Iterable[Chosen], order: Command, batch: str, act: Act) -> Iterator[Reached]:
    """Do it, dyad by dyad."""
    for dyad, _ in chosen:
        try:
            yield Reached(dyad, act(dyad, order, str(uuid5(OF_A_BATCH, f"{batch}\n{dyad}"))))
        except DyadeError as error:
            yield Reached(dyad, None, error)

"""What do faces ask? Answers about dyads, ready to be shown, for one reader or for whoever holds the store.

What time should have done by now is counted as done, although nothing is kept: the answer does not depend on a worker.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeVar

from dyade.errors import NotFound
from dyade.flow.decide import decide
from dyade.flow.dyad import Dyad
from dyade.flow.messages import Tick
from dyade.flow.outcome import Context, Decision, Reason
from dyade.program.program import Program
from dyade.service.context import gathered, takes_part
from dyade.service.desk import Desk
from dyade.service.journal import Kept, records_of
from dyade.service.notices import Names
from dyade.service.ports import Enrolment, Reading, StoredDyad

Result = TypeVar("Result")


class Shown(NamedTuple):
    """A dyad, with what is needed to show it."""

    dyad: Dyad
    program: Program
    number: int
    next_due: int | None
    """When time next does something."""
    outcome: str | None
    """How it ended, `None` while it goes on."""
    names: Mapping[str, str]
    """person → name."""


def row_of(view: Reading, dyad: str) -> StoredDyad:
    """Find a dyad as it is kept."""
    row = view.dyad(dyad)
    if row is None:
        raise NotFound("dyad", dyad)
    return row


def show(desk: Desk, dyad_id: str) -> Shown:
    """Find a dyad with its surroundings."""

    def look(view: Reading) -> Shown:
        row = row_of(view, dyad_id)
        known, before = desk.opened(row)
        dyad = before.snapshot.dyad
        shared = (one.person for one in view.enrolments(row.program)) if known.shared_roles else ()
        held = (h.person for holders in dyad.holdings.values() for h in holders)
        names = {id_: person.name for id_ in {*held, *shared} if (person := view.person(id_)) is not None}
        outcome = known.ending(dyad.leaves[""])
        return Shown(dyad, known.program, row.number, row.next_due, outcome, names)

    return desk.look(look)


def history(desk: Desk, dyad_id: str) -> tuple[Kept, ...]:
    """Read the records of a dyad."""

    def look(view: Reading) -> tuple[Kept, ...]:
        row = row_of(view, dyad_id)
        known = desk.programs.pinned(row.program, row.behaviour)
        rows = view.records(dyad_id)
        records = records_of(view, known, dyad_id, rows)
        return tuple(Kept(one.seq, one.n, record, one.hash) for one, record in zip(rows, records, strict=True))

    return desk.look(look)


Asked = Callable[[Program, Dyad, Context], Result]


def at_present(desk: Desk, dyad_id: str, ask: Asked[Result], reader: str | None = None) -> Result:
    """Ask something about a dyad as it would be now, if time had done its work.

    A dyad in which the reader takes no part is not there for them: the answer is that of an unknown id.
    """

    def look(view: Reading) -> Result:
        known, before = desk.opened(row_of(view, dyad_id))
        context = gathered(view, known, before, Tick(), desk.now())
        outcome = decide(known.program, before.snapshot.dyad, Tick(), context)
        dyad = outcome.dyad if isinstance(outcome, Decision) else before.snapshot.dyad
        if reader is not None and not takes_part(dyad, context.program_roles, reader):
            raise NotFound("dyad", dyad_id)
        return ask(known.program, dyad, context._replace(quiet_until=None))

    return desk.look(look)


def sentences(
    desk: Desk, reasons: tuple[Reason, ...], lang: str, dyad_id: str | None, program: str | None
) -> tuple[str, ...]:
    """Say reasons in words, with the names of the people in them."""
    from dyade.flow.telling.refusals import refusal_sentences

    def look(view: Reading) -> tuple[str, ...]:
        if dyad_id is not None:
            row = row_of(view, dyad_id)
            known = desk.programs.pinned(row.program, row.behaviour)
        else:
            known = desk.programs.current(program or "")
        return refusal_sentences(known.program, reasons, lang, Names(view))

    return desk.look(look)


def enrolments(desk: Desk, person: str | None, program: str | None) -> list[Enrolment]:
    """List enrolments, of a person, in a program, or both."""
    if person is not None:
        found = desk.look(lambda view: view.enrolments_of(person))
        return [one for one in found if program in (None, one.program)]
    if program is not None:
        return desk.look(lambda view: view.enrolments(program))
    return desk.look(lambda view: [one for p in view.people() for one in view.enrolments_of(p.id)])

"""What do faces ask? Answers about dyads, ready to be shown, for one reader or for whoever holds the store.

What time should have done by now is counted as done, although nothing is kept: the answer does not depend on a worker.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeVar

from dyade.errors import NotFound, ProgramInvalid
from dyade.flow.decide import decide
from dyade.flow.dyad import Dyad
from dyade.flow.messages import Record, Tick
from dyade.flow.outcome import Context, Decision, Reason
from dyade.program.program import Program
from dyade.service.context import gathered, takes_part
from dyade.service.counting import counters_for
from dyade.service.desk import Desk
from dyade.service.journal import Kept, Lives, records_of
from dyade.service.notices import Names
from dyade.service.ports import Enrolment, Filter, Reading, StoredDyad

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
        rows = view.records(dyad_id)
        records = records_of(view, Lives.of(view, desk.programs, row), dyad_id, rows)
        return tuple(Kept(one.seq, one.n, record, one.hash) for one, record in zip(rows, records, strict=True))

    return desk.look(look)


class Version(NamedTuple):
    """A version of a program, as the store knows it."""

    version: str
    behaviour: str
    published_at: int
    current: bool
    """Whether a dyad that begins now would live by it."""
    running: int
    """Dyads that live by it and have not ended."""
    ended: int
    withdrawn: str | None
    """Why no dyad begins in it any more."""


def versions(desk: Desk, program: str) -> tuple[Version, ...]:
    """List the versions of a program: the one on the shelf, then those before it, the newest first."""

    def look(view: Reading) -> tuple[Version, ...]:
        published = view.publications(program)
        try:
            current = desk.programs.current(program)
        except (NotFound, ProgramInvalid):
            if not published:
                raise
            current = None
        lines = view.dyads(Filter(program=program))
        withdrawn = {one.behaviour: one.reason for one in view.withdrawals(program)}
        found: dict[str, tuple[str, int]] = {one.behaviour: (one.version, one.published_at) for one in published[::-1]}
        at_hand = None if current is None else current.behaviour
        if current is not None:
            found.setdefault(current.behaviour, (current.program.version, desk.now()))
        return tuple(
            Version(
                version,
                behaviour,
                at,
                behaviour == at_hand,
                sum(line.behaviour == behaviour and line.outcome is None for line in lines),
                sum(line.behaviour == behaviour and line.outcome is not None for line in lines),
                withdrawn.get(behaviour),
            )
            for behaviour, (version, at) in sorted(
                found.items(), key=lambda item: (item[0] != at_hand, -item[1][1], item[0])
            )
        )

    return desk.look(look)


class Chapter(NamedTuple):
    """A part of a dyad's life under one version of its program."""

    program: Program
    dyad: Dyad
    """As it stood at its end."""
    records: tuple[Record, ...]


def chapters(desk: Desk, dyad_id: str) -> tuple[Chapter, ...]:
    """Read the records of a dyad, version by version."""

    def look(view: Reading) -> tuple[Chapter, ...]:
        row = row_of(view, dyad_id)
        lives = Lives.of(view, desk.programs, row)
        records = records_of(view, lives, dyad_id, view.records(dyad_id))
        found = []
        for since, until, known in lives:
            mine = tuple(record for record in records if since <= record.head.revision < until)
            before = [record for record in records if record.head.revision < until]
            found.append(Chapter(known.program, lives.fold(dyad_id, before), mine))
        return tuple(found)

    return desk.look(look)


Asked = Callable[[Program, Dyad, Context], Result]


def at_present(desk: Desk, dyad_id: str, ask: Asked[Result], reader: str | None = None) -> Result:
    """Ask something about a dyad as it would be now, if time had done its work.

    A dyad in which the reader takes no part is not there for them: the answer is that of an unknown id.
    """

    def look(view: Reading) -> Result:
        known, before = desk.opened(row_of(view, dyad_id))
        context = gathered(view, known, before, Tick(), desk.now(), counters_for(desk, view, known))
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

"""What will time do, in one dyad or in many? Told in words, and as days that a calendar takes, for one reader."""

from __future__ import annotations

from typing import NamedTuple

from dyade.errors import NotFound
from dyade.flow.draft import Draft
from dyade.flow.dyad import Dyad
from dyade.flow.outcome import Context
from dyade.flow.plan import plan_of
from dyade.flow.telling.cards import Due, due_line
from dyade.flow.telling.upcoming import upcoming
from dyade.flow.telling.visibility import Reader
from dyade.flow.telling.words import Words, said
from dyade.program.program import Program
from dyade.service.desk import Desk
from dyade.service.letters import event_of
from dyade.service.parcels import Event
from dyade.service.ports import ACTIVE, Filter, Reading
from dyade.service.queries import at_present

YEAR = 366
"""Days that are looked ahead, unless told otherwise."""


class Planned(NamedTuple):
    """Something that time will do."""

    dyad: str
    program: str
    title: str
    """Of the program."""
    kind: str
    """`transition`, `reminder`, `deadline`, `form` or `meeting`."""
    id: str
    due: Due
    at: int
    """Its instant; of a day, that at which it begins."""
    event: Event


def agenda(
    desk: Desk,
    *,
    dyad: str | None = None,
    person: str | None = None,
    program: str | None = None,
    until: int | None = None,
    reader: str | None = None,
    lang: str = "fr",
) -> list[Planned]:
    """List what time will do, in order, until the end of a day: in a dyad, in those of a person, of a program, or all.

    What is for a person is told as they may see it, unless a reader is named. A dyad that the reader takes no part in
    is not there.
    """
    reader = reader or person
    if dyad is not None and person is not None and not desk.look(lambda view: _concerns(view, dyad, person)):
        raise NotFound("dyad", dyad)
    ids = (dyad,) if dyad is not None else desk.look(lambda view: _dyads(view, person, program))
    found: list[Planned] = []
    for id_ in ids:
        try:
            found += at_present(desk, id_, lambda p, d, c: planned(p, d, c, reader, lang, until), reader)
        except NotFound:
            if dyad is not None:
                raise
    return sorted(found, key=lambda one: (one.at, one.dyad, one.kind, one.id))


def planned(
    program: Program, dyad: Dyad, context: Context, reader: str | None, lang: str, until: int | None
) -> list[Planned]:
    """List what time will do in one dyad, until the end of a day in the program's zone."""
    draft = Draft(plan_of(program), dyad, context)
    words = Words(draft.plan, lang, context.names)
    clock = draft.plan.calendar
    end = clock.start_of_day((until if until is not None else clock.local_date(context.now) + YEAR) + 1) or context.now
    title = said(program.model.title, lang)
    return [
        Planned(dyad.id, program.id, title, one.kind, one.id, due_line(one, words), one.at, event_of(draft, words, one))
        for one in upcoming(draft, Reader(draft, reader), end - 1)
    ]


def _dyads(view: Reading, person: str | None, program: str | None) -> tuple[str, ...]:
    """The dyads that go on, of a program, that concern a person."""
    if person is None:
        return tuple(one.id for one in view.dyads(Filter(program=program, ended=False)))
    if view.person(person) is None:
        raise NotFound("person", person)
    enrolled = _enrolled(view, person)
    return tuple(
        one.id
        for one in view.dyads(Filter(program=program, ended=False))
        if one.program in enrolled or any(who == person for _, who in one.people)
    )


def _concerns(view: Reading, dyad: str, person: str) -> bool:
    """Whether a person takes part in a dyad, or holds a role of its whole program."""
    row = view.dyad(dyad)
    if row is None:
        return False
    return row.program in _enrolled(view, person) or any(id_ == dyad for id_, _ in view.dyads_of(person))


def _enrolled(view: Reading, person: str) -> frozenset[str]:
    return frozenset(one.program for one in view.enrolments_of(person) if one.status == ACTIVE)

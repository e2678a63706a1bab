"""Which meetings does a dyad have, and what became of each? For one reader, and only what they may see."""

from __future__ import annotations

from typing import NamedTuple

from dyade.flow.draft import Draft
from dyade.flow.dyad import Dyad
from dyade.flow.outcome import Context
from dyade.flow.plan import plan_of
from dyade.flow.telling.visibility import Reader
from dyade.flow.telling.words import Words, day
from dyade.program.program import Program
from dyade.texts import sentence


class Told(NamedTuple):
    """One meeting."""

    series: str
    label: str
    day: str
    moved_from: str
    """The day that it had at first; empty where it never moved."""
    status: str
    """`planned`, `overdue` (its day has passed, its attendance is awaited), `held` or `cancelled`."""
    said: str
    """The status, in words."""
    present: tuple[str, ...]
    missed: tuple[str, ...]
    excused: tuple[str, ...]


def meetings(program: Program, dyad: Dyad, context: Context, reader: str | None, lang: str) -> tuple[Told, ...]:
    """Every meeting of a dyad, series by series, in the order of their days."""
    draft = Draft(plan_of(program), dyad, context)
    view, words = Reader(draft, reader), Words(draft.plan, lang, context.names)
    found: list[Told] = []
    for name in draft.plan.series:
        known = draft.meetings.get(name, ()) if view.sees_series(name) else ()
        for meeting in sorted(known, key=lambda one: (one.on, one.n)):
            late = meeting.status == "planned" and meeting.on < draft.today
            status = "overdue" if late else meeting.status
            moved = day(meeting.first_on) if meeting.first_on != meeting.on else ""
            people = (tuple(map(words.person, who)) for who in (meeting.present, meeting.missed, meeting.excused))
            said = sentence("answers", f"meeting.{status}", lang)
            found.append(Told(name, words.series(name), day(meeting.on), moved, status, said, *people))
    return tuple(found)

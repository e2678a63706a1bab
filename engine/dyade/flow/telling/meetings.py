"""Which meetings does a dyad have, and what became of each? For one reader, and only what they may see."""

from __future__ import annotations

from typing import NamedTuple

from dyade.flow.draft import Draft
from dyade.flow.dyad import Dyad, Meeting
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
    at: str
    """The hour at which it begins; empty where nobody said it."""
    place: str
    """Where it is held; empty where nobody said it."""
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
        place = place_told(draft, view, words, name)
        for meeting in sorted(known, key=lambda one: (one.on, one.n)):
            late = meeting.status == "planned" and meeting.on < draft.today
            status = "overdue" if late else meeting.status
            moved = day(meeting.first_on) if meeting.first_on != meeting.on else ""
            people = (tuple(map(words.person, who)) for who in (meeting.present, meeting.missed, meeting.excused))
            said = sentence("answers", f"meeting.{status}", lang)
            at = hour_told(draft, view, words, name, meeting)
            found.append(Told(name, words.series(name), day(meeting.on), moved, at, place, status, said, *people))
    return tuple(found)


def when(draft: Draft, view: Reader, words: Words, series: str, meeting: Meeting) -> str:
    """The day of a meeting, with its hour and its place as far as this reader may be told."""
    at, place = hour_told(draft, view, words, series, meeting), place_told(draft, view, words, series)
    return ", ".join(part for part in (f"{day(meeting.on)} {at}".rstrip(), place) if part)


def hour_told(draft: Draft, view: Reader, words: Words, series: str, meeting: Meeting) -> str:
    """At what time a meeting begins; empty where it is not known, or not for this reader."""
    at = draft.plan.series[series].hour(draft, meeting) if view.sees_hour(series) else None
    return "" if at is None else words.hour(at)


def place_told(draft: Draft, view: Reader, words: Words, series: str) -> str:
    """Where the meetings of a series are held; empty where it is not known, or not for this reader."""
    place = draft.plan.series[series].place(draft) if view.sees_place(series) else None
    return "" if place is None else words.place(series, place)

"""What do the meetings of a series say: how many were planned, held, attended, missed, and which is next?

A planned meeting whose day has passed stays planned, and is overdue, until someone says who was there or cancels it:
time alone holds nobody absent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from dyade.flow.draft import Draft
from dyade.flow.dyad import Meeting
from dyade.program import model as m
from dyade.program.conditions.compile import Getter
from dyade.program.conditions.types import TIME
from dyade.program.conditions.values import parse_value
from dyade.program.durations import Duration, multiplied, negated

if TYPE_CHECKING:
    from dyade.flow.calendar import Calendar
    from dyade.flow.plan import Plan

MOST_MEETINGS = 500
"""Meetings that one series may have, those that were cancelled counted."""


class SeriesPlan:
    """A series, ready."""

    __slots__ = ("_at", "_before", "calendar", "every", "expected", "id", "model", "others", "states")

    def __init__(self, plan: Plan, name: str, model: m.Series) -> None:
        self.id = name
        self.model = model
        self.calendar: Calendar = plan.calendar
        self.states = tuple(plan.graph.path(reference) for reference in model.within)
        self.every: Duration | None = plan.duration(model.every) if model.every else None
        self.expected = tuple(model.mandatory or (role for role in plan.roles if role not in plan.program_roles))
        """The roles of those who may be excused."""
        excusing = model.absence.by if model.absence else []
        self.others = tuple(role for role in excusing if role not in self.expected)
        """The roles that excuse anybody."""
        before = model.absence.before if model.absence else None
        self._before = negated(plan.duration(before)) if before else None
        fixed = model.at is not None and model.at_field is None
        self._at = int(parse_value(TIME, model.at)) if fixed else None  # type: ignore[arg-type]

    def hour(self, draft: Draft, meeting: Meeting | None = None) -> int | None:
        """The minutes after midnight at which a meeting begins, or any of the series, where that is known."""
        if meeting is not None and meeting.at is not None:
            return meeting.at
        return self._at if self.model.at_field is None else _given(draft, self.model.at_field, int)

    def place(self, draft: Draft) -> str | None:
        """Where its meetings are held: what people gave, or `place`, which stands for the words of the program."""
        if self.model.place_field is None:
            return None if self.model.place is None else "place"
        return _given(draft, self.model.place_field, str)

    def last_day_to_excuse(self, day: int) -> int:
        """The last day on which an absence of that day is excused."""
        last = self.calendar.add(day, self._before) if self._before is not None else day
        return day if last is None else last

    def laid_out(self, first: int, until: int) -> tuple[int, ...]:
        """The days after a first one, every so often, until a day; one too many where there are too many."""
        found: list[int] = []
        while self.every is not None and len(found) <= MOST_MEETINGS:
            length = multiplied(self.every, len(found) + 1)
            day = self.calendar.add(first, length) if length is not None else None
            if day is None or day > until or day <= first:
                break
            found.append(day)
        return tuple(found)

    def missed(self, draft: Draft, meeting: Meeting, present: tuple[str, ...]) -> tuple[str, ...]:
        """Those who had to be there, were not, and had not been excused."""
        wanted = dict.fromkeys(p for role in self.model.mandatory or () for p in draft.holders(role))
        return tuple(person for person in wanted if person not in present and person not in meeting.excused)


T = TypeVar("T")


def _given(draft: Draft, field: str, kind: type[T]) -> T | None:
    """The value of a field, where it has one."""
    value = draft.plan.field(field)(draft)
    return value if isinstance(value, kind) else None


def planned(draft: Draft, series: str) -> tuple[Meeting, ...]:
    """The meetings that are planned, neither held nor cancelled."""
    return tuple([meeting for meeting in draft.meetings.get(series, ()) if meeting.status == "planned"])


def overdue(draft: Draft, series: str) -> tuple[Meeting, ...]:
    """The planned meetings whose day has passed, the oldest first."""
    return tuple(sorted((found for found in planned(draft, series) if found.on < draft.today), key=lambda one: one.on))


def next_day(draft: Draft, series: str) -> int | None:
    """The day of the first planned meeting that is still to come, today's included."""
    return min((meeting.on for meeting in planned(draft, series) if meeting.on >= draft.today), default=None)


def coming(draft: Draft, series: str) -> Meeting | None:
    """The first planned meeting that is still to come, today's included."""
    return min((one for one in planned(draft, series) if one.on >= draft.today), key=lambda one: one.on, default=None)


def _next_at(draft: Draft, series: str) -> int | None:
    found = coming(draft, series)
    return None if found is None else draft.plan.series[series].hour(draft, found)


def _next_place(draft: Draft, series: str) -> str | None:
    return None if coming(draft, series) is None else draft.plan.series[series].place(draft)


def _last(draft: Draft, series: str) -> int | None:
    return max((found.on for found in draft.meetings.get(series, ()) if found.status == "held"), default=None)


def _with(turnout: str) -> Callable[[Draft, str], int]:
    return lambda d, series: sum(meeting.turnout == turnout for meeting in d.meetings.get(series, ()))


_OF_SERIES: Mapping[str, Callable[[Draft, str], Any]] = {
    "planned": lambda d, series: len(planned(d, series)),
    "held": lambda d, series: sum(meeting.status == "held" for meeting in d.meetings.get(series, ())),
    "attended": _with("attended"),
    "missed": _with("missed"),
    "excused": _with("excused"),
    "overdue": lambda d, series: len(overdue(d, series)),
    "next": next_day,
    "next_at": _next_at,
    "next_place": _next_place,
    "last": _last,
}


def of_series(series: str, what: str) -> Getter:
    """The getter of what is asked of a series."""
    get = _OF_SERIES[what]
    return lambda d: get(d, series)


def of_item(series: str, what: str) -> Getter:
    """The getter of what is asked of the meeting at hand, of a series."""
    if what == "at":
        return lambda d: d.plan.series[series].hour(d, d.item) if isinstance(d.item, Meeting) else None
    if what == "place":
        return lambda d: d.plan.series[series].place(d) if isinstance(d.item, Meeting) else None
    if what == "date":
        return lambda d: d.item.on if isinstance(d.item, Meeting) else None
    if what == "excused":
        # Before the meeting too: whoever is excused needs no reminder.
        return lambda d: d.item.is_excused if isinstance(d.item, Meeting) else None
    return lambda d: d.item.turnout == what if isinstance(d.item, Meeting) else None

"""A reminder made ready: what begins its series, when each of it is due, what stops it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from dyade.flow import flips
from dyade.flow.rules import MOST_REMEMBERED
from dyade.program import model as m
from dyade.program.conditions.compile import Getter
from dyade.program.data import Place
from dyade.program.durations import Duration, multiplied

if TYPE_CHECKING:
    from dyade.flow.calendar import Calendar, Roll
    from dyade.flow.plan import Plan


class ReminderPlan(NamedTuple):
    """A reminder, ready."""

    rank: int
    id: str
    model: m.Reminder
    states: tuple[str, ...]
    at: Getter | None
    every: Duration | None
    most: int | None
    """How many of a series are sent at most."""
    stop_when: Getter | None
    only_if: Getter | None
    item: str | None
    meeting: str | None
    """The series whose planned meetings are its items."""
    flips: tuple[flips.Flip, ...]
    """When what stops it may change its answer by time alone."""
    waits: bool
    """Whether its items are the entries that wait, not those that are complete."""
    begins: Callable[[int, int], int | None]
    """(day that its state was entered on, days paused) → the day of the first occurrence, where no date says."""
    moment: Callable[[int, int], int | None]
    """(day of the first occurrence, n) → the instant of the nth; series do not count from a day that was rolled to."""


def reminder_plan(plan: Plan, index: int, model: m.Reminder) -> ReminderPlan:
    place: Place = ("reminders", index)
    what, of = model.each.split(".")[:2] if model.each else ("", "")
    item = of if what == "forms" else None
    after = plan.duration(model.after) if model.after else None
    every = plan.duration(model.every) if model.every else None
    roll: Roll = model.roll or ("none" if model.each else "next_business_day")
    return ReminderPlan(
        index,
        model.id,
        model,
        tuple(plan.graph.path(reference) for reference in model.while_),
        plan.known((*place, "at")),
        every,
        model.max,
        plan.known((*place, "stop_when")),
        plan.known((*place, "only_if")),
        item,
        of if what == "series" else None,
        flips.of_place(plan, (*place, "stop_when")),
        (model.each or "").endswith(".waiting"),
        _begins(plan.calendar, after or every),
        _moment(plan.calendar, plan.day_time, every, roll),
    )


def _begins(calendar: Calendar, length: Duration | None) -> Callable[[int, int], int | None]:
    @lru_cache(maxsize=MOST_REMEMBERED)
    def begins(entered: int, paused: int) -> int | None:
        return calendar.add(entered + paused, length) if length is not None else None

    return begins


def _moment(calendar: Calendar, day_time: int, every: Duration | None, roll: Roll) -> Callable[[int, int], int | None]:
    @lru_cache(maxsize=MOST_REMEMBERED)
    def moment(first: int, n: int) -> int | None:
        day: int | None = first
        if n and every is not None:
            length = multiplied(every, n)
            day = calendar.add(first, length) if length else None
        rolled = calendar.roll(day, roll) if day is not None else None
        return calendar.instant(rolled, day_time) if rolled is not None else None

    return moment

"""How many days may so many months, or business days, last? The least and the most, wherever one begins."""

from __future__ import annotations

from datetime import date
from functools import cache, cached_property

from dyade.flow.calendar import Calendar
from dyade.program.durations import Duration, add_months
from dyade.program.program import FIRST_YEAR, LAST_YEAR

YEARS = (*range(1895, 1906), *range(1999, 2006))
"""A century that has no leap year at its turn, and one that has."""
DAYS = (1, 27, 28, 29, 30, 31)


@cache
def of_months(number: int) -> tuple[int, int]:
    """The least and the most days from a day to the same day so many months later (earlier, when negative)."""
    found = [after - day for day in _starts() if (after := add_months(day, number)) is not None]
    return min(found), max(found)


@cache
def _starts() -> tuple[int, ...]:
    found = []
    for year in YEARS:
        for month in range(1, 13):
            first = date(year, month, 1).toordinal()
            following = date(year + month // 12, month % 12 + 1, 1).toordinal()
            found += [first + day - 1 for day in DAYS if first + day - 1 < following]
    return tuple(found)


class Lengths:
    """The lengths of one place: its weekends and its holidays."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self._found: dict[int, tuple[int, int] | None] = {}

    def of(self, duration: Duration) -> tuple[int, int] | None:
        """The least and the most days of a duration, `None` where they cannot be told."""
        if duration.hours:
            return None
        if duration.business_days:
            return self.of_business_days(duration.business_days)
        return of_months(duration.months) if duration.months else (duration.days, duration.days)

    def of_business_days(self, number: int) -> tuple[int, int] | None:
        """The least and the most days from any day to the nth business day after it (before it, when negative)."""
        if number not in self._found:
            self._found[number] = self._measured(number)
        return self._found[number]

    def _measured(self, number: int) -> tuple[int, int] | None:
        n = abs(number)
        if n == 0:
            return 0, 0
        if not all(len(days) > n + 1 for days in self._worked):
            return None
        # Between two neighbours, every day counts as the first, or as the second when one counts backwards.
        most = max(days[i + n] - days[i] for days in self._worked for i in range(len(days) - n))
        least = min(days[i + n] - days[i + 1] + 1 for days in self._worked for i in range(len(days) - n))
        return (least, most) if number > 0 else (-most, -least)

    @cached_property
    def _worked(self) -> tuple[list[int], list[int]]:
        """The business days of the years whose holidays are known, and those of years without any."""
        first, last = date(FIRST_YEAR, 1, 1).toordinal(), date(LAST_YEAR, 12, 31).toordinal()
        weekdays = [day for day in range(first, last + 1) if (day - 1) % 7 not in self.calendar.weekend]
        return [day for day in weekdays if day not in self.calendar.holidays], weekdays

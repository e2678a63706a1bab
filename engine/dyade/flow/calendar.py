"""When is it? Days and hours of one place: its clock changes, its business days.

Days are ordinals (`date.toordinal`), instants microseconds since 1970 in UTC. Everything is total: what no calendar
holds is `None`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final, Literal, TypeAlias
from zoneinfo import ZoneInfo

from dyade.program.durations import LAST_ORDINAL, Duration, add_days, add_months

DAY: Final = 86_400_000_000
HOUR: Final = 3_600_000_000
MINUTE: Final = 60_000_000
QUARTER: Final = 15 * MINUTE
EPOCH_ORDINAL: Final = date(1970, 1, 1).toordinal()
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)
# A day from either end, so that no shift of a zone leaves the years that datetime knows.
FIRST_DAY: Final = 2
LAST_DAY: Final = LAST_ORDINAL - 2
FIRST_INSTANT: Final = (FIRST_DAY - EPOCH_ORDINAL) * DAY
LAST_INSTANT: Final = (LAST_DAY + 1 - EPOCH_ORDINAL) * DAY - 1

Roll: TypeAlias = Literal["next_business_day", "previous_business_day", "none"]


class Calendar:
    """The clock and the working days of one program; immutable, shared by all its dyads."""

    __slots__ = (
        "_before",
        "_business_day",
        "_counts",
        "_days",
        "_days_off",
        "_same",
        "_shifts",
        "_shifts_of_day",
        "_wall",
        "_whole",
        "_worked",
        "day_time",
        "holidays",
        "weekend",
        "zone",
    )

    def __init__(
        self,
        zone: str | ZoneInfo,
        *,
        weekend: Iterable[int] = (5, 6),
        holidays: Iterable[int] = (),
        day_time: int = 9 * 60,
    ) -> None:
        """Make a calendar; `weekend` counts from Monday, 0, and `day_time` is in minutes since midnight."""
        self.zone = ZoneInfo(zone) if isinstance(zone, str) else zone
        self.weekend = frozenset(weekend)
        self.holidays = frozenset(holidays)
        self.day_time = day_time
        self._worked = tuple(d for d in range(7) if d not in self.weekend)
        self._counts = tuple(sum(d < n for d in self._worked) for n in range(7))
        # A holiday on a weekend changes nothing to business days.
        self._days_off = tuple(sorted(d for d in self.holidays if (d - 1) % 7 not in self.weekend))
        self._before = tuple(self._weekdays_passed(d) - 1 - n for n, d in enumerate(self._days_off))
        self._business_day = lru_cache(maxsize=8192)(self._find_business_day)
        self._wall = lru_cache(maxsize=8192)(self._find_instant)
        self._whole = lru_cache(maxsize=8192)(self._find_whole)
        self._shifts = lru_cache(maxsize=8192)(self._find_shift)
        self._shifts_of_day = lru_cache(maxsize=8192)(self._find_shift_of_day)
        self._days = lru_cache(maxsize=8192)(self._find_days)
        self._same: dict[int, int] = {}

    # Days and instants

    def instant(self, ordinal: int, minutes: int) -> int | None:
        """The instant of a local hour: moved forward when clocks skip it, the first when they repeat it."""
        return self._wall(ordinal, minutes * MINUTE)

    def start_of_day(self, ordinal: int) -> int | None:
        """The first instant of a local day."""
        return self._wall(ordinal, 0)

    def local_date(self, instant: int) -> int:
        """The local day of an instant; instants outside the calendar fall on its first or its last day."""
        midnight, before, after = self._days(instant // DAY)
        if midnight is None:
            return self._day_of(instant)
        return after if instant >= midnight else before

    def _day_of(self, instant: int) -> int:
        return min(max(1, self._local_time(instant) // DAY + EPOCH_ORDINAL), LAST_ORDINAL)

    def _find_days(self, number: int) -> tuple[int | None, int, int]:
        """(local midnight, the days before and after it) in a day of UTC; no midnight where clocks change meanwhile."""
        first = number * DAY
        before, after = self._day_of(first), self._day_of(first + DAY - 1)
        if self._shift(first) != self._shift(first + DAY - 1) or after - before > 1:
            return None, before, after
        # One object for each day: the dyads that keep it share it.
        before, after = self._same.setdefault(before, before), self._same.setdefault(after, after)
        return first + DAY - self._local_time(first) % DAY if after > before else first, before, after

    def local_minutes(self, instant: int) -> int:
        """The local hour of an instant, in minutes since midnight."""
        return self._local_time(instant) % DAY // MINUTE

    def _local_time(self, instant: int) -> int:
        """Local microseconds since the local 1970-01-01 00:00."""
        shift = self._shifts_of_day(instant // DAY)
        if shift is None:
            shift = self._shifts(instant // QUARTER)
        return instant + (self._shift(instant) if shift is None else shift)

    def _find_shift_of_day(self, number: int) -> int | None:
        """The shift of a whole day of UTC, `None` when clocks change meanwhile."""
        first = number * DAY
        shift = self._shift(first + DAY - 1)
        return shift if self._stays(shift, first) else None

    def _stays(self, shift: int, first: int) -> bool:
        """Whether clocks stand at a shift for a day from an instant on; nowhere do they go and come back in 4 hours."""
        return all(self._shift(first + hours * HOUR) == shift for hours in range(0, 24, 4))

    def _find_shift(self, quarter: int) -> int | None:
        """The shift of a whole quarter of an hour, `None` when clocks change inside it."""
        shift = self._shift(quarter * QUARTER)
        return shift if shift == self._shift((quarter + 1) * QUARTER - 1) else None

    def _shift(self, instant: int) -> int:
        moment = _moment(min(max(instant, FIRST_INSTANT), LAST_INSTANT))
        return (moment.astimezone(self.zone).utcoffset() or timedelta()) // MICROSECOND

    def _find_instant(self, ordinal: int, local: int) -> int | None:
        if not FIRST_DAY <= ordinal <= LAST_DAY:
            return None
        wall = datetime.combine(date.fromordinal(ordinal), datetime.min.time()) + timedelta(microseconds=local)
        return self._first_valid(wall)

    def _find_whole(self, ordinal: int) -> int | None:
        """The midnight from which a local day is 24 hours of one shift; `None` where it is not."""
        midnight = self._wall(ordinal, 0)
        if midnight is None or midnight < FIRST_INSTANT or midnight + DAY > LAST_INSTANT:
            return None
        shift = (ordinal - EPOCH_ORDINAL) * DAY - midnight
        whole = self._stays(shift, midnight) and self._shift(midnight + DAY - 1) == shift
        return midnight if whole else None

    def _first_valid(self, wall: datetime) -> int:
        """The instant of a local time: the first of two, or the change of clocks that skipped it."""
        by_old, by_new = (_instant(wall.replace(tzinfo=self.zone, fold=fold)) for fold in (0, 1))
        skipped = _moment(by_old).astimezone(self.zone).replace(tzinfo=None) != wall
        return self._change_between(by_new, by_old) if skipped else by_old

    def _change_between(self, low: int, high: int) -> int:
        """The instant at which the shift changes, found by halving."""
        old = self._shift(low)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._shift(middle) == old else (low, middle)
        return high

    # Business days

    def is_business_day(self, ordinal: int) -> bool:
        """Whether a day is neither in the weekend nor a holiday."""
        return (ordinal - 1) % 7 not in self.weekend and ordinal not in self.holidays

    def add_business_days(self, ordinal: int, number: int) -> int | None:
        """The nth business day strictly after a day (strictly before, when negative); the day itself for zero."""
        return self._business_day(ordinal, number)

    def _find_business_day(self, ordinal: int, number: int) -> int | None:
        if number == 0:
            return ordinal
        if not self._worked:
            return None
        passed = self._passed(ordinal)
        if number > 0:
            return _in_calendar(self._nth(passed + number))
        return _in_calendar(self._nth(passed + number + (not self.is_business_day(ordinal))))

    def business_days_between(self, start: int, end: int) -> int:
        """How many business days one must add to `start` to pass all those up to `end`; negative when it is earlier."""
        return self._passed(end) - self._passed(start)

    def roll(self, ordinal: int, how: Roll) -> int | None:
        """The day itself when it is a business day, else the next or the previous one."""
        if how == "none" or self.is_business_day(ordinal):
            return ordinal
        return self.add_business_days(ordinal, 1 if how == "next_business_day" else -1)

    def _passed(self, ordinal: int) -> int:
        """Business days from day 1 to this day, both included."""
        return self._weekdays_passed(ordinal) - bisect_right(self._days_off, ordinal)

    def _weekdays_passed(self, ordinal: int) -> int:
        weeks, rest = divmod(ordinal, 7)
        return weeks * len(self._worked) + self._counts[rest]

    def _nth(self, number: int) -> int:
        """The nth business day from day 1 on; before day 1 for zero and less."""
        days_off = bisect_left(self._before, number)
        weeks, rest = divmod(number + days_off - 1, len(self._worked))
        return weeks * 7 + self._worked[rest] + 1

    # Durations

    def add(self, ordinal: int, duration: Duration) -> int | None:
        """A day some time after another (before, when negative); hours have no meaning there."""
        if duration.months:
            return add_months(ordinal, duration.months)
        if duration.business_days:
            return self.add_business_days(ordinal, duration.business_days)
        return None if duration.hours else add_days(ordinal, duration.days)

    def add_instant(self, instant: int, duration: Duration) -> int | None:
        """An instant some time after another: hours are real, longer units keep the hour of the wall."""
        if not FIRST_INSTANT <= instant <= LAST_INSTANT:
            return None
        if duration.hours or not any(duration):
            return _in_time(instant + duration.hours * HOUR)
        local = self._local_time(instant)
        day = self.add(local // DAY + EPOCH_ORDINAL, duration)
        if day is None:
            return None
        midnight = self._whole(day)
        return self._wall(day, local % DAY) if midnight is None else midnight + local % DAY


def _moment(instant: int) -> datetime:
    return EPOCH + timedelta(microseconds=instant)


def _instant(moment: datetime) -> int:
    return (moment.astimezone(UTC) - EPOCH) // MICROSECOND


def _in_calendar(ordinal: int) -> int | None:
    return ordinal if 1 <= ordinal <= LAST_ORDINAL else None


def _in_time(instant: int) -> int | None:
    return instant if FIRST_INSTANT <= instant <= LAST_INSTANT else None

"""Days, hours and business days of one place, against slow and obvious ones."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from dyade.flow.calendar import Calendar
from dyade.flow.plan import calendar_of
from dyade.program.durations import Duration
from dyade.program.holidays import resolve
from tests.flow.living import program

TORONTO = Calendar("America/Toronto", holidays=[day for day, _ in resolve("quebec")])
# It changes clocks at one minute past midnight, by two hours once, and between two quarters of an hour.
GOOSE_BAY = Calendar("America/Goose_Bay")
GO = "transitions: [{id: go, from: a, to: b, by: [mentor]}]"
ZONES = ("America/Toronto", "America/St_Johns", "America/Goose_Bay", "Pacific/Apia", "Australia/Lord_Howe", "UTC")
CALENDARS = {zone: Calendar(zone) for zone in ZONES}
FIRST, LAST = date(1975, 1, 1).toordinal(), date(2045, 12, 31).toordinal()
DAYS = st.integers(FIRST, LAST)
HOLIDAYS = st.sets(st.integers(date(2026, 1, 1).toordinal(), date(2026, 3, 31).toordinal()), max_size=30)
NEAR = st.integers(date(2025, 12, 1).toordinal(), date(2026, 4, 30).toordinal())
WEEKENDS = st.sets(st.integers(0, 6), max_size=6)


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def instant(text: str) -> int:
    return (datetime.fromisoformat(text).astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(
        microseconds=1
    )


# Instants


def test_a_local_hour_is_an_instant() -> None:
    assert TORONTO.instant(day("2026-09-15"), 9 * 60) == instant("2026-09-15T09:00-04:00")
    assert TORONTO.instant(day("2026-12-15"), 9 * 60) == instant("2026-12-15T09:00-05:00")


def test_an_hour_that_clocks_skip_moves_to_the_first_instant_after() -> None:
    assert TORONTO.instant(day("2026-03-08"), 2 * 60 + 30) == instant("2026-03-08T03:00-04:00")
    assert TORONTO.instant(day("2026-03-08"), 2 * 60) == instant("2026-03-08T03:00-04:00")
    assert TORONTO.instant(day("2026-03-08"), 3 * 60) == instant("2026-03-08T03:00-04:00")


def test_an_hour_that_clocks_repeat_happens_the_first_time() -> None:
    assert TORONTO.instant(day("2026-11-01"), 60 + 30) == instant("2026-11-01T01:30-04:00")


def test_a_day_that_a_zone_skipped_begins_with_the_next_one() -> None:
    apia = CALENDARS["Pacific/Apia"]

    assert apia.instant(day("2011-12-30"), 600) == apia.start_of_day(day("2011-12-31"))


@given(st.sampled_from(ZONES), DAYS, st.integers(0, 1439))
def test_an_instant_reads_as_its_local_hour_or_is_the_first_after_it(zone: str, ordinal: int, minutes: int) -> None:
    calendar, local = CALENDARS[zone], ZoneInfo(zone)
    found = calendar.instant(ordinal, minutes)
    assert found is not None
    wall = datetime.combine(date.fromordinal(ordinal), datetime.min.time()) + timedelta(minutes=minutes)

    def reading(at: int) -> datetime:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)
        return moment.astimezone(local).replace(tzinfo=None)

    assert reading(found) >= wall
    assert reading(found - 1) < wall
    hours = range(1, 27)
    assert all(reading(found - n * 3_600_000_000) < wall for n in hours)


@given(st.sampled_from(ZONES), st.integers(instant("1975-01-02T00:00Z"), instant("2045-12-30T00:00Z")))
@example("America/Goose_Bay", instant("2010-03-14T04:00:59.999999Z"))
@example("America/Goose_Bay", instant("2010-03-14T04:01:00Z"))
def test_the_local_day_and_hour_of_an_instant(zone: str, at: int) -> None:
    local = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)).astimezone(ZoneInfo(zone))

    assert CALENDARS[zone].local_date(at) == local.date().toordinal()
    assert CALENDARS[zone].local_minutes(at) == local.hour * 60 + local.minute


def test_clocks_that_change_inside_a_quarter_of_an_hour_are_followed() -> None:
    change = instant("2010-11-07T03:01Z")

    assert [GOOSE_BAY.local_date(at) for at in (change - 1, change)] == [day("2010-11-07"), day("2010-11-06")]


@given(st.sampled_from(ZONES), DAYS)
def test_a_day_begins_when_its_date_does(zone: str, ordinal: int) -> None:
    calendar = CALENDARS[zone]
    start = calendar.start_of_day(ordinal)
    assert start is not None
    assume(not (zone == "Pacific/Apia" and ordinal == day("2011-12-30")))

    assert calendar.local_date(start) == ordinal
    assert calendar.local_date(start - 1) == ordinal - 1


def test_what_no_calendar_holds_is_unknown() -> None:
    last = date.max.toordinal()

    assert TORONTO.instant(1, 0) is None
    assert TORONTO.instant(last, 1439) is None
    assert TORONTO.instant(last * 1000, 0) is None
    assert TORONTO.add_business_days(last, 1) is None
    assert TORONTO.add_business_days(1, -1) is None
    assert TORONTO.add(last, Duration(months=1)) is None
    assert TORONTO.add(last, Duration(days=1)) is None
    assert TORONTO.add_instant(instant("9999-12-30T00:00Z"), Duration(hours=10_000)) is None
    assert TORONTO.local_date(instant("0001-01-01T00:00Z")) == 1


# Durations


def test_hours_are_real_and_days_keep_the_hour_of_the_wall() -> None:
    noon_before_the_change = instant("2026-03-07T12:00-05:00")

    assert TORONTO.add_instant(noon_before_the_change, Duration(hours=24)) == instant("2026-03-08T13:00-04:00")
    assert TORONTO.add_instant(noon_before_the_change, Duration(days=1)) == instant("2026-03-08T12:00-04:00")
    assert TORONTO.add_instant(noon_before_the_change, Duration(months=6)) == instant("2026-09-07T12:00-04:00")
    assert TORONTO.add_instant(noon_before_the_change, Duration(business_days=1)) == instant("2026-03-09T12:00-04:00")


@given(st.sampled_from(ZONES), DAYS, st.integers(0, 24 * 60 * 60 - 1), st.integers(-40, 40))
@example("America/Goose_Bay", day("1988-04-02"), 3600 + 30, 1)
@example("Pacific/Apia", day("2011-12-29"), 3600, 1)
def test_a_day_later_is_the_same_hour_of_the_wall(zone: str, ordinal: int, seconds: int, days: int) -> None:
    place = ZoneInfo(zone)
    wall = datetime.combine(date.fromordinal(ordinal), datetime.min.time()) + timedelta(seconds=seconds)
    begun = wall.replace(tzinfo=place).astimezone(UTC)
    there = begun.astimezone(place).replace(tzinfo=None) + timedelta(days=days)

    found = CALENDARS[zone].add_instant(instant(begun.isoformat()), Duration(days=days))

    assert found is not None
    later = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=found)
    if later.astimezone(place).replace(tzinfo=None) == there:
        assert later == there.replace(tzinfo=place).astimezone(UTC)
    else:
        # Clocks skip that hour: it is the first instant after.
        assert (later - timedelta(microseconds=1)).astimezone(place).replace(tzinfo=None) < there
        assert later.astimezone(place).replace(tzinfo=None) > there


def test_months_end_with_the_shorter_month() -> None:
    assert TORONTO.add(day("2026-08-31"), Duration(months=6)) == day("2027-02-28")
    assert TORONTO.add(day("2026-08-31"), Duration(days=-1)) == day("2026-08-30")
    assert TORONTO.add(day("2026-08-31"), Duration()) == day("2026-08-31")
    assert TORONTO.add(day("2026-08-31"), Duration(hours=1)) is None


# Business days


@pytest.mark.parametrize(
    ("line", "weekend"),
    [("", {5, 6}), ("calendar: quebec", {5, 6}), ("calendar: {weekend: [friday, sunday]}", {4, 6})],
)
def test_a_weekend_is_saturday_and_sunday_unless_the_program_says_otherwise(line: str, weekend: set[int]) -> None:
    told = calendar_of(program(f"{line}\ninitial: a\nstates: {{a: , b: {{final: true}}}}\n{GO}"))

    assert told.weekend == weekend


def test_business_days_leave_out_weekends_and_holidays() -> None:
    friday_before_labour_day = day("2026-09-04")

    assert TORONTO.add_business_days(friday_before_labour_day, 1) == day("2026-09-08")
    assert TORONTO.add_business_days(day("2026-09-05"), 1) == day("2026-09-08")
    assert TORONTO.add_business_days(day("2026-09-08"), -1) == friday_before_labour_day
    assert TORONTO.add_business_days(day("2026-09-01"), 10) == day("2026-09-16")
    assert TORONTO.add_business_days(day("2026-09-05"), 0) == day("2026-09-05")


def test_a_day_off_rolls_to_a_business_day() -> None:
    labour_day = day("2026-09-07")

    assert TORONTO.roll(labour_day, "next_business_day") == day("2026-09-08")
    assert TORONTO.roll(labour_day, "previous_business_day") == day("2026-09-04")
    assert TORONTO.roll(labour_day, "none") == labour_day
    assert TORONTO.roll(day("2026-09-08"), "next_business_day") == day("2026-09-08")


@given(WEEKENDS, HOLIDAYS, NEAR, st.integers(-60, 60))
def test_the_nth_business_day_is_the_one_that_counting_finds(
    weekend: set[int], holidays: set[int], start: int, number: int
) -> None:
    calendar = Calendar("UTC", weekend=weekend, holidays=holidays)
    found, step, left = start, 1 if number > 0 else -1, abs(number)
    while left:
        found += step
        left -= date.fromordinal(found).weekday() not in weekend and found not in holidays

    assert calendar.add_business_days(start, number) == found


@given(WEEKENDS, HOLIDAYS, NEAR, NEAR)
def test_business_days_between_two_days_are_those_that_counting_finds(
    weekend: set[int], holidays: set[int], a: int, b: int
) -> None:
    calendar = Calendar("UTC", weekend=weekend, holidays=holidays)
    passed = sum(calendar.is_business_day(d) for d in range(min(a, b) + 1, max(a, b) + 1))

    assert calendar.business_days_between(a, b) == (passed if a <= b else -passed)


@given(HOLIDAYS, NEAR, st.integers(0, 200))
def test_counting_undoes_adding(holidays: set[int], start: int, number: int) -> None:
    calendar = Calendar("UTC", holidays=holidays)
    end = calendar.add_business_days(start, number)
    assert end is not None

    assert calendar.business_days_between(start, end) == number


def test_a_calendar_without_any_business_day_promises_none() -> None:
    never = Calendar("UTC", weekend=range(7))

    assert never.add_business_days(day("2026-09-04"), 1) is None
    assert never.roll(day("2026-09-04"), "next_business_day") is None
    assert never.business_days_between(day("2026-09-04"), day("2027-09-04")) == 0


@pytest.mark.parametrize("zone", ZONES)
def test_every_day_of_ten_years_has_one_start_after_the_one_before(zone: str) -> None:
    calendar = CALENDARS[zone]
    starts = [calendar.start_of_day(ordinal) for ordinal in range(day("2020-01-01"), day("2030-01-01"))]

    assert starts == sorted(set(starts), key=lambda start: start or 0)

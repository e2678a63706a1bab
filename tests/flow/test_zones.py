"""Does every change of clocks, 2000 to 2037, read as the file of its zone says? The oracle reads it by itself."""

from __future__ import annotations

from calendar import timegm
from datetime import UTC, date, datetime, timedelta

import pytest

from dyade.flow.calendar import Calendar
from tests.flow.zone_files import DAY, Change, Zone

SECOND = 1_000_000
EPOCH = date(1970, 1, 1).toordinal()
FIRST, LAST = timegm((2000, 1, 1, 0, 0, 0)), timegm((2038, 1, 1, 0, 0, 0))
# Half hours, two minutes past midnight, half an hour of summer, three quarters, a day that was left out, summers that
# are interrupted each year, winters that are the exception.
ZONES = (
    "America/Toronto",
    "America/Halifax",
    "America/St_Johns",
    "America/Vancouver",
    "America/Goose_Bay",
    "America/Regina",
    "Europe/Paris",
    "Europe/Dublin",
    "Africa/Casablanca",
    "Asia/Tehran",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Chatham",
)
CHANGES = {
    "America/Toronto": 76, "America/Halifax": 76, "America/St_Johns": 76, "America/Vancouver": 76,
    "America/Regina": 0, "Europe/Paris": 76,
}  # fmt: skip


@pytest.fixture(scope="module", params=ZONES)
def name(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def zone(name: str) -> Zone:
    return Zone(name, 2040)


@pytest.fixture(scope="module")
def calendar(name: str) -> Calendar:
    return Calendar(name)


def shown(calendar: Calendar, at: int) -> int:
    """The local minute that a calendar reads at an instant of so many seconds."""
    instant = at * SECOND
    return (calendar.local_date(instant) - EPOCH) * 1440 + calendar.local_minutes(instant)


def found(calendar: Calendar, minute: int) -> int | None:
    """The instant that a calendar finds for a local minute, in seconds."""
    instant = calendar.instant(minute // 1440 + EPOCH, minute % 1440)
    assert instant is None or instant % SECOND == 0
    return None if instant is None else instant // SECOND


def around(change: Change) -> list[int]:
    """The local minutes of the hours before and after a change, by both offsets."""
    ends = sorted((change.at + change.before, change.at + change.after))
    near = range(ends[0] // 60 - 200, ends[1] // 60 + 200, 5)
    return [*near, *(end // 60 + n for end in ends for n in (-1, 0, 1))]


def test_the_oracle_knows_how_many_changes_there_are(name: str, zone: Zone) -> None:
    """Twice a year where clocks change: an oracle that found none would agree with anything."""
    changes = zone.changes(FIRST, LAST)

    assert len(changes) == CHANGES.get(name, len(changes))
    assert changes or name == "America/Regina"


def test_clocks_are_read_on_either_side_of_each_change(zone: Zone, calendar: Calendar) -> None:
    for change in zone.changes(FIRST, LAST):
        for at in (change.at - DAY, change.at - 1, change.at, change.at + 1, change.at + DAY):
            assert shown(calendar, at) == (at + zone.offset(at)) // 60, (change, at)


def test_a_local_minute_near_each_change_is_the_first_instant_that_shows_it_or_comes_after(
    zone: Zone, calendar: Calendar
) -> None:
    for change in zone.changes(FIRST, LAST):
        for minute in around(change):
            assert found(calendar, minute) == zone.first_at(minute * 60), (change, minute)


def test_a_minute_that_is_skipped_comes_with_the_change_and_a_repeated_one_comes_first(
    zone: Zone, calendar: Calendar
) -> None:
    """What the oracle says, said again without it."""
    for change in zone.changes(FIRST, LAST):
        middle = (change.at + (change.before + change.after) // 2) // 60
        expected = change.at if change.after > change.before else middle * 60 - change.before
        assert found(calendar, middle) == expected, change


class Second(Calendar):
    """Takes the second of two, as the wrong fold does."""

    __slots__ = ()

    def _first_valid(self, wall: datetime) -> int:
        return (wall.replace(tzinfo=self.zone, fold=1) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


@pytest.mark.sources
def test_a_calendar_that_takes_the_second_of_two_is_found_out() -> None:
    """The oracle is worth nothing if it agrees with a fault."""
    zone, calendar = Zone("America/Toronto", 2040), Second("America/Toronto")

    wrong = [
        change
        for change in zone.changes(FIRST, LAST)
        if any(found(calendar, minute) != zone.first_at(minute * 60) for minute in around(change))
    ]

    assert len(wrong) == 76


def test_each_day_begins_when_the_first_of_its_instants_does(zone: Zone, calendar: Calendar) -> None:
    for day in range(FIRST // DAY, LAST // DAY):
        start = calendar.start_of_day(day + EPOCH)
        assert start == zone.first_at(day * DAY) * SECOND, date.fromordinal(day + EPOCH)


def test_nine_in_the_morning_is_found_on_each_day(zone: Zone, calendar: Calendar) -> None:
    for day in range(FIRST // DAY, LAST // DAY):
        assert found(calendar, day * 1440 + 540) == zone.first_at(day * DAY + 32_400), date.fromordinal(day + EPOCH)

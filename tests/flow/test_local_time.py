"""Across changes of clocks, midnights, ends of months and days off, does what is due come once, at its hour?"""

from __future__ import annotations

from itertools import pairwise

import pytest

from dyade.flow import messages as c
from tests.flow.living import Life, at, moment, program

DAILY = "after: 1 day, every: 1 day, roll: none"


def reminding(keys: str, now: str, day_time: str = "09:00", calendar: str = "quebec", zone: str = "America/Toronto"):
    """A dyad that is reminded from `now` on."""
    return Life(
        program(
            f"""
calendar: {calendar}
fields: {{ends: {{type: date, nullable: true, set_by: [coordinator]}}}}
initial: here
states: {{here: {{}}, end: {{final: true}}}}
transitions:
  - {{id: stop, from: here, to: end, by: [coordinator]}}
  - {{id: lapse, from: here, to: end, at: fields.ends}}
reminders:
  - {{id: nudge, to: [mentor], while: here, template: nudge, {keys}}}
""",
            day_time=day_time,
            timezone=zone,
        ),
        now=now,
    )


def hours(life: Life) -> list[str]:
    """The moments, in Toronto, of what was sent."""
    return [when for when, *_, status in life.reminded() if status == "sent"]


# Half past two does not exist on the 14th of March 2027, half past one comes twice on the 7th of November.


def test_an_hour_that_is_skipped_comes_once_as_clocks_change():
    life = reminding(DAILY, "2027-03-11 12:00", "02:30").live("2027-03-17")

    assert hours(life) == [
        "2027-03-12 02:30",
        "2027-03-13 02:30",
        "2027-03-14 03:00",
        "2027-03-15 02:30",
        "2027-03-16 02:30",
    ]


def test_an_hour_that_is_repeated_comes_once_the_first_time():
    life = reminding(DAILY, "2027-11-05 12:00", "01:30")
    life.live("2027-11-09")
    sent = [record.head.at for record in life.records if isinstance(record, c.Reminded)]

    assert hours(life) == ["2027-11-06 01:30", "2027-11-07 01:30", "2027-11-08 01:30"]
    assert [after - before for before, after in pairwise(sent)] == [
        24 * 3_600_000_000,
        25 * 3_600_000_000,
    ]


@pytest.mark.parametrize("minutes", range(0, 180, 15))
def test_a_clock_that_is_looked_at_twice_in_the_repeated_hour_sends_nothing_twice(minutes):
    """Whoever ticks by the clock on the wall ticks twice at each of its minutes."""
    life = reminding(DAILY, "2027-11-05 12:00", "01:30")
    for step in (minutes, minutes + 60):
        life.now = max(life.now, at("2027-11-07 00:00") + step * 60_000_000)
        life.tick()

    life.live("2027-11-08 12:00")

    assert [when for when in hours(life) if when.startswith("2027-11-07")] == ["2027-11-07 01:30"]


def test_midnight_is_the_beginning_of_its_day():
    life = reminding(DAILY, "2026-10-30 23:59", "00:00").live("2026-11-02 12:00")

    assert hours(life) == ["2026-10-31 00:00", "2026-11-01 00:00", "2026-11-02 00:00"]


def test_the_last_minute_of_a_day_belongs_to_it():
    life = reminding(DAILY, "2026-10-30 23:59", "23:59").live("2026-11-01 12:00")

    assert hours(life) == ["2026-10-31 23:59"]


def test_a_day_ends_when_the_next_one_begins_where_the_program_lives():
    """Half an hour before Toronto's, the midnight of Newfoundland: each program has its own."""
    life = reminding("after: 1 year", "2026-09-21 10:00", zone="America/St_Johns")
    life.set("cleo", "ends", "2026-09-30")

    assert str(moment(life.due)) == "2026-09-29 22:30"


def test_the_end_of_a_month_is_kept_by_those_that_follow():
    life = reminding("after: 2 months, every: 1 month, roll: none", "2027-10-31 10:00").live("2028-06-01")

    assert [when[:10] for when in hours(life)] == [
        "2027-12-31",
        "2028-01-31",
        "2028-02-29",
        "2028-03-31",
        "2028-04-30",
        "2028-05-31",
    ]


# Easter Sunday is the 28th of March 2027.


@pytest.mark.parametrize(
    ("calendar", "first", "second"),
    [
        ("{region: quebec}", "2027-03-29", "2027-03-29"),
        ("{region: quebec, easter: friday}", "2027-03-29", "2027-03-29"),
        ("{region: quebec, easter: monday}", "2027-03-26", "2027-03-30"),
        ("ontario", "2027-03-29", "2027-03-29"),
        ("{weekend: []}", "2027-03-26", "2027-03-29"),
    ],
)
def test_the_day_off_at_easter_is_the_one_that_was_chosen(calendar, first, second):
    """What falls on Good Friday, and what falls on Easter Monday."""
    friday = reminding("after: 1 day", "2027-03-25 10:00", calendar=calendar).live("2027-04-10")
    monday = reminding("after: 4 days", "2027-03-25 10:00", calendar=calendar).live("2027-04-10")

    assert [when[:10] for when in hours(friday) + hours(monday)] == [first, second]


@pytest.mark.parametrize(
    ("calendar", "when"),
    [("quebec", "2026-06-25"), ("ontario", "2026-06-24"), ("{region: ontario, holidays: [2026-06-24]}", "2026-06-25")],
)
def test_saint_john_the_baptist_is_off_in_quebec(calendar, when):
    life = reminding("after: 5 business days", "2026-06-17 10:00", calendar=calendar).live("2026-07-10")

    assert [found[:10] for found in hours(life)] == [when]


def test_ten_business_days_pass_over_two_days_off():
    """The national holiday and Canada Day are both off in Quebec."""
    life = reminding("after: 10 business days", "2026-06-18 10:00").live("2026-07-20")

    assert hours(life) == ["2026-07-06 09:00"]

"""Is a calendar to subscribe to one that calendars read, in the right zone, with nobody in it?"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from icalendar import Calendar

from dyade.delivery.invitations import subscription
from dyade.service.parcels import Event
from tests.delivery.conftest import DAY, MONDAY

KINDS = ("sqlite",)
"""What a calendar holds is the same from every store."""


def written(*events: Event):
    """A calendar, and its events, as who subscribes reads them."""
    calendar = Calendar.from_ical(subscription([(one, "Essai · D-1", "Essai") for one in events], "Essai", MONDAY))
    return calendar, calendar.walk("VEVENT")


def of(agenda):
    return subscription([(one.event, f"{one.title} · {one.dyad}", one.title) for one in agenda], "Essai", MONDAY)


@pytest.fixture
def dated(world):
    dyad = world.begin()
    world.engine.set(dyad, "end", date(2026, 10, 30), "ana")
    world.engine.plan_meetings(dyad, "talks", [date(2026, 10, 5)], "ana")
    return dyad


def at(moment: datetime) -> Event:
    instant = int(moment.timestamp()) * 1_000_000
    return Event("an id", "Rappel", moment.date().isoformat(), "America/Toronto", False, 3, instant)


def test_each_kind_of_day_stands_where_it_is(world, dated):
    calendar = Calendar.from_ical(of(world.engine.agenda(dyad=dated)))

    events: dict[str, Any] = {str(one["SUMMARY"]): one["DTSTART"] for one in calendar.walk("VEVENT")}
    meeting, deadline = events["Rencontres"], events["Échéance : Remise du bilan"]
    assert meeting.dt == date(2026, 10, 5)
    assert deadline.dt.astimezone(UTC) == datetime(2026, 10, 31, 3, 59, tzinfo=UTC)
    assert deadline.params["TZID"] == "America/Toronto"
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["America/Toronto"]
    assert (str(calendar["METHOD"]), str(calendar["X-WR-CALNAME"])) == ("PUBLISH", "Essai")


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 7, 1, 13, 0, tzinfo=UTC),
        datetime(2026, 12, 1, 14, 0, tzinfo=UTC),
        datetime(2026, 11, 1, 5, 30, tzinfo=UTC),
        datetime(2026, 11, 1, 6, 30, tzinfo=UTC),
    ],
    ids=["summer", "winter", "the hour that comes twice", "its second time"],
)
def test_an_instant_is_read_as_it_was_written(moment):
    _, [event] = written(at(moment))

    assert event["DTSTART"].dt.astimezone(UTC) == moment


def test_an_invitation_and_a_subscription_name_one_thing_alike(world, mailbox, dated):
    world.fire(dated, "remind")
    world.deliver()

    [invited] = Calendar.from_ical(mailbox.received[0].part("text/calendar")).walk("VEVENT")
    [deadline] = [one.event.id for one in world.engine.agenda(dyad=dated) if one.kind == "deadline"]
    assert str(invited["UID"]) == deadline


def test_a_deadline_that_moves_keeps_its_id_and_comes_later(world, dated):
    def deadline():
        return next(one.event for one in world.engine.agenda(dyad=dated) if one.kind == "deadline")

    before = deadline()
    world.engine.set(dated, "end", date(2026, 12, 1), "ana")
    after = deadline()

    assert (before.id, before.day, after.day) == (after.id, "2026-10-30", "2026-12-01")
    assert before.revision < after.revision


@pytest.mark.usefixtures("dated")
def test_nobody_is_in_it(world):
    for person in (None, "ana", "bob"):
        text = of(world.engine.agenda(program="talks", reader=person)).decode()

        assert "DTSTART" in text
        for said in ("Ana", "Bob", "ana", "bob@", "À demain", "ATTENDEE", "ORGANIZER"):
            assert said not in text


def test_one_thing_that_is_told_twice_is_there_once():
    _, events = written(at(datetime(2026, 7, 1, tzinfo=UTC)), at(datetime(2026, 7, 1, tzinfo=UTC)))

    assert len(events) == 1


def test_a_calendar_may_be_empty():
    calendar, events = written()

    assert events == []
    assert str(calendar["VERSION"]) == "2.0"


def test_the_same_calendar_is_written_as_long_as_nothing_changes(world, dated):
    before = of(world.engine.agenda(dyad=dated))
    world.time += DAY

    assert of(world.engine.agenda(dyad=dated)) == before

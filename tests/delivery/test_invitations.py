"""Do the days that a message is about enter its reader's calendar, where they are?"""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from icalendar import Calendar

from dyade.flow.outcome import Decision
from tests.delivery.conftest import DAY

KINDS = ("sqlite",)
"""What servers answer is the same to every store."""


def invited(mail):
    """The events of a mail, and their calendar."""
    calendar = Calendar.from_ical(mail.part("text/calendar"))
    return calendar, calendar.walk("VEVENT")


@pytest.fixture
def dated(world):
    dyad = world.begin()
    world.engine.set(dyad, "end", date(2026, 10, 30), "ana")
    return dyad


def test_a_deadline_stands_at_the_end_of_its_day_in_the_zone_of_its_program(world, mailbox, dated):
    world.fire(dated, "remind")
    world.deliver()

    [mail] = mailbox.received
    calendar, [event] = invited(mail)
    start = event["DTSTART"].dt
    assert str(event["SUMMARY"]) == "Échéance : Remise du bilan"
    assert start.astimezone(UTC) == datetime(2026, 10, 31, 3, 59, tzinfo=UTC)
    assert event["DTSTART"].params["TZID"] == "America/Toronto"
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["America/Toronto"]
    assert str(calendar["METHOD"]) == "REQUEST"
    assert str(event["ATTENDEE"]) == "mailto:bob@people.example"
    assert str(event["ORGANIZER"]) == "mailto:mentorat@office.example"


def test_the_invitation_is_a_file_too(world, mailbox, dated):
    world.fire(dated, "remind")
    world.deliver()

    [file] = mailbox.received[0].message.iter_attachments()
    assert (file.get_filename(), file.get_content_type()) == ("dyade.ics", "application/ics")


def test_the_summer_hour_and_the_winter_hour_are_told_apart(world, mailbox, dated):
    """Clocks change on the first of November: the same end of day is another instant."""
    world.engine.set(dated, "end", date(2026, 11, 20), "ana")
    world.fire(dated, "remind")
    world.deliver()

    _, [event] = invited(mailbox.received[0])
    assert event["DTSTART"].dt.astimezone(UTC) == datetime(2026, 11, 21, 4, 59, tzinfo=UTC)


def test_a_deadline_that_moves_takes_the_place_of_the_one_before(world, mailbox, dated):
    world.fire(dated, "remind")
    world.deliver()
    world.engine.set(dated, "end", date(2026, 12, 1), "ana")
    world.fire(dated, "remind")
    world.deliver()

    [_, [before]], [_, [after]] = (invited(mail) for mail in mailbox.received)
    assert before["UID"] == after["UID"]
    assert before["SEQUENCE"] < after["SEQUENCE"]


def test_a_meeting_takes_its_day_and_keeps_its_name_when_it_moves(world, mailbox):
    dyad = world.begin()
    world.engine.plan_meetings(dyad, "talks", [date(2026, 10, 5)], "ana")
    world.fire(dyad, "met")
    world.deliver()
    assert isinstance(world.engine.move_meeting(dyad, "talks", date(2026, 10, 5), date(2026, 10, 7), "ana"), Decision)
    world.fire(dyad, "met")
    world.deliver()

    [_, [before]], [_, [after]] = (invited(mail) for mail in mailbox.received)
    assert (before["DTSTART"].dt, after["DTSTART"].dt) == (date(2026, 10, 5), date(2026, 10, 7))
    assert before["UID"] == after["UID"]
    assert str(after["SUMMARY"]) == "Rencontres"


def test_a_meeting_that_begins_at_an_hour_stands_there(world, mailbox):
    dyad = world.begin()
    world.engine.plan_meetings(dyad, "talks", [date(2026, 10, 5)], "ana", at=time(18, 30))
    world.fire(dyad, "met")
    world.deliver()

    _, [event] = invited(mailbox.received[0])
    assert event["DTSTART"].dt.astimezone(UTC) == datetime(2026, 10, 5, 22, 30, tzinfo=UTC)
    assert str(event["LOCATION"]) == "Bibliothèque"


def test_a_message_about_nothing_dated_invites_to_nothing(world, mailbox, dated):
    world.fire(dated, "tell")
    world.deliver()

    assert mailbox.received[0].part("text/calendar") is None


def test_a_day_that_has_passed_invites_to_nothing(world, mailbox, dated):
    world.fire(dated, "remind")
    world.time += 60 * DAY
    world.deliver()

    assert mailbox.received[0].part("text/calendar") is None

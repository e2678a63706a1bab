"""How do days enter a calendar? As events, in the zone where they are: invited to, or subscribed to.  (door: icalendar)

A deadline stands at the end of its day, in its zone: whoever lives in another one sees it at the hour that it is there.
A meeting whose hour is not known takes its day, wherever one is; of one that begins at an hour, nobody says how long it
lasts. What is told of later replaces what was told before.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from dyade.errors import ExtraMissing
from dyade.service.parcels import Event

if TYPE_CHECKING:
    from icalendar import Calendar
    from icalendar import Event as Component

BEFORE_MIDNIGHT = time(23, 59)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
AFRESH = timedelta(hours=1)
"""After how long whoever subscribes may look again."""


def check_installed() -> None:
    """Raise `ExtraMissing` where calendars cannot be written."""
    try:
        import icalendar  # noqa: F401 (whether it is there)
    except ModuleNotFoundError as error:
        raise ExtraMissing("mail") from error


def calendar(events: Sequence[Event], organizer: str, attendee: str, written_at: int) -> bytes:
    """An invitation to these events, as iCalendar."""
    from icalendar import Calendar

    made = Calendar()
    made.add("prodid", "-//dyade//letters//")
    made.add("version", "2.0")
    made.add("method", "REQUEST")
    for event in events:
        made.add_component(_invited(_component(event, written_at), organizer, attendee))
    return _written(made, events)


def subscription(events: Sequence[tuple[Event, str, str]], name: str, written_at: int) -> bytes:
    """A calendar to subscribe to, as iCalendar: (event, what it is of, its category) of each, and nobody in it."""
    from icalendar import Calendar

    made = Calendar()
    made.add("prodid", "-//dyade//due//")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("name", name)
    made.add("x-wr-calname", name)
    made.add("refresh-interval", AFRESH, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", "PT1H")
    for event, about, category in {event.id: (event, about, category) for event, about, category in events}.values():
        component = _component(event, written_at)
        component.add("description", about)
        component.add("categories", [category])
        made.add_component(component)
    return _written(made, [event for event, _, _ in events])


def _written(made: Calendar, events: Sequence[Event]) -> bytes:
    """A calendar as it is sent, with the zones that it names."""
    days = [date.fromisoformat(event.day) for event in events]
    if days:
        # A rule of a year before and after is what a calendar needs to place one day.
        made.add_missing_timezones(min(days) - timedelta(days=366), max(days) + timedelta(days=366))
    return bytes(made.to_ical())


def _component(event: Event, written_at: int) -> Component:
    from icalendar import Event as Component

    made = Component()
    made.add("uid", event.id)
    made.add("sequence", event.revision)
    made.add("dtstamp", EPOCH + timedelta(microseconds=written_at))
    made.add("summary", event.title)
    day = date.fromisoformat(event.day)
    if event.at is not None:
        moment = EPOCH + timedelta(microseconds=event.at)
        local = moment.astimezone(ZoneInfo(event.zone))
        # Of two hours of one name, a calendar knows the first only.
        made.add("dtstart", moment if local.fold else local)
    elif event.ends:
        made.add("dtstart", datetime.combine(day, BEFORE_MIDNIGHT, ZoneInfo(event.zone)))
        made.add("duration", timedelta(minutes=1))
    else:
        made.add("dtstart", day)
        made.add("dtend", day + timedelta(days=1))
    if event.place:
        made.add("location", event.place)
    made.add("transp", "TRANSPARENT")
    made.add("status", "CONFIRMED")
    return made


def _invited(made: Component, organizer: str, attendee: str) -> Component:
    """An event, with whom it invites."""
    from icalendar import vCalAddress

    made.add("organizer", vCalAddress(f"mailto:{organizer}"))
    guest = vCalAddress(f"mailto:{attendee}")
    guest.params["RSVP"] = "FALSE"
    guest.params["PARTSTAT"] = "ACCEPTED"
    made.add("attendee", guest)
    return made

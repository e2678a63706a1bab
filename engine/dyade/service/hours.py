"""When may someone be written to? Quiet hours and one digest a day, in the hours of the place where they are."""

from __future__ import annotations

from functools import lru_cache

from dyade.flow.calendar import Calendar
from dyade.service.ports import Preference

_calendar = lru_cache(maxsize=64)(Calendar)
"""One for each zone, with what it has worked out."""


def chosen(own: Preference | None, usual: Preference, zone: str) -> Preference:
    """What holds for someone: what they chose, else what is usual here, in their zone or in the program's."""
    own = own or Preference(usual.person)
    quiet = own if own.quiet_from is not None else usual
    return Preference(
        own.person,
        own.timezone or usual.timezone or zone,
        quiet.quiet_from,
        quiet.quiet_until,
        usual.digest_at if own.digest_at is None else own.digest_at,
        own.digested_on,
    )


OFF = -1
"""Stands for an hour where someone wants none, whatever is usual."""


def wants_digest(wish: Preference) -> bool:
    """Whether the messages of a day come as one."""
    return wish.digest_at is not None and wish.digest_at != OFF


def local_day(wish: Preference, now: int) -> int:
    """The day that it is where they are."""
    return _calendar(wish.timezone or "UTC").local_date(now)


def leave_at(wish: Preference, created_at: int, now: int) -> int:
    """The instant from which a message may leave; one that has passed means now."""
    calendar = _calendar(wish.timezone or "UTC")
    at = _digest(calendar, wish, created_at, now) if wants_digest(wish) else now
    return _awake(calendar, wish, max(at, now))


def _digest(calendar: Calendar, wish: Preference, created_at: int, now: int) -> int:
    """The first hour of digests after a message was written, of a day that has had none."""
    minutes = wish.digest_at or 0
    day = calendar.local_date(created_at)
    at = calendar.instant(day, minutes)
    if at is not None and at < created_at:
        at = calendar.instant(day + 1, minutes)
    today = calendar.local_date(now)
    if at is not None and at <= now and wish.digested_on is not None and wish.digested_on >= today:
        at = calendar.instant(today + 1, minutes)
    return now if at is None else at


def _awake(calendar: Calendar, wish: Preference, at: int) -> int:
    """The end of the quiet hours in which an instant falls, else itself."""
    start, end = wish.quiet_from, wish.quiet_until
    if start is None or end is None or start == end:
        return at
    minutes, day = calendar.local_minutes(at), calendar.local_date(at)
    if start < end:
        quiet, ends = start <= minutes < end, day
    else:
        quiet, ends = minutes >= start or minutes < end, day + (minutes >= start)
    if not quiet:
        return at
    woken = calendar.instant(ends, end)
    return at if woken is None else max(at, woken)

"""When is it, in a scenario? A day, an hour of a day, or some time later, read in the program's calendar."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from dyade.flow.calendar import Calendar
from dyade.program.durations import parse_duration

_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[ T]([01]\d|2[0-3]):([0-5]\d))?")


def is_later(text: str) -> bool:
    """Whether a clock is told as a stretch of time: `+10 business days`."""
    return text.startswith("+")


def instant(calendar: Calendar, day_time: int, text: str, now: int) -> int | None:
    """The instant that a clock tells, `None` where no calendar has it; a day alone is its `day_time`.

    Raises DurationError where a stretch of time cannot be read.
    """
    if is_later(text):
        return calendar.add_instant(now, parse_duration(text[1:].strip()))
    found = _MOMENT.fullmatch(text)
    day = ordinal(found[1]) if found else None
    if found is None or day is None:
        return None
    minutes = int(found[2]) * 60 + int(found[3]) if found[2] else day_time
    return calendar.instant(day, minutes)


def put_off(data: Any, days: int) -> Any:
    """The same data, every day and every moment in them so many days later."""
    if isinstance(data, dict):
        return {key: put_off(value, days) for key, value in data.items()}
    if isinstance(data, list):
        return [put_off(item, days) for item in data]
    found = _MOMENT.fullmatch(data) if isinstance(data, str) else None
    day = ordinal(found[1]) if found else None
    if day is None or not 1 <= day + days <= date.max.toordinal():
        return data
    return f"{date.fromordinal(day + days).isoformat()}{data[10:]}"


def ordinal(text: str) -> int | None:
    """The day that is written, `None` where no calendar has it."""
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError:
        return None

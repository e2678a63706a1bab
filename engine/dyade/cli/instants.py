"""How is an instant written that belongs to no program: for tools, and for people where they are?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def stamp(at: int) -> str:
    """An instant in microseconds, for tools: `2026-09-03T13:00:00+00:00`."""
    return (EPOCH + timedelta(microseconds=at)).isoformat(timespec="seconds")


def minute(at: int) -> str:
    """The same for people, by the clock of this machine: `2026-09-03 09:00`."""
    return (EPOCH + timedelta(microseconds=at)).astimezone().strftime("%Y-%m-%d %H:%M")

"""When does a zone change its clocks, as its file says? Read here from the bytes, by none of the readers of Python.

A file of RFC 8536 lists instants, then gives a rule, in the manner of POSIX, for those that come after the last one.
"""

from __future__ import annotations

import re
import struct
from bisect import bisect_right
from calendar import timegm
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple
from zoneinfo import TZPATH

DAY = 86_400
NAME = r"(?:<[^>]+>|[A-Za-z]{3,})"
OFFSET = r"[-+]?\d+(?::\d+){0,2}"
RULE = re.compile(
    f"{NAME}(?P<standard>{OFFSET})(?:{NAME}(?P<summer>{OFFSET})?,(?P<start>[^,]+),(?P<end>[^,]+))?", re.ASCII
)


class Change(NamedTuple):
    """Clocks change: in seconds since 1970, and seconds east of Greenwich."""

    at: int
    before: int
    after: int


class Zone:
    """The offsets of one zone, up to the end of a year."""

    def __init__(self, name: str, last_year: int) -> None:
        version, listed, known, first, rule = _read(_content(name))
        assert version >= b"2"
        starts, offsets = list(listed), list(known)
        after = starts[-1] if starts else -(2**62)
        for at, offset in _from_rule(rule, after, last_year):
            starts.append(at)
            offsets.append(offset)
        self._starts = starts
        self._offsets = [first, *offsets]

    def offset(self, at: int) -> int:
        """Seconds east of Greenwich at an instant."""
        return self._offsets[bisect_right(self._starts, at)]

    def changes(self, since: int, until: int) -> list[Change]:
        """The changes between two instants that clocks show."""
        found = (Change(at, self._offsets[n], self._offsets[n + 1]) for n, at in enumerate(self._starts))
        return [one for one in found if since <= one.at < until and one.before != one.after]

    def first_at(self, local: int) -> int:
        """The first instant at which clocks show so many local seconds or, where they skip them, more."""
        bounds = [-(2**62), *self._starts, 2**62]
        for n, offset in enumerate(self._offsets):
            begins, ends = bounds[n], bounds[n + 1]
            if local - offset < ends:
                return max(local - offset, begins)
        raise AssertionError(local)


def _content(name: str) -> bytes:
    """The file that Python's own zones are read from."""
    for folder in TZPATH:
        place = Path(folder) / name
        if place.is_file():
            return place.read_bytes()
    return files("tzdata").joinpath("zoneinfo", name).read_bytes()


def _read(content: bytes) -> tuple[bytes, tuple[int, ...], tuple[int, ...], int, str]:
    """(version, instants, offset from each on, offset before, rule), from the part with 64 bits."""
    _, _, _, leaps, times, types, letters = _header(content, 0)
    second = 44 + times * 5 + types * 6 + letters + leaps * 8 + sum(_header(content, 0)[1:3])
    version, is_ut, is_std, leaps, times, types, letters = _header(content, second)
    place = second + 44
    starts = struct.unpack_from(f">{times}q", content, place)
    kinds = content[place + times * 8 : place + times * 9]
    place += times * 9
    offsets = [struct.unpack_from(">i", content, place + n * 6)[0] for n in range(types)]
    place += types * 6 + letters + leaps * 12 + is_std + is_ut
    rule = content[place:].decode("ascii").strip("\n")
    return version, starts, tuple(offsets[kind] for kind in kinds), offsets[0], rule


def _header(content: bytes, place: int) -> tuple[bytes, int, int, int, int, int, int]:
    magic, version, *counts = struct.unpack_from(">4sc15x6l", content, place)
    assert magic == b"TZif"
    is_ut, is_std, leaps, times, types, letters = counts
    return version, is_ut, is_std, leaps, times, types, letters


def _from_rule(rule: str, after: int, last_year: int) -> list[tuple[int, int]]:
    """(instant, offset from it on) of the changes that the rule makes, past those that are listed."""
    said = RULE.fullmatch(rule)
    assert said is not None, rule
    if said["start"] is None:
        return []
    standard = -_seconds(said["standard"])
    summer = -_seconds(said["summer"]) if said["summer"] else standard + 3600
    found = []
    for year in range(1970, last_year + 1):
        found.append((_moment(year, said["start"]) - standard, summer))
        found.append((_moment(year, said["end"]) - summer, standard))
    return sorted(one for one in found if one[0] > after)


def _moment(year: int, said: str) -> int:
    """Local seconds of `Mmonth.week.weekday/time`: a weekday of a month, the fifth being the last."""
    day, _, time = said.partition("/")
    month, week, weekday = (int(part) for part in day.removeprefix("M").split("."))
    first = timegm((year, month, 1, 0, 0, 0)) // DAY
    # The first of January 1970 was a Thursday.
    found = first + (weekday - (first + 4)) % 7 + (week - 1) * 7
    following = timegm((year + month // 12, month % 12 + 1, 1, 0, 0, 0)) // DAY
    if found >= following:
        found -= 7
    return found * DAY + (_seconds(time) if time else 7200)


def _seconds(said: str) -> int:
    """`[-]h[:m[:s]]`, in seconds."""
    parts = [int(part) for part in said.lstrip("+-").split(":")]
    total = sum(part * unit for part, unit in zip(parts, (3600, 60, 1), strict=False))
    return -total if said.startswith("-") else total

"""What is a duration, as an author writes it: "6 months", "10 business days", "2 semaines"?"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from dyade.program.numerals import in_figures
from dyade.texts import sentence

LARGEST_NUMBER = 10_000
LAST_ORDINAL = date.max.toordinal()


class DurationError(ValueError):
    """Not a duration: a whole number and a unit are needed, such as "6 months"."""

    def __init__(self, text: str, suggestion: str | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.suggestion = suggestion


class Duration(NamedTuple):
    """A length of calendar time, counted in one unit: at most one of its numbers is not zero.

    A week is 7 days and a year 12 months; nothing else is converted, for a month has no fixed number of days.
    """

    months: int = 0
    days: int = 0
    hours: int = 0
    business_days: int = 0

    @property
    def unit(self) -> str | None:
        """The unit that is counted, `None` when the duration is empty."""
        if self.days:
            return "days"
        if self.months:
            return "months"
        if self.hours:
            return "hours"
        return "business_days" if self.business_days else None

    @property
    def is_fixed(self) -> bool:
        """Whether it always lasts the same real time or the same number of days."""
        return not self.months and not self.business_days


NOTHING = Duration()

_UNITS: Mapping[str, Duration] = MappingProxyType(
    {
        **dict.fromkeys(("hour", "hours", "heure", "heures"), Duration(hours=1)),
        **dict.fromkeys(("day", "days", "jour", "jours"), Duration(days=1)),
        **dict.fromkeys(("week", "weeks", "semaine", "semaines"), Duration(days=7)),
        **dict.fromkeys(("month", "months", "mois"), Duration(months=1)),
        **dict.fromkeys(("year", "years", "an", "ans", "année", "années"), Duration(months=12)),
        **dict.fromkeys(
            ("business day", "business days", "jour ouvrable", "jours ouvrables"), Duration(business_days=1)
        ),
    }
)
_SHAPE = re.compile(r"([0-9]{1,6})[ \t\u00a0\u202f]*([^\W\d_]+(?:[ \t\u00a0\u202f]+[^\W\d_]+)?)")


def parse_duration(text: str) -> Duration:
    """Read a duration in English or French; a `DurationError` carries what was probably meant."""
    found = _SHAPE.fullmatch(text.strip()) if len(text) <= 80 else None
    if found is None:
        raise DurationError(text[:80], _with_unit(text) or _in_figures(text))
    number, unit = int(found[1]), " ".join(found[2].split())
    one = _UNITS.get(unit)
    if one is None:
        raise DurationError(text, near_unit(number, unit))
    if number > LARGEST_NUMBER:
        raise DurationError(text, f"{LARGEST_NUMBER} {unit}")
    return _times(one, number)


def _with_unit(text: str) -> str | None:
    """A number alone, or in the wrong order, probably lacks its unit."""
    digits = re.search(r"[0-9]{1,4}", text[:80])
    return f"{int(digits[0])} days" if digits and len(text) <= 80 and text.strip() == digits[0] else None


def _in_figures(text: str) -> str | None:
    """What "trois mois" probably meant: "3 mois"."""
    found = _SHAPE.fullmatch(in_figures(text) or "") if len(text) <= 80 else None
    if found is None:
        return None
    number, unit = int(found[1]), " ".join(found[2].split())
    return f"{number} {unit}" if unit in _UNITS else near_unit(number, unit)


def near_unit(number: int, unit: str) -> str | None:
    """What "6 moi" probably meant: "6 mois"."""
    folded = unit.casefold()
    near = [folded] if folded in _UNITS else get_close_matches(folded, _UNITS, n=1, cutoff=0.6)
    return f"{min(number, LARGEST_NUMBER)} {near[0]}" if near else None


def duration_of(number: int, unit: str) -> Duration | None:
    """The duration of a number and a unit word already apart, `None` when the word is no unit."""
    one = _UNITS.get(unit)
    return None if one is None or number > LARGEST_NUMBER else _times(one, number)


def _times(one: Duration, number: int) -> Duration:
    return Duration(one.months * number, one.days * number, one.hours * number, one.business_days * number)


def multiplied(duration: Duration, number: int) -> Duration | None:
    """A duration repeated a whole number of times, `None` when no author could have written the result."""
    return _writable(_times(duration, number)) if abs(number) <= LARGEST_NUMBER else None


def added(one: Duration, other: Duration) -> Duration | None:
    """The sum of two durations of one unit; `None` when their units differ or no author could have written it."""
    if one.unit is not None and other.unit is not None and one.unit != other.unit:
        return None
    return _writable(
        Duration(
            one.months + other.months,
            one.days + other.days,
            one.hours + other.hours,
            one.business_days + other.business_days,
        )
    )


def negated(duration: Duration) -> Duration:
    """The same length, backwards: what subtracting it from a date adds."""
    return _times(duration, -1)


def _writable(duration: Duration) -> Duration | None:
    return duration if 0 <= _largest(duration)[0] <= LARGEST_NUMBER else None


def order(one: Duration, other: Duration) -> int | None:
    """Minus, zero or plus: how two durations compare, `None` when nothing fixed tells.

    Hours, days and weeks compare with each other (a day counts 24 hours), months with months, business days with
    business days.
    """
    if one.is_fixed and other.is_fixed:
        return (one.days - other.days) * 24 + one.hours - other.hours
    if one.unit == other.unit or NOTHING in (one, other):
        return sum(one) - sum(other)
    return None


def written(duration: Duration) -> str:
    """The plain text of a duration, which `parse_duration` reads back: "6 months"."""
    number, unit = _largest(duration)
    words = unit.replace("_", " ")
    return f"{number} {words.removesuffix('s')}" if number == 1 else f"{number} {words}"


@lru_cache(maxsize=1024)
def format_duration(duration: Duration, lang: str) -> str:
    """A duration for people: "6 mois", "6 months"."""
    number, unit = _largest(duration)
    return sentence("diagnostics", f"duration.{unit}", lang, number, number=number)


def _largest(duration: Duration) -> tuple[int, str]:
    """Number and unit, in whole years or weeks where they come out even."""
    months, days, hours, business_days = duration
    if months:
        return (months, "months") if months % 12 else (months // 12, "years")
    if hours:
        return hours, "hours"
    if business_days:
        return business_days, "business_days"
    return (days, "days") if days % 7 or not days else (days // 7, "weeks")


@lru_cache(maxsize=8192)
def add_months(ordinal: int, months: int) -> int | None:
    """The same day of another month, the last one where the month is shorter; `None` outside the calendar."""
    start = date.fromordinal(ordinal)
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    if not date.min.year <= year <= date.max.year:
        return None
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1])).toordinal()


def add_days(ordinal: int, days: int) -> int | None:
    """A number of days later, `None` outside the calendar."""
    result = ordinal + days
    return result if 1 <= result <= LAST_ORDINAL else None

"""Which days does a program's calendar leave out of business days?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from dyade.program.holiday_table import DAYS, GOOD_FRIDAY, NAMES

Holidays: TypeAlias = tuple[tuple[int, Mapping[str, str]], ...]
"""Days off as ordinals, in order, each with its name in French and English."""

_LANGUAGES: Final = ("fr", "en")
_EASTER_MONDAY: Final[Mapping[str, str]] = MappingProxyType({"fr": "Lundi de Pâques", "en": "Easter Monday"})


def resolve(spec: Mapping[str, Any] | str | None, years: Iterable[int] = range(2015, 2046)) -> Holidays:
    """List the days off of a calendar: a region, or `{region, easter, holidays: [day or {date, label}]}`.

    The observed day of a holiday that falls on a weekend is off too. Quebec lets the employer choose between Good
    Friday and Easter Monday: one of them is off, never both. The days of a region cover `years` alone.
    """
    if spec is None:
        return ()
    if isinstance(spec, str):
        spec = {"region": spec}
    region = spec.get("region")
    found = dict(_statutory(region, spec.get("easter") or "friday", tuple(years))) if region else {}
    for entry in spec.get("holidays") or ():
        day, label = _named(entry)
        found[day] = label
    return tuple(sorted(found.items()))


def _named(entry: str | Mapping[str, Any]) -> tuple[int, Mapping[str, str]]:
    """A day off of the program's own, with its date for a name where it has none."""
    text = entry if isinstance(entry, str) else str(entry["date"])
    label = None if isinstance(entry, str) else entry.get("label")
    if not isinstance(label, Mapping):
        label = dict.fromkeys(_LANGUAGES, label or text)
    return date.fromisoformat(text).toordinal(), label


@lru_cache(maxsize=16)
def _statutory(region: str, easter: str, years: tuple[int, ...]) -> Holidays:
    wanted = frozenset(years)
    found: dict[int, Mapping[str, str]] = {}
    for iso, name in DAYS[region]:
        day = date.fromisoformat(iso)
        if day.year not in wanted:
            continue
        if easter == "monday" and name == GOOD_FRIDAY:
            found[day.toordinal() + 3] = _EASTER_MONDAY
        else:
            found[day.toordinal()] = dict(zip(("fr", "en"), NAMES[name], strict=True))
    return tuple(sorted(found.items()))

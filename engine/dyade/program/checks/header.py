"""Can this engine read the program: its language, its zone, its calendar, its languages?"""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterator

from dyade.program import model as m
from dyade.program.checks.ground import Ground, Path
from dyade.program.conditions.types import DATE
from dyade.program.conditions.values import ValueRefused, parse_value
from dyade.program.diagnostics import Term

_VERSION = re.compile(r"(\d{1,4})\.(\d{1,4})")
_ZONE = re.compile(r"[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+)*")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def check(ground: Ground) -> None:
    """Tell what this engine cannot read."""
    _language(ground)
    _zone(ground)
    _holidays(ground)
    languages = ground.model.locales
    for at, language in enumerate(languages):
        if language in languages[:at]:
            ground.tell("D007", ("locales", at), variant="repeated", value=language)


def _language(ground: Ground) -> None:
    version, known = ground.model.dyade, ".".join(map(str, m.LANGUAGE))
    found = _VERSION.fullmatch(version)
    numbers = (int(found[1]), int(found[2])) if found else (0, 0)
    if numbers[0] < m.LANGUAGE[0]:
        ground.tell("D007", ("dyade",), value=version, expected=[f'"{known}"'])
    elif numbers > m.LANGUAGE:
        code = "D031" if numbers[0] > m.LANGUAGE[0] else "D032"
        ground.tell(code, ("dyade",), version=version, known=known)


def _zone(ground: Ground) -> None:
    name = ground.model.timezone
    try:
        known = bool(_ZONE.fullmatch(name)) and bool(zoneinfo.ZoneInfo(name))
    except (KeyError, ValueError, OSError):
        known = False
    if not known:
        names = {zone.rpartition("/")[2]: zone for zone in sorted(zoneinfo.available_timezones())}
        near = ground.near(name.rpartition("/")[2], tuple(names)) or ""
        ground.tell("D007", ("timezone",), value=name, suggestion=names.get(near), why="D007.zone.help")


def _holidays(ground: Ground) -> None:
    for path, text in _days(ground.model.calendar):
        try:
            parse_value(DATE, text)
        except ValueRefused:
            if _DAY.fullmatch(text):
                ground.tell("Y013", path, text=text)
            else:
                facts = {"wanted": Term("shape.date"), "value": text, "found": Term("shape.text")}
                ground.tell("D021", path, variant="here", facts=facts)


def _days(calendar: object) -> Iterator[tuple[Path, str]]:
    for at, day in enumerate(calendar.holidays if isinstance(calendar, m.WorkCalendar) else ()):
        path: Path = ("calendar", "holidays", at)
        yield (path, day) if isinstance(day, str) else ((*path, "date"), day.date)

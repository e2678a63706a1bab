"""Which program do these answers make? Its text and that of its scenarios, ready to be read by whoever will keep it."""

from __future__ import annotations

from datetime import date
from importlib.resources import files
from typing import NamedTuple

from dyade.authoring.starting.answers import AMOUNTS, FOLLOW_UPS, TAKEN, WORDS, Answers, both, identifier
from dyade.authoring.starting.template import AUTHORS, Filling, filled
from dyade.program.durations import Duration, add_days, add_months, parse_duration

DRAWN = ("minimal",)
"""Templates that have files of their own; all others are answers to the questions of the same one."""
BEGINNING = date(2026, 9, 1).toordinal()
"""The day on which our scenarios begin."""
SPREAD = 12
"""At most so many entries are written into a scenario before time passes faster."""


class Started(NamedTuple):
    """The two files of a new program."""

    program: str
    scenarios: str


def started(answers: Answers, template: str = "mentoring") -> Started:
    """The files of a new program; the answers are sound, as `answers.complaint` tells."""
    filling = _filling(answers)
    name = template if template in DRAWN else "mentoring"
    return Started(
        filled(_template(f"{name}.program.txt"), filling), filled(_template(f"{name}.scenarios.txt"), filling)
    )


def _template(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _filling(answers: Answers) -> Filling:
    locales = answers.locales
    texts = {name: both(getattr(answers, name), locales, words) for name, words in WORDS.items()}
    texts["title"] = both(answers.title, locales, dict.fromkeys(AUTHORS, _titled(answers.id)))
    flags = _flags(answers)
    values = {
        "id": answers.id,
        "title_here": texts["title"][locales[0]],
        "locales": ", ".join(locales),
        "duration": answers.duration,
        "pace": FOLLOW_UPS[answers.follow_ups],
        "minimum": _amount(answers),
        "code": answers.id.replace("_", "-").upper(),
        **_roles(texts, locales[0]),
        **_course(answers, flags),
    }
    values |= _days(answers, values)
    entries = _entries(answers, values)
    values["certificate_year"] = entries[-1]["day"][:4] if entries else str(date.fromordinal(BEGINNING).year)
    return Filling(locales=locales, flags=flags, values=values, texts=texts, items={"entries": entries})


def _titled(id_: str) -> str:
    return id_.replace("_", " ").capitalize()


def _flags(answers: Answers) -> dict[str, bool]:
    said = {name: getattr(answers, name) == "yes" for name in ("application", "agreement", "mid_review", "certificate")}
    return {
        **said,
        "follow_ups": answers.follow_ups != "never",
        "minimum": answers.minimum != "none",
        "log": answers.minimum != "none",
        "meetings": answers.minimum == "meetings",
        "hours": answers.minimum == "hours",
        "withdrawal": answers.withdrawal == "either",
    }


def _amount(answers: Answers) -> str:
    return answers.amount or str(AMOUNTS.get(answers.minimum, ""))


def _roles(texts: dict[str, dict[str, str]], author: str) -> dict[str, str]:
    """The identifiers of the roles, no two alike."""
    found: dict[str, str] = {}
    for role in WORDS:
        word, otherwise = texts[role][author], identifier(WORDS[role][author], role)
        name = identifier(word, otherwise, TAKEN | frozenset(found.values()))
        found[role] = name
    return found


def _course(answers: Answers, flags: dict[str, bool]) -> dict[str, str]:
    """The states in the order of a happy life, and those by which one leaves."""
    at = AUTHORS.index(answers.locales[0])
    applying, signing = ("candidature_recue", "applying")[at], ("a_signer", "to_sign")[at]
    pairing, going = ("jumelage", "pairing")[at], ("en_cours", "under_way")[at]
    done, left, closed = ("termine", "completed")[at], ("retire", "withdrawn")[at], ("ferme", "closed")[at]
    path = [applying] * flags["application"] + [pairing] + [signing] * flags["agreement"] + [going, done]
    enough = {"meetings": ("assez_de_rencontres", "enough_meetings"), "hours": ("assez_dheures", "enough_hours")}
    # Left by oneself, or closed by the coordination; without the first, the sentence keeps its sense.
    leaving = ([left] if flags["withdrawal"] else []) + [closed]
    outcomes = [
        "success",
        *(["withdrawn"] if flags["withdrawal"] else []),
        "failure",
        *(["rejected"] if flags["application"] else []),
    ]
    return {
        "path": " → ".join(path),
        "exits": ", ".join(leaving),
        "first": path[0],
        "paired": signing if flags["agreement"] else going,
        "outcomes": ", ".join(outcomes),
        "enough": enough.get(answers.minimum, ("", ""))[at],
    }


# Days of the scenarios.


def _days(answers: Answers, values: dict[str, str]) -> dict[str, str]:
    end = _after(BEGINNING, parse_duration(answers.duration))
    recalled = _after(BEGINNING, parse_duration(values["pace"] or "1 week")) + 7
    return {
        "end": _day(end),
        "end_seen": f"{_day(end + 14)} 12:00",
        "new_end": _day(end + 60),
        "recalled": f"{_day(recalled)} 12:00",
    }


def _after(day: int, duration: Duration) -> int:
    moved = add_months(day, duration.months) if duration.months else add_days(day, duration.days)
    if duration.business_days:
        moved = add_days(day, duration.business_days * 7 // 5 + 3)
    return moved if moved is not None else day


def _day(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()


def _entries(answers: Answers, values: dict[str, str]) -> list[dict[str, str]]:
    """The meetings of the happy life: as many as are wanted, spread over the time that there is."""
    if answers.minimum == "none":
        return []
    wanted = int(values["minimum"])
    end = date.fromisoformat(values["end"]).toordinal()
    count = wanted if answers.minimum == "meetings" else -(-wanted // SPREAD)
    step = max(1, (end - BEGINNING) // (count + 1))
    found = []
    for number in range(1, count + 1):
        hours = min(SPREAD, wanted - SPREAD * (number - 1))
        day = _day(BEGINNING + step * number)
        found.append({"moment": f"{day} 18:00", "day": day, "amount": str(hours)})
    return found

"""What is asked of someone who starts a program, which answers are there, and what follows from none?"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from dyade.program.durations import DurationError, parse_duration
from dyade.program.scalars import meaning

LANGUAGES: Mapping[str, tuple[str, ...]] = {
    "fr": ("fr",),
    "en": ("en",),
    "fr+en": ("fr", "en"),
    "en+fr": ("en", "fr"),
}
"""The choice of languages -> those of the program; the first is the author's."""
FOLLOW_UPS: Mapping[str, str] = {"never": "", "weekly": "1 week", "fortnightly": "2 weeks", "monthly": "1 month"}
"""How often news is wanted -> the pace, as a program says it."""
CHOICES: Mapping[str, tuple[str, ...]] = {
    "languages": tuple(LANGUAGES),
    "application": ("yes", "no"),
    "agreement": ("yes", "no"),
    "follow_ups": tuple(FOLLOW_UPS),
    "mid_review": ("yes", "no"),
    "minimum": ("none", "meetings", "hours"),
    "certificate": ("yes", "no"),
    "withdrawal": ("either", "coordinator"),
}
"""The questions that are a choice, and what there is to choose."""
AMOUNTS = {"meetings": 4, "hours": 20}
"""How many are wanted, where nobody says."""
MOST = 60
SHORTEST, LONGEST = 28, 3660
"""Days that a mentoring may last."""
WORDS: Mapping[str, Mapping[str, str]] = {
    "mentor": {"fr": "Mentor", "en": "Mentor"},
    "mentee": {"fr": "Personne mentorée", "en": "Mentee"},
    "coordinator": {"fr": "Coordination", "en": "Coordinator"},
}
"""What people call those who take part, where nobody says."""
TAKEN = frozenset(("system", "author", "other", "missing", "clock", "any", "amelie", "bruno", "claire"))
"""Names that a role may not have: words of the language, and the people of our scenarios."""
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
LONGEST_NAME = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What somebody wants of a program. A text may hold both languages: `Mentor / Mentor`."""

    id: str
    languages: str = "fr+en"
    title: str = ""
    mentor: str = ""
    mentee: str = ""
    coordinator: str = ""
    duration: str = "6 months"
    application: str = "yes"
    agreement: str = "yes"
    follow_ups: str = "never"
    mid_review: str = "yes"
    minimum: str = "none"
    amount: str = ""
    certificate: str = "no"
    withdrawal: str = "either"

    @property
    def locales(self) -> tuple[str, ...]:
        """The languages of the program."""
        return LANGUAGES[self.languages]

    def plain(self) -> Mapping[str, str]:
        """Each answer by its question."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def with_(self, **answers: Any) -> Answers:
        """The same with other answers."""
        return replace(self, **answers)


QUESTIONS = tuple(field.name for field in fields(Answers))
"""In the order in which they are asked."""

TEMPLATES: Mapping[str, Mapping[str, str]] = {
    "mentoring": {},
    "placement": {
        "duration": "3 months", "follow_ups": "monthly", "minimum": "hours", "amount": "144", "certificate": "yes",
    },
    "weeks": {
        "duration": "8 weeks", "application": "no", "follow_ups": "weekly", "mid_review": "no", "minimum": "meetings",
    },
    "minimal": {},
}  # fmt: skip
"""A kind of program to begin from -> what is answered where nobody says."""
ASKED: Mapping[str, tuple[str, ...]] = {"minimal": ("id", "languages", "title", "coordinator")}
"""The questions of a template, where they are not all of them."""


def asked(template: str, answers: Mapping[str, str]) -> tuple[str, ...]:
    """The questions of a template that these answers leave to ask."""
    wanted = ASKED.get(template, QUESTIONS)
    return tuple(
        name
        for name in wanted
        if name not in answers and (name != "amount" or answers.get("minimum", "none") != "none")
    )


def complaint(name: str, answer: str, answers: Mapping[str, str]) -> str | None:
    """The key of the sentence that says why an answer cannot be used; `None` where it can."""
    if name in CHOICES:
        return None if answer in CHOICES[name] else "choice"
    if name == "id":
        return None if is_name(answer) else "id"
    if name == "duration":
        return None if _days(answer) is not None else "duration"
    if name == "amount":
        return None if not answer or (answer.isdecimal() and 0 < int(answer) <= _most(answers)) else "amount"
    return None if len(answer) <= 200 and answer.isprintable() else "text"


def is_name(word: str) -> bool:
    """Whether a word may name something, and reads as that word wherever it stands."""
    read = meaning(word) if word else None
    plain = read is not None and isinstance(read.value, str) and not read.code
    return plain and len(word) <= LONGEST_NAME and _IDENTIFIER.fullmatch(word) is not None


def _most(answers: Mapping[str, str]) -> int:
    return MOST if answers.get("minimum") == "meetings" else 10_000


def _days(duration: str) -> int | None:
    """About how many days it lasts; `None` for what is no duration, or none that a mentoring has."""
    try:
        read = parse_duration(duration)
    except DurationError:
        return None
    days = read.days + read.months * 30 + read.business_days * 7 // 5
    return days if SHORTEST <= days <= LONGEST and not read.hours else None


def both(text: str, locales: tuple[str, ...], otherwise: Mapping[str, str]) -> dict[str, str]:
    """A text in each language of a program: one for all, or one for each around a slash."""
    parts = [part.strip() for part in text.split(" / ")] if len(locales) > 1 else [text.strip()]
    if not text.strip():
        return {lang: otherwise[lang] for lang in locales}
    if len(parts) != len(locales) or not all(parts):
        return dict.fromkeys(locales, text.strip())
    return dict(zip(locales, parts, strict=True))


def identifier(word: str, otherwise: str, taken: frozenset[str] = TAKEN) -> str:
    """The name that a word gives: `Personne mentorée` is `personne_mentoree`."""
    folded = unicodedata.normalize("NFD", word.casefold().replace("œ", "oe").replace("æ", "ae"))
    ascii_only = "".join(letter for letter in folded if not unicodedata.combining(letter))
    name = re.sub(r"[^a-z0-9]+", "_", ascii_only).strip("_")[:LONGEST_NAME].strip("_")
    name = name if is_name(name) else otherwise
    numbered = (name, *(f"{name}_{number}" for number in range(2, len(taken) + 3)))
    return next(one for one in numbered if one not in taken)

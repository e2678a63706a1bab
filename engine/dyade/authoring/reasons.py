"""Is a reason of the engine the one that a scenario names, and does it say what the scenario says?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dyade.authoring.life import Life
from dyade.authoring.notation import Difference, shown
from dyade.flow.outcome import Reason
from dyade.flow.telling.refusals import reason_sentence
from dyade.texts import languages

ANY = "any"
FAMILIES: Mapping[str, frozenset[str]] = {
    "not_allowed": frozenset(("not_allowed", "not_delegable", "not_delegated", "not_on_paper", "not_yours")),
    "not_available": frozenset(("not_available", "ended", "form_closed", "series_closed")),
}
"""What a scenario may call several reasons of the engine: it is not for them to do, it cannot be done from here."""

REASONS = (
    "not_allowed", "not_available", "ended", "retired", "unknown_event", "unknown_field", "unknown_form",
    "unknown_role", "unknown_step", "unknown_rule", "unknown_clause", "unknown_entry", "unknown_datum",
    "form_closed", "entry_complete", "not_yours", "already_filled", "nothing_filled", "not_signed",
    "still_a_draft", "already_signed", "never_signed", "not_confirmed", "already_confirmed", "own_entry",
    "not_complete_yet", "wrong_step", "not_unique", "limit", "clause", "hidden", "invariant", "nobody_holds",
    "effect_unknown", "pair_declined", "pair_not_waiting", "in_future", "not_on_paper",
    "not_delegable", "not_delegated", "by_enrolment", "too_many",
    "already_holds", "does_not_hold", "not_assigned_here",
    "nothing_to_answer", "nothing_changed", "already_assented", "no_assent",
    "input_differs",
    "unknown_series", "series_closed", "no_interval", "too_many_meetings", "same_day", "day_passed", "no_meeting",
    "no_meeting_due",
    "already_held", "not_held_yet", "not_expected", "already_excused", "excused_too_late",
    "unknown_certificate", "never_issued", "already_revoked",
    "quota_full", "quota_waiting", "not_waiting", "budget_passed",
    "unknown_item", "already_seen", "stays_closed",
    "reason_wanted", "not_waivable", "required", "datum_type", "datum_choice", "datum_minimum", "datum_maximum",
    "datum_pattern",
)  # fmt: skip
"""Every reason of the engine, by its code."""

Told = Mapping[str, str]
"""A sentence by language; `*` stands for that of the author."""


def unmet(life: Life, refused: Mapping[str, Told], reasons: Sequence[Reason]) -> tuple[Difference, ...]:
    """The refusals that were expected and are not among the reasons, beside the reasons that nobody expected."""
    missing = {key: told for key, told in refused.items() if not is_told(life, key, told, reasons)}
    if not missing:
        return ()
    expected = tuple(f"{key}: {written(told)}" for key, told in missing.items())
    others = (
        reason for reason in reasons if not any(is_told(life, key, told, (reason,)) for key, told in refused.items())
    )
    return (Difference(("refused",), expected, tuple(reason_line(life, reason) for reason in others)),)


def reason_line(life: Life, reason: Reason) -> str:
    """A reason, as a scenario would name it."""
    name = reason.about if reason.code in ("clause", "pair_clause", "limit", "invariant", "hidden") else reason.code
    return f"{name}: {shown(reason_sentence(reason, life.words(author(life))))}"


def author(life: Life) -> str:
    """The language in which the scenarios of a program are written."""
    return next((lang for lang in life.program.model.locales if lang in languages()), "en")


def is_told(life: Life, key: str, told: Told, reasons: Sequence[Reason]) -> bool:
    """Whether one of the reasons is the one that is named, and says what is expected."""
    return any(_names(key, reason) and _says(life, told, reason) for reason in reasons)


def _names(key: str, reason: Reason) -> bool:
    return key in (reason.about, reason.code) or reason.code in FAMILIES.get(key, ())


def _says(life: Life, told: Told, reason: Reason) -> bool:
    """Whether a reason says what is expected; a part of its sentence is enough."""
    for lang, text in told.items():
        spoken = author(life) if lang == "*" else lang
        if text == ANY and lang == "*":
            continue
        if spoken not in languages() or _plain(text) not in _plain(reason_sentence(reason, life.words(spoken))):
            return False
    return True


def _plain(text: str) -> str:
    return " ".join(text.split())


def written(told: Told) -> str:
    """What is expected of a reason, as the file would write it."""
    return shown(told["*"] if "*" in told else dict(told))

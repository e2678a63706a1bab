"""Reasons in words: why a command was refused, what is advised against, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dyade.flow.outcome import Reason
from dyade.flow.plan import plan_of
from dyade.flow.telling.places import lack_sentence
from dyade.flow.telling.words import Words, day, figures, said
from dyade.program.program import Program
from dyade.texts import quote_list, sentence


def refusal_sentences(
    program: Program, reasons: tuple[Reason, ...], lang: str, names: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """Each reason as one sentence, none twice."""
    words = Words(plan_of(program), lang, names or {})
    return tuple(dict.fromkeys(reason_sentence(reason, words) for reason in reasons))


def reason_sentence(reason: Reason, words: Words) -> str:
    """One reason, with its numbers and what to do about it."""
    facts = reason.facts
    match reason.code:
        case "clause" | "invariant" if reason.sentence:
            return _clause(reason, words)
        case "limit":
            return _limit(reason, words)
        case "quota_full" | "quota_waiting" | "budget_passed":
            return lack_sentence(reason, words)
        case "not_enrolled_by" if not facts["roles"]:
            return sentence("answers", "refused.not_enrolled_by.nobody", words.lang, about=words.role(reason.about))
        case "pair_clause":
            if reason.sentence:
                return said(reason.sentence, words.lang)
            return sentence("answers", "clause.no", words.lang, name=reason.about)
        case "hidden":
            return _with_waiver(sentence("answers", "refused.hidden", words.lang), facts, words)
    told = {key: _shown(key, value, reason, words) for key, value in facts.items()}
    if reason.code == "nobody_holds":
        told["role"] = words.role(reason.about)
    told["about"] = _about(reason, words)
    key = f"refused.{reason.code}"
    if reason.code == "not_allowed":
        return _not_allowed(reason, words)
    return sentence("answers", key, words.lang, **told)


def _clause(reason: Reason, words: Words) -> str:
    assert reason.sentence is not None
    told = said(reason.sentence, words.lang, reason.about)
    lang = words.lang if words.lang in reason.sentence else next(iter(reason.sentence))
    missing = reason.facts.get("missing", {}).get(lang, "")
    hint = reason.facts.get("hint", {}).get(lang, "")
    told = f"{told} ({missing})" if missing else told
    told = f"{_ended(told)} {hint}" if hint else told
    return _with_waiver(told, reason.facts, words)


def _with_waiver(told: str, facts: Mapping[str, Any], words: Words) -> str:
    roles = facts.get("waivable_by") or ()
    if not roles:
        return told
    return f"{_ended(told)} {sentence('answers', 'refused.waivable', words.lang, roles=words.roles(tuple(roles)))}"


def _ended(told: str) -> str:
    """A sentence that another may follow."""
    return told if told.endswith((".", "!", "?", "…")) else f"{told}."


def _limit(reason: Reason, words: Words) -> str:
    if reason.sentence:
        return _with_waiver(said(reason.sentence, words.lang), reason.facts, words)
    facts = reason.facts
    form = str(facts["form"])
    label = words.datum(("forms", form, str(facts["of"]))) if facts["of"] else words.form(form)
    per = sentence("answers", f"per.{facts['per']}", words.lang)
    total, most = (figures(facts[key], words.lang) for key in ("total", "max"))
    told = sentence("answers", "refused.limit", words.lang, label=label, total=total, max=most, per=per)
    return _with_waiver(told, facts, words)


def _not_allowed(reason: Reason, words: Words) -> str:
    roles = tuple(reason.facts.get("roles", ()))
    act = within_quotes(act_label(reason.about, words), words.lang)
    if not roles:
        return sentence("answers", "refused.not_allowed.nobody", words.lang, act=act)
    who = quote_list([_with_contact(role, words) for role in roles], words.lang)
    return sentence("answers", "refused.not_allowed", words.lang, act=act, roles=who)


def _with_contact(role: str, words: Words) -> str:
    contact = words.model.contacts.get(role)
    return f"{words.role(role)} ({contact})" if contact else words.role(role)


def within_quotes(text: str, lang: str) -> str:
    """A text that comes to stand between quotes: its own become those of the second rank."""
    if lang == "fr":
        return text.replace("« ", "“").replace(" »", "”")
    return text.replace("“", "‘").replace("”", "’")


def act_label(about: str, words: Words) -> str:
    """What people call an act: a transition's label, or "fill" a form, "assign" a role …"""
    verb, _, what = about.partition(" ")
    if not what:
        return sentence("answers", "act.start", words.lang) if verb == "start" else words.transition(about)
    form, _, rest = what.partition(".")
    named = {
        "assign": words.role(what),
        "set": words.field(what),
        "waive": _clause_label(what, words),
        "reveal": _item_label(what, words),
        "inform": words.person(what),
        "offer": words.quota(what),
        "plan": words.series(what),
        "attend": words.series(what),
        "excuse": words.series(what),
        "revoke": words.certificate(what),
        "reissue": words.certificate(what),
        "step": f"{words.form(form)} › {rest}" if rest else words.form(form),
    }
    label = named.get(verb, f"{words.form(form)} › {words.datum(('forms', form, rest))}" if rest else words.form(form))
    return sentence("answers", f"act.{verb}", words.lang, name=label)


def _clause_label(clause: str, words: Words) -> str:
    rules = (*words.plan.rules, *words.plan.forms)
    return next((words.clause(rule, clause) for rule in rules if words.plan.clause(rule, clause)), clause)


def _item_label(item: str, words: Words) -> str:
    """What is asked to be opened: a thing of the program, else as it was written."""
    known = words.plan.glass.items if words.plan.glass else ()
    return words.item(item) if item in known or any(one.startswith(f"{item}.") for one in known) else item


_ROLE_CODES = (
    "unknown_role",
    "by_enrolment",
    "too_many",
    "already_holds",
    "does_not_hold",
    "nothing_to_answer",
    "nobody_holds",
    "not_assigned_here",
    "not_enrolled_by",
    "pair_not_enrolled",
    "pair_no_room",
    "pair_declined",
)
_FORM_CODES = (
    "form_closed", "unknown_form", "unknown_entry", "entry_complete", "not_yours", "already_filled", "nothing_filled",
    "not_signed", "still_a_draft", "already_signed", "never_signed", "not_confirmed", "already_confirmed", "own_entry",
    "not_complete_yet", "not_unique",
)  # fmt: skip


_SERIES_CODES = (
    "unknown_series", "series_closed", "no_interval", "too_many_meetings", "same_day", "day_passed",
    "no_meeting", "no_meeting_due", "already_held", "not_held_yet", "not_expected", "already_excused",
    "excused_too_late",
)  # fmt: skip


def _about(reason: Reason, words: Words) -> str:
    about = reason.about
    if reason.code in _ROLE_CODES:
        return words.role(about)
    if reason.code in _FORM_CODES:
        return words.form(about)
    if reason.code in ("never_issued", "already_revoked"):
        return words.certificate(about)
    if reason.code in _SERIES_CODES:
        return words.series(about)
    if reason.code == "not_waiting":
        return words.quota(about)
    if reason.code == "ended":
        return words.state(about)
    if reason.code.startswith("datum_") or reason.code == "required":
        path = reason.facts.get("path")
        return words.datum(tuple(path)) if path else about
    if reason.code in ("not_available", "already_assented", "no_assent", "input_differs"):
        return words.transition(about)
    if reason.code in ("already_seen", "stays_closed", "reason_wanted"):
        return _item_label(about, words)
    if reason.code == "effect_unknown":
        return words.field(about) if about in words.model.fields else words.role(about)
    return about


def _shown(key: str, value: Any, reason: Reason, words: Words) -> str | int:
    """One fact of a reason, as people read it."""
    if reason.code == "wrong_step" and key in ("step", "from"):
        steps = [value] if key == "step" else list(value)
        return quote_list([words.step(str(reason.facts["form"]), step) for step in steps], words.lang)
    show = _SHOWN.get(key)
    if show is not None:
        return show(value, words)
    if isinstance(value, tuple):
        return ", ".join(str(item) for item in value)
    if isinstance(value, int):
        return value
    return figures(value, words.lang) if key == "limit" else str(value)


def _choice(values: Any, words: Words) -> str:
    return quote_list(list(values), words.lang)


def _states(states: Any, words: Words) -> str:
    return quote_list([_state(words, state) for state in states], words.lang)


def _wanted(names: Any, words: Words) -> str:
    return ", ".join(words.role(name) if name in words.plan.roles else words.person(name) for name in names)


_SHOWN: Mapping[str, Callable[[Any, Words], str]] = {
    "on": lambda value, _words: day(value),
    "roles": lambda value, words: words.roles(tuple(value)),
    "kept_roles": lambda value, words: words.roles(tuple(value)),
    "dropped_roles": lambda value, words: words.roles(tuple(value)),
    "here": lambda value, words: " · ".join(_state(words, state) for state in value),
    "states": _states,
    "from": _states,
    "person": lambda value, words: words.person(str(value)),
    "for": lambda value, words: words.person(str(value)),
    "missing": _wanted,
    "known": _choice,
    "values": _choice,
    "transition": lambda value, words: words.transition(str(value)),
    "type": lambda value, words: sentence("answers", f"type.{value}", words.lang),
    "types": lambda value, words: quote_list([one.upper() for one in value], words.lang),
    "size": lambda value, words: bytes_said(value, words.lang),
    "most": lambda value, words: bytes_said(value, words.lang),
}


def file_sentence(reason: Reason, label: str, lang: str) -> str:
    """Why a file is not what is asked for, where it is asked for under a label."""
    told: dict[str, str | int] = {"about": label, "file": str(reason.facts["file"])}
    told |= {key: bytes_said(reason.facts[key], lang) for key in ("size", "most") if key in reason.facts}
    if "types" in reason.facts:
        told["types"] = quote_list([one.upper() for one in reason.facts["types"]], lang)
    return sentence("answers", f"refused.{reason.code}", lang, **told)


def bytes_said(number: int, lang: str) -> str:
    """A number of bytes, as people say it."""
    if number < 100:
        return sentence("answers", "bytes.one", lang, number)
    unit, divisor = ("mega", 1_000_000) if number >= 1_000_000 else ("kilo", 1_000)
    shown = f"{number / divisor:.1f}".removesuffix(".0")
    return sentence("answers", f"bytes.{unit}", lang, number=shown.replace(".", ",") if lang == "fr" else shown)


def _state(words: Words, reference: str) -> str:
    found = words.plan.graph.find(reference)
    return words.state(found) if isinstance(found, str) else words.state("")

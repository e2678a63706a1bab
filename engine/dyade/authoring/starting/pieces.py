"""Which piece may be added to a program, and what does it ask? Its lines, with the names that the program has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dyade.authoring.starting.writing import inline, scalar, text_lines

KINDS = ("role", "field", "form", "state", "transition", "deadline", "reminder", "param")
SECTIONS: Mapping[str, str] = {kind: f"{kind}s" for kind in KINDS}
"""A kind of piece -> the section that it goes to."""
ASKED: Mapping[str, tuple[str, ...]] = {
    "role": ("role",),
    "field": ("type", "role"),
    "form": ("role", "state", "repeat"),
    "state": ("outcome",),
    "transition": ("state", "to", "role"),
    "deadline": ("field", "state"),
    "reminder": ("role", "state", "delay"),
    "param": ("value",),
}
"""What a kind of piece asks beside its name and its label."""
TYPES = ("text", "int", "decimal", "money", "bool", "date", "time", "duration", "person", "file")
REPEATS = ("once", "many")
OUTCOMES = ("none", "success", "failure", "withdrawn", "expired", "rejected")
DELAY = "5 business days"


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What a program has that a piece may name."""

    locales: tuple[str, ...]
    roles: tuple[str, ...]
    starters: tuple[str, ...]
    states: tuple[str, ...]
    """Those that are not final first."""
    fields: tuple[str, ...]
    cites: bool
    """Whether its rules say where they come from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Something to add: to which section, under which name, as which lines at the left margin."""

    section: str
    name: str
    lines: Sequence[str]
    is_item: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody wants to add."""

    kind: str
    name: str
    label: Mapping[str, str]
    answers: Mapping[str, str] = field(default_factory=dict)


def names(data: Any) -> Names:
    """What a program has, sound or not: all that a piece may name is told by the text alone."""
    data = data if isinstance(data, dict) else {}
    locales = tuple(lang for lang in _strings(data.get("locales")) if len(lang) == 2) or ("fr",)
    states = list(_states(data.get("states"), ""))
    return Names(
        locales=locales,
        roles=tuple(_keys(data.get("roles"))),
        starters=tuple(_strings(data.get("started_by"))),
        states=tuple(_shortest([path for path, _ in sorted(states, key=lambda one: one[1])])),
        fields=tuple(key for key, datum in _items(data.get("fields")) if _is_day(datum)),
        cites=bool(data.get("sources")),
    )


def choices(question: str, names: Names) -> tuple[str, ...]:
    """What may be answered; nothing where anything may."""
    found: Mapping[str, tuple[str, ...]] = {
        "role": (*(role for role in names.starters if role in names.roles), *names.roles),
        "state": names.states,
        "to": names.states,
        "field": names.fields,
        "type": TYPES,
        "repeat": REPEATS,
        "outcome": OUTCOMES,
    }
    return tuple(dict.fromkeys(found.get(question, ())))


def default(question: str, names: Names, answers: Mapping[str, str]) -> str:
    """What is answered where nobody says; empty where only its author knows."""
    if question == "delay":
        return DELAY
    if question == "to":
        return next((state for state in names.states if state != answers.get("state")), "")
    return next(iter(choices(question, names)), "")


def pieces(wanted: Wanted, names: Names) -> tuple[Piece, ...]:
    """What is added: the piece, and the message of a reminder."""
    answers = dict(wanted.answers)
    make = {
        "role": _role, "field": _field, "form": _form, "state": _state, "transition": _transition,
        "deadline": _deadline, "reminder": _reminder, "param": _param,
    }[wanted.kind]  # fmt: skip
    inside = list(make(wanted, answers, names))
    if names.cites and wanted.kind != "state":
        inside.append("basis: assumed")
    section = SECTIONS[wanted.kind]
    if wanted.kind in ("transition", "reminder"):
        lines = [f"- id: {wanted.name}", *(f"  {line}" for line in inside)]
        piece = Piece(section=section, name=wanted.name, lines=lines, is_item=True)
    else:
        piece = Piece(section=section, name=wanted.name, lines=[f"{wanted.name}:", *(f"  {line}" for line in inside)])
    return (piece, _message(wanted)) if wanted.kind == "reminder" else (piece,)


def _role(wanted: Wanted, answers: Mapping[str, str], _names: Names) -> Iterator[str]:
    yield from text_lines("label:", wanted.label)
    if answers.get("role"):
        yield f"assigned_by: [{answers['role']}]"


def _field(wanted: Wanted, answers: Mapping[str, str], _names: Names) -> Iterator[str]:
    yield f"type: {answers['type']}"
    if answers["type"] == "money":
        yield "currency: CAD"
    yield from text_lines("label:", wanted.label)
    if answers["type"] == "text":
        yield "privacy: personal"
    if answers.get("role"):
        yield f"set_by: [{answers['role']}]"


def _form(wanted: Wanted, answers: Mapping[str, str], names: Names) -> Iterator[str]:
    many = answers["repeat"] == "many"
    yield from text_lines("label:", wanted.label)
    yield "entry:"
    if many:
        yield f"  date: {{type: date, label: {inline(_in(names, 'Date', 'Day'))}}}"
    notes = inline(_in(names, "Notes", "What there is to say"))
    yield f"  notes: {{type: text, label: {notes}, privacy: personal}}"
    yield f"filled_by: [{answers['role']}]"
    yield f"available_in: [{answers['state']}]"
    if many:
        yield from ("repeat: many", "dated_by: date")


def _state(wanted: Wanted, answers: Mapping[str, str], _names: Names) -> Iterator[str]:
    yield from text_lines("label:", wanted.label)
    if answers["outcome"] != "none":
        yield from ("final: true", f"outcome: {answers['outcome']}")


def _transition(wanted: Wanted, answers: Mapping[str, str], _names: Names) -> Iterator[str]:
    yield from text_lines("label:", wanted.label)
    yield from (f"from: {answers['state']}", f"to: {answers['to']}", f"by: [{answers['role']}]")


def _deadline(wanted: Wanted, answers: Mapping[str, str], _names: Names) -> Iterator[str]:
    yield f"at: fields.{answers['field']}"
    yield from text_lines("label:", wanted.label)
    yield f"while: [{answers['state']}]"


def _reminder(wanted: Wanted, answers: Mapping[str, str], _names: Names) -> Iterator[str]:
    delay = scalar(answers["delay"])
    yield from (
        f"to: [{answers['role']}]",
        f"while: {answers['state']}",
        f"after: {delay}",
        f"every: {delay}",
        "max: 3",
    )
    yield f"template: {wanted.name}"


def _message(wanted: Wanted) -> Piece:
    said = {lang: f"{text}." for lang, text in wanted.label.items()}
    inside = [*text_lines("subject:", wanted.label), *text_lines("body:", said)]
    return Piece(section="templates", name=wanted.name, lines=[f"{wanted.name}:", *(f"  {line}" for line in inside)])


def _param(wanted: Wanted, answers: Mapping[str, str], _names: Names) -> Iterator[str]:
    yield f"value: {answers['value']}"
    yield from text_lines("label:", wanted.label)


def _in(names: Names, french: str, english: str) -> Mapping[str, str]:
    """A text of ours in the languages of the program."""
    return {lang: french if lang == "fr" else english for lang in names.locales}


# What the text says.


def _keys(data: Any) -> list[str]:
    return list(data) if isinstance(data, dict) else []


def _items(data: Any) -> list[tuple[str, Any]]:
    return list(data.items()) if isinstance(data, dict) else []


def _strings(data: Any) -> list[str]:
    return [one for one in data if isinstance(one, str)] if isinstance(data, list) else []


def _is_day(datum: Any) -> bool:
    return isinstance(datum, dict) and datum.get("type") == "date"


def _states(data: Any, path: str) -> Iterator[tuple[str, bool]]:
    """(path, whether it is final) of every state, tracks' included."""
    for key, state in _items(data):
        inner = state if isinstance(state, dict) else {}
        yield f"{path}{key}", inner.get("final") is True
        yield from _states(inner.get("states"), f"{path}{key}.")
        for track, region in _items(inner.get("tracks")):
            yield from _states(region.get("states") if isinstance(region, dict) else None, f"{path}{key}.{track}.")


def _shortest(paths: Sequence[str]) -> Iterator[str]:
    """The last name of each state, where no other has it."""
    last = [path.rpartition(".")[2] for path in paths]
    for path, name in zip(paths, last, strict=True):
        yield name if last.count(name) == 1 else path

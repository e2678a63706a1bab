"""How is a form asked, datum by datum, on a terminal? What is asked goes to stderr: the answer alone is on stdout."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import click

from dyade.cli.paper import Span, clean, flow
from dyade.cli.values import from_text
from dyade.cli.words import lang, say
from dyade.flow.telling.words import figures, said
from dyade.texts import sentence

if TYPE_CHECKING:
    from dyade.program.conditions.types import Type
    from dyade.program.data import TypedDatum


def ask(title: str, data: Iterable[TypedDatum], known: Mapping[str, Any]) -> dict[str, Any]:
    """Ask for every datum; `known` gives what stands already, as JSON."""
    _tell(flow(Span(title, "title")))
    _tell(flow(say("prompt.intro"), lead=[Span("  ")]))
    given: dict[str, Any] = {}
    for datum in data:
        name = datum.path[-1]
        value = _ask_one(datum, known.get(name))
        if value is not None or name in known:
            given[name] = value
    return given


def _ask_one(datum: TypedDatum, standing: Any) -> Any:
    from dyade.program.conditions.types import ListOf
    from dyade.program.conditions.values import dump_value

    if standing is None and datum.default is not None:
        standing = dump_value(datum.type, datum.default)
    _introduce(datum)
    if isinstance(datum.type, ListOf):
        return _ask_list(datum, datum.type, standing)
    while True:
        text = _typed(say("prompt.answer"), _shown(datum, datum.type, standing))
        if text == "" and standing is not None:
            return standing
        if text == "-" and not datum.required:
            return None
        value, complaint = _read(datum, datum.type, text)
        if complaint is None and value is None and datum.required:
            complaint = say("prompt.required")
        if complaint is None:
            return value
        _complain(complaint)


def _ask_list(datum: TypedDatum, kind: Any, standing: Any) -> Any:
    if standing:
        _tell(flow(say("prompt.standing", value=", ".join(_shown(datum, kind.item, item) for item in standing))))
    items: list[Any] = []
    least = datum.model.min if isinstance(datum.model.min, int) else 0
    while True:
        text = _typed(say("prompt.item", position=len(items) + 1), "")
        if text == "" or text == "-":
            if not items and standing and text == "":
                return standing
            if len(items) >= least or (text == "-" and not datum.required):
                return items
            _complain(say("prompt.least", least))
            continue
        value, complaint = _read(datum, kind.item, text)
        if complaint is None:
            items.append(value)
        else:
            _complain(complaint)


def _introduce(datum: TypedDatum) -> None:
    """The label, what is expected, the help, and the choices."""
    from dyade.program.conditions.types import ListOf

    hints = [_expected(datum)]
    if not datum.required and datum.default is None:
        hints.append(say("prompt.optional"))
    label = said(datum.model.label, lang(), datum.path[-1])
    _tell(flow(Span(label, "strong"), "  ", Span(f"({', '.join(hints)})", "quiet"), hang=2))
    if datum.model.help:
        _tell(flow(Span(said(datum.model.help, lang()), "quiet"), lead=["  "]))
    kind = datum.type.item if isinstance(datum.type, ListOf) else datum.type
    for position, choice in enumerate(_choices(datum, kind), 1):
        _tell(flow(choice[1], "  ", Span(choice[0], "quiet"), lead=[f"  {position}) "]))


def _expected(datum: TypedDatum) -> str:
    """What a good answer looks like, in a few words."""
    from dyade.program.conditions.types import ListOf

    kind = datum.type.item if isinstance(datum.type, ListOf) else datum.type
    kind_said = say(f"prompt.type.{kind.name}")
    if isinstance(datum.type, ListOf):
        kind_said = say("prompt.type.list", item=kind_said)
    low, high = datum.model.min, datum.model.max
    if isinstance(datum.type, ListOf) or (low is None and high is None):
        return kind_said
    if low is not None and high is not None:
        return say("prompt.between", type=kind_said, low=figures(low, lang()), high=figures(high, lang()))
    return say(
        "prompt.at_least" if high is None else "prompt.at_most",
        type=kind_said,
        bound=figures(high if low is None else low, lang()),
    )


def _choices(datum: TypedDatum, kind: Type) -> list[tuple[str, str]]:
    from dyade.program.conditions.types import Enum

    if not isinstance(kind, Enum):
        return []
    labels = datum.model.values or {}
    return [(value, said(labels.get(value), lang(), value)) for value in kind.values]


def _read(datum: TypedDatum, kind: Type, text: str) -> tuple[Any, str | None]:
    """(the value as JSON, what is wrong with it)."""
    from dyade.program.conditions.values import ValueRefused, parse_value

    try:
        value = _chosen(datum, kind, text) if _choices(datum, kind) else from_text(kind, text)
        if kind.name == "file" and value is not None:
            return value, _unfit(datum, value)
        parsed = parse_value(kind, value)
    except ValueRefused as refused:
        return None, _refused(refused.code, refused.facts)
    except click.UsageError as error:
        return None, error.format_message()
    return value, _out_of_bounds(datum, kind, parsed)


def _unfit(datum: TypedDatum, file: Any) -> str | None:
    """Why a file is not what is asked for; the engine judges again."""
    from dyade.flow.given import unfit_file
    from dyade.flow.telling.refusals import file_sentence
    from dyade.program.conditions.types import ListOf

    one = file.said()
    reason = unfit_file(datum, (one,) if isinstance(datum.type, ListOf) else one)
    return None if reason is None else file_sentence(reason, said(datum.model.label, lang(), reason.about), lang())


def _refused(code: str, facts: Mapping[str, str | int]) -> str:
    """What was expected; a terminal takes a yes where JSON takes `true`."""
    return say("prompt.bool") if code == "value.bool" else sentence("answers", code, lang(), **facts)


def _out_of_bounds(datum: TypedDatum, kind: Type, parsed: Any) -> str | None:
    """What the bounds of a datum say of a value; the engine judges again, with the whole of the form."""
    from dyade.program.conditions.types import ORDERED, ListOf
    from dyade.program.conditions.values import ValueRefused, parse_value

    if kind not in ORDERED or isinstance(datum.type, ListOf):
        return None
    for bound, key, sign in ((datum.model.min, "prompt.too_low", 1), (datum.model.max, "prompt.too_high", -1)):
        try:
            limit: Any = None if bound is None else parse_value(kind, bound)
        except ValueRefused:
            continue
        if limit is not None and kind.name != "duration" and (parsed - limit) * sign < 0:
            return say(key, bound=figures(bound, lang()))
    return None


def _chosen(datum: TypedDatum, kind: Type, text: str) -> str:
    """A choice by its number, its id or its label, accents or not."""
    choices = _choices(datum, kind)
    text = text.strip()
    if text.isdecimal() and 0 < int(text) <= len(choices):
        return choices[int(text) - 1][0]
    folded = _folded(text)
    return next((value for value, label in choices if folded in (_folded(value), _folded(label))), text)


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _shown(datum: TypedDatum, kind: Type, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return say("value.yes" if value else "value.no")
    if isinstance(value, Mapping):
        return clean(str(value.get("name", "")))
    return clean(dict(_choices(datum, kind)).get(str(value), str(value)))


def _typed(question: str, standing: str) -> str:
    suffix = f" [{standing}] " if standing else " "
    answer: str = click.prompt(f"  {question}", default="", show_default=False, prompt_suffix=suffix, err=True)
    return answer.strip()


def _complain(complaint: str) -> None:
    _tell(flow(Span(complaint, "no"), lead=["  "]))


def _tell(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line, err=True)

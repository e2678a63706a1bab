"""How are the questions of `new` asked? On stderr, one after the other, each with what is answered by Enter alone."""

from __future__ import annotations

from collections.abc import Mapping

import click

from dyade.authoring.starting.answers import AMOUNTS, CHOICES, LANGUAGES, TEMPLATES, WORDS, Answers, complaint
from dyade.authoring.starting.pieces import Names, choices
from dyade.cli.paper import Span, clean, flow
from dyade.cli.words import lang, say
from dyade.program.durations import DurationError, format_duration, parse_duration
from dyade.program.nearest import fold, nearest
from dyade.program.numerals import in_figures

LISTED = frozenset(("role", "state", "to", "field", "type", "repeat", "outcome"))
"""What is chosen among names that there are."""


def default(name: str, template: str, answers: Mapping[str, str]) -> str:
    """What is answered where nobody says."""
    if name in TEMPLATES[template] and (name != "amount" or "minimum" not in answers):
        return TEMPLATES[template][name]
    if name == "languages":
        return "fr+en" if lang() == "fr" else "en+fr"
    if name == "title":
        return answers["id"].replace("_", " ").capitalize()
    if name in WORDS:
        return " / ".join(WORDS[name][one] for one in LANGUAGES[answers["languages"]])
    if name == "amount":
        return TEMPLATES[template].get(name) or str(AMOUNTS.get(answers.get("minimum", ""), ""))
    return str(getattr(Answers(id="x"), name)) if name != "id" else ""


def ask(name: str, answers: Mapping[str, str], standing: str) -> str:
    """Ask one question until its answer can be used."""
    asked = f"new.ask.{name}.{answers['minimum']}" if name == "amount" else f"new.ask.{name}"
    _tell(flow(Span(say(asked), "strong")))
    if name == "title" and len(LANGUAGES[answers["languages"]]) > 1:
        _tell(flow(Span(say("new.both"), "quiet"), lead=["  "]))
    for position, choice in enumerate(CHOICES.get(name, ()), 1):
        _tell(flow(said(name, choice), lead=[f"  {position}) "]))
    while True:
        answer = _typed(said(name, standing)) or standing
        answer = chosen(name, answer)
        wrong = complaint(name, answer, answers) if answer else "required"
        if wrong is None:
            return answer
        _tell(flow(Span(say(f"new.wrong.{wrong}"), "no"), lead=["  "]))


def said(name: str, answer: str) -> str:
    """An answer as people read it."""
    if name == "duration" and answer:
        return format_duration(parse_duration(answer), lang())
    return say(f"new.choice.{name}.{answer}") if answer in CHOICES.get(name, ()) else clean(answer)


def chosen(name: str, answer: str) -> str:
    """A choice by its number, its name or its words, accents or not; another answer as it is."""
    choices = CHOICES.get(name, ())
    if answer.isdecimal() and 0 < int(answer) <= len(choices):
        return choices[int(answer) - 1]
    wanted = fold(answer)
    for choice in choices:
        if wanted in (fold(choice), fold(said(name, choice))):
            return choice
    ways = [choice for choice in choices if wanted and fold(said(name, choice)).startswith(wanted)]
    if name in ("duration", "amount"):
        return in_figures(answer) or answer
    return ways[0] if len(ways) == 1 else answer


def _typed(standing: str) -> str:
    suffix = f" [{standing}] " if standing else " "
    answer: str = click.prompt(
        f"  {say('prompt.answer')}", default="", show_default=False, prompt_suffix=suffix, err=True
    )
    return answer.strip()


def _tell(lines: list[str]) -> None:
    for line in lines:
        click.echo(line, err=True)


# Pieces.


def ask_piece(question: str, names: Names, standing: str) -> str:
    """Ask what a piece needs, among what its program has."""
    _tell(flow(Span(say(f"new.piece.{question}"), "strong")))
    if question == "label" and len(names.locales) > 1:
        _tell(flow(Span(say("new.piece.both", languages=", ".join(names.locales)), "quiet"), lead=["  "]))
    for position, choice in enumerate(choices(question, names), 1):
        _tell(flow(_meaning(question, choice), lead=[f"  {position}) "]))
    while True:
        typed = _typed(_meaning(question, standing)) or standing
        if question == "label" and typed:
            return typed
        answer, wrong = piece_answer(question, typed, names)
        if wrong is None:
            return answer
        _tell(flow(Span(wrong, "no"), lead=["  "]))


def piece_answer(question: str, typed: str, names: Names) -> tuple[str, str | None]:
    """(the answer, what is wrong with it)."""
    among = choices(question, names)
    if question in LISTED:
        if typed.isdecimal() and 0 < int(typed) <= len(among):
            return among[int(typed) - 1], None
        found = next((one for one in among if fold(typed) in (fold(one), fold(_meaning(question, one)))), None)
        if found is not None:
            return found, None
        meant = nearest(typed, among)
        if not among:
            return typed, say(f"new.wrong.no_{question}")
        return typed, say("new.wrong.meant", name=meant) if meant else say(
            "new.wrong.among", names=", ".join(among[:6])
        )
    if not typed:
        return typed, say("new.wrong.required")
    if question == "delay" and not typed.startswith("params."):
        try:
            parse_duration(typed)
        except DurationError:
            return typed, say("new.wrong.delay")
    if question == "value" and (len(typed) > 200 or not typed.isprintable()):
        return typed, say("new.wrong.text")
    return typed, None


def _meaning(question: str, choice: str) -> str:
    return say(f"new.piece.{question}.{choice}") if question in ("outcome", "repeat") and choice else clean(choice)

"""How are the questions of `new` asked? On stderr, one after the other, each with what is answered by Enter alone."""

from __future__ import annotations

import re
from collections.abc import Mapping

import click

from dyade.authoring.starting.answers import AMOUNTS, CHOICES, LANGUAGES, TEMPLATES, WORDS, Answers, complaint
from dyade.authoring.starting.pieces import Names, choices
from dyade.cli.paper import Span, clean, flow
from dyade.cli.words import lang, say
from dyade.program.durations import DurationError, format_duration, parse_duration
from dyade.program.nearest import fold, nearest
from dyade.program.numerals import in_figures
from dyade.texts import quote_list

LISTED = frozenset(("role", "state", "to", "field", "type", "repeat", "outcome"))
"""What is chosen among names that there are."""
WORD = re.compile(r"[^\W_]+")
LONG = 4
"""Letters of a word that tells one answer from another."""
MOST_NAMES = 30


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
    _offer(name)
    while True:
        answer = _typed(said(name, standing)) or standing
        answer = chosen(name, answer)
        wrong = complaint(name, answer, answers) if answer else "required"
        if wrong is None:
            return answer
        _tell(flow(Span(say(f"new.wrong.{wrong}"), "no"), lead=["  "]))
        _offer(name)


def _offer(name: str) -> None:
    """The answers of a question that is a choice."""
    for position, choice in enumerate(CHOICES.get(name, ()), 1):
        _tell(flow(said(name, choice), lead=[f"  {position}) "]))


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
    ways = ways or [choice for choice in choices if _is_in(wanted, fold(said(name, choice)))]
    return ways[0] if len(ways) == 1 else answer


def _is_in(typed: str, label: str) -> bool:
    """Whether the long words of an answer are all in a label: `aux deux semaines` is `toutes les deux semaines`."""
    words = {word for word in WORD.findall(typed) if len(word) >= LONG}
    return bool(words) and words <= {*WORD.findall(label)}


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
            "new.wrong.among", names=quote_list(among, lang(), MOST_NAMES)
        )
    if not typed:
        return typed, say("new.wrong.required")
    if question == "delay" and not typed.startswith("params."):
        typed = in_figures(typed) or typed
        try:
            parse_duration(typed)
        except DurationError:
            return typed, say("new.wrong.delay")
    if question == "value" and (len(typed) > 200 or not typed.isprintable()):
        return typed, say("new.wrong.text")
    return typed, None


def _meaning(question: str, choice: str) -> str:
    if question == "delay":
        return format_duration(parse_duration(choice), lang())
    return say(f"new.piece.{question}.{choice}") if question in ("outcome", "repeat") and choice else clean(choice)

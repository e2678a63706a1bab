"""How is a text with placeholders said? From values that were read when it was decided, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from dyade.flow.plan import plan_of
from dyade.flow.telling.words import Words, said
from dyade.program.conditions.types import INT, Type
from dyade.program.placeholders import Piece, Plural, Value, pieces
from dyade.program.program import Program

Facts = Mapping[tuple[str, ...], tuple[Any, Type]]
LONGEST = 256 * 1024

_pieces = lru_cache(maxsize=4096)(pieces)


def fill(text: str, facts: Facts, words: Words) -> str:
    """Put values where the placeholders stand."""
    shown = (piece if isinstance(piece, str) else _shown(piece, facts, words) for piece in _pieces(text))
    return "".join(shown)[:LONGEST]


def _shown(piece: Piece, facts: Facts, words: Words) -> str:
    match piece:
        case Value():
            value, kind = facts.get(piece.name, (None, INT))
            return words.value(value, kind)
        case Plural():
            value, kind = facts.get(piece.name, (None, INT))
            return _plural(piece, value, words.lang).replace("#", words.value(value, kind))
    return piece


def _plural(piece: Plural, value: Any, lang: str) -> str:
    forms = dict(piece.forms)
    if not isinstance(value, int | Decimal):
        return forms["other"]
    exact = dict(piece.exact)
    if value in exact:
        return exact[int(value)]
    # French takes the singular below two, English for one alone.
    single = abs(float(value)) < 2 if lang == "fr" else value == 1
    return forms["one"] if single and "one" in forms else forms["other"]


def render_template(
    program: Program, template: str, facts: tuple[tuple[Any, Type], ...], lang: str, names: Mapping[str, str]
) -> tuple[str, str]:
    """The subject, on one line, and the body of a message; `facts` are those of its `Notice`."""
    plan = plan_of(program)
    declared = program.model.templates[template]
    words = Words(plan, lang, names)
    known = dict(zip(plan.placeholders(template), facts, strict=True))
    subject = fill(said(declared.subject, lang), known, words)
    return " ".join(subject.split()), fill(said(declared.body, lang), known, words)


def read_facts(text: str, getter_of: Callable[[tuple[str, ...]], tuple[Any, Type]]) -> Facts:
    """The values of the placeholders of a text."""
    return {piece.name: getter_of(piece.name) for piece in _pieces(text) if not isinstance(piece, str)}

"""How is a line laid out: cleaned, wrapped to the width of the terminal, coloured where there are colours?

What people stored is shown as text: no control character reaches the terminal. Colours are Click's, which drops them
where nobody sees them.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import click

MASK = "\N{REPLACEMENT CHARACTER}"
NARROWEST, WIDEST = 40, 100
HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp", "Cn", "Co"}
"""Categories of characters that would act on the terminal, or hide what is said."""
JOINERS = "\u200c\u200d\u00ad"
"""Invisible, and harmless inside a word."""
GLUE = "\ue000"
"""Stands, while a line is broken, for a space at which French does not break; no clean text holds it."""
_GLUED = re.compile(r"(?<=«) | (?=[»:;?!%])")

STYLES: dict[str, dict[str, str | bool]] = {
    "title": {"bold": True},
    "quiet": {"dim": True},
    "yes": {"fg": "green"},
    "no": {"fg": "red"},
    "warn": {"fg": "yellow"},
    "name": {"fg": "cyan"},
    "strong": {"bold": True},
}


class Span(NamedTuple):
    """A stretch of text in one style."""

    text: str
    style: str = ""


Text = str | Span


def clean(text: str) -> str:
    """A stored text as a terminal may be shown it, on one line."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_cell, text))


def _cell(letter: str) -> str:
    if letter in "\n\r\t":
        return " "
    return MASK if unicodedata.category(letter) in HIDDEN and letter not in JOINERS else letter


def width(text: str) -> int:
    """How many columns a clean text takes."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(letter: str) -> int:
    if unicodedata.category(letter) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(letter) in {"W", "F"} else 1


def room() -> int:
    """How many columns a line may take."""
    return max(NARROWEST, min(WIDEST, shutil.get_terminal_size().columns))


def pad(text: str, columns: int) -> str:
    """A text that fills its columns; one that is too long is left whole."""
    return text + " " * max(0, columns - width(text))


def mark(good: str, plain: str) -> str:
    """A sign, or a plainer one where the output cannot show it."""
    try:
        good.encode(sys.stdout.encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return plain
    return good


def as_json(data: Any) -> str:
    """Data for tools, in letters that the output can hold."""
    encoding = (sys.stdout.encoding or "utf-8").lower().replace("-", "")
    return json.dumps(data, ensure_ascii=not encoding.startswith("utf"), indent=2)


def flow(*body: Text, lead: Sequence[Text] = (), hang: int | None = None) -> list[str]:
    """Lines of a paragraph: a lead that keeps its spaces, then words that wrap under each other at `hang` columns."""
    first = [Span(piece) if isinstance(piece, str) else piece for piece in lead]
    start = sum(width(clean(piece.text)) for piece in first)
    under = min(start if hang is None else hang, room() // 2)
    lines: list[list[Span]] = [list(first)]
    column, fresh = start, True
    for glued, word in _words(body):
        size = sum(width(piece.text) for piece in word)
        gap = 0 if fresh else glued
        if column + gap + size > room() and column > under:
            lines.append([Span(" " * under)])
            column, gap = under, 0
        lines[-1] += [Span(" " * gap, _between(lines[-1], word)), *word]
        column, fresh = column + gap + size, False
    return [_drawn(line) for line in lines]


def _between(line: list[Span], word: list[Span]) -> str:
    """The style of the space before a word: theirs, where it stands between two of one style."""
    return word[0].style if line and line[-1].style == word[0].style else ""


def _drawn(line: list[Span]) -> str:
    """A line as it is printed: each stretch of one style at once, no space at its end."""
    stretches = [
        Span("".join(piece.text for piece in group), style) for style, group in groupby(line, key=lambda p: p.style)
    ]
    while stretches and not stretches[-1].text.strip(" "):
        stretches.pop()
    if stretches:
        stretches[-1] = stretches[-1]._replace(text=stretches[-1].text.rstrip(" "))
    return "".join(map(_styled, stretches))


def _words(body: Iterable[Text]) -> Iterator[tuple[int, list[Span]]]:
    """(the spaces before it, a word that is not broken): spans that touch make one word."""
    word: list[Span] = []
    gap = 0
    for piece in body:
        text, style = (piece, "") if isinstance(piece, str) else piece
        for part in _parts(_GLUED.sub(GLUE, clean(text))):
            if part.isspace():
                if word:
                    yield gap, word
                    word = []
                    gap = 0
                gap = min(2, gap + len(part))
            else:
                word.append(Span(part, style))
    if word:
        yield gap, word


def _parts(text: str) -> Iterator[str]:
    """Words and plain spaces by turns; a space that must not break stays in its word."""
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or (text[end] == " ") != (text[start] == " "):
            yield text[start:end]
            start = end


def _styled(piece: Span) -> str:
    text = "".join(" " if letter == GLUE else _cell(letter) for letter in piece.text)
    return click.style(text, **STYLES[piece.style]) if piece.style and text else text  # type: ignore[arg-type]

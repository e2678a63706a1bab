"""How is a mistake shown? To people as the line with a caret under it, to tools as plain data.

What a file holds is never replayed raw: control characters are masked, long lines and long names are cut.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any

from dyade.program.diagnostics import Diagnostic, Passage, Place, Term
from dyade.texts import has_sentence, quote_list, sentence

COLUMNS = 160
FACT = 80
"""Characters of a name or a value that a sentence repeats."""
PASSAGE = 400
"""Characters of an example."""
LARGEST = 64 * 1024
"""Bytes of a whole report."""
CUT = "…"
MASK = "\N{REPLACEMENT CHARACTER}"


def render(diagnostic: Diagnostic, source_text: str, file: str, lang: str) -> str:
    """One mistake for people, with its line and what would help."""
    return _render(diagnostic, _lines(source_text), file, lang)


def render_all(diagnostics: Iterable[Diagnostic], source_text: str, file: str, lang: str) -> str:
    """All mistakes for people, 64 KB at most; what does not fit is counted."""
    lines = _lines(source_text)
    blocks = [_render(diagnostic, lines, file, lang) for diagnostic in diagnostics]
    sizes = accumulate(len(block.encode()) + 2 for block in blocks)
    fit = sum(size <= LARGEST - 1024 for size in sizes)
    if fit < len(blocks):
        blocks[fit:] = [sentence("diagnostics", "Y009", lang, len(blocks) - fit)]
    return "\n\n".join(blocks)


def message(diagnostic: Diagnostic, lang: str) -> str:
    """What is wrong, in one line."""
    key = f"{diagnostic.code}.{diagnostic.variant}" if diagnostic.variant else diagnostic.code
    return _said(key, diagnostic, lang)


def helps(diagnostic: Diagnostic, lang: str) -> tuple[str, ...]:
    """What was probably meant, what would be right, and what to do."""
    found = []
    if diagnostic.suggestion:
        found.append(sentence("diagnostics", "help.suggestion", lang, name=_shown(diagnostic.suggestion)))
    if diagnostic.expected:
        right = [_word(word, lang) for word in diagnostic.expected]
        found.append(sentence("diagnostics", "help.expected", lang, list=quote_list(right, lang)))
    if key := _help_key(diagnostic, lang):
        found.append(_said(key, diagnostic, lang))
    return tuple(found)


def to_json(diagnostic: Diagnostic, file: str, lang: str) -> dict[str, Any]:
    """One mistake for tools; its sentences are in the reader's language."""
    return {
        "code": diagnostic.code,
        "slug": diagnostic.slug,
        "severity": diagnostic.severity.value,
        "file": file,
        **_extent(diagnostic.place),
        "path": diagnostic.path,
        "message": message(diagnostic, lang),
        "help": list(helps(diagnostic, lang)),
        "suggestion": diagnostic.suggestion,
        "expected": [_word(word, lang) for word in diagnostic.expected],
        "more": f"dyade explain {diagnostic.code}",
        "fixes": [{**_extent(fix.place), "text": fix.text, "safe": diagnostic.is_sure} for fix in diagnostic.fixes],
        "related": [{**_extent(place), "message": seen(place, key, lang)} for place, key in diagnostic.related],
    }


def _extent(place: Place) -> dict[str, dict[str, int]]:
    return {
        "start": {"line": place.line, "column": place.column},
        "end": {"line": place.end_line, "column": place.end_column},
    }


def _render(diagnostic: Diagnostic, lines: Sequence[str], file: str, lang: str) -> str:
    place = diagnostic.place
    title = sentence(
        "diagnostics",
        "report.title",
        lang,
        file=_shown(file, 2 * COLUMNS),
        line=place.line,
        column=place.column,
        severity=sentence("diagnostics", f"severity.{diagnostic.severity.value}", lang),
        message=message(diagnostic, lang),
        code=diagnostic.code,
        slug=diagnostic.slug,
    )
    indent = " " * len(str(place.line))
    notes = [sentence("diagnostics", "report.help", lang, help=text) for text in helps(diagnostic, lang)]
    notes += [sentence("diagnostics", "report.note", lang, note=seen(*other, lang)) for other in diagnostic.related]
    return "\n".join([title, *excerpt(lines, place), *(f"{indent}{note}" for note in notes)])


# Sentences.


def _said(key: str, diagnostic: Diagnostic, lang: str) -> str:
    facts = {name: fact if isinstance(fact, int) else _word(fact, lang) for name, fact in diagnostic.facts.items()}
    return sentence("diagnostics", key, lang, **facts)


def _word(fact: str, lang: str) -> str:
    if isinstance(fact, Term):
        return sentence("diagnostics", fact, lang)
    return _shown(fact, PASSAGE if isinstance(fact, Passage) else FACT)


def _help_key(diagnostic: Diagnostic, lang: str) -> str | None:
    """The most particular help that the catalogue has; what was meant makes a general help needless."""
    if diagnostic.why:
        return diagnostic.why
    keys = [f"{diagnostic.code}.{diagnostic.variant}.help"] if diagnostic.variant else []
    keys += [] if diagnostic.suggestion else [f"{diagnostic.code}.help"]
    return next((key for key in keys if has_sentence("diagnostics", key, lang)), None)


def seen(place: Place, key: str, lang: str) -> str:
    return sentence("diagnostics", key, lang, line=place.line, column=place.column)


# Lines and carets.


def _lines(source_text: str) -> list[str]:
    return source_text.removeprefix("\ufeff").split("\n")


def excerpt(lines: Sequence[str], place: Place) -> Iterator[str]:
    """The line of the mistake and its caret; nothing where the text has no such line."""
    if not 0 < place.line <= len(lines):
        return
    number = str(place.line)
    text, before, under = _window(lines[place.line - 1].rstrip("\r"), place, COLUMNS - len(number) - 3)
    gutter = " " * len(number)
    yield f"{gutter} |"
    yield f"{number} | {text}".rstrip()
    yield f"{gutter} | {' ' * before}^{'~' * (under - 1)}"


def _window(line: str, place: Place, room: int) -> tuple[str, int, int]:
    """What fits of a line around a mistake, the width of what precedes the mistake, and the mistake's own."""
    first = min(place.column - 1, len(line))
    last = place.end_column - 1 if place.end_line == place.line else len(line.rstrip())
    left = _reach(reversed(line[max(0, first - room) : first]), room // 2 if _long(line, room) else room)
    start = first - left
    head = CUT if start else ""
    length = _reach(line[start : start + room], room - len(head) - 1)
    tail = CUT if start + length < len(line) else ""
    shown = line[start : start + length]
    before = len(head) + _width(line[start:first])
    under = _width(line[first : max(first, min(last, start + length))])
    return head + "".join(map(_cell, shown)) + tail, before, max(1, under)


def _long(line: str, room: int) -> bool:
    return len(line) > room or _width(line) >= room


def _reach(letters: Iterable[str], room: int) -> int:
    """How many letters fit in a number of columns."""
    return sum(width <= room for width in accumulate(map(_columns, letters)))


def _width(letters: str) -> int:
    return sum(map(_columns, letters))


def _columns(letter: str) -> int:
    """How many columns of a terminal a letter takes."""
    if letter < "\x7f":
        return 4 if letter == "\t" else 1
    if unicodedata.category(letter) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(letter) in {"W", "F"} and _cell(letter) == letter else 1


def _cell(letter: str) -> str:
    """A letter as a terminal may be shown it."""
    if letter == "\t":
        return "    "
    return MASK if unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Zl", "Zp", "Cn", "Co"} else letter


def _shown(text: str, longest: int = FACT) -> str:
    """A name or a value as a sentence may repeat it."""
    cut = text if len(text) <= longest else text[: longest - 1] + CUT
    return "".join(map(_cell, cut.replace("\n", " ").replace("\t", " ")))

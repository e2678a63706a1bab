"""What stands between braces in a text: `{fields.x}`, or `{forms.f.n, plural, =0 {none} one {one} other {# of them}}`.

Nothing else is understood: no expression, no call, no nesting but that of a plural's words. A text is read once into
pieces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

NAME = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*")
LONGEST = 20_000
FORMS = ("zero", "one", "two", "few", "many", "other")


class Plural(NamedTuple):
    """One set of words per number; `#` is the number."""

    name: tuple[str, ...]
    start: int
    end: int
    exact: tuple[tuple[int, str], ...]
    forms: tuple[tuple[str, str], ...]


class Value(NamedTuple):
    """A value, shown as people write it."""

    name: tuple[str, ...]
    start: int
    end: int


Piece = str | Value | Plural


class PlaceholderError(ValueError):
    """Braces that cannot be understood, at an offset of the text."""

    def __init__(self, start: int, end: int, reason: str) -> None:
        super().__init__(reason)
        self.start = start
        self.end = end
        self.reason = reason


def pieces(text: str) -> tuple[Piece, ...]:
    """Read a text into literal parts and placeholders; `PlaceholderError` at the first that cannot be understood."""
    found: list[Piece] = []
    at = 0
    while True:
        start = text.find("{", at)
        stray = text.find("}", at, start if start >= 0 else len(text))
        if stray >= 0:
            raise PlaceholderError(stray, stray + 1, "stray")
        if start < 0:
            break
        if start > at:
            found.append(text[at:start])
        end = _closing(text, start)
        found.append(_placeholder(text, start, end))
        at = end
    if at < len(text):
        found.append(text[at:])
    return tuple(found)


def names(parts: tuple[Piece, ...]) -> Iterator[Value | Plural]:
    """The placeholders among the pieces."""
    return (part for part in parts if not isinstance(part, str))


def _closing(text: str, start: int) -> int:
    depth = 0
    for at in range(start, len(text)):
        depth += (text[at] == "{") - (text[at] == "}")
        if depth == 0:
            return at + 1
        if depth > 2:
            raise PlaceholderError(at, at + 1, "nested")
    raise PlaceholderError(start, len(text), "unclosed")


def _placeholder(text: str, start: int, end: int) -> Value | Plural:
    inside = text[start + 1 : end - 1]
    head, comma, rest = inside.partition(",")
    name = head.strip()
    if not NAME.fullmatch(name):
        raise PlaceholderError(start, end, "name")
    parts = tuple(name.split("."))
    if not comma:
        return Value(parts, start, end)
    kind, comma, choices = rest.partition(",")
    if kind.strip() != "plural" or not comma:
        raise PlaceholderError(start, end, "kind")
    return _plural(parts, start, end, choices)


_CHOICE = re.compile(r"\s*(?:=(\d{1,6})|([a-z]+))\s*\{([^{}]*)\}\s*")


def _plural(name: tuple[str, ...], start: int, end: int, choices: str) -> Plural:
    exact: list[tuple[int, str]] = []
    forms: list[tuple[str, str]] = []
    at = 0
    while at < len(choices):
        match = _CHOICE.match(choices, at)
        if match is None or (match[2] is not None and match[2] not in FORMS):
            raise PlaceholderError(start, end, "plural")
        words = str(match[3])
        if match[1] is not None:
            exact.append((int(match[1]), words))
        else:
            forms.append((str(match[2]), words))
        at = match.end()
    if "other" not in dict(forms):
        raise PlaceholderError(start, end, "other")
    return Plural(name, start, end, tuple(exact), tuple(forms))

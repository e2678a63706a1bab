"""How is a text written in a file, so that it reads back as it is? With quotes where they are needed alone."""

from __future__ import annotations

import re
from collections.abc import Mapping

from dyade.program.accidents import quoted
from dyade.program.scalars import meaning

WIDEST = 120
"""Columns of a line that we write."""

_BLOCK = re.compile(r": |:$| #|^[\s!&*>|%@`\"'#{}\[\],]|^[-?:](?:\s|$)|\s$|^---|^\.\.\.")
"""What would be read as something else than the letters of a text."""
_FLOW = re.compile(r"[,\[\]{}]")
"""Between braces, these end a text."""


def scalar(text: str, *, flow: bool = False) -> str:
    """A text of one line, with quotes where it would not be read as it is."""
    if not text or not isinstance(meaning(text).value, str) or meaning(text).code or _BLOCK.search(text):
        return _in_quotes(text)
    return _in_quotes(text) if flow and _FLOW.search(text) else text


def _in_quotes(text: str) -> str:
    return quoted(text) if text.isprintable() else '"' + text.encode("unicode_escape").decode() + '"'


def inline(texts: Mapping[str, str]) -> str:
    """A text in each language, between braces."""
    return "{" + ", ".join(f"{lang}: {scalar(said, flow=True)}" for lang, said in texts.items()) + "}"


def text_lines(head: str, texts: Mapping[str, str], tail: str = "") -> list[str]:
    """`head` (a key and its colon) and a text in each language: on one line where that fits, else below."""
    line = f"{head} {inline(texts)}{tail}"
    if not any("\n" in said for said in texts.values()) and len(line) <= WIDEST:
        return [line]
    indent = " " * (len(head) - len(head.lstrip(" -")) + 2)
    return [f"{head}{tail}", *(line for lang, said in texts.items() for line in _below(indent, lang, said))]


def _below(indent: str, lang: str, said: str) -> list[str]:
    if "\n" not in said:
        return [f"{indent}{lang}: {scalar(said)}"]
    return [f"{indent}{lang}: |", *(f"{indent}  {line}".rstrip() for line in said.split("\n"))]

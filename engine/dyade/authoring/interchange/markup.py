"""How is XML written? Line by line, every word of a program escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Element(NamedTuple):
    """An element: its name, its attributes, then its text or what it holds."""

    name: str
    attributes: Mapping[str, str | None] = {}
    """Those that are `None` are left out."""
    inside: tuple[Element, ...] = ()
    text: str = ""
    comment: str = ""
    """Told before it."""


def document(root: Element) -> str:
    """A whole document."""
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', *_lines(root, 0)]) + "\n"


def _lines(element: Element, depth: int) -> Iterator[str]:
    margin = "  " * depth
    if element.comment:
        # Two dashes would end a comment before its time.
        yield f"{margin}<!-- {_clean(element.comment).replace('--', '- -').rstrip('-')} -->"
    opening = f"{margin}<{element.name}{''.join(_attributes(element.attributes))}"
    if element.text:
        yield f"{opening}>{escape(_clean(element.text))}</{element.name}>"
    elif element.inside:
        yield f"{opening}>"
        yield from (line for inner in element.inside for line in _lines(inner, depth + 1))
        yield f"{margin}</{element.name}>"
    else:
        yield f"{opening}/>"


def _attributes(attributes: Mapping[str, str | None]) -> Iterable[str]:
    return (f" {name}={quoteattr(_clean(value))}" for name, value in attributes.items() if value is not None)


def _clean(text: str) -> str:
    """Without what no XML may hold."""
    return _FORBIDDEN.sub("", text)

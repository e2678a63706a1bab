"""What does the text of a condition draw, before any name is understood? The nodes of that tree, with their place."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from dyade.program.conditions.types import Type, Value


class Literal(NamedTuple):
    """A value in so many words."""

    kind: Type
    value: Value
    start: int
    end: int


class Name(NamedTuple):
    """A dotted name, or a bare one."""

    parts: tuple[str, ...]
    start: int
    end: int


class Apply(NamedTuple):
    """A function and its arguments."""

    function: Name
    args: tuple[Written, ...]
    start: int
    end: int


class Items(NamedTuple):
    """A list: `[a, b]`."""

    items: tuple[Written, ...]
    start: int
    end: int


class Negation(NamedTuple):
    """`not` something."""

    item: Written
    start: int
    end: int


class Binary(NamedTuple):
    """A comparison or a calculation of two sides."""

    op: str
    left: Written
    right: Written
    start: int
    end: int


class Junction(NamedTuple):
    """Two or more parts joined by one word, `and` or `or`."""

    op: str
    items: tuple[Written, ...]
    start: int
    end: int


Written: TypeAlias = Literal | Name | Apply | Items | Negation | Binary | Junction

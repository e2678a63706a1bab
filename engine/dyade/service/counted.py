"""How far has something long come? Whoever waits for it hears, after each part, how much is done of how much."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

Part = TypeVar("Part")
Heard = Callable[[int, int], None]
"""Hears (how many parts are done, of how many)."""


def counted(heard: Heard | None, parts: Sequence[Part]) -> Iterable[Part]:
    """The same parts, each told once it is done with."""
    return parts if heard is None else _counted(heard, parts, len(parts))


def counted_of(heard: Heard | None, parts: Iterable[Part], total: int) -> Iterable[Part]:
    """The same, of parts that are known one after the other."""
    return parts if heard is None else _counted(heard, parts, total)


def _counted(heard: Heard, parts: Iterable[Part], total: int) -> Iterator[Part]:
    for done, part in enumerate(parts, 1):
        yield part
        heard(done, total)

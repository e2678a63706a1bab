"""Which parts is a program made of, and what do their keys hold? The model, walked once, with the path of each part."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dyade.program import model as m
from dyade.program.keys import keys

Path = tuple[str | int, ...]


def parts(model: m.Part) -> Iterator[tuple[Path, m.Part]]:
    """Every part, the whole program first, in the order of the model."""
    found: list[tuple[Path, m.Part]] = []
    _walk((), model, found)
    return iter(found)


def _walk(path: Path, value: Any, found: list[tuple[Path, m.Part]]) -> None:
    if isinstance(value, m.Part):
        found.append((path, value))
        for key in keys(type(value)):
            inner = getattr(value, key.attribute)
            if inner and isinstance(inner, m.Part | list | dict) and key.kind != "text":
                _walk((*path, key.key), inner, found)
    elif isinstance(value, list):
        for at, item in enumerate(value):
            if not isinstance(item, str):
                _walk((*path, at), item, found)
    elif isinstance(value, dict):
        for name, item in value.items():
            if not isinstance(item, str):
                _walk((*path, name), item, found)


def marked(path: Path, part: m.Part, kind: str) -> Iterator[tuple[Path, Any]]:
    """The values of one kind that a part holds, each with its path."""
    for key in keys(type(part)):
        value = getattr(part, key.attribute) if key.kind == kind else None
        if value and key.each:
            yield from (((*path, key.key, name), item) for name, item in value.items())
        elif value:
            yield (*path, key.key), value

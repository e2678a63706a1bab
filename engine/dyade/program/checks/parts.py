"""Which parts is a program made of, and what do their keys hold? The model, walked once, with the path of each part."""

from __future__ import annotations

import types
from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin, get_type_hints

from pydantic.fields import FieldInfo

from dyade.program import model as m

Path = tuple[str | int, ...]


class Key(NamedTuple):
    """A key of a part."""

    attribute: str
    key: str
    """As it is written in the file."""
    kind: str
    """`text`, `duration`, … as the model marks it; empty where it does not."""
    each: bool
    """Whether it holds several such values, by identifier."""


@cache
def keys(part: type[m.Part]) -> tuple[Key, ...]:
    """The keys of a kind of part, in the order of the model."""
    hints = get_type_hints(part, include_extras=True)
    found = []
    for name, field in part.model_fields.items():
        kind, each = _kind(hints[name])
        found.append(Key(name, field.alias or name, kind, each))
    return tuple(found)


def _kind(hint: Any) -> tuple[str, bool]:
    """The mark on a type, looked for inside what may be absent and what maps identifiers."""
    origin = get_origin(hint)
    if origin is Annotated:
        inner, *marks = get_args(hint)
        for mark in marks:
            extra = mark.json_schema_extra if isinstance(mark, FieldInfo) else None
            if isinstance(extra, dict) and "x-kind" in extra:
                return str(extra["x-kind"]), False
        return _kind(inner)
    if origin in (Union, types.UnionType):
        return next((kind for kind in map(_kind, get_args(hint)) if kind[0]), ("", False))
    if origin is dict:
        return _kind(get_args(hint)[1])[0], True
    return "", False


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

"""Which keys has a kind of part, and what do they hold? As the model says it, read once."""

from __future__ import annotations

from functools import cache
from types import UnionType
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

from dyade.program.model import Part

PRIVATE = "^x-"
"""Keys that begin so are the author's own: nobody reads them."""
LANGUAGE = f"^[a-z]{{2}}$|{PRIVATE}"
"""The keys of a text."""


class Key(NamedTuple):
    """A key of a part."""

    attribute: str
    key: str
    """As it is written in the file."""
    kind: str
    """`text`, `duration`, … as the model marks it; empty where it does not."""
    each: bool
    """Whether it holds several such values, by identifier."""
    required: bool
    default: Any
    """What it is where the file does not say it."""


@cache
def keys(part: type[Part]) -> tuple[Key, ...]:
    """The keys of a kind of part, in the order of the model."""
    found = []
    for name, field in part.model_fields.items():
        kind, each = _kind(Annotated[field.annotation, field])
        default = None if field.is_required() else field.default
        found.append(Key(name, field.alias or name, kind, each, field.is_required(), default))
    return tuple(found)


def _kind(hint: Any) -> tuple[str, bool]:
    """The mark on a type, looked for inside what may be absent and what maps identifiers."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        marks = (getattr(mark, "json_schema_extra", None) or {} for mark in inner[1:])
        marked = next((str(mark["x-kind"]) for mark in marks if "x-kind" in mark), "")
        return (marked, False) if marked else _kind(inner[0])
    if origin in (Union, UnionType):
        return next((kind for kind in map(_kind, inner) if kind[0]), ("", False))
    return (_kind(inner[1])[0], True) if origin is dict else ("", False)

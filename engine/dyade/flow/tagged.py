"""How does any value of the running engine become JSON and come back as itself, whatever its type?

Numbers, truths and texts stay as they are, a list is a tuple, and an object is a tag that names what JSON lacks.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any, Final

from dyade.program.conditions.types import EMPTY
from dyade.program.durations import Duration


class Erased(enum.Enum):
    """The type of `ERASED`, so that it stays one object through copies and pickles."""

    ERASED = "erased"

    def __repr__(self) -> str:
        return "ERASED"


ERASED: Final = Erased.ERASED
"""Stands where a value was, once the data of its person were erased."""

EMPTY_TAG: Final = "empty"
ERASED_TAG: Final = "erased"
_PLAIN: Final = frozenset((str, int, bool, float, type(None)))


def _writer(sort_keys: bool) -> Callable[[Any], str]:
    writer = json.JSONEncoder(
        ensure_ascii=False, allow_nan=False, check_circular=False, separators=(",", ":"), sort_keys=sort_keys
    )
    made = getattr(json.encoder, "c_make_encoder", None)
    if made is None:
        return writer.encode
    # `encode` makes this anew at each call, which takes longer than writing a few values.
    pieces = made(None, writer.default, encode_basestring, None, ":", ",", sort_keys, False, False)
    join = "".join
    return lambda value: join(pieces(value, 0))


compact: Final[Callable[[Any], str]] = _writer(sort_keys=False)
"""JSON without a space, keys in their order."""
sorted_json: Final[Callable[[Any], str]] = _writer(sort_keys=True)
"""JSON that depends on the content alone."""
quoted: Final[Callable[[str], str]] = encode_basestring
"""A text as JSON."""


def flat_json(values: dict[str, Any], names: Iterable[str]) -> str:
    """What `compact` and `sorted_json` write of values in the order of these names: texts and whole numbers soonest."""
    written: list[str] = []
    for name in names:
        value = values[name]
        said = quoted(value) if value.__class__ is str else str(value) if value.__class__ is int else sorted_json(value)
        written.append(f"{quoted(name)}:{said}")
    return f"{{{','.join(written)}}}"


def tag(value: Any) -> Any:
    """Turn a value into what JSON can hold."""
    if value.__class__ in _PLAIN:
        return value
    match value:
        case Duration():
            return {"duration": list(value)}
        case tuple() | list():
            return [tag(item) for item in value]
        case Decimal():
            return {"decimal": str(value)}
        case Mapping():
            return {"map": {str(key): tag(item) for key, item in value.items()}}
    if value is EMPTY:
        return {EMPTY_TAG: True}
    if value is ERASED:
        return {ERASED_TAG: True}
    raise TypeError(type(value).__name__)


def untag(raw: Any) -> Any:
    """Turn back what `tag` gave."""
    if raw.__class__ is list:
        return tuple(untag(item) for item in raw)
    if raw.__class__ is not dict:
        return raw
    [(name, content)] = raw.items()
    return _UNTAG[name](content)


_UNTAG: Final[dict[str, Callable[[Any], Any]]] = {
    "duration": lambda parts: Duration(*parts),
    "decimal": Decimal,
    "map": lambda items: {key: untag(item) for key, item in items.items()},
    EMPTY_TAG: lambda _: EMPTY,
    ERASED_TAG: lambda _: ERASED,
}

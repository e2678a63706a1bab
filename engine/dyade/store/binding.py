"""What does SQLite's driver bind quickly? Numbers, texts and arrays of bytes; it looks for an adapter for all else.

For `None` and for bytes there is none, which takes longer to find out than binding the rest of a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from dyade.store.driver import Driver, Rows


def put_down(connection: Driver, text: str, row: Sequence[Any]) -> Rows:
    """Run a statement that every command runs."""
    text, values = bound(text, row)
    return connection.execute(text, values)


def bound(text: str, row: Sequence[Any]) -> tuple[str, list[Any]]:
    """The same statement and the same values, spelled so that the driver asks for no adapter."""
    values = [bytearray(value) if value.__class__ is bytes else value for value in row if value is not None]
    if len(values) == len(row):
        return text, values
    return _without(text, tuple([value is None for value in row])), values


@lru_cache(maxsize=256)
def _without(text: str, missing: tuple[bool, ...]) -> str:
    """The same statement, with NULL where there is no value: no text of ours has a question mark of its own."""
    first, *rest = text.split("?")
    places = ["NULL" if is_missing else "?" for is_missing in missing]
    return first + "".join(place + part for place, part in zip(places, rest, strict=True))

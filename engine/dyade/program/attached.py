"""Which files may be attached: of which types, how large, and what is said of one?

A file is a value like another: its name, its size, its type and the digest of its content. The content itself is kept
by whoever keeps the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dyade.program.model import FILE_TYPES, Datum

LARGEST: Final = 25_000_000
"""Bytes beyond which no program may go: a file is hidden, and shown, in one piece."""
MOST: Final = "25 MB"
"""The same, as programs write it."""
USUAL: Final = 10_000_000
"""Bytes that are allowed where a program says nothing."""
UNITS: Final[Mapping[str, int]] = {"kB": 1_000, "MB": 1_000_000}
ENDINGS: Final[Mapping[str, str]] = {
    "pdf": "pdf", "jpg": "jpeg", "jpeg": "jpeg", "png": "png", "heic": "heic", "webp": "webp", "tif": "tiff",
    "tiff": "tiff",
}  # fmt: skip
"""Ending of a name -> type: for scenarios, whose files have no content."""


def types(datum: Datum) -> tuple[str, ...]:
    """The types that a datum takes."""
    return tuple(datum.types or FILE_TYPES)


def largest(datum: Datum) -> int:
    """The most bytes that a datum takes."""
    return USUAL if datum.max_size is None else min(size(datum.max_size), LARGEST)


def size(text: str) -> int:
    """The bytes of `5 MB`."""
    number, unit = text.split()
    return int(number) * UNITS[unit]


def type_by_name(name: str) -> str:
    """The type that a name announces; empty where it announces none."""
    return ENDINGS.get(name.rpartition(".")[2].casefold(), "")

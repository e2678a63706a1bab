"""How does a scenarios file write a value? What differs is shown so that a line can be mended by copying."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from dyade.program.tree import Path

_PLAIN = re.compile(r"[\w][\w .:/-]*(?<! )")
_NUMBER = re.compile(r"[0-9.]+(?:e[0-9]+)?")


class Difference(NamedTuple):
    """What was expected and what was found, in the words of the file."""

    path: Path
    """Of the key, inside what looks."""
    expected: tuple[str, ...]
    got: tuple[str, ...]


def line(key: str, path: tuple[str, ...], expected: Any, got: Any) -> Difference:
    """A difference between two values under one key."""
    name = ".".join((key, *path))
    return Difference((key, *path), (f"{name}: {shown(expected)}",), (f"{name}: {shown(got)}",))


def shown(value: Any) -> str:
    """A value, as the file would write it."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case str():
            return value if _is_plain(value) else json.dumps(value, ensure_ascii=False)
        case Mapping():
            return "{" + ", ".join(f"{name}: {shown(item)}" for name, item in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(shown(item) for item in value) + "]"
    return str(value)


def _is_plain(text: str) -> bool:
    """Whether YAML takes it for that text without quotes."""
    if not _PLAIN.fullmatch(text) or _NUMBER.fullmatch(text):
        return False
    return ": " not in text and not text.endswith(":") and text not in ("null", "true", "false")

"""Is a row as it was written? A sum beside it tells, for a disk may return other bytes than those that it was given.

The journal needs none: its hashes are stronger. What is marked later (`outbox.status`) is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final
from zlib import crc32

from dyade.flow.tagged import compact

SUMMED: Final[Mapping[str, tuple[str, ...]]] = {
    "people": ("id", "name", "address", "lang", "attributes", "changed_at"),
    "enrolments": ("program", "role", "person", "capacity", "profile", "status", "changed_at"),
    "programs": ("behaviour", "text", "id", "version", "behaviour_form", "full_form", "files", "published_at"),
    "outbox": (
        "id", "dyad", "seq", "n", "kind", "rule", "recipient", "channel", "priority", "template", "subject", "body",
        "created_at",
    ),
    "certificates": (
        "number", "program", "year", "sequence", "dyad", "certificate", "replaces", "revoked_on",
    ),
    "files": ("place", "dyad", "seq", "i", "position"),
    "commands": ("actor", "id", "request", "dyad", "revision", "answer", "at"),
}  # fmt: skip
"""Table -> the columns that its sum covers, in order; the first ones name the row."""


def row_sum(values: Iterable[object]) -> int:
    """The sum of a row."""
    return crc32(compact(list(values)).encode())


def dyad_sum(hash_: bytes, public: str, private: str | None, next_due: int | None) -> int:
    """The sum of a dyad as it stands."""
    return crc32(f"{next_due}\n{public}\n{private or ''}".encode(), crc32(hash_))

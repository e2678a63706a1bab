"""What do questions and changes need of a database? What runs a statement, as SQLite's own connection does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol


class Rows(Protocol):
    """What came of a statement."""

    @property
    def rowcount(self) -> int: ...
    def fetchone(self) -> Any: ...
    def fetchall(self) -> list[Any]: ...
    def __iter__(self) -> Iterator[Any]: ...


class Driver(Protocol):
    """Runs statements whose values stand as `?`."""

    def execute(self, text: str, values: Sequence[Any] = ..., /) -> Rows: ...
    def executemany(self, text: str, values: Sequence[Sequence[Any]], /) -> Any: ...

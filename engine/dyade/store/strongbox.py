"""Where do the keys and the register of erasures stand? In memory, or in a file of SQLite for its owner alone."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Final, Protocol

from dyade.errors import StoreTrouble
from dyade.store import sqlite
from dyade.store.cabinet import trouble
from dyade.store.driver import Driver

_OF_THE_DISK: Final = ("busy", "full", "read_only", "unconfirmed", "unreachable")
"""Reasons that say nothing of the keys."""
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS keys (
    id INTEGER PRIMARY KEY AUTOINCREMENT, store TEXT NOT NULL, owner TEXT NOT NULL, dyad TEXT NOT NULL,
    wrapped BLOB, retired INTEGER);
CREATE UNIQUE INDEX IF NOT EXISTS keys_in_use ON keys (store, owner, dyad) WHERE retired IS NULL;
CREATE TABLE IF NOT EXISTS erasures (
    n INTEGER PRIMARY KEY AUTOINCREMENT, store TEXT NOT NULL, owner TEXT NOT NULL, dyad TEXT NOT NULL,
    what TEXT NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL)
"""


class Box(Protocol):
    """What holds keys and erasures; whoever writes does so alone."""

    place: str
    """What is told of it where the keys are not in it."""
    unconfirmed: StoreTrouble | None
    """Why nothing more may be written: the disk has not confirmed what was."""

    def open(self, *, writing: bool = False) -> AbstractContextManager[Driver]:
        """Open it for one piece of work, which lasts at its end, unless something goes wrong."""
        ...

    def destroying(self, box: Driver) -> None:
        """Note, in the same piece of work, that keys are destroyed."""
        ...

    def sweep(self) -> None:
        """Let nothing of what was destroyed stay in a free place. It is never lost if it cannot be done now."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class MemoryBox:
    """Lasts no longer than its store does."""

    place = ":memory:"
    unconfirmed: StoreTrouble | None = None

    def __init__(self) -> None:
        self._connection = sqlite3.connect(self.place, isolation_level=None, check_same_thread=False)
        self._connection.executescript(_SCHEMA)

    @contextmanager
    def open(self, *, writing: bool = False) -> Iterator[Driver]:  # noqa: ARG002 (nobody else is there)
        """Give the one connection."""
        yield self._connection

    def destroying(self, box: Driver) -> None:
        """Nothing to note."""

    def sweep(self) -> None:
        """Nothing stays."""

    def close(self) -> None:
        """Whoever still looks at the store may."""


class FileBox:
    """FILE.vault: what was asked of it is remembered, and it is seldom asked."""

    def __init__(self, file: Path) -> None:
        self.place = str(file)
        self._vault = Path(f"{file}.vault")
        self._ready = False
        self.unconfirmed: StoreTrouble | None = None

    @contextmanager
    def open(self, *, writing: bool = False) -> Iterator[Driver]:
        """Open the file for one piece of work."""
        if writing and self.unconfirmed is not None:
            raise self.unconfirmed
        try:
            if not self._ready:
                self._make()
            vault = sqlite3.connect(self._vault, timeout=10, isolation_level=None)
            try:
                self._prepare(vault)
                vault.execute("BEGIN IMMEDIATE" if writing else "BEGIN")
                yield vault
                vault.execute("COMMIT")
            finally:
                vault.close()
        except sqlite3.Error as error:
            raise self._told(sqlite.trouble(error, self._vault)) from error
        except OSError as error:
            raise self._told(trouble(error, self._vault)) from error

    def _told(self, said: StoreTrouble) -> StoreTrouble:
        """Tell apart a disk or a lock, which have remedies of their own, from keys that are not there."""
        if said.reason not in _OF_THE_DISK or not self._vault.exists():
            return StoreTrouble("keys", str(self._vault))
        told = StoreTrouble(said.reason, f"{self._vault}: {said.detail}")
        if said.reason == "unconfirmed":
            self.unconfirmed = told
        return told

    def _make(self) -> None:
        """Make the vault for its owner alone, before anything is in it."""
        with suppress(FileExistsError):
            os.close(os.open(self._vault, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))

    def _prepare(self, vault: sqlite3.Connection) -> None:
        vault.execute("PRAGMA synchronous = FULL")
        # What was destroyed must not stay in a free place of the file.
        vault.execute("PRAGMA secure_delete = ON")
        if not self._ready:
            if not self._vault.stat().st_size:
                vault.executescript(f"BEGIN IMMEDIATE; {_SCHEMA}; COMMIT")
            self._ready = True

    def destroying(self, box: Driver) -> None:
        """Nothing to note: what is deleted is overwritten at once."""

    def sweep(self) -> None:
        """Nothing stays."""

    def close(self) -> None:
        """It is open for the time of one piece of work alone."""

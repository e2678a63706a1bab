"""Is a file of SQLite fit to keep a store, before it is opened? It is only read; nothing is put right."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from dyade.errors import StoreTrouble
from dyade.service.doctor import Finding
from dyade.store import sqlite, upgrade
from dyade.store.vault import default_file

ROOM: Final = 100 * 1024 * 1024
"""Bytes that should be left on the disk at least."""


def look(address: sqlite.Address) -> list[Finding]:
    """Look at the file of a store and at its disk. Raises `StoreTrouble` where it cannot be read at all."""
    if not address.exists:
        raise StoreTrouble("missing", address.path)
    file = Path(address.path)
    if kind := sqlite.remote_kind(file):
        raise StoreTrouble("unsafe", kind)
    with sqlite.told():
        connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=address.patience)
        try:
            return [*_version(connection), *_settings(connection), *_room(file)]
        finally:
            connection.close()


def _version(connection: sqlite3.Connection) -> Iterator[Finding]:
    version = upgrade.current(connection)
    if version is None:
        raise StoreTrouble("foreign")
    if version not in upgrade.VERSIONS:
        raise StoreTrouble("newer", version)
    if version != upgrade.VERSIONS[-1]:
        facts: dict[str, str | int] = {"version": version, "wanted": upgrade.VERSIONS[-1]}
        yield Finding("store", "schema_older", "warning", facts)


def _settings(connection: sqlite3.Connection) -> Iterator[Finding]:
    [[journal]] = connection.execute("PRAGMA journal_mode").fetchall()
    if journal != "wal":
        yield Finding("settings", "journal", "warning", {"journal": str(journal)})


def _room(file: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(file.absolute().parent).free
    if free < max(ROOM, file.stat().st_size // 10):
        yield Finding("store", "room", "warning", {"free": free // 2**20})


def look_at_keys(store: str, keys: Path | None) -> list[Finding]:
    """Look at the two files of keys: are they there, for their owner alone, and apart from the store?"""
    file = keys or default_file()
    vault = Path(f"{file}.vault")
    missing = next((one for one in (file, vault) if not one.exists()), None)
    if missing is not None:
        return [Finding("keys", "keys_missing", "error", {"file": str(missing)})]
    found = [
        Finding("keys", "keys_open", "error", {"file": str(one)}) for one in (file, vault) if one.stat().st_mode & 0o077
    ]
    in_file = store.startswith("sqlite:")
    if in_file and file.absolute().parent == Path(sqlite.Address(store).path).absolute().parent:
        found.append(Finding("keys", "keys_beside", "warning", {"file": str(file)}))
    return found

"""What is particular to SQLite: how to open it safely, to begin, and to understand what it complains of?

Every connection is asked for a write-ahead log, a full sync at each commit and foreign keys, and must say that it has
them. A transaction that writes says so when it begins: one that read first would fail instead of waiting.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Final
from urllib.parse import parse_qs, unquote

from dyade.errors import StoreTrouble
from dyade.store.cabinet import why_not

MEMORY: Final = ":memory:"
PATIENCE: Final = 5.0
"""Seconds to wait for another process that writes."""
PAGE: Final = 2048
"""Bytes of a page of a new store."""
BEGIN_READING: Final = "BEGIN"
BEGIN_WRITING: Final = "BEGIN IMMEDIATE"
PREFIX: Final = "sqlite:///"

_WANTED: Final = (("synchronous", "FULL", 2), ("foreign_keys", "ON", 1), ("cell_size_check", "ON", 1))
_REMOTE: Final = frozenset(("nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "9p", "fuse.sshfs", "ceph", "glusterfs"))
_REASONS: Final = {
    sqlite3.SQLITE_BUSY: "busy",
    sqlite3.SQLITE_LOCKED: "busy",
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_READONLY: "read_only",
    sqlite3.SQLITE_PERM: "read_only",
    sqlite3.SQLITE_CANTOPEN: "unreachable",
    sqlite3.SQLITE_AUTH: "unreachable",
    sqlite3.SQLITE_NOTADB: "damaged",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_FORMAT: "damaged",
    sqlite3.SQLITE_SCHEMA: "damaged",
    sqlite3.SQLITE_IOERR: "unreachable",
}
_PRECISE: Final = {
    # What was written may be lost although the system took it.
    sqlite3.SQLITE_IOERR_FSYNC: "unconfirmed",
    sqlite3.SQLITE_IOERR_DIR_FSYNC: "unconfirmed",
    # What connections share is made larger, or not at all.
    sqlite3.SQLITE_IOERR_SHMSIZE: "full",
}


class Address:
    """Where a SQLite store is, from its URL: `sqlite:///dyade.db`, `sqlite://` for memory; `?timeout=5` in seconds."""

    __slots__ = ("path", "patience")

    def __init__(self, url: str) -> None:
        place, _, query = url.partition("?")
        if not place.startswith("sqlite://"):
            raise StoreTrouble("unreachable", url.partition(":")[0])
        self.path = unquote(place[len(PREFIX) :]) or MEMORY
        try:
            self.patience = float(parse_qs(query).get("timeout", [str(PATIENCE)])[0])
        except ValueError:
            raise StoreTrouble("unreachable", query) from None

    @property
    def exists(self) -> bool:
        """Whether somebody has made it."""
        return not self.in_memory and Path(self.path).exists()

    @property
    def in_memory(self) -> bool:
        """Whether it lasts no longer than its connection."""
        return self.path == MEMORY


def connect(address: Address) -> sqlite3.Connection:
    """Open a connection and make sure that it keeps what it is given."""
    if not address.in_memory and (kind := remote_kind(Path(address.path))):
        raise StoreTrouble("unsafe", kind)
    with told(None if address.in_memory else Path(address.path)):
        connection = sqlite3.connect(
            address.path,
            timeout=address.patience,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
        try:
            _make_safe(connection, address)
        except BaseException:
            connection.close()
            raise
    return connection


def _make_safe(connection: sqlite3.Connection, address: Address) -> None:
    # A commit writes every page that it touched, whole: few bytes of each. Only a new store takes another size.
    connection.execute(f"PRAGMA page_size = {PAGE}")
    journal = "memory" if address.in_memory else "wal"
    if _asked(connection, "journal_mode") != journal:
        _patiently(address.patience, lambda: connection.execute(f"PRAGMA journal_mode = {journal}"))
    found = {"journal_mode": _asked(connection, "journal_mode") == journal}
    for name, value, meaning in _WANTED:
        connection.execute(f"PRAGMA {name} = {value}")
        found[name] = _asked(connection, name) == meaning
    if lacking := [name for name, kept in found.items() if not kept]:
        raise StoreTrouble("unsafe", ", ".join(lacking))


def _asked(connection: sqlite3.Connection, pragma: str) -> object:
    return connection.execute(f"PRAGMA {pragma}").fetchone()[0]


def _patiently(patience: float, act: object) -> None:
    """Try again while busy: SQLite does not wait by itself for a change of journal."""
    end = monotonic() + patience
    while True:
        try:
            act()  # type: ignore[operator]
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) or monotonic() > end:
                raise
            sleep(0.01)
        else:
            return


@contextmanager
def told(file: Path | None = None) -> Iterator[None]:
    """Say what SQLite complains of in our words."""
    try:
        yield
    except sqlite3.Error as error:
        raise trouble(error, file) from error
    except UnicodeDecodeError as error:
        # What SQLite complains of quotes what it read, and those bytes are no text.
        raise StoreTrouble("damaged", type(error).__name__) from error


def trouble(error: sqlite3.Error, file: Path | None = None) -> StoreTrouble:
    """The same complaint, as ours: one of the reasons of `StoreTrouble`, and what SQLite said.

    Where it does not say what the system complained of as it asked for something about a file, that is tried again.
    """
    if file is not None and _is_vague(error) and (found := why_not(file)):
        return found
    code = getattr(error, "sqlite_errorcode", None)
    detail = getattr(error, "sqlite_errorname", type(error).__name__)
    if code is None:
        return StoreTrouble("damaged", f"{type(error).__name__}: {error}")
    reason = _PRECISE.get(code) or _REASONS.get(code & 0xFF, "damaged")
    return StoreTrouble(reason, f"{detail}: {error}")


def _is_vague(error: sqlite3.Error) -> bool:
    """Whether SQLite does not say why it could not do something with its files."""
    code = getattr(error, "sqlite_errorcode", 0)
    return code not in _PRECISE and code & 0xFF in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR)


def remote_kind(path: Path) -> str | None:
    """The kind of network file system that a path is on, where locks and syncs cannot be trusted."""
    try:
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    place = str(path.absolute())
    best, kind = "", ""
    for line in mounts.splitlines():
        _, mount, found, *_ = line.split(" ")
        inside = place == mount or place.startswith(mount.rstrip("/") + "/")
        if inside and len(mount) >= len(best):
            best, kind = mount, found
    return kind if kind in _REMOTE else None

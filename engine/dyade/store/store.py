"""What is a store that is open? Connections that serve one thread at a time, and one writer among the threads.

Writers of one process queue for a lock; SQLite would make them sleep and try again. A view never waits for a writer.
"""

from __future__ import annotations

from contextlib import suppress
from os import getpid
from pathlib import Path
from sqlite3 import Connection, Error
from threading import Lock
from types import TracebackType

from dyade.errors import StoreTrouble
from dyade.store import sqlite, upgrade
from dyade.store.cabinet import Cabinet
from dyade.store.hiding import keys_of
from dyade.store.keeping import Place
from dyade.store.reading import View
from dyade.store.writing import Transaction


class SqliteStore:
    """A store in one SQLite file, or in memory; many threads may share it."""

    abreast = 1

    def __init__(self, url: str, *, create: bool = True, keys: Place = None) -> None:
        self._address = sqlite.Address(url)
        if not create and not self._address.exists:
            raise StoreTrouble("missing", self._address.path)
        self._free: list[Connection] = []
        self._writer = Lock()
        self._process = getpid()
        self._inherited: list[Connection] = []
        self._unconfirmed: StoreTrouble | None = None
        self._closed = False
        first = sqlite.connect(self._address)
        try:
            upgrade.bring_up_to_date(first)
            self.vault, self.made_keys = keys_of(first, self._address, keys)
        except BaseException:
            first.close()
            raise
        self._free.append(first)
        path = Path(self._address.path)
        self.cabinet = None if self._address.in_memory else Cabinet(path.with_name(f"{path.name}.files"))
        self._tidy()

    def _tidy(self) -> None:
        """Finish what a process that died left half done with attached files; where it cannot be done now, it waits."""
        with suppress(StoreTrouble):
            with self.reading() as view:
                if view.is_tidy():
                    return
            with self.writing() as transaction:
                transaction.tidy()
                transaction.commit()

    def reading(self) -> ReadingSession:
        """Open a view: all its answers are of one instant."""
        self._settle()
        return ReadingSession(self)

    def writing(self) -> WritingSession:
        """Open a transaction that may write; it waits for the others, up to the patience of the address."""
        beside = self.vault.unconfirmed or (self.cabinet and self.cabinet.unconfirmed)
        if trouble := self._unconfirmed or beside:
            raise trouble
        self._settle()
        return WritingSession(self)

    def watch(self) -> Watch:
        """Watch the file for what other connections keep, those of other processes too."""
        return Watch(None if self._address.in_memory else sqlite.connect(self._address))

    def _settle(self) -> None:
        """In a process that was forked since, leave to the other one its connections: SQLite cannot share them."""
        if self._process != getpid():
            self._inherited += self._free
            self._free = []
            self._writer = Lock()
            self._process = getpid()

    def close(self) -> None:
        """Let go of the file. What runs ends first: nothing is owed to an orderly end."""
        self._closed = True
        while self._free:
            self._free.pop().close()
        self.vault.close()

    def take(self) -> Connection:
        """Give a connection to one session."""
        if self._closed:
            raise StoreTrouble("unreachable", "closed")
        try:
            return self._free.pop()
        except IndexError:
            return sqlite.connect(self._address)

    def give_back(self, connection: Connection) -> None:
        """Take a connection back, once its transaction has ended."""
        if self._closed:
            connection.close()
        else:
            self._free.append(connection)

    def queue(self) -> None:
        """Wait to be the writer of this process."""
        if not self._writer.acquire(timeout=self._address.patience):
            raise StoreTrouble("busy", "writers of this process")

    def leave(self) -> None:
        """Let the next writer in."""
        self._writer.release()

    @property
    def alone(self) -> bool:
        """Whether views and writers share one connection, as in memory."""
        return self._address.in_memory

    def failed(self, error: Error) -> StoreTrouble:
        """Say what went wrong; once the disk has not confirmed a write, nothing more is accepted."""
        trouble = sqlite.trouble(error, None if self._address.in_memory else Path(self._address.path))
        if trouble.reason == "unconfirmed":
            self._unconfirmed = trouble
        return trouble


class Watch:
    """A connection that does nothing but ask whether the others have kept anything."""

    def __init__(self, connection: Connection | None) -> None:
        self._connection = connection
        self._seen = self._version()

    def _version(self) -> int:
        if self._connection is None:
            return 0
        with sqlite.told():
            return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def changed(self) -> bool:
        """Tell whether anything was kept since; a store in memory, of one connection, cannot tell and says so."""
        if self._connection is None:
            return True
        before, self._seen = self._seen, self._version()
        return self._seen != before

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()


class _Session:
    """A connection for the time of one piece of work."""

    __slots__ = ("_connection", "_store")
    begin = sqlite.BEGIN_READING
    queues = False

    def __init__(self, store: SqliteStore) -> None:
        self._store = store

    def _open(self) -> Connection:
        queued = self.queues or self._store.alone
        if queued:
            self._store.queue()
        try:
            self._connection = self._store.take()
            self._begin()
        except BaseException:
            if queued:
                self._store.leave()
            raise
        return self._connection

    def _begin(self) -> None:
        try:
            self._connection.execute(self.begin)
        except Error as error:
            self._store.give_back(self._connection)
            raise self._store.failed(error) from error

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._end()
        finally:
            if self.queues or self._store.alone:
                self._store.leave()
        if isinstance(error, Error):
            raise self._store.failed(error) from error

    def _end(self) -> None:
        """Undo what was not committed; a connection that cannot even do that is thrown away."""
        connection = self._connection
        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except Error:
            connection.close()
        else:
            self._store.give_back(connection)


class ReadingSession(_Session):
    """Opens a view, and lets it go."""

    __slots__ = ()

    def __enter__(self) -> View:
        return View(self._open(), self._store.vault, self._store.cabinet)


class WritingSession(_Session):
    """Opens a transaction; what was not committed at its end never was."""

    __slots__ = ("_transaction",)
    begin = sqlite.BEGIN_WRITING
    queues = True

    def __enter__(self) -> Transaction:
        self._transaction = Transaction(self._open(), self._store.vault, self._store.cabinet)
        return self._transaction

    def _end(self) -> None:
        if self._connection.in_transaction:
            # What was written beside the store goes while nobody else writes.
            self._transaction.undone()
        else:
            # Kept, nothing of it is left; or SQLite could not keep it.
            self._transaction.doubted()
        super()._end()

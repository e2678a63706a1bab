"""What is a store on PostgreSQL that is open? Connections that serve one piece of work at a time.

A connection that breaks is thrown away with all that wait beside it, for they went to the same server. What broke
before COMMIT was sent was not kept, and is done again; if it broke after, the server is asked what became of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from os import getpid
from time import monotonic, sleep
from types import TracebackType
from typing import Any, Final

import psycopg

from dyade.errors import StoreTrouble
from dyade.service.ports import Again
from dyade.store.keeping import Place
from dyade.store.postgres import upgrading
from dyade.store.postgres.address import Address
from dyade.store.postgres.asking import BEGIN_READING, BEGIN_WRITING, PostgresView, Wake
from dyade.store.postgres.complaints import said
from dyade.store.postgres.driver import Postgres, connect, open_plainly
from dyade.store.postgres.gathering import GatheringTransaction

_FATE: Final = "SELECT pg_xact_status(CAST(? AS xid8))"
_SNAPSHOT: Final = "SELECT CAST(pg_current_snapshot() AS TEXT)"
MOMENT: Final = 0.05
"""Seconds between two questions about a transaction that the server has not ended yet."""


class PostgresStore:
    """A store that a PostgreSQL server keeps; many threads, processes and machines may share it."""

    abreast = 2

    def __init__(self, url: str, *, create: bool = True, keys: Place = None, wake: Wake | None = None) -> None:
        """Open a store; `wake` is called in each transaction that makes something due sooner."""
        self._address = Address(url)
        self.wake = wake
        self._free: list[Postgres] = []
        self._inherited: list[Postgres] = []
        self._process = getpid()
        self._closed = False
        first = connect(self._address)
        try:
            upgrading.bring_up_to_date(first, self._address, create=create)
            self.vault, self.made_keys = upgrading.keys_of(first, keys)
        except BaseException:
            first.close()
            raise
        self._free.append(first)

    def reading(self) -> ReadingSession:
        """Open a view: all its answers are of one instant."""
        self._settle()
        return ReadingSession(self)

    def writing(self) -> WritingSession:
        """Open a transaction that may write."""
        self._settle()
        return WritingSession(self)

    def watch(self) -> Watch:
        """Watch for what other connections keep, those of other machines too."""
        return Watch(self._address)

    @property
    def conninfo(self) -> str:
        """Where the server is, as libpq reads it."""
        return self._address.conninfo

    @contextmanager
    def beside(self) -> Iterator[psycopg.Connection[Any]]:
        """Lend a connection of its own to what is kept beside the store; each statement lasts at once."""
        connection = open_plainly(self._address)
        try:
            yield connection
        except psycopg.Error as error:
            told = said(error, is_broken=connection.closed or connection.broken)
            raise (told.trouble if isinstance(told, Again) else told) from error
        finally:
            connection.close()

    def _settle(self) -> None:
        """In a process that was forked since, leave to the other one its connections."""
        if self._process != getpid():
            self._inherited += self._free
            self._free = []
            self._process = getpid()

    def close(self) -> None:
        """Let go of the server. What runs ends first: nothing is owed to an orderly end."""
        self._closed = True
        while self._free:
            self._free.pop().close()
        self.vault.close()

    def take(self) -> Postgres:
        """Give a connection to one piece of work."""
        if self._closed:
            raise StoreTrouble("unreachable", "closed")
        try:
            return self._free.pop()
        except IndexError:
            return connect(self._address)

    def give_back(self, connection: Postgres) -> None:
        """Take a connection back, once its transaction has ended."""
        if self._closed or connection.is_broken:
            connection.close()
        else:
            self._free.append(connection)

    def throw_away(self, connection: Postgres) -> None:
        """Let go of a connection that broke, and of those that broke with it."""
        connection.close()
        while self._free:
            self._free.pop().close()

    def fate(self, xid: str) -> str | None:
        """Ask what became of a transaction, once it has ended: `committed` or `aborted`; `None` if nobody can tell."""
        end = monotonic() + self._address.patience
        while True:
            found = self._fate(xid)
            if found in ("committed", "aborted") or monotonic() > end:
                return found if found != "in progress" else None
            sleep(MOMENT)

    def _fate(self, xid: str) -> str | None:
        try:
            other = connect(self._address)
        except StoreTrouble:
            return "in progress"
        try:
            [found] = other.execute(_FATE, (xid,)).fetchone() or (None,)
        except Again:
            return "in progress"
        except StoreTrouble:
            # The server has come back without ever having heard of it.
            return "aborted"
        finally:
            other.close()
        return str(found) if found is not None else None


class Watch:
    """Asks now and then whether a transaction that writes has begun or ended."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._connection: Postgres | None = connect(address)
        self._seen = self._snapshot()

    def _snapshot(self) -> str:
        if self._connection is None:
            self._connection = connect(self._address)
        try:
            [found] = self._connection.execute(_SNAPSHOT).fetchone() or ("",)
        except Again as again:
            self.close()
            raise again.trouble from again
        return str(found)

    def changed(self) -> bool:
        """Tell whether anything was kept since this was last asked; refused commands count too."""
        before, self._seen = self._seen, self._snapshot()
        return self._seen != before

    def close(self) -> None:
        """Let go of the server."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class _Session:
    """A connection for the time of one piece of work."""

    __slots__ = ("_connection", "_store")
    _connection: Postgres

    def __init__(self, store: PostgresStore) -> None:
        self._store = store

    def _begin(self, text: str) -> psycopg.Cursor[Any]:
        self._connection = self._store.take()
        try:
            return self._connection.execute(text)
        except BaseException:
            self._end()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def _end(self) -> None:
        """Undo what was not committed; a connection that cannot even do that is thrown away."""
        connection = self._connection
        with suppress(Exception):
            if not connection.is_idle:
                connection.execute("ROLLBACK")
        if connection.is_broken or not connection.is_idle:
            self._store.throw_away(connection)
        else:
            self._store.give_back(connection)


class ReadingSession(_Session):
    """Opens a view, and lets it go."""

    __slots__ = ()

    def __enter__(self) -> PostgresView:
        self._begin(BEGIN_READING)
        return PostgresView(self._connection, self._store.vault)


class WritingSession(_Session):
    """Opens a transaction; what was not committed at its end never was."""

    __slots__ = ()

    def __enter__(self) -> GatheringTransaction:
        begun = self._begin(BEGIN_WRITING)
        while begun.nextset():
            pass
        [xid, epoch] = begun.fetchone() or ("", 0)
        store = self._store
        return GatheringTransaction(self._connection, store.vault, str(xid), epoch, store.fate, store.wake)

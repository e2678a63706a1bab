"""How does a connection to PostgreSQL run the statements that SQLite's runs, and how is it opened safely?

A connection waits neither for the server nor for others without end, keeps what it is given before it answers, and
leaves nothing locked where its process stands still.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, Final

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.types.numeric import Int8Dumper
from psycopg.types.string import StrDumper

from dyade.errors import StoreTrouble
from dyade.store.postgres.address import Address
from dyade.store.postgres.complaints import said, unconnected

OLDEST: Final = 130000
"""PostgreSQL 13, the first one that tells what became of a transaction whose answer was lost."""
ABANDONED: Final = 30
"""Seconds after which the server gives up a transaction in which nothing is asked: its process may be frozen."""
AT_ONCE: Final = 500
"""Rows of a large table that are brought at once."""


class Postgres:
    """A connection that looks like SQLite's."""

    __slots__ = ("connection",)

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection

    def execute(self, text: str, values: Sequence[Any] = (), /) -> psycopg.Cursor[Any]:
        """Run a statement; everything that it gives has come."""
        cursor = self.connection.cursor()
        try:
            # What opens and ends transactions is sent as it stands, in one message.
            return cursor.execute(_spelled(text), values, prepare=None if values else False)
        except psycopg.Error as error:
            raise self.told(error) from error

    def executemany(self, text: str, values: Sequence[Sequence[Any]], /) -> None:
        """Run a statement for each row of values, without waiting in between."""
        if len(values) == 1:
            self.execute(text, values[0])
        elif values:
            try:
                self.connection.cursor().executemany(_spelled(text), values)
            except psycopg.Error as error:
                raise self.told(error) from error

    def each(self, text: str) -> Iterator[tuple[Any, ...]]:
        """Run a question whose answer may be large, and bring it in parts."""
        try:
            with psycopg.RawServerCursor(self.connection, "large") as cursor:
                cursor.itersize = AT_ONCE
                yield from cursor.execute(text)
        except psycopg.Error as error:
            raise self.told(error) from error

    def told(self, error: psycopg.Error) -> Exception:
        """What went wrong, in our words."""
        return said(error, is_broken=self.is_broken)

    @property
    def is_broken(self) -> bool:
        """Whether nobody answers at the other end any more."""
        return self.connection.closed or self.connection.broken

    @property
    def is_idle(self) -> bool:
        """Whether no transaction is open."""
        return self.connection.pgconn.transaction_status == TransactionStatus.IDLE

    def close(self) -> None:
        """Let go of the server."""
        self.connection.close()


@cache
def _spelled(text: str) -> str:
    """The same statement, with values as PostgreSQL names them: no text of ours has a question mark of its own."""
    first, *rest = text.split("?")
    return first + "".join(f"${n}{part}" for n, part in enumerate(rest, 1))


def connect(address: Address) -> Postgres:
    """Open a connection, and make sure that it keeps what it is given."""
    connection = open_plainly(address)
    try:
        return Postgres(_made_safe(connection, address))
    except psycopg.Error as error:
        connection.close()
        raise unconnected(error) from error
    except BaseException:
        connection.close()
        raise


def open_plainly(address: Address) -> psycopg.Connection[Any]:
    """Open a connection of which nothing was asked yet."""
    milliseconds = int(address.patience * 1000)
    try:
        return psycopg.connect(
            address.conninfo,
            autocommit=True,
            fallback_application_name="dyade",
            connect_timeout=max(2, int(address.patience)),
            # A network that was cut says nothing: what is sent and not acknowledged must not be waited for.
            keepalives_idle=10,
            keepalives_interval=5,
            keepalives_count=3,
            tcp_user_timeout=max(10_000, 2 * milliseconds),
        )
    except psycopg.Error as error:
        raise unconnected(error) from error


def _made_safe(connection: psycopg.Connection[Any], address: Address) -> psycopg.Connection[Any]:
    connection.cursor_factory = psycopg.RawCursor
    # Numbers are all of one size, and texts are texts: a statement is prepared once, whatever its values.
    connection.adapters.register_dumper(int, Int8Dumper)
    connection.adapters.register_dumper(str, StrDumper)
    info = connection.info
    if info.server_version < OLDEST:
        raise StoreTrouble("outdated", f"PostgreSQL {info.server_version // 10000}")
    if info.parameter_status("server_encoding") != "UTF8":
        raise StoreTrouble("unsafe", f"server_encoding = {info.parameter_status('server_encoding')}")
    # What the server was told elsewhere to answer before it is on the disk would be lost with the power.
    connection.execute(
        f"""SET lock_timeout = {int(address.patience * 1000)};
        SET idle_in_transaction_session_timeout = {ABANDONED * 1000};
        SET default_transaction_isolation = 'read committed';
        SELECT set_config('synchronous_commit', 'on', false)
            WHERE current_setting('synchronous_commit') IN ('off', 'local');""".encode()
    )
    return connection

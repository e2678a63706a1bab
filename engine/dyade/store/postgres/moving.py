"""How does a store that outgrew its file come to a server? A copy of it is read into an empty database, whole or not.

Nothing is decided anew: every row comes as it stands, with its number, so that chains, commitments and the ids of
messages stay what they were. The contents of attached files, which stood beside the file, come into the database.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import sql
from sqlalchemy import Boolean, Table
from sqlalchemy.exc import DBAPIError

from dyade.errors import BackupTrouble
from dyade.store import backup, sqlite, upgrade
from dyade.store.cabinet import NEW
from dyade.store.postgres import upgrading
from dyade.store.postgres.address import Address, shown
from dyade.store.postgres.driver import Postgres, connect, open_plainly
from dyade.store.postgres.spelling import engine_on
from dyade.store.schema import commands, contents, files, identity, metadata, removals

BESIDE: Final = (contents, removals)
"""What concerns contents that stand beside a file: there are none here."""
AT_ONCE: Final = 1000
"""Rows between two signs of progress."""


def move_in(folder: Path, url: str, progress: Callable[[int, int], None]) -> backup.Copy:
    """Read a copy of a store into a database in which there is none yet.

    Raises `BackupTrouble` where the copy is not whole, or where a store stands there already, `StoreTrouble` where the
    server does not answer, or keeps something else.
    """
    address = Address(url)
    copy = backup.inspect(folder)
    connect(address).close()
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / backup.DATABASE
        try:
            shutil.copyfile(folder / backup.DATABASE, file)
        except OSError as error:
            raise BackupTrouble("unwritable", f"{file}: {error.strerror or type(error).__name__}") from error
        source = sqlite.connect(sqlite.Address(f"sqlite:///{file}"))
        with closing(source):
            upgrade.bring_up_to_date(source)
            _move(source, folder / backup.FILES, address, shown(url), progress)
    return copy


def _move(
    source: sqlite3.Connection, beside: Path, address: Address, place: str, progress: Callable[[int, int], None]
) -> None:
    target = open_plainly(address)
    target.autocommit = False
    try:
        with engine_on(target).begin() as opened:
            upgrading.wait_for_turn(opened)
            if upgrading.current(Postgres(target)) is not None:
                raise BackupTrouble("stands", place)
            upgrading.expect_nothing(Postgres(target))
            upgrade.run(opened)
            counted = _Counted(progress, _total(source))
            for table in metadata.sorted_tables:
                if table not in BESIDE:
                    _copy(target, table, _rows(source, table), counted)
            _copy(target, contents, _contents(source, beside), counted)
            counted.all()
            _count_on(target, _given(source))
        # Of ours alone: others may have tables in the same database, and need them.
        ours = sql.SQL(", ").join(sql.Identifier(table.name) for table in metadata.sorted_tables)
        target.execute(sql.SQL("ANALYZE {}").format(ours))
        target.commit()
    except DBAPIError as error:
        raise upgrading.trouble(error.orig, target) from error
    except psycopg.Error as error:
        raise upgrading.trouble(error, target) from error
    finally:
        target.close()


class _Counted:
    """Tells how many rows have come."""

    def __init__(self, progress: Callable[[int, int], None], total: int) -> None:
        self._progress = progress
        self._total = total
        self._done = 0

    def all(self) -> None:
        """Nothing more comes: some contents may lack."""
        if self._done != self._total:
            self._progress(self._total, self._total)

    def one(self) -> None:
        """Count a row."""
        self._done += 1
        if self._done % AT_ONCE == 0 or self._done == self._total:
            self._progress(self._done, self._total)


def _total(source: sqlite3.Connection) -> int:
    tables = [table for table in metadata.sorted_tables if table not in BESIDE]
    counts = [source.execute(f'SELECT count(*) FROM "{table.name}"').fetchone()[0] for table in (*tables, files)]
    return sum(counts)


def _rows(source: sqlite3.Connection, table: Table) -> Iterator[tuple[Any, ...]]:
    """The rows of a table, in the order in which they may be written again."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    order = ", ".join(f'"{column.name}"' for column in table.primary_key)
    truths = [i for i, column in enumerate(table.columns) if isinstance(column.type, Boolean)]
    for row in source.execute(f'SELECT {names} FROM "{table.name}" ORDER BY {order}'):
        if truths:
            row = list(row)
            for i in truths:
                row[i] = bool(row[i])
        unkept = next((i for i, value in enumerate(row) if isinstance(value, str) and "\0" in value), None)
        if unkept is None:
            yield tuple(row)
        elif table is not commands:
            # What was only remembered in case the same command comes again is left behind: it cannot be asked there.
            raise BackupTrouble("unmovable", f"{table.name}.{table.columns.keys()[unkept]}")


def _contents(source: sqlite3.Connection, beside: Path) -> Iterator[tuple[str, bytes]]:
    """The contents that a row names, as they stood beside the file; what lacks, `verify` tells as it did before."""
    for (place,) in source.execute("SELECT place FROM files ORDER BY n"):
        for found in (beside / place, beside / NEW / place):
            if found.is_file():
                try:
                    yield place, found.read_bytes()
                except OSError as error:
                    raise BackupTrouble("damaged", str(found)) from error
                break


def _copy(target: psycopg.Connection[Any], table: Table, rows: Iterator[tuple[Any, ...]], counted: _Counted) -> None:
    columns = [column.name for column in table.columns]
    into = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with target.cursor() as cursor:
        if table is identity:
            # The migrations gave the empty store a name: the one under which the keys are kept takes its place.
            cursor.execute("DELETE FROM identity")
        with cursor.copy(into) as lines:
            for row in rows:
                lines.write_row(row)
                counted.one()


def _given(source: sqlite3.Connection) -> dict[str, int]:
    """The highest number that was ever given where none is given twice, by table: its row may be gone."""
    return {table: int(number) for table, number in source.execute("SELECT name, seq FROM sqlite_sequence")}


def _count_on(target: psycopg.Connection[Any], given: Mapping[str, int]) -> None:
    """Let the server number what comes after what has come."""
    for table in metadata.sorted_tables:
        for column in table.primary_key:
            [numbers] = target.execute(
                "SELECT pg_get_serial_sequence(quote_ident(current_schema()) || '.' || quote_ident(%s), %s)",
                (table.name, column.name),
            ).fetchone() or (None,)
            if numbers is not None:
                highest = sql.SQL("SELECT setval({}, greatest(coalesce(max({}), 0), {}) + 1, false) FROM {}").format(
                    sql.Literal(numbers),
                    sql.Identifier(column.name),
                    sql.Literal(given.get(table.name, 0)),
                    sql.Identifier(table.name),
                )
                target.execute(highest)

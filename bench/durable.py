"""How long does a `fire` take until it lasts, beside a raw loop that reads, updates and inserts the same bytes?

    python -m bench.durable <folder> [with-ids]

All on SQLite files of the folder, write-ahead log, full sync. The raw loop is what one would write by hand against
these tables, indexes included: begin, read the dyad's row, update it, insert a row for each record (and one for the
command's id), commit. A second one keeps the same bytes in tables without any index, where nothing could be found
again by its due date or by its dyad: it shows what the disk alone takes.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from statistics import median
from time import perf_counter_ns
from typing import Any, NamedTuple

from bench.engines.ours import DAY, MONDAY
from bench.lives import YEARS
from dyade import Decision, Engine

PROGRAMS = Path(__file__).with_name("programs")
FIRES = 40
"""Fires of one dyad: recesses and their ends, as many as its program permits."""
ROUNDS = 25
PRAGMAS = ("journal_mode = wal", "synchronous = FULL", "foreign_keys = ON", "cell_size_check = ON")
Row = tuple[Any, ...]


class Written(NamedTuple):
    """What one fire left: the dyad's row, the rows of its records, that of the command's id."""

    dyad: Row
    records: tuple[Row, ...]
    command: Row | None

    @property
    def size(self) -> int:
        """Bytes, columns end to end."""
        rows = (self.dyad, *self.records, self.command or ())
        return sum(len(_column(value)) for row in rows for value in row)


class Ours:
    """An engine on a store of its own."""

    def __init__(self, file: Path, with_ids: bool) -> None:
        self.file = file
        self.with_ids = with_ids
        self.now = MONDAY
        self.engine = Engine.open(f"sqlite:///{file}", PROGRAMS, lambda: self.now, keys=f"{file}.keys")
        for person in ("ana", "bob", "cleo"):
            self.engine.add_person(person, person, attributes={"years": YEARS})

    def begin(self) -> str:
        """Bring a dyad under way."""
        people = {"mentee": "ana", "mentor": "bob", "coordinator": "cleo"}
        begun = self.engine.start("bench", "cleo", people)
        assert isinstance(begun, Decision), begun
        for event, actor in (("match", "cleo"), ("agree", "ana"), ("begin", "ana")):
            assert isinstance(self.engine.fire(begun.dyad.id, event, actor), Decision), event
        return begun.dyad.id

    def round(self, dyad: str) -> int:
        """Fire again and again; the nanoseconds that it took."""
        events = [("pause", "resume")[n % 2] for n in range(FIRES)]
        ids = [f"{dyad}-{n}" if self.with_ids else None for n in range(FIRES)]
        began = perf_counter_ns()
        for event, id_ in zip(events, ids, strict=True):
            self._fire(dyad, event, id_)
        return perf_counter_ns() - began

    def written(self, dyad: str) -> Iterator[Written]:
        """Fire as often again, and read after each what it left."""
        with closing(sqlite3.connect(self.file)) as read:
            for n in range(FIRES):
                self._fire(dyad, ("pause", "resume")[n % 2], f"{dyad}-{n}" if self.with_ids else None)
                [row] = read.execute("SELECT * FROM dyads WHERE id = ?", (dyad,))
                [[last]] = read.execute("SELECT revision FROM dyads WHERE id = ?", (dyad,))

                def at(table: str, last: int = last) -> list[Row]:
                    rows = read.execute(f"SELECT * FROM {table} WHERE dyad = ? AND revision = ?", (dyad, last))
                    return list(rows)

                yield Written(row, tuple(at("records")), next(iter(at("commands")), None))

    def _fire(self, dyad: str, event: str, id_: str | None) -> None:
        self.now += DAY // 100
        outcome = self.engine.fire(dyad, event, "ana", id=id_)
        assert isinstance(outcome, Decision), outcome


class Raw:
    """A dozen lines of sqlite3 on a copy of the store, taken before what it is to write was written."""

    def __init__(self, file: Path, store: Path) -> None:
        with closing(sqlite3.connect(store)) as source, closing(sqlite3.connect(file)) as copy:
            source.backup(copy)
        self.connection = sqlite3.connect(file, isolation_level=None)
        for pragma in PRAGMAS:
            self.connection.execute(f"PRAGMA {pragma}")
        # A write-ahead log that still grows costs a sync twice as much: ours has gone round many times.
        self.connection.execute("CREATE TABLE room (filled BLOB)")
        self.connection.execute("INSERT INTO room VALUES (zeroblob(4000000))")
        self.connection.execute("PRAGMA wal_checkpoint(RESTART)")
        self._columns = {table: self._named(table) for table in ("dyads", "records", "commands")}

    def _named(self, table: str) -> list[str]:
        return [name for _, name, *_ in self.connection.execute(f"PRAGMA table_info({table})")]

    def round(self, written: Sequence[Written]) -> int:
        """Keep the same rows; the nanoseconds that it took."""
        execute = self.connection.execute
        # The key of a record numbers itself, as it does in the store; a dyad stays who it is.
        moving = [name for name in self._columns["dyads"] if name not in ("number", "id", "program", "created_at")]
        place = [self._columns["dyads"].index(name) for name in moving]
        update = f"UPDATE dyads SET {', '.join(f'{name} = ?' for name in moving)} WHERE number = ? AND revision = ?"
        insert = _insert("records", self._columns["records"][1:])
        remember = _insert("commands", self._columns["commands"])
        values = [tuple(one.dyad[at] for at in place) for one in written]
        records = [[row[1:] for row in one.records] for one in written]
        number, revision = written[0].dyad[0], self._columns["dyads"].index("revision")
        began = perf_counter_ns()
        for one, row, bodies in zip(written, values, records, strict=True):
            execute("BEGIN IMMEDIATE")
            before = execute("SELECT * FROM dyads WHERE number = ?", (number,)).fetchone()
            changed = execute(update, (*row, number, before[revision]))
            assert changed.rowcount == 1
            for body in bodies:
                execute(insert, body)
            if one.command is not None:
                execute(remember, one.command)
            execute("COMMIT")
        spent = perf_counter_ns() - began
        self.connection.close()
        return spent


def _insert(table: str, names: Sequence[str]) -> str:
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"


class Bare:
    """The same bytes, a row of them a thing, in tables without an index."""

    def __init__(self, file: Path) -> None:
        self.connection = sqlite3.connect(file, isolation_level=None)
        for pragma in PRAGMAS:
            self.connection.execute(f"PRAGMA {pragma}")
        self.connection.execute("CREATE TABLE dyads (number INTEGER PRIMARY KEY, revision INTEGER, body BLOB)")
        self.connection.execute("CREATE TABLE records (seq INTEGER PRIMARY KEY, dyad INTEGER, body BLOB)")
        self.connection.execute("CREATE TABLE commands (id TEXT PRIMARY KEY, body BLOB) WITHOUT ROWID")

    def round(self, written: Sequence[Written]) -> int:
        """Keep them; the nanoseconds that it took."""
        execute = self.connection.execute
        bodies = [
            (_bytes(one.dyad), [_bytes(row) for row in one.records], one.command and _bytes(one.command))
            for one in written
        ]
        begun = execute("INSERT INTO dyads (revision, body) VALUES (0, ?)", (bodies[0][0],))
        number = begun.lastrowid or 0
        began = perf_counter_ns()
        for dyad, records, command in bodies:
            execute("BEGIN IMMEDIATE")
            revision, _ = execute("SELECT revision, body FROM dyads WHERE number = ?", (number,)).fetchone()
            changed = execute(
                "UPDATE dyads SET revision = ?, body = ? WHERE number = ? AND revision = ?",
                (revision + 1, dyad, number, revision),
            )
            assert changed.rowcount == 1
            for body in records:
                execute("INSERT INTO records (dyad, body) VALUES (?, ?)", (number, body))
            if command is not None:
                execute("INSERT INTO commands (id, body) VALUES (?, ?)", (f"{number}-{revision}", command))
            execute("COMMIT")
        return perf_counter_ns() - began


def _bytes(row: Row) -> bytes:
    return b"".join(_column(value) for value in row)


def _column(value: object) -> bytes:
    return value if isinstance(value, bytes) else b"" if value is None else str(value).encode()


class Round(NamedTuple):
    """Microseconds of a fire, of a turn of each raw loop, and the bytes that each writes."""

    fire: float
    raw: float
    bare: float
    size: int


def rounds(folder: Path, with_ids: bool) -> Iterator[Round]:
    """They take turns."""
    ours, bare = Ours(folder / "ours.db", with_ids), Bare(folder / "bare.db")
    for n in range(ROUNDS + 1):
        fired = ours.round(ours.begin())
        dyad = ours.begin()
        raw = Raw(folder / f"raw-{n}.db", ours.file)
        written = list(ours.written(dyad))
        turned, spent = raw.round(written), bare.round(written)
        size = sum(one.size for one in written) // FIRES
        if n:  # the first one warms up
            yield Round(fired / FIRES / 1000, turned / FIRES / 1000, spent / FIRES / 1000, size)
    ours.engine.close()


def measure(place: Path, with_ids: bool) -> dict[str, Any]:
    """Measure in a folder of its own under this one."""
    with tempfile.TemporaryDirectory(dir=place, prefix="bench-") as folder:
        found = list(rounds(Path(folder), with_ids))
    return {
        "fire": median(one.fire for one in found),
        "raw": median(one.raw for one in found),
        "bare": median(one.bare for one in found),
        "ratio": median(one.fire / one.raw for one in found),
        "ratio_to_bare": median(one.fire / one.bare for one in found),
        "bytes": found[-1].size,
        "sqlite": sqlite3.sqlite_version,
    }


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]), "with-ids" in sys.argv[2:])))

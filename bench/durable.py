"""How long does a `fire` take until it lasts, beside a raw loop that reads, updates and inserts the same bytes?

    python -m bench.durable <folder> [with-ids]

Both on SQLite files of the folder, write-ahead log, full sync. The raw loop is what one would write by hand: begin,
read the dyad's row, update it, insert a row for each record (and one for the command's id), commit.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
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


class Written(NamedTuple):
    """What one fire left: the dyad's row, the rows of its records, that of the command's id; columns end to end."""

    dyad: bytes
    records: tuple[bytes, ...]
    command: bytes | None


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
            self.now += DAY // 100
            outcome = self.engine.fire(dyad, event, "ana", id=id_)
            assert isinstance(outcome, Decision), outcome
        return perf_counter_ns() - began

    def written(self, dyad: str) -> list[Written]:
        """Read what the fires of a round left in the store."""
        with sqlite3.connect(self.file) as read:
            row = _bytes(read.execute("SELECT * FROM dyads WHERE id = ?", (dyad,)).fetchone())
            [[last]] = read.execute("SELECT revision FROM dyads WHERE id = ?", (dyad,))

            def at(table: str, revision: int) -> tuple[bytes, ...]:
                rows = read.execute(f"SELECT * FROM {table} WHERE dyad = ? AND revision = ?", (dyad, revision))
                return tuple(map(_bytes, rows))

            revisions = range(last - FIRES + 1, last + 1)
            return [Written(row, at("records", n), next(iter(at("commands", n)), None)) for n in revisions]


class Raw:
    """A dozen lines of sqlite3."""

    def __init__(self, file: Path) -> None:
        self.connection = sqlite3.connect(file, isolation_level=None)
        for pragma in ("journal_mode = wal", "synchronous = FULL", "foreign_keys = ON", "cell_size_check = ON"):
            self.connection.execute(f"PRAGMA {pragma}")
        self.connection.execute("CREATE TABLE dyads (number INTEGER PRIMARY KEY, revision INTEGER, body BLOB)")
        self.connection.execute("CREATE TABLE records (seq INTEGER PRIMARY KEY, dyad INTEGER, body BLOB)")
        self.connection.execute("CREATE TABLE commands (id TEXT PRIMARY KEY, body BLOB) WITHOUT ROWID")

    def begin(self, written: list[Written]) -> int:
        """Insert a dyad."""
        row = self.connection.execute("INSERT INTO dyads (revision, body) VALUES (0, ?)", (written[0].dyad,))
        return row.lastrowid or 0

    def round(self, number: int, written: list[Written]) -> int:
        """Keep the same bytes again; the nanoseconds that it took."""
        execute = self.connection.execute
        began = perf_counter_ns()
        for dyad, records, command in written:
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


def _bytes(row: tuple[Any, ...]) -> bytes:
    return b"".join(_column(value) for value in row)


def _column(value: object) -> bytes:
    return value if isinstance(value, bytes) else b"" if value is None else str(value).encode()


def rounds(folder: Path, with_ids: bool) -> Iterator[tuple[float, float, int]]:
    """Microseconds of a fire, of a turn of the raw loop, and the bytes that each writes; they take turns."""
    ours, raw = Ours(folder / "ours.db", with_ids), Raw(folder / "raw.db")
    for n in range(ROUNDS + 1):
        dyad = ours.begin()
        fired = ours.round(dyad)
        written = ours.written(dyad)
        turned = raw.round(raw.begin(written), written)
        size = sum(len(one.dyad) + sum(map(len, one.records)) + len(one.command or b"") for one in written)
        if n:  # the first one warms up
            yield fired / FIRES / 1000, turned / FIRES / 1000, size // FIRES
    ours.engine.close()


def measure(place: Path, with_ids: bool) -> dict[str, Any]:
    """Measure in a folder of its own under this one."""
    with tempfile.TemporaryDirectory(dir=place, prefix="bench-") as folder:
        found = list(rounds(Path(folder), with_ids))
    return {
        "fire": median(fire for fire, _, _ in found),
        "raw": median(raw for _, raw, _ in found),
        "ratio": median(fire / raw for fire, raw, _ in found),
        "bytes": found[-1][2],
        "sqlite": sqlite3.sqlite_version,
    }


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]), "with-ids" in sys.argv[2:])))

"""What do a million dyads cost: on the disk, to find what is due among them, in the memory of a worker?

    python -m bench.crowd <folder>

A thousand dyads are begun and have lived; then all their rows are copied, under ids of their own, up to a million.
The copies are due later, but for those of which due ones are asked; a worker does rounds on the dyads that are real.
"""

from __future__ import annotations

import gc
import json
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from bench.children import ROOT
from bench.firing.contender import resident
from bench.firing.ours import Contender
from dyade.service.tick import BEGINNING, TOGETHER
from dyade.store.reading import _DUE

FEW, MANY, ASKED = 1_000, 1_000_000, 200
REAL, ROUNDS = 1_000, 10
LATER = 10**17
"""Microseconds past all that a worker does here."""
COPIES = {
    "people": ("id",),
    "dyads": ("number", "id"),
    "holdings": ("dyad", "person"),
    "records": ("seq", "dyad"),
    "outbox": ("id", "dyad", "seq"),
}
"""The tables that a dyad has rows in, and what each copy has of its own there."""
NUMBERED = {"number": 1_000, "seq": 10_000}
"""Columns that are numbers, and more than there are of them."""


def measure(place: Path) -> dict[str, Any]:
    """Measure in a folder of its own under this one."""
    with tempfile.TemporaryDirectory(dir=place, prefix=".venv-bench-") as folder:  # a name that git ignores
        file = Path(folder) / "dyade.db"
        contender = Contender(f"sqlite:///{file}", folder, REAL)
        contender.prepare(REAL)
        contender.fire(REAL)
        few = _due(file)
        # In a process of its own, whose memory is not the worker's.
        command = [sys.executable, "-m", "bench.crowd", "copy", str(file), str(MANY // REAL)]
        subprocess.run(command, cwd=ROOT, check=True)
        many = _due(file)
        size = file.stat().st_size
        rounds = _rounds(contender)
        contender.engine.close()
    return {"due": {str(FEW): few, str(MANY): many, "ratio": many / few}, "bytes": size // MANY, "rounds": rounds}


def _due(file: Path) -> float:
    """Microseconds of asking for the first fifty that are due."""
    spent = []
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for _ in range(ASKED):
            began = perf_counter()
            rows = connection.execute(_DUE, (2**62, *BEGINNING, TOGETHER)).fetchall()
            spent.append(perf_counter() - began)
            assert len(rows) == TOGETHER
    return median(spent) * 1e6


def _rounds(contender: Contender) -> dict[str, Any]:
    """Rounds of a worker: how quick, and what memory it has after each."""
    memory, speeds = [], []
    for _ in range(ROUNDS):
        contender.prepare(REAL)
        began = perf_counter()
        contender.fire(REAL)
        speeds.append(REAL / (perf_counter() - began))
        gc.collect()
        memory.append(resident())
    return {"each_second": median(speeds), "resident": memory}


def _copy(file: Path, times: int) -> None:
    """Copy every dyad so often, less one: itself."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -400000")
        connection.execute("CREATE TEMP TABLE copy (c INTEGER PRIMARY KEY)")
        connection.executemany("INSERT INTO temp.copy VALUES (?)", [(n,) for n in range(1, times)])
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("PRAGMA defer_foreign_keys = ON")
        for table, own in COPIES.items():
            _copy_table(connection, table, own)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _copy_table(connection: sqlite3.Connection, table: str, own: tuple[str, ...]) -> None:
    columns = [name for _, name, *_ in connection.execute(f"PRAGMA table_info({table})")]
    said = [_said(name, own) for name in columns]
    connection.execute(f"""INSERT INTO {table} ({", ".join(columns)}) SELECT {", ".join(said)}
        FROM temp.copy, (SELECT * FROM {table}) ORDER BY c""")


def _said(name: str, own: tuple[str, ...]) -> str:
    """What a copy has in a column."""
    if name in NUMBERED:
        return f"{name} + c * {NUMBERED[name]}" if name in own else name
    if name == "next_due_at":
        return f"{name} + {LATER} + c * 1000"
    return f"{name} || '-' || c" if name in own else name


if __name__ == "__main__":
    if sys.argv[1] == "copy":
        _copy(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        print(json.dumps(measure(Path(sys.argv[1]))))

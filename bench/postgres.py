"""How fast is a store on PostgreSQL: four writers beside raw psycopg loops, and what is due among a million dyads?

    python -m bench.postgres <folder>

The server is begun on the folder with every write synced, as in earnest. A raw loop is what one would write by hand
against the same tables, indexes included: begin, read and hold the dyad's row, update it, insert a row for each record
and one for the command's id, commit. Ours and raw ones take turns, each time four processes at once.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any
from urllib.parse import quote

import psycopg

from bench.engines.ours import DAY, MONDAY
from bench.lives import YEARS
from dyade import Decision, Engine
from tests.postgres import Server

ROOT = Path(__file__).parents[1]
PROGRAMS = Path(__file__).with_name("programs")
WRITERS, DYADS, FIRES, ROUNDS = 4, 20, 40, 5
FEW, MANY, ASKED = 1_000, 1_000_000, 200
SAMPLE = "D-1"


# ----------------------------------------------------------------------------------------------------- the two writers


class Ours:
    """An engine, as a web service holds one."""

    def __init__(self, url: str, keys: str, name: str) -> None:
        self.now = MONDAY
        self.name = name
        self.engine = Engine.open(url, PROGRAMS, lambda: self.now, keys=keys)
        for person in ("ana", "bob", "cleo"):
            self.engine.add_person(person, person, attributes={"years": YEARS})

    def begin(self) -> str:
        """Bring a dyad under way."""
        begun = self.engine.start("bench", "cleo", {"mentee": "ana", "mentor": "bob", "coordinator": "cleo"})
        assert isinstance(begun, Decision), begun
        for event, actor in (("match", "cleo"), ("agree", "ana"), ("begin", "ana")):
            assert isinstance(self.engine.fire(begun.dyad.id, event, actor), Decision), event
        return begun.dyad.id

    def fire(self, dyads: Sequence[str]) -> None:
        """Fire in each dyad in turn, under ids as clients give them."""
        for n in range(FIRES):
            for dyad in dyads:
                self.now += DAY // 100
                event = ("pause", "resume")[n % 2]
                outcome = self.engine.fire(dyad, event, "ana", id=f"{self.name}-{dyad}-{n}")
                assert isinstance(outcome, Decision), outcome


class Raw:
    """A dozen lines of psycopg, in tables of their own that are made like ours."""

    def __init__(self, url: str, _keys: str, name: str) -> None:
        self.connection = psycopg.connect(url, autocommit=True)
        self.name = name
        self.dyad = self._rows("SELECT * FROM dyads WHERE id = %s")[0]
        self.records = self._rows(
            "SELECT * FROM records WHERE dyad = %s AND revision = (SELECT MAX(revision) FROM dyads)"
        )
        [self.command] = self._rows("SELECT * FROM commands WHERE dyad = %s LIMIT 1")
        self.connection.execute("SET search_path = raw")

    def _rows(self, text: str) -> list[dict[str, Any]]:
        with self.connection.cursor(row_factory=psycopg.rows.dict_row) as cursor:
            return cursor.execute(text, (SAMPLE,)).fetchall()

    def _insert(self, table: str, row: dict[str, Any]) -> None:
        places = ", ".join(["%s"] * len(row))
        text = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})"
        self.connection.execute(text, list(row.values()))

    def begin(self) -> str:
        """Insert a dyad."""
        [number] = self.connection.execute("SELECT nextval('numbers')").fetchone() or (0,)
        self._insert("dyads", self.dyad | {"number": number, "id": f"R-{number}", "revision": 0})
        return f"R-{number}"

    def fire(self, dyads: Sequence[str]) -> None:
        """Keep the same bytes again and again."""
        execute = self.connection.execute
        kept = {k: v for k, v in self.dyad.items() if k not in ("number", "id", "revision", "program", "behaviour")}
        sets = ", ".join(f"{name} = %s" for name in kept)
        records = [{k: v for k, v in row.items() if k != "seq"} for row in self.records]
        for n in range(FIRES):
            for dyad in dyads:
                execute("BEGIN")
                text = "SELECT number, revision, public FROM dyads WHERE id = %s FOR UPDATE"
                number, revision, _ = execute(text, (dyad,)).fetchone() or (0, 0, "")
                text = f"UPDATE dyads SET revision = %s, {sets} WHERE number = %s AND revision = %s"
                values = [revision + 1, *kept.values(), number, revision]
                assert execute(text, values).rowcount == 1
                for row in records:
                    self._insert("records", row | {"dyad": dyad, "revision": revision + 1})
                self._insert("commands", self.command | {"id": f"{self.name}-{dyad}-{n}", "dyad": dyad})
                execute("COMMIT")


def write(kind: str, url: str, keys: str, name: str) -> None:
    """Be one of the writers: make ready, wait to be told, and tell when it is done."""
    writer = (Ours if kind == "ours" else Raw)(url, keys, name)
    dyads = [writer.begin() for _ in range(DYADS)]
    writer.fire(dyads[:1])
    dyads = [writer.begin() for _ in range(DYADS)]
    print("ready", flush=True)
    sys.stdin.readline()
    writer.fire(dyads)
    print("done", flush=True)


def together(kind: str, url: str, keys: str, writers: int, turn: int) -> float:
    """So many writers at once: how many commands they keep in a second."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", "bench.postgres", "write", kind, url, keys]
    children = [
        subprocess.Popen([*command, f"{kind}{turn}-{n}"], cwd=ROOT, stdin=pipe, stdout=pipe, text=True)
        for n in range(writers)
    ]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    began = perf_counter()
    for child in children:
        assert child.stdin is not None
        child.stdin.write("\n")
        child.stdin.flush()
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "done\n"
    spent = perf_counter() - began
    for child in children:
        child.communicate()
    return writers * DYADS * FIRES / spent


# -------------------------------------------------------------------------------------------------------- the measures


@contextmanager
def served(place: Path) -> Iterator[str]:
    """A server in a folder, whose every answer is on the disk."""
    server = Server(place, fsync="on", full_page_writes="on", shared_buffers="256MB")
    server.make()
    server.start()
    try:
        yield server.url
    finally:
        server.stop()


def writers(url: str, keys: str) -> dict[str, Any]:
    """Ours and raw ones, one at a time and four at once."""
    first = Ours(url, keys, "sample")
    first.fire([first.begin()])
    first.engine.close()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA raw")
        connection.execute("CREATE SEQUENCE raw.numbers")
        for table in ("dyads", "records", "commands"):
            connection.execute(f"CREATE TABLE raw.{table} (LIKE {table} INCLUDING ALL)")
    found: dict[int, list[tuple[float, float]]] = {1: [], WRITERS: []}
    for turn in range(ROUNDS):
        for many in found:
            ours = together("ours", url, keys, many, turn * 10 + many)
            found[many].append((ours, together("raw", url, keys, many, turn * 10 + many)))
    return {
        str(many): {
            "ours": median(ours for ours, _ in turns),
            "raw": median(raw for _, raw in turns),
            "ratio": median(ours / raw for ours, raw in turns),
        }
        for many, turns in found.items()
    }


def due(url: str) -> dict[str, Any]:
    """Microseconds of asking for fifty dyads that are due, and of holding them, among few and among many."""
    found: dict[str, Any] = {}
    sizes = {}
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA large")
        connection.execute("CREATE TABLE large.dyads (LIKE dyads INCLUDING ALL)")
        connection.execute("INSERT INTO large.dyads SELECT * FROM dyads WHERE id = 'D-1'")
    large = f"{url}?options={quote('-csearch_path=large')}"
    last = 1
    for many in (FEW, MANY):
        with psycopg.connect(large, autocommit=True) as connection:
            connection.execute(
                """INSERT INTO dyads SELECT n, 'X-' || n, program, behaviour, revision, rank, created_at, at, leaf,
                outcome, at + (n * 7919 %% 100003) * 1000000, hash, checksum, public, private
                FROM dyads, generate_series(%s::bigint, %s::bigint) n WHERE number = 1""",
                (last + 1, many),
            )
            last = many
            connection.execute("VACUUM ANALYZE dyads")
            found[str(many)] = _asked(connection)
            [sizes[many]] = connection.execute("SELECT pg_total_relation_size('dyads')").fetchone() or (0,)
    found["ratio"] = found[str(MANY)]["due"] / found[str(FEW)]["due"]
    found["bytes"] = sizes[MANY] // MANY
    return found


def _asked(connection: psycopg.Connection[Any]) -> dict[str, float]:
    listed = """SELECT next_due_at, number, id FROM dyads WHERE next_due_at <= %s AND (next_due_at, number) > (%s, %s)
        ORDER BY next_due_at, number LIMIT 50"""
    held = """SELECT next_due_at, number, id FROM dyads WHERE next_due_at <= %s ORDER BY next_due_at, number LIMIT 50
        FOR NO KEY UPDATE SKIP LOCKED"""
    return {
        "due": _microseconds(connection, listed, (2**62, -(2**62), 0)),
        "claim": _microseconds(connection, held, (2**62,)),
    }


def _microseconds(connection: psycopg.Connection[Any], text: str, values: tuple[int, ...]) -> float:
    times = []
    for _ in range(ASKED):
        began = perf_counter()
        rows = connection.execute(text, values).fetchall()
        times.append(perf_counter() - began)
        assert len(rows) == 50
    return median(times) * 1e6


def measure(place: Path) -> dict[str, Any]:
    """Measure on a server of its own under this folder."""
    with tempfile.TemporaryDirectory(dir=place, prefix=".venv-bench-") as folder:  # a name that git ignores
        Path(folder).chmod(0o755)
        with served(Path(folder) / "server") as url:
            return {"writers": writers(url, f"{folder}/keys"), "due": due(url)}


if __name__ == "__main__":
    if sys.argv[1] == "write":
        write(*sys.argv[2:])
    else:
        print(json.dumps(measure(Path(sys.argv[1]))))

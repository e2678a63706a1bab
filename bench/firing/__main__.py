"""How fast are reminders that are due fired, beside a scheduler and a queue, in the same run and on the same store?

    python -m bench.firing <folder> [the Python of the peers]

They take turns, each in a process of its own: two thousand reminders each time, five times. Ours are of two thousand
dyads, begun before, with people of their own: each is a whole decision with its record, its message and the next due
instant. A job of the others does nothing but count.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import psycopg

from bench.postgres import ROOT, served

EACH, TURNS = 2_000, 5
"""Dyads, each of which has a reminder due at each turn: ten thousand in all."""
ON_FILE = {"ours": "ours", "scheduler": "scheduler", "scheduler, our journal": "scheduler"}
ON_SERVER = {"ours": "ours", "scheduler": "scheduler", "jobs": "jobs", "jobs, ten at once": "jobs"}


def measure(place: Path, peers: str) -> dict[str, Any]:
    """Measure in folders of their own under this one."""
    return {"sqlite": _on_file(place, peers), "postgresql": _on_server(place, peers)}


def _on_file(place: Path, peers: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(dir=place, prefix=".venv-bench-") as folder:  # a name that git ignores
        stores = {name: f"sqlite:///{folder}/{at}.db" for at, name in enumerate(ON_FILE)}
        stores["scheduler, our journal"] += "#wal"
        return _turns(ON_FILE, stores, folder, peers)


def _on_server(place: Path, peers: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(dir=place, prefix=".venv-bench-") as folder:
        Path(folder).chmod(0o755)
        with served(Path(folder) / "server") as url:
            with psycopg.connect(url, autocommit=True) as connection:
                for at in range(len(ON_SERVER)):
                    connection.execute(f"CREATE DATABASE contender_{at}".encode())
            stores = {name: f"{url.rpartition('/')[0]}/contender_{at}" for at, name in enumerate(ON_SERVER)}
            stores["jobs, ten at once"] += "#ten"
            return _turns(ON_SERVER, stores, folder, peers)


def _turns(contenders: Mapping[str, str], stores: Mapping[str, str], folder: str, peers: str) -> dict[str, Any]:
    with ExitStack() as stack:
        children = {
            name: stack.enter_context(_begun(module, stores[name], folder, peers))
            for name, module in contenders.items()
        }
        said = {name: _answer(child) for name, child in children.items()}
        turns: dict[str, list[dict[str, float]]] = {name: [] for name in contenders}
        for turn in range(TURNS + 1):
            for name, child in children.items():
                found = _ordered(child, EACH)
                if turn:  # the first one warms up
                    turns[name].append(found)
    return {name: said[name] | _figures(turns[name], turns["ours"]) for name in contenders}


def _figures(turns: list[dict[str, float]], ours: list[dict[str, float]]) -> dict[str, Any]:
    return {
        "each_second": median(EACH / one["seconds"] for one in turns),
        "cpu": median(one["cpu"] / EACH * 1e6 for one in turns),
        "ratio": median(one["seconds"] / our["seconds"] for one, our in zip(turns, ours, strict=True)),
        "resident": [one["resident"] for one in turns],
    }


@contextmanager
def _begun(module: str, store: str, folder: str, peers: str) -> Iterator[subprocess.Popen[str]]:
    python = sys.executable if module == "ours" else peers
    command = [python, "-m", "bench.firing.contender", module, store, folder, str(EACH)]
    child = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield child
    finally:
        child.kill()
        child.communicate()


def _ordered(child: subprocess.Popen[str], count: int) -> dict[str, float]:
    assert child.stdin is not None
    child.stdin.write(f"{count}\n")
    child.stdin.flush()
    return _answer(child)


def _answer(child: subprocess.Popen[str]) -> dict[str, Any]:
    assert child.stdout is not None
    answer: dict[str, Any] = json.loads(child.stdout.readline())
    return answer


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else sys.executable)))

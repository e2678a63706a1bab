"""Measure everything and show it: one table on the screen, all of it in a JSON file.

python -m bench --peers .venv-bench/bin/python
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench import machine, rounds
from bench.children import ROOT, engines, is_compiled
from bench.tables import shown
from bench.targets import targets

RESULTS = Path(__file__).with_name("results.json")
IN_MEMORY = Path("/dev/shm")


def main() -> None:
    """Measure, in the order: lives, what lasts, the shell, the growth, what is due, the server, the crowd."""
    asked = _arguments()
    found: dict[str, Any] = {"machine": machine.described(), "compiled": is_compiled()}
    found["load"] = {"before": machine.load()}
    _say("lives…")
    report = rounds.run(engines(asked.peers, asked.node))
    found["lives"] = report._asdict()
    _say("what lasts…")
    found["durable"] = [_durable(place, ids) for place in _places(Path(asked.at)) for ids in (False, True)]
    _say("the shell…")
    found["shell"] = _told("bench.shell")
    _say("growth…")
    found["scale"] = _told("bench.scale")
    _say("what is due…")
    found["firing"] = _told("bench.firing", asked.at, asked.peers or sys.executable)
    _say("the server…")
    found["postgres"] = _told("bench.postgres", asked.at)
    _say("the crowd…")
    found["crowd"] = _told("bench.crowd", asked.at)
    found["load"]["after"] = machine.load()
    found["targets"] = [target._asdict() for target in targets(report, found)]
    RESULTS.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(shown(report, found))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="How fast is dyade, beside its peers?")
    parser.add_argument("--peers", help="the Python of the peers' virtual environment")
    parser.add_argument("--node", default=shutil.which("node"), help="Node, for XState")
    parser.add_argument("--at", default=str(ROOT), help="the folder on whose file system stores are made")
    return parser.parse_args()


def _places(at: Path) -> list[Path]:
    """Where stores are made: there, and in memory, where a sync costs nothing and only the work is seen."""
    return [at, IN_MEMORY] if IN_MEMORY.is_dir() and machine.file_system(at) != "tmpfs" else [at]


def _durable(place: Path, with_ids: bool) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(dir=place, prefix=".venv-bench-") as folder:  # a name that git ignores
        found = _told("bench.durable", folder, *(["with-ids"] if with_ids else []))
    return {"file_system": machine.file_system(place), "with_ids": with_ids, **found}


def _told(*command: str) -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()

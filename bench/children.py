"""Who takes part? Each engine lives in a process of its own, which is ordered about by lines of JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from bench.lives import Step

ROOT = Path(__file__).parents[1]
OURS, SOURCE, REMEMBERED, YARDSTICK = "ours", "source", "remembered", "flat"
PEERS = ("flat", "flat_shared", "nested", "chart_class", "chart_yaml", "chart_sismic", "process")
OWN = ("flat", "flat_shared", "nested")
"""Those of a library that dyade stands on."""
XSTATE = "xstate"


class Engine(NamedTuple):
    """An engine and how its process is begun."""

    id: str
    command: tuple[str, ...]
    path: str | None = None
    """Where its packages are looked up first; `None` for where this process looks."""


def engines(peers: str | None, node: str | None) -> list[Engine]:
    """Ours, on this Python; the peers, on theirs (without one, those that dyade needs itself); XState, on Node."""
    found = [_python(OURS, sys.executable)]
    if is_compiled():
        found.append(Engine(SOURCE, (sys.executable, "-m", "bench.worker", OURS), path=""))
    found += [_python(name, peers or sys.executable) for name in (PEERS if peers else OWN)]
    if node:
        found.append(Engine(XSTATE, (node, "--expose-gc", str(ROOT / "bench" / "xstate" / "worker.mjs"))))
    return found


def is_compiled() -> bool:
    """Whether the dyade that is measured was compiled: then its sources are measured too."""
    found = find_spec("dyade.flow.decide")
    return found is not None and not (found.origin or "").endswith(".py")


def remembered() -> Engine:
    """What our service remembers of a dyad: it is only weighed."""
    return _python(REMEMBERED, sys.executable)


def _python(name: str, python: str) -> Engine:
    return Engine(name, (python, "-m", "bench.worker", name))


class Absent(Exception):
    """An engine could not be begun."""


class Child:
    """The process of one engine."""

    def __init__(self, engine: Engine) -> None:
        self.id = engine.id
        pipe = subprocess.PIPE
        env = None if engine.path is None else os.environ | {"PYTHONPATH": engine.path}
        try:
            self._process = subprocess.Popen(
                engine.command, cwd=ROOT, env=env, text=True, stdin=pipe, stdout=pipe, stderr=pipe
            )
        except OSError as error:
            raise Absent(f"{engine.id}: {error}") from None
        self.greeting = self._answer()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def end(self) -> None:
        """Let it go: it ends when nobody asks any more."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)
        for pipe in (self._process.stdout, self._process.stderr):
            assert pipe is not None
            pipe.close()

    def order(self, do: str, steps: Sequence[Step], lives: int) -> dict[str, Any]:
        """Have something done, and wait for the answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": do, "steps": steps, "lives": lives}) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            assert self._process.stderr is not None
            said = self._process.stderr.read().strip().splitlines()
            raise Absent(f"{self.id}: {said[-1] if said else 'it ended without a word'}")
        answer: dict[str, Any] = json.loads(line)
        return answer

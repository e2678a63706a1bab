"""Lives the lives in one engine, in a process of its own, as it is told: a line of JSON in, a line of JSON out.

    python -m bench.worker flat

An engine is a module of `bench.engines` with `NAME`, `PACKAGE`, `make()`, `play(life, steps)`, `end(life)`, and where
it has something to say: `prepare(steps)`, `forget(life)`, `idle(number, steps)`. Only `play` is timed as playing.
"""

from __future__ import annotations

import gc
import importlib
import json
import platform
import sys
import tracemalloc
from collections.abc import Callable, Sequence
from importlib.metadata import version
from time import perf_counter_ns
from typing import Any

from bench.lives import Step


class Worker:
    """One engine and what it may be ordered to do."""

    def __init__(self, name: str) -> None:
        self.engine: Any = importlib.import_module(f"bench.engines.{name}")

    def greeting(self) -> dict[str, Any]:
        """Who lives here."""
        package = version(self.engine.PACKAGE)
        return {"name": self.engine.NAME, "package": self.engine.PACKAGE, "version": package, "on": _python()}

    def play(self, steps: Sequence[Step], lives: int) -> dict[str, Any]:
        """Live so many lives; the nanoseconds of making them and of playing them, and how the last one went."""
        engine = self.engine
        prepared = engine.prepare(steps) if hasattr(engine, "prepare") else steps
        gc.collect()
        began = perf_counter_ns()
        made = [engine.make() for _ in range(lives)]
        ready = perf_counter_ns()
        for life in made:
            accepted = engine.play(life, prepared)
        ended = perf_counter_ns()
        answer = {"making": ready - began, "playing": ended - ready, "accepted": accepted, "end": engine.end(made[-1])}
        self._forget(made)
        return answer

    def weigh(self, steps: Sequence[Step], lives: int) -> dict[str, Any]:
        """Give the bytes that a dyad takes while it waits, on the average of many."""
        for number in range(10):
            self._forget([self._idle(number, steps)])
        gc.collect()
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        kept: list[Any] = [None] * lives
        before += sys.getsizeof(kept)
        for number in range(lives):
            kept[number] = self._idle(number, steps)
        gc.collect()
        weight = tracemalloc.get_traced_memory()[0] - before
        tracemalloc.stop()
        self._forget(kept)
        return {"bytes": round(weight / lives)}

    def _idle(self, number: int, steps: Sequence[Step]) -> Any:
        if hasattr(self.engine, "idle"):
            return self.engine.idle(number, steps)
        life = self.engine.make()
        self.engine.play(life, steps)
        return life

    def _forget(self, lives: list[Any]) -> None:
        if hasattr(self.engine, "forget"):
            for life in lives:
                self.engine.forget(life)

    def play_validated(self, steps: Sequence[Step], lives: int) -> dict[str, Any]:
        """The same as `play`, where what is submitted was validated before."""
        with self.engine.validated():
            return self.play(steps, lives)

    def kinds(self, steps: Sequence[Step], lives: int) -> dict[str, Any]:
        """Time each kind of step apart."""
        return {"kinds": self.engine.kinds(steps, lives)}


def _python() -> str:
    return f"{platform.python_implementation()} {platform.python_version()}"


def main() -> None:
    """Greet, then obey until nobody asks any more."""
    worker = Worker(sys.argv[1])
    print(json.dumps(worker.greeting()), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        do: Callable[..., dict[str, Any]] = getattr(worker, order["do"])
        print(json.dumps(do([Step(*step) for step in order["steps"]], order["lives"])), flush=True)


if __name__ == "__main__":
    main()

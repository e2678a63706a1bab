"""sismic: a statechart in YAML, its conditions and actions in Python."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sismic.interpreter import Interpreter
from sismic.io import import_from_yaml

from bench.lives import End, Step

NAME = "sismic"
PACKAGE = "sismic"
CHART = import_from_yaml(filepath=Path(__file__).with_name("chart.sismic.yaml"))


def make() -> Any:
    """Begin a dyad: the first run enters the initial state."""
    life = Interpreter(CHART)
    life.execute()
    return life


def play(life: Any, steps: Sequence[Step]) -> list[bool]:
    """Queue and run each step; say which were accepted: those that took a transition."""
    accepted = []
    for event, given, _ in steps:
        ran = life.queue(event, **given).execute()
        accepted.append(any(step.transitions for step in ran))
    return accepted


def end(life: Any) -> End:
    """Read how the life ended."""
    data = life.context
    return End(life.configuration[-1], len(data["logs"]), sum(data["logs"]), data["reviewed"], data["recesses"])

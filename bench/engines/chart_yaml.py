"""python-statemachine, the chart as YAML, read as untrusted: its names are those of the model that it is given.

A document may hold its own data too, but 3.2.2 makes them once, for the first chart of each document.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from statemachine.io import load

from bench.engines.chart_class import end, play
from bench.model import Model

__all__ = ["NAME", "PACKAGE", "end", "make", "play"]

NAME = "python-statemachine, YAML"
PACKAGE = "python-statemachine"
Mentoring = load(Path(__file__).with_name("chart.python-statemachine.yaml"))
Mentoring.allow_event_without_transition = False


def make() -> Any:
    """Begin a dyad."""
    return Mentoring(model=Model())

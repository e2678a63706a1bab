"""What was promised, and is it kept?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from bench.children import OURS
from bench.rounds import Report, paired, times

TRIGGER, AIM = 1.5, 1.0
"""Times a registered trigger of `transitions`: at most, and what is aimed at."""
IDLE = 2_048
"""Bytes."""
LASTING = 1.5
"""Times a raw loop."""
CHECK, ADVANCE = 0.4, 0.5
"""Seconds."""
SCHEDULED, QUEUED = 5.0, 20.0
"""Times the throughput of a scheduler's job store, and of a queue's plain jobs, at least."""
AMONG_MANY = 1.3
"""Times what finding what is due costs among a thousand."""
AT_ONCE = 0.6
"""Of what a raw loop keeps, four writers at once: at least."""
FLAT = 1.05
"""Times the memory that a worker had after its second round."""
LINEAR = 1.2
"""The power that still counts as linear: eight times the states, twelve times the time."""


class Target(NamedTuple):
    """A figure and the most that it may be, or the least."""

    what: str
    found: float | None
    most: float
    unit: str
    aim: float | None = None
    at_least: bool = False

    @property
    def verdict(self) -> str:
        """`pass`, `miss`, or that it was not measured."""
        if self.found is None:
            return "not measured"
        if self.found < self.most if self.at_least else self.found > self.most:
            return "MISS"
        return "pass" if self.aim is None or self.found <= self.aim else f"pass (the aim is {self.aim:g})"


def targets(report: Report, found: Mapping[str, Any]) -> list[Target]:
    """Every target, with what was found."""
    entries = times(report, "entries", report.validated)
    moves = paired(report, "moves", OURS)
    disk = found["durable"][0]
    scale = found["scale"]["exponents"]
    shell = found["shell"]
    return [
        Target("whole decision, life of entries, validation apart", entries, TRIGGER, "× a trigger", AIM),
        Target("whole decision, life of moves", moves, TRIGGER, "× a trigger", AIM),
        Target("memory of a dyad that waits", report.weights.get(OURS), IDLE, "bytes"),
        Target(f"fire that lasts, {disk['file_system']}, full sync", disk["ratio"], LASTING, "× the raw loop"),
        Target("check, from the shell", shell["check"], CHECK, "s"),
        Target("check, growth with the states, as text", scale["text"], LINEAR, "th power"),
        Target("check, growth to 2,000 states, on the model", scale["model"], LINEAR, "th power"),
        Target("advance, from the shell", shell["advance"], ADVANCE, "s"),
        *_of_time(found),
    ]


def _of_time(found: Mapping[str, Any]) -> list[Target]:
    """Those of reminders that are due, and of many dyads."""
    file, server, crowd = found["firing"]["sqlite"], found["firing"]["postgresql"], found["crowd"]
    memory = crowd["rounds"]["resident"]
    grown = memory[-1] / memory[1] if memory[1] else None
    writers = found["postgres"]["writers"]["4"]["ratio"]
    return [
        _least("due reminders on SQLite, full sync", file["scheduler"]["ratio"], SCHEDULED, "× APScheduler"),
        _least("due reminders on PostgreSQL", server["scheduler"]["ratio"], SCHEDULED, "× APScheduler"),
        _least("due reminders on PostgreSQL, beside jobs", server["jobs"]["ratio"], QUEUED, "× procrastinate"),
        Target("what is due among 1,000,000, on SQLite", crowd["due"]["ratio"], AMONG_MANY, "× among 1,000"),
        Target(
            "what is due among 1,000,000, on PostgreSQL", found["postgres"]["due"]["ratio"], AMONG_MANY, "× the same"
        ),
        _least("four writers on PostgreSQL", writers, AT_ONCE, "× raw psycopg loops"),
        Target("memory of a worker, after ten rounds", grown, FLAT, "× after two"),
    ]


def _least(what: str, found: float, least: float, unit: str) -> Target:
    return Target(what, found, least, unit, at_least=True)

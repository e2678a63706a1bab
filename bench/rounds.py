"""How fast does each engine live the lives? In rounds through all of them, in processes begun anew a few times.

Every engine must live as the life says: the same steps accepted, the same refused, the same end.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from statistics import median
from typing import Any, NamedTuple

from bench.children import OURS, REMEMBERED, YARDSTICK, Absent, Child, Engine, remembered
from bench.lives import IDLE, LIVES, Life

BLOCKS, ROUNDS = 3, 5
"""Times that the processes are begun, and rounds in each."""
STRETCH = 60_000_000
"""Nanoseconds that an engine plays for, about, in a round."""
MOST_LIVES = 2_000
IDLES = 1_000
"""Dyads among which the weight of one is found."""


class Otherwise(AssertionError):
    """An engine did not live as the life says."""


class Speed(NamedTuple):
    """What one round told of one engine, in microseconds."""

    event: float
    making: float


class Report(NamedTuple):
    """What all rounds told."""

    present: dict[str, dict[str, Any]]
    """Engine → its greeting."""
    absent: list[str]
    speeds: dict[str, dict[str, list[Speed]]]
    """Life → engine → a speed for each round; those of one rank were measured one after the other."""
    validated: list[Speed]
    """Ours in the life of entries, where what is submitted was validated before: a speed for each round."""
    kinds: dict[str, dict[str, tuple[float, int]]]
    """Life → kind of step → (our microseconds, how many in the life)."""
    weights: dict[str, int]
    """Engine → bytes of a dyad that waits."""


def run(engines: Sequence[Engine]) -> Report:
    """Do all rounds."""
    report = Report({}, [], {name: {} for name in LIVES}, [], {}, {})
    for block in range(BLOCKS):
        with ExitStack() as stack:
            children = _begun(stack, engines, report, first=block == 0)
            for name, life in LIVES.items():
                _block(children, name, life, report)
            if block == BLOCKS - 1:
                _once(children, report)
    return report


def _begun(stack: ExitStack, engines: Sequence[Engine], report: Report, first: bool) -> list[Child]:
    children = []
    for engine in engines:
        try:
            child = stack.enter_context(Child(engine))
        except Absent as absent:
            if first:
                report.absent.append(str(absent))
        else:
            report.present[child.id] = child.greeting
            children.append(child)
    return children


def _block(children: Sequence[Child], name: str, life: Life, report: Report) -> None:
    lives = {child.id: _enough(child, life) for child in children}
    for _ in range(ROUNDS):
        for child in children:
            found = _speed(child, "play", life, lives[child.id])
            report.speeds[name].setdefault(child.id, []).append(found)
            if child.id == OURS and name == "entries":
                report.validated.append(_speed(child, "play_validated", life, lives[child.id]))


def _speed(child: Child, order: str, life: Life, lives: int) -> Speed:
    answer = _lived(child, life, lives, order)
    return Speed(answer["playing"] / (lives * len(life.steps)) / 1000, answer["making"] / lives / 1000)


def _enough(child: Child, life: Life) -> int:
    """Warm up; find how many lives fill a stretch. What the first life imports and prepares is no part of it."""
    _lived(child, life, 1)
    lives = 1
    while True:
        spent: int = _lived(child, life, lives)["playing"]
        if spent >= STRETCH / 4 or lives >= MOST_LIVES:
            return max(2, min(MOST_LIVES, round(lives * STRETCH / spent)))
        lives = min(MOST_LIVES, 4 * lives)


def _lived(child: Child, life: Life, lives: int, order: str = "play") -> dict[str, Any]:
    answer = child.order(order, life.steps, lives)
    wanted = [step.accepted for step in life.steps]
    if answer["accepted"] != wanted or tuple(answer["end"]) != tuple(life.end):
        raise Otherwise(f"{child.id}: {answer['accepted']} {answer['end']}, not {wanted} {life.end}")
    return answer


def _once(children: Sequence[Child], report: Report) -> None:
    for child in children:
        report.weights[child.id] = child.order("weigh", IDLE, IDLES)["bytes"]
        if child.id == OURS:
            for name, life in LIVES.items():
                kinds = child.order("kinds", life.steps, 200)["kinds"]
                report.kinds[name] = {kind: (ns / n / 200 / 1000, n) for kind, (ns, n) in kinds.items()}
    with Child(remembered()) as child:
        report.weights[REMEMBERED] = child.order("weigh", IDLE, IDLES)["bytes"]


def paired(report: Report, life: str, engine: str) -> float | None:
    """An engine's time as a multiple of the yardstick's, round by round."""
    speeds = report.speeds[life].get(engine, ())
    return times(report, life, speeds) if speeds else None


def times(report: Report, life: str, speeds: Sequence[Speed]) -> float | None:
    """Some speeds, one for each round, as a multiple of the yardstick's of the same round."""
    yardstick = report.speeds[life].get(YARDSTICK, ())
    return median(one.event / yard.event for one, yard in zip(speeds, yardstick, strict=True)) if yardstick else None


def middle(speeds: Sequence[Speed]) -> Speed:
    """The median round."""
    return Speed(median(one.event for one in speeds), median(one.making for one in speeds))

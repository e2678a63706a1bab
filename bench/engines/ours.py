"""dyade: a whole decision for each step, with its records, what follows by itself and the next due instant.

As the service does, each decision is told until when time has nothing to do: the next due instant of the one before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter_ns
from typing import Any, NamedTuple

from bench.lives import YEARS, End, Step
from dyade.flow import given
from dyade.flow.decide import decide
from dyade.flow.dyad import Dyad
from dyade.flow.messages import Command, Fill, Fire, Start
from dyade.flow.outcome import Context, Decision
from dyade.program.load import load

NAME = "dyade, a whole decision"
PACKAGE = "dyade"
PROGRAM = load((Path(__file__).parents[1] / "programs" / "bench.yaml").read_bytes(), "bench.yaml")
FORMS = ("log", "review")
COORDINATED = ("match", "send_back", "approve")
MONDAY = int(datetime(2026, 9, 21, 14, tzinfo=UTC).timestamp()) * 1_000_000
DAY = 86_400 * 1_000_000
NEVER = 2**62


class Asked(NamedTuple):
    """A step as a command, and the instant at which it comes."""

    command: Command
    now: int


class Living:
    """A dyad and until when time leaves it alone."""

    __slots__ = ("dyad", "quiet")

    def __init__(self, dyad: Dyad, quiet: int) -> None:
        self.dyad = dyad
        self.quiet = quiet


def make(number: int = 0) -> Living:
    """Begin a dyad, with people of its own."""
    people = {"mentee": (f"ana-{number}",), "mentor": (f"bob-{number}",), "coordinator": (f"cleo-{number}",)}
    context = Context(MONDAY, profiles={f"bob-{number}": {"years": YEARS}})
    begun = decide(PROGRAM, None, Start(f"cleo-{number}", people), context, f"D-{number}")
    assert isinstance(begun, Decision), begun
    return Living(begun.dyad, begun.next_due or NEVER)


def prepare(steps: Sequence[Step], number: int = 0) -> list[Asked]:
    """Write the steps as the commands that a host sends, a day apart."""
    return [Asked(_command(step, number), MONDAY + day * DAY) for day, step in enumerate(steps, 1)]


def _command(step: Step, number: int) -> Command:
    if step.event in FORMS:
        return Fill(f"ana-{number}", step.event, step.given)
    return Fire(f"cleo-{number}" if step.event in COORDINATED else f"ana-{number}", step.event, step.given)


def play(life: Living, steps: Sequence[Asked]) -> list[bool]:
    """Decide each command; say which were accepted."""
    accepted = []
    dyad, quiet = life.dyad, life.quiet
    for command, now in steps:
        outcome = decide(PROGRAM, dyad, command, Context(now, quiet_until=quiet))
        if isinstance(outcome, Decision):
            dyad = outcome.dyad
            quiet = outcome.next_due or NEVER
            accepted.append(True)
        else:
            accepted.append(False)
    life.dyad, life.quiet = dyad, quiet
    return accepted


def end(life: Living) -> End:
    """Read how the life ended."""
    dyad = life.dyad
    logs = dyad.entries.get("log", ())
    hours = sum(entry.data["hours"] for entry in logs)
    return End(dyad.leaves[""], len(logs), hours, bool(dyad.entries.get("review")), dyad.fields.get("recesses") or 0)


@contextmanager
def validated() -> Iterator[None]:
    """While this lasts, what is submitted counts as validated before: all the rest of deciding is done."""
    sound = given.Asked.parse
    known: dict[int, tuple[Any, Any]] = {}

    def parse(asked: given.Asked, raw: Mapping[str, Any], *, partial: bool = False) -> Any:
        found = known.get(id(raw))
        if found is None:
            found = known[id(raw)] = raw, sound(asked, raw, partial=partial)
        return found[1]

    setattr(given.Asked, "parse", parse)  # noqa: B010
    try:
        yield
    finally:
        setattr(given.Asked, "parse", sound)  # noqa: B010


def kinds(steps: Sequence[Step], times: int) -> dict[str, tuple[int, int]]:
    """Time each kind of step of a life apart: (nanoseconds for all times, how many steps)."""
    life = make()
    spent: dict[str, tuple[int, int]] = {}
    for step, (command, now) in zip(steps, prepare(steps), strict=True):
        dyad, context = life.dyad, Context(now, quiet_until=life.quiet)
        began = perf_counter_ns()
        for _ in range(times):
            decide(PROGRAM, dyad, command, context)
        took = perf_counter_ns() - began
        kind = ("entry" if isinstance(command, Fill) else "move") if step.accepted else "refusal"
        ns, n = spent.get(kind, (0, 0))
        spent[kind] = (ns + took, n + 1)
        play(life, [Asked(command, now)])
    return spent


def idle(number: int, steps: Sequence[Step]) -> Dyad:
    """A dyad that waits, and nothing else of it."""
    life = make(number)
    play(life, prepare(steps, number))
    return life.dyad

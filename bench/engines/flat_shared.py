"""transitions, a flat machine that knows no model: events are triggered on light objects handed to it."""

from __future__ import annotations

from collections.abc import Sequence

from transitions import Machine, MachineError

from bench.engines.flat import STATES, TRANSITIONS
from bench.lives import End, Step
from bench.model import Model

NAME = "transitions, shared machine"
PACKAGE = "transitions"
MACHINE = Machine(None, states=STATES, initial="applied", transitions=TRANSITIONS, auto_transitions=False)


def make() -> Model:
    """Begin a dyad."""
    model = Model()
    model.state = "applied"
    return model


def play(life: Model, steps: Sequence[Step]) -> list[bool]:
    """Trigger each step; say which were accepted."""
    accepted = []
    events = MACHINE.events
    for event, given, _ in steps:
        try:
            accepted.append(events[event].trigger(life, **given))
        except MachineError:
            accepted.append(False)
    return accepted


def end(life: Model) -> End:
    """Read how the life ended."""
    return life.end(life.state)

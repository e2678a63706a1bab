"""The state graph: one flat `transitions` machine per region, shared by every dyad of a program version.

The machine proves that a move exists and makes it. Its models are light, thrown away and never registered; it has no
callback, no automatic transition and no condition: the guard's verdict is ours, reached before the machine is asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from transitions import Event, Machine, Transition
from transitions import MachineError as MachineError


class EndlessLoop(RuntimeError):
    """Automatic transitions set one another off without end: the program is at fault, and the checker missed it."""


class Place:
    """Where one region of one dyad stands: the model that a machine moves."""

    __slots__ = ("state",)

    def __init__(self, state: str) -> None:
        self.state = state


class Move(Transition):
    """A transition without callbacks: it moves the model, and that is all."""

    def execute(self, event_data: Any) -> bool:
        """Move the model (given in place of transitions' event data, which nothing here needs)."""
        event_data.state = self.dest
        return True


class Trigger(Event):
    """An event that has at most one transition from each state."""

    def trigger(self, model: Any, *_args: Any, **_kwargs: Any) -> bool:
        """Move the model, or raise `MachineError` where no transition leads on from its state."""
        found = self.transitions.get(model.state)
        if not found:
            raise MachineError(f"{self.name} does not leave {model.state}")
        return bool(found[0].execute(model))


class RegionMachine(Machine):
    """The machine of one region."""

    transition_cls = Move
    event_cls = Trigger
    separator = "."


def build(leaves: Iterable[str], initial: str, moves: Iterable[tuple[str, str, str]]) -> RegionMachine:
    """Build a machine from its leaves and its (trigger, source, target) moves."""
    machine = RegionMachine(model=None, states=list(leaves), initial=initial, auto_transitions=False)
    for trigger, source, target in dict.fromkeys(moves):
        machine.add_transition(trigger, source, target)
    return machine


def stock(leaves: Iterable[str], initial: str, moves: Iterable[tuple[str, str, str]]) -> Machine:
    """Build the same graph on the library's own classes, unhooked: the yardstick of the tests."""
    machine = Machine(model=None, states=list(leaves), initial=initial, auto_transitions=False)
    for trigger, source, target in dict.fromkeys(moves):
        machine.add_transition(trigger, source, target)
    return machine

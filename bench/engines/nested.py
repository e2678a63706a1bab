"""transitions, its nested machine: the compound state is one, with its two halves inside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from transitions import MachineError
from transitions.extensions import HierarchicalMachine
from transitions.extensions.nesting import NestedState

from bench.lives import End, Step
from bench.model import Model

NAME = "transitions, nested machine"
STATES: list[Any] = [
    "applied",
    "matched",
    "agreed",
    {"name": "active", "initial": "first_half", "children": ["first_half", "second_half"]},
    "recess",
    "approval",
    "done",
    "withdrawn",
]
TRANSITIONS: list[dict[str, Any]] = [
    {"trigger": "match", "source": "applied", "dest": "matched", "conditions": ["mentor_named", "mentor_experienced"]},
    {"trigger": "agree", "source": "matched", "dest": "agreed"},
    {"trigger": "begin", "source": "agreed", "dest": "active"},
    {"trigger": "log", "source": "active", "dest": None, "after": "write"},
    {
        "trigger": "review",
        "source": "active.first_half",
        "dest": "active.second_half",
        "conditions": "half_written",
        "after": "look_back",
    },
    {
        "trigger": "complete",
        "source": "active",
        "dest": "approval",
        "conditions": ["review_done", "all_written", "hours_done"],
    },
    {"trigger": "send_back", "source": "approval", "dest": "active.second_half"},
    {"trigger": "approve", "source": "approval", "dest": "done"},
    {"trigger": "pause", "source": "active", "dest": "recess", "conditions": "recess_left", "after": "count_recess"},
    {"trigger": "resume", "source": "recess", "dest": "active"},
    {"trigger": "withdraw", "source": "active", "dest": "withdrawn"},
]


class Place(NestedState):
    """A state whose path is written with dots, so that names may hold underscores."""

    separator = "."


class Nested(HierarchicalMachine):
    """The nested machine, with such paths."""

    state_cls = Place


MACHINE = Nested(None, states=STATES, initial="applied", transitions=TRANSITIONS, auto_transitions=False)


def make() -> Model:
    """Begin a dyad."""
    model = Model()
    MACHINE.add_model(model)
    return model


def prepare(steps: Sequence[Step]) -> Sequence[Step]:
    """Steps are called by their names."""
    return steps


def play(life: Any, steps: Sequence[Step]) -> list[bool]:
    """Trigger each step; say which were accepted."""
    accepted = []
    for event, given, _ in steps:
        try:
            accepted.append(bool(getattr(life, event)(**given)))
        except MachineError:
            accepted.append(False)
    return accepted


def end(life: Any) -> End:
    """Read how the life ended."""
    return life.end(life.state)


def forget(life: Any) -> None:
    """The machine keeps its models until told otherwise."""
    MACHINE.remove_model(life)

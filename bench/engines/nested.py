"""transitions, its nested machine: the compound state is one, with its two halves inside."""

from __future__ import annotations

from typing import Any

from transitions.extensions import HierarchicalMachine
from transitions.extensions.nesting import NestedState

from bench.engines.flat import end, play
from bench.model import Model

__all__ = ["NAME", "PACKAGE", "end", "forget", "make", "play"]

NAME = "transitions, nested machine"
PACKAGE = "transitions"
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


def forget(life: Any) -> None:
    """The machine keeps its models until told otherwise."""
    MACHINE.remove_model(life)

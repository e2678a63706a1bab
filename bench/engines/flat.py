"""transitions, a flat machine: each dyad is a model registered with it, as its documentation begins.

The two halves of the compound state are two states; what leaves the compound is listed from both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from transitions import Machine, MachineError

from bench.lives import End, Step
from bench.model import Model

NAME = "transitions, registered model"
PACKAGE = "transitions"
ACTIVE = ["first_half", "second_half"]
STATES = ["applied", "matched", "agreed", *ACTIVE, "recess", "approval", "done", "withdrawn"]
TRANSITIONS: list[dict[str, Any]] = [
    {"trigger": "match", "source": "applied", "dest": "matched", "conditions": ["mentor_named", "mentor_experienced"]},
    {"trigger": "agree", "source": "matched", "dest": "agreed"},
    {"trigger": "begin", "source": "agreed", "dest": "first_half"},
    {"trigger": "log", "source": ACTIVE, "dest": None, "after": "write"},
    {
        "trigger": "review",
        "source": "first_half",
        "dest": "second_half",
        "conditions": "half_written",
        "after": "look_back",
    },
    {
        "trigger": "complete",
        "source": ACTIVE,
        "dest": "approval",
        "conditions": ["review_done", "all_written", "hours_done"],
    },
    {"trigger": "send_back", "source": "approval", "dest": "second_half"},
    {"trigger": "approve", "source": "approval", "dest": "done"},
    {"trigger": "pause", "source": ACTIVE, "dest": "recess", "conditions": "recess_left", "after": "count_recess"},
    {"trigger": "resume", "source": "recess", "dest": "first_half"},
    {"trigger": "withdraw", "source": ACTIVE, "dest": "withdrawn"},
]
MACHINE = Machine(None, states=STATES, initial="applied", transitions=TRANSITIONS, auto_transitions=False)


def make() -> Model:
    """Begin a dyad."""
    model = Model()
    MACHINE.add_model(model)
    return model


def play(life: Any, steps: Sequence[Step]) -> list[bool]:
    """Trigger each step; say which were accepted."""
    accepted = []
    for event, given, _ in steps:
        try:
            accepted.append(getattr(life, event)(**given))
        except MachineError:
            accepted.append(False)
    return accepted


def end(life: Model) -> End:
    """Read how the life ended."""
    return life.end(life.state)


def forget(life: Any) -> None:
    """The machine keeps its models until told otherwise."""
    MACHINE.remove_model(life)

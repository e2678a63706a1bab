"""python-statemachine, the chart as a class: its conditions and actions are methods of the model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from statemachine import State, StateChart
from statemachine.exceptions import TransitionNotAllowed

from bench.lives import End, Step
from bench.model import Model

NAME = "python-statemachine, class"
PACKAGE = "python-statemachine"


class Mentoring(StateChart):  # type: ignore[misc] # its types are not where the rest is checked
    """The rules of `programs/bench.yaml`."""

    allow_event_without_transition = False

    applied = State(initial=True)
    matched = State()
    agreed = State()

    class active(State.Compound):  # type: ignore[misc] # noqa: N801 (a state is named as it is)
        """Under way."""

        first_half = State(initial=True)
        second_half = State()
        review = first_half.to(second_half, cond="half_written", on="look_back")

    recess = State()
    approval = State()
    done = State(final=True)
    withdrawn = State(final=True)

    match = applied.to(matched, cond=["mentor_named", "mentor_experienced"])
    agree = matched.to(agreed)
    begin = agreed.to(active)
    log = active.to.itself(internal=True, on="write")
    complete = active.to(approval, cond=["review_done", "all_written", "hours_done"])
    send_back = approval.to(active.second_half)
    approve = approval.to(done)
    pause = active.to(recess, cond="recess_left", on="count_recess")
    resume = recess.to(active)
    withdraw = active.to(withdrawn)


def make() -> Any:
    """Begin a dyad."""
    return Mentoring(Model())


def play(life: Any, steps: Sequence[Step]) -> list[bool]:
    """Send each step; say which were accepted."""
    accepted = []
    for event, given, _ in steps:
        try:
            life.send(event, **given)
        except TransitionNotAllowed:
            accepted.append(False)
        else:
            accepted.append(True)
    return accepted


def end(life: Any) -> End:
    """Read how the life ended."""
    model: Model = life.model
    return model.end([*life.configuration_values][-1])

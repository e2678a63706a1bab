"""What are the lives that every engine lives? Steps, whether each is accepted, and how the life ends.

`entries`: 22 events, of which 12 log entries, a review at mid-way, 3 refusals, 6 moves; the last withdraws from a
compound state. `moves`: 22 events that each move the dyad.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Step(NamedTuple):
    """Something that is asked of a dyad."""

    event: str
    given: Mapping[str, Any]
    accepted: bool


class End(NamedTuple):
    """What is left of a life."""

    state: str
    logs: int
    hours: int
    reviewed: bool
    recesses: int


class Life(NamedTuple):
    """A life and its end."""

    steps: tuple[Step, ...]
    end: End


def _does(*events: str) -> tuple[Step, ...]:
    return tuple(Step(event, {}, True) for event in events)


def _is_refused(event: str) -> tuple[Step, ...]:
    return (Step(event, {}, False),)


_LOG = (Step("log", {"hours": 2}, True),)
_REVIEW = (Step("review", {"progress": "Under way."}, True),)

ENTRIES = Life(
    _is_refused("begin")  # not from there
    + _does("match", "agree", "begin")
    + 6 * _LOG
    + _is_refused("complete")  # none of its three conditions holds
    + _REVIEW
    + 6 * _LOG
    + _is_refused("approve")  # not from there
    + _does("complete", "send_back", "withdraw"),
    End("withdrawn", logs=12, hours=24, reviewed=True, recesses=0),
)
MOVES = Life(
    _does("match", "agree", "begin") + 9 * _does("pause", "resume") + _does("withdraw"),
    End("withdrawn", logs=0, hours=0, reviewed=False, recesses=9),
)
LIVES = {"entries": ENTRIES, "moves": MOVES}

IDLE = _does("match", "agree", "begin")
"""The steps after which a dyad waits, for the measure of its memory."""

WHOLE, HALF, HOURS, EXPERIENCE, RECESSES = 12, 6, 18, 5, 20
"""The numbers of the program, for the engines that do not read it."""
MENTOR, YEARS = "bob", 8
"""Who mentors, and for how many years they have practised."""

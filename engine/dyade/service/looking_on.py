"""Who looks on while the engine works, and what do they see? What was decided, and nothing of people or of their words.

An onlooker sees ids of dyads, names that a program gives, kinds, codes and durations. One that fails disturbs nobody.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, Protocol

from dyade.flow.messages import Command, Record, Tick
from dyade.flow.outcome import Decision, Refusal

if TYPE_CHECKING:
    from dyade.service.desk import Desk

log = logging.getLogger(__name__)


class Seen(NamedTuple):
    """What came of a command, or of time."""

    program: str
    dyad: str
    """Empty where none began."""
    command: str
    """Its kind: `fire`, `fill` … or `time`."""
    revision: int
    records: tuple[str, ...]
    """Their kinds."""
    refused: tuple[str, ...]
    """The codes of the reasons; empty where it was accepted."""
    late: int | None
    """By how many microseconds time acted late; `None` where it had nothing to do."""


class Left(NamedTuple):
    """What came of an attempt to deliver."""

    endpoint: str
    messages: int
    trouble: str
    """Empty where they left."""


class Onlooker(Protocol):
    """Someone who looks on, from any thread."""

    def decided(self, seen: Seen) -> None:
        """Hear what is decided, while it is being done; it may come to nothing yet."""
        ...

    def saw(self, seen: Seen) -> None:
        """Hear what came of it, once it lasts."""
        ...

    def left(self, left: Left) -> None: ...
    def during(self, work: str, command: str, about: str) -> AbstractContextManager[object]:
        """Stay during `act`, `start` or `deliver`; `about` is the dyad, the program or the endpoint."""
        ...


def kind_of(command: Command) -> str:
    """What a command is called."""
    return "time" if isinstance(command, Tick) else _spelled(type(command).__name__)


@cache
def _spelled(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


def seen(program: str, dyad: str, command: Command, outcome: Decision | Refusal, due: int | None, now: int) -> Seen:
    """Tell what came of a command, as onlookers may know it."""
    decision = outcome if isinstance(outcome, Decision) else outcome.time
    records: tuple[Record, ...] = decision.records if decision is not None else ()
    return Seen(
        program,
        decision.dyad.id if decision is not None else dyad,
        kind_of(command),
        decision.dyad.revision if decision is not None else 0,
        tuple(_spelled(type(record).__name__) for record in records),
        tuple(dict.fromkeys(one.code for one in outcome.reasons)) if isinstance(outcome, Refusal) else (),
        now - due if due is not None and due <= now else None,
    )


def tell(desk: Desk, one: Seen | Left, *, lasts: bool = True) -> None:
    """Let everybody who looks on see it; what was kept is kept, whatever they do with it."""
    for onlooker in desk.onlookers:
        try:
            if isinstance(one, Left):
                onlooker.left(one)
            elif lasts:
                onlooker.saw(one)
            else:
                onlooker.decided(one)
        except Exception as error:
            log.warning("somebody who looks on fails: %s", type(error).__name__)


def during(desk: Desk, work: str, command: str, about: str) -> AbstractContextManager[object]:
    """Let everybody who looks on stay while something is done."""
    return _with_all(desk.onlookers, work, command, about) if desk.onlookers else nullcontext()


@contextmanager
def _with_all(onlookers: tuple[Onlooker, ...], work: str, command: str, about: str) -> Iterator[None]:
    with ExitStack() as stack:
        for onlooker in onlookers:
            stack.enter_context(onlooker.during(work, command, about))
        yield

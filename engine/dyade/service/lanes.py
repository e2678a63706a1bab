"""How does one endpoint get what is for it without holding up the others? A lane: a queue, and a few threads.

A lane whose endpoint keeps failing rests, longer each time; what is for it waits in the store. Then one message goes
first, and the others follow if it arrives.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from queue import SimpleQueue
from threading import Condition, Lock, Thread
from time import monotonic
from typing import Final, NamedTuple, Protocol

from dyade.service.parcels import Channel, Line, Outcome, Parcel
from dyade.service.ports import Endpoint, Posted

MINUTE: Final = 60_000_000
ENOUGH: Final = 5
"""Failures in a row after which an endpoint rests."""
LONGEST_REST: Final = 60 * MINUTE
LONGEST_WAIT: Final = 24 * 60 * MINUTE
"""However long the other side asks to be left alone."""
ROOM: Final = 64
"""How many wait in a lane at most; the others wait in the store, where another deliverer may take them."""
PATIENCE: Final = 300.0
"""Seconds in a queue after which somebody else may soon take a message: it is given up."""
RESTING, STOPPED, FAULT = "resting", "stopped", "fault"


class Held(NamedTuple):
    """What a deliverer holds, since when, and under which name."""

    parcel: Parcel
    posts: tuple[Posted, ...]
    lease: str
    since: float


class Book(Protocol):
    """Where lanes write what became of things."""

    def now(self) -> int: ...
    def sending(self, endpoint: str) -> AbstractContextManager[object]: ...
    def ended(self, held: Held, outcome: Outcome, endpoint: Endpoint) -> None: ...
    def let_go(self, held: Held) -> None: ...
    def keep(self, endpoint: Endpoint) -> None: ...


def rest(failures: int, chance: Callable[[], float]) -> int:
    """How long an endpoint is left alone, in microseconds."""
    doubled: int = MINUTE << max(0, min(failures - ENOUGH, 10))
    return round(min(LONGEST_REST, doubled) * (1 + chance() / 4))


class Lane:
    """The way to one endpoint, while deliveries last."""

    def __init__(
        self, channel: Channel, endpoint: Endpoint, book: Book, chance: Callable[[], float], progress: Condition
    ) -> None:
        self._channel = channel
        self.endpoint = endpoint
        self._book = book
        self._chance = chance
        self._progress = progress
        self._queue: SimpleQueue[Held | None] = SimpleQueue()
        self._change = Lock()
        self._first = Lock()
        self._threads: list[Thread] = []
        self.load = 0
        """How many it holds."""
        self._stopping = False

    @property
    def is_full(self) -> bool:
        """Whether what comes next had better wait in the store."""
        return self.load >= ROOM

    def put(self, held: Held) -> None:
        """Queue a parcel; as many threads as the endpoint bears begin as they are needed."""
        with self._progress:
            self.load += 1
        self._queue.put(held)
        if len(self._threads) < min(self._channel.width, self.load):
            thread = Thread(target=self._work, name=f"to {self.endpoint.name}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """Finish what is under way and let go of the rest."""
        self._stopping = True
        for _ in self._threads:
            self._queue.put(None)

    def join(self) -> None:
        """Wait for its threads."""
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        line: Line | None = None
        try:
            while (held := self._queue.get()) is not None:
                try:
                    line = self._one(held, line)
                finally:
                    with self._progress:
                        self.load -= 1
                        self._progress.notify_all()
        finally:
            if line is not None:
                line.close()

    def _one(self, held: Held, line: Line | None) -> Line | None:
        """Send one parcel; while the endpoint is in doubt, nobody else sends to it."""
        if self.endpoint.failures >= ENOUGH:
            with self._first:
                return self._try(held, line)
        return self._try(held, line)

    def _try(self, held: Held, line: Line | None) -> Line | None:
        now = self._book.now()
        if self._stopping or monotonic() - held.since > PATIENCE:
            self._book.let_go(held)
        elif self.endpoint.stopped:
            self._book.ended(held, Outcome(STOPPED, lasting=True), self.endpoint)
        elif self.endpoint.rests_until > now:
            self._book.ended(held, Outcome(RESTING, by_endpoint=True), self.endpoint)
        else:
            with self._book.sending(self._channel.name):
                line, outcome = self._send(held, line, now)
                self._book.ended(held, outcome, self._learn(outcome, now))
            if outcome.by_endpoint and line is not None:
                line.close()
                line = None
        return line

    def _send(self, held: Held, line: Line | None, now: int) -> tuple[Line | None, Outcome]:
        try:
            line = line or self._channel.open()
            return line, line.send(held.parcel, now)
        except Exception as error:
            # Whatever a channel did not foresee must neither end the thread nor pass for an arrival.
            return line, Outcome(f"{FAULT} {type(error).__name__}", by_endpoint=True)

    def _learn(self, outcome: Outcome, now: int) -> Endpoint:
        """Note how the endpoint does."""
        with self._change:
            before = self.endpoint
            if outcome.gone:
                self.endpoint = before._replace(stopped=outcome.trouble, trouble=outcome.trouble)
            elif outcome.by_endpoint:
                failures = before.failures + 1
                until = now + rest(failures, self._chance) if failures >= ENOUGH else 0
                until = max(until, now + min(outcome.wait, LONGEST_WAIT) if outcome.wait else 0)
                self.endpoint = before._replace(failures=failures, rests_until=until, trouble=outcome.trouble)
            else:
                self.endpoint = before._replace(failures=0, rests_until=0, trouble="")
            if self.endpoint != before:
                self._book.keep(self.endpoint)
            return self.endpoint

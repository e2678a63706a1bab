"""What does a worker do each time it wakes up, and when should it wake up next?

One round: time acts on every dyad that is due, oldest first, some dyads a transaction, at a bounded rate. A dyad in
which time cannot act holds up no other: it is tried again at each round. Nothing is owed to an orderly end: what a
round that is cut short left is found in the store.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple, Protocol

from dyade.service.believing import Belief
from dyade.service.tick import Ticked

SECOND = 1_000_000
RATE = 1000
"""Dyads a second at most, so that whoever acts meanwhile finds room, also after a long stop. Whoever asks for more has
transactions abreast, where the store can."""
LONGEST = 60.0
"""Seconds without a round at most, whatever the store says."""
MOST_STUCK = 1000
"""How many dyads in which time cannot act are told apart from the others."""
log = logging.getLogger(__name__)


def steady() -> float:
    """Seconds on a clock that nobody sets; it goes on while the machine sleeps, where the system has such a one."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


class Ticking(Protocol):
    """What a worker needs of an engine."""

    def now(self) -> int: ...
    def ticking(self, now: int | None = None, *, abreast: bool = False) -> Iterator[Ticked]: ...
    def next_due(self, besides: Collection[str] = ()) -> int | None: ...
    def due_count(self, now: int | None = None) -> int: ...


class Done(NamedTuple):
    """What one round did."""

    dyads: int
    records: int
    failures: int


class Rounds:
    """The rounds of one worker; they run one after the other."""

    def __init__(
        self,
        engine: Ticking,
        *,
        rate: int = RATE,
        pause: Callable[[float], bool],
        steady: Callable[[], float] = steady,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """Make ready; `pause` waits so many seconds and tells whether to stop, `progress` hears (done, of how many)."""
        self._engine = engine
        self._rate = rate
        self._pause = pause
        self._steady = steady
        self._progress = progress
        self._stuck: frozenset[str] = frozenset()
        self.belief = Belief(engine.now, steady)

    def run(self) -> Done:
        """Do one round."""
        now = self._engine.now()
        return self._let_time_act(now) if self.belief.holds(now) else Done(0, 0, 0)

    def _let_time_act(self, now: int) -> Done:
        dyads = records = 0
        failing: dict[str, Exception] = {}
        left: set[str] = set()
        total = self._engine.due_count(now) if self._progress is not None else 0
        began = self._steady()
        for some in self._engine.ticking(now, abreast=self._rate > RATE):
            dyads += len(some.done)
            records += sum(len(one.records) for one in some.done)
            failing.update((one.dyad, one.error) for one in some.failures)
            left.update(some.left)
            if self._progress is not None:
                self._progress(dyads + len(failing), total)
            if self._pause(max(0.0, (dyads + len(failing)) / self._rate - (self._steady() - began))):
                return Done(dyads, records, len(failing))
        self._remember(failing, left)
        return Done(dyads, records, len(failing))

    @property
    def stuck(self) -> frozenset[str]:
        """The dyads that are due and in which time could not act, as the last round found them."""
        return self._stuck

    def _remember(self, failing: dict[str, Exception], left: set[str]) -> None:
        """Note what is due and cannot be done, so as not to wake up for it all the time; say what is new."""
        for dyad, error in failing.items():
            if dyad not in self._stuck:
                log.error("time could not act in %s (%s); it will be tried again", dyad, type(error).__name__)
        self._stuck = frozenset(failing) | left

    def rest(self) -> float:
        """How many seconds there are until the next round."""
        held = self.belief.held()
        if len(self._stuck) >= MOST_STUCK:
            return LONGEST
        now = self._engine.now()
        due = self._engine.next_due(self._stuck)
        return LONGEST if due is None else min(max((due - now) / SECOND, held), LONGEST)

"""May the clock on the wall be believed? A clock that does not jump is looked at beside it.

A clock that goes back makes nothing fire twice, since what has fired is in the journal. One that jumps ahead would fire
what is not due yet, for good: nothing fires then until it has stayed as it is for a minute.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Lock

SECOND = 1_000_000
JUMP = 300.0
"""Seconds by which a clock may be put right without a word."""
STABLE = 60.0
"""Seconds after which a clock that jumped ahead is believed again."""
MOVED = 1.0
"""Seconds by which instants are reckoned anew."""
log = logging.getLogger(__name__)


class Belief:
    """Compares two clocks each time that it is asked; many threads may ask."""

    def __init__(self, wall: Callable[[], int], steady: Callable[[], float]) -> None:
        """Look at both clocks: microseconds since 1970, and seconds since anything."""
        self._wall = wall
        self._steady = steady
        self._lock = Lock()
        self._ahead = self._difference(wall())
        self._until: float | None = None

    def _difference(self, instant: int) -> float:
        return instant / SECOND - self._steady()

    def holds(self, instant: int) -> bool:
        """Whether what is due at an instant, just read on the wall, may fire."""
        self._look(instant)
        return self.held() == 0

    def held(self) -> float:
        """How many seconds must pass before anything fires."""
        with self._lock:
            return 0.0 if self._until is None else max(0.0, self._until - self._steady())

    def moved(self) -> bool:
        """Whether the clock on the wall was moved since it was last looked at."""
        return abs(self._look(self._wall())) > MOVED

    def _look(self, instant: int) -> float:
        with self._lock:
            before, self._ahead = self._ahead, self._difference(instant)
            jump = self._ahead - before
            if abs(jump) > JUMP:
                self._doubt(jump)
            return jump

    def _doubt(self, jump: float) -> None:
        if jump > 0 or self._until is not None:
            self._until = self._steady() + STABLE
        if jump > 0:
            log.warning("the clock jumped ahead by %d s: nothing fires before it is stable for %d s", jump, STABLE)
        else:
            log.warning("the clock went back by %d s: nothing fires twice", -jump)

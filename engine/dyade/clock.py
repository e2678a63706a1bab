"""When does time act, in a process that stays? A clock that ticks an engine in the background. (door: apscheduler)

The truth is the store's next due instants; the clock only looks often enough. One per process is plenty, and several
processes do no harm: whoever comes second finds nothing left to do.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from types import TracebackType
from typing import Protocol, Self

from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler

WAKE_UP = "wake up"
log = logging.getLogger(__name__)


class Ticking(Protocol):
    """What the clock needs of an engine."""

    def tick(self) -> object:
        """Let time do what is due."""


class Clock:
    """Ticks an engine every few seconds, in a thread of its own, until it is stopped."""

    def __init__(self, engine: Ticking, seconds: float = 5.0) -> None:
        self._engine = engine
        self._scheduler = BackgroundScheduler(jobstores={"default": MemoryJobStore()}, timezone=UTC)
        self._scheduler.add_job(
            self._tick,
            "interval",
            seconds=seconds,
            id=WAKE_UP,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
            next_run_time=datetime.now(UTC),
        )

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Tick at once, then again and again."""
        self._scheduler.start()

    def stop(self) -> None:
        """Finish the tick at hand, then tick no more."""
        self._scheduler.shutdown(wait=True)

    def wake(self) -> None:
        """Tick now, without waiting: after a command that brought something nearer, for instance."""
        self._scheduler.modify_job(WAKE_UP, next_run_time=datetime.now(UTC))

    def _tick(self) -> None:
        try:
            self._engine.tick()
        except Exception:
            # The store may be gone for a while: the next tick finds what this one left.
            log.exception("time could not act; it will be tried again")

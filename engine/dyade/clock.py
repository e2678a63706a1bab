"""When does time act, in a process that stays? One wake-up, set anew for the next instant due. (door: apscheduler)

The truth is the store's next due instants. The wake-up is set anew after each round, and when another connection, or
another process, kept something. Several clocks on one store do no harm: whoever comes second finds nothing left to do.
What else is to be done, such as sending messages, is done beside, in threads of its own: a server that takes its time
makes nobody's reminder late.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Protocol, Self

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_EXECUTED
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler

from dyade.errors import DyadeError
from dyade.service.errands import Errand, Errands
from dyade.service.ports import Watch
from dyade.service.rounds import LONGEST, RATE, Done, Rounds, Ticking

WAKE_UP = "wake up"
POLL = 0.25
"""Seconds between two looks at what others keep."""
RETRY = 5.0
"""Seconds to wait after a store that could not answer."""
log = logging.getLogger(__name__)


class Watched(Ticking, Protocol):
    """What the clock needs of an engine."""

    def watch(self) -> Watch: ...


class Clock:
    """Lets time act on all dyads when they are due, in a thread of its own, until it is stopped."""

    def __init__(
        self,
        engine: Watched,
        *,
        errands: Sequence[Errand] = (),
        rate: int = RATE,
        poll: float = POLL,
        told: Callable[[Done], None] | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """Make a clock; it begins with `start`, or as a context.

        `errands` are run beside, `rate` is how many dyads time takes a second; `told` hears what each round did.
        """
        self._engine = engine
        self._stop, self._ended, self._nudge = Event(), Event(), Event()
        self._rounds = Rounds(engine, rate=rate, pause=self._stop.wait, progress=progress)
        self._poll = poll
        self._told = told
        self._lock = Lock()
        self._busy = self._again = False
        self._rest = 0.0
        self._planned = datetime.now(UTC)
        self._watching = Thread(target=self._keep_watch, name="dyade watch", daemon=True)
        self._errands = Errands(errands, self._stop)
        self._scheduler = BackgroundScheduler(jobstores={"default": MemoryJobStore()}, timezone=UTC)
        # The interval is what is left should everything else fail to set it anew.
        self._scheduler.add_job(
            self._round,
            "interval",
            seconds=LONGEST,
            id=WAKE_UP,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
            next_run_time=self._planned,
        )
        self._scheduler.add_listener(self._rested, EVENT_JOB_EXECUTED | EVENT_JOB_ERROR)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Let time act at once, then each time that something is due."""
        self._scheduler.start()
        self._watching.start()
        self._errands.start()

    def stop(self) -> None:
        """Finish the transaction at hand, then do nothing more."""
        with self._lock:
            self._stop.set()
        self._nudge.set()
        self._errands.call()
        self._scheduler.shutdown(wait=True)
        self._watching.join()
        self._errands.join()

    def wake(self) -> None:
        """Let time act now, or again as soon as the round at hand has ended."""
        self._bring_nearer(0.0)

    # ---------------------------------------------------------------------------------------------------------- rounds

    def _round(self) -> None:
        with self._lock:
            self._busy, self._again = True, False
        try:
            done = self._rounds.run()
            self._rest = self._rounds.rest()
        except Exception as error:
            # The store may be gone for a while: the next round finds what this one left.
            said = str(error) if isinstance(error, DyadeError) else type(error).__name__
            log.error("time could not act (%s); it will be tried again", said)
            self._rest = RETRY
        else:
            if self._told is not None:
                self._told(done)

    def _rested(self, _event: object) -> None:
        """Hear that the scheduler knows that a round has ended.

        It may say so while it still sets the next wake-up itself: ours comes from another thread, after it.
        """
        self._ended.set()
        self._nudge.set()

    def _plan(self) -> None:
        """Set the wake-up for what comes after a round."""
        with self._lock:
            self._ended.clear()
            self._busy = False
            self._set(_in(0.0 if self._again else self._rest))

    def _bring_nearer(self, seconds: float) -> None:
        with self._lock:
            wanted = _in(seconds)
            if self._busy:
                self._again = True
            elif wanted < self._planned:
                self._set(wanted)

    def _set(self, moment: datetime) -> None:
        # A scheduler that is stopping holds what changing its job would wait for.
        if not self._stop.is_set():
            self._planned = moment
            self._scheduler.modify_job(WAKE_UP, next_run_time=moment)

    # -------------------------------------------------------------------------------------------------------- watching

    def _keep_watch(self) -> None:
        """Look at what others keep; a store that cannot answer is asked again."""
        watch: Watch | None = None
        while not self._stop.is_set():
            self._nudge.wait(self._poll)
            self._nudge.clear()
            if self._ended.is_set():
                self._plan()
            try:
                if watch is None:
                    watch = self._engine.watch()
                    self._look()
                elif self._rounds.belief.moved() | watch.changed():
                    self._look()
            except Exception:
                with suppress(Exception):
                    if watch is not None:
                        watch.close()
                watch = None
        if watch is not None:
            watch.close()

    def _look(self) -> None:
        self._errands.call()
        self._bring_nearer(self._rounds.rest())


def _in(seconds: float) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)

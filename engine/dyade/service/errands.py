"""What else does a worker do beside its rounds, such as sending messages? Errands, each in a thread of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from threading import Event, Thread

RETRY = 5.0
"""Seconds to wait after an errand that failed."""
EVERY = 15.0
"""Seconds at most between two times that an errand is run."""
Errand = Callable[[Callable[[], bool]], object]
"""Something else to do whenever anything was kept, as long as what it is given says that one goes on."""
log = logging.getLogger(__name__)


class Errands:
    """Runs errands when they are called, and from time to time, until it is stopped."""

    def __init__(self, errands: Sequence[Errand], stop: Event) -> None:
        self._stop = stop
        self._calls = [Event() for _ in errands]
        self._threads = [
            Thread(target=self._run, args=(errand, call), name="dyade errand", daemon=True)
            for errand, call in zip(errands, self._calls, strict=True)
        ]

    def start(self) -> None:
        """Run all of them, then each time that they are called."""
        for thread in self._threads:
            thread.start()

    def call(self) -> None:
        """Let each run, or run again once it has ended."""
        for call in self._calls:
            call.set()

    def join(self) -> None:
        """Wait for their ends, once whoever made them has set what stops them."""
        self.call()
        for thread in self._threads:
            thread.join()

    def _run(self, errand: Errand, call: Event) -> None:
        """What it could not do, it does later."""
        while not self._stop.is_set():
            call.clear()
            try:
                errand(self._goes_on)
            except Exception as error:
                log.error("an errand failed (%s); it will be tried again", type(error).__name__)
                self._stop.wait(RETRY)
            else:
                call.wait(EVERY)

    def _goes_on(self) -> bool:
        return not self._stop.is_set()

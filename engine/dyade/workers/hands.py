"""When does time act where many processes work on one store? One of them takes each wake-up, and others lend a hand.

The truth is the store's next due instants. A wake-up says when to look; whoever takes it lets time act on what nobody
else holds, then sees to the next one. Each process looks every few seconds whether the first instant due has one: so
that nothing depends on a process that died, nor on a wake-up that went missing. Wake-ups that a dead process had begun
are given to others.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Event, Thread
from types import TracebackType
from typing import Final, Self

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException

from dyade.errors import DyadeError
from dyade.service.errands import Errand, Errands
from dyade.service.rounds import RATE, SECOND, Done, Rounds, Ticking
from dyade.service.tick import TOGETHER
from dyade.workers.waking import IS_COVERED, QUEUE, WAKE, moment

HEARTBEAT: Final = 2.0
"""Seconds between two signs of life."""
STALLED: Final = 6
"""Seconds after which a process that gives none is taken for dead."""
LOOK: Final = 2.0
"""Seconds between two looks at whether all is well."""
POLL: Final = 1.0
"""Seconds between two looks at wake-ups whose instant has come; new ones are heard of at once."""
MOMENT: Final = 1.0
"""Seconds to leave to others what they hold."""
PATIENCE: Final = 5.0
"""Seconds to wait for the server."""
RETRY: Final = 1.0
"""Seconds to wait after a server that could not answer."""
_IS_COVERED: Final = IS_COVERED.format(at="%(at)s")
log = logging.getLogger(__name__)


class Hands:
    """Lets time act on all dyads when they are due, beside others who do the same, until it is stopped."""

    def __init__(
        self,
        engine: Ticking,
        conninfo: str,
        *,
        prepare: Callable[[], None],
        errands: Sequence[Errand] = (),
        rate: int = RATE,
        told: Callable[[Done], None] | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """Make ready; it begins with `start`, or as a context.

        `prepare` makes the place where wake-ups wait; `errands` are run beside, `rate` is how many dyads time takes a
        second; `told` hears what each round did.
        """
        self._engine = engine
        self._conninfo = conninfo
        self._prepare = prepare
        self._stop = Event()
        self._errands = Errands(errands, self._stop)
        self._rounds = Rounds(engine, rate=rate, pause=self._stop.wait, progress=progress)
        self._told = told
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._begun = Event()
        self._thread = Thread(target=lambda: asyncio.run(self._live()), name="dyade hands", daemon=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Let time act at once, then each time that something is due."""
        for name in ("procrastinate", "psycopg.pool"):
            # They tell each loss of a connection, with all that led there: it is told here, in one line.
            if logging.getLogger(name).level == logging.NOTSET:
                logging.getLogger(name).setLevel(logging.CRITICAL)
        self._thread.start()
        self._begun.wait()
        self._errands.start()

    def stop(self) -> None:
        """Finish the transaction at hand, then do nothing more."""
        self._stop.set()
        if self._loop is not None and self._stopping is not None:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()
        self._errands.join()

    # ---------------------------------------------------------------------------------------------------- connections

    async def _live(self) -> None:
        """Work for as long as it lasts; anew once the server is back."""
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        # What a process that stood still had begun, others have ended: that is no news.
        self._loop.set_exception_handler(lambda _loop, _context: None)
        self._begun.set()
        while not self._stop.is_set():
            try:
                await asyncio.to_thread(self._prepare)
                await self._work(self._stopping)
            except Exception as error:
                said = str(error) if isinstance(error, DyadeError) else type(error).__name__
                log.error("time could not act (%s); it will be tried again", said)
            await self._pause(RETRY)

    async def _pause(self, seconds: float) -> None:
        assert self._stopping is not None
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    async def _work(self, stopping: asyncio.Event) -> None:
        """Take wake-ups until one is told to stop, or the server goes."""
        app = App(
            connector=PsycopgConnector(
                conninfo=self._conninfo,
                min_size=1,
                max_size=3,
                timeout=PATIENCE,
                kwargs={"connect_timeout": int(PATIENCE), "application_name": "dyade worker"},
            )
        )

        @app.task(name=WAKE, queue=QUEUE)
        async def wake() -> None:
            await self._wake(app)

        async with app.open_async():
            work = [
                asyncio.create_task(
                    app.run_worker_async(
                        queues=[QUEUE],
                        name="dyade",
                        fetch_job_polling_interval=POLL,
                        update_heartbeat_interval=HEARTBEAT,
                        stalled_worker_timeout=STALLED,
                        delete_jobs="always",
                        install_signal_handlers=False,
                    )
                ),
                asyncio.create_task(self._keep_looking(app)),
                asyncio.create_task(stopping.wait()),
            ]
            await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
            for one in work:
                # A worker that is told to stop ends what it has begun.
                one.cancel()
            ends = await asyncio.gather(*work, return_exceptions=True)
        for end in ends:
            if isinstance(end, Exception):
                raise end

    # ---------------------------------------------------------------------------------------------------------- rounds

    async def _wake(self, app: App) -> None:
        """Let time act, with others where there is enough to do."""
        if await asyncio.to_thread(self._is_much):
            await self._defer(app, self._engine.now())
        try:
            done = await asyncio.to_thread(self._rounds.run)
        except Exception as error:
            said = str(error) if isinstance(error, DyadeError) else type(error).__name__
            log.error("time could not act (%s); it will be tried again", said)
            await self._pause(RETRY)
            return
        if self._told is not None:
            self._told(done)
        self._errands.call()
        if not done.dyads:
            # Whoever has come too early, or second, does not come back at once.
            await self._pause(MOMENT / 5)
        await self._see_to_next(app)

    def _is_much(self) -> bool:
        """Whether there is more to do than one transaction does."""
        if self._rounds.belief.held():
            return False
        return self._engine.due_count(self._engine.now()) - len(self._rounds.stuck) > TOGETHER

    async def _see_to_next(self, app: App) -> None:
        """See to it that somebody wakes up when there is something to do again."""
        rest = await asyncio.to_thread(self._rounds.rest)
        # What is due and was not done is held by somebody, or will not do.
        await self._defer(app, self._engine.now() + int((rest or MOMENT) * SECOND))

    async def _defer(self, app: App, at: int) -> None:
        """Defer a wake-up, unless one waits that comes soon enough."""
        found = await app.connector.execute_query_one_async(_IS_COVERED, at=moment(at))
        if not found["exists"]:
            await app.configure_task(WAKE, queue=QUEUE, schedule_at=moment(at)).defer_async()

    # --------------------------------------------------------------------------------------------------------- looking

    async def _keep_looking(self, app: App) -> None:
        """Look after what others may have left: wake-ups of the dead, an instant that nobody wakes up for."""
        while True:
            await self._recover(app)
            await self._see_to_next(app)
            self._errands.call()
            await asyncio.sleep(LOOK)

    async def _recover(self, app: App) -> None:
        """Give to others the wake-ups that were begun by processes of which nothing is heard any more."""
        for job in await app.job_manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=STALLED):
            log.warning("a worker died or stands still: its wake-up is given to others")
            with suppress(ConnectorException):
                # Another process may have done the same.
                await app.job_manager.retry_job(job)

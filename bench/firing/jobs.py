"""procrastinate: each reminder is a plain job, which does nothing but count.

The worker is run the way its documentation shows; `ten` after the address lets it have ten jobs under way, which is
quicker.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from procrastinate import App, PsycopgConnector

NAME, PACKAGE = "procrastinate, plain jobs", "procrastinate"
TEN = "#ten"


class Contender:
    """An application and its worker in this process."""

    def __init__(self, store: str, _folder: str, _count: int) -> None:
        logging.getLogger("procrastinate").setLevel(logging.ERROR)
        self._store = store.removesuffix(TEN)
        self._asked: dict[str, Any] = {"concurrency": 10, "listen_notify": False} if store.endswith(TEN) else {}
        self._done = 0
        app, _ = self._made()
        with app.open():
            app.schema_manager.apply_schema()

    def _made(self) -> tuple[Any, Any]:
        app = App(connector=PsycopgConnector(conninfo=self._store))

        @app.task(name="remind")
        async def remind(number: int) -> int:
            self._done += 1
            return number

        return app, remind

    def prepare(self, count: int) -> None:
        """Defer so many jobs."""
        asyncio.run(self._defer(count))

    async def _defer(self, count: int) -> None:
        app, remind = self._made()
        async with app.open_async():
            await remind.batch_defer_async(*({"number": number} for number in range(count)))

    def fire(self, _count: int) -> int:
        """Run them; how many were."""
        self._done = 0
        asyncio.run(self._run())
        return self._done

    async def _run(self) -> None:
        app, _ = self._made()
        async with app.open_async():
            await app.run_worker_async(wait=False, install_signal_handlers=False, **self._asked)

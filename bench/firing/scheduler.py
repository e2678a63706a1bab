"""APScheduler on its SQLAlchemy job store: each reminder is a job for one date, which does nothing but count.

The store is opened the way its documentation shows, by its URL; in a file, SQLite then keeps its usual journal, synced
in full. `wal` after the URL gives it our journal instead.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

from apscheduler.events import EVENT_JOB_EXECUTED
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import create_engine, event

NAME, PACKAGE = "APScheduler, its SQLAlchemy job store", "apscheduler"
WAL = "#wal"


def remind(number: int) -> int:
    """Do nothing: what a reminder says is not this bench's matter."""
    return number


class Contender:
    """A scheduler in this process, its jobs in the store."""

    def __init__(self, store: str, _folder: str, _count: int) -> None:
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        engine = create_engine(store.removesuffix(WAL).replace("postgresql://", "postgresql+psycopg://"))
        if store.endswith(WAL):
            event.listen(engine, "connect", _ahead)
        self._scheduler = BackgroundScheduler(
            jobstores={"default": SQLAlchemyJobStore(engine=engine)},
            job_defaults={"misfire_grace_time": None},
            timezone=UTC,
        )
        self._wanted = self._done = 0
        self._ended = Event()
        self._scheduler.add_listener(self._count, EVENT_JOB_EXECUTED)
        self._scheduler.start(paused=True)

    def _count(self, _told: Any) -> None:
        self._done += 1
        if self._done == self._wanted:
            self._ended.set()

    def prepare(self, count: int) -> None:
        """Add so many jobs that are due already."""
        at = datetime.now(UTC) - timedelta(seconds=1)
        for number in range(count):
            self._scheduler.add_job(remind, "date", run_date=at, args=(number,))

    def fire(self, count: int) -> int:
        """Run them; how many were."""
        self._wanted, self._done = count, 0
        self._ended.clear()
        self._scheduler.resume()
        self._ended.wait()
        # This waits for the scheduler to have taken the last ones off its store.
        assert self._scheduler.get_jobs() == []
        self._scheduler.pause()
        return self._done


def _ahead(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA journal_mode = wal")
    connection.execute("PRAGMA synchronous = FULL")

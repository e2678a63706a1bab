"""Where do wake-ups wait? In the tables of procrastinate, beside those of the store, made by whoever works there first.

A store on which nobody works has none. They are made, and brought up to date, in one transaction, by one process at a
time; the last of procrastinate's own migrations that was run is noted on its table.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import psycopg
from procrastinate.schema import SchemaManager

from dyade.errors import StoreTrouble
from dyade.workers.waking import QUEUE

_LOCK: Final = "SELECT pg_advisory_xact_lock(7526466502170372966)"
# `to_regclass` would remember, until the end of a transaction, what another process has changed meanwhile.
_TABLE: Final = "FROM pg_class WHERE relname = 'procrastinate_jobs' AND pg_table_is_visible(oid)"
_STANDS: Final = f"SELECT EXISTS (SELECT {_TABLE})"
_NOTED: Final = f"SELECT obj_description(oid, 'pg_class') {_TABLE}"
_FOREIGN: Final = ""
_STALLED: Final = """SELECT COUNT(*), COALESCE(MIN(CAST(EXTRACT(EPOCH FROM w.last_heartbeat) AS BIGINT)), 0)
    FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id
    WHERE j.queue_name = %s AND j.status = 'doing'
    AND (w.id IS NULL OR w.last_heartbeat < now() - %s * INTERVAL '1 second')"""


def stands(connection: psycopg.Connection[Any]) -> bool:
    """Whether anybody ever worked there."""
    return bool((connection.execute(_STANDS).fetchone() or (False,))[0])


def bring_up_to_date(connection: psycopg.Connection[Any]) -> None:
    """Make the tables of procrastinate, or run those of its migrations that are missing.

    Tables that something else made there are its own to look after. Raises `StoreTrouble` where a newer one was here.
    """
    steps = _steps()
    if _noted(connection) in (steps[-1].stem, _FOREIGN):
        return
    with connection.transaction():
        connection.execute(_LOCK)
        # Another process may have done it meanwhile.
        noted = _noted(connection)
        if noted == _FOREIGN:
            return
        if noted is None:
            _run(connection, SchemaManager.get_schema())
        elif noted > steps[-1].stem:
            raise StoreTrouble("newer", f"procrastinate {noted}")
        else:
            for step in steps:
                if step.stem > noted:
                    _run(connection, step.read_text(encoding="utf-8"))
        _run(connection, f"COMMENT ON TABLE procrastinate_jobs IS '{steps[-1].stem}'")


def stalled(connection: psycopg.Connection[Any], seconds: int) -> tuple[int, int]:
    """Count the wake-ups that were begun by workers of which nothing is heard: (how many, since when, in seconds)."""
    if not stands(connection):
        return 0, 0
    [number, since] = connection.execute(_STALLED, (QUEUE, seconds)).fetchone() or (0, 0)
    return number, since


def _steps() -> list[Path]:
    return sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))


def _noted(connection: psycopg.Connection[Any]) -> str | None:
    """The last migration that was run; `None` where there are no tables."""
    if not stands(connection):
        return None
    [noted] = connection.execute(_NOTED).fetchone() or (None,)
    return str(noted or _FOREIGN)


def _run(connection: psycopg.Connection[Any], text: str) -> None:
    connection.execute(text.encode())

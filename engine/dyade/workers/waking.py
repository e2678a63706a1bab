"""How does what becomes due wake somebody up? A job of procrastinate, deferred in the transaction that makes it due.

A job is only a wake-up: it says at which instant to look, not at what. While one waits that is early enough, nothing
is deferred: whoever wakes up looks at all that is due, then sees to the next instant. procrastinate itself is imported
only when there is something to defer.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import psycopg

QUEUE: Final = "dyade"
WAKE: Final = "dyade.wake"
_STANDS: Final = "SELECT to_regclass('procrastinate_jobs') IS NOT NULL"
IS_COVERED: Final = """SELECT EXISTS (SELECT FROM procrastinate_jobs WHERE status = 'todo'
    AND queue_name = 'dyade' AND (scheduled_at IS NULL OR scheduled_at <= {at}))"""
_IS_COVERED: Final = IS_COVERED.format(at="$1").encode()
LAST: Final = datetime(9999, 1, 1, tzinfo=UTC)


class Waking:
    """Sees to it that some worker wakes up at an instant; many threads may ask."""

    def __init__(self) -> None:
        self._stands = False

    def __call__(self, connection: psycopg.Connection[Any], due: int) -> None:
        """Defer a wake-up, as a part of the transaction that is open; nothing where nobody ever worked."""
        if not self._stands:
            [self._stands] = connection.execute(_STANDS.encode()).fetchone() or (False,)
        if self._stands:
            at = moment(due)
            [is_covered] = connection.execute(_IS_COVERED, (at,)).fetchone() or (False,)
            if not is_covered:
                _defer(connection, at)


def moment(due: int) -> datetime:
    """An instant as procrastinate wants it."""
    last = int(LAST.timestamp()) * 1_000_000
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=min(due, last))


def _defer(connection: psycopg.Connection[Any], at: datetime) -> None:
    import procrastinate
    from procrastinate.exceptions import ConnectorException

    app = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())
    # It names values in its statements as psycopg does by default.
    before, connection.cursor_factory = connection.cursor_factory, psycopg.Cursor
    try:
        app.configure_task(WAKE, queue=QUEUE, schedule_at=at, connection=connection).defer()
    except ConnectorException as error:
        raise error.__cause__ or error from None
    finally:
        connection.cursor_factory = before

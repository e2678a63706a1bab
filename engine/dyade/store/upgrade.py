"""Is the schema the one that this version of dyade knows? If it is older, bring it up to date, in one transaction.

One plain query answers on every start; Alembic is imported only when there is something to do. An upgrade that was cut
short left nothing, two at once wait for each other, and a schema made by a newer dyade is left alone.
"""

from __future__ import annotations

from pathlib import Path
from sqlite3 import Connection
from typing import TYPE_CHECKING, Final

from dyade.errors import StoreTrouble
from dyade.store import sqlite

if TYPE_CHECKING:
    from sqlalchemy import Connection as Opened

VERSIONS: Final = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010", "0011")
"""Every migration, in order; the last one makes the schema of `schema.py`."""
MIGRATIONS: Final = Path(__file__).with_name("migrations")


def bring_up_to_date(connection: Connection) -> None:
    """Run the migrations that are missing."""
    with sqlite.told():
        version = current(connection)
        if version is None and not _is_ours(connection):
            raise StoreTrouble("foreign")
        if not is_current(version):
            _migrate(connection)


def is_current(version: str | None) -> bool:
    """Whether nothing is left to do; what a newer dyade made is refused."""
    if version is not None and version not in VERSIONS:
        raise StoreTrouble("newer", version)
    return version == VERSIONS[-1]


def current(connection: Connection) -> str | None:
    """The version of a store's schema, `None` before the first migration."""
    if not _has_table(connection, "alembic_version"):
        return None
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return None if row is None else str(row[0])


def _has_table(connection: Connection, name: str) -> bool:
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (name,)).fetchone()
    return found is not None


def _is_ours(connection: Connection) -> bool:
    """Whether nobody else has put tables there."""
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name <> 'alembic_version'")
    return found.fetchone() is None


def _migrate(connection: Connection) -> None:
    from sqlalchemy import create_engine, event
    from sqlalchemy.exc import DBAPIError
    from sqlalchemy.pool import StaticPool

    engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
    # The driver begins nothing by itself: the whole upgrade is one transaction that writes from its start.
    event.listen(engine, "begin", lambda begun: begun.exec_driver_sql(sqlite.BEGIN_WRITING))
    try:
        with engine.begin() as opened:
            run(opened)
    except DBAPIError as error:
        raise error.orig or error from None


def run(opened: Opened) -> None:
    """Run the migrations that are missing, in the transaction that is open."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = opened
    command.upgrade(config, VERSIONS[-1])

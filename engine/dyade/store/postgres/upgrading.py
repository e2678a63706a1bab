"""Is the schema on the server the one that this version of dyade knows, and which keys does the store go by?

As in a file: an upgrade is one transaction, two at once wait for each other, and what a newer dyade made is left alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dyade.errors import StoreTrouble
from dyade.store import upgrade
from dyade.store.keeping import Keys, Place, keys_at
from dyade.store.postgres.address import Address
from dyade.store.postgres.complaints import said
from dyade.store.postgres.driver import Postgres, open_plainly

if TYPE_CHECKING:
    from sqlalchemy import Connection as Opened

PATIENCE: Final = 60
"""Seconds to wait for another process that upgrades, or for those that read what is changed."""
_LOCK: Final = "SELECT pg_advisory_xact_lock(7526466502170372965)"
_TABLES: Final = """SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace
    AND relkind IN ('r', 'p', 'v', 'm') AND relname <> 'alembic_version' LIMIT 1"""


def bring_up_to_date(connection: Postgres, address: Address, *, create: bool) -> None:
    """Run the migrations that are missing; a store that nobody made is made only where one may."""
    if _is_current(connection, create=create):
        return
    _migrate(address)


def _is_current(connection: Postgres, *, create: bool = True) -> bool:
    version = current(connection)
    if version is None:
        schema = expect_nothing(connection)
        if not create:
            raise StoreTrouble("missing", schema)
    return upgrade.is_current(version)


def expect_nothing(connection: Postgres) -> str:
    """Make sure that nobody else has put tables there; the name of the schema."""
    [schema] = connection.execute("SELECT current_schema()").fetchone() or (None,)
    if schema is None:
        raise StoreTrouble("missing", "search_path")
    if connection.execute(_TABLES).fetchone() is not None:
        raise StoreTrouble("foreign", str(schema))
    return str(schema)


def is_there(connection: Postgres) -> bool:
    """Whether a store has the last schema; raises `StoreTrouble` where there is no store of ours."""
    return _is_current(connection, create=False)


def current(connection: Postgres) -> str | None:
    """The version of a store's schema, `None` before the first migration."""
    found = "SELECT to_regclass(quote_ident(current_schema()) || '.alembic_version') IS NOT NULL"
    if not (connection.execute(found).fetchone() or (False,))[0]:
        return None
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return None if row is None else str(row[0])


def _migrate(address: Address) -> None:
    import psycopg
    from sqlalchemy.exc import DBAPIError

    from dyade.store.postgres.spelling import engine_on

    driver = open_plainly(address)
    driver.autocommit = False
    try:
        with engine_on(driver).begin() as opened:
            wait_for_turn(opened)
            # Another process may have done it meanwhile.
            if not _is_current(Postgres(driver)):
                upgrade.run(opened)
    except DBAPIError as error:
        raise trouble(error.orig, driver) from error
    except psycopg.Error as error:
        raise trouble(error, driver) from error
    finally:
        driver.close()


def wait_for_turn(opened: Opened) -> None:
    """In a transaction that changes the schema, wait for others that do."""
    opened.exec_driver_sql(f"SET LOCAL lock_timeout = {PATIENCE * 1000}")
    opened.exec_driver_sql(_LOCK)


def trouble(error: Any, driver: Any) -> Exception:
    """What went wrong between SQLAlchemy and a driver, in our words."""
    told = said(error, is_broken=driver.closed or driver.broken)
    found: Exception = getattr(told, "trouble", told)
    return found


def keys_of(connection: Postgres, place: Place) -> Keys:
    """Find the keys of a store; only a store that hides nothing yet may have a place made for them.

    Every process that opens the store needs the same keys: its own database keeps none of them.
    """
    [name, epoch] = connection.execute("SELECT store, epoch FROM identity").fetchone() or ("", 0)
    keys = keys_at(place, name, is_new=not epoch, beside=connection)
    if not epoch:
        connection.execute("UPDATE identity SET epoch = 1 WHERE epoch = 0")
    return keys

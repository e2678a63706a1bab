"""Is a server fit to keep a store, and are the keys that stand on one? It is only asked; nothing is put right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any, Final

import psycopg

from dyade.errors import StoreTrouble
from dyade.service.doctor import FORWARD, Finding
from dyade.service.ports import Again
from dyade.store import upgrade
from dyade.store.postgres import upgrading
from dyade.store.postgres.address import Address
from dyade.store.postgres.driver import Postgres, open_plainly
from dyade.store.postgres.strongbox import KeysAddress, ServerBox, server_of

CROWDED: Final = 0.8
"""Which part of its connections a server should at most have given."""
_SETTINGS: Final = ("fsync", "full_page_writes")
_NOW: Final = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)"
_CONNECTIONS: Final = """SELECT
    (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
    current_setting('max_connections')::bigint - current_setting('superuser_reserved_connections')::bigint,
    (SELECT count(*) FROM pg_stat_activity WHERE datname = d.datname AND backend_type = 'client backend'),
    d.datconnlimit::bigint,
    (SELECT count(*) FROM pg_stat_activity WHERE usename = r.rolname AND backend_type = 'client backend'),
    r.rolconnlimit::bigint
    FROM pg_database d, pg_roles r WHERE d.datname = current_database() AND r.rolname = current_user"""


def look(url: str, now: Callable[[], int]) -> list[Finding]:
    """Look at the server of a store. Raises `StoreTrouble` where there is no store, or nobody answers."""
    with closing(open_plainly(Address(url))) as connection:
        server = Postgres(connection)
        try:
            return [*_version(server), *_settings(server), *_connections(server), *_clock(server, now)]
        except Again as again:
            raise again.trouble from again


def _version(server: Postgres) -> Iterator[Finding]:
    if not upgrading.is_there(server):
        facts: dict[str, str | int] = {"version": upgrading.current(server) or "", "wanted": upgrade.VERSIONS[-1]}
        yield Finding("store", "schema_older", "warning", facts)


def _settings(server: Postgres) -> Iterator[Finding]:
    for name in _SETTINGS:
        if _asked(server, f"SHOW {name}") == ("off",):
            yield Finding("settings", "not_safe", "error", {"setting": name})
    [commit] = _asked(server, "SHOW synchronous_commit")
    if commit in ("off", "local"):
        yield Finding("settings", "commit_early", "warning", {"value": str(commit)})


def _connections(server: Postgres) -> Iterator[Finding]:
    found = _asked(server, _CONNECTIONS)
    for used, most in zip(found[::2], found[1::2], strict=True):
        if most >= 0 and used > CROWDED * most:
            yield Finding("settings", "connections", "warning", {"used": int(used), "most": int(most)})
            return


def _clock(server: Postgres, now: Callable[[], int]) -> Iterator[Finding]:
    before = now()
    [there] = _asked(server, _NOW)
    here = (before + now()) // 2
    if abs(there - here) > FORWARD:
        yield Finding("clock", "clock_server", "error", {"seconds": abs(there - here) // 1_000_000})


def _asked(server: Postgres, text: str) -> tuple[Any, ...]:
    found: tuple[Any, ...] = server.execute(text).fetchone() or ()
    return found


# ------------------------------------------------------------------------------------------------------------ the keys


def look_at_keys(url: str, store: str) -> list[Finding]:
    """Look at keys on a server: is their own key for its owner alone, and do they stand apart from the store?"""
    at = KeysAddress.of(url)
    file = at.master_file()
    if file is not None and not file.exists():
        return [Finding("keys", "keys_missing", "error", {"file": str(file)})]
    found = []
    if file is not None and file.stat().st_mode & 0o077:
        found.append(Finding("keys", "keys_open", "error", {"file": str(file)}))
    with closing(ServerBox(at)) as box:
        if box.is_made() and (left := box.unswept()):
            found.append(Finding("keys", "keys_unswept", "warning", {"n": left, "place": at.shown}))
        if _cluster(store) == box.server().cluster:
            found.append(Finding("keys", "keys_one_server", "warning", {"place": at.shown}))
    return found


def _cluster(store: str) -> int | None:
    try:
        with closing(open_plainly(Address(store))) as connection:
            return server_of(Postgres(connection)).cluster
    except (Again, StoreTrouble, psycopg.Error):
        # Whatever is wrong with the store is told apart.
        return None

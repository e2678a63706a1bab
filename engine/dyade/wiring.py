"""Which store, which folder, which clock? The only place where real things are chosen."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from secrets import token_bytes
from time import time_ns
from typing import TYPE_CHECKING, Self

from dyade.errors import ExtraMissing, StoreTrouble
from dyade.service import engine as service
from dyade.service import erasing
from dyade.service.desk import Desk
from dyade.service.folder import Folder
from dyade.service.programs import Programs
from dyade.service.rounds import RATE
from dyade.store.postgres.address import is_ours
from dyade.store.store import SqliteStore

if TYPE_CHECKING:
    from types import ModuleType

    from dyade.clock import Clock
    from dyade.delivery.settings import Settings
    from dyade.service.counted import Heard
    from dyade.service.deliver import Delivered
    from dyade.service.doctor import Finding
    from dyade.service.errands import Errand
    from dyade.service.rounds import Done
    from dyade.store.keeping import Place
    from dyade.store.postgres.store import PostgresStore
    from dyade.workers.hands import Hands


def now() -> int:
    """The present instant, in microseconds since 1970, UTC."""
    return time_ns() // 1000


def salt() -> bytes:
    """Sixteen bytes that nobody can guess."""
    return token_bytes(16)


def examine(
    url: str,
    programs: str | os.PathLike[str],
    now: Callable[[], int] = now,
    *,
    keys: str | os.PathLike[str] | None = None,
    late: int | None = None,
    chains: bool = True,
    heard: Heard | None = None,
) -> list[Finding]:
    """Look for what is wrong with a store and with the way in which it is run; a sound one has no finding.

    `late` is by how many microseconds time may be late; without `chains`, the journal is not read;
    `heard` hears how far that has come.
    """
    from dyade.service import doctor
    from dyade.store import checkup, sqlite

    found: list[Finding] = []
    if os.environ.get("DYADE_TEST"):
        found.append(doctor.Finding("settings", "test_mode", "error", {}))
    try:
        if url.startswith("sqlite:"):
            address = sqlite.Address(url)
            found += checkup.look(address)
        else:
            found += _of_server().look(url, now)
        on_server = isinstance(keys, str) and is_ours(keys)
        if not on_server:
            found += checkup.look_at_keys(url, None if keys is None else Path(keys))
        if all(one.code not in ("schema_older", "keys_missing") for one in found):
            # An older schema would be changed by looking further.
            with Engine.open(url, programs, now, create=False, keys=keys) as engine:
                engine.tells(heard)
                found += [*engine.examine(late=late, chains=chains), *engine._examine_workers()]
        if on_server:
            # Whoever opens a store sweeps what was left.
            found += _of_server().look_at_keys(str(keys), url)
    except StoreTrouble as trouble:
        found.append(doctor.told_by(trouble))
    return found


def _of_server() -> ModuleType:
    """What looks at servers, which is imported where there is one alone."""
    try:
        from dyade.store.postgres import checkup
    except ModuleNotFoundError as error:
        if error.name != "psycopg":
            raise
        raise ExtraMissing("postgres") from None
    return checkup


def _store(url: str, create: bool, keys: Place) -> SqliteStore | PostgresStore:
    """The store that a URL names."""
    if not is_ours(url):
        return SqliteStore(url, create=create, keys=keys)
    try:
        from dyade.store.postgres.store import PostgresStore
    except ModuleNotFoundError as error:
        if error.name != "psycopg":
            raise
        raise ExtraMissing("postgres") from None
    from dyade.workers.waking import Waking

    return PostgresStore(url, create=create, keys=keys, wake=Waking())


class Engine(service.Engine):
    """An engine on a store and a folder of programs."""

    made_keys: Path | None = None
    """The file of keys that was made as the store began; whoever runs it should keep a copy, apart from the store's."""

    @classmethod
    def open(
        cls,
        url: str = "sqlite:///dyade.db",
        programs: str | os.PathLike[str] = "programs",
        now: Callable[[], int] = now,
        *,
        create: bool = True,
        keys: str | os.PathLike[str] | None = None,
    ) -> Self:
        """Open a store and a folder of programs; `now` gives microseconds since 1970, UTC.

        A store that is not there is made, unless `create` is false. `keys` is the file of the keys that hide what
        concerns people, or the address of the database where many machines share them; by default, a file in the
        configuration of whoever runs this, made for a store that begins.

        Raises `StoreTrouble` when the store cannot be used: read-only, damaged, made by a newer dyade …
        """
        place = keys if keys is None or (isinstance(keys, str) and is_ours(keys)) else Path(keys)
        store = _store(url, create, place)
        opened = cls(Desk(store, Programs(Folder(programs)), now, salt))
        opened.made_keys = store.made_keys
        if "opentelemetry.trace" in sys.modules:
            from dyade.watching.spans import Spans

            opened.watched_by(Spans())
        try:
            # A store that comes from an older copy learns what was erased since, before it answers anybody.
            erasing.catch_up(opened._desk)
        except BaseException:
            opened.close()
            raise
        return opened

    def working(
        self,
        *,
        errands: Sequence[Errand] = (),
        rate: int = RATE,
        told: Callable[[Done], None] | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> Clock | Hands:
        """Let time act on all dyads when they are due, as a context, or from `start` to `stop`.

        On a file, a clock; on a server, beside any number of others, on any machine. `errands` are run beside, `rate`
        is how many dyads time takes a second, `told` hears what each round did.
        """
        store = self._desk.store
        if isinstance(store, SqliteStore):
            from dyade.clock import Clock

            return Clock(self, errands=errands, rate=rate, told=told, progress=progress)
        from dyade.store.postgres.store import PostgresStore

        assert isinstance(store, PostgresStore)
        on = store
        try:
            from dyade.workers import queue
            from dyade.workers.hands import Hands
        except ModuleNotFoundError as error:
            if error.name != "procrastinate":
                raise
            raise ExtraMissing("postgres") from None

        def prepare() -> None:
            with on.beside() as connection:
                queue.bring_up_to_date(connection)

        return Hands(self, on.conninfo, prepare=prepare, errands=errands, rate=rate, told=told, progress=progress)

    def _examine_workers(self) -> list[Finding]:
        """What was begun by workers of which nothing is heard any more, and that nobody has taken over."""
        if isinstance(self._desk.store, SqliteStore):
            return []
        from dyade.service import doctor
        from dyade.store.postgres.store import PostgresStore
        from dyade.workers import queue

        assert isinstance(self._desk.store, PostgresStore)
        with self._desk.store.beside() as connection:
            number, since = queue.stalled(connection, doctor.SILENT)
        return [doctor.stalled(number, since)] if number else []

    def deliver(
        self,
        settings: Settings,
        *,
        seconds: float = 60.0,
        limit: int = 10_000,
        stop: Callable[[], bool] = lambda: False,
        write: Callable[[str], object] = print,
    ) -> Delivered:
        """Deliver the messages that are due, for about so many seconds at most; a worker calls this again and again.

        Safe beside others that do the same. `stop` ends it early; `write` takes what settings show on the console.
        """
        from random import SystemRandom

        from dyade.delivery.routes import SettledRoutes
        from dyade.service.deliver import deliver_round

        routes = SettledRoutes(settings, write)
        return deliver_round(self._desk, routes, SystemRandom().random, seconds=seconds, limit=limit, stop=stop)

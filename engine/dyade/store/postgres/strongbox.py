"""Where do the keys stand that many machines share? In a database of their own, of which no copy of the store has any.

The key that wraps them is not there: it stands in a file, or in a variable, of each machine. A server keeps what is
overwritten until its place is taken: after keys were destroyed, their table is written anew, by whoever destroyed them
or by the next one who opens it.
"""

from __future__ import annotations

import hmac
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from threading import Lock, Timer
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import parse_qsl, quote, urlencode

from dyade.errors import StoreTrouble
from dyade.service.ports import Again
from dyade.store.driver import Driver
from dyade.store.postgres.address import Address, shown
from dyade.store.postgres.driver import Postgres, connect
from dyade.store.strongbox import FileBox
from dyade.store.vault import KEY, default_file, make_file, read_file

if TYPE_CHECKING:
    from psycopg.errors import Diagnostic

VARIABLE: Final = "DYADE_KEYS_SECRET"
"""Where the key that wraps the others may stand instead of a file: 64 hexadecimal digits."""
_MAKING: Final = "SELECT pg_advisory_xact_lock(7526466502170372966)"
_WRITING: Final = "BEGIN; SELECT pg_advisory_xact_lock(7526466502170372967)"
_READING: Final = "BEGIN READ ONLY"
_SWEEPING: Final = "SELECT pg_advisory_lock(7526466502170372968)"
_SWEPT: Final = "SELECT pg_advisory_unlock(7526466502170372968)"
_SCHEMA: Final = (
    """CREATE TABLE dyade_keys (version BIGINT NOT NULL, mark BYTEA NOT NULL,
        destroyed BIGINT NOT NULL, swept BIGINT NOT NULL)""",
    """CREATE TABLE keys (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, store TEXT COLLATE "C" NOT NULL,
        owner TEXT COLLATE "C" NOT NULL, dyad TEXT COLLATE "C" NOT NULL, wrapped BYTEA, retired BIGINT)""",
    "CREATE UNIQUE INDEX keys_in_use ON keys (store, owner, dyad) WHERE retired IS NULL",
    "CREATE INDEX keys_retired ON keys (store, retired) WHERE retired IS NOT NULL",
    """CREATE TABLE erasures (n BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, store TEXT COLLATE "C" NOT NULL,
        owner TEXT COLLATE "C" NOT NULL, dyad TEXT COLLATE "C" NOT NULL, what TEXT NOT NULL, reason TEXT NOT NULL,
        at BIGINT NOT NULL)""",
)
_KEYS: Final = """INSERT INTO keys (id, store, owner, dyad, wrapped, retired) OVERRIDING SYSTEM VALUE
    VALUES (?, ?, ?, ?, ?, ?)"""
_ERASURES: Final = """INSERT INTO erasures (n, store, owner, dyad, what, reason, at) OVERRIDING SYSTEM VALUE
    VALUES (?, ?, ?, ?, ?, ?, ?)"""
_NEXT: Final = """SELECT
    setval(pg_get_serial_sequence('keys', 'id'), (SELECT coalesce(max(id), 0) + 1 FROM keys), false),
    setval(pg_get_serial_sequence('erasures', 'n'), (SELECT coalesce(max(n), 0) + 1 FROM erasures), false)"""
_MADE: Final = "SELECT to_regclass(quote_ident(current_schema()) || '.dyade_keys') IS NOT NULL"
_OTHERS: Final = """SELECT 1 FROM pg_class WHERE relnamespace = current_schema()::regnamespace
    AND relkind IN ('r', 'p', 'v', 'm') LIMIT 1"""
_WHERE: Final = """SELECT (SELECT system_identifier FROM pg_control_system()), oid::bigint
    FROM pg_database WHERE datname = current_database()"""
_TEMPORARY: Final = ("away", "busy", "unsure")
PAUSES: Final = (0.0, 0.05, 0.2, 0.5, 1.0)
"""Seconds before each trial to write the table anew."""
SELDOM: Final = 20
"""How many times as long as it takes to write the table anew one waits before it is done again."""


class Content(NamedTuple):
    """What is in a box: its rows, with their numbers."""

    keys: Sequence[tuple[Any, ...]]
    erasures: Sequence[tuple[Any, ...]]


NOTHING: Final = Content((), ())


class Server(NamedTuple):
    """Which database it is, by whatever name one came to it."""

    cluster: int
    database: int


class KeysAddress(NamedTuple):
    """Where keys are on a server, and in which file the key that wraps them is; `?file=` is ours."""

    address: Address
    file: Path | None
    shown: str
    """The same without what is secret."""

    @classmethod
    def of(cls, url: str) -> KeysAddress:
        """Read a URL."""
        place, _, query = url.partition("?")
        said = parse_qsl(query, keep_blank_values=True)
        file = dict(said).get("file")
        rest = urlencode([one for one in said if one[0] != "file"], quote_via=quote)
        return cls(Address(f"{place}?{rest}" if rest else place), Path(file) if file else None, shown(url))

    def master_file(self) -> Path | None:
        """The file of the key that wraps the others, `None` where a variable holds it."""
        if self.file is None and VARIABLE in os.environ:
            return None
        return self.file or default_file()

    def master(self) -> bytes:
        """Read the key that wraps the others."""
        file = self.master_file()
        if file is not None:
            return read_file(file)
        try:
            key = bytes.fromhex(os.environ[VARIABLE].strip())
        except ValueError:
            key = b""
        if len(key) != KEY:
            # Neither what stands there nor where it is wrong is said.
            raise StoreTrouble("keys_secret", VARIABLE)
        return key


class ServerBox:
    """The keys and the register of erasures on a server; many processes and machines may share them."""

    unconfirmed: StoreTrouble | None = None

    def __init__(self, at: KeysAddress) -> None:
        self.place = at.shown
        self._address = at.address
        self._free: list[Postgres] = []
        self._inherited: list[Postgres] = []
        self._process = os.getpid()
        self._closed = False
        self._timing = Lock()
        self._timer: Timer | None = None
        self._next_sweep = 0.0
        self._owes = False

    # ------------------------------------------------------------------------------------------------------ opening it

    def server(self) -> Server:
        """Which database it is."""
        with self.open() as box:
            return server_of(box)

    def is_made(self) -> bool:
        """Whether keys stand there. Raises `StoreTrouble` where something else does."""
        with self.open() as box:
            if box.execute(_MADE).fetchone()[0]:
                return True
            if box.execute(_OTHERS).fetchone() is not None:
                raise StoreTrouble("keys_foreign", self.place)
        return False

    def make(self, master: bytes, come: Content = NOTHING) -> bool:
        """Make its tables, with what comes from another box; `False` where they are there already."""
        with self._opened("BEGIN") as box:
            box.execute(_MAKING)
            if box.execute(_MADE).fetchone()[0]:
                return False
            for text in _SCHEMA:
                box.execute(text)
            box.execute("INSERT INTO dyade_keys VALUES (1, ?, 0, 0)", (_mark(master),))
            if come is not NOTHING:
                # Whatever was hidden names its key by number.
                box.executemany(_KEYS, come.keys)
                box.executemany(_ERASURES, come.erasures)
                box.execute(_NEXT)
        return True

    def check(self, master: bytes) -> None:
        """Make sure that these keys are wrapped by that one: another would hide what nobody else can show."""
        with self.open() as box:
            version, mark = box.execute("SELECT version, mark FROM dyade_keys").fetchone()
        if version != 1:
            raise StoreTrouble("newer", str(version))
        if not hmac.compare_digest(bytes(mark), _mark(master)):
            raise StoreTrouble("keys_other", self.place)

    @contextmanager
    def open(self, *, writing: bool = False) -> Iterator[Driver]:
        """Open it for one piece of work; two that write wait for each other."""
        with self._opened(_WRITING if writing else _READING) as box:
            yield box

    @contextmanager
    def _opened(self, begin: str) -> Iterator[Driver]:
        try:
            connection = self._begun(begin)
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                self._give_back(connection)
        except Again as again:
            raise self._told(again.trouble) from again
        except StoreTrouble as trouble:
            raise self._told(trouble) from trouble

    def _told(self, trouble: StoreTrouble) -> StoreTrouble:
        """The store and the keys are on two servers: it is said which of them has a trouble."""
        if trouble.reason.startswith("keys"):
            return trouble
        reason = "keys_away" if trouble.reason in _TEMPORARY else "keys_unread"
        return StoreTrouble(reason, f"{self.place}: {trouble.detail}")

    def _begun(self, begin: str) -> Postgres:
        """Take a connection; one that broke while it waited is replaced unseen."""
        if self._process != os.getpid():
            # In a process that was forked since, the other one keeps its connections.
            self._inherited += self._free
            self._free, self._process, self._timer, self._timing = [], os.getpid(), None, Lock()
        while self._free:
            connection = self._free.pop()
            try:
                connection.execute(begin)
            except Again:
                connection.close()
            except BaseException:
                connection.close()
                raise
            else:
                return connection
        connection = connect(self._address)
        try:
            connection.execute(begin)
        except BaseException:
            connection.close()
            raise
        return connection

    def _give_back(self, connection: Postgres) -> None:
        with suppress(Again, StoreTrouble):
            if not connection.is_broken and not connection.is_idle:
                connection.execute("ROLLBACK")
        if self._closed or connection.is_broken or not connection.is_idle:
            connection.close()
        else:
            self._free.append(connection)

    # -------------------------------------------------------------------------------------------------------- sweeping

    def destroying(self, box: Driver) -> None:
        """Count what is destroyed, so that nobody forgets to write the table anew."""
        box.execute("UPDATE dyade_keys SET destroyed = destroyed + 1")

    def unswept(self) -> int:
        """How many times keys were destroyed since the table was last written anew."""
        with self.open() as box:
            [found] = box.execute("SELECT destroyed - swept FROM dyade_keys").fetchone()
        return int(found)

    def sweep(self) -> None:
        """Write the table anew; where it takes long, once for all that is destroyed meanwhile."""
        with self._timing:
            if self._timer is not None:
                return
            wait = self._next_sweep - monotonic()
            if wait > 0 and not self._closed:
                self._timer = Timer(wait, self._sweep_later)
                self._timer.daemon = True
                self._timer.start()
                return
        self._sweep()

    def _sweep_later(self) -> None:
        with self._timing:
            self._timer = None
        self._sweep()

    def _sweep(self) -> None:
        # What cannot be swept now is counted, and swept by the next one: the keys themselves are destroyed.
        self._owes = True
        with suppress(Again, StoreTrouble), closing(connect(self._address)) as connection:
            begun = monotonic()
            connection.execute(_SWEEPING)
            try:
                [destroyed, swept] = connection.execute("SELECT destroyed, swept FROM dyade_keys").fetchone() or (0, 0)
                if destroyed > swept and _patiently(connection):
                    connection.execute("UPDATE dyade_keys SET swept = ?", (destroyed,))
                    swept = destroyed
                self._owes = swept < destroyed
            finally:
                connection.execute(_SWEPT)
            self._next_sweep = monotonic() + SELDOM * (monotonic() - begun)

    def close(self) -> None:
        """Let go of the server, once nothing is left to sweep."""
        with self._timing:
            self._closed = True
            waiting, self._timer = self._timer, None
        if waiting is not None:
            waiting.cancel()
        if waiting is not None or self._owes:
            self._sweep()
        while self._free:
            self._free.pop().close()


def server_of(box: Driver) -> Server:
    """Which database a connection is to."""
    return Server._make(box.execute(_WHERE).fetchone())


def _patiently(connection: Postgres) -> bool:
    """Write the table anew, again where somebody looked for a moment: the server's own processes do, now and then."""
    for pause in PAUSES:
        sleep(pause)
        if _written_anew(connection):
            return True
    return False


def _written_anew(connection: Postgres) -> bool:
    """Write the table of keys anew; whether nothing that was destroyed had to be kept for somebody who still looks."""
    told: list[str] = []

    def hear(said: Diagnostic) -> None:
        told.append(said.message_detail or "")

    connection.connection.add_notice_handler(hear)
    try:
        connection.execute("VACUUM (FULL, VERBOSE) keys")
    finally:
        connection.connection.remove_notice_handler(hear)
    # In whatever language: "0 dead row versions cannot be removed yet".
    numbers = [found[0] for detail in told if (found := re.findall(r"\d+", detail))]
    return bool(numbers) and numbers[0] == "0"


def _mark(master: bytes) -> bytes:
    """What tells whether a key is the one that wraps the others, and nothing of it."""
    return hmac.new(master, b"dyade keys", sha256).digest()


def may_make_file(at: KeysAddress) -> Path | None:
    """Make the file of the key that wraps the others, where there is none; the file that was made."""
    file = at.master_file()
    return file if file is not None and not file.exists() and make_file(file) else None


def carry(file: Path, url: str) -> bool:
    """Copy the keys of a file into a place of their own on a server; `False` where there are keys already.

    Raises `StoreTrouble` where the file cannot be read, and `keys_other` where another key would wrap them there: who
    a key is of is told by a digest under that key.
    """
    at = KeysAddress.of(url)
    master = read_file(file)
    box = ServerBox(at)
    try:
        if box.is_made():
            return False
        found = at.master_file()
        if (found is not None and not found.exists()) or not hmac.compare_digest(at.master(), master):
            raise StoreTrouble("keys_other", at.shown)
        with FileBox(file).open() as vault:
            keys = vault.execute("SELECT id, store, owner, dyad, wrapped, retired FROM keys ORDER BY id").fetchall()
            erasures = vault.execute(
                "SELECT n, store, owner, dyad, what, reason, at FROM erasures ORDER BY n"
            ).fetchall()
        return box.make(master, Content(keys, erasures))
    finally:
        box.close()

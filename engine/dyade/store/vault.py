"""Which keys hide the data of which person? They live outside the store, so that destroying one reaches its old copies.

Two files stand side by side, both for their owner alone: FILE holds the key that wraps all the others, and FILE.vault
holds those, one for each (person, dyad), one for each person in the register, one for what a dyad keeps of several
people at once. Persons are known there by a keyed digest. The vault also keeps the erasures, so that a store restored
from an older copy is told of them again. Many stores may share the two files. (door: cryptography)
"""

from __future__ import annotations

import hmac
import os
import sqlite3
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

from dyade.errors import StoreTrouble
from dyade.service.ports import Asked

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

HEADING: Final = "dyade keys 1"
"""The first line of the file, so that no other file is taken for one."""
KEY: Final = 32
"""Bytes of a key: AES-256."""
_ID: Final = 8
_NONCE: Final = 12
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS keys (
    id INTEGER PRIMARY KEY AUTOINCREMENT, store TEXT NOT NULL, owner TEXT NOT NULL, dyad TEXT NOT NULL,
    wrapped BLOB, retired INTEGER);
CREATE UNIQUE INDEX IF NOT EXISTS keys_in_use ON keys (store, owner, dyad) WHERE retired IS NULL;
CREATE TABLE IF NOT EXISTS erasures (
    n INTEGER PRIMARY KEY AUTOINCREMENT, store TEXT NOT NULL, owner TEXT NOT NULL, dyad TEXT NOT NULL,
    what TEXT NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL)
"""


_ASKED: Final = """SELECT n, owner, dyad, what, reason, at,
    EXISTS (SELECT 1 FROM keys k WHERE k.store = e.store AND k.retired = e.n AND k.wrapped IS NOT NULL)
    FROM erasures e WHERE store = ? ORDER BY n"""


class Tampered(Exception):
    """What was hidden is not as it was hidden."""


def default_file() -> Path:
    """Where keys are kept, unless they are told to be elsewhere: the configuration of whoever runs dyade."""
    home = os.environ.get("XDG_CONFIG_HOME") or (os.environ.get("APPDATA") if os.name == "nt" else None)
    return (Path(home) if home else Path.home() / ".config") / "dyade" / "keys"


def make_file(file: Path) -> bool:
    """Make a file of keys, for its owner alone; `False` where there is one already, which stays."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = file.with_name(f"{file.name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w", encoding="ascii") as written:  # noqa: PTH123 (a descriptor)
            written.write(f"{HEADING}\n{os.urandom(KEY).hex()}\n")
            written.flush()
            os.fsync(written.fileno())
        try:
            # Whole or not at all, and never over another: two who begin at once share the first one's.
            os.link(draft, file)
        except FileExistsError:
            return False
        finally:
            draft.unlink()
    except OSError as error:
        raise StoreTrouble("keys", f"{file}: {error.strerror or type(error).__name__}") from error
    return True


def _read_file(file: Path) -> bytes:
    try:
        heading, written = file.read_text(encoding="ascii").splitlines()
        key = bytes.fromhex(written)
    except (OSError, ValueError) as error:
        raise StoreTrouble("keys", str(file)) from error
    if heading != HEADING or len(key) != KEY:
        raise StoreTrouble("keys", str(file))
    return key


class Vault:
    """The keys of one store. In memory (`file` is `None`), they last no longer than the store does."""

    def __init__(self, file: Path | None, store: str) -> None:
        self.file = file
        self._store = store
        self._master = os.urandom(KEY) if file is None else _read_file(file)
        self._memory = None
        if file is None:
            self._memory = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
            self._memory.executescript(_SCHEMA)
        self._lock = Lock()
        self._in_use: dict[tuple[str, str], int] = {}
        self._opened: dict[int, AESGCM | None] = {}
        self._ready = self._memory is not None
        self.epoch = 0

    # ------------------------------------------------------------------------------------------------- hiding, showing

    def hide(self, person: str, dyad: str, text: str, salt: bytes = b"") -> str:
        """Hide what concerns a person in a dyad; an empty id stands for all of them, or for the register."""
        id_ = self._current(person, dyad)
        cipher = self._cipher(id_)
        if cipher is None:
            raise StoreTrouble("keys", str(self.file))
        head = id_.to_bytes(_ID)
        nonce = os.urandom(_NONCE)
        return b64encode(head + nonce + cipher.encrypt(nonce, salt + text.encode(), head)).decode()

    def show(self, hidden: str) -> bytes | None:
        """Give back what was hidden, `None` once its key is destroyed; `Tampered` where it is something else."""
        try:
            content = b64decode(hidden, validate=True)
        except ValueError as error:
            raise Tampered from error
        head, nonce, rest = content[:_ID], content[_ID : _ID + _NONCE], content[_ID + _NONCE :]
        if len(rest) < 16:  # the tag alone
            raise Tampered
        cipher = self._cipher(int.from_bytes(head))
        if cipher is None:
            return None
        from cryptography.exceptions import InvalidTag

        try:
            return cipher.decrypt(nonce, rest, head)
        except InvalidTag as error:
            raise Tampered from error

    def turn(self, epoch: int) -> None:
        """Forget which keys are in use, where somebody erased something since."""
        if epoch != self.epoch:
            with self._lock:
                self._in_use.clear()
                self.epoch = epoch

    def _current(self, person: str, dyad: str) -> int:
        found = self._in_use.get((person, dyad))
        if found is not None:
            return found
        owner = self.owner(person)
        with self._lock, self._open(writing=True) as vault:
            row = vault.execute(
                "SELECT id FROM keys WHERE store = ? AND owner = ? AND dyad = ? AND retired IS NULL",
                (self._store, owner, dyad),
            ).fetchone()
            id_ = int(row[0]) if row else self._made(vault, owner, dyad)
            self._in_use[person, dyad] = id_
        return id_

    def _made(self, vault: sqlite3.Connection, owner: str, dyad: str) -> int:
        from cryptography.hazmat.primitives.keywrap import aes_key_wrap

        made = vault.execute(
            "INSERT INTO keys (store, owner, dyad, wrapped) VALUES (?, ?, ?, ?)",
            (self._store, owner, dyad, aes_key_wrap(self._master, os.urandom(KEY))),
        )
        return made.lastrowid or 0

    def _cipher(self, id_: int) -> AESGCM | None:
        if id_ in self._opened:
            return self._opened[id_]
        with self._lock, self._open() as vault:
            row = vault.execute("SELECT wrapped FROM keys WHERE id = ? AND store = ?", (id_, self._store)).fetchone()
        if row is None:
            # Nothing says that it was destroyed: these are not the keys of this store, or no longer all of them.
            raise StoreTrouble("keys", str(self.file))
        cipher = None if row[0] is None else self._unwrapped(row[0])
        self._opened[id_] = cipher
        return cipher

    def _unwrapped(self, wrapped: bytes) -> AESGCM:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
        from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

        try:
            return AESGCM(aes_key_unwrap(self._master, wrapped))
        except InvalidUnwrap as error:
            raise StoreTrouble("keys", str(self.file)) from error

    def owner(self, person: str) -> str:
        """How a person is known among the keys: only who has the file can tell, and only of an id they know."""
        if not person:
            return ""
        return hmac.new(self._master, f"{self._store}\0{person}".encode(), sha256).hexdigest()

    # -------------------------------------------------------------------------------------------------------- erasures

    def ask_to_erase(self, person: str, dyad: str, what: str, reason: str, at: int) -> int:
        """Register an erasure before anything is erased: whatever happens then, it will be done.

        It is of all that concerns a person, or of what a dyad keeps: `dyad` for all, `forms.x` for what one form gave.
        """
        with self._lock, self._open(writing=True) as vault:
            asked = vault.execute(
                "INSERT INTO erasures (store, owner, dyad, what, reason, at) VALUES (?, ?, ?, ?, ?, ?)",
                (self._store, self.owner(person), dyad, what, reason, at),
            )
            return asked.lastrowid or 0

    def erasures(self) -> list[Asked]:
        """List the erasures that were asked for, in their order."""
        with self._lock, self._open() as vault:
            rows = vault.execute(_ASKED, (self._store,))
            return [Asked._make((*row[:6], bool(row[6]))) for row in rows]

    def retire(self, n: int, person: str, dyads: list[str]) -> None:
        """Use no more the keys of a person, nor those of what these dyads keep of several people at once."""
        with self._lock, self._open(writing=True) as vault:
            retired = "UPDATE keys SET retired = ? WHERE store = ? AND owner = ? AND retired IS NULL"
            if person:
                vault.execute(retired, (n, self._store, self.owner(person)))
            vault.executemany(f"{retired} AND dyad = ?", [(n, self._store, "", dyad) for dyad in dyads])
            self._in_use.clear()

    def retire_within(self, n: int, dyad: str, what: str) -> None:
        """Use no more the keys of what a dyad, or one of its forms, keeps."""
        with self._lock, self._open(writing=True) as vault:
            retired = "UPDATE keys SET retired = ? WHERE store = ? AND retired IS NULL"
            vault.execute(f"{retired} AND owner = '' AND dyad = ?", (n, self._store, dyad))
            if what == "dyad":
                vault.execute(f"{retired} AND (dyad = ? OR dyad GLOB ?)", (n, self._store, dyad, f"{dyad}/*"))
            else:
                place = f"{dyad}/{what.removeprefix('forms.')}"
                vault.execute(f"{retired} AND dyad = ?", (n, self._store, place))
            self._in_use.clear()

    def destroy(self, n: int) -> None:
        """Destroy the keys that an erasure retired: what they hid is gone, in every copy."""
        with self._lock, self._open(writing=True) as vault:
            vault.execute("UPDATE keys SET wrapped = NULL WHERE store = ? AND retired = ?", (self._store, n))
            self._opened.clear()

    # ------------------------------------------------------------------------------------------------------- the vault

    @contextmanager
    def _open(self, *, writing: bool = False) -> Iterator[sqlite3.Connection]:
        """The vault for one piece of work: what was asked of it is remembered, and it is seldom asked."""
        if self._memory is not None:
            yield self._memory
            return
        try:
            if not self._ready:
                self._make()
            vault = sqlite3.connect(f"{self.file}.vault", timeout=10, isolation_level=None)
            try:
                self._prepare(vault)
                vault.execute("BEGIN IMMEDIATE" if writing else "BEGIN")
                yield vault
                vault.execute("COMMIT")
            finally:
                vault.close()
        except (sqlite3.Error, OSError) as error:
            raise StoreTrouble("keys", f"{self.file}.vault: {error}") from error

    def _make(self) -> None:
        """Make the vault for its owner alone, before anything is in it."""
        with suppress(FileExistsError):
            os.close(os.open(f"{self.file}.vault", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))

    def _prepare(self, vault: sqlite3.Connection) -> None:
        vault.execute("PRAGMA synchronous = FULL")
        # What was destroyed must not stay in a free place of the file.
        vault.execute("PRAGMA secure_delete = ON")
        if not self._ready:
            if not Path(f"{self.file}.vault").stat().st_size:
                vault.executescript(f"BEGIN IMMEDIATE; {_SCHEMA}; COMMIT")
            self._ready = True

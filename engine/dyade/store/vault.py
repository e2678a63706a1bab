"""Which keys hide the data of which person? They live outside the store, so that destroying one reaches its old copies.

FILE, for its owner alone, holds the key that wraps all the others; those stand in a box, FILE.vault beside it or a
database on a server: one for each (person, dyad), one for each person in the register, one for what a dyad keeps of
several people at once. Persons are known there by a keyed digest. The box also keeps the erasures, so that a store
restored from an older copy is told of them again. Many stores may share them. (door: cryptography)
"""

from __future__ import annotations

import hmac
import os
from base64 import b64decode, b64encode
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from dyade.errors import StoreTrouble
from dyade.flow.retention import scope_of
from dyade.service.ports import Asked
from dyade.store.driver import Driver
from dyade.store.strongbox import Box, FileBox, MemoryBox

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

HEADING: Final = "dyade keys 1"
"""The first line of the file, so that no other file is taken for one."""
KEY: Final = 32
"""Bytes of a key: AES-256."""
_ID: Final = 8
_NONCE: Final = 12
_FEW: Final = 4
_MANY: Final = 64
_IN_USE: Final = "SELECT id, dyad, wrapped FROM keys WHERE store = ? AND owner = '' AND retired IS NULL"
_ASKED: Final = """SELECT n, owner, dyad, what, reason, at,
    EXISTS (SELECT 1 FROM keys k WHERE k.store = e.store AND k.retired = e.n AND k.wrapped IS NOT NULL)
    FROM erasures e WHERE store = ? ORDER BY n"""


def certificates_place(dyad: str) -> str:
    """Under which key the names on certificates are hidden: they may have to stay longer than the rest."""
    return f"{dyad}/.certificates"


def enrolment_place(program: str, role: str) -> str:
    """Under which key of a person a profile is hidden: it may be erased apart. No dyad has such an id."""
    return f"enrolments/{program}/{role}"


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


def read_file(file: Path) -> bytes:
    """Read the key that wraps the others."""
    try:
        heading, written = file.read_text(encoding="ascii").splitlines()
        key = bytes.fromhex(written)
    except (OSError, ValueError) as error:
        raise StoreTrouble("keys", str(file)) from error
    if heading != HEADING or len(key) != KEY:
        raise StoreTrouble("keys", str(file))
    return key


def in_memory(store: str) -> Vault:
    """The keys of a store in memory, which last no longer than it does."""
    return Vault(MemoryBox(), os.urandom(KEY), store)


def in_file(file: Path, store: str) -> Vault:
    """The keys of a store, in the two files of one machine."""
    return Vault(FileBox(file), read_file(file), store)


class Nonces:
    """Numbers that are used once, for one transaction: the system is asked for many of them at a time.

    Each time that it is asked, another thread goes on; copied into another process, they would be used twice.
    """

    __slots__ = ("_at", "_drawn")

    def __init__(self) -> None:
        self._drawn = b""
        self._at = 0

    def take(self) -> bytes:
        """Give one that was never given."""
        if self._at == len(self._drawn):
            # Few commands hide more than a few values; a round on many dyads hides hundreds.
            self._drawn = os.urandom(_NONCE * (_FEW if not self._drawn else _MANY))
            self._at = 0
        start = self._at
        self._at = start + _NONCE
        return self._drawn[start : self._at]


class Vault:
    """The keys of one store, in a box that others may share."""

    def __init__(self, box: Box, master: bytes, store: str) -> None:
        self.place = box.place
        self._box = box
        self._store = store
        self._master = master
        self._lock = Lock()
        self._in_use: dict[tuple[str, str], int] = {}
        self._opened: dict[int, AESGCM | None] = {}
        self.owed: set[int] = set()
        """The erasures whose keys are still to be destroyed."""
        self.epoch = 0

    @property
    def unconfirmed(self) -> StoreTrouble | None:
        """Why nothing more may be written: the disk has not confirmed what was."""
        return self._box.unconfirmed

    # ------------------------------------------------------------------------------------------------- hiding, showing

    def hide(self, person: str, dyad: str, text: str, salt: bytes = b"", nonces: Nonces | None = None) -> str:
        """Hide what concerns a person in a dyad; an empty id stands for all of them, or for the register."""
        return b64encode(self.hide_content(person, dyad, salt + text.encode(), nonces)).decode()

    def hide_content(self, person: str, dyad: str, content: bytes, nonces: Nonces | None = None) -> bytes:
        """Hide the content of a file, as a text is hidden."""
        id_ = self._current(person, dyad)
        cipher = self._cipher(id_)
        if cipher is None:
            raise StoreTrouble("keys", self.place)
        head = id_.to_bytes(_ID)
        nonce = os.urandom(_NONCE) if nonces is None else nonces.take()
        return head + nonce + cipher.encrypt(nonce, content, head)

    def show(self, hidden: Any) -> bytes | None:
        """Give back a text that was hidden, `None` once its key is destroyed; `Tampered` where it is something else."""
        try:
            content = b64decode(hidden, validate=True)
        except (ValueError, TypeError) as error:  # a flipped bit makes another type of a column, too
            raise Tampered from error
        return self.show_content(content)

    def show_content(self, content: bytes) -> bytes | None:
        """Give back the content of a file, `None` once its key is destroyed."""
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

    def prepare(self, dyads: Sequence[str]) -> None:
        """Bring in one go the keys of what many dyads keep of several people; what lacks one gets it when needed."""
        wanted = [dyad for dyad in dyads if ("", dyad) not in self._in_use]
        if not wanted:
            return
        places = ", ".join("?" * len(wanted))
        text = f"{_IN_USE} AND dyad IN ({places})"
        with self._lock, self._box.open() as box:
            rows = box.execute(text, (self._store, *wanted)).fetchall()
        for id_, dyad, wrapped in rows:
            if id_ not in self._opened:
                self._opened[id_] = self._unwrapped(wrapped)
            self._in_use["", dyad] = id_

    def _current(self, person: str, dyad: str) -> int:
        found = self._in_use.get((person, dyad))
        if found is not None:
            return found
        owner = self.owner(person)
        with self._lock:
            with self._box.open(writing=True) as vault:
                row = vault.execute(
                    "SELECT id FROM keys WHERE store = ? AND owner = ? AND dyad = ? AND retired IS NULL",
                    (self._store, owner, dyad),
                ).fetchone()
                id_ = int(row[0]) if row else self._made(vault, owner, dyad)
            # Once it lasts: a key that was not kept would give its number to another.
            self._in_use[person, dyad] = id_
        return id_

    def _made(self, vault: Driver, owner: str, dyad: str) -> int:
        from cryptography.hazmat.primitives.keywrap import aes_key_wrap

        [made] = vault.execute(
            "INSERT INTO keys (store, owner, dyad, wrapped) VALUES (?, ?, ?, ?) RETURNING id",
            (self._store, owner, dyad, aes_key_wrap(self._master, os.urandom(KEY))),
        ).fetchone()
        return int(made)

    def _cipher(self, id_: int) -> AESGCM | None:
        if id_ in self._opened:
            return self._opened[id_]
        with self._lock, self._box.open() as vault:
            row = vault.execute("SELECT wrapped FROM keys WHERE id = ? AND store = ?", (id_, self._store)).fetchone()
        if row is None:
            # Nothing says that it was destroyed: these are not the keys of this store, or no longer all of them.
            raise StoreTrouble("keys", self.place)
        cipher = None if row[0] is None else self._unwrapped(row[0])
        self._opened[id_] = cipher
        return cipher

    def _unwrapped(self, wrapped: bytes) -> AESGCM:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
        from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

        try:
            return AESGCM(aes_key_unwrap(self._master, wrapped))
        except InvalidUnwrap as error:
            raise StoreTrouble("keys", self.place) from error

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
        with self._lock, self._box.open(writing=True) as vault:
            [asked] = vault.execute(
                "INSERT INTO erasures (store, owner, dyad, what, reason, at) VALUES (?, ?, ?, ?, ?, ?) RETURNING n",
                (self._store, self.owner(person), dyad, what, reason, at),
            ).fetchone()
            return int(asked)

    def erasures(self) -> list[Asked]:
        """List the erasures that were asked for, in their order."""
        with self._lock, self._box.open() as vault:
            rows = vault.execute(_ASKED, (self._store,))
            return [Asked._make((*row[:6], bool(row[6]))) for row in rows]

    def retire(self, n: int, person: str, dyads: list[str]) -> None:
        """Use no more the keys of a person, nor those of what these dyads keep of several people at once."""
        with self._lock, self._box.open(writing=True) as vault:
            retired = "UPDATE keys SET retired = ? WHERE store = ? AND owner = ? AND retired IS NULL"
            if person:
                vault.execute(retired, (n, self._store, self.owner(person)))
            if dyads:
                vault.executemany(f"{retired} AND dyad = ?", [(n, self._store, "", dyad) for dyad in dyads])
            self._in_use.clear()

    def retire_within(self, n: int, dyad: str, what: str) -> None:
        """Use no more the keys of what a dyad, or one of its forms, keeps, but for what is spared."""
        scope = scope_of(what)
        spared = [f"{dyad}/{form}" for form in scope.spared]
        spared += [certificates_place(dyad)] if scope.spares_certificates else []
        with self._lock, self._box.open(writing=True) as vault:
            retired = "UPDATE keys SET retired = ? WHERE store = ? AND retired IS NULL"
            vault.execute(f"{retired} AND owner = '' AND dyad = ?", (n, self._store, dyad))
            if scope.form is None:
                but = f"AND dyad NOT IN ({','.join('?' * len(spared))})" if spared else ""
                within = f"{retired} AND (dyad = ? OR substr(dyad, 1, length(?)) = ?) {but}"
                vault.execute(within, (n, self._store, dyad, f"{dyad}/", f"{dyad}/", *spared))
            else:
                vault.execute(f"{retired} AND dyad = ?", (n, self._store, f"{dyad}/{scope.form}"))
            self._in_use.clear()

    def retire_place(self, n: int, person: str, place: str) -> None:
        """Use no more the key of what one place keeps of a person."""
        with self._lock, self._box.open(writing=True) as vault:
            retired = "UPDATE keys SET retired = ? WHERE store = ? AND owner = ? AND dyad = ? AND retired IS NULL"
            vault.execute(retired, (n, self._store, self.owner(person), place))
            self._in_use.clear()

    def destroy(self, *erasures: int) -> None:
        """Destroy the keys that erasures retired, those too that could not be destroyed before.

        What they hid is gone, in every copy.
        """
        self.owed |= set(erasures)
        with self._lock:
            with self._box.open(writing=True) as vault:
                for n in sorted(self.owed):
                    vault.execute("UPDATE keys SET wrapped = NULL WHERE store = ? AND retired = ?", (self._store, n))
                self._box.destroying(vault)
            self.owed.clear()
            self._opened.clear()
        self._box.sweep()

    def close(self) -> None:
        """Let go of where the keys stand."""
        self._box.close()

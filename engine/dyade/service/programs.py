"""Which version of a program does a dyad live by, and which one would a new dyad live by?

A new dyad takes the file as it reads now. A running one keeps its behaviour, in the newest text of that behaviour: a
corrected typo reaches it, a changed rule does not. A file is read and checked only when it has changed since the store
last saw it: otherwise the canonical form that was kept is enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from threading import RLock
from time import monotonic
from typing import NamedTuple

from dyade.errors import NotFound, ProgramInvalid
from dyade.flow.codec import RecordCodec
from dyade.flow.snapshot import SnapshotCodec
from dyade.program.conditions.types import ListOf, Person, Type
from dyade.program.data import is_file
from dyade.program.program import Program
from dyade.service.ports import Published, Reading, Shelf

Files = Mapping[str, str | None]
LOOK = 0.1
"""Seconds between two looks at the files of a program: a look at each command would take a twentieth of its time."""


class Known:
    """A version of a program, with what is derived from it once."""

    __slots__ = (
        "attached", "behaviour", "files", "is_kept", "people", "program", "records", "shared_roles", "snapshots",
        "text",
    )  # fmt: skip

    def __init__(self, program: Program, files: Files, kept_as: tuple[str, str] | None) -> None:
        self.program = program
        # What is kept stays under the digests that it was kept with, even by a dyade that would write it otherwise.
        self.behaviour, self.text = kept_as or (program.behaviour, program.text)
        self.files = files
        self.is_kept = kept_as is not None
        """Whether the store has this text of it."""
        self.records = RecordCodec(program)
        self.snapshots = SnapshotCodec(program)
        roles = program.model.roles
        self.shared_roles = tuple(name for name, role in roles.items() if role.scope == "program")
        self.people = frozenset(path for path, datum in program.data.items() if _names_people(datum.type))
        """The data that name persons."""
        self.attached = frozenset(".".join(path) for path, datum in program.data.items() if is_file(datum.type))
        """Where it asks for files."""

    def publication(self, now: int) -> Published:
        """This version, to be kept."""
        program = self.program
        return Published(
            self.behaviour,
            self.text,
            program.id,
            program.version,
            program.behaviour_form(),
            program.canonical(),
            self.files,
            now,
        )

    def ending(self, leaf: str) -> str | None:
        """How a dyad that stands there ended: `None` while it goes on, empty where the program does not say."""
        state = self.program.graph.nodes[leaf].model
        return (state.outcome or "") if state.final else None


def _names_people(kind: Type) -> bool:
    return isinstance(kind.item if isinstance(kind, ListOf) else kind, Person)


class _Current(NamedTuple):
    """What the shelf holds of a program, as last looked at."""

    names: tuple[str, ...]
    signature: tuple[object, ...]
    known: Known | None
    error: ProgramInvalid | None = None


class Unread(Exception):
    """A program must be read before going on, outside of any transaction."""

    def __init__(self, program: str, behaviour: str | None) -> None:
        super().__init__(program, behaviour)
        self.program = program
        self.behaviour = behaviour


class Programs:
    """The versions of programs in use, read as they are needed; many threads may share it."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._known: dict[str, Known] = {}
        self._current: dict[str, _Current] = {}
        self._trusted: dict[str, float] = {}
        """Until when the files of a program need not be looked at again."""
        self._lock = RLock()

    def pinned(self, program: str, behaviour: str) -> Known:
        """The version of a running dyad; `Unread` if it is not at hand."""
        known = self._known.get(behaviour)
        if known is None or not self._is_fresh(program):
            raise Unread(program, behaviour)
        return known

    def current(self, program: str) -> Known:
        """The version of a dyad that begins now; `Unread` if it is not at hand."""
        if not self._is_fresh(program):
            raise Unread(program, None)
        found = self._current[program]
        if found.error is not None:
            raise found.error.with_traceback(None)
        if found.known is None:
            raise NotFound("program", program, self.offered())
        return found.known

    def unkept(self, program: str) -> Known | None:
        """The version on the shelf, when the store does not have it yet."""
        found = self._current.get(program)
        known = found.known if found is not None else None
        return None if known is None or known.is_kept else known

    def offered(self) -> tuple[str, ...]:
        """The ids of the programs on the shelf."""
        return self._shelf.programs()

    def _is_fresh(self, program: str) -> bool:
        """Whether the files of a program are what they were, as far as they were looked at lately."""
        found = self._current.get(program)
        if found is None:
            return False
        now = monotonic()
        if self._trusted.get(program, 0.0) > now:
            return True
        if self._shelf.signature(found.names) != found.signature:
            return False
        self._trusted[program] = now + LOOK
        return True

    def read(self, store: Reading, program: str, behaviour: str | None) -> None:
        """Read what `Unread` asked for."""
        with self._lock:
            if not self._is_fresh(program):
                self._current[program] = self._look(store, program)
            if behaviour is not None and behaviour not in self._known:
                kept = store.published(behaviour)
                if kept is None:
                    raise NotFound("program", f"{program}@{behaviour[:12]}")
                self._known[behaviour] = _restored(kept)

    def _look(self, store: Reading, program: str) -> _Current:
        """Find the version that the shelf holds: kept already, or new."""
        for kept in store.publications(program):
            signature = self._shelf.signature(tuple(kept.files))
            if all(self._digest(name) == digest for name, digest in kept.files.items()):
                return _Current(tuple(kept.files), signature, self._adopt(_restored(kept)))
        return self._load(program)

    def _load(self, program: str) -> _Current:
        from dyade.program.load import load

        name = f"{program}.yaml"
        files: dict[str, str | None] = {}
        # Signed first: what changes while it is read is then read again.
        signature = self._shelf.signature((name,))

        def read_file(asked: str) -> bytes | None:
            nonlocal signature
            if asked not in files:
                signature += self._shelf.signature((asked,))
            content = self._shelf.read(asked)
            files[asked] = _hashed(content)
            return content

        text = self._shelf.read(name)
        files[name] = _hashed(text)
        if text is None:
            return _Current((name,), signature, None)
        try:
            loaded = load(text, name, read_file)
        except ProgramInvalid as error:
            return _Current(tuple(files), signature, None, error)
        known = self._adopt(Known(loaded, files, None)) if loaded.id == program else None
        return _Current(tuple(files), signature, known)

    def _adopt(self, known: Known) -> Known:
        """Use this text for every dyad of its behaviour, from now on."""
        before = self._known.get(known.behaviour)
        if before is not None and before.text == known.text:
            before.files = known.files
            before.is_kept = before.is_kept and known.is_kept
            return before
        self._known[known.behaviour] = known
        return known

    def _digest(self, name: str) -> str | None:
        return _hashed(self._shelf.read(name))


def _hashed(content: bytes | None) -> str | None:
    return None if content is None else sha256(content).hexdigest()


def _restored(kept: Published) -> Known:
    from dyade.program.restore import restore

    return Known(restore(kept.full_form), kept.files, (kept.behaviour, kept.text))

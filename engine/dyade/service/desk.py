"""What does every piece of work need? A store, the programs, the time, and the dyads that were read last."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import TypeVar

from dyade.errors import StoreTrouble
from dyade.flow.snapshot import Snapshot
from dyade.service.keep import Before, Salt
from dyade.service.ports import Reading, Store, StoredDyad, Writing
from dyade.service.programs import Known, Programs, Unread

Clock = Callable[[], int]
"""Gives the present instant."""
Result = TypeVar("Result")


class Recent:
    """The dyads read or kept last, each with the hash of its last record: while that stands, so does the dyad."""

    __slots__ = ("_found", "_lock", "_most")

    def __init__(self, most: int = 1000) -> None:
        self._found: OrderedDict[str, tuple[bytes, Snapshot]] = OrderedDict()
        self._lock = Lock()
        self._most = most

    def get(self, dyad: str, hash_: bytes) -> Snapshot | None:
        """The dyad, if its last record still has this hash."""
        found = self._found.get(dyad)
        return found[1] if found is not None and found[0] == hash_ else None

    def put(self, dyad: str, hash_: bytes, snapshot: Snapshot) -> None:
        """Remember a dyad; of too many, forget the oldest."""
        with self._lock:
            self._found[dyad] = (hash_, snapshot)
            if len(self._found) > self._most:
                self._found.popitem(last=False)


class Desk:
    """What an engine works with; many threads may share it."""

    __slots__ = ("now", "programs", "recent", "salt", "store")

    def __init__(self, store: Store, programs: Programs, now: Clock, salt: Salt) -> None:
        self.store = store
        self.programs = programs
        self.now = now
        self.salt = salt
        self.recent = Recent()

    def look(self, work: Callable[[Reading], Result]) -> Result:
        """Do work on one consistent view; programs that it lacks are read in between."""
        while True:
            try:
                with self.store.reading() as view:
                    return work(view)
            except Unread as asked:
                missing = asked
            self._read(missing)

    def write(self, work: Callable[[Writing], Result]) -> Result:
        """Do work in one transaction, which the work itself commits."""
        while True:
            try:
                with self.store.writing() as transaction:
                    return work(transaction)
            except Unread as asked:
                missing = asked
            self._read(missing)

    def _read(self, missing: Unread) -> None:
        with self.store.reading() as view:
            self.programs.read(view, missing.program, missing.behaviour)

    def opened(self, row: StoredDyad) -> tuple[Known, Before]:
        """Read what a row says of a dyad."""
        known = self.programs.pinned(row.program, row.behaviour)
        snapshot = self.recent.get(row.id, row.hash)
        if snapshot is None:
            dyad = known.snapshots.decode(row.public, row.private)
            if (dyad.id, dyad.revision, dyad.behaviour) != (row.id, row.revision, row.behaviour):
                raise StoreTrouble("damaged", row.id)
            snapshot = known.snapshots.encode(dyad)
            self.recent.put(row.id, row.hash, snapshot)
        return known, Before(row, snapshot)

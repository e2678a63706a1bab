"""What does every piece of work need? A store, the programs, the time, and the dyads that were read last."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import TypeVar

from dyade.errors import StoreTrouble
from dyade.service.counted import Heard
from dyade.service.keep import Before, Salt
from dyade.service.looking_on import Onlooker
from dyade.service.ports import Again, Reading, Store, StoredDyad, Writing
from dyade.service.programs import Known, Programs, Unread

Clock = Callable[[], int]
"""Gives the present instant."""
Result = TypeVar("Result")
ATTEMPTS = 10
"""How often work is begun anew that others were in the way of."""


class Recent:
    """The dyads seen last, each as it was then: another process may have changed it, the store tells."""

    __slots__ = ("_lock", "_most", "_seen")

    def __init__(self, most: int = 1000) -> None:
        self._seen: OrderedDict[str, Before] = OrderedDict()
        self._lock = Lock()
        self._most = most

    def get(self, dyad: str) -> Before | None:
        """A dyad as it was seen."""
        return self._seen.get(dyad)

    def put(self, seen: Before) -> None:
        """Remember a dyad; of too many, forget the one that was not seen for longest."""
        with self._lock:
            self._seen[seen.row.id] = seen
            self._seen.move_to_end(seen.row.id)
            if len(self._seen) > self._most:
                self._seen.popitem(last=False)


class Desk:
    """What an engine works with; many threads may share it."""

    __slots__ = ("heard", "now", "onlookers", "programs", "recent", "salt", "store")

    def __init__(self, store: Store, programs: Programs, now: Clock, salt: Salt) -> None:
        self.store = store
        self.programs = programs
        self.now = now
        self.salt = salt
        self.recent = Recent()
        self.onlookers: tuple[Onlooker, ...] = ()
        self.heard: Heard | None = None
        """Who hears how far something long has come."""

    def look(self, work: Callable[[Reading], Result]) -> Result:
        """Do work on one consistent view."""

        def once() -> Result:
            with self.store.reading() as view:
                return work(view)

        return self._done(once)

    def write(self, work: Callable[[Writing], Result]) -> Result:
        """Do work in one transaction, which the work itself commits."""

        def once() -> Result:
            with self.store.writing() as transaction:
                return work(transaction)

        return self._done(once)

    def _done(self, once: Callable[[], Result]) -> Result:
        """Do it; anew where others were in the way, and once the programs that it lacks are read."""
        attempt = 1
        while True:
            try:
                return once()
            except Unread as asked:
                missing = asked
            except Again as again:
                if attempt == ATTEMPTS:
                    raise again.trouble from again
                attempt += 1
                continue
            self._read(missing)

    def _read(self, missing: Unread) -> None:
        with self.store.reading() as view:
            self.programs.read(view, missing.program, missing.behaviour)

    def found(self, view: Reading, dyad: str) -> tuple[Known, Before] | None:
        """Find a dyad; one that is still as it was seen last is not read again."""
        seen = self.recent.get(dyad)
        if seen is not None and view.stands(seen.row):
            return self.programs.pinned(seen.row.program, seen.row.behaviour), seen
        row = view.dyad(dyad)
        return None if row is None else self.opened(row)

    def opened(self, row: StoredDyad, *, remembers: bool = True) -> tuple[Known, Before]:
        """Read what a row says of a dyad."""
        known = self.programs.pinned(row.program, row.behaviour)
        seen = self.recent.get(row.id)
        if seen is not None and seen.row == row:
            return known, seen
        snapshot = known.snapshots.open(row.public, row.private)
        dyad = snapshot.dyad
        if dyad.id != row.id or dyad.revision != row.revision or dyad.behaviour != row.behaviour:
            raise StoreTrouble("damaged", row.id)
        before = Before(row, snapshot)
        if remembers:
            self.recent.put(before)
        return known, before

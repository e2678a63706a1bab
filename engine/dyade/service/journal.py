"""How is the journal read back: as records, as a timeline?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from dyade.errors import StoreTrouble
from dyade.flow.dyad import Dyad
from dyade.flow.evolve import fold
from dyade.flow.messages import Record
from dyade.service.ports import CHANGED, Reading, StoredDyad, StoredRecord, StoredSeal
from dyade.service.programs import Known, Programs


class Kept(NamedTuple):
    """A record in the journal."""

    seq: int
    """Its place in the whole journal."""
    n: int
    """Its place among the records of its revision."""
    record: Record
    hash: bytes


class Lives:
    """The versions of its program that a dyad has lived by, each from a revision on."""

    __slots__ = ("_lives",)

    def __init__(self, lives: Iterable[tuple[int, Known]]) -> None:
        self._lives = tuple(lives)

    @classmethod
    def of(cls, view: Reading, programs: Programs, row: StoredDyad) -> Lives:
        """Find them; `Unread` if one is not at hand."""
        return cls((since, programs.pinned(row.program, behaviour)) for since, behaviour in view.lives(row.id))

    def __len__(self) -> int:
        return len(self._lives)

    def __iter__(self) -> Iterator[tuple[int, int, Known]]:
        """(the revision from which it did, that before which it did no more, the version)."""
        ends = [since for since, _ in self._lives[1:]]
        for (since, known), until in zip(self._lives, [*ends, 2**62], strict=True):
            yield since, until, known

    def at(self, revision: int) -> Known:
        """The version in whose words a record is written."""
        return next(known for since, known in reversed(self._lives) if since <= revision)

    def fold(self, dyad: str, records: Iterable[Record]) -> Dyad:
        """Make the dyad of its records, from the first on."""
        versions = {known.behaviour: known.program for _, known in self._lives[1:]}
        return fold(self._lives[0][1].program, dyad, records, versions)


def records_of(view: Reading, lives: Lives, dyad: str, rows: Iterable[StoredRecord]) -> list[Record]:
    """Read the records of a dyad, each in the words of the version that it is of."""
    seals = view.sealed(dyad)
    return [read(lives.at(row.head.revision), row, seals) for row in rows]


def read(known: Known, row: StoredRecord, seals: Mapping[int, Mapping[int, StoredSeal]]) -> Record:
    """Read one record, with what is sealed beside it."""
    if CHANGED in seals.get(row.seq, {}).values():
        raise StoreTrouble("damaged", str(row.seq))
    opened = {place: seal.value for place, seal in seals.get(row.seq, {}).items()}
    return known.records.decode(row.kind, row.head, row.body, opened)


def folded(view: Reading, programs: Programs, row: StoredDyad) -> Dyad:
    """Make a dyad anew from all its records."""
    lives = Lives.of(view, programs, row)
    return lives.fold(row.id, records_of(view, lives, row.id, view.records(row.id)))

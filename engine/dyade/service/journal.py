"""How is the journal read back: as records, as a timeline?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from dyade.flow.messages import Record
from dyade.service.ports import Reading, StoredRecord, StoredSeal
from dyade.service.programs import Known


class Kept(NamedTuple):
    """A record in the journal."""

    seq: int
    """Its place in the whole journal."""
    n: int
    """Its place among the records of its revision."""
    record: Record
    hash: bytes


def records_of(view: Reading, known: Known, dyad: str, rows: Iterable[StoredRecord]) -> list[Record]:
    """Read the records of a dyad."""
    seals = view.sealed(dyad)
    return [read(known, row, seals) for row in rows]


def read(known: Known, row: StoredRecord, seals: Mapping[int, Mapping[int, StoredSeal]]) -> Record:
    """Read one record, with what is sealed beside it."""
    opened = {place: seal.value for place, seal in seals.get(row.seq, {}).items()}
    return known.records.decode(row.kind, row.head, row.body, opened)

"""What do the rows that every command writes say, and what does SQLite's driver bind quickly of them?

Numbers, texts and arrays of bytes it binds as they are; for all else it looks for an adapter. For `None` and for bytes
there is none, which takes longer to find out than binding the rest of a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from dyade.flow.codec import written_day
from dyade.service.ports import Keep, RecordRow
from dyade.store.driver import Driver, Rows
from dyade.store.sums import dyad_sum


def put_down(connection: Driver, text: str, row: Sequence[Any]) -> Rows:
    """Run a statement that every command runs."""
    statement, values = bound(text, row)
    return connection.execute(statement, values)


def bound(text: str, row: Sequence[Any]) -> tuple[str, list[Any]]:
    """The same statement and the same values, spelled so that the driver asks for no adapter."""
    values: list[Any] = []
    missing, bit = 0, 1
    for value in row:
        if value is None:
            missing |= bit
        elif isinstance(value, bytes):
            values.append(bytearray(value))
        else:
            values.append(value)
        bit <<= 1
    return (_without(text, missing) if missing else text), values


@cache
def _without(text: str, missing: int) -> str:
    """The same statement, with NULL for each bit that is set: no text of ours has a question mark of its own."""
    first, *rest = text.split("?")
    places = ["NULL" if missing >> number & 1 else "?" for number in range(len(rest))]
    return first + "".join([place + part for place, part in zip(places, rest, strict=True)])


def state_of(keep: Keep, private: str | None) -> tuple[Any, ...]:
    """What the row of a dyad says after a decision, but for what never changes."""
    dyad = keep.dyad
    sum_ = dyad_sum(dyad.hash, dyad.public, private, dyad.next_due)
    said = (dyad.revision, dyad.rank, keep.at, keep.leaf, keep.outcome, dyad.next_due, dyad.hash, sum_)
    return (*said, dyad.public, private)


def of_record(dyad: str, row: RecordRow) -> tuple[Any, ...]:
    """What the row of a record says."""
    revision, at, recorded_at, actor, recorded_by, on = row.head
    day = written_day(on)
    return dyad, revision, row.n, row.kind, at, recorded_at, actor, recorded_by, day, row.body, row.hash

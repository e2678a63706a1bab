"""What is asked of PostgreSQL in other words than of SQLite, and how do those who write not get in each other's way?

Writers do not queue for the whole store. Each of them passes a gate that only an erasure closes, holds the dyad that it
is about, what dyads share as it counts it, and the id of its command: whoever comes second waits, then reads what is
new. That is a lock on a row or on a number, until the end of the transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from hashlib import blake2b
from typing import Any, ClassVar, Final

import psycopg

from dyade.errors import StoreTrouble
from dyade.service.ports import Again, Answer, Keep, RecordRow, StoredDyad
from dyade.store.binding import of_record
from dyade.store.driver import Rows
from dyade.store.postgres.complaints import Doubled
from dyade.store.postgres.driver import Postgres
from dyade.store.reading import _DYAD_COLUMNS, View
from dyade.store.vault import Vault
from dyade.store.writing import _KEEP_RECORD, Transaction

BEGIN_READING: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
BEGIN_WRITING: Final = "BEGIN; LOCK TABLE identity IN ROW SHARE MODE; SELECT pg_current_xact_id(), epoch FROM identity"
"""Pass the gate; learn by which number one may ask later what became of all this, and which keys are in use."""
_ALONE: Final = "LOCK TABLE identity IN EXCLUSIVE MODE"
_LOCK: Final = "SELECT pg_advisory_xact_lock(?)"
_HELD: Final = " FOR NO KEY UPDATE"
ABANDONED: Final = 5
"""Seconds after which the server lets go of what was claimed by a process that stands still."""
_CLAIM: Final = f"""SELECT {_DYAD_COLUMNS},
    (SELECT set_config('idle_in_transaction_session_timeout', '{ABANDONED * 1000}', true)) FROM dyads
    WHERE next_due_at <= ? AND (next_due_at, number) > (?, ?)
    ORDER BY next_due_at, number LIMIT ?{_HELD} SKIP LOCKED"""
Wake = Callable[[psycopg.Connection[Any], int], None]
"""Sees to it, as a part of the transaction that is open, that a worker wakes up at an instant."""
_COUNTED: Final = "INSERT INTO counters (program, counter, person, used) VALUES (?, ?, ?, 0) ON CONFLICT DO NOTHING"
_HOLD_COUNTER: Final = f"SELECT used FROM counters WHERE program = ? AND counter = ? AND person = ?{_HELD}"
_NUMBERS: Final = "dyads"
"""What is held by whoever numbers a dyad."""


class PostgresView(View):
    """A consistent view of a store on PostgreSQL."""

    __slots__ = ()
    _connection: Postgres

    def _each(self, text: str) -> Iterator[tuple[Any, ...]]:
        return self._connection.each(text)

    def _torn(self) -> list[str]:
        """The server itself sees to its pages, and says so when one is read; every row is read here."""
        return []


class PostgresTransaction(PostgresView, Transaction):
    """One who writes; others may write elsewhere at the same time."""

    __slots__ = ("_fate", "_rows_due", "_soonest", "_wake", "_xid")
    doubled: ClassVar[type[Exception]] = Doubled
    held: ClassVar[str] = _HELD
    skipping: ClassVar[str] = f"{_HELD} SKIP LOCKED"

    def __init__(
        self,
        connection: Postgres,
        vault: Vault,
        xid: str,
        epoch: int,
        fate: Callable[[str], str | None],
        wake: Wake | None = None,
    ) -> None:
        super().__init__(connection, vault)
        # Nobody turns the keys before the end: the gate is passed.
        vault.turn(epoch)
        self._is_turned = True
        self._xid = xid
        self._fate = fate
        self._wake = wake
        self._soonest: int | None = None
        self._rows_due: list[tuple[Any, ...]] = []
        """The rows of the dyads that were claimed."""

    def keep(self, keep: Keep) -> None:
        """Keep all that a decision leaves; `Conflict` if the dyad is not at the revision that it was read at."""
        super().keep(keep)
        self._wait_for(keep.dyad.next_due, None if keep.before is None else keep.before.next_due)

    def set_next_due(self, dyad: StoredDyad, next_due: int | None) -> None:
        """Keep when time next does something to a dyad that did not change otherwise."""
        super().set_next_due(dyad, next_due)
        self._wait_for(next_due, dyad.next_due)

    def _wait_for(self, due: int | None, before: int | None) -> None:
        """Note what became due sooner: for anything later, somebody wakes up in time already."""
        if due is not None and (before is None or due < before):
            self._soonest = due if self._soonest is None else min(due, self._soonest)

    def commit(self) -> None:
        """Make everything last, at once; where the answer is lost, find out whether it does."""
        if self._wake is not None and self._soonest is not None:
            try:
                self._wake(self._connection.connection, self._soonest)
            except psycopg.Error as error:
                raise self._connection.told(error) from error
        try:
            super().commit()
        except Again as cut:
            match self._fate(self._xid):
                case "committed":
                    self.lasts()
                case "aborted":
                    raise
                case _:
                    raise StoreTrouble("unsure", cut.trouble.detail) from cut

    def _hold(self, *names: str) -> None:
        """Hold something that has no row, until the end."""
        self._connection.execute(_LOCK, (_number_of(names),))

    def alone(self) -> None:
        """Wait until nobody else writes, and let nobody begin before the end."""
        self._connection.execute(_ALONE)

    def claim_due(self, now: int, after: tuple[int, int], limit: int) -> list[tuple[int, int, str]]:
        """Hold dyads that time waits for, past a place in their list, and that no other transaction holds."""
        self._rows_due = self._all(_CLAIM, now, *after, limit)
        return [(row[6], row[1], row[0]) for row in self._rows_due]

    def next_number(self) -> int:
        """Number the next dyad, alone: numbers leave no gap."""
        self._hold(_NUMBERS)
        return super().next_number()

    def answered(self, actor: str, id: str) -> Answer | None:  # noqa: A002
        """Find what a command was answered; its twin waits for its end."""
        self._hold("command", actor, id)
        return super().answered(actor, id)

    def counter(self, program: str, counter: str, person: str) -> tuple[int, int, str]:
        """How much is used, how many wait, and who has waited longest: nobody else changes it before the end."""
        key = (program, counter, person)
        if self._one(_HOLD_COUNTER, *key) is None:
            self._connection.execute(_COUNTED, key)
            self._one(_HOLD_COUNTER, *key)
        return super().counter(program, counter, person)

    def certified(self, program: str, year: int) -> int:
        """Count the certificates that a program has issued in a year: nobody else numbers one before the end."""
        self._hold("certificates", program, str(year))
        return super().certified(program, year)

    def _keep_records(self, dyad: str, rows: Sequence[RecordRow]) -> list[int]:
        """Keep records in one statement."""
        if len(rows) < 2:
            return super()._keep_records(dyad, rows)
        values = [value for row in rows for value in of_record(dyad, row)]
        seqs = [seq for (seq,) in self._connection.execute(_together(len(rows)), values).fetchall()]
        for seq, row in zip(seqs, rows, strict=True):
            self._keep_seals(dyad, seq, row)
        return seqs

    def _put_down(self, text: str, row: Sequence[Any]) -> Rows:
        return self._connection.execute(text, row)

    def _added(self, text: str, row: Sequence[Any], number: str) -> int:
        [given] = self._connection.execute(f"{text} RETURNING {number}", row).fetchone() or (0,)
        return int(given)


@cache
def _together(rows: int) -> str:
    first, place = _KEEP_RECORD.split("VALUES")
    return f"{first}VALUES {', '.join([place] * rows)} RETURNING seq"


def _number_of(names: Sequence[str]) -> int:
    """The number that stands for names; that two share one makes someone wait for nothing, once in an age."""
    return int.from_bytes(blake2b("\0".join(names).encode(), digest_size=8).digest(), signed=True)

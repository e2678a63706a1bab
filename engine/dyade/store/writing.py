"""How is what was decided kept, in statement text on the driver's own connection?"""

from __future__ import annotations

from typing import Any

from dyade.errors import Conflict
from dyade.flow.codec import written_day
from dyade.flow.tagged import compact
from dyade.service.ports import Answer, Enrolment, Keep, Outgoing, Person, Published, RecordRow, StoredDyad
from dyade.store.reading import View
from dyade.store.sums import dyad_sum, row_sum

_BEGIN_DYAD = """INSERT INTO dyads (revision, rank, at, leaf, outcome, next_due_at, hash, checksum, public, private,
    number, id, program, behaviour, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_KEEP_DYAD = """UPDATE dyads SET revision = ?, rank = ?, at = ?, leaf = ?, outcome = ?, next_due_at = ?, hash = ?,
    checksum = ?, public = ?, private = ? WHERE number = ? AND revision = ?"""
_NEXT_DUE = "UPDATE dyads SET next_due_at = ?, checksum = ? WHERE number = ? AND revision = ?"
_KEEP_RECORD = """INSERT INTO records (dyad, revision, n, kind, at, recorded_at, actor, recorded_by, occurred_on,
    body, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_SEAL = "INSERT INTO sealed (seq, i, path, subject, salt, value) VALUES (?, ?, ?, ?, ?, ?)"
_HOLD = "INSERT INTO holdings (dyad, role, person, pending) VALUES (?, ?, ?, ?)"
_SEND = """INSERT INTO outbox (id, dyad, seq, n, kind, rule, recipient, channel, priority, template, subject, body,
    created_at, status, checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_REMEMBER = """INSERT INTO commands (actor, id, request, dyad, revision, answer, at, checksum)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""
_PUBLISH = """INSERT INTO programs (behaviour, text, id, version, behaviour_form, full_form, files, published_at,
    checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (behaviour, text) DO UPDATE SET
    version = excluded.version, behaviour_form = excluded.behaviour_form, full_form = excluded.full_form,
    files = excluded.files, published_at = excluded.published_at, checksum = excluded.checksum"""
_ADD_PERSON = """INSERT INTO people (id, name, address, lang, attributes, changed_at, checksum, created_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING"""
_CHANGE_PERSON = """UPDATE people SET name = ?, address = ?, lang = ?, attributes = ?, changed_at = ?, checksum = ?
    WHERE id = ?"""
_ENROL = """INSERT INTO enrolments (program, role, person, capacity, profile, status, changed_at, checksum, created_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (program, role, person) DO UPDATE SET
    capacity = excluded.capacity, profile = excluded.profile, status = excluded.status,
    changed_at = excluded.changed_at, checksum = excluded.checksum"""


class Transaction(View):
    """The one who may write, until the end of the transaction."""

    __slots__ = ()

    # --------------------------------------------------------------------------------------------------- a decision

    def next_number(self) -> int:
        """Number the next dyad."""
        [[last]] = self._all("SELECT COALESCE(MAX(number), 0) FROM dyads")
        return int(last) + 1

    def keep(self, keep: Keep) -> None:
        """Keep all that a decision leaves; `Conflict` if the dyad is not at the revision that it was read at."""
        self._keep_dyad(keep)
        seqs = [self._keep_record(keep.dyad.id, row) for row in keep.records]
        if keep.holdings is not None:
            self._connection.execute("DELETE FROM holdings WHERE dyad = ?", (keep.dyad.id,))
            self._connection.executemany(_HOLD, [(keep.dyad.id, *holding) for holding in keep.holdings])
        if keep.outbox:
            self._connection.executemany(_SEND, [_sent(message, seqs) for message in keep.outbox])

    def _keep_dyad(self, keep: Keep) -> None:
        dyad = keep.dyad
        state = (
            dyad.revision,
            dyad.rank,
            keep.at,
            keep.leaf,
            keep.outcome,
            dyad.next_due,
            dyad.hash,
            dyad_sum(dyad.hash, dyad.public, dyad.private, dyad.next_due),
            dyad.public,
            dyad.private,
        )
        if keep.before is None:
            identity = (dyad.number, dyad.id, dyad.program, dyad.behaviour, keep.created_at)
            self._connection.execute(_BEGIN_DYAD, state + identity)
            return
        kept = self._connection.execute(_KEEP_DYAD, (*state, dyad.number, keep.before.revision))
        if kept.rowcount != 1:
            raise self._conflict(keep.before)

    def _keep_record(self, dyad: str, row: RecordRow) -> int:
        revision, at, recorded_at, actor, recorded_by, on = row.head
        day = written_day(on)
        said = (dyad, revision, row.n, row.kind, at, recorded_at, actor, recorded_by, day, row.body, row.hash)
        seq = self._connection.execute(_KEEP_RECORD, said).lastrowid or 0
        for i, sealed in enumerate(row.sealed):
            self._connection.execute(_SEAL, (seq, i, *sealed))
        return seq

    def set_next_due(self, dyad: StoredDyad, next_due: int | None) -> None:
        """Keep when time next does something to a dyad that did not change otherwise."""
        kept = dyad_sum(dyad.hash, dyad.public, dyad.private, next_due)
        if self._connection.execute(_NEXT_DUE, (next_due, kept, dyad.number, dyad.revision)).rowcount != 1:
            raise self._conflict(dyad)

    def _conflict(self, dyad: StoredDyad) -> Conflict:
        now = self._one("SELECT revision FROM dyads WHERE number = ?", dyad.number)
        return Conflict(dyad.id, dyad.revision, now[0] if now else 0)

    def remember(self, answer: Answer) -> None:
        """Keep what a command was answered."""
        self._connection.execute(_REMEMBER, (*answer, row_sum(answer)))

    def publish(self, program: Published) -> None:
        """Keep a version of a program, or note that it is in use again."""
        row = (*program[:6], compact(dict(program.files)), program.published_at)
        self._connection.execute(_PUBLISH, (*row, row_sum(row)))

    def mark(self, message: str, status: str) -> None:
        """Note what became of a message."""
        self._connection.execute("UPDATE outbox SET status = ? WHERE id = ?", (status, message))

    # ------------------------------------------------------------------------------------------------------- people

    def add_person(self, person: Person, at: int) -> bool:
        """Add someone; `False` if that id is taken."""
        row = (*person[:4], compact(dict(person.attributes)), at)
        return self._connection.execute(_ADD_PERSON, (*row, row_sum(row), at)).rowcount == 1

    def change_person(self, person: Person, at: int) -> None:
        """Keep what is now known of someone."""
        row = (*person[:4], compact(dict(person.attributes)), at)
        self._connection.execute(_CHANGE_PERSON, (*row[1:], row_sum(row), person.id))

    def enrol(self, enrolment: Enrolment, at: int) -> None:
        """Enrol a person, or change their enrolment."""
        person, program, role, capacity, profile, status = enrolment
        row = (program, role, person, capacity, compact(dict(profile)), status, at)
        self._connection.execute(_ENROL, (*row, row_sum(row), at))

    # ------------------------------------------------------------------------------------------------------ its end

    def savepoint(self) -> None:
        """Mark a place to come back to."""
        self._connection.execute("SAVEPOINT one")

    def release(self) -> None:
        """Forget the last place marked."""
        self._connection.execute("RELEASE one")

    def back_to_savepoint(self) -> None:
        """Undo all since the last place marked, and forget it."""
        self._connection.execute("ROLLBACK TO one")
        self._connection.execute("RELEASE one")

    def commit(self) -> None:
        """Make everything last, at once."""
        self._connection.execute("COMMIT")


def _sent(message: Outgoing, seqs: list[int]) -> tuple[Any, ...]:
    row = (*message[:2], seqs[message.seq], *message[3:-2], message.created_at)
    return (*row, message.status, row_sum(row))

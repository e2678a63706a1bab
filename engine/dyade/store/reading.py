"""How is each question to the store put, in statement text on the driver's own connection?

Questions whose conditions vary are built by SQLAlchemy (`lists.py`), and run on the same connection.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from json import loads
from sqlite3 import Connection
from typing import Any

from dyade.errors import StoreTrouble
from dyade.flow.messages import Head
from dyade.service.ports import (
    ACTIVE,
    Answer,
    Enrolment,
    Filter,
    Listed,
    Outgoing,
    Person,
    Published,
    StoredDyad,
    StoredRecord,
    StoredSeal,
)
from dyade.store.sums import SUMMED, dyad_sum, row_sum

_DYAD = """SELECT id, number, program, behaviour, revision, rank, next_due_at, hash, public, private, checksum
    FROM dyads"""
_STANDS = "SELECT revision, next_due_at, hash FROM dyads WHERE number = ?"
_RECORD = """SELECT seq, dyad, n, kind, revision, at, recorded_at, actor, recorded_by, occurred_on, body, hash
    FROM records"""
_PERSON = "SELECT id, name, address, lang, attributes FROM people"
_ENROLMENT = "SELECT person, program, role, capacity, profile, status FROM enrolments"
_SHARED = "SELECT role, person FROM enrolments WHERE program = ? AND status = ? ORDER BY role, created_at, person"
_PROGRAM = f"SELECT {', '.join(SUMMED['programs'])}, checksum FROM programs"
_SEALED = """SELECT s.seq, s.i, s.salt, s.value FROM sealed s JOIN records r ON r.seq = s.seq WHERE r.dyad = ?"""
_DUE = """SELECT next_due_at, number, id FROM dyads
    WHERE next_due_at <= ? AND (next_due_at > ? OR (next_due_at = ? AND number > ?))
    ORDER BY next_due_at, number LIMIT ?"""
_ANSWER = "SELECT actor, id, request, dyad, revision, answer, at FROM commands WHERE actor = ? AND id = ?"
_OF_PERSON = """SELECT DISTINCT d.id, d.program, d.number FROM holdings h JOIN dyads d ON d.id = h.dyad
    WHERE h.person = ? ORDER BY d.number"""
_STRAYS = """SELECT seq, dyad FROM records WHERE dyad NOT IN (SELECT id FROM dyads) ORDER BY seq"""
_IDS = {
    "dyad": "SELECT id FROM dyads WHERE id >= ? AND id < ? ORDER BY number LIMIT ?",
    "person": "SELECT id FROM people WHERE id >= ? AND id < ? ORDER BY id LIMIT ?",
    "program": "SELECT DISTINCT id FROM programs WHERE id >= ? AND id < ? ORDER BY id LIMIT ?",
}


class View:
    """A consistent view of the store."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def _all(self, text: str, *values: object) -> list[tuple[Any, ...]]:
        return self._connection.execute(text, values).fetchall()

    def _one(self, text: str, *values: object) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self._connection.execute(text, values).fetchone()
        return row

    # ---------------------------------------------------------------------------------------------------------- dyads

    def dyad(self, id: str) -> StoredDyad | None:  # noqa: A002
        """Find a dyad; one whose row was damaged is not given."""
        row = self._one(f"{_DYAD} WHERE id = ?", id)
        if row is None:
            return None
        if row[10] != dyad_sum(row[7], row[8], row[9], row[6]):
            raise StoreTrouble("damaged", id)
        return StoredDyad._make(row[:10])

    def stands(self, seen: StoredDyad) -> bool:
        """Whether a dyad is still as it was seen: the hash of its last record covers all that came before."""
        return self._one(_STANDS, seen.number) == (seen.revision, seen.next_due, seen.hash)

    def heads(self) -> Iterator[StoredDyad]:
        """Give every dyad as it is kept, sound or not."""
        for row in self._connection.execute(f"{_DYAD} ORDER BY number"):
            yield StoredDyad._make(row[:10])

    def dyads(self, which: Filter) -> list[Listed]:
        """List dyads by number."""
        from dyade.store import lists

        found = self._all(*lists.dyads(which))
        people = self._people_of([row[0] for row in found])
        return [Listed._make((*row, tuple(people.get(row[0], ())))) for row in found]

    def _people_of(self, dyads: list[str]) -> dict[str, list[tuple[str, str]]]:
        people: dict[str, list[tuple[str, str]]] = {}
        for start in range(0, len(dyads), 500):
            some = dyads[start : start + 500]
            places = ",".join("?" * len(some))
            for dyad, role, person in self._all(
                f"SELECT dyad, role, person FROM holdings WHERE dyad IN ({places}) ORDER BY dyad, role, person", *some
            ):
                people.setdefault(dyad, []).append((role, person))
        return people

    def dyads_of(self, person: str) -> list[tuple[str, str]]:
        """List the dyads in which a person holds a role: (id, program)."""
        return [(id_, program) for id_, program, _ in self._all(_OF_PERSON, person)]

    def due(self, now: int, after: tuple[int, int], limit: int) -> list[tuple[int, int, str]]:
        """List the dyads that time waits for, past a place in that list: (instant, number, id)."""
        return [(due, number, id_) for due, number, id_ in self._all(_DUE, now, after[0], after[0], after[1], limit)]

    def known_ids(self, kind: str, prefix: str, limit: int) -> list[str]:
        """List ids that begin so, of dyads, people or programs."""
        return [row[0] for row in self._all(_IDS[kind], prefix, f"{prefix}\U0010ffff", limit)]

    # --------------------------------------------------------------------------------------------------------- people

    def person(self, id: str) -> Person | None:  # noqa: A002
        """Find a person."""
        row = self._one(f"{_PERSON} WHERE id = ?", id)
        return None if row is None else Person._make((*row[:4], loads(row[4])))

    def people(self) -> list[Person]:
        """List everyone, by name."""
        return [Person._make((*row[:4], loads(row[4]))) for row in self._all(f"{_PERSON} ORDER BY name, id")]

    def enrolments(self, program: str) -> list[Enrolment]:
        """List who is enrolled in a program, in the order in which they were."""
        return self._enrolled(f"{_ENROLMENT} WHERE program = ? ORDER BY role, created_at, person", program)

    def shared_roles(self, program: str, roles: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
        """Give the persons who hold these roles for the whole program, in the order in which they were enrolled."""
        found: dict[str, tuple[str, ...]] = {}
        for role, person in self._connection.execute(_SHARED, (program, ACTIVE)):
            if role in roles:
                found[role] = (*found.get(role, ()), person)
        return found

    def enrolments_of(self, person: str) -> list[Enrolment]:
        """List where a person is enrolled."""
        return self._enrolled(f"{_ENROLMENT} WHERE person = ? ORDER BY program, role", person)

    def _enrolled(self, text: str, value: str) -> list[Enrolment]:
        return [Enrolment._make((*row[:4], loads(row[4]), row[5])) for row in self._all(text, value)]

    # -------------------------------------------------------------------------------------------------------- journal

    def records(self, dyad: str, first: int = 0, last: int | None = None) -> list[StoredRecord]:
        """List the records of a dyad in order, between two revisions."""
        text = f"{_RECORD} WHERE dyad = ? AND revision >= ? AND revision <= ? ORDER BY revision, n"
        return [_record(row) for row in self._all(text, dyad, first, 2**62 if last is None else last)]

    def sealed(self, dyad: str) -> Mapping[int, Mapping[int, StoredSeal]]:
        """Give what is sealed in a dyad's records, by seq, then by place."""
        found: dict[int, dict[int, StoredSeal]] = {}
        for seq, i, salt, value in self._all(_SEALED, dyad):
            found.setdefault(seq, {})[i] = StoredSeal(salt, value)
        return found

    def strays(self) -> list[tuple[int, str]]:
        """List the records whose dyad is gone: (seq, dyad)."""
        return [(seq, dyad) for seq, dyad in self._all(_STRAYS)]

    def answered(self, actor: str, id: str) -> Answer | None:  # noqa: A002
        """Find what a command was answered."""
        row = self._one(_ANSWER, actor, id)
        return None if row is None else Answer._make(row)

    def outbox(self, dyad: str | None, status: str | None, limit: int | None) -> list[Outgoing]:
        """List messages in the order in which they were caused."""
        from dyade.store import lists

        return [Outgoing._make(row) for row in self._all(*lists.outbox(dyad, status, limit))]

    # ------------------------------------------------------------------------------------------------------- programs

    def published(self, behaviour: str) -> Published | None:
        """Find the newest text of a behaviour."""
        row = self._one(f"{_PROGRAM} WHERE behaviour = ? ORDER BY published_at DESC LIMIT 1", behaviour)
        return None if row is None else _published(row)

    def publications(self, program: str) -> list[Published]:
        """List the versions of a program, the newest first."""
        return [_published(row) for row in self._all(f"{_PROGRAM} WHERE id = ? ORDER BY published_at DESC", program)]

    def damage(self) -> list[str]:
        """Ask the database to look at all of itself, and look at every sum; an empty list when it is sound."""
        found = [row[0] for row in self._all("PRAGMA integrity_check(20)") if row[0] != "ok"]
        return found + [f"{table} {name}" for table in SUMMED for name in self._misread(table)]

    def _misread(self, table: str) -> Iterator[str]:
        for *values, kept in self._connection.execute(f"SELECT {', '.join(SUMMED[table])}, checksum FROM {table}"):
            try:
                sound = row_sum(values) == kept
            except TypeError:
                sound = False
            if not sound:
                yield str(values[0])


def _record(row: tuple[Any, ...]) -> StoredRecord:
    seq, dyad, n, kind, revision, at, recorded_at, actor, recorded_by, on, body, hash_ = row
    head = Head(revision, at, recorded_at, actor, recorded_by, _ordinal(on))
    return StoredRecord(seq, dyad, n, kind, head, body, hash_)


def _ordinal(day: str) -> int:
    """The day that a record says; 0, which no day is, where the row was damaged."""
    try:
        return date.fromisoformat(day).toordinal()
    except (TypeError, ValueError):
        return 0


def _published(row: tuple[Any, ...]) -> Published:
    if row[8] != row_sum(row[:8]):
        raise StoreTrouble("damaged", f"{row[2]}@{row[0]}")
    return Published._make((*row[:6], loads(row[6]), row[7]))

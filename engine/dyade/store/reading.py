"""How is each question to the store put, in statement text on the driver's own connection?

Questions whose conditions vary are built by SQLAlchemy (`lists.py`), and run on the same connection.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from json import loads
from typing import Any, ClassVar

from dyade.errors import StoreTrouble
from dyade.flow.messages import Head
from dyade.flow.tagged import compact
from dyade.service.ports import (
    ACTIVE,
    CHANGED,
    GONE,
    Answer,
    Closure,
    Enrolment,
    Filter,
    Listed,
    Outgoing,
    Person,
    Published,
    SealedOf,
    StoredCertificate,
    StoredDyad,
    StoredRecord,
    StoredSeal,
    Withdrawal,
)
from dyade.store.cabinet import Cabinet
from dyade.store.driver import Driver
from dyade.store.filing import FileView
from dyade.store.identities import IdentityView
from dyade.store.posting import PostView
from dyade.store.sums import SUMMED, dyad_sum, row_sum
from dyade.store.vault import Tampered, Vault

_DYAD_COLUMNS = "id, number, program, behaviour, revision, rank, next_due_at, hash, public, private, checksum"
_DYAD = f"SELECT {_DYAD_COLUMNS} FROM dyads"
SALT = 16
"""Bytes of the salt that stands before a sealed value, hidden with it."""
_STANDS = "SELECT revision, next_due_at, hash FROM dyads WHERE number = ?"
_RECORD = """SELECT seq, dyad, n, kind, revision, at, recorded_at, actor, recorded_by, occurred_on, body, hash
    FROM records"""
_PERSON = "SELECT id, name, address, lang, attributes FROM people"
_ONE_PERSON = f"{_PERSON} WHERE id = ?"
_ENROLMENT = "SELECT person, program, role, capacity, profile, status FROM enrolments"
_SHARED = "SELECT role, person FROM enrolments WHERE program = ? AND status = ? ORDER BY role, created_at, person"
_PROGRAM = f"SELECT {', '.join(SUMMED['programs'])}, checksum FROM programs"
_SEALED = """SELECT s.seq, s.i, s.value FROM sealed s JOIN records r ON r.seq = s.seq WHERE r.dyad = ?"""
_USED = "SELECT used FROM counters WHERE program = ? AND counter = ? AND person = ?"
_LINE = "SELECT COUNT(*) FROM shares WHERE program = ? AND counter = ? AND person = ? AND waits_since IS NOT NULL"
_COUNTERS = """SELECT counter, person, CAST(SUM(amount) AS BIGINT), COUNT(waits_since) FROM shares WHERE program = ?
    GROUP BY counter, person ORDER BY counter, person"""
_SHARES = "SELECT dyad, program, counter, person, amount, waits_since IS NOT NULL FROM shares"
_WAITING = """SELECT program, counter, person, dyad, waits_since FROM shares s WHERE waits_since IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM shares o WHERE o.program = s.program AND o.counter = s.counter
        AND o.person = s.person AND o.waits_since < s.waits_since) ORDER BY waits_since"""
_QUEUE = """SELECT dyad FROM shares WHERE program = ? AND counter = ? AND person = ? AND waits_since IS NOT NULL
    ORDER BY waits_since"""
_SUMS = "SELECT program, counter, person, used FROM counters"
_SEALED_OF = """SELECT r.dyad, s.path, r.at, r.actor, s.value FROM sealed s JOIN records r ON r.seq = s.seq
    WHERE s.subject = ? AND s.value IS NOT NULL ORDER BY r.seq, s.i"""
_DUE = """SELECT next_due_at, number, id FROM dyads
    WHERE next_due_at <= ? AND (next_due_at, number) > (?, ?)
    ORDER BY next_due_at, number LIMIT ?"""
_ANSWER = "SELECT actor, id, request, dyad, revision, answer, at FROM commands WHERE actor = ? AND id = ?"
_OF_PERSON = """SELECT DISTINCT d.id, d.program, d.number FROM holdings h JOIN dyads d ON d.id = h.dyad
    WHERE h.person = ? ORDER BY d.number"""
_CERTIFIED = "SELECT COALESCE(MAX(sequence), 0) FROM certificates WHERE program = ? AND year = ?"
_CERTIFICATES = """SELECT program, year, sequence, number, dyad, certificate, replaces, revoked_on FROM certificates
    WHERE (CAST(? AS TEXT) IS NULL OR program = ?) AND (CAST(? AS TEXT) IS NULL OR number = ?)
    ORDER BY program, year, sequence"""
_LIVES = """SELECT revision, body FROM records WHERE dyad = ? AND kind IN ('Started', 'Migrated')
    ORDER BY revision, n"""
_WITHDRAWALS = """SELECT behaviour, program, version, reason, at FROM withdrawals
    WHERE CAST(? AS TEXT) IS NULL OR program = ? ORDER BY at, behaviour"""
_ERASURES = 'SELECT n, at, dyads, "values" FROM erasures ORDER BY n'
_ACCESSES = """SELECT a.at, COALESCE(m.kept, a.reader), a.dyad, a.what FROM accesses a
    LEFT JOIN merges m ON m.dropped = a.reader WHERE CAST(? AS TEXT) IS NULL OR a.dyad = ? ORDER BY a.seq"""
_INCIDENTS = "SELECT n, occurred_on, recorded_at, risk, told, people, what FROM incidents ORDER BY n"
_ABOUT = """SELECT id FROM dyads WHERE id IN (
        SELECT r.dyad FROM sealed s JOIN records r ON r.seq = s.seq WHERE s.subject = ?
        UNION SELECT dyad FROM holdings WHERE person = ?
        UNION SELECT dyad FROM records WHERE actor = ? OR recorded_by = ? OR replace(body, ?, '') <> body
        UNION SELECT dyad FROM outbox WHERE recipient = ?)
    ORDER BY number"""
_STRAYS = """SELECT seq, dyad FROM records WHERE dyad NOT IN (SELECT id FROM dyads) ORDER BY seq"""
_IDS = {
    "dyad": "SELECT id FROM dyads WHERE id >= ? AND id < ? ORDER BY number LIMIT ?",
    "person": "SELECT id FROM people WHERE id >= ? AND id < ? ORDER BY id LIMIT ?",
    "program": "SELECT DISTINCT id FROM programs WHERE id >= ? AND id < ? ORDER BY id LIMIT ?",
}


class View(FileView, IdentityView, PostView):
    """A consistent view of the store."""

    __slots__ = ("_cabinet", "_connection", "_vault")
    held: ClassVar[str] = ""
    """What is said at the end of a question about one dyad, so that nobody else changes it meanwhile."""
    one_dyad: ClassVar[str] = f"{_DYAD} WHERE id = ?"
    standing: ClassVar[str] = _STANDS
    """The two questions about one dyad, with that end."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.one_dyad = f"{_DYAD} WHERE id = ?{cls.held}"
        cls.standing = f"{_STANDS}{cls.held}"

    def __init__(self, connection: Driver, vault: Vault, cabinet: Cabinet | None = None) -> None:
        self._connection = connection
        self._vault = vault
        self._cabinet = cabinet

    def _shown(self, hidden: str, what: str) -> str | None:
        """What was hidden, `None` once it was erased; `StoreTrouble` where it is not as it was hidden."""
        if not hidden:
            return None
        try:
            shown = self._vault.show(hidden)
        except Tampered:
            raise StoreTrouble("damaged", what) from None
        return None if shown is None else shown.decode()

    def _all(self, text: str, *values: object) -> list[tuple[Any, ...]]:
        return self._connection.execute(text, values).fetchall()

    def _one(self, text: str, *values: object) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self._connection.execute(text, values).fetchone()
        return row

    def _each(self, text: str) -> Iterator[tuple[Any, ...]]:
        """Every row of a table that may be large, a few at a time."""
        cursor: Any = self._connection.execute(text)
        yield from cursor

    # ---------------------------------------------------------------------------------------------------------- dyads

    def dyad(self, id: str) -> StoredDyad | None:  # noqa: A002
        """Find a dyad; one whose row was damaged is not given."""
        row = self._one(self.one_dyad, id)
        return None if row is None else self._dyad(row)

    def _dyad(self, row: tuple[Any, ...]) -> StoredDyad:
        """What the row of a dyad says."""
        id_ = row[0]
        if row[10] != dyad_sum(row[7], row[8], row[9], row[6]):
            raise StoreTrouble("damaged", id_)
        if row[9] is None:
            return StoredDyad._make(row[:10])
        private = self._shown(row[9], id_)
        if private is None:
            raise StoreTrouble("keys", id_)
        return StoredDyad._make((*row[:9], private))

    def has_dyad(self, id: str) -> bool:  # noqa: A002
        """Whether there is such a dyad, readable or not."""
        return self._one("SELECT 1 FROM dyads WHERE id = ?", id) is not None

    def head(self, id: str) -> StoredDyad:  # noqa: A002
        """A dyad without what concerns people: for who is about to write it anew from its records."""
        row = self._one(f"{_DYAD} WHERE id = ?", id)
        assert row is not None
        return StoredDyad._make((*row[:9], None))

    def stands(self, seen: StoredDyad) -> bool:
        """Whether a dyad is still as it was seen: the hash of its last record covers all that came before."""
        return self._one(self.standing, seen.number) == (seen.revision, seen.next_due, seen.hash)

    def heads(self) -> Iterator[StoredDyad]:
        """Give every dyad as it is kept, sound or not."""
        for row in self._each(f"{_DYAD} ORDER BY number"):
            private = None if row[9] is None else self._hidden_part(row[9])
            yield StoredDyad._make((*row[:9], private))

    def _hidden_part(self, hidden: str) -> str | None:
        """The private part of a dyad, sound or not."""
        try:
            return self._shown(hidden, "") or ""
        except StoreTrouble as trouble:
            if trouble.reason == "keys":
                raise
            return ""

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
        return [(due, number, id_) for due, number, id_ in self._all(_DUE, now, *after, limit)]

    def due_count(self, now: int) -> int:
        """Count the dyads that time waits for."""
        [[number]] = self._all("SELECT COUNT(*) FROM dyads WHERE next_due_at <= ?", now)
        return int(number)

    def ahead(self, now: int) -> tuple[int, int]:
        """Count the dyads in which something was kept later than `now`, and give the latest instant."""
        [[number, latest]] = self._all("SELECT COUNT(*), COALESCE(MAX(at), 0) FROM dyads WHERE at > ?", now)
        return int(number), int(latest)

    def known_ids(self, kind: str, prefix: str, limit: int) -> list[str]:
        """List ids that begin so, of dyads, people or programs."""
        return [row[0] for row in self._all(_IDS[kind], prefix, f"{prefix}\U0010ffff", limit)]

    # --------------------------------------------------------------------------------------------------------- people

    def person(self, id: str) -> Person | None:  # noqa: A002
        """Find a person; an id that was found to be another's gives that person."""
        row = self._person_row(id)
        if row is None or row[1]:
            return None if row is None else self._person(row)
        kept = self.merged_into(id)
        return self._person(row) if kept is None else self.person(kept)

    def language(self, id: str) -> str | None:  # noqa: A002
        """The language of a person, `None` where nobody has that id; nothing that is hidden is asked for."""
        row = self._person_row(id)
        if row is None or row[1]:
            return None if row is None else str(row[3])
        known = self.person(id)
        return None if known is None else known.lang

    def _person_row(self, id: str) -> tuple[Any, ...] | None:  # noqa: A002
        return self._one(_ONE_PERSON, id)

    def _person(self, row: tuple[Any, ...]) -> Person:
        """A person; of one whose data were erased, the id is all that is left."""
        id_, hidden, address, lang, attributes = row
        name = self._shown(hidden, id_)
        if name is None:
            return Person(id_, id_, None, lang, {})
        reached = None if address is None else self._shown(address, id_)
        return Person(id_, name, reached, lang, loads(self._shown(attributes, id_) or "{}"))

    def person_ids(self) -> list[str]:
        """List the ids of everyone, erased or not."""
        return [id_ for (id_,) in self._all("SELECT id FROM people ORDER BY id")]

    def is_erased(self, id: str) -> bool:  # noqa: A002
        """Whether someone is known by an id alone."""
        row = self._one("SELECT name FROM people WHERE id = ?", id)
        return row is not None and not row[0]

    def people(self) -> list[Person]:
        """List everyone, by name."""
        return sorted(map(self._person, self._all(f"{_PERSON} WHERE name <> ''")), key=lambda one: (one.name, one.id))

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

    def erasures(self) -> dict[int, tuple[int, int, int]]:
        """The erasures that were done here, by number: when, how many dyads, how many values."""
        return {n: (at, dyads, values) for n, at, dyads, values in self._all(_ERASURES)}

    def dyads_about(self, person: str) -> list[str]:
        """List the dyads whose records, messages or sealed values name a person."""
        quoted_id = compact(person)
        return [id_ for (id_,) in self._all(_ABOUT, person, person, person, person, quoted_id, person)]

    def accesses(self, dyad: str | None) -> list[tuple[int, str, str, str]]:
        """List who read what was confidential: when, who, in which dyad, what."""
        return [(at, reader, id_, what) for at, reader, id_, what in self._all(_ACCESSES, dyad, dyad)]

    def incidents(self) -> list[tuple[int, str, int, str, str, int, str]]:
        """List the incidents in the order in which they were registered."""
        return [
            (n, on, at, risk, self._shown(told, str(n)) or "", people, self._shown(what, str(n)) or "")
            for n, on, at, risk, told, people, what in self._all(_INCIDENTS)
        ]

    def _enrolled(self, text: str, value: str) -> list[Enrolment]:
        return [
            Enrolment._make((*row[:4], loads(self._shown(row[4], row[0]) or "{}"), row[5]))
            for row in self._all(text, value)
        ]

    # -------------------------------------------------------------------------------------------------------- journal

    def records(self, dyad: str, first: int = 0, last: int | None = None) -> list[StoredRecord]:
        """List the records of a dyad in order, between two revisions."""
        text = f"{_RECORD} WHERE dyad = ? AND revision >= ? AND revision <= ? ORDER BY revision, n"
        return [_record(row) for row in self._all(text, dyad, first, 2**62 if last is None else last)]

    def lives(self, dyad: str) -> list[tuple[int, str]]:
        """List the versions that a dyad has lived by, in order: (the revision from which it did, behaviour)."""
        return [(revision, loads(body)["behaviour"]) for revision, body in self._all(_LIVES, dyad)]

    def sealed(self, dyad: str) -> Mapping[int, Mapping[int, StoredSeal]]:
        """Give what is sealed in a dyad's records, by seq, then by place."""
        found: dict[int, dict[int, StoredSeal]] = {}
        for seq, i, value in self._all(_SEALED, dyad):
            found.setdefault(seq, {})[i] = self._seal(value)
        return found

    def _seal(self, hidden: str | None) -> StoredSeal:
        try:
            shown = None if hidden is None else self._vault.show(hidden)
        except Tampered:
            return CHANGED
        return GONE if shown is None else StoredSeal(shown[:SALT], shown[SALT:].decode())

    def sealed_of(self, person: str) -> list[SealedOf]:
        """List what is sealed on a person, in the order in which it was told."""
        found = []
        for *said, hidden in self._all(_SEALED_OF, person):
            seal = self._seal(hidden)
            if seal == CHANGED:
                raise StoreTrouble("damaged", said[0])
            if seal.value is not None:
                found.append(SealedOf._make((*said, seal.value)))
        return found

    def strays(self) -> list[tuple[int, str]]:
        """List the records whose dyad is gone: (seq, dyad)."""
        return [(seq, dyad) for seq, dyad in self._all(_STRAYS)]

    def answered(self, actor: str, id: str) -> Answer | None:  # noqa: A002
        """Find what a command was answered."""
        row = self._one(_ANSWER, actor, id)
        if row is None:
            return None
        request, said = (self._shown(row[place], row[1]) or "" for place in (2, 5))
        return Answer._make((*row[:2], request, *row[3:5], said, row[6]))

    def outbox(
        self, dyad: str | None, status: str | None, limit: int | None, kind: str | None = None
    ) -> list[Outgoing]:
        """List messages in the order in which they were caused."""
        from dyade.store import lists

        return [self._message(row) for row in self._all(*lists.outbox(dyad, status, limit, kind))]

    def outbox_before(self, status: str, at: int) -> tuple[int, int]:
        """Count the messages of a status that were caused before an instant, and give the earliest one's."""
        text = "SELECT COUNT(*), COALESCE(MIN(created_at), 0) FROM outbox WHERE status = ? AND created_at < ?"
        [[number, oldest]] = self._all(text, status, at)
        return int(number), int(oldest)

    def has_message(self, id: str) -> bool:  # noqa: A002
        """Whether a message has that id."""
        return self._one("SELECT 1 FROM outbox WHERE id = ?", id) is not None

    def _message(self, row: tuple[Any, ...]) -> Outgoing:
        words = (self._shown(row[place], row[0]) or "" for place in (10, 11))
        return Outgoing._make((*row[:10], *words, *row[12:]))

    # -------------------------------------------------------------------------------------------- what dyads share

    def counter(self, program: str, counter: str, person: str) -> tuple[int, int, str]:
        """How much is used, how many wait, and the dyad that has waited longest."""
        used = self._one(_USED, program, counter, person)
        [[waiting]] = self._all(_LINE, program, counter, person)
        first = self._one(f"{_QUEUE} LIMIT 1", program, counter, person) if waiting else None
        return used[0] if used else 0, waiting, first[0] if first else ""

    def counters(self, program: str) -> list[tuple[str, str, int, int]]:
        """List what is used of everything that the dyads of a program share: (counter, person, used, waiting)."""
        return [(counter, person, used, waiting) for counter, person, used, waiting in self._all(_COUNTERS, program)]

    def shares(self) -> list[tuple[str, str, str, str, int, bool]]:
        """List the part of every dyad: (dyad, program, counter, person, amount, whether it waits)."""
        return [(*row[:5], bool(row[5])) for row in self._all(_SHARES)]

    def waiting(self) -> list[tuple[str, str, str, str, int]]:
        """List the first of every line: (program, counter, person, dyad, the record by which it began to wait)."""
        return [(*row[:4], row[4]) for row in self._all(_WAITING)]

    def queue(self, program: str, counter: str, person: str) -> list[str]:
        """List the dyads that wait, those that came first first."""
        return [row[0] for row in self._all(_QUEUE, program, counter, person)]

    def sums(self) -> list[tuple[str, str, str, int]]:
        """List the counters as they are kept: (program, counter, person, used)."""
        return [(program, counter, person, used) for program, counter, person, used in self._all(_SUMS)]

    # ------------------------------------------------------------------------------------------------------- programs

    def published(self, behaviour: str) -> Published | None:
        """Find the newest text of a behaviour."""
        row = self._one(f"{_PROGRAM} WHERE behaviour = ? ORDER BY published_at DESC LIMIT 1", behaviour)
        return None if row is None else _published(row)

    def publications(self, program: str) -> list[Published]:
        """List the versions of a program, the newest first."""
        return [_published(row) for row in self._all(f"{_PROGRAM} WHERE id = ? ORDER BY published_at DESC", program)]

    def withdrawals(self, program: str | None) -> list[Withdrawal]:
        """List the withdrawn versions, of a program or of all."""
        return [Withdrawal._make(row) for row in self._all(_WITHDRAWALS, program, program)]

    def closures(self) -> list[Closure]:
        """List the programs that are closed."""
        return [Closure._make(row) for row in self._all("SELECT program, reason, at FROM closures ORDER BY program")]

    def closed(self, program: str) -> str | None:
        """Why a program is closed; `None` where it is open."""
        row = self._one("SELECT reason FROM closures WHERE program = ?", program)
        return None if row is None else str(row[0])

    # --------------------------------------------------------------------------------------------------- certificates

    def certified(self, program: str, year: int) -> int:
        """Count the certificates that a program has issued in a year."""
        [[last]] = self._all(_CERTIFIED, program, year)
        return int(last)

    def certificates(self, program: str | None, number: str | None) -> list[StoredCertificate]:
        """List certificates in the order of their numbers."""
        return [StoredCertificate._make(row) for row in self._all(_CERTIFICATES, program, program, number, number)]

    def damage(self) -> list[str]:
        """Ask the database to look at all of itself, and look at every sum; an empty list when it is sound."""
        return self._torn() + [f"{table} {name}" for table in SUMMED for name in self._misread(table)]

    def _torn(self) -> list[str]:
        """What the database finds wrong in itself."""
        return [row[0] for row in self._all("PRAGMA integrity_check(20)") if row[0] != "ok"]

    def _misread(self, table: str) -> Iterator[str]:
        for *values, kept in self._each(f"SELECT {', '.join(SUMMED[table])}, checksum FROM {table}"):
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

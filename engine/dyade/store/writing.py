"""How is what was decided kept, in statement text on the driver's own connection?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from json import loads
from sqlite3 import IntegrityError
from typing import Any, ClassVar

from dyade.errors import Conflict, StoreTrouble
from dyade.flow.retention import scope_of
from dyade.flow.tagged import compact
from dyade.service.ports import (
    Answer,
    Closure,
    Enrolment,
    Keep,
    Outgoing,
    Person,
    Published,
    RecordRow,
    Share,
    StoredCertificate,
    StoredDyad,
    Withdrawal,
)
from dyade.store.binding import of_record, put_down, state_of
from dyade.store.cabinet import Cabinet
from dyade.store.driver import Driver, Rows
from dyade.store.filing import FileTransaction
from dyade.store.hiding import place_of
from dyade.store.identities import IdentityTransaction
from dyade.store.posting import PostTransaction
from dyade.store.reading import View
from dyade.store.sums import SUMMED, dyad_sum, row_sum
from dyade.store.vault import Nonces, Vault, enrolment_place

_BEGIN_DYAD = """INSERT INTO dyads (revision, rank, at, leaf, outcome, next_due_at, hash, checksum, public, private,
    number, id, program, behaviour, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_KEEP_DYAD = """UPDATE dyads SET revision = ?, rank = ?, at = ?, leaf = ?, outcome = ?, next_due_at = ?, hash = ?,
    checksum = ?, public = ?, private = ? WHERE number = ? AND revision = ?"""
_NEXT_DUE = "UPDATE dyads SET next_due_at = ?, checksum = ? WHERE number = ? AND revision = ?"
_PIN = "UPDATE dyads SET behaviour = ? WHERE number = ?"
_KEEP_RECORD = """INSERT INTO records (dyad, revision, n, kind, at, recorded_at, actor, recorded_by, occurred_on,
    body, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_SEAL = "INSERT INTO sealed (seq, i, path, subject, value) VALUES (?, ?, ?, ?, ?)"
_HOLD = "INSERT INTO holdings (dyad, role, person, pending) VALUES (?, ?, ?, ?)"
_SEND = """INSERT INTO outbox (id, dyad, seq, n, kind, rule, recipient, channel, priority, template, subject, body,
    created_at, status, checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_CERTIFY = """INSERT INTO certificates (number, program, year, sequence, dyad, certificate, replaces, revoked_on,
    checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_REVOKE = "UPDATE certificates SET revoked_on = ?, checksum = ? WHERE program = ? AND number = ?"
UNBOUNDED = 2**62
"""More than anything that is counted."""
_COUNT = """INSERT INTO counters (program, counter, person, used) VALUES (?, ?, ?, 0) ON CONFLICT DO NOTHING"""
_USE = """UPDATE counters SET used = used + ? WHERE program = ? AND counter = ? AND person = ?
    AND used + ? <= ?"""
_SHARE = """INSERT INTO shares (dyad, counter, person, program, amount, waits_since) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (dyad, counter, person) DO UPDATE SET amount = excluded.amount, waits_since = excluded.waits_since"""
_UNSHARE = "DELETE FROM shares WHERE dyad = ? AND counter = ? AND person = ?"
_REMEMBER = """INSERT INTO commands (actor, id, request, dyad, revision, answer, at, checksum)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""
_PUBLISH = """INSERT INTO programs (behaviour, text, id, version, behaviour_form, full_form, files, published_at,
    checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (behaviour, text) DO UPDATE SET
    version = excluded.version, behaviour_form = excluded.behaviour_form, full_form = excluded.full_form,
    files = excluded.files, published_at = excluded.published_at, checksum = excluded.checksum"""
_WITHDRAW = """INSERT INTO withdrawals (behaviour, program, version, reason, at) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (behaviour) DO NOTHING"""
_ADD_PERSON = """INSERT INTO people (id, name, address, lang, attributes, changed_at, checksum, created_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING"""
_CHANGE_PERSON = """UPDATE people SET name = ?, address = ?, lang = ?, attributes = ?, changed_at = ?, checksum = ?
    WHERE id = ?"""
_ERASE_VALUES = """UPDATE sealed SET value = NULL, salt = NULL WHERE subject = ? AND value IS NOT NULL
    AND seq IN (SELECT seq FROM records WHERE dyad = ?)"""
_ERASE_OF_RECORD = "UPDATE sealed SET value = NULL, salt = NULL WHERE value IS NOT NULL AND seq = ?"
_RENAMED = "SELECT body FROM records WHERE dyad = ? AND kind = 'Migrated' ORDER BY seq DESC"
_ERASE_MESSAGE = "UPDATE outbox SET subject = '', body = '', letter = NULL, status = ?, checksum = ? WHERE id = ?"
_ERASE_ANSWER = "UPDATE commands SET request = '', answer = '', checksum = ? WHERE actor = ? AND id = ?"
_INCIDENT = """INSERT INTO incidents (occurred_on, recorded_at, risk, told, people, what)
    VALUES (?, ?, ?, ?, ?, ?)"""
_REWRITE = "UPDATE dyads SET public = ?, private = ?, checksum = ? WHERE number = ?"
_ENROL = """INSERT INTO enrolments (program, role, person, capacity, profile, status, changed_at, checksum, created_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (program, role, person) DO UPDATE SET
    capacity = excluded.capacity, profile = excluded.profile, status = excluded.status,
    changed_at = excluded.changed_at, checksum = excluded.checksum"""


NAMING = ("Certified", "CertificateReissued")
"""Records that hold the name on a certificate."""


class Transaction(FileTransaction, IdentityTransaction, PostTransaction, View):
    """The one who may write, until the end of the transaction."""

    __slots__ = ("_is_turned", "_marked", "_nonces", "_parted", "_put", "_retired", "_together")

    doubled: ClassVar[type[Exception]] = IntegrityError
    """What the driver complains of where a row is there already."""

    def __init__(self, connection: Driver, vault: Vault, cabinet: Cabinet | None = None) -> None:
        super().__init__(connection, vault, cabinet)
        self._is_turned = False
        self._nonces = Nonces()
        self._together = False
        """Whether many dyads are decided upon: what turns out to be otherwise than thought undoes them all."""
        self._retired: list[int] = []
        """The erasures whose keys are destroyed once all this lasts."""
        self._marked = (0, 0, 0)
        self._put: list[str] = []
        self._parted: list[str] = []

    def _hidden(self, person: str, dyad: str, text: str, salt: bytes = b"") -> str:
        """Hide what concerns a person, under the key in use now: another process may have destroyed the last one."""
        self._know_the_keys()
        return self._vault.hide(person, dyad, text, salt, self._nonces)

    def _know_the_keys(self) -> None:
        if not self._is_turned:
            [[epoch]] = self._all("SELECT epoch FROM identity")
            self._vault.turn(epoch)
            self._is_turned = True

    def alone(self) -> None:
        """Wait until nobody else writes, and let nobody begin before the end: in SQLite, a writer is alone always."""

    def claim_due(self, now: int, after: tuple[int, int], limit: int) -> list[tuple[int, int, str]]:
        """Hold dyads that time waits for, past a place in their list, and that no other transaction holds."""
        return self.due(now, after, limit)

    def take_together(self, dyads: Sequence[str]) -> None:
        """Prepare to decide upon many dyads that are held: their keys are brought in one go."""
        self._together = True
        self._know_the_keys()
        self._vault.prepare(dyads)

    def has_message(self, id: str) -> bool:  # noqa: A002
        """Whether a message has that id; while many are decided upon, none is thought to: keeping another fails."""
        return not self._together and super().has_message(id)

    def keep_together(self) -> None:
        """Keep whatever waited for all of them to be decided; what is raised here may concern any of them."""

    def _added(self, text: str, row: Sequence[Any], number: str) -> int:  # noqa: ARG002 (SQLite need not be told which)
        """Add a row that the database numbers; give its number."""
        cursor: Any = self._put_down(text, row)
        return cursor.lastrowid or 0

    def _put_down(self, text: str, row: Sequence[Any]) -> Rows:
        """Run a statement that every command runs."""
        return put_down(self._connection, text, row)

    # --------------------------------------------------------------------------------------------------- a decision

    def next_number(self) -> int:
        """Number the next dyad."""
        [[last]] = self._all("SELECT COALESCE(MAX(number), 0) FROM dyads")
        return int(last) + 1

    def keep(self, keep: Keep) -> None:
        """Keep all that a decision leaves; `Conflict` if the dyad is not at the revision that it was read at."""
        if self._waits(keep):
            return
        asked = [self._ask_to_erase(keep, rule, what) for rule, what in keep.purges]
        self._keep_dyad(keep)
        seqs = self._keep_records(keep.dyad.id, keep.records)
        if keep.files:
            self._keep_files(keep, seqs)
        for n, (_, what) in zip(asked, keep.purges, strict=True):
            self.note_erasure(n, keep.at, 1, self.erase_within(keep.dyad.id, what))
        if keep.holdings is not None:
            self._connection.execute("DELETE FROM holdings WHERE dyad = ?", (keep.dyad.id,))
            self._connection.executemany(_HOLD, [(keep.dyad.id, *holding) for holding in keep.holdings])
        if keep.outbox:
            self._connection.executemany(_SEND, [self._sent(message, seqs) for message in keep.outbox])
        for share in keep.shares:
            self._keep_share(keep, share, seqs)
        if keep.certificates or keep.revoked:
            self._keep_certificates(keep)

    def _keep_share(self, keep: Keep, share: Share, seqs: list[int]) -> None:
        """Keep a part of what dyads share; `Conflict` where others have taken what was left of it."""
        dyad = keep.dyad
        grown = (share.after or 0) - (share.before or 0)
        if grown:
            counter = (dyad.program, share.counter, share.person)
            bound = share.bound if grown > 0 and share.bound is not None else UNBOUNDED
            self._connection.execute(_COUNT, counter)
            if self._connection.execute(_USE, (grown, *counter, grown, bound)).rowcount != 1:
                revision = keep.before.revision if keep.before is not None else 0
                raise Conflict(dyad.id, revision, revision)
        if share.after is None:
            self._connection.execute(_UNSHARE, (dyad.id, share.counter, share.person))
        else:
            since = None if share.waits is None or share.after else seqs[share.waits]
            row = (dyad.id, share.counter, share.person, dyad.program, share.after, since)
            self._connection.execute(_SHARE, row)

    def _keep_certificates(self, keep: Keep) -> None:
        """Keep the numbers that were given; one that somebody else was given first is a `Conflict`."""
        try:
            for one in keep.certificates:
                row = _numbered(one)
                self._connection.execute(_CERTIFY, (*row, row_sum(row)))
        except self.doubled:
            raise Conflict(keep.dyad.id, keep.before.revision if keep.before else 0, keep.dyad.revision) from None
        for number, day in keep.revoked:
            for one in self.certificates(keep.dyad.program, number):
                # A day on which it was revoked already stays.
                row = _numbered(one._replace(revoked_on=one.revoked_on or day))
                self._connection.execute(_REVOKE, (row[-1], row_sum(row), one.program, one.number))

    def _ask_to_erase(self, keep: Keep, rule: str, what: str) -> int:
        """Register what time erases, before the rest is hidden under new keys; the old ones go once this lasts."""
        dyad = keep.dyad.id
        self.alone()
        n = self._vault.ask_to_erase("", dyad, what, rule, keep.at)
        self._vault.retire_within(n, dyad, what)
        self.turn_keys()
        self.erase_words(dyad)
        self._retired.append(n)
        return n

    def _waits(self, keep: Keep) -> bool:  # noqa: ARG002 (what a store that gathers asks)
        """Whether this is kept with the others, at the end of a work on many dyads."""
        return False

    def _state(self, keep: Keep) -> tuple[Any, ...]:
        """What the row of a dyad says after a decision, but for what never changes."""
        dyad = keep.dyad
        return state_of(keep, None if dyad.private is None else self._hidden("", dyad.id, dyad.private))

    def _keep_dyad(self, keep: Keep) -> None:
        dyad = keep.dyad
        state = self._state(keep)
        if keep.before is None:
            identity = (dyad.number, dyad.id, dyad.program, dyad.behaviour, keep.created_at)
            self._put_down(_BEGIN_DYAD, state + identity)
            return
        kept = self._put_down(_KEEP_DYAD, (*state, dyad.number, keep.before.revision))
        if kept.rowcount != 1:
            raise self._conflict(keep.before)
        if keep.before.behaviour != dyad.behaviour:
            self._connection.execute(_PIN, (dyad.behaviour, dyad.number))

    def _keep_records(self, dyad: str, rows: Sequence[RecordRow]) -> list[int]:
        """Keep records, and what is sealed in them; give their numbers."""
        seqs = []
        for row in rows:
            seqs.append(seq := self._added(_KEEP_RECORD, of_record(dyad, row), "seq"))
            if row.sealed:
                self._keep_seals(dyad, seq, row)
        return seqs

    def _keep_seals(self, dyad: str, seq: int, row: RecordRow) -> None:
        for i, sealed in enumerate(row.sealed):
            hidden = self._hidden(sealed.subject, place_of(dyad, sealed.path, row.body), sealed.value, sealed.salt)
            self._connection.execute(_SEAL, (seq, i, sealed.path, sealed.subject, hidden))

    def set_next_due(self, dyad: StoredDyad, next_due: int | None) -> None:
        """Keep when time next does something to a dyad that did not change otherwise."""
        [[private]] = self._all("SELECT private FROM dyads WHERE number = ?", dyad.number)
        kept = dyad_sum(dyad.hash, dyad.public, private, next_due)
        if self._connection.execute(_NEXT_DUE, (next_due, kept, dyad.number, dyad.revision)).rowcount != 1:
            raise self._conflict(dyad)

    def _sent(self, message: Outgoing, seqs: list[int]) -> tuple[Any, ...]:
        dyad = message.dyad
        words = self._hidden("", dyad, message.subject), self._hidden("", dyad, message.body)
        row = (*message[:2], seqs[message.seq], *message[3:10], *words, message.created_at)
        return (*row, message.status, row_sum(row))

    def _conflict(self, dyad: StoredDyad) -> Conflict:
        now = self._one("SELECT revision FROM dyads WHERE number = ?", dyad.number)
        return Conflict(dyad.id, dyad.revision, now[0] if now else 0)

    def remember(self, answer: Answer) -> None:
        """Keep what a command was answered."""
        actor, id_, request, dyad, revision, said, at = answer
        row = (actor, id_, self._hidden("", dyad, request), dyad, revision, self._hidden("", dyad, said), at)
        self._connection.execute(_REMEMBER, (*row, row_sum(row)))

    def publish(self, program: Published) -> None:
        """Keep a version of a program, or note that it is in use again."""
        row = (*program[:6], compact(dict(program.files)), program.published_at)
        self._connection.execute(_PUBLISH, (*row, row_sum(row)))

    def withdraw(self, withdrawal: Withdrawal) -> None:
        """Keep that no dyad begins in a version any more; what was said first stays."""
        self._connection.execute(_WITHDRAW, withdrawal)

    def restore(self, behaviour: str) -> bool:
        """Let dyads begin in a version again; `False` if it was not withdrawn."""
        return self._connection.execute("DELETE FROM withdrawals WHERE behaviour = ?", (behaviour,)).rowcount == 1

    def close_program(self, closure: Closure) -> None:
        """Keep that a program is closed; what was said first stays."""
        text = "INSERT INTO closures (program, reason, at) VALUES (?, ?, ?) ON CONFLICT (program) DO NOTHING"
        self._connection.execute(text, closure)

    def open_program(self, program: str) -> bool:
        """Let dyads begin in a program again; `False` if it was not closed."""
        return self._connection.execute("DELETE FROM closures WHERE program = ?", (program,)).rowcount == 1

    def mark(self, message: str, status: str) -> None:
        """Note what became of a message."""
        self._connection.execute("UPDATE outbox SET status = ? WHERE id = ?", (status, message))

    # ------------------------------------------------------------------------------------------------------- people

    def add_person(self, person: Person, at: int) -> bool:
        """Add someone; `False` if that id is taken."""
        row = self._of_person(person, at)
        return self._connection.execute(_ADD_PERSON, (*row, row_sum(row), at)).rowcount == 1

    def change_person(self, person: Person, at: int) -> None:
        """Keep what is now known of someone."""
        row = self._of_person(person, at)
        self._connection.execute(_CHANGE_PERSON, (*row[1:], row_sum(row), person.id))

    def _of_person(self, person: Person, at: int) -> tuple[Any, ...]:
        id_, name, address, lang, attributes = person
        reached = None if address is None else self._hidden(id_, "", address)
        return id_, self._hidden(id_, "", name), reached, lang, self._hidden(id_, "", compact(dict(attributes))), at

    def enrol(self, enrolment: Enrolment, at: int) -> None:
        """Enrol a person, or change their enrolment."""
        person, program, role, capacity, profile, status = enrolment
        hidden = self._hidden(person, enrolment_place(program, role), compact(dict(profile)))
        row = (program, role, person, capacity, hidden, status, at)
        self._connection.execute(_ENROL, (*row, row_sum(row), at))

    # ----------------------------------------------------------------------------------------------------- erasing

    def turn_keys(self) -> None:
        """Make every process ask again which keys are in use."""
        self._connection.execute("UPDATE identity SET epoch = epoch + 1")
        self._is_turned = False

    def erase_values(self, dyad: str, person: str) -> int:
        """Erase the sealed values of a person in a dyad; say how many there were."""
        erased: int = self._connection.execute(_ERASE_VALUES, (person, dyad)).rowcount
        self._erase_files(dyad)
        return erased

    def erase_within(self, dyad: str, what: str) -> int:
        """Erase the sealed values of a dyad, or of what one of its forms gave; say how many there were."""
        scope = scope_of(what)
        rows = self._all("SELECT seq, kind, body FROM records WHERE dyad = ?", dyad)
        if scope.form is None:
            spared = {name for form in scope.spared for name in self._names_of_form(dyad, form)}
            seqs = [
                seq
                for seq, kind, body in rows
                if not (scope.spares_certificates and kind in NAMING)
                and not (spared and loads(body).get("form") in spared)
            ]
        else:
            forms = self._names_of_form(dyad, scope.form)
            seqs = [seq for seq, _, body in rows if loads(body).get("form") in forms]
        erased = sum(self._connection.execute(_ERASE_OF_RECORD, (seq,)).rowcount for seq in seqs)
        self._erase_files(dyad)
        return erased

    def _names_of_form(self, dyad: str, form: str) -> list[str | None]:
        """What a form of a dyad is called, and what it was called in the versions that the dyad has left."""
        names: list[str | None] = [form]
        for [body] in self._all(_RENAMED, dyad):
            said = (loads(body).get("names") or {}).items()
            forms = [(old.removeprefix("forms."), new) for old, new in said if old.startswith("forms.")]
            names += [old for old, new in forms if "." not in old and new in names]
        return list(dict.fromkeys(names))

    def erase_words(self, dyad: str) -> None:
        """Erase the words of a dyad's messages and answers; a message that had not left never will, and shows it."""
        kept = self._all(f"SELECT {', '.join(SUMMED['outbox'])}, status FROM outbox WHERE dyad = ?", dyad)
        for *said, status in kept:
            now = "failed" if status == "waiting" else status
            self._connection.execute(_ERASE_MESSAGE, (now, row_sum((*said[:10], "", "", *said[12:])), said[0]))
        for row in self._all(f"SELECT {', '.join(SUMMED['commands'])} FROM commands WHERE dyad = ?", dyad):
            # The command stays known: coming again, it is neither done twice nor answered.
            blank = (*row[:2], "", *row[3:5], "", row[6])
            self._connection.execute(_ERASE_ANSWER, (row_sum(blank), row[0], row[1]))

    def erase_person(self, id: str, at: int) -> None:  # noqa: A002
        """Leave of a person nothing but their id; they may hold no more roles."""
        [[lang]] = self._all("SELECT lang FROM people WHERE id = ?", id)
        row = (id, "", None, lang, "", at)
        self._connection.execute(_CHANGE_PERSON, (*row[1:], row_sum(row), id))
        for program, role, capacity in self._all("SELECT program, role, capacity FROM enrolments WHERE person = ?", id):
            ended = (program, role, id, capacity, "", "ended", at)
            self._connection.execute(_ENROL, (*ended, row_sum(ended), at))
        self._connection.execute("DELETE FROM preferences WHERE person = ?", (id,))

    def note_erasure(self, n: int, at: int, dyads: int, values: int) -> None:
        """Note that an erasure was done here, without saying whose."""
        self._connection.execute("INSERT INTO erasures VALUES (?, ?, ?, ?)", (n, at, dyads, values))

    def note_access(self, at: int, reader: str, dyad: str, what: str) -> None:
        """Note that someone reads something confidential."""
        row = (at, reader, dyad, what)
        self._connection.execute("INSERT INTO accesses (at, reader, dyad, what) VALUES (?, ?, ?, ?)", row)

    def note_incident(self, on: str, at: int, risk: str, told: str, people: int, what: str) -> int:
        """Register an incident; give its number."""
        row = (on, at, risk, self._hidden("", "", told), people, self._hidden("", "", what))
        return self._added(_INCIDENT, row, "n")

    def rewrite_journal(
        self, dyad: StoredDyad, rows: Sequence[tuple[int, RecordRow]], nobody: Mapping[str, str]
    ) -> None:
        """Write the records of a dyad over, of nobody in particular; no file is attached to them any more."""
        super().rewrite_journal(dyad, rows, nobody)
        self._erase_files(dyad.id)

    def rewrite(self, dyad: StoredDyad) -> None:
        """Keep a dyad as its records now tell it: they are the same, and say less."""
        private = None if dyad.private is None else self._hidden("", dyad.id, dyad.private)
        kept = dyad_sum(dyad.hash, dyad.public, private, dyad.next_due)
        self._connection.execute(_REWRITE, (dyad.public, private, kept, dyad.number))

    # ------------------------------------------------------------------------------------------------------ its end

    def savepoint(self) -> None:
        """Mark a place to come back to."""
        self._connection.execute("SAVEPOINT one")
        self._marked = len(self._retired), len(self._put), len(self._parted)

    def release(self) -> None:
        """Forget the last place marked."""
        self._connection.execute("RELEASE one")

    def back_to_savepoint(self) -> None:
        """Undo all since the last place marked, and forget it."""
        self._connection.execute("ROLLBACK TO one")
        retired, put, parted = self._marked
        del self._retired[retired:]
        self.undone(put, parted)
        self._connection.execute("RELEASE one")

    def commit(self) -> None:
        """Make everything last, at once."""
        self._connection.execute("COMMIT")
        self.lasts()

    def lasts(self) -> None:
        """Do what waited until all this lasts, outside the database."""
        if self._retired or self._vault.owed:
            # What cannot be done now is registered: it is done with what is kept next, or as the store is opened.
            with suppress(StoreTrouble):
                self._vault.destroy(*self._retired)
        if self._put or self._parted or (self._cabinet is not None and self._cabinet.doubtful):
            self._settled()


def _numbered(one: StoredCertificate) -> tuple[Any, ...]:
    program, year, sequence, number, *rest = one
    return (number, program, year, sequence, *rest)

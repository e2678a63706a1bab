"""Which ids are of one person, which histories are of nobody any more, and what is said of those who found no pair?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dyade.service.ports import Anonymised, Enrolment, RecordRow, StoredDyad
from dyade.store.driver import Driver
from dyade.store.sums import SUMMED, row_sum
from dyade.store.vault import Vault, enrolment_place

_ANONYMISED = 'SELECT n, at, program, dyad, rule, persons, "values", head FROM anonymisations ORDER BY n'
_UNPAIRED = """SELECT person, role, changed_at FROM enrolments e WHERE program = ? AND profile <> '' AND NOT EXISTS (
    SELECT 1 FROM holdings h JOIN dyads d ON d.id = h.dyad WHERE h.person = e.person AND d.program = e.program)
    ORDER BY changed_at, person, role"""
_REGISTER = """INSERT INTO anonymisations (n, at, program, dyad, rule, persons, "values", head)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""
_BLANK = "UPDATE records SET actor = ?, recorded_by = ?, body = ?, hash = ? WHERE seq = ?"
_GONE = "INSERT INTO sealed (seq, i, path, subject, value) VALUES (?, ?, ?, ?, NULL)"
_NOBODY = """INSERT INTO people (id, name, address, lang, attributes, changed_at, checksum, created_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING"""
_END = """UPDATE enrolments SET profile = ?, status = ?, changed_at = ?, checksum = ?
    WHERE program = ? AND role = ? AND person = ?"""
_COUNT = "INSERT INTO counters (program, counter, person, used) VALUES (?, ?, ?, 0) ON CONFLICT DO NOTHING"
_USE = "UPDATE counters SET used = used + ? WHERE program = ? AND counter = ? AND person = ?"
ANY_READER = "anonymous-0"
"""Whoever read a history and is not in it, once it is of nobody."""


class IdentityView:
    """What a view of the store tells of them."""

    __slots__ = ()
    _connection: Driver
    _vault: Vault

    def _all(self, text: str, *values: object) -> list[tuple[Any, ...]]:
        raise NotImplementedError

    def anonymisations(self) -> list[Anonymised]:
        """List the dyads whose history is of nobody in particular any more."""
        return [Anonymised._make(row) for row in self._all(_ANONYMISED)]

    def programs_with_enrolments(self) -> list[str]:
        """List the programs in which something is said of someone who is enrolled."""
        return [row[0] for row in self._all("SELECT DISTINCT program FROM enrolments WHERE profile <> ''")]

    def unpaired(self, program: str) -> list[tuple[str, str, int]]:
        """List who is enrolled in a program and in none of its dyads: (person, role, since when)."""
        return [(person, role, at) for person, role, at in self._all(_UNPAIRED, program)]

    def aliases(self, person: str) -> list[str]:
        """List the other ids under which a person was entered."""
        return [row[0] for row in self._all("SELECT dropped FROM merges WHERE kept = ? ORDER BY at, dropped", person)]

    def merged_into(self, person: str) -> str | None:
        """The id for which another stands, since both were found to be of one person."""
        found = self._all("SELECT kept FROM merges WHERE dropped = ?", person)
        return str(found[0][0]) if found else None


class IdentityTransaction(IdentityView):
    """What a transaction changes of them."""

    __slots__ = ()
    _retired: list[int]

    def turn_keys(self) -> None:
        raise NotImplementedError

    def rewrite(self, dyad: StoredDyad) -> None:
        raise NotImplementedError

    def erase_person(self, id: str, at: int) -> None:  # noqa: A002
        raise NotImplementedError

    # -------------------------------------------------------------------------------------------- nobody in particular

    def rewrite_journal(
        self, dyad: StoredDyad, rows: Sequence[tuple[int, RecordRow]], nobody: Mapping[str, str]
    ) -> None:
        """Write the records of a dyad over, of nobody in particular, and all that stands beside them."""
        run = self._connection.execute
        run("INSERT INTO rewriting (dyad) VALUES (?)", (dyad.id,))
        for seq, row in rows:
            run(_BLANK, (row.head.actor, row.head.recorded_by, row.body, row.hash, seq))
            run("DELETE FROM sealed WHERE seq = ?", (seq,))
            for i, one in enumerate(row.sealed):
                run(_GONE, (seq, i, one.path, ""))
        run("DELETE FROM rewriting", ())
        run("UPDATE dyads SET hash = ? WHERE number = ?", (dyad.hash, dyad.number))
        self.rewrite(dyad)
        self._unname(dyad, nobody)

    def _unname(self, dyad: StoredDyad, nobody: Mapping[str, str]) -> None:
        """Name nobody any more in what stands beside the records of a dyad."""
        run = self._connection.execute
        [[at]] = self._all("SELECT at FROM dyads WHERE number = ?", dyad.number)
        for anonymous in (ANY_READER, *nobody.values()):
            row = (anonymous, "", None, "fr", "", at)
            run(_NOBODY, (*row, row_sum(row), at))
        for role, person in self._all("SELECT role, person FROM holdings WHERE dyad = ?", dyad.id):
            holder = (nobody.get(person, person), dyad.id, role, person)
            run("UPDATE holdings SET person = ? WHERE dyad = ? AND role = ? AND person = ?", holder)
        shares = self._all("SELECT program, counter, person, amount FROM shares WHERE dyad = ?", dyad.id)
        for program, counter, person, amount in shares:
            if person in nobody:
                self._move_share(dyad.id, (program, counter), (person, nobody[person]), amount)
        run("DELETE FROM commands WHERE dyad = ?", (dyad.id,))
        for reader in {row[0] for row in self._all("SELECT reader FROM accesses WHERE dyad = ?", dyad.id)}:
            now = (nobody.get(reader, ANY_READER), dyad.id, reader)
            run("UPDATE accesses SET reader = ? WHERE dyad = ? AND reader = ?", now)
        for sent in self._all(f"SELECT {', '.join(SUMMED['outbox'])} FROM outbox WHERE dyad = ?", dyad.id):
            to = None if sent[6] is None else nobody.get(sent[6], ANY_READER)
            blank = (*sent[:6], to, *sent[7:])
            run("UPDATE outbox SET recipient = ?, checksum = ? WHERE id = ?", (to, row_sum(blank), sent[0]))

    def _move_share(self, dyad: str, shared: tuple[str, str], persons: tuple[str, str], amount: int) -> None:
        """Count under another name a part of what dyads share."""
        run = self._connection.execute
        old, new = persons
        run(_COUNT, (*shared, new))
        for person, grown in ((old, -amount), (new, amount)):
            run(_USE, (grown, *shared, person))
        where = "dyad = ? AND counter = ? AND person = ?"
        run(f"UPDATE shares SET person = ? WHERE {where}", (new, dyad, shared[1], old))

    def note_anonymisation(self, one: Anonymised) -> None:
        """Register an anonymisation."""
        self._connection.execute(_REGISTER, one)

    # -------------------------------------------------------------------------------------------------- who found none

    def erase_enrolment(self, n: int, enrolment: Enrolment, at: int) -> None:
        """Erase what was said of someone as they were enrolled; the key goes once this lasts."""
        person, program, role, capacity, _, _ = enrolment
        self._vault.retire_place(n, person, enrolment_place(program, role))
        self.turn_keys()
        total = row_sum((program, role, person, capacity, "", "ended", at))
        self._connection.execute(_END, ("", "ended", at, total, program, role, person))
        self._retired.append(n)

    # --------------------------------------------------------------------------------------- one person, entered twice

    def merge_person(self, kept: str, dropped: str, at: int) -> None:
        """Leave of someone who was entered twice nothing but the id, which stands for the other from now on."""
        self._connection.execute("UPDATE merges SET kept = ? WHERE kept = ?", (kept, dropped))
        self._connection.execute("INSERT INTO merges (dropped, kept, at) VALUES (?, ?, ?)", (dropped, kept, at))
        self.erase_person(dropped, at)

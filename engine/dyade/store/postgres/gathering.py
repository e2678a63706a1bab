"""How are many dyads read, decided and kept in a few statements instead of a dozen for each?

What is asked for of one is brought for all; what is kept waits for the end of the work and goes together. Whatever is
not plain (shared places, certificates, erasures, files, persons who come and go) is kept at once, as ever. Nothing is
trusted that was not seen to hold: where the end finds otherwise, all is undone, and the work is to be done one by one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dyade.service.ports import Enrolment, Keep, StoredDyad
from dyade.store.binding import of_record
from dyade.store.postgres.arrays import arrays, written
from dyade.store.postgres.asking import PostgresTransaction
from dyade.store.reading import _PERSON

Row = tuple[Any, ...]
Numbers = dict[tuple[str, int, int], int]
"""(dyad, revision, n) of a record -> its number in the whole journal."""
_DYAD_COLUMNS: Final = {
    "revision": "BIGINT",
    "rank": "BIGINT",
    "at": "BIGINT",
    "leaf": "TEXT",
    "outcome": "TEXT",
    "next_due_at": "BIGINT",
    "hash": "BYTEA",
    "checksum": "BIGINT",
    "public": "TEXT",
    "private": "TEXT",
}
_KEPT_COLUMNS: Final = _DYAD_COLUMNS | {"number": "BIGINT", "before": "BIGINT"}
_RECORD_COLUMNS: Final = {
    "dyad": "TEXT",
    "revision": "BIGINT",
    "n": "INTEGER",
    "kind": "TEXT",
    "at": "BIGINT",
    "recorded_at": "BIGINT",
    "actor": "TEXT",
    "recorded_by": "TEXT",
    "occurred_on": "TEXT",
    "body": "TEXT",
    "hash": "BYTEA",
}
_OUTBOX_COLUMNS: Final = {
    "id": "TEXT",
    "dyad": "TEXT",
    "seq": "BIGINT",
    "n": "INTEGER",
    "kind": "TEXT",
    "rule": "TEXT",
    "recipient": "TEXT",
    "channel": "TEXT",
    "priority": "TEXT",
    "template": "TEXT",
    "subject": "TEXT",
    "body": "TEXT",
    "created_at": "BIGINT",
    "status": "TEXT",
    "checksum": "BIGINT",
}
_THEIR_PEOPLE: Final = f"""{_PERSON} WHERE id = ANY(ARRAY(
    SELECT person FROM unnest(CAST(? AS TEXT[])) AS n(dyad) JOIN holdings USING (dyad)))"""
"""Written so that the server, before it has counted its rows, compares none of them with each of an array."""


def _rows(columns: dict[str, str]) -> str:
    """The rows that arrays hold, one array a column."""
    return f"unnest({', '.join(f'CAST(? AS {kind}[])' for kind in columns.values())}) AS n({', '.join(columns)})"


def _insert(table: str, columns: dict[str, str]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT * FROM {_rows(columns)}"


_KEEP: Final = f"""WITH kept AS (
        UPDATE dyads d SET {", ".join(f"{name} = n.{name}" for name in _DYAD_COLUMNS)}
        FROM {_rows(_KEPT_COLUMNS)} WHERE d.number = n.number AND d.revision = n.before RETURNING 1),
    recorded AS ({_insert("records", _RECORD_COLUMNS)} RETURNING dyad, revision, n, seq)
    SELECT dyad, revision, n, seq, (SELECT COUNT(*) FROM kept) FROM recorded"""
_SEND: Final = _insert("outbox", _OUTBOX_COLUMNS)


class Spoiled(Exception):
    """What the work went by does not hold: it is to be done one by one."""


class Gathered:
    """Dyads that are decided upon together, and what was asked and kept of them so far."""

    __slots__ = ("dyads", "keeps", "people", "shared")

    def __init__(self, dyads: list[Row], people: list[Row]) -> None:
        self.dyads = {row[0]: row for row in dyads}
        """Those that nobody has asked for yet: each is given once, since it may change after that."""
        self.people = {row[0]: row for row in people}
        self.keeps: list[tuple[Keep, Row]] = []
        """What is to be kept, with what is kept of the dyad itself."""
        self.shared: dict[tuple[str, tuple[str, ...]], Mapping[str, tuple[str, ...]]] = {}
        """Who holds roles of a whole program, until something is kept that may change it."""


class GatheringTransaction(PostgresTransaction):
    """One who may decide upon many dyads before anything is kept of them."""

    __slots__ = ("_gathered",)
    _gathered: Gathered | None

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._gathered = None

    def take_together(self, dyads: Sequence[str]) -> None:
        """Bring what deciding upon many dyads, which are held, is likely to ask for."""
        super().take_together(dyads)
        if dyads:
            self._gathered = Gathered(self._rows_due, self._all(_THEIR_PEOPLE, written(dyads, "TEXT")))

    def dyad(self, id: str) -> StoredDyad | None:  # noqa: A002
        """Find a dyad, and hold it."""
        row = None if self._gathered is None else self._gathered.dyads.pop(id, None)
        return super().dyad(id) if row is None else self._dyad(row)

    def _person_row(self, id: str) -> Row | None:  # noqa: A002
        row = None if self._gathered is None else self._gathered.people.get(id)
        return super()._person_row(id) if row is None else row

    def shared_roles(self, program: str, roles: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
        """Give the persons who hold these roles for the whole program."""
        if self._gathered is None:
            return super().shared_roles(program, roles)
        known = self._gathered.shared
        if (program, roles) not in known:
            known[program, roles] = super().shared_roles(program, roles)
        return known[program, roles]

    def enrol(self, enrolment: Enrolment, at: int) -> None:
        """Enrol a person, or change their enrolment."""
        if self._gathered is not None:
            self._gathered.shared.clear()
        super().enrol(enrolment, at)

    def keep(self, keep: Keep) -> None:
        """Keep all that a decision leaves; `Spoiled` where a message has an id that was thought to be nobody's."""
        try:
            super().keep(keep)
        except self.doubled as doubled:
            if self._together:
                raise Spoiled from doubled
            raise

    def _waits(self, keep: Keep) -> bool:
        if self._gathered is None:
            return False
        if not _is_plain(keep):
            self._gathered.shared.clear()
            return False
        self._gathered.keeps.append((keep, self._state(keep)))
        return True

    def keep_together(self) -> None:
        """Keep what waited; `Spoiled` where something that the decisions went by does not hold."""
        gathered, self._gathered = self._gathered, None
        if gathered is None:
            return
        if gathered.keeps:
            numbers = self._keep_dyads(gathered.keeps)
            self._keep_what_happened([keep for keep, _ in gathered.keeps], numbers)

    def _keep_dyads(self, keeps: list[tuple[Keep, Row]]) -> Numbers:
        """Keep the dyads and their records; the numbers that these were given."""
        rows = [(*row, keep.dyad.number, _before(keep)) for keep, row in keeps]
        records = [of_record(keep.dyad.id, row) for keep, _ in keeps for row in keep.records]
        values = arrays(rows, _KEPT_COLUMNS.values()) + arrays(records, _RECORD_COLUMNS.values())
        given = self._connection.execute(_KEEP, values).fetchall()
        if not given or given[0][-1] != len(rows):
            raise Spoiled
        return {(dyad, revision, n): seq for dyad, revision, n, seq, _ in given}

    def _keep_what_happened(self, keeps: list[Keep], numbers: Numbers) -> None:
        """Keep what is sealed in the records, and the messages."""
        messages: list[Row] = []
        for keep in keeps:
            dyad = keep.dyad.id
            seqs = [numbers[dyad, row.head.revision, row.n] for row in keep.records]
            for seq, row in zip(seqs, keep.records, strict=True):
                self._keep_seals(dyad, seq, row)
            messages += [self._sent(message, seqs) for message in keep.outbox]
        if messages:
            try:
                self._connection.execute(_SEND, arrays(messages, _OUTBOX_COLUMNS.values()))
            except self.doubled as doubled:
                # A message has the id of one of them already.
                raise Spoiled from doubled


def _is_plain(keep: Keep) -> bool:
    return (
        keep.before is not None
        and keep.before.behaviour == keep.dyad.behaviour
        and keep.holdings is None
        and not (keep.purges or keep.shares or keep.files or keep.certificates or keep.revoked)
    )


def _before(keep: Keep) -> int:
    return -1 if keep.before is None else keep.before.revision

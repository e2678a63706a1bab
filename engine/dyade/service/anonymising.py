"""How does the history of a dyad come to be of nobody in particular? It is written over, and chained anew, once.

What is personal was erased before, with its keys. Then every record is read, persons become `anonymous-1` …, texts and
files go, and the chain is made again; the register keeps the hash of the last record as it was.
"""

from __future__ import annotations

from typing import NamedTuple

from dyade.flow.anonymous import Nobody, anonymous
from dyade.flow.codec import FIRST_LINK, link
from dyade.flow.messages import Purged, Record
from dyade.flow.outcome import Decision
from dyade.flow.retention import ANONYMISE
from dyade.program.model import Text
from dyade.service.desk import Desk
from dyade.service.journal import Lives, records_of
from dyade.service.keep import Before
from dyade.service.ports import Anonymised, RecordRow, StoredDyad, Writing


def asked(decision: Decision) -> str | None:
    """The rule by which a decision makes a dyad anonymous, if any does."""
    purged = (one for one in decision.records if isinstance(one, Purged) and one.then == ANONYMISE)
    return next((one.rule for one in purged), None)


def anonymise(desk: Desk, transaction: Writing, row: StoredDyad, rule: str, at: int) -> Before:
    """Write the history of a dyad over, of nobody in particular; it was kept in this very transaction."""
    lives = Lives.of(transaction, desk.programs, row)
    stored = transaction.records(row.id)
    nobody = Nobody()
    records: list[Record] = []
    rows: list[tuple[int, RecordRow]] = []
    last = FIRST_LINK
    for kept, record in zip(stored, records_of(transaction, lives, row.id, stored), strict=True):
        known = lives.at(kept.head.revision)
        now = anonymous(known.program, record, nobody)
        encoded = known.records.encode(now, {}, desk.salt)
        last = link(last, row.id, kept.n, encoded.kind, now.head, encoded.body)
        records.append(now)
        rows.append((kept.seq, RecordRow(kept.n, encoded.kind, now.head, encoded.body, last, encoded.sealed)))
    known = desk.programs.pinned(row.program, row.behaviour)
    snapshot = known.snapshots.encode(lives.fold(row.id, records))
    written = row._replace(hash=last, public=snapshot.public_text, private=snapshot.private_text)
    transaction.rewrite_journal(written, rows, nobody)
    done = transaction.erasures()
    n = max(done)
    people = sum(one != now for one, now in nobody.items())
    transaction.note_anonymisation(Anonymised(n, at, row.program, row.id, rule, people, done[n][2], row.hash))
    return Before(written, snapshot)


class Registered(NamedTuple):
    """A dyad whose history is of nobody any more, with what its program says of it."""

    n: int
    at: int
    program: str
    dyad: str
    rule: str
    label: Text | None
    purpose: Text | None
    """What it serves now."""
    persons: int
    values: int
    head: str
    """The hash of its last record, as its history was before."""


def anonymisations(desk: Desk) -> list[Registered]:
    """List the dyads whose history is of nobody any more, oldest first."""

    def look_up(one: Anonymised, row: StoredDyad | None) -> Registered:
        rules = () if row is None else desk.programs.pinned(row.program, row.behaviour).program.model.retention
        rule = next((rule for rule in rules if rule.id == one.rule), None)
        said = (None, None) if rule is None else (rule.label, rule.purpose)
        return Registered(*one[:5], *said, one.persons, one.values, one.head.hex())

    return desk.look(lambda view: [look_up(one, view.dyad(one.dyad)) for one in view.anonymisations()])

"""What does a decision leave to be kept? Records chained to those before, the dyad as it stands, messages to send."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from typing import NamedTuple

from dyade.flow.codec import FIRST_LINK, Holdings, link
from dyade.flow.dyad import Dyad, new
from dyade.flow.messages import Purged
from dyade.flow.outcome import Decision
from dyade.flow.retention import scopes
from dyade.flow.snapshot import Snapshot
from dyade.service.certificates import numbered
from dyade.service.counting import changed
from dyade.service.notices import Wording, outgoing
from dyade.service.ports import Keep, RecordRow, StoredDyad
from dyade.service.programs import Known

Salt = Callable[[], bytes]
"""Gives sixteen bytes that nobody can guess."""


class Before(NamedTuple):
    """A dyad as it was read: its row, and what the row says."""

    row: StoredDyad
    snapshot: Snapshot


def kept(
    known: Known, before: Before | None, number: int, decision: Decision, salt: Salt, wording: Wording
) -> tuple[Keep, Snapshot]:
    """Prepare all that a decision leaves; nothing is written yet."""
    dyad = decision.dyad
    # Another version parts what concerns people otherwise: nothing is taken over from what the old one wrote.
    last = before.snapshot if before is not None and before.row.behaviour == dyad.behaviour else None
    snapshot = known.snapshots.encode(dyad, last)
    rows = chained(known, before, decision, salt)
    row = new(StoredDyad, (
        dyad.id,
        number,
        dyad.program,
        dyad.behaviour,
        dyad.revision,
        dyad.rank,
        decision.next_due,
        rows[-1].hash,
        snapshot.public_text,
        snapshot.private_text,
    ))  # fmt: skip
    leaf = dyad.leaves[""]
    keep = Keep(
        None if before is None else before.row,
        row,
        dyad.created_at,
        dyad.at,
        leaf,
        known.ending(leaf),
        rows,
        _holdings(before, dyad),
        outgoing(decision, rows, wording) if decision.effects else (),
        *(numbered(dyad, decision.records) if known.program.model.certificates else ()),
    )
    shares = changed(None if before is None else before.snapshot.dyad, decision)
    if known.program.model.retention:
        keep = keep._replace(purges=_purges(decision))
    return (keep._replace(shares=shares) if shares else keep), snapshot


def _purges(decision: Decision) -> tuple[tuple[str, str], ...]:
    """What time erased: (rule, what)."""
    purged = (record for record in decision.records if isinstance(record, Purged))
    return tuple((record.rule, what) for record in purged for what in scopes(record))


def chained(known: Known, before: Before | None, decision: Decision, salt: Salt) -> tuple[RecordRow, ...]:
    """Write the records of a decision, each chained to the one before it."""
    last = FIRST_LINK if before is None else before.row.hash
    revision = n = 0
    rows: list[RecordRow] = []
    # Who holds which role tells whose a value is: those of before too, for what someone gave as they left.
    holdings = decision.dyad.holdings if before is None else _together(before.snapshot.dyad, decision.dyad)
    for record in decision.records:
        head = record.head
        n = n + 1 if head.revision == revision else 1
        revision = head.revision
        encoded = known.records.encode(record, holdings, salt)
        last = link(last, decision.dyad.id, n, encoded.kind, head, encoded.body)
        rows.append(new(RecordRow, (n, encoded.kind, head, encoded.body, last, encoded.sealed)))
    return tuple(rows)


def _together(before: Dyad, after: Dyad) -> Holdings:
    if before.holdings is after.holdings:
        return after.holdings
    roles = dict.fromkeys(chain(before.holdings, after.holdings))
    return {role: after.holdings.get(role) or before.holdings[role] for role in roles}


def _holdings(before: Before | None, dyad: Dyad) -> tuple[tuple[str, str, bool], ...] | None:
    if before is not None and before.snapshot.dyad.holdings is dyad.holdings:
        return None
    return tuple((role, h.person, h.pending) for role, held in dyad.holdings.items() for h in held)

"""Dyad + record -> dyad: the only place where a dyad changes.

Deciding applies each record as it is made; `fold` applies those of a journal. Both give the same dyad.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from dyade.flow import entries, moves
from dyade.flow import messages as r
from dyade.flow.carrying import carried
from dyade.flow.draft import EMPTY_DYAD, Draft
from dyade.flow.dyad import NO_ENTRIES, Assent, Dyad, Entry, Holding, Issued, Log, Meeting, Signature, new
from dyade.flow.merging import merged
from dyade.flow.outcome import Context
from dyade.flow.plan import plan_of
from dyade.flow.retention import purged
from dyade.program.conditions.types import EMPTY
from dyade.program.program import Program

NO_VERSIONS: Mapping[str, Program] = {}


def fold(
    program: Program, dyad_id: str, records: Iterable[r.Record], versions: Mapping[str, Program] = NO_VERSIONS
) -> Dyad:
    """Make a dyad from its records, from the first on.

    `program` is the version that it began in, `versions` those that it came to live by since, by their digest.
    """
    draft = Draft(plan_of(program), EMPTY_DYAD._replace(id=dyad_id), Context(0))
    for record in records:
        if type(record) is r.Migrated:
            draft = carried(draft, versions[record.behaviour], record)
        else:
            apply(draft, record)
    return draft.frozen()


def apply(draft: Draft, record: r.Record) -> None:
    """Change a draft as a record says."""
    if draft.now != record.head.at:
        draft.turn_to(record.head.at)
    apply_now(draft, record)


def apply_now(draft: Draft, record: r.Record) -> None:
    """The same, where the draft is at the record's instant already."""
    head = record.head
    _APPLY[type(record)](draft, record)
    draft.revision = head.revision
    draft.at = head.recorded_at
    draft.rank += 1


# -------------------------------------------------------------------------------------------------------------- people


def _started(draft: Draft, record: r.Started) -> None:
    draft.program = record.program
    draft.behaviour = record.behaviour
    draft.created_at = record.head.at
    moves.begin(draft)


def _placed(draft: Draft, record: r.Placed) -> None:
    moves.stand(draft, record.leaves)


def _assigned(draft: Draft, record: r.Assigned) -> None:
    holding = Holding(record.person, record.head.on, record.pending, record.attributes)
    held = tuple(h for h in draft.holdings.get(record.role, ()) if h.person != record.person)
    draft.holdings = {**draft.holdings, record.role: (*held, holding)}


def _unassigned(draft: Draft, record: r.Unassigned) -> None:
    kept = tuple(h for h in draft.holdings.get(record.role, ()) if h.person != record.person)
    draft.holdings = {**draft.holdings, record.role: kept}
    _lapse(draft, record.person, record.role)


def _lapse(draft: Draft, person: str, role: str) -> None:
    """Who leaves a role takes along the assents and the unfinished signatures given in it."""
    draft.assents = {
        rule: tuple(a for a in given if not (a.person == person and a.role == role))
        for rule, given in draft.assents.items()
    }
    draft.entries = {
        form: Log.of(entry if entry.complete else _without(entry, person, role) for entry in filled)
        if any(entry.signatures for entry in filled.waiting)
        else filled
        for form, filled in draft.entries.items()
    }


def _without(entry: Entry, person: str, role: str) -> Entry:
    kept = tuple(s for s in entry.signatures if not (s.person == person and s.role == role))
    return entry if len(kept) == len(entry.signatures) else entry._replace(signatures=kept)


def _answered(draft: Draft, record: r.Answered) -> None:
    held = draft.holdings.get(record.role, ())
    if record.accepted:
        kept = tuple(h._replace(pending=False) if h.person == record.person else h for h in held)
    else:
        kept = tuple(h for h in held if h.person != record.person)
    draft.holdings = {**draft.holdings, record.role: kept}


def _attributes_changed(draft: Draft, record: r.AttributesChanged) -> None:
    found: dict[str, tuple[Holding, ...]] = {}
    for role, held in draft.holdings.items():
        found[role] = tuple(
            h._replace(attributes=_merged(draft, role, h, record)) if h.person == record.person else h for h in held
        )
    draft.holdings = found


def _merged(draft: Draft, role: str, holding: Holding, record: r.AttributesChanged) -> dict[str, Any]:
    known = draft.plan.program.model.roles[role].attributes
    # Roles may share an attribute that only one of them may leave empty.
    given = {
        name: None if value is EMPTY and not known[name].nullable else value
        for name, value in record.attributes.items()
        if name in known
    }
    return {**holding.attributes, **given}


# --------------------------------------------------------------------------------------------------------------- facts


def _field_set(draft: Draft, record: r.FieldSet) -> None:
    draft.fields = {**draft.fields, record.field: record.value}


def _put(draft: Draft, form: str, entry: Entry) -> None:
    """Put an entry in its place among those of its form."""
    draft.entries = {**draft.entries, form: draft.entries.get(form, NO_ENTRIES).put(entry)}


def _entry(draft: Draft, form: str, n: int) -> Entry:
    return draft.entries[form][n - 1]


def _settled(draft: Draft, entry: Entry, head: r.Head, completes: bool) -> Entry:
    """An entry, complete from this record on if nothing is wanted any more; in force at the last signature."""
    if not completes:
        return entry
    signed = [signature.signed_on for signature in entry.signatures]
    on = max(signed) if signed else head.on
    return entry._replace(complete=True, complete_on=on, complete_rank=draft.rank + 1)


def _filled(draft: Draft, record: r.Filled) -> None:
    head, form = record.head, draft.plan.forms[record.form]
    filled = draft.entries.get(record.form, NO_ENTRIES)
    dated = entries.dated(draft, form, record.data) if form.model.dated_by else None
    on = dated if dated is not None else head.on
    if record.entry <= len(filled):
        entry = filled[record.entry - 1]
        # Who fills it last answers for it: nobody confirms what they have written themselves.
        entry = entry._replace(
            data=record.data, by=head.actor, role=record.role, on=on, at=head.at, submitted=record.submitted,
            signatures=(), confirmed=(), rank=draft.rank + 1,
        )  # fmt: skip
        entry = _settled(draft, entry, head, record.completes)
    else:
        rank, completes = draft.rank + 1, record.completes
        entry = new(Entry, (
            record.entry, record.data, head.actor, record.role, on, head.at, rank, record.submitted, "submitted",
            (), (), completes, head.on if completes else None, rank if completes else 0,
        ))  # fmt: skip
    _put(draft, record.form, entry)


def _signed(draft: Draft, record: r.Signed) -> None:
    head = record.head
    entry = _entry(draft, record.form, record.entry)
    signature = Signature(record.person, record.role, head.on, head.recorded_at)
    others = tuple(s for s in entry.signatures if s.person != record.person)
    entry = entry._replace(signatures=(*others, signature))
    _put(draft, record.form, _settled(draft, entry, head, record.completes))


def _unsigned(draft: Draft, record: r.Unsigned) -> None:
    entry = _entry(draft, record.form, record.entry)
    kept = tuple(s for s in entry.signatures if s.person != record.person)
    _put(draft, record.form, entry._replace(signatures=kept))


def _confirmed(draft: Draft, record: r.Confirmed) -> None:
    entry = _entry(draft, record.form, record.entry)
    entry = entry._replace(confirmed=(*entry.confirmed, record.person))
    _put(draft, record.form, _settled(draft, entry, record.head, record.completes))


def _stepped(draft: Draft, record: r.Stepped) -> None:
    _put(draft, record.form, _entry(draft, record.form, record.entry)._replace(step=record.to))


def _corrected(draft: Draft, record: r.Corrected) -> None:
    entry = _entry(draft, record.form, record.entry)
    dated = entries.dated(draft, draft.plan.forms[record.form], record.data)
    _put(draft, record.form, entry._replace(data=record.data, on=dated if dated is not None else entry.on))


# --------------------------------------------------------------------------------------------------------------- moves


def _assented(draft: Draft, record: r.Assented) -> None:
    given = draft.assents.get(record.transition, ())
    kept = tuple(a for a in given if a.visit == record.visit and a.person != record.person)
    assent = Assent(record.person, record.role, record.head.at, record.head.on, record.input, record.visit)
    draft.assents = {**draft.assents, record.transition: (*kept, assent)}


def visit_of(draft: Draft, rule: str) -> int:
    """The present visit of a rule's source: the rank of the record that began it, 0 where no source is active.

    Counting visits would not do: a rule may have several sources, each with a first visit.
    """
    stay = draft.stay_among(draft.plan.rules[rule].states)
    return stay.entered_rank if stay is not None else 0


def _assent_withdrawn(draft: Draft, record: r.AssentWithdrawn) -> None:
    kept = tuple(a for a in draft.assents.get(record.transition, ()) if a.person != record.person)
    draft.assents = {**draft.assents, record.transition: kept}


def _moved(draft: Draft, record: r.Moved) -> None:
    rule = draft.plan.rules[record.transition]
    if rule.id in draft.assents:
        draft.assents = {name: given for name, given in draft.assents.items() if name != rule.id}
    if rule.target is None or record.target is None:
        visit = visit_of(draft, rule.id)
        draft.fired = {**draft.fired, rule.id: (visit, record.due if record.due is not None else -1)}
        return
    sources = {name: _source(draft, name) for name in draft.assents}
    entered = moves.move(draft, rule, rule.target, record.target)
    if sources:
        # Assents lapse when their source is left, be it to come back at once.
        anew = dict(entered)
        draft.assents = {
            name: given
            for name, given in draft.assents.items()
            if _source(draft, name) == sources[name] and sources[name] not in anew
        }


def _source(draft: Draft, rule: str) -> str | None:
    return draft.path_among(draft.plan.rules[rule].states)


def _waived(draft: Draft, record: r.Waived) -> None:
    draft.waivers = {**draft.waivers, (record.rule, record.clause): record.visit}


# ---------------------------------------------------------------------------------------------------------------- time


def _certified(draft: Draft, record: r.Certified) -> None:
    issued = Issued(record.person, record.number, record.sequence, record.head.on, None, None)
    kept = draft.certificates.get(record.certificate, ())
    draft.certificates = {**draft.certificates, record.certificate: (*kept, issued)}


def _revoked(draft: Draft, record: r.CertificateRevoked) -> None:
    kept = draft.certificates[record.certificate]
    revoked = tuple(_ended(one, record.head.on) if one.number == record.number else one for one in kept)
    draft.certificates = {**draft.certificates, record.certificate: revoked}


def _reissued(draft: Draft, record: r.CertificateReissued) -> None:
    on = record.head.on
    issued = Issued(record.person, record.number, record.sequence, on, record.replaces, None)
    kept = [_ended(one, on) if one.number == record.replaces else one for one in draft.certificates[record.certificate]]
    draft.certificates = {**draft.certificates, record.certificate: (*kept, issued)}


def _ended(issued: Issued, on: int) -> Issued:
    """A certificate that attests to nothing from a day on; one that was revoked already stays so since that day."""
    return issued if issued.revoked_on is not None else issued._replace(revoked_on=on)


def _reminded(draft: Draft, record: r.Reminded) -> None:
    key = (record.reminder, record.item, record.visit, record.anchor)
    _, sent = draft.marks.get(key, (0, 0))
    draft.marks = {**draft.marks, key: (record.through + 1, sent + (record.status == "sent"))}


def _watched(draft: Draft, record: r.Watched) -> None:
    others = tuple(name for name in draft.broken if name != record.invariant)
    draft.broken = others if record.holds else (*others, record.invariant)


# -------------------------------------------------------------------------------------------------- what dyads share


def _reserved(draft: Draft, record: r.Reserved) -> None:
    draft.shares = {**draft.shares, (f"quotas.{record.quota}", record.person): 1}


def _queued(draft: Draft, record: r.Queued) -> None:
    draft.shares = {**draft.shares, (f"quotas.{record.quota}", record.person): 0}


def _released(draft: Draft, record: r.Released) -> None:
    gone = (f"quotas.{record.quota}", record.person)
    draft.shares = {key: share for key, share in draft.shares.items() if key != gone}


def _spent(draft: Draft, record: r.Spent) -> None:
    draft.shares = {**draft.shares, (f"budgets.{record.budget}", ""): record.amount}


# ------------------------------------------------------------------------------------------------------------ meetings


def _meetings_planned(draft: Draft, record: r.MeetingsPlanned) -> None:
    known = draft.meetings.get(record.series, ())
    made = tuple(Meeting(len(known) + i, day, day, "planned", at=record.at) for i, day in enumerate(record.days, 1))
    draft.meetings = {**draft.meetings, record.series: (*known, *made)}


def _change_meeting(draft: Draft, record: Any, **changes: Any) -> None:
    known = draft.meetings[record.series]
    changed = known[record.meeting - 1]._replace(**changes)
    draft.meetings = {**draft.meetings, record.series: (*known[: changed.n - 1], changed, *known[changed.n :])}


def _meeting_moved(draft: Draft, record: r.MeetingMoved) -> None:
    at = record.at if record.at is not None else draft.meetings[record.series][record.meeting - 1].at
    _change_meeting(draft, record, on=record.to, excused=(), at=at)


def _meeting_cancelled(draft: Draft, record: r.MeetingCancelled) -> None:
    _change_meeting(draft, record, status="cancelled")


def _meeting_held(draft: Draft, record: r.MeetingHeld) -> None:
    _change_meeting(draft, record, status="held", present=record.present, missed=record.missed)


def _excused(draft: Draft, record: r.Excused) -> None:
    known = draft.meetings[record.series][record.meeting - 1]
    _change_meeting(draft, record, excused=(*known.excused, record.person))


def _revealed(draft: Draft, record: r.Revealed) -> None:
    draft.opened = {**draft.opened, **{(item, record.head.actor): record.until for item in record.items}}


def _data_erased(_draft: Draft, _record: r.DataErased) -> None:
    """Nothing changes: what was erased reads so in the records that gave it."""


_APPLY: dict[type, Callable[[Draft, Any], None]] = {
    r.DataErased: _data_erased,
    r.Revealed: _revealed,
    r.Purged: purged,
    r.Merged: merged,
    r.Started: _started,
    r.Placed: _placed,
    r.Assigned: _assigned,
    r.Unassigned: _unassigned,
    r.Answered: _answered,
    r.AttributesChanged: _attributes_changed,
    r.FieldSet: _field_set,
    r.Filled: _filled,
    r.Signed: _signed,
    r.Unsigned: _unsigned,
    r.Confirmed: _confirmed,
    r.Stepped: _stepped,
    r.Corrected: _corrected,
    r.Assented: _assented,
    r.AssentWithdrawn: _assent_withdrawn,
    r.Moved: _moved,
    r.Waived: _waived,
    r.MeetingsPlanned: _meetings_planned,
    r.MeetingMoved: _meeting_moved,
    r.MeetingCancelled: _meeting_cancelled,
    r.MeetingHeld: _meeting_held,
    r.Excused: _excused,
    r.Certified: _certified,
    r.CertificateRevoked: _revoked,
    r.CertificateReissued: _reissued,
    r.Reminded: _reminded,
    r.Watched: _watched,
    r.Reserved: _reserved,
    r.Queued: _queued,
    r.Released: _released,
    r.Spent: _spent,
    # The register is beside the dyad.
    r.Enrolled: lambda *_: None,
}

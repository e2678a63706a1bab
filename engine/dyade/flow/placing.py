"""How is a dyad put where it stands, without having lived? What a scenario or an import gives is not judged.

It leaves records like everything else, so that the dyad is their fold. What follows by itself from there does follow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from dyade.flow import clockwork, entries, filling, firing, footing, given, granting, recording, signing
from dyade.flow import messages as r
from dyade.flow.draft import EMPTY_DYAD, Draft
from dyade.flow.outcome import Context, Decision, Reason, Refusal
from dyade.flow.plan import plan_of
from dyade.flow.schedule import next_due
from dyade.program.durations import LAST_ORDINAL
from dyade.program.program import Program

if TYPE_CHECKING:
    from dyade.flow.forms import FormPlan
    from dyade.flow.series import SeriesPlan

Reasons = tuple[Reason, ...]
Data = Mapping[str, Any]
NOTHING: Data = {}


class Entered(NamedTuple):
    """An entry that is there already, and how far it has come; what is not said goes to its end."""

    data: Data
    by: str | None = None
    """Who filled it; by default, the first who may."""
    on: int | None = None
    signed: tuple[str, ...] | None = None
    """Who has signed it; by default, everybody who is asked to."""
    confirmed: tuple[str, ...] | None = None
    """Who has confirmed it; by default somebody, unless it is said who has signed."""
    step: str = "submitted"
    """Its situation in its own small life."""


class Gathering(NamedTuple):
    """A meeting that is there already, and what became of it; what is not said is planned."""

    on: int
    at: int | None = None
    """Its hour, in minutes since midnight, where it is not that of the series."""
    present: tuple[str, ...] | None = None
    """Who was there, where it was held."""
    excused: tuple[str, ...] = ()
    cancelled: bool = False


class Placement(NamedTuple):
    """Where a dyad stands, and what is known of it; values are JSON."""

    leaves: tuple[str, ...]
    """The main leaf, and those of tracks that do not stand at their initial one."""
    people: Mapping[str, tuple[str, ...]]
    fields: Data = NOTHING
    """They win over what the forms set."""
    forms: Mapping[str, tuple[Data | Entered, ...]] = {}
    """Entries; data alone are filled, signed and confirmed."""
    meetings: Mapping[str, tuple[Gathering, ...]] = {}
    """Meetings of its series; nothing follows from those that were held."""


def place(program: Program, dyad_id: str, placement: Placement, context: Context) -> Decision | Refusal:
    """Put a dyad where it stands at `now`; it is refused only for values that cannot be read at all."""
    draft = Draft(plan_of(program), EMPTY_DYAD._replace(id=dyad_id), context)
    recording.open_head(draft, r.SYSTEM, draft.now)
    recording.record(draft, r.Started, program.id, program.behaviour)
    return _put(draft, placement, beyond=True, surely=True)


def bring_in(
    program: Program,
    dyad_id: str,
    placement: Placement,
    context: Context,
    began_at: int,
    since_at: int,
    *,
    beyond: bool = False,
) -> Decision | Refusal:
    """Put a dyad where it has stood since an instant, for one that began at another; both are before `now`.

    What fell due meanwhile is as if lived, but for messages: none leaves for the past. It is refused where time would
    have led it elsewhere since, and where a shared place that it has is not there, unless it may go `beyond`.
    """
    draft = Draft(plan_of(program), EMPTY_DYAD._replace(id=dyad_id), context._replace(now=began_at))
    recording.open_head(draft, r.SYSTEM, context.now)
    recording.record(draft, r.Started, program.id, program.behaviour)
    draft.turn_to(since_at)
    recording.open_head(draft, r.SYSTEM, context.now)
    placed = _put(draft, placement, beyond=beyond)
    if isinstance(placed, Refusal):
        return placed
    clockwork.pass_unsent(draft, context.now)
    elsewhere = _led_elsewhere(draft, placement)
    if elsewhere:
        return Refusal((Reason("time_moved", elsewhere[0], {"transition": elsewhere[0]}),))
    return Decision(draft.frozen(), tuple(draft.records), (), next_due(draft), bounds=draft.bounds)


def _led_elsewhere(draft: Draft, placement: Placement) -> list[str]:
    """The transitions that fired by themselves, where the dyad is no more where it was put."""
    moved = [record.transition for record in draft.records if isinstance(record, r.Moved)]
    return moved if not {*placement.leaves} <= {*draft.leaves.values()} else []


def _put(draft: Draft, placement: Placement, *, beyond: bool, surely: bool = False) -> Decision | Refusal:
    """Stand where a placement says, with its people and its facts."""
    recording.record(draft, r.Placed, placement.leaves)
    for role, persons in placement.people.items():
        for person in persons:
            recording.record(draft, r.Assigned, role, person, False, granting.profile(draft, role, person))
    reasons = (
        *_forms(draft, placement.forms),
        *_fields(draft, placement.fields),
        *_meetings(draft, placement.meetings),
    )
    if draft.plan.shared is not None and not reasons:
        reasons = footing.stood(draft, draft.plan.shared, beyond=beyond, surely=surely)
    if reasons:
        return Refusal(reasons)
    firing.settle(draft)
    clockwork.miss_what_has_passed(draft)
    clockwork.watch(draft)
    return Decision(draft.frozen(), tuple(draft.records), tuple(draft.effects), next_due(draft))


def _fields(draft: Draft, wanted: Data) -> Iterator[Reason]:
    data = draft.plan.program.data
    asked = {path[1]: datum for path, datum in data.items() if path[0] == "fields"}
    values, reasons = given.Asked(asked).parse(wanted, partial=True)
    for name, value in values.items():
        recording.record(draft, r.FieldSet, name, value, "")
    yield from reasons


def _meetings(draft: Draft, meetings: Mapping[str, tuple[Gathering, ...]]) -> Iterator[Reason]:
    for name, gathered in meetings.items():
        found = draft.plan.series.get(name)
        if found is None:
            yield Reason("unknown_series", name, {"known": tuple(draft.plan.series)})
            continue
        known = [one.on for one in gathered if not one.cancelled]
        for one in gathered:
            if not 0 < one.on <= LAST_ORDINAL:
                yield Reason("datum_type", "day", {"type": "date"})
            elif known.count(one.on) > 1:
                yield Reason("same_day", name, {"on": one.on})
            elif one.present is not None and one.on > draft.today:
                yield Reason("not_held_yet", name, {"on": one.on})
            else:
                _meeting(draft, found, one)


def _meeting(draft: Draft, series: SeriesPlan, one: Gathering) -> None:
    recording.record(draft, r.MeetingsPlanned, series.id, (one.on,), one.at)
    n = len(draft.meetings[series.id])
    for person in one.excused:
        recording.record(draft, r.Excused, series.id, n, one.on, person)
    if one.cancelled:
        recording.record(draft, r.MeetingCancelled, series.id, n, one.on)
    elif one.present is not None:
        missed = series.missed(draft, draft.meetings[series.id][n - 1], one.present)
        recording.record(draft, r.MeetingHeld, series.id, n, one.on, one.present, missed)


def _forms(draft: Draft, forms: Mapping[str, tuple[Data | Entered, ...]]) -> Iterator[Reason]:
    for name, filled in forms.items():
        form = draft.plan.forms.get(name)
        if form is None:
            yield Reason("unknown_form", name, {"known": tuple(draft.plan.forms)})
            continue
        for said in filled:
            entered = said if isinstance(said, Entered) else Entered(said)
            values, reasons = form.asked.parse(entered.data)
            yield from (reason for reason in reasons if reason.code != "required")
            for role, person in _fillers(draft, form, len(filled), entered.by):
                yield from _entry(draft, form, entered._replace(data=values), role, person)


def _fillers(draft: Draft, form: FormPlan, copies: int, by: str | None) -> list[tuple[str, str]]:
    """(role, person) who fills an entry; each their own copy, where the form is filled by each and one is given."""
    if by is not None:
        return [(draft.role_among(by, form.fillers) or form.fillers[0], by)]
    found = [(role, person) for role in form.fillers for person in draft.holders(role)]
    if form.each_copy and copies == 1 and found:
        return found
    if form.each_copy and found:
        return [found[len(draft.entries.get(form.id, ())) % len(found)]]
    return found[:1] or [(form.fillers[0], r.SYSTEM)]


def _entry(draft: Draft, form: FormPlan, entered: Entered, role: str, person: str) -> Iterator[Reason]:
    """One entry, with the signatures and the confirmations that it has, in its situation."""
    n = len(draft.entries.get(form.id, ())) + 1
    head = draft.head
    assert head is not None
    begun = head if entered.on is None else head._replace(on=entered.on)
    draft.head = begun._replace(actor=person)
    followers = [*_signers(draft, form, entered), *_confirmers(draft, form, entered)]
    whole = entered.signed is None and entered.confirmed is None
    none_wanted = not followers if whole else not (form.signers or form.confirmed_by)
    recording.record(draft, r.Filled, form.id, n, role, entered.data, True, none_wanted, ())
    for i, (kind, who, as_role) in enumerate(followers):
        draft.head = begun._replace(actor=who)
        entry = draft.entries[form.id][n - 1]
        last = i == len(followers) - 1
        if kind is r.Signed:
            completes = last if whole else last and signing.completes_with(draft, form, entry, who, as_role)
            recording.record(draft, r.Signed, form.id, n, who, as_role, signing.content_hash(form, entry), completes)
        else:
            completes = last and (whole or entries.is_signed(draft, form, entry))
            recording.record(draft, r.Confirmed, form.id, n, who, completes)
    draft.head = begun
    if draft.entries[form.id][n - 1].complete:
        filling.copy_to_fields(draft, form, n)
    yield from _situation(draft, form, entered.step, n)
    draft.head = head


def _situation(draft: Draft, form: FormPlan, situation: str, n: int) -> Iterator[Reason]:
    """Bring an entry to a situation, by the first step that leads there; the effects of that step are not done."""
    if situation == "submitted":
        return
    step = next((step for step in form.model.steps if step.to == situation), None)
    if step is None:
        yield Reason("unknown_step", situation, {"known": tuple(dict.fromkeys(step.to for step in form.model.steps))})
    elif not draft.entries[form.id][n - 1].complete:
        yield Reason("not_complete_yet", form.id, {"entry": n})
    else:
        who = next((person for role in step.by for person in draft.holders(role)), r.SYSTEM)
        assert draft.head is not None
        draft.head = draft.head._replace(actor=who)
        recording.record(draft, r.Stepped, form.id, n, step.id, step.to, {}, ())


def _signers(draft: Draft, form: FormPlan, entered: Entered) -> Iterator[tuple[type, str, str]]:
    """Whose signatures make an entry complete: one holder of each role, each holder, or as many as are asked for."""
    if entered.signed is not None:
        for person in entered.signed:
            yield r.Signed, person, draft.role_among(person, form.signers) or form.signers[0]
        return
    held = {person: (r.Signed, person, role) for role in form.signers for person in draft.holders(role)}
    match form.signature_mode:
        case "all":
            yield from ((r.Signed, draft.holders(role)[0], role) for role in form.signers if draft.holders(role))
        case "each":
            yield from held.values()
        case "quorum":
            yield from list(held.values())[: form.quorum]
        case "any":
            yield from list(held.values())[:1]


def _confirmers(draft: Draft, form: FormPlan, entered: Entered) -> Iterator[tuple[type, str, str]]:
    if entered.confirmed is not None:
        yield from ((r.Confirmed, person, "") for person in entered.confirmed)
        return
    for role in form.confirmed_by[:1] if entered.signed is None else ():
        yield from ((r.Confirmed, person, role) for person in draft.holders(role)[:1])

"""How is a dyad put where it stands, without having lived? What a scenario or an import gives is not judged.

It leaves records like everything else, so that the dyad is their fold. What follows by itself from there does follow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from dyade.flow import acts, clockwork, filling, given
from dyade.flow import messages as r
from dyade.flow.draft import EMPTY_DYAD, Draft
from dyade.flow.outcome import Context, Decision, Reason, Refusal
from dyade.flow.plan import plan_of
from dyade.flow.schedule import next_due
from dyade.program.program import Program

if TYPE_CHECKING:
    from dyade.flow.rules import FormPlan

Reasons = tuple[Reason, ...]
Data = Mapping[str, Any]
NOTHING: Data = {}


class Placement(NamedTuple):
    """Where a dyad stands, and what is known of it; values are JSON."""

    leaves: tuple[str, ...]
    """The main leaf, and those of tracks that do not stand at their initial one."""
    people: Mapping[str, tuple[str, ...]]
    fields: Data = NOTHING
    """They win over what the forms set."""
    forms: Mapping[str, tuple[Data, ...]] = {}
    """Entries that are filled, signed and confirmed."""


def place(program: Program, dyad_id: str, placement: Placement, context: Context) -> Decision | Refusal:
    """Put a dyad where it stands at `now`; it is refused only for values that cannot be read at all."""
    draft = Draft(plan_of(program), EMPTY_DYAD._replace(id=dyad_id), context)
    acts.open_head(draft, r.SYSTEM, draft.now)
    acts.record(draft, r.Started, program.id, program.behaviour)
    acts.record(draft, r.Placed, placement.leaves)
    for role, persons in placement.people.items():
        for person in persons:
            acts.record(draft, r.Assigned, role, person, False, acts.profile(draft, role, person))
    reasons = (*_forms(draft, placement.forms), *_fields(draft, placement.fields))
    if reasons:
        return Refusal(reasons)
    acts.settle(draft)
    clockwork.miss_what_has_passed(draft)
    clockwork.watch(draft)
    return Decision(draft.frozen(), tuple(draft.records), tuple(draft.effects), next_due(draft))


def _fields(draft: Draft, wanted: Data) -> Iterator[Reason]:
    data = draft.plan.program.data
    asked = {path[1]: datum for path, datum in data.items() if path[0] == "fields"}
    values, reasons = given.parse(asked, wanted, partial=True)
    for name, value in values.items():
        acts.record(draft, r.FieldSet, name, value, "")
    yield from reasons


def _forms(draft: Draft, forms: Mapping[str, tuple[Data, ...]]) -> Iterator[Reason]:
    for name, filled in forms.items():
        form = draft.plan.forms.get(name)
        if form is None:
            yield Reason("unknown_form", name, {"known": tuple(draft.plan.forms)})
            continue
        for data in filled:
            values, reasons = given.parse(form.data, data)
            yield from (reason for reason in reasons if reason.code != "required")
            for role, person in _fillers(draft, form, len(filled)):
                _entry(draft, form, values, role, person)


def _fillers(draft: Draft, form: FormPlan, copies: int) -> list[tuple[str, str]]:
    """(role, person) who fills an entry; each their own copy, where the form is filled by each and one is given."""
    found = [(role, person) for role in form.fillers for person in draft.holders(role)]
    if form.each_copy and copies == 1 and found:
        return found
    if form.each_copy and found:
        return [found[len(draft.entries.get(form.id, ())) % len(found)]]
    return found[:1] or [(form.fillers[0], r.SYSTEM)]


def _entry(draft: Draft, form: FormPlan, data: Data, role: str, person: str) -> None:
    """One entry, with every signature and confirmation that somebody can give."""
    n = len(draft.entries.get(form.id, ())) + 1
    head = draft.head
    assert head is not None
    draft.head = head._replace(actor=person)
    followers = [*_signers(draft, form), *_confirmer(draft, form)]
    acts.record(draft, r.Filled, form.id, n, role, data, True, not followers, ())
    for i, (kind, who, as_role) in enumerate(followers):
        draft.head = head._replace(actor=who)
        completes = i == len(followers) - 1
        if kind is r.Signed:
            content = filling.content_hash(form, draft.entries[form.id][n - 1])
            acts.record(draft, r.Signed, form.id, n, who, as_role, content, completes)
        else:
            acts.record(draft, r.Confirmed, form.id, n, who, completes)
    draft.head = head
    filling.copy_to_fields(draft, form, n)


def _signers(draft: Draft, form: FormPlan) -> Iterator[tuple[type, str, str]]:
    """Whose signatures make an entry complete: one holder of each role, each holder, or as many as are asked for."""
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


def _confirmer(draft: Draft, form: FormPlan) -> Iterator[tuple[type, str, str]]:
    for role in form.confirmed_by[:1]:
        yield from ((r.Confirmed, person, role) for person in draft.holders(role)[:1])

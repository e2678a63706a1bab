"""Facts that people give: fields, entries of forms, signatures, confirmations, steps, corrections."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Set
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from dyade.flow import acts, entries, given, limits
from dyade.flow import messages as c
from dyade.flow.draft import Draft
from dyade.flow.dyad import Entry, Signature
from dyade.flow.outcome import Reason
from dyade.flow.people import ended, is_reason, not_allowed
from dyade.flow.telling.phrases import clause_reason
from dyade.program.conditions.types import EMPTY
from dyade.program.conditions.values import dump_value

if TYPE_CHECKING:
    from dyade.flow.rules import FormPlan, StepPlan

Reasons = tuple[Reason, ...]


# -------------------------------------------------------------------------------------------------------------- fields


def set_field(draft: Draft, command: c.SetField) -> Reasons:
    """Give a field its value."""
    datum = draft.plan.program.data.get(("fields", command.field))
    if datum is None:
        return (Reason("unknown_field", command.field, {"known": tuple(draft.plan.program.model.fields)}),)
    reasons = ended(draft)
    by = tuple(draft.plan.program.model.fields[command.field].set_by or ())
    if not reasons and not any(draft.holds(command.actor, role) for role in by):
        reasons = (not_allowed(f"set {command.field}", by),)
    if reasons:
        return reasons
    value: Any = EMPTY if datum.nullable else None
    if command.value is not None and command.value != "":
        values, reasons = given.parse({command.field: datum}, {command.field: command.value}, partial=True)
        if reasons:
            return reasons
        value = values[command.field]
    draft.actor = command.actor
    acts.record(draft, c.FieldSet, command.field, value, "")
    return ()


# ------------------------------------------------------------------------------------------------------------- filling


def _form(draft: Draft, form_id: str) -> tuple[FormPlan | None, Reasons]:
    form = draft.plan.forms.get(form_id)
    if form is None:
        return None, (Reason("unknown_form", form_id, {"known": tuple(draft.plan.forms)}),)
    return form, ()


def fill(draft: Draft, command: c.Fill) -> Reasons:
    """Fill a form: a new entry, or the one that still waits."""
    form, reasons = _form(draft, command.form)
    if form is None:
        return reasons
    role = draft.role_among(command.actor, form.fillers)
    if role is None:
        return (not_allowed(f"fill {form.id}", form.fillers),)
    if not any(draft.is_in(state) for state in form.states):
        return (Reason("form_closed", form.id, {"states": form.states}),)
    entry, reasons = _entry_to_fill(draft, form, command)
    if reasons:
        return reasons
    data, reasons = _data(draft, form, command, entry)
    if reasons:
        return reasons
    return _submit(draft, form, command, role, entry, data)


def _entry_to_fill(draft: Draft, form: FormPlan, command: c.Fill) -> tuple[Entry | None, Reasons]:
    filled = draft.entries.get(form.id, ())
    if command.entry is not None:
        entry = filled[command.entry - 1] if 0 < command.entry <= len(filled) else None
        if entry is None:
            return None, (Reason("unknown_entry", form.id, {"entry": command.entry, "count": len(filled)}),)
        if entry.complete:
            return None, (Reason("entry_complete", form.id, {"entry": entry.n}),)
        its_own = form.each_copy or (form.repeats and not entry.submitted)
        if its_own and entry.by != command.actor:
            return None, (Reason("not_yours", form.id, {"entry": entry.n}),)
        return entry, ()
    waiting = entries.open_entry(draft, form, command.actor)
    if waiting is not None:
        return waiting, ()
    if not form.repeats:
        done = [e for e in filled if e.complete and (not form.each_copy or e.by == command.actor)]
        if done:
            return None, (Reason("already_filled", form.id, {"on": done[-1].on}),)
    return None, ()


def _data(draft: Draft, form: FormPlan, command: c.Fill, entry: Entry | None) -> tuple[dict[str, Any], Reasons]:
    """The whole of the entry: what stood in it, and what is given now."""
    roles = draft.roles_of(command.actor)
    barred = tuple(
        not_allowed(f"fill {form.id}.{name}", tuple(form.model.entry[name].filled_by or ()))
        for name in command.data
        if name in form.model.entry and not _may_fill(form, name, roles)
    )
    if barred:
        return {}, barred
    before = {name: dump_value(form.data[name].type, value) for name, value in entry.data.items()} if entry else {}
    raw = {**before, **command.data}
    if form.validator is None and command.submit:
        form.validator = given.validator_of(form.data)
    values, reasons = given.parse(
        form.data, raw, partial=not command.submit, validator=form.validator if command.submit else None
    )
    return values, reasons


def _may_fill(form: FormPlan, name: str, roles: tuple[str, ...]) -> bool:
    narrowed = form.model.entry[name].filled_by
    return narrowed is None or any(role in narrowed for role in roles)


def _submit(
    draft: Draft, form: FormPlan, command: c.Fill, role: str, entry: Entry | None, data: dict[str, Any]
) -> Reasons:
    draft.actor, draft.actor_role = command.actor, role
    n = entry.n if entry else len(draft.entries.get(form.id, ())) + 1
    advice: tuple[str, ...] = ()
    if command.submit:
        reasons = _judge(draft, form, data, n, command)
        if reasons:
            return reasons
        advice = tuple(reason.about for reason in draft.advice)
    completes = command.submit and not form.signers and not form.confirmed_by
    acts.record(draft, c.Filled, form.id, n, role, data, command.submit, completes, advice)
    if command.submit:
        _after(draft, form, n, "filled", completes)
    return ()


def _judge(draft: Draft, form: FormPlan, data: dict[str, Any], n: int, command: c.Fill | c.Correct) -> Reasons:
    """The form's own rules: its dates, its clauses, no two alike, its limits."""
    on = _dated(draft, form, data, command)
    if on > draft.today:
        return (Reason("in_future", form.model.dated_by or "", {"on": on}),)
    draft.form = data
    blocking = form.valid.blocking(draft)
    draft.advice += [clause_reason(draft, row, form.id) for row in form.valid.advised(draft)]
    reasons = tuple(clause_reason(draft, row, form.id) for row in blocking)
    draft.form = {}
    return (*reasons, *limits.broken(draft, form, data, n, on))


def _dated(draft: Draft, form: FormPlan, data: Mapping[str, Any], command: c.Fill | c.Correct) -> int:
    dated = entries.dated(draft, form, data)
    if dated is not None:
        return dated
    return command.on if command.on is not None else draft.today


def _after(draft: Draft, form: FormPlan, n: int, what: str, completed: bool) -> None:
    """What follows a change of an entry: the fields it sets, the transitions that wait for it."""
    if completed:
        copy_to_fields(draft, form, n)
    entry = draft.entries[form.id][n - 1]
    acts.happened(draft, f"forms.{form.id}.{what}", entry)


def copy_to_fields(draft: Draft, form: FormPlan, n: int, changed: Set[str] | None = None) -> None:
    """Set the fields that a complete entry sets, or those of them whose data have changed."""
    entry = draft.entries[form.id][n - 1]
    for name, field in form.sets:
        if changed is not None and name not in changed:
            continue
        value = entry.data.get(name)
        if value is None or value is EMPTY:
            value = EMPTY if draft.plan.program.data["fields", field].nullable else None
        acts.record(draft, c.FieldSet, field, value, form.id)


# ---------------------------------------------------------------------------------------------------------- signatures


def _entry_for(draft: Draft, form: FormPlan, n: int | None, wanted: Any) -> tuple[Entry | None, Reasons]:
    """The entry that an act is about: the one named, else the last one for which it makes sense."""
    filled = draft.entries.get(form.id, ())
    if n is not None:
        if not 0 < n <= len(filled):
            return None, (Reason("unknown_entry", form.id, {"entry": n, "count": len(filled)}),)
        return filled[n - 1], ()
    found = next((entry for entry in reversed(filled) if wanted(entry)), None)
    if found is None and filled:
        return filled[-1], ()
    return found, () if found else (Reason("nothing_filled", form.id),)


def sign(draft: Draft, command: c.Sign) -> Reasons:
    """Sign what an entry says."""
    form, reasons = _form(draft, command.form)
    if form is None:
        return reasons
    if not form.signers:
        return (Reason("not_signed", form.id),)
    if not any(draft.holds(command.actor, role) for role in form.signers):
        return (not_allowed(f"sign {form.id}", form.signers),)
    entry, reasons = _entry_for(
        draft, form, command.entry, lambda e: not e.complete and not _has_signed(e, command.actor)
    )
    if entry is None:
        return reasons
    if not entry.submitted:
        return (Reason("still_a_draft", form.id, {"entry": entry.n}),)
    if _has_signed(entry, command.actor) and (entry.complete or not entries.is_complete(draft, form, entry)):
        return (Reason("already_signed", form.id, {"entry": entry.n}),)
    if entry.complete:
        return (Reason("entry_complete", form.id, {"entry": entry.n}),)
    # Who signed before the last one wanted left their role signs again: nothing else would make the entry count.
    role = _signing_role(draft, form, entry, command.actor)
    draft.actor, draft.actor_role = command.actor, role
    completes = _completes_with(draft, form, entry, command.actor, role)
    acts.record(draft, c.Signed, form.id, entry.n, command.actor, role, content_hash(form, entry), completes)
    signed = completes or (bool(form.confirmed_by) and _signed_whole(draft, form, entry.n))
    if signed:
        _after(draft, form, entry.n, "signed", completes)
    return ()


def _has_signed(entry: Entry, person: str) -> bool:
    return any(signature.person == person for signature in entry.signatures)


def _signing_role(draft: Draft, form: FormPlan, entry: Entry, person: str) -> str:
    """The role in which a person signs: the first of theirs that has not signed yet."""
    taken = {signature.role for signature in entry.signatures}
    held = [role for role in form.signers if draft.holds(person, role)]
    return next((role for role in held if role not in taken), held[0])


def _completes_with(draft: Draft, form: FormPlan, entry: Entry, person: str, role: str) -> bool:
    assert draft.head is not None
    mine = Signature(person, role, draft.head.on, draft.head.recorded_at)
    return entries.is_complete(draft, form, entry._replace(signatures=(*entry.signatures, mine)))


def _signed_whole(draft: Draft, form: FormPlan, n: int) -> bool:
    return entries.is_signed(draft, form, draft.entries[form.id][n - 1])


def content_hash(form: FormPlan, entry: Entry) -> str:
    """sha256 of what is signed: the entry and the statements that signing accepts."""
    said = {
        "form": form.id,
        "entry": {name: dump_value(form.data[name].type, value) for name, value in entry.data.items()},
        "statements": form.model.statements,
    }
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> str:
    return str(value) if isinstance(value, Decimal) else repr(value)


def unsign(draft: Draft, command: c.Unsign) -> Reasons:
    """Withdraw a signature while the entry is not complete."""
    form, reasons = _form(draft, command.form)
    if form is None:
        return reasons
    signed = any(_has_signed(entry, command.actor) for entry in draft.entries.get(form.id, ()))
    if not signed and not any(draft.holds(command.actor, role) for role in form.signers):
        return (not_allowed(f"sign {form.id}", form.signers),)
    entry, reasons = _entry_for(draft, form, command.entry, lambda e: _has_signed(e, command.actor))
    if entry is None:
        return reasons
    if not _has_signed(entry, command.actor):
        return (Reason("never_signed", form.id, {"entry": entry.n}),)
    if entry.complete:
        return (Reason("entry_complete", form.id, {"entry": entry.n}),)
    acts.record(draft, c.Unsigned, form.id, entry.n, command.actor)
    return ()


def confirm(draft: Draft, command: c.Confirm) -> Reasons:
    """Confirm what another role submitted."""
    form, reasons = _form(draft, command.form)
    if form is None:
        return reasons
    if not form.confirmed_by:
        return (Reason("not_confirmed", form.id),)
    if not any(draft.holds(command.actor, role) for role in form.confirmed_by):
        return (not_allowed(f"confirm {form.id}", form.confirmed_by),)
    entry, reasons = _entry_for(draft, form, command.entry, lambda e: e.submitted and not e.confirmed)
    if entry is None:
        return reasons
    if not entry.submitted:
        return (Reason("still_a_draft", form.id, {"entry": entry.n}),)
    if entry.confirmed:
        return (Reason("already_confirmed", form.id, {"entry": entry.n}),)
    if entry.by == command.actor:
        return (Reason("own_entry", form.id, {"entry": entry.n}),)
    draft.actor, draft.actor_role = command.actor, draft.role_among(command.actor, form.confirmed_by)
    completes = entries.is_complete(draft, form, entry._replace(confirmed=(command.actor,)))
    acts.record(draft, c.Confirmed, form.id, entry.n, command.actor, completes)
    _after(draft, form, entry.n, "confirmed", completes)
    return ()


# ---------------------------------------------------------------------------------------------------------------- steps


def step(draft: Draft, command: c.Step) -> Reasons:
    """Move an entry through its own small life."""
    form, reasons = _form(draft, command.form)
    if form is None:
        return reasons
    plan = form.steps.get(command.step)
    if plan is None:
        return (Reason("unknown_step", command.step, {"known": tuple(form.steps)}),)
    by = tuple(plan.model.by)
    role = draft.role_among(command.actor, by)
    if role is None:
        return (not_allowed(f"step {form.id}.{command.step}", by),)
    sources = plan.model.from_ if isinstance(plan.model.from_, list) else [plan.model.from_]
    entry, reasons = _entry_for(draft, form, command.entry, lambda e: e.complete and e.step in sources)
    if entry is None:
        return reasons
    if not entry.complete:
        return (Reason("not_complete_yet", form.id, {"entry": entry.n}),)
    if entry.step not in sources:
        return (
            Reason(
                "wrong_step",
                command.step,
                {"form": form.id, "entry": entry.n, "step": entry.step, "from": tuple(sources)},
            ),
        )
    return _take_step(draft, form, plan, command, entry, role)


def _take_step(draft: Draft, form: FormPlan, plan: StepPlan, command: c.Step, entry: Entry, role: str) -> Reasons:
    values, reasons = given.parse(plan.data, command.input)
    if reasons:
        return reasons
    draft.actor, draft.actor_role, draft.entry, draft.input = command.actor, role, entry, values
    blocking = plan.guard.blocking(draft)
    if blocking:
        return tuple(clause_reason(draft, row, command.step) for row in blocking)
    undone = acts.uncomputable(draft, plan.effects)
    if undone is not None:
        return (acts.undoable(draft, command.step, undone),)
    draft.advice += [clause_reason(draft, row, command.step) for row in plan.guard.advised(draft)]
    advice = plan.guard.advice(draft)
    acts.record(draft, c.Stepped, form.id, entry.n, command.step, plan.model.to, values, advice)
    index = len(draft.records) - 1
    draft.entry = draft.entries[form.id][entry.n - 1]
    for effect in plan.effects:
        acts.perform(draft, effect, ("step", (form.id, command.step)), index)
    draft.entry, draft.input = None, {}
    acts.happened(draft, f"forms.{form.id}.{command.step}", draft.entries[form.id][entry.n - 1])
    return ()


# --------------------------------------------------------------------------------------------------------- corrections


def correct(draft: Draft, command: c.Correct) -> Reasons:
    """Put right a complete entry; the fields that it sets follow."""
    form, reasons = _form(draft, command.form)
    if form is None:
        return reasons
    by = tuple(form.model.corrected_by or ())
    role = draft.role_among(command.actor, by)
    if role is None:
        return (not_allowed(f"correct {form.id}", by),)
    if not is_reason(command.reason):
        return (Reason("reason_wanted", form.id),)
    entry, reasons = _entry_for(draft, form, command.entry, lambda e: e.complete)
    if entry is None:
        return reasons
    if not entry.complete:
        return (Reason("not_complete_yet", form.id, {"entry": entry.n}),)
    before = {name: dump_value(form.data[name].type, value) for name, value in entry.data.items()}
    values, reasons = given.parse(form.data, {**before, **command.data})
    draft.actor, draft.actor_role = command.actor, role
    standing = draft.entries
    # The form's own figures are read without the entry that is put right.
    draft.entries = {
        **standing,
        form.id: tuple(e._replace(complete=e.complete and e.n != entry.n) for e in standing[form.id]),
    }
    reasons = reasons or _judge(draft, form, values, entry.n, command._replace(on=entry.on))
    draft.entries = standing
    if reasons:
        return reasons
    acts.record(draft, c.Corrected, form.id, entry.n, values, command.reason)
    if form.sets and entry.n == max(e.n for e in entries.complete(draft, form.id)):
        # A field may have changed since for another reason: what was not put right leaves it as it is.
        changed = {name for name, value in values.items() if value != entry.data.get(name)}
        copy_to_fields(draft, form, entry.n, changed | (entry.data.keys() - values.keys()))
    return ()

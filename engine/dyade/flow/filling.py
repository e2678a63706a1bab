"""Facts that people give: fields, entries of forms, and what is put right in them."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import TYPE_CHECKING, Any

from dyade.flow import entries, given, limits
from dyade.flow import messages as c
from dyade.flow.draft import Draft
from dyade.flow.dyad import NO_ENTRIES, Entry, Log
from dyade.flow.firing import happened
from dyade.flow.outcome import Reason
from dyade.flow.people import ended, gives_reason, not_allowed
from dyade.flow.recording import record
from dyade.flow.tagged import ERASED
from dyade.flow.telling.phrases import blocking_reasons, clause_reason
from dyade.program.conditions.types import EMPTY
from dyade.program.conditions.values import dump_value

if TYPE_CHECKING:
    from dyade.flow.forms import FormPlan


Reasons = tuple[Reason, ...]


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
        values, reasons = given.Asked({command.field: datum}).parse({command.field: command.value}, partial=True)
        if reasons:
            return reasons
        value = values[command.field]
    draft.actor = command.actor
    record(draft, c.FieldSet, command.field, value, "")
    return ()


def form_named(draft: Draft, form_id: str) -> tuple[FormPlan | None, Reasons]:
    form = draft.plan.forms.get(form_id)
    if form is None:
        return None, (Reason("unknown_form", form_id, {"known": tuple(draft.plan.forms)}),)
    return form, ()


def fill(draft: Draft, command: c.Fill) -> Reasons:
    """Fill a form: a new entry, or the one that still waits."""
    form = draft.plan.forms.get(command.form)
    if form is None:
        return form_named(draft, command.form)[1]
    role = draft.role_among(command.actor, form.fillers)
    if role is None:
        return (not_allowed(f"fill {form.id}", form.fillers),)
    if form.states_set.isdisjoint(draft.situation.active):
        return (Reason("form_closed", form.id, {"states": form.states}),)
    entry, reasons = _entry_to_fill(draft, form, command)
    if reasons:
        return reasons
    data, reasons = _data(draft, form, command, entry)
    if reasons:
        return reasons
    return _submit(draft, form, command, role, entry, data)


def _entry_to_fill(draft: Draft, form: FormPlan, command: c.Fill) -> tuple[Entry | None, Reasons]:
    filled = draft.entries.get(form.id, NO_ENTRIES)
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
    if filled.waiting:
        waiting = entries.open_entry(draft, form, command.actor)
        if waiting is not None:
            return waiting, ()
    if not form.repeats:
        done = [e for e in filled.complete if not form.each_copy or e.by == command.actor]
        if done:
            return None, (Reason("already_filled", form.id, {"on": done[-1].on}),)
    return None, ()


def _data(draft: Draft, form: FormPlan, command: c.Fill, entry: Entry | None) -> tuple[dict[str, Any], Reasons]:
    """The whole of the entry: what stood in it, and what is given now."""
    if form.narrowed:
        barred = tuple(
            not_allowed(f"fill {form.id}.{name}", roles)
            for name, roles in form.narrowed.items()
            if name in command.data and draft.role_among(command.actor, roles) is None
        )
        if barred:
            return {}, barred
    raw = command.data
    if entry is not None:
        raw = {**_said(form, entry), **raw}
    return form.asked.parse(raw, partial=not command.submit)


def _said(form: FormPlan, entry: Entry) -> dict[str, Any]:
    """What an entry says, as JSON; nothing of what was erased from it."""
    said = ((name, value) for name, value in entry.data.items() if value is not ERASED)
    return {name: dump_value(form.data[name].type, value) for name, value in said}


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
        if draft.advice:
            advice = tuple(reason.about for reason in draft.advice)
    completes = command.submit and not form.signers and not form.confirmed_by
    lifted = limits.lifted(draft, form, n) if command.submit and draft.waivers else ()
    record(draft, c.Filled, form.id, n, role, data, command.submit, completes, advice, lifted)
    if command.submit:
        after(draft, form, n, "filled", completes)
    return ()


def _judge(draft: Draft, form: FormPlan, data: dict[str, Any], n: int, command: c.Fill | c.Correct) -> Reasons:
    """The form's own rules: its dates, its clauses, no two alike, its limits."""
    on = draft.today
    if form.model.dated_by is not None or command.on is not None:
        on = _dated(draft, form, data, command)
    if on > draft.today:
        return (Reason("in_future", form.model.dated_by or "", {"on": on}),)
    if not form.is_judged:
        return ()
    draft.form = data
    blocking = form.valid.blocking(draft, frozenset(limits.lifted(draft, form, n)))
    draft.advice += [clause_reason(draft, row, form.id) for row in form.valid.advised(draft)]
    reasons = blocking_reasons(draft, blocking, form.id) if blocking else ()
    draft.form = {}
    return (*reasons, *limits.broken(draft, form, data, n, on))


def _dated(draft: Draft, form: FormPlan, data: Mapping[str, Any], command: c.Fill | c.Correct) -> int:
    dated = entries.dated(draft, form, data)
    if dated is not None:
        return dated
    return command.on if command.on is not None else draft.today


def after(draft: Draft, form: FormPlan, n: int, what: str, completed: bool) -> None:
    """What follows a change of an entry: the fields it sets, the transitions that wait for it."""
    if completed and form.sets:
        copy_to_fields(draft, form, n)
    if draft.situation.upon:
        happened(draft, f"forms.{form.id}.{what}", draft.entries[form.id][n - 1])


def copy_to_fields(draft: Draft, form: FormPlan, n: int, changed: Set[str] | None = None) -> None:
    """Set the fields that a complete entry sets, or those of them whose data have changed."""
    entry = draft.entries[form.id][n - 1]
    for name, field in form.sets:
        if changed is not None and name not in changed:
            continue
        value = entry.data.get(name)
        if value is None or value is EMPTY:
            value = EMPTY if draft.plan.program.data["fields", field].nullable else None
        record(draft, c.FieldSet, field, value, form.id)


def entry_for(draft: Draft, form: FormPlan, n: int | None, wanted: Any) -> tuple[Entry | None, Reasons]:
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


def correct(draft: Draft, command: c.Correct) -> Reasons:
    """Put right a complete entry; the fields that it sets follow."""
    form, reasons = form_named(draft, command.form)
    if form is None:
        return reasons
    by = tuple(form.model.corrected_by or ())
    role = draft.role_among(command.actor, by)
    if role is None:
        return (not_allowed(f"correct {form.id}", by),)
    if not gives_reason(command):
        return (Reason("reason_wanted", form.id),)
    entry, reasons = entry_for(draft, form, command.entry, lambda e: e.complete)
    if entry is None:
        return reasons
    if not entry.complete:
        return (Reason("not_complete_yet", form.id, {"entry": entry.n}),)
    values, reasons = form.asked.parse({**_said(form, entry), **command.data})
    erased = [name for name, value in entry.data.items() if value is ERASED and name not in command.data]
    # What was erased is not wanted again, and stays erased.
    reasons = tuple(reason for reason in reasons if reason.code != "required" or reason.about not in erased)
    values |= dict.fromkeys(erased, ERASED)
    draft.actor, draft.actor_role = command.actor, role
    standing = draft.entries
    # The form's own figures are read without the entry that is put right.
    draft.entries = {
        **standing,
        form.id: Log.of(e._replace(complete=e.complete and e.n != entry.n) for e in standing[form.id]),
    }
    reasons = reasons or _judge(draft, form, values, entry.n, command._replace(on=entry.on))
    draft.entries = standing
    if reasons:
        return reasons
    record(draft, c.Corrected, form.id, entry.n, values, command.reason)
    if form.sets and entry.n == max(e.n for e in entries.complete(draft, form.id)):
        # A field may have changed since for another reason: what was not put right leaves it as it is.
        changed = {name for name, value in values.items() if value != entry.data.get(name)}
        copy_to_fields(draft, form, entry.n, changed | (entry.data.keys() - values.keys()))
    return ()

"""The small life of an entry, after it is complete: claims that are checked, then paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dyade.flow import messages as c
from dyade.flow.draft import Draft
from dyade.flow.dyad import Entry
from dyade.flow.effects import perform, uncomputable, undoable
from dyade.flow.filling import Reasons, entry_for, form_named
from dyade.flow.firing import happened
from dyade.flow.outcome import Reason
from dyade.flow.people import not_allowed
from dyade.flow.recording import record
from dyade.flow.telling.phrases import blocking_reasons, clause_reason

if TYPE_CHECKING:
    from dyade.flow.forms import FormPlan, StepPlan


def step(draft: Draft, command: c.Step) -> Reasons:
    """Move an entry through its own small life."""
    form, reasons = form_named(draft, command.form)
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
    entry, reasons = entry_for(draft, form, command.entry, lambda e: e.complete and e.step in sources)
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
    values, reasons = plan.asked.parse(command.input)
    if reasons:
        return reasons
    draft.actor, draft.actor_role, draft.entry, draft.input = command.actor, role, entry, values
    blocking = plan.guard.blocking(draft)
    if blocking:
        return blocking_reasons(draft, blocking, command.step)
    undone = uncomputable(draft, plan.effects)
    if undone is not None:
        return (undoable(draft, command.step, undone),)
    draft.advice += [clause_reason(draft, row, command.step) for row in plan.guard.advised(draft)]
    advice = plan.guard.advice(draft)
    record(draft, c.Stepped, form.id, entry.n, command.step, plan.model.to, values, advice)
    index = len(draft.records) - 1
    draft.entry = draft.entries[form.id][entry.n - 1]
    for effect in plan.effects:
        perform(draft, effect, ("step", (form.id, command.step)), index)
    draft.entry, draft.input = None, {}
    happened(draft, f"forms.{form.id}.{command.step}", draft.entries[form.id][entry.n - 1])
    return ()

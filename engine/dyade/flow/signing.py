"""Signing and confirming what others filled."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from dyade.flow import entries
from dyade.flow import messages as c
from dyade.flow.draft import Draft
from dyade.flow.dyad import Entry, Signature
from dyade.flow.filling import Reasons, after, entry_for, form_named
from dyade.flow.outcome import Reason
from dyade.flow.people import not_allowed
from dyade.flow.recording import record
from dyade.flow.tagged import ERASED
from dyade.program.conditions.values import dump_value

if TYPE_CHECKING:
    from dyade.flow.forms import FormPlan


def sign(draft: Draft, command: c.Sign) -> Reasons:
    """Sign what an entry says."""
    form, reasons = form_named(draft, command.form)
    if form is None:
        return reasons
    if not form.signers:
        return (Reason("not_signed", form.id),)
    if not any(draft.holds(command.actor, role) for role in form.signers):
        return (not_allowed(f"sign {form.id}", form.signers),)
    entry, reasons = entry_for(
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
    completes = completes_with(draft, form, entry, command.actor, role)
    record(draft, c.Signed, form.id, entry.n, command.actor, role, content_hash(form, entry), completes)
    signed = completes or (bool(form.confirmed_by) and _signed_whole(draft, form, entry.n))
    if signed:
        after(draft, form, entry.n, "signed", completes)
    return ()


def _has_signed(entry: Entry, person: str) -> bool:
    return any(signature.person == person for signature in entry.signatures)


def _signing_role(draft: Draft, form: FormPlan, entry: Entry, person: str) -> str:
    """The role in which a person signs: the first of theirs that has not signed yet."""
    taken = {signature.role for signature in entry.signatures}
    held = [role for role in form.signers if draft.holds(person, role)]
    return next((role for role in held if role not in taken), held[0])


def completes_with(draft: Draft, form: FormPlan, entry: Entry, person: str, role: str) -> bool:
    """Whether one more signature is all that an entry wants."""
    assert draft.head is not None
    mine = Signature(person, role, draft.head.on, draft.head.recorded_at)
    return entries.is_complete(draft, form, entry._replace(signatures=(*entry.signatures, mine)))


def _signed_whole(draft: Draft, form: FormPlan, n: int) -> bool:
    return entries.is_signed(draft, form, draft.entries[form.id][n - 1])


def content_hash(form: FormPlan, entry: Entry) -> str:
    """sha256 of what is signed: the entry and the statements that signing accepts."""
    said = {
        "form": form.id,
        "entry": {name: _said(form, name, value) for name, value in entry.data.items()},
        "statements": form.model.statements,
    }
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def _said(form: FormPlan, name: str, value: Any) -> Any:
    """A value as JSON; of what was erased, that it was."""
    return value if value is ERASED else dump_value(form.data[name].type, value)


def _plain(value: Any) -> str:
    return str(value) if isinstance(value, Decimal) else repr(value)


def unsign(draft: Draft, command: c.Unsign) -> Reasons:
    """Withdraw a signature while the entry is not complete."""
    form, reasons = form_named(draft, command.form)
    if form is None:
        return reasons
    signed = any(_has_signed(entry, command.actor) for entry in draft.entries.get(form.id, ()))
    if not signed and not any(draft.holds(command.actor, role) for role in form.signers):
        return (not_allowed(f"sign {form.id}", form.signers),)
    entry, reasons = entry_for(draft, form, command.entry, lambda e: _has_signed(e, command.actor))
    if entry is None:
        return reasons
    if not _has_signed(entry, command.actor):
        return (Reason("never_signed", form.id, {"entry": entry.n}),)
    if entry.complete:
        return (Reason("entry_complete", form.id, {"entry": entry.n}),)
    record(draft, c.Unsigned, form.id, entry.n, command.actor)
    return ()


def confirm(draft: Draft, command: c.Confirm) -> Reasons:
    """Confirm what another role submitted."""
    form, reasons = form_named(draft, command.form)
    if form is None:
        return reasons
    if not form.confirmed_by:
        return (Reason("not_confirmed", form.id),)
    if not any(draft.holds(command.actor, role) for role in form.confirmed_by):
        return (not_allowed(f"confirm {form.id}", form.confirmed_by),)
    entry, reasons = entry_for(draft, form, command.entry, lambda e: e.submitted and not e.confirmed)
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
    record(draft, c.Confirmed, form.id, entry.n, command.actor, completes)
    after(draft, form, entry.n, "confirmed", completes)
    return ()

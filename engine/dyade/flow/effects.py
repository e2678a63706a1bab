"""What follows from a transition, a step, or entering a state: can it be done, and doing it."""

from __future__ import annotations

from typing import Any, NamedTuple

from dyade.flow import certifying
from dyade.flow import messages as r
from dyade.flow.draft import Draft
from dyade.flow.granting import assign, holding_of, no_room, staying
from dyade.flow.outcome import Reason
from dyade.flow.plan import Plan
from dyade.flow.recording import record
from dyade.flow.rules import ASSIGN, CERTIFY, CLEAR, EMIT, ENROL, IF, NOTIFY, SET, START, UNASSIGN, CompiledEffect
from dyade.flow.sending import recipients, send
from dyade.program.conditions.types import EMPTY
from dyade.program.conditions.values import dump_value


class Undone(NamedTuple):
    """An effect that cannot be done: its value is unknown, or the role is full."""

    effect: CompiledEffect
    full: bool


def uncomputable(draft: Draft, effects: tuple[CompiledEffect, ...]) -> Undone | None:
    """The first effect that cannot be done, each read as those before it leave things.

    Setting a field to nothing is `clear`, never an accident.
    """
    if not effects:
        return None
    fields, holdings = draft.fields, draft.holdings
    found = next((undone for effect in effects if (undone := _foreseen(draft, effect)) is not None), None)
    draft.fields, draft.holdings = fields, holdings
    return found


def holders_after(draft: Draft, effects: tuple[CompiledEffect, ...], role: str) -> tuple[str, ...]:
    """Whoever holds a role, or is offered it, once some effects are done."""
    fields, holdings = draft.fields, draft.holdings
    for effect in effects:
        _foreseen(draft, effect)
    found = tuple(holding.person for holding in draft.holdings.get(role, ()))
    draft.fields, draft.holdings = fields, holdings
    return found


def undoable(draft: Draft, rule: str, undone: Undone) -> Reason:
    """Why an effect of a transition, or of a step, cannot be done."""
    name = undone.effect.name
    if undone.effect.kind == CERTIFY:
        # What came before it in the transition may have let its holder go.
        lacks = certifying.lacking(draft, name) or draft.plan.program.model.certificates[name].to
        return Reason("nobody_holds", lacks, {"transition": rule})
    if undone.full:
        return Reason("too_many", name, {"max": draft.plan.program.model.roles[name].count.max})
    return Reason("effect_unknown", name, {"transition": rule})


def _foreseen(draft: Draft, effect: CompiledEffect) -> Undone | None:
    """Whether an effect cannot be done; where it can, the draft reads as if it were."""
    name = effect.name
    value = effect.value(draft) if effect.value is not None else None
    if effect.kind == SET:
        draft.fields = {**draft.fields, name: value}
        return Undone(effect, False) if value is None else None
    if effect.kind == CLEAR:
        draft.fields = {**draft.fields, name: cleared(draft, name)}
    elif effect.kind == ASSIGN:
        if not isinstance(value, str):
            return Undone(effect, False)
        if no_room(draft, name, value):
            return Undone(effect, True)
        if draft.holding(name, value) is None:
            draft.holdings = {**draft.holdings, name: (*staying(draft, name), holding_of(draft, name, value))}
    elif effect.kind == UNASSIGN:
        kept = tuple(h for h in draft.holdings.get(name, ()) if h.person != value)
        draft.holdings = {**draft.holdings, name: kept}
    elif effect.kind == CERTIFY:
        return Undone(effect, False) if certifying.lacking(draft, name) is not None else None
    elif effect.kind == ENROL:
        return Undone(effect, False) if any(get(draft) is None for _, get, _ in effect.given) else None
    elif effect.kind == IF and value is True:
        return next((undone for one in effect.inside if (undone := _foreseen(draft, one)) is not None), None)
    return None


def perform(draft: Draft, effect: CompiledEffect, site_key: tuple[str, Any], index: int) -> None:
    """Do one effect; the key tells whose it is: ("rule", transition or state) or ("step", (form, step))."""
    kind = effect.kind
    if kind in (SET, CLEAR):
        _set(draft, effect, site_key[1] if site_key[0] == "rule" else site_key[1][0])
    elif kind == NOTIFY:
        _notify(draft, effect, site_key, index)
    elif kind == CERTIFY:
        certifying.issue(draft, effect.name)
    elif kind in (EMIT, START):
        made = r.Emitted if kind == EMIT else r.NewDyad
        draft.effects.append((index, made(effect.name, _given(draft, effect))))
    elif kind == ENROL and effect.model.enrolment is not None:
        for person in draft.holders(effect.name):
            record(draft, r.Enrolled, effect.name, person, effect.model.enrolment.status, _profile(draft, effect))
    elif kind == IF:
        if effect.value is not None and effect.value(draft) is True:
            for one in effect.inside:
                perform(draft, one, site_key, index)
    elif effect.value is not None:
        whom = effect.value(draft)
        if isinstance(whom, str):
            _hold(draft, effect, whom)


def _set(draft: Draft, effect: CompiledEffect, rule: str) -> None:
    value = cleared(draft, effect.name) if effect.value is None else effect.value(draft)
    # Only what entering a state sets may be unknown here: nobody can be refused for it, and nothing is lost.
    if value is not None or effect.kind == CLEAR:
        record(draft, r.FieldSet, effect.name, value, rule)


def _hold(draft: Draft, effect: CompiledEffect, person: str) -> None:
    if effect.kind == ASSIGN:
        held = draft.holds(person, effect.name) or draft.holding(effect.name, person) is not None
        if not held and not no_room(draft, effect.name, person):
            assign(draft, effect.name, person, {})
    elif draft.holding(effect.name, person) is not None:
        record(draft, r.Unassigned, effect.name, person)


def cleared(draft: Draft, field: str) -> Any:
    return EMPTY if draft.plan.program.data["fields", field].nullable else None


def _given(draft: Draft, effect: CompiledEffect) -> dict[str, Any]:
    return {name: dump_value(kind, value(draft)) for name, value, kind in effect.given}


def _profile(draft: Draft, effect: CompiledEffect) -> dict[str, Any]:
    """What an enrolment is given; as for a field, only what entering a state gives may be unknown here."""
    found = {name: value(draft) for name, value, _ in effect.given}
    return {name: value for name, value in found.items() if value is not None}


def _notify(draft: Draft, effect: CompiledEffect, site_key: tuple[str, Any], index: int) -> None:
    notify = effect.model.notify
    assert notify is not None
    to = recipients(draft, notify.to)
    rule = site_key[1] if site_key[0] == "rule" else ".".join(site_key[1])
    if to:
        send(draft, to, notify.template, site_key, index, "notice", rule, notify.priority)


def on_enter(draft: Draft, plan: Plan, visits: dict[str, int], index: int) -> None:
    """The effects of the states that were entered, outermost first."""
    for path, effects in plan.on_enter.items():
        stay = draft.stays.get(path)
        if stay is not None and stay.left_on is None and visits.get(path) != stay.visit:
            for effect in effects:
                perform(draft, effect, ("rule", path), index)


def entering(draft: Draft) -> None:
    """The effects of the states in which a dyad begins."""
    if draft.plan.on_enter:
        on_enter(draft, draft.plan, {}, len(draft.records) - 1)

"""Firing events: who may, from where, whether the guard holds, alone or together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dyade.flow import acts, given, limits
from dyade.flow import messages as c
from dyade.flow.draft import Draft
from dyade.flow.dyad import Assent
from dyade.flow.evolve import visit_of
from dyade.flow.outcome import Reason
from dyade.flow.people import ended, not_allowed
from dyade.flow.phrases import clause_reason, message_of
from dyade.program.conditions.tree import Node, reads

if TYPE_CHECKING:
    from dyade.flow.plan import Rule

Reasons = tuple[Reason, ...]
Candidate = tuple["Rule", str]


def fire(draft: Draft, command: c.Fire) -> Reasons:
    """Fire an event, or assent to a joint one: the first transition that is open wins, innermost first."""
    candidates = available(draft, command.event)
    if not candidates:
        return _nowhere(draft, command.event)
    allowed = [found for found in candidates if acting_role(draft, found[0], command.actor) is not None]
    if not allowed:
        roles = dict.fromkeys(role for rule, _ in candidates for role in rule.by)
        return (not_allowed(command.event, tuple(roles)),)
    reasons: list[Reason] = []
    for rule, leaf in allowed:
        refused = _try(draft, rule, leaf, command)
        if not refused:
            return ()
        reasons += refused
    return tuple(reasons)


def available(draft: Draft, event: str) -> list[Candidate]:
    """The transitions that an event may fire from here, innermost source first, then in document order."""
    found: list[Candidate] = []
    for leaf in draft.leaves.values():
        at = draft.plan.events_at[leaf]
        rules = at.get(event)
        if rules:
            found += [(rule, leaf) for rule in rules]
    if len(found) > 1:
        found.sort(key=lambda item: (-_depth(item[0].sources[item[1]]), item[0].index))
    return found


def _depth(path: str) -> int:
    return path.count(".") + 1 if path else 0


def acting_role(draft: Draft, rule: Rule, person: str) -> str | None:
    """The role in which a person may act in a transition; `system` is the host application itself."""
    if person == c.SYSTEM:
        return c.SYSTEM if c.SYSTEM in rule.by else None
    return draft.role_among(person, tuple(role for role in rule.by if role != c.SYSTEM))


def _nowhere(draft: Draft, event: str) -> Reasons:
    rules = draft.plan.rules_of(event)
    if not rules:
        known = dict.fromkeys(rule.event_name for rule in draft.plan.rules.values() if rule.by)
        return (Reason("unknown_event", event, {"known": tuple(known)}),)
    if draft.is_final:
        return ended(draft)
    states = dict.fromkeys(state for rule in rules for state in rule.model.from_)
    return (Reason("not_available", event, {"from": tuple(states), "here": tuple(draft.leaves.values())}),)


def _try(draft: Draft, rule: Rule, leaf: str, command: c.Fire) -> Reasons:
    draft.actor, draft.actor_role = command.actor, acting_role(draft, rule, command.actor)
    if rule.joint:
        return _assent(draft, rule, leaf, command)
    values, reasons = given.parse(rule.data, command.input)
    if reasons:
        return reasons
    draft.input = values
    refused = _judge(draft, rule, leaf)
    if not refused:
        acts.fire(draft, rule, leaf)
    draft.input = {}
    return refused


def _judge(draft: Draft, rule: Rule, leaf: str) -> Reasons:
    """Every clause that stands in the way; nothing short-circuits."""
    if acts.opens(draft, rule, leaf):
        if rule.guard.advices:
            draft.advice += [clause_reason(draft, row, rule.id) for row in rule.guard.advised(draft)]
        return ()
    return blocked(draft, rule, leaf)


def blocked(draft: Draft, rule: Rule, leaf: str) -> Reasons:
    """Why a transition is not open."""
    draft.entered = draft.stays.get(rule.sources[leaf] or leaf)
    lifted = acts.waived(draft, rule, leaf)
    reasons = tuple(clause_reason(draft, row, rule.id) for row in rule.guard.blocking(draft, lifted))
    effect = acts.uncomputable(draft, rule.effects)
    draft.entered = None
    if effect is not None:
        reasons = (*reasons, Reason("effect_unknown", effect.name, {"transition": rule.id}))
    return reasons


def blocked_without_input(draft: Draft, rule: Rule, leaf: str) -> bool:
    """Whether something other than the input, not given yet, stands in the way of a transition."""
    draft.entered = draft.stays.get(rule.sources[leaf] or leaf)
    rows = rule.guard.blocking(draft, acts.waived(draft, rule, leaf))
    draft.entered = None
    waits = (row for row in rows if not (row.leaf and row.verdict is None and _reads_input(row.leaf.when)))
    return any(True for _ in waits)


def _reads_input(node: Node) -> bool:
    return any(read.parts[0] == "input" for read in reads(node))


# ---------------------------------------------------------------------------------------------------------------- joint


def _assent(draft: Draft, rule: Rule, leaf: str, command: c.Fire) -> Reasons:
    standing = assents(draft, rule)
    if any(assent.person == command.actor for assent in standing):
        return (Reason("already_assented", rule.id, {"missing": missing(draft, rule, standing)}),)
    values, reasons = _shared_input(rule, command.input, standing)
    if reasons:
        return reasons
    draft.input = values
    refused = _judge(draft, rule, leaf)
    if not refused:
        role = _assent_role(draft, rule, standing, command.actor)
        acts.record(draft, c.Assented, rule.id, command.actor, role, visit_of(draft, rule.id), values)
        if missing(draft, rule, assents(draft, rule)):
            draft.joint = rule.id
        else:
            acts.fire(draft, rule, leaf)
    draft.input = {}
    return refused


def assents(draft: Draft, rule: Rule) -> tuple[Assent, ...]:
    """The assents that still count: those of the present visit, within the delay of the first."""
    visit = visit_of(draft, rule.id)
    standing = tuple(assent for assent in draft.assents.get(rule.id, ()) if assent.visit == visit)
    if not standing or rule.within is None:
        return standing
    until = draft.plan.calendar.add_instant(standing[0].at, rule.within)
    return () if until is not None and draft.now > until else standing


def until(draft: Draft, rule: Rule) -> int | None:
    """The instant until which the standing assents count."""
    standing = assents(draft, rule)
    return draft.plan.calendar.add_instant(standing[0].at, rule.within) if standing and rule.within else None


def _assent_role(draft: Draft, rule: Rule, standing: tuple[Assent, ...], person: str) -> str:
    if person == c.SYSTEM:
        return c.SYSTEM
    taken = {assent.role for assent in standing}
    held = [role for role in rule.by if draft.holds(person, role)]
    return next((role for role in held if role not in taken), held[0])


def _shared_input(rule: Rule, raw: Mapping[str, Any], standing: tuple[Assent, ...]) -> tuple[dict[str, Any], Reasons]:
    """The first assent gives the input; the others assent to it."""
    if not standing:
        return given.parse(rule.data, raw)
    first = dict(standing[0].input)
    if not raw:
        return first, ()
    values, reasons = given.parse(rule.data, raw)
    if not reasons and values != first:
        reasons = (Reason("input_differs", rule.id, {"person": standing[0].person}),)
    return first, reasons


def missing(draft: Draft, rule: Rule, standing: tuple[Assent, ...]) -> tuple[str, ...]:
    """The roles, or persons, whose assent is still wanted; a quorum repeats its first role."""
    persons = {assent.person for assent in standing}
    match rule.joint:
        case "all":
            given_roles = {assent.role for assent in standing}
            return tuple(role for role in rule.by if role not in given_roles)
        case "each":
            empty = tuple(role for role in rule.by if not draft.holders(role))
            return (*empty, *dict.fromkeys(p for role in rule.by for p in draft.holders(role) if p not in persons))
        case "quorum":
            wanted = rule.quorum(draft) if rule.quorum is not None else 1
            short = (wanted if isinstance(wanted, int) else len(persons) + 1) - _counted(draft, rule, standing)
            return rule.by[:1] * max(0, short)
    return ()


def _counted(draft: Draft, rule: Rule, standing: tuple[Assent, ...]) -> int:
    if rule.distinct is None:
        return len(standing)
    return len({draft.attribute(assent.person, assent.role, rule.distinct) for assent in standing})


def waiting_for(draft: Draft) -> tuple[str, ...]:
    """After an assent: who is still wanted."""
    if draft.joint is None:
        return ()
    rule = draft.plan.rules[draft.joint]
    return missing(draft, rule, assents(draft, rule))


def withdraw_assent(draft: Draft, command: c.WithdrawAssent) -> Reasons:
    """Take back an assent that still counts."""
    for rule in draft.plan.rules_of(command.event):
        if any(assent.person == command.actor for assent in assents(draft, rule)):
            acts.record(draft, c.AssentWithdrawn, rule.id, command.actor)
            return ()
    return (Reason("no_assent", command.event),)


# -------------------------------------------------------------------------------------------------------------- waivers


def waive(draft: Draft, command: c.Waive) -> Reasons:
    """Lift one clause of a transition, or one limit of a form, with a written reason."""
    if draft.is_final and command.rule in draft.plan.rules:
        return ended(draft)
    if not command.reason.strip():
        return (Reason("reason_wanted", command.rule),)
    roles, visit, reasons = _lifting(draft, command)
    if reasons:
        return reasons
    if not roles:
        return (Reason("not_waivable", command.clause, {"transition": command.rule}),)
    if not any(draft.holds(command.actor, role) for role in roles):
        return (not_allowed(f"waive {command.clause}", roles),)
    draft.actor = command.actor
    acts.record(draft, c.Waived, command.rule, command.clause, visit, command.reason)
    return ()


def _lifting(draft: Draft, command: c.Waive) -> tuple[tuple[str, ...], int, Reasons]:
    """(who may lift it, for which visit, why it cannot be)."""
    form = draft.plan.forms.get(command.rule)
    rule = draft.plan.rules.get(command.rule)
    if rule is not None:
        clauses = {leaf.id: tuple(leaf.clause.waivable_by or ()) for leaf in rule.guard.clauses}
        visit = visit_of(draft, rule.id)
        if not visit:
            return (), 0, _nowhere(draft, rule.id) if rule.by else (Reason("not_available", rule.id),)
    elif form is not None:
        clauses = {limits.limit_id(limit): tuple(limit.waivable_by or ()) for limit in form.model.limits}
        visit = limits.next_entry(draft, form)
    else:
        return (), 0, (Reason("unknown_rule", command.rule, {"known": (*draft.plan.rules, *draft.plan.forms)}),)
    if command.clause not in clauses:
        return (), 0, (Reason("unknown_clause", command.clause, {"known": tuple(clauses)}),)
    return clauses[command.clause], visit, ()


def invariant_reason(draft: Draft, name: str) -> Reason:
    """An act that would break an invariant is refused."""
    found = next(i for i in draft.plan.invariants if i.model.id == name)
    return Reason("invariant", name, sentence=message_of(draft, found.model.message))

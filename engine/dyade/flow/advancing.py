"""Firing events: who may, from where, whether the guard holds, alone or together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from dyade.flow import effects, firing, limits, recording, sharing
from dyade.flow import messages as c
from dyade.flow.draft import Draft
from dyade.flow.dyad import Assent
from dyade.flow.evolve import visit_of
from dyade.flow.outcome import Reason
from dyade.flow.people import ended, gives_reason, not_allowed
from dyade.flow.telling.phrases import blocking_reasons, clause_reason, message_of
from dyade.flow.telling.visibility import Reader, acting
from dyade.program.conditions.tree import Node, reads

if TYPE_CHECKING:
    from dyade.flow.rules import Rule

Reasons = tuple[Reason, ...]
Candidate = tuple["Rule", str]


def fire(draft: Draft, command: c.Fire) -> Reasons:
    """Fire an event, or assent to a joint one: the first transition that is open wins, innermost first."""
    candidates = draft.situation.events.get(command.event, ())
    actor = command.actor
    reasons: list[Reason] = []
    for rule, leaf in candidates:
        role = draft.role_among(actor, rule.roles) if actor != c.SYSTEM else acting_role(draft, rule, actor)
        if role is None:
            continue
        refused = _try(draft, rule, leaf, role, command)
        if not refused:
            return ()
        reasons += refused
    if reasons:
        return tuple(reasons)
    return (_not_for(command.event, [r for r, _ in candidates]),) if candidates else _not_from_here(draft, command)


def available(draft: Draft, event: str) -> tuple[Candidate, ...]:
    """The transitions that an event may fire from here, innermost source first, then in document order."""
    return draft.situation.events.get(event, ())


def acting_role(draft: Draft, rule: Rule, person: str) -> str | None:
    """The role in which a person may act in a transition; `system` is the host application itself."""
    if person == c.SYSTEM:
        return c.SYSTEM if c.SYSTEM in rule.by else None
    return draft.role_among(person, rule.roles)


def _not_for(event: str, rules: Iterable[Rule]) -> Reason:
    return not_allowed(event, tuple(dict.fromkeys(role for rule in rules for role in rule.by)))


def _not_from_here(draft: Draft, command: c.Fire) -> Reasons:
    """Why an event fires nothing here."""
    rules = draft.plan.rules_of(command.event)
    if not rules:
        known = dict.fromkeys(rule.event_name for rule in draft.plan.rules.values() if rule.by)
        return (Reason("unknown_event", command.event, {"known": tuple(known)}),)
    if draft.is_final:
        return ended(draft)
    if len(draft.leaves) > 1:
        reader = Reader(draft, command.actor)
        barred = (rule for rule in rules if acting_role(draft, rule, command.actor) is None)
        if any(is_secret(reader, rule) for rule in barred):
            return (_not_for(command.event, rules),)
    return (_not_available(draft, command.event, rules, command.actor),)


def is_secret(reader: Reader, rule: Rule) -> bool:
    """Whether saying that a transition is possible here, or not, would tell where a track stands that one may not see.

    It does not where it is possible from another region, or from wherever the track may stand.
    """
    draft = reader.draft
    unseen = [region for region in draft.leaves if region and not reader.sees_track(region)]
    if any(leaf in rule.sources for region, leaf in draft.leaves.items() if region not in unseen):
        return False
    around = [[leaf in rule.sources for leaf in draft.plan.graph.regions[region].leaves] for region in unseen]
    return any(True in from_here and False in from_here for from_here in around)


def _not_available(draft: Draft, about: str, rules: Iterable[Rule], actor: str) -> Reason:
    here = tuple(draft.leaves.values())
    if len(here) > 1:
        reader = Reader(draft, actor)
        here = tuple(leaf for region, leaf in draft.leaves.items() if not region or reader.sees_track(region))
    states = dict.fromkeys(state for rule in rules for state in rule.model.from_)
    return Reason("not_available", about, {"from": tuple(states), "here": here})


def _try(draft: Draft, rule: Rule, leaf: str, role: str, command: c.Fire) -> Reasons:
    draft.actor, draft.actor_role = command.actor, role
    if rule.joint:
        return _assent(draft, rule, leaf, command)
    if rule.data or command.input:
        values, reasons = _read(rule, command.input)
        if reasons:
            return reasons
        draft.input = values
    refused = _judge(draft, rule, leaf)
    if not refused:
        firing.fire(draft, rule, leaf)
    elif rule.reserves and sharing.waits(draft, rule, refused):
        refused = ()
    draft.input = c.NOTHING
    return refused


def _read(rule: Rule, raw: Mapping[str, Any]) -> tuple[dict[str, Any], Reasons]:
    """The input of a transition, as values."""
    return rule.asked.parse(raw)


def _judge(draft: Draft, rule: Rule, leaf: str) -> Reasons:
    """Every clause that stands in the way; nothing short-circuits."""
    if firing.opens(draft, rule, leaf):
        if rule.guard.advices:
            draft.advice += [clause_reason(draft, row, rule.id) for row in rule.guard.advised(draft)]
        return ()
    # A guard that is not open fires nothing, even where no clause could be named.
    return blocked(draft, rule, leaf) or (Reason("hidden", rule.id, {"transition": rule.id}),)


def blocked(draft: Draft, rule: Rule, leaf: str) -> Reasons:
    """Why a transition is not open."""
    draft.entered = draft.stays.get(rule.sources[leaf] or leaf)
    lifted = firing.waived(draft, rule)
    rows = rule.guard.blocking(draft, lifted)
    reasons = blocking_reasons(draft, rows, rule.id) if rows else ()
    undone = effects.uncomputable(draft, rule.effects)
    draft.entered = None
    # What a clause already says is not said again by an effect that lacks the same data.
    reasons = reasons if undone is None or reasons else (effects.undoable(draft, rule.id, undone),)
    return (*reasons, *sharing.reasons(draft, rule)) if rule.reserves else reasons


def blocked_without_input(draft: Draft, rule: Rule, leaf: str) -> bool:
    """Whether something other than the input, not given yet, stands in the way of a transition."""
    draft.entered = draft.stays.get(rule.sources[leaf] or leaf)
    rows = rule.guard.blocking(draft, firing.waived(draft, rule))
    draft.entered = None
    if rule.reserves and sharing.lacking(draft, rule):
        return True
    waits = (row for row in rows if not (row.leaf and row.verdict is None and _reads_input(row.leaf.when)))
    return any(True for _ in waits)


def _reads_input(node: Node) -> bool:
    return any(read.parts[0] == "input" for read in reads(node))


# ---------------------------------------------------------------------------------------------------------------- joint


def _assent(draft: Draft, rule: Rule, leaf: str, command: c.Fire) -> Reasons:
    standing = assents(draft, rule)
    wanted = missing(draft, rule, standing)
    # Where those still wanted have left their role meanwhile, whoever assented may fire it.
    if wanted and any(assent.person == command.actor for assent in standing):
        return (Reason("already_assented", rule.id, {"missing": wanted}),)
    values, reasons = _shared_input(rule, command.input, standing)
    if reasons:
        return reasons
    draft.input = values
    refused = _judge(draft, rule, leaf)
    if not refused:
        role = _assent_role(draft, rule, standing, command.actor)
        recording.record(draft, c.Assented, rule.id, command.actor, role, visit_of(draft, rule.id), values)
        if missing(draft, rule, assents(draft, rule)):
            draft.joint = rule.id
        else:
            firing.fire(draft, rule, leaf)
    draft.input = {}
    return refused


def assents(draft: Draft, rule: Rule) -> tuple[Assent, ...]:
    """The assents that still count: those of the present visit whose delay has not passed."""
    visit = visit_of(draft, rule.id)
    return tuple(a for a in draft.assents.get(rule.id, ()) if a.visit == visit and not _lapsed(draft, rule, a))


def _lapsed(draft: Draft, rule: Rule, assent: Assent) -> bool:
    if rule.within is None:
        return False
    until = draft.plan.calendar.add_instant(assent.at, rule.within)
    return until is not None and draft.now > until


def until(draft: Draft, rule: Rule, standing: tuple[Assent, ...]) -> int | None:
    """The instant until which all of some standing assents count."""
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
        return _read(rule, raw)
    first = dict(standing[0].input)
    if not raw:
        return first, ()
    values, reasons = _read(rule, raw)
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


def waiting_for(draft: Draft, joint: str) -> tuple[str, ...]:
    """After an assent to a joint act: who is still wanted."""
    rule = draft.plan.rules[joint]
    return missing(draft, rule, assents(draft, rule))


def withdraw_assent(draft: Draft, command: c.WithdrawAssent) -> Reasons:
    """Take back an assent that still counts."""
    for rule in draft.plan.rules_of(command.event):
        if any(assent.person == command.actor for assent in assents(draft, rule)):
            recording.record(draft, c.AssentWithdrawn, rule.id, command.actor)
            return ()
    return (Reason("no_assent", command.event),)


# -------------------------------------------------------------------------------------------------------------- offers


def offer(draft: Draft, command: c.Offer) -> Reasons:
    """Give to a dyad the place that it waits for, when it is its turn."""
    quota = draft.plan.shared.quota(command.quota) if draft.plan.shared is not None else None
    if command.actor != c.SYSTEM:
        return (Reason("not_allowed", f"offer {command.quota}", {"roles": ()}),)
    if quota is None or draft.shares.get((quota.name, command.person)) != 0:
        return (Reason("not_waiting", command.quota, {"quota": command.quota}),)
    if not sharing.has_room(draft, quota, command.person):
        return (sharing.full(draft, sharing.Lack(quota, command.person)),)
    sharing.take(draft, quota, command.person, offered=True)
    firing.happened(draft, f"quotas.{quota.id}.offered", None)
    return ()


# -------------------------------------------------------------------------------------------------------------- waivers


def waive(draft: Draft, command: c.Waive) -> Reasons:
    """Lift one clause of a transition, or one clause or limit of a form, with a written reason."""
    if draft.is_final and command.rule in draft.plan.rules:
        return ended(draft)
    clauses, visit = _lifting(draft, command.rule)
    if clauses is None:
        return (Reason("unknown_rule", command.rule, {"known": (*draft.plan.rules, *draft.plan.forms)}),)
    roles = clauses.get(command.clause)
    if roles is None:
        return (Reason("unknown_clause", command.clause, {"known": tuple(clauses)}),)
    if not roles:
        return (Reason("not_waivable", command.clause, {"transition": command.rule}),)
    if not any(draft.holds(command.actor, role) for role in roles):
        return (not_allowed(f"waive {command.clause}", roles),)
    if not visit:
        return (_not_available(draft, command.rule, (draft.plan.rules[command.rule],), command.actor),)
    if not gives_reason(command):
        return (Reason("reason_wanted", command.rule),)
    draft.actor = command.actor
    recording.record(draft, c.Waived, command.rule, command.clause, visit, command.reason)
    return ()


def _lifting(draft: Draft, rule_id: str) -> tuple[dict[str, tuple[str, ...]] | None, int]:
    """(who may lift each clause of a rule, for which visit of its source); no visit where it is not active."""
    form = draft.plan.forms.get(rule_id)
    rule = draft.plan.rules.get(rule_id)
    if rule is not None:
        return {leaf.id: tuple(leaf.clause.waivable_by or ()) for leaf in rule.guard.clauses}, visit_of(draft, rule.id)
    if form is not None:
        return limits.waivable(form), limits.next_entry(draft, form)
    return None, 0


def invariant_reason(draft: Draft, name: str) -> Reason:
    """An act that would break an invariant is refused."""
    found = next(i for i in draft.plan.invariants if i.model.id == name)
    told = acting(draft).sees_invariant(found)
    return Reason("invariant", name, sentence=message_of(draft, found.model.message) if told else None)

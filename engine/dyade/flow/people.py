"""Who takes part: starting, assigning, replacing, answering; and who may speak for whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dyade.flow import effects, firing, given, granting, recording
from dyade.flow import messages as c
from dyade.flow.draft import Draft
from dyade.flow.outcome import Reason
from dyade.flow.telling.phrases import blocking_reasons, clause_reason
from dyade.program import model as m
from dyade.program.conditions.types import TEXT
from dyade.program.conditions.values import ValueRefused, parse_value
from dyade.program.durations import LAST_ORDINAL

Reasons = tuple[Reason, ...]
ON_PAPER = (c.Fill, c.Sign)
"""What may be recorded for someone: what was done on paper, never an acceptance or an assent."""


def entitled(draft: Draft, command: c.Command) -> Reasons:
    """Whether a command may be recorded as it is: its day, and who types it in."""
    if command.on is not None and command.on > draft.today:
        return (Reason("in_future", facts={"on": min(command.on, LAST_ORDINAL)}),)
    if command.on is not None and command.on < 1:
        return (Reason("datum_type", "on", {"type": "date"}),)
    by = command.recorded_by
    if by is None or by == command.actor:
        return ()
    if not isinstance(command, ON_PAPER):
        return (Reason("not_on_paper", facts={"person": by}),)
    acting = _acting_roles(draft, command)
    if not acting:
        return ()  # for want of a role it is refused anyway
    roles = draft.plan.program.model.roles
    delegates = {d for role in acting for d in roles[role].delegate_to or ()}
    if not any(draft.holds(by, role) for role in delegates):
        if not delegates:
            return (Reason("not_delegable", facts={"for": command.actor}),)
        return (Reason("not_delegated", facts={"person": by, "for": command.actor, "roles": tuple(sorted(delegates))}),)
    return ()


def _acting_roles(draft: Draft, command: c.Fill | c.Sign) -> tuple[str, ...]:
    """The roles in which a person may fill, or sign, a form: those that must have delegated it."""
    form = draft.plan.forms.get(command.form)
    if form is None:
        return ()
    listed = form.fillers if isinstance(command, c.Fill) else form.signers
    return tuple(role for role in draft.roles_of(command.actor) if role in listed)


def not_allowed(about: str, roles: tuple[str, ...]) -> Reason:
    """Nobody may do what is not listed; this tells who may."""
    return Reason("not_allowed", about, {"roles": roles})


def gives_reason(command: Any) -> bool:
    """Whether the written reason of a command is a text, whatever was submitted, and says something."""
    text = command.reason
    try:
        return bool(parse_value(TEXT, text)) and bool(text.strip())
    except ValueRefused:
        return False


def ended(draft: Draft) -> Reasons:
    """A dyad that has ended takes no more changes."""
    return (Reason("ended", draft.leaves[""]),) if draft.is_final else ()


# --------------------------------------------------------------------------------------------------------------- start


def start(draft: Draft, command: c.Start) -> Reasons:
    """Begin a dyad."""
    model = draft.plan.program.model
    if draft.leaves:
        return (Reason("already_begun", draft.id),)
    if model.status == "retired":
        return (Reason("retired", model.id),)
    reasons = _may_start(draft, command) + _fits(draft, command.people)
    values, problems = given.Asked(_settable(draft)).parse(command.fields, partial=True)
    if reasons or problems:
        return (*reasons, *problems)
    recording.record(draft, c.Started, model.id, draft.plan.program.behaviour)
    # Who may start is there from the start; the others are named where they may be.
    misplaced = tuple(r for role in command.people if role not in model.started_by for r in _elsewhere(draft, role))
    if misplaced:
        return misplaced
    draft.actor = command.actor
    for role, persons in command.people.items():
        for person in persons:
            granting.assign(draft, role, person, {}, inviting=False)
    for name, value in values.items():
        recording.record(draft, c.FieldSet, name, value, "")
    _invite(draft)
    blocked = [r for role, persons in command.people.items() for p in persons for r in ineligible(draft, role, p)]
    if blocked:
        return tuple(blocked)
    effects.entering(draft)
    return ()


def _invite(draft: Draft) -> None:
    """Write to those whose acceptance is awaited from the start, once everybody is there and every value is known."""
    for index, made in enumerate(draft.records):
        if isinstance(made, c.Assigned) and made.pending:
            granting.invite(draft, made.role, made.person, index)


def _settable(draft: Draft) -> dict[str, Any]:
    data = draft.plan.program.data
    computed = (path for path in data if path[0] == "fields" and data[path].model.formula is None)
    return {path[1]: data[path] for path in computed}


def _may_start(draft: Draft, command: c.Start) -> Reasons:
    """The starter holds one of the roles that may start, and names holders of the roles that they may assign."""
    model = draft.plan.program.model
    if command.actor == c.SYSTEM:
        return ()
    named = {role: persons for role, persons in command.people.items() if role in model.roles}
    held = [
        role for role in model.roles if command.actor in named.get(role, ()) or _in_program(draft, role, command.actor)
    ]
    starters = tuple(model.started_by)
    if not any(role in starters for role in held):
        return (not_allowed("start", starters),)
    return tuple(
        not_allowed(f"assign {role}", tuple(model.roles[role].assigned_by or ()))
        for role, persons in named.items()
        if not (persons == (command.actor,) and role in starters)
        and not any(other in (model.roles[role].assigned_by or ()) for other in held)
    )


def _in_program(draft: Draft, role: str, person: str) -> bool:
    return role in draft.plan.program_roles and draft.holds(person, role)


def _fits(draft: Draft, people: Mapping[str, tuple[str, ...]]) -> Reasons:
    model = draft.plan.program.model
    found: list[Reason] = []
    for role, persons in people.items():
        declared = model.roles.get(role)
        if declared is None:
            found.append(Reason("unknown_role", role, {"roles": tuple(model.roles)}))
        elif declared.scope == "program":
            found.append(Reason("by_enrolment", role))
        elif len(persons) > declared.count.max:
            found.append(Reason("too_many", role, {"max": declared.count.max}))
        elif len(set(persons)) < len(persons):
            twice = next(person for person in persons if persons.count(person) > 1)
            found.append(Reason("already_holds", role, {"person": twice}))
    return tuple(found)


# ------------------------------------------------------------------------------------------------------------- holdings


def ineligible(draft: Draft, role: str, person: str) -> Reasons:
    """The clauses of a role that are a definite no for someone who now holds it."""
    before = draft.person, draft.person_role
    draft.person, draft.person_role = person, role
    guard = draft.plan.eligible[role]
    refused = guard.group.verdict(draft, frozenset()) is False
    blocking = guard.blocking(draft)
    doubts = blocking if refused else [*blocking, *guard.advised(draft)]
    draft.person, draft.person_role = before
    if refused:
        # What is unknown would not have been in the way.
        rows = [row for row in doubts if row.verdict is not None] or doubts
        return blocking_reasons(draft, rows, role)
    draft.advice += [clause_reason(draft, row, role) for row in doubts]
    return ()


def _assignable(draft: Draft, actor: str, role: str) -> tuple[m.Role | None, Reasons]:
    declared = draft.plan.program.model.roles.get(role)
    if declared is None:
        return None, (Reason("unknown_role", role, {"roles": draft.plan.roles}),)
    if declared.scope == "program":
        return None, (Reason("by_enrolment", role),)
    if ended(draft):
        return None, ended(draft)
    by = tuple(declared.assigned_by or ())
    if actor != c.SYSTEM and not any(draft.holds(actor, other) for other in by):
        return None, (not_allowed(f"assign {role}", by),)
    misplaced = _elsewhere(draft, role)
    return (None, misplaced) if misplaced else (declared, ())


def _elsewhere(draft: Draft, role: str) -> Reasons:
    """A role that is given in some states only, where the dyad stands in none of them."""
    declared = draft.plan.program.model.roles[role]
    if declared.assigned_in is None:
        return ()
    states = tuple(draft.plan.graph.path(reference) for reference in declared.assigned_in)
    if any(draft.is_in(state) for state in states):
        return ()
    return (Reason("not_assigned_here", role, {"states": states, "roles": tuple(declared.assigned_by or ())}),)


def assign(draft: Draft, command: c.Assign) -> Reasons:
    """Give a role to a person; where one person holds it, the new one takes the place of the old."""
    declared, reasons = _assignable(draft, command.actor, command.role)
    if declared is None:
        return reasons
    if draft.holding(command.role, command.person) is not None:
        return (Reason("already_holds", command.role, {"person": command.person}),)
    held = draft.holdings.get(command.role, ())
    if declared.count.max > 1 and len(held) >= declared.count.max:
        return (Reason("too_many", command.role, {"max": declared.count.max}),)
    return _give(draft, command.actor, command.role, command.person, command.attributes)


def _give(draft: Draft, actor: str, role: str, person: str, attributes: Mapping[str, Any]) -> Reasons:
    data = draft.plan.program.data
    known = {path[2]: data[path] for path in data if path[:2] == ("roles", role)}
    values, problems = given.Asked(known).parse(attributes, partial=True)
    if problems:
        return problems
    draft.actor = actor
    granting.assign(draft, role, person, values)
    return ineligible(draft, role, person)


def unassign(draft: Draft, command: c.Unassign) -> Reasons:
    """Take a role from a person."""
    declared, reasons = _assignable(draft, command.actor, command.role)
    if declared is None:
        return reasons
    if draft.holding(command.role, command.person) is None:
        return (Reason("does_not_hold", command.role, {"person": command.person}),)
    recording.record(draft, c.Unassigned, command.role, command.person)
    return ()


def replace(draft: Draft, command: c.Replace) -> Reasons:
    """Give to one person the role of another."""
    reasons = unassign(draft, c.Unassign(command.actor, command.role, command.old))
    if reasons:
        return reasons
    if draft.holding(command.role, command.new) is not None:
        return (Reason("already_holds", command.role, {"person": command.new}),)
    return _give(draft, command.actor, command.role, command.new, command.attributes)


def answer(draft: Draft, command: c.Answer) -> Reasons:
    """Accept, or decline, an assignment."""
    if draft.is_final:
        return ended(draft)
    holding = draft.holding(command.role, command.actor)
    if holding is None or not holding.pending:
        return (Reason("nothing_to_answer", command.role),)
    recording.record(draft, c.Answered, command.role, command.actor, command.accepted)
    draft.actor, draft.actor_role = command.actor, command.role
    firing.happened(draft, f"roles.{command.role}.{'accepted' if command.accepted else 'declined'}", None)
    return ()


def change_attributes(draft: Draft, command: c.ChangeAttributes) -> Reasons:
    """Keep what has changed about a person who holds a role, where the program reads it; the host alone tells of it."""
    if draft.is_final:
        return ended(draft)
    if command.actor != c.SYSTEM:
        return (not_allowed(f"inform {command.person}", (c.SYSTEM,)),)
    values: dict[str, Any] = {}
    for role, held in draft.holdings.items():
        for holding in held:
            if holding.person == command.person:
                values |= _changed(draft, role, holding.attributes, command.attributes)
    if not values:
        return (Reason("nothing_changed", command.person),)
    recording.record(draft, c.AttributesChanged, command.person, values)
    return ()


def _changed(draft: Draft, role: str, known: Mapping[str, Any], raw: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in draft.plan.program.model.roles[role].attributes:
        if name in raw:
            value = draft.plan.profile_value(role, name, raw[name])
            if value != known.get(name):
                found[name] = value
    return found

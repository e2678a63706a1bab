"""Giving a role to a person: who keeps it, what is known of them, who is asked to accept."""

from __future__ import annotations

from typing import Any

from dyade.flow import messages as r
from dyade.flow.draft import Draft
from dyade.flow.dyad import Holding
from dyade.flow.recording import record
from dyade.flow.sending import send


def assign(draft: Draft, role: str, person: str, given: dict[str, Any], *, inviting: bool = True) -> None:
    """Give a role; where one person holds it, the new one takes the place of the old."""
    kept = staying(draft, role)
    for holding in draft.holdings.get(role, ()):
        if holding not in kept and holding.person != person:
            record(draft, r.Unassigned, role, holding.person)
    made = holding_of(draft, role, person)
    record(draft, r.Assigned, role, person, made.pending, {**made.attributes, **given} or r.NOTHING)
    if made.pending and inviting:
        invite(draft, role, person, len(draft.records) - 1)


def staying(draft: Draft, role: str) -> tuple[Holding, ...]:
    """Who keeps a role when somebody else receives it: nobody, where one person holds it."""
    return () if draft.plan.program.model.roles[role].count.max == 1 else draft.holdings.get(role, ())


def holding_of(draft: Draft, role: str, person: str) -> Holding:
    pending = draft.plan.program.model.roles[role].accepts and person != draft.actor
    return Holding(person, draft.today, pending, profile(draft, role, person))


def no_room(draft: Draft, role: str, person: str) -> bool:
    """Whether a role that several hold is full; where one person holds it, the new one takes the place of the old."""
    most = draft.plan.program.model.roles[role].count.max
    return most > 1 and len(draft.holdings.get(role, ())) >= most and draft.holding(role, person) is None


def invite(draft: Draft, role: str, person: str, index: int) -> None:
    """Write to someone whose acceptance a role awaits, where the role has an invitation."""
    template = draft.plan.program.model.roles[role].invitation
    if template is None:
        return
    before = draft.person, draft.person_role
    draft.person, draft.person_role = person, role
    send(draft, (person,), template, ("role", role), index, "notice", role)
    draft.person, draft.person_role = before


def profile(draft: Draft, role: str, person: str) -> dict[str, Any]:
    """What the program reads about a person for a role, as values: kept with the holding."""
    known = draft.context.profiles.get(person, {})
    found: dict[str, Any] = {}
    for name in draft.plan.program.model.roles[role].attributes:
        value = draft.plan.profile_value(role, name, known[name]) if name in known else None
        if value is not None:
            found[name] = value
    return found

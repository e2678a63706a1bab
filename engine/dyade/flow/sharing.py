"""Places and money that dyads share: is there any left, and who takes it, waits for it or gives it back?

How much all dyads use comes with the context, as it is kept; what this one has changed meanwhile is counted on top.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, NamedTuple

from dyade.flow import messages as r
from dyade.flow.draft import Draft
from dyade.flow.dyad import NO_ENTRIES
from dyade.flow.effects import holders_after
from dyade.flow.outcome import Counter, Reason
from dyade.flow.quotas import CENTS, BudgetPlan, QuotaPlan, SharedPlan, counted
from dyade.flow.recording import record
from dyade.flow.tagged import ERASED
from dyade.flow.telling.phrases import message_of
from dyade.flow.telling.visibility import ANYWHERE, acting, of_budget, of_texts
from dyade.program import model as m
from dyade.program.conditions.types import EMPTY

if TYPE_CHECKING:
    from dyade.flow.rules import Rule

Reasons = tuple[Reason, ...]
FULL, WAITING, PASSED = "quota_full", "quota_waiting", "budget_passed"


class Lack(NamedTuple):
    """A place that is not there."""

    quota: QuotaPlan
    person: str
    """Whose place it is; empty for a place of the program."""


def has_room(draft: Draft, quota: QuotaPlan, person: str) -> bool:
    """Whether a dyad holds its place already, or finds one; those who wait come first, the one who came first."""
    share = draft.shares.get((quota.name, person))
    if share:
        return True
    found = counted(draft, quota.name, person, quota.most)
    ahead = found.waiting if share is None else 0
    assert found.most is not None
    if found.used + ahead >= found.most:
        return False
    return share is None or found.first in ("", draft.id)


def lacking(draft: Draft, rule: Rule) -> tuple[Lack, ...]:
    """The places that a transition would take and that are not there."""
    shared = draft.plan.shared
    assert shared is not None
    return tuple(
        Lack(quota, person)
        for quota in shared.reserving.get(rule.id, ())
        for person in _persons(draft, quota, rule)
        if not has_room(draft, quota, person)
    )


def _persons(draft: Draft, quota: QuotaPlan, rule: Rule | None = None) -> tuple[str, ...]:
    """Whose places a dyad takes, as the effects of a transition would leave things."""
    if quota.role is None:
        return ("",)
    return holders_after(draft, rule.effects if rule is not None else (), quota.role)


def reasons(draft: Draft, rule: Rule) -> Reasons:
    """Why a transition finds no place."""
    return tuple(full(draft, lack) for lack in lacking(draft, rule))


def full(draft: Draft, lack: Lack) -> Reason:
    """Why a place is not there, with its numbers for those who may see them."""
    quota, person = lack
    code = WAITING if draft.shares.get((quota.name, person)) == 0 else FULL
    told = acting(draft).sees_listed(quota.model.visibility)
    facts: dict[str, object] = {"quota": quota.id, "listed": quota.model.when_full == "waitlist"}
    if told:
        found = counted(draft, quota.name, person, quota.most)
        facts |= {"person": person, "used": found.used, "max": found.most, "waiting": found.waiting}
    return Reason(code, quota.id, facts, _message(draft, quota.model.message))


def _message(draft: Draft, text: m.Text | None) -> Mapping[str, str] | None:
    """The program's own words, where whoever acts may see all that they show."""
    seen = all(map(acting(draft).sees, of_texts(draft.plan, ANYWHERE, text)))
    return message_of(draft, text) if seen else None


# ------------------------------------------------------------------------------------------------ taking, giving back


def moved(draft: Draft, shared: SharedPlan, rule: Rule, before: tuple[int, Collection[str]]) -> None:
    """A transition fired: take the places that it reserves, give back those of the states that were entered.

    `before` is the rank of the last record before it, and the states in which the dyad stood.
    """
    if rule.reserves:
        for quota in shared.reserving[rule.id]:
            for person in ("", *_persons(draft, quota)) if quota.role is not None else ("",):
                take(draft, quota, person)
    for quota in shared.quotas:
        released = any(_entered(draft, state, before) for state in quota.releases)
        for name, person in tuple(draft.shares):
            # Nobody waits any more in a dyad that has ended; the places that it used stay used.
            if name == quota.name and (released or (draft.is_final and draft.shares[name, person] == 0)):
                record(draft, r.Released, quota.id, person)


def _entered(draft: Draft, state: str, before: tuple[int, Collection[str]]) -> bool:
    """Whether a state was entered since."""
    rank, active = before
    stay = draft.stays.get(state)
    return draft.is_in(state) and (state not in active or (stay is not None and stay.entered_rank > rank))


def take(draft: Draft, quota: QuotaPlan, person: str, *, offered: bool = False) -> None:
    """Take a place, unless the dyad holds it."""
    if draft.shares.get((quota.name, person)):
        return
    # That a dyad has places of its people is marked under no person: of those marks there are as many as one likes.
    if quota.role is None or person:
        _judged(draft, quota.name, person, quota.most)
    record(draft, r.Reserved, quota.id, person, offered)


def _judged(draft: Draft, name: str, person: str, declared: int) -> None:
    most = counted(draft, name, person, declared).most
    assert most is not None
    draft.bounds = {**draft.bounds, (name, person): most}


def waits(draft: Draft, rule: Rule, refused: Reasons) -> bool:
    """Put a dyad on the waiting lists of the places that it lacks, where nothing else stands in the way."""
    if any(reason.code != FULL or not reason.facts.get("listed") for reason in refused):
        return False
    for quota, person in lacking(draft, rule):
        record(draft, r.Queued, quota.id, person)
    return True


# --------------------------------------------------------------------------------------------- at the end of a command


def followed(draft: Draft, shared: SharedPlan) -> None:
    """After what time did: nobody can be refused, and whoever finds no place waits for one."""
    for quota, person in _newcomers(draft, shared):
        if has_room(draft, quota, person):
            take(draft, quota, person)
        elif (quota.name, person) not in draft.shares:
            record(draft, r.Queued, quota.id, person)
    for budget in shared.budgets:
        _spend(draft, budget)


def settled(draft: Draft, shared: SharedPlan, first: int) -> Reasons:
    """At the end of a command, whose records begin at `first`: places follow the people, and money is counted."""
    found: list[Reason] = []
    for quota, person in _newcomers(draft, shared):
        if has_room(draft, quota, person):
            take(draft, quota, person)
        else:
            found.append(full(draft, Lack(quota, person)))
    for budget in shared.budgets:
        found += _budgeted(draft, budget, draft.records[first:])
    return tuple(found)


def _newcomers(draft: Draft, shared: SharedPlan) -> tuple[Lack, ...]:
    """Whoever has come to a dyad that has places of its people; those who left give theirs back."""
    found: list[Lack] = []
    for quota in shared.quotas:
        if quota.role is None or (quota.name, "") not in draft.shares:
            continue
        present = _persons(draft, quota)
        for name, person in tuple(draft.shares):
            if name == quota.name and person and person not in present:
                record(draft, r.Released, quota.id, person)
        found += [Lack(quota, person) for person in present if not draft.shares.get((quota.name, person))]
    return tuple(found)


def spent(draft: Draft, budget: BudgetPlan) -> int:
    """What a dyad has used of a budget, in cents."""
    amounts = (one(draft) for one in budget.spent)
    return sum(int(amount * CENTS) for amount in amounts if amount is not None and amount is not EMPTY)


def exhausted(draft: Draft, rule: Rule) -> Reasons:
    """Why a transition would be refused once fired, as one knows before: nothing is left of what it may not pass."""
    shared = draft.plan.shared
    blocking = (budget for budget in shared.budgets if rule.id in budget.model.blocks) if shared is not None else ()
    totals = ((budget, counted(draft, budget.name, "", budget.most)) for budget in blocking)
    return tuple(
        _passed(draft, budget, total, 0) for budget, total in totals if total.most is not None and total.left <= 0
    )


def _spend(draft: Draft, budget: BudgetPlan) -> int:
    """Keep what a dyad has used of a budget; return by how much that has grown."""
    before, now = draft.shares.get((budget.name, ""), 0), spent(draft, budget)
    if now < before and _is_erased(draft, budget):
        # What was spent stays spent, although nobody may say any more on what.
        now = before
    if now != before:
        record(draft, r.Spent, budget.id, now)
    return now - before


def _is_erased(draft: Draft, budget: BudgetPlan) -> bool:
    """Whether something was erased from what a budget adds up."""
    filled = (entry for form in budget.forms for entry in draft.entries.get(form, NO_ENTRIES).complete)
    return any(value is ERASED for entry in filled for value in entry.data.values())


def _budgeted(draft: Draft, budget: BudgetPlan, made: list[r.Record]) -> Reasons:
    moves, acts = _blocked(budget, made)
    grown = _spend(draft, budget)
    if not moves and not acts:
        return ()
    found = counted(draft, budget.name, "", budget.most)
    assert found.most is not None
    if grown > 0:
        _judged(draft, budget.name, "", budget.most)
    passes = found.used > found.most if grown > 0 else moves and found.used >= found.most
    return (_passed(draft, budget, found, grown),) if passes else ()


def _blocked(budget: BudgetPlan, made: list[r.Record]) -> tuple[bool, bool]:
    """Whether a command fired a transition, or did an act on a form, that may not pass a budget."""
    moves = acts = False
    for one in made:
        match one:
            case r.Moved():
                moves = moves or one.transition in budget.model.blocks
            case r.Stepped():
                acts = acts or (one.form, one.step) in budget.blocked_acts
            case r.Filled() | r.Signed() | r.Confirmed():
                acts = acts or (one.form, "filled") in budget.blocked_acts
            case r.Corrected():
                acts = acts or (one.form in budget.forms and bool(budget.blocked_acts))
    return moves, acts


def _passed(draft: Draft, budget: BudgetPlan, found: Counter, grown: int) -> Reason:
    assert found.most is not None
    facts: dict[str, object] = {"budget": budget.id}
    if all(acting(draft).sees(roles) for roles in of_budget(draft.plan, budget.id)):
        facts |= {"used": found.used - grown, "max": found.most, "left": found.most - found.used + grown}
    return Reason(PASSED, budget.id, facts, _message(draft, budget.model.message))

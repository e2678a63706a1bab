"""What do the dyads of a program share? Its quotas and budgets, ready to be counted."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from dyade.flow import figures
from dyade.flow.draft import Draft
from dyade.flow.outcome import NO_COUNTER, Counter
from dyade.program import model as m
from dyade.program.conditions.compile import Getter
from dyade.program.program import Program

if TYPE_CHECKING:
    from dyade.flow.plan import Plan

PROGRAM = "program"
"""The `per` of a quota whose places are those of the program."""
CENTS = 100


class QuotaPlan(NamedTuple):
    """A quota, ready."""

    id: str
    name: str
    """What its counter is called: "quotas.x"."""
    model: m.Quota
    role: str | None
    """Whose persons have the places; `None` for those of the program."""
    most: int
    releases: frozenset[str]


class BudgetPlan(NamedTuple):
    """A budget, ready; amounts are in cents."""

    id: str
    name: str
    model: m.Budget
    most: int
    spent: tuple[Getter, ...]
    """What it adds up: sums over forms."""
    forms: frozenset[str]
    blocked_acts: frozenset[tuple[str, str]]
    """(form, step or `filled`)."""


class SharedPlan(NamedTuple):
    """All that the dyads of a program share."""

    quotas: tuple[QuotaPlan, ...]
    budgets: tuple[BudgetPlan, ...]
    reserving: Mapping[str, tuple[QuotaPlan, ...]]
    """Transition → the quotas of which it takes a place."""

    def quota(self, name: str) -> QuotaPlan | None:
        """A quota, by its id."""
        return next((quota for quota in self.quotas if quota.id == name), None)


def shared_plan(plan: Plan) -> SharedPlan:
    """Make ready what the dyads of a program share."""
    program = plan.program
    quotas = tuple(_quota(plan, name, quota) for name, quota in program.model.quotas.items())
    reserving: dict[str, tuple[QuotaPlan, ...]] = {}
    for quota in quotas:
        for rule in quota.model.reserve_on:
            reserving[rule] = (*reserving.get(rule, ()), quota)
    budgets = tuple(_budget(plan, name, budget) for name, budget in program.model.budgets.items())
    return SharedPlan(quotas, budgets, reserving)


def _quota(plan: Plan, name: str, quota: m.Quota) -> QuotaPlan:
    role = None if quota.per == PROGRAM else quota.per
    releases = frozenset(plan.graph.path(state) for state in quota.release_on)
    return QuotaPlan(name, f"quotas.{name}", quota, role, places_of(plan.program, quota), releases)


def _budget(plan: Plan, name: str, budget: m.Budget) -> BudgetPlan:
    summed = [name.split(".")[1:] for name in budget.spent]
    acts = frozenset((parts[1], parts[2]) for act in budget.blocks if len(parts := act.split(".")) > 1)
    spent = tuple(figures.of_form(plan, form, figure) for form, figure in summed)
    forms = frozenset(form for form, _ in summed)
    return BudgetPlan(name, f"budgets.{name}", budget, cents_of(plan.program, budget), spent, forms, acts)


def places_of(program: Program, quota: m.Quota) -> int:
    """How many places a program gives."""
    return int(_amount(program, quota.max))


def cents_of(program: Program, budget: m.Budget) -> int:
    """How much a program gives, in cents."""
    return int(_amount(program, budget.max) * CENTS)


def _amount(program: Program, said: int | Decimal | str) -> Decimal:
    if isinstance(said, str):
        value = program.declared.params[said.removeprefix("params.")][1]
        assert isinstance(value, int | Decimal), said
        return Decimal(value)
    return Decimal(said)


def limits_of(program: Program) -> dict[str, int]:
    """How much there is of everything that the dyads of a program share, by counter; amounts in cents."""
    found = {f"quotas.{name}": places_of(program, quota) for name, quota in program.model.quotas.items()}
    return found | {f"budgets.{name}": cents_of(program, budget) for name, budget in program.model.budgets.items()}


# -------------------------------------------------------------------------------------------------------------- reading


def counted(draft: Draft, name: str, person: str, declared: int) -> Counter:
    """How much all dyads use, with what this one has changed."""
    kept = draft.context.counters.get((name, person), NO_COUNTER)
    before, now = draft.shared_before.get((name, person)), draft.shares.get((name, person))
    waiting = 0
    if name.startswith("quotas."):
        waiting = (now == 0) - (before == 0)
    most = declared if kept.most is None else kept.most
    return Counter(kept.used + (now or 0) - (before or 0), kept.waiting + waiting, kept.first, most)


def quota_read(plan: Plan, name: str, what: str) -> Getter:
    """The getter of `quotas.x.…`; where each person has places of their own, of the person with the fewest left."""
    shared = plan.shared
    quota = shared.quota(name) if shared is not None else None
    assert quota is not None, name

    def found(d: Draft) -> list[Counter]:
        persons = ("",) if quota.role is None else tuple(h.person for h in d.holdings.get(quota.role, ()))
        return [counted(d, quota.name, person, quota.most) for person in persons]

    match what:
        case "held":
            return lambda d: any(share > 0 for (name, _), share in d.shares.items() if name == quota.name)
        case "used":
            return lambda d: max((one.used for one in found(d)), default=None)
        case "waiting":
            return lambda d: max((one.waiting for one in found(d)), default=None)
    return lambda d: min((one.left for one in found(d)), default=None)


def budget_read(plan: Plan, name: str, what: str) -> Getter:
    """The getter of `budgets.x.…`, in money."""
    shared = plan.shared
    budget = next((one for one in shared.budgets if one.id == name), None) if shared is not None else None
    assert budget is not None, name

    def found(d: Draft) -> Counter:
        return counted(d, budget.name, "", budget.most)

    if what == "used":
        return lambda d: money(found(d).used)
    return lambda d: money(found(d).left)


def money(cents: int) -> Decimal:
    """An amount, of its cents."""
    return Decimal(cents).scaleb(-2)

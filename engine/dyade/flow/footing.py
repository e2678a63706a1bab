"""Which shared places does a dyad have where it stands, when it has not lived its way there?

A state speaks for a place where a way leads to it from the beginning through what reserves one, without a state that
gives it back in between; for sure, where every way does. Of a dyad that lives, what it may have is counted: what is
shared is never promised twice. A story has what is sure.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from dyade.flow.draft import Draft
from dyade.flow.outcome import Reason
from dyade.flow.plan import Plan
from dyade.flow.quotas import QuotaPlan, SharedPlan
from dyade.flow.rules import Rule
from dyade.flow.sharing import Lack, followed, full, has_room, take
from dyade.program.graph import MAIN

Step = tuple[str, str, Rule]
"""(leaf of the main region, the leaf that a transition leads to, the transition)."""


def stood(
    draft: Draft, shared: SharedPlan, *, beyond: bool, surely: bool = False, but: frozenset[str] = frozenset()
) -> tuple[Reason, ...]:
    """Take the places that a dyad has where it stands; tell of those that are not there, unless they are passed over.

    `beyond`: a place is taken even where none is left, and nobody else enters until enough is given back. `but` names
    quotas of which the dyad has what it has.
    """
    lacking: list[Lack] = []
    for quota in shared.quotas:
        if quota.name in but or draft.leaves[MAIN] not in holding(draft.plan, quota.id, surely=surely):
            continue
        for person in _persons(draft, quota):
            if not beyond and (person or quota.role is None) and not has_room(draft, quota, person):
                lacking.append(Lack(quota, person))
                continue
            take(draft, quota, person)
            if beyond:
                draft.bounds = {key: most for key, most in draft.bounds.items() if key != (quota.name, person)}
    if not lacking:
        followed(draft, shared)
    return tuple(full(draft, lack) for lack in lacking)


def _persons(draft: Draft, quota: QuotaPlan) -> tuple[str, ...]:
    """Whose places; that a dyad has places of its people is marked under no person."""
    return ("",) if quota.role is None else ("", *(held.person for held in draft.holdings.get(quota.role, ())))


@lru_cache(maxsize=64)
def holding(plan: Plan, name: str, *, surely: bool) -> frozenset[str]:
    """The leaves of the main region that speak for a place of a quota, by its id."""
    shared = plan.shared
    quota = shared.quota(name) if shared is not None else None
    assert shared is not None
    assert quota is not None, name
    steps = tuple(_steps(plan))
    seen = {(plan.graph.entry_leaf(plan.graph.regions[MAIN].initial), False)}
    coming = list(seen)
    while coming:
        leaf, has = coming.pop()
        for source, target, rule in steps:
            if source == leaf:
                takes = has or quota in shared.reserving.get(rule.id, ())
                after = (target, takes and not _gives_back(plan, quota, leaf, target, rule))
                if after not in seen:
                    seen.add(after)
                    coming.append(after)
    return frozenset(leaf for leaf, has in seen if has and not (surely and (leaf, False) in seen))


def _gives_back(plan: Plan, quota: QuotaPlan, leaf: str, target: str, rule: Rule) -> bool:
    """Whether a state that gives a place back is entered."""
    if rule.target is None:
        return False
    around = set(plan.graph.around(leaf))
    entered = (state for state in plan.graph.around(target) if state not in around or state == target)
    return any(state in quota.releases for state in entered)


def _steps(plan: Plan) -> Iterator[Step]:
    """Where transitions lead in the main region; one of a track leads nowhere else there."""
    regions = plan.graph.regions[MAIN]
    for rule in plan.rules.values():
        for source in rule.sources:
            region = plan.region_of(source)
            if region == MAIN:
                for target in _targets(plan, rule, source):
                    yield source, target, rule
            else:
                for leaf in regions.leaves:
                    if any(region in plan.graph.nodes[state].tracks for state in plan.graph.around(leaf)):
                        for target in _targets(plan, rule, leaf):
                            yield leaf, target, rule


def _targets(plan: Plan, rule: Rule, source: str) -> tuple[str, ...]:
    if rule.target is None or plan.graph.nodes[rule.target.state].region != MAIN:
        return (source,)
    if rule.target.history:
        return tuple(leaf for leaf in plan.graph.leaves(rule.target.state) if plan.region_of(leaf) == MAIN)
    return (plan.graph.entry_leaf(rule.target.state),)

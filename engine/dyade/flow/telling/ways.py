"""Which are the fewest moves from here to a good end?

A track that the reader does not see may stand anywhere: the way tells nothing of where it does.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from dyade.flow.draft import Draft
from dyade.flow.moves import target_leaf
from dyade.flow.rules import Rule
from dyade.flow.telling.visibility import Reader
from dyade.program.graph import MAIN

if TYPE_CHECKING:
    from dyade.flow.plan import Plan

MOST_PLACES = 500

Places = frozenset[str]
"""The leaves in which a dyad stands, or may stand."""


def shortest(draft: Draft, reader: Reader) -> list[Rule] | None:
    """The fewest moves to a final state of success (or to any, where there is none); `None` where there is no way."""
    plan = draft.plan
    if draft.is_final:
        return None
    good, unseen = _good_ends(plan), _unseen(plan, reader)
    start = frozenset(place for region, leaf in draft.leaves.items() for place in _seen(plan, region, leaf, unseen))
    came: dict[Places, tuple[Places, Rule]] = {}
    queue = deque([start])
    while queue and len(came) < MOST_PLACES:
        here = queue.popleft()
        if here & good:
            return _back(came, start, here)
        for rule in plan.rules.values():
            there = _lands(draft, rule, here, unseen)
            if there != start and there not in came:
                came[there] = (here, rule)
                queue.append(there)
    return None


def _good_ends(plan: Plan) -> Places:
    finals = [path for path, node in plan.graph.nodes.items() if node.model.final]
    good = frozenset(path for path in finals if plan.graph.nodes[path].model.outcome in (None, "success"))
    return good or frozenset(finals)


def _unseen(plan: Plan, reader: Reader) -> frozenset[str]:
    """The tracks that a reader does not see."""
    return frozenset(region for region in plan.graph.regions if region != MAIN and not reader.sees_track(region))


def _seen(plan: Plan, region: str, leaf: str, unseen: frozenset[str]) -> tuple[str, ...]:
    return tuple(plan.graph.regions[region].leaves) if region in unseen else (leaf,)


def _lands(draft: Draft, rule: Rule, here: Places, unseen: frozenset[str]) -> Places:
    """Where a rule leads to from some places; the same ones where it leads nowhere else."""
    plan = draft.plan
    if rule.target is None or here.isdisjoint(rule.sources):
        return here
    leaf = target_leaf(draft, rule.target)
    region, main = plan.region_of(leaf), plan.leaf_in(MAIN, leaf)
    if region != MAIN and main in here:
        return here if region in unseen else here.difference(plan.graph.regions[region].leaves) | {leaf}
    found = {main}
    for track in plan.graph.nodes[main].tracks:
        remembered = draft.memory.get(track) if rule.target.history else None
        initial = remembered or plan.graph.entry_leaf(plan.graph.regions[track].initial)
        found.update(_seen(plan, track, leaf if track == region else initial, unseen))
    return frozenset(found)


def _back(came: dict[Places, tuple[Places, Rule]], start: Places, place: Places) -> list[Rule]:
    path: list[Rule] = []
    while place != start:
        place, rule = came[place]
        path.insert(0, rule)
    return path

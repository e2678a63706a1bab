"""From one configuration to another: what is left, what is entered, what history remembers.

Regions are moved by their machines; entering a track at its initial or remembered leaf is setting its state. The states
that contain both the old and the new leaf stay as they are, unless the target itself is active: it is entered anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dyade.flow.dyad import Stay
from dyade.flow.machine import Place
from dyade.program.graph import MAIN

if TYPE_CHECKING:
    from dyade.flow.draft import Draft
    from dyade.flow.plan import Plan
    from dyade.flow.rules import Rule


class Target(NamedTuple):
    """Where a transition leads: a state, and whether it is taken as it was left."""

    state: str
    history: bool


def target_leaf(draft: Draft, target: Target) -> str:
    """The leaf that a target ends in; the history of a state that is active is where it stands."""
    if target.history:
        current = draft.leaves.get(draft.plan.region_of(target.state))
        if current is not None and target.state in draft.plan.graph.around(current):
            return current
        remembered = draft.memory.get(target.state)
        if remembered is not None:
            return remembered
    return draft.plan.graph.entry_leaf(target.state)


def move(draft: Draft, rule: Rule, target: Target, leaf: str) -> tuple[str, ...]:
    """Leave and enter what a rule's target asks for; return the states entered, outermost first."""
    plan = draft.plan
    region = changed_region(draft, target, leaf)
    required = plan.leaf_in(region, leaf)
    source = draft.leaves[region]
    kept = _kept(draft, plan, target, source, required)
    origin = plan.graph.around(draft.leaves[MAIN])
    resumed = target.history and target.state in draft.stays
    place = Place(source)
    rule.event(region, required).trigger(place)
    if plan.pauses and region == MAIN:
        _pause(draft, plan, source)
    _leave(draft, plan, region, source, kept)
    leaves = dict(draft.leaves)
    leaves[region] = place.state
    entered = _enter(draft, plan, leaves, place.state, kept, leaf, target, resumed, origin)
    draft.leaves = leaves
    return entered


def changed_region(draft: Draft, target: Target, leaf: str) -> str:
    """The outermost region that the move changes: that of the target, or one around it that must be entered first."""
    plan = draft.plan
    regions = plan.regions_around(leaf)
    for region in regions:
        current = draft.leaves.get(region)
        if current is None:
            break
        required = plan.leaf_in(region, leaf)
        if current != required or region == regions[-1] or target.state in plan.graph.around(current):
            return region
    return regions[0]


def _kept(draft: Draft, plan: Plan, target: Target, source: str, required: str) -> frozenset[str]:
    """The states around both leaves that stay as they are."""
    if draft.is_in(target.state):
        return frozenset(plan.graph.nodes[target.state].ancestors)
    return frozenset(plan.graph.around(source)) & frozenset(plan.graph.around(required))


def _pause(draft: Draft, plan: Plan, source: str) -> None:
    """The days spent in a state do not count for the delays that it pauses."""
    spent, origin = draft.today - draft.stays[source].since, plan.graph.around(source)
    draft.stays = {
        path: stay._replace(paused_days=stay.paused_days + spent)
        if stay.left_on is not None and plan.delay_mode(origin, path) == "pause"
        else stay
        for path, stay in draft.stays.items()
    }


def _leave(draft: Draft, plan: Plan, region: str, source: str, kept: frozenset[str]) -> None:
    """End the stays that do not go on, and remember what they were left in."""
    stays, memory, leaves = dict(draft.stays), dict(draft.memory), dict(draft.leaves)
    inside = [(region, source)]
    while inside:
        _, leaf = inside.pop()
        for path in plan.graph.around(leaf):
            node, stay = plan.graph.nodes[path], stays[path]
            if path in kept or stay.left_on is not None:
                break
            spent = stay.days_before + draft.today - stay.since
            stays[path] = stay._replace(left_on=draft.today, days_before=spent)
            if node.initial is not None:
                memory[path] = leaf
            for track in node.tracks:
                memory[track] = leaves[track]
                inside.append((track, leaves.pop(track)))
    draft.stays, draft.memory, draft.leaves = stays, memory, leaves


def _enter(
    draft: Draft,
    plan: Plan,
    leaves: dict[str, str],
    first: str,
    kept: frozenset[str],
    wanted: str,
    target: Target,
    resumed: bool,
    origin: tuple[str, ...],
) -> tuple[str, ...]:
    """Begin, or resume, the stays of what is entered; tracks too. `leaves` is brought up to date."""
    stays = dict(draft.stays)
    entered: list[str] = []
    inside = [first]
    while inside:
        leaf = inside.pop(0)
        for path in (*plan.graph.nodes[leaf].ancestors, leaf):
            if path in kept or path in entered or _is_active(stays.get(path)):
                continue
            again = resumed and (path == target.state or target.state in plan.graph.nodes[path].ancestors)
            stays[path] = _stay(draft, plan, stays.get(path), path, again, origin)
            entered.append(path)
            for track in plan.graph.nodes[path].tracks:
                leaves[track] = _track_leaf(draft, plan, track, wanted, again)
                inside.append(leaves[track])
    draft.stays = stays
    return tuple(entered)


def _is_active(stay: Stay | None) -> bool:
    return stay is not None and stay.left_on is None


def _track_leaf(draft: Draft, plan: Plan, track: str, wanted: str, again: bool) -> str:
    if plan.region_of(wanted) == track:
        return wanted
    remembered = draft.memory.get(track) if again else None
    return remembered if remembered is not None else plan.graph.entry_leaf(plan.graph.regions[track].initial)


def _stay(draft: Draft, plan: Plan, last: Stay | None, path: str, again: bool, origin: tuple[str, ...]) -> Stay:
    today = draft.today
    if last is None:
        return Stay(1, draft.now, today, draft.rank + 1, 0, None, today, 0)
    if not again or plan.delay_mode(origin, path) == "restart":
        return Stay(last.visit + 1, draft.now, today, draft.rank + 1, 0, None, today, last.days_before)
    return last._replace(left_on=None, since=today)


def begin(draft: Draft) -> tuple[str, ...]:
    """Enter the initial states of a new dyad."""
    return stand(draft, (draft.plan.graph.entry_leaf(draft.plan.graph.regions[MAIN].initial),))


def stand(draft: Draft, places: tuple[str, ...]) -> tuple[str, ...]:
    """Enter leaves as if from nothing: that of the main region, and those of tracks that are not where they begin."""
    plan = draft.plan
    leaf = next(path for path in places if plan.region_of(path) == MAIN)
    leaves = {MAIN: leaf}
    draft.stays = {}
    draft.memory = {plan.region_of(path): path for path in places}
    entered = _enter(draft, plan, leaves, leaf, frozenset(), leaf, Target(leaf, False), True, ())
    draft.leaves, draft.memory = leaves, {}
    return entered


def days_in(draft: Draft, state: str) -> int:
    """Whole days spent in a state, every stay together."""
    stay = draft.stays.get(state)
    if stay is None:
        return 0
    return stay.days_before + (draft.today - stay.since if stay.left_on is None else 0)

"""From one configuration to another: what is left, what is entered, what history remembers.

Regions are moved by their machines; entering a track at its initial or remembered leaf is setting its state. The states
that contain both the old and the new leaf stay as they are, unless the target itself is active: it is entered anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from dyade.flow.dyad import Stay, new
from dyade.flow.machine import MachineError, Place, Trigger
from dyade.flow.messages import NOTHING
from dyade.program.graph import MAIN

if TYPE_CHECKING:
    from dyade.flow.draft import Draft
    from dyade.flow.plan import Plan
    from dyade.flow.rules import Rule
    from dyade.flow.situation import Situation


class Target(NamedTuple):
    """Where a transition leads: a state, and whether it is taken as it was left."""

    state: str
    history: bool


class Passage(NamedTuple):
    """What a move does to a configuration. Where history has no say, it is found once and serves every dyad."""

    region: str
    """The outermost region that it changes."""
    source: str
    event: Trigger
    arrival: str
    """Where the machine of that region ends."""
    left: tuple[str, ...]
    remembered: Mapping[str, str]
    """What each compound state and track that is left was left in."""
    entered: tuple[tuple[str, bool], ...]
    """(state, whether its last stay goes on), outermost first."""
    origin: tuple[str, ...]
    """The states around where the main region stood."""
    situation: "Situation"  # noqa: UP037 (compiled, it would be looked up)
    """The configuration that follows."""


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


def move(draft: Draft, rule: Rule, target: Target, leaf: str) -> tuple[tuple[str, bool], ...]:
    """Leave and enter what a rule's target asks for; return the states entered, outermost first."""
    plan = draft.plan
    passage = draft.situation.passages.get((rule.id, leaf)) or _passage(draft, rule, target, leaf)
    place = Place(passage.source)
    passage.event.trigger(place)
    if place.state != passage.arrival:
        raise MachineError(f"{rule.id} leads from {passage.source} to {place.state}, and not to {passage.arrival}")
    if plan.pauses and passage.region == MAIN:
        _pause(draft, plan, passage.source, passage.origin)
    stays, today = dict(draft.stays), draft.today
    for path in passage.left:
        visit, at, on, rank, paused, _, since, before = stays[path]
        stays[path] = new(Stay, (visit, at, on, rank, paused, today, since, before + today - since))
    _enter(draft, plan, stays, passage.entered, passage.origin)
    if passage.remembered:
        draft.memory = {**draft.memory, **passage.remembered}
    draft.stand_in(passage.situation)
    return passage.entered


def _passage(draft: Draft, rule: Rule, target: Target, leaf: str) -> Passage:
    plan, situation = draft.plan, draft.situation
    region = changed_region(draft, target, leaf)
    required = plan.leaf_in(region, leaf)
    source = draft.leaves[region]
    kept = _kept(draft, plan, target, source, required)
    leaves = dict(draft.leaves)
    left, remembered = _left(plan, leaves, region, source, kept)
    leaves[region] = required
    resumed = target if target.history and target.state in draft.stays else None
    active = (situation.active - frozenset(left)) | kept
    entered = _entered(plan, leaves, required, active, leaf, resumed, {**draft.memory, **remembered})
    following = plan.situation(tuple(leaves.values()))
    origin = plan.graph.around(draft.leaves[MAIN])
    event = rule.event(region, required)
    found = Passage(region, source, event, required, tuple(left), remembered, entered, origin, following)
    if not target.history:
        # Two threads may both make it: they make the same.
        situation.passages[rule.id, leaf] = found
    return found


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


def _pause(draft: Draft, plan: Plan, source: str, origin: tuple[str, ...]) -> None:
    """The days spent in a state do not count for the delays that it pauses."""
    spent = draft.today - draft.stays[source].since
    draft.stays = {
        path: stay._replace(paused_days=stay.paused_days + spent)
        if stay.left_on is not None and plan.delay_mode(origin, path) == "pause"
        else stay
        for path, stay in draft.stays.items()
    }


def _left(
    plan: Plan, leaves: dict[str, str], region: str, source: str, kept: frozenset[str]
) -> tuple[dict[str, None], dict[str, str]]:
    """The states whose stay ends, and what is remembered of them; their tracks leave `leaves`."""
    left: dict[str, None] = {}
    memory: dict[str, str] = {}
    inside = [(region, source)]
    while inside:
        _, leaf = inside.pop()
        for path in plan.graph.around(leaf):
            if path in kept or path in left:
                break
            left[path] = None
            node = plan.graph.nodes[path]
            if node.initial is not None:
                memory[path] = leaf
            for track in node.tracks:
                memory[track] = leaves[track]
                inside.append((track, leaves.pop(track)))
    return left, memory


def _entered(
    plan: Plan,
    leaves: dict[str, str],
    first: str,
    active: frozenset[str],
    wanted: str,
    resumed: Target | None,
    memory: Mapping[str, str],
) -> tuple[tuple[str, bool], ...]:
    """(state, whether its last stay goes on) of what is entered, tracks too. `leaves` is brought up to date."""
    entered: dict[str, bool] = {}
    inside = [first]
    while inside:
        leaf = inside.pop(0)
        for path in (*plan.graph.nodes[leaf].ancestors, leaf):
            if path in active or path in entered:
                continue
            again = resumed is not None and (path == resumed.state or resumed.state in plan.graph.nodes[path].ancestors)
            entered[path] = again
            for track in plan.graph.nodes[path].tracks:
                leaves[track] = _track_leaf(plan, track, wanted, memory if again else {})
                inside.append(leaves[track])
    return tuple(entered.items())


def _track_leaf(plan: Plan, track: str, wanted: str, memory: Mapping[str, str]) -> str:
    if plan.region_of(wanted) == track:
        return wanted
    return memory.get(track) or plan.graph.entry_leaf(plan.graph.regions[track].initial)


def _enter(
    draft: Draft,
    plan: Plan,
    stays: dict[str, Stay],
    entered: tuple[tuple[str, bool], ...],
    origin: tuple[str, ...],
) -> None:
    """Begin, or resume, the stays of what is entered."""
    now, today, rank = draft.now, draft.today, draft.rank + 1
    first: Stay | None = None
    for path, again in entered:
        last = stays.get(path)
        if last is None:
            first = stays[path] = first or new(Stay, (1, now, today, rank, 0, None, today, 0))
        elif not again or plan.delay_mode(origin, path) == "restart":
            stays[path] = new(Stay, (last.visit + 1, now, today, rank, 0, None, today, last.days_before))
        else:
            stays[path] = last._replace(left_on=None, since=today)
    draft.stays = stays


def begin(draft: Draft) -> None:
    """Enter the initial states of a new dyad."""
    stand(draft, (draft.plan.graph.entry_leaf(draft.plan.graph.regions[MAIN].initial),))


def stand(draft: Draft, places: tuple[str, ...]) -> None:
    """Enter leaves as if from nothing: that of the main region, and those of tracks that are not where they begin."""
    plan = draft.plan
    leaf = next(path for path in places if plan.region_of(path) == MAIN)
    leaves = {MAIN: leaf}
    wanted = {plan.region_of(path): path for path in places}
    entered = _entered(plan, leaves, leaf, frozenset(), leaf, Target(leaf, True), wanted)
    draft.memory = NOTHING
    _enter(draft, plan, {}, entered, ())
    draft.stand_in(plan.situation(tuple(leaves.values())))


def configuration(plan: Plan, leaf: str, places: tuple[str, ...]) -> tuple[dict[str, str], tuple[str, ...]]:
    """(region → leaf, active states) where the main region stands in a leaf, its tracks where `places` say."""
    leaves = {MAIN: leaf}
    wanted = {plan.region_of(path): path for path in places}
    entered = _entered(plan, leaves, leaf, frozenset(), leaf, Target(leaf, True), wanted)
    return leaves, tuple(path for path, _ in entered)


def days_in(draft: Draft, state: str) -> int:
    """Whole days spent in a state, every stay together."""
    stay = draft.stays.get(state)
    if stay is None:
        return 0
    return stay.days_before + (draft.today - stay.since if stay.left_on is None else 0)

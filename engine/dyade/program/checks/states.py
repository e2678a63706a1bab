"""Is the tree of states one that a dyad can live in, and does each transition stay within what a tree allows?"""

from __future__ import annotations

from collections.abc import Collection

from dyade.program import model as m
from dyade.program.checks.ground import Ground, Path
from dyade.program.graph import MAIN, Node


def check(ground: Ground) -> None:
    """Tell what stands where it cannot, and transitions that a tree forbids."""
    _initial(ground, ("initial",), ground.model.initial, ground.model.states)
    for node in ground.graph.nodes.values():
        _node(ground, node)
    for way in ground.ways.all:
        if way.number >= 0:
            _transition(ground, ground.model.transitions[way.number], ("transitions", way.number))


def _initial(ground: Ground, path: Path, name: str, states: Collection[str]) -> None:
    if name not in states:
        ground.unknown("D011", path, name, states)


def _node(ground: Ground, node: Node) -> None:
    state, place = node.model, node.place
    if state.states and state.initial is not None:
        _initial(ground, (*place, "initial"), state.initial, state.states)
    for name, track in (state.tracks or {}).items():
        _initial(ground, (*place, "tracks", name, "initial"), track.initial, track.states)
    if state.states and state.tracks:
        _misplaced(ground, (*place, "tracks"), node, "both")
    if state.tracks and node.region != MAIN:
        _misplaced(ground, (*place, "tracks"), node, "tracks")
    if state.final and node.region != MAIN:
        _misplaced(ground, (*place, "final"), node, "track")
    if state.final and (state.states or state.tracks):
        _misplaced(ground, (*place, "final"), node, "children")
    for key, wrong in (("outcome", not state.final), ("initial", not state.states)):
        if getattr(state, key) is not None and wrong:
            ground.tell("D009", (*place, key), at_key=True, variant=key, name=key)


def _misplaced(ground: Ground, path: Path, node: Node, variant: str) -> None:
    ground.tell("G012", path, at_key=True, variant=variant, state=node.path)


def _transition(ground: Ground, transition: m.Transition, path: Path) -> None:
    if transition.by is None:
        for key in ("input", "event"):
            if getattr(transition, key):
                ground.tell("D009", (*path, key), at_key=True, variant="actor", name=key)
    if transition.to is None:
        return
    history = transition.to.startswith("history(")
    target = ground.graph.find(transition.to[8:-1] if history else transition.to)
    if not isinstance(target, str):
        return
    node = ground.graph.nodes[target]
    if history and not node.model.states and not node.model.tracks:
        ground.tell("G012", (*path, "to"), variant="history", state=target)
    for at, reference in enumerate(transition.from_):
        source = ground.graph.find(reference)
        if isinstance(source, str):
            _between(ground, transition, (*path, "from", at), ground.graph.nodes[source], node)


def _between(ground: Ground, transition: m.Transition, path: Path, source: Node, target: Node) -> None:
    if source.model.final:
        ground.tell("G003", path, transition=transition.id, state=source.path)
    elif MAIN not in (source.region, target.region) and source.region != target.region:
        to = (*path[:2], "to")
        ground.tell("G008", to, source=source.region, target=target.region)

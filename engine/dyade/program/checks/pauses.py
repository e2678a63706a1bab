"""What becomes of the delays of a state while a dyad is away from it and may come back?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dyade.program.checks.ground import Ground
from dyade.program.checks.ways import ANYWHERE, Way
from dyade.program.conditions.tree import reads
from dyade.program.graph import MAIN
from dyade.program.typed import leaves


def check(ground: Ground) -> None:
    """Tell each state from which history may lead back to pending delays, and that says nothing of them."""
    if not ground.ways.complete:
        return
    backs: dict[str, list[Way]] = {}
    for way in ground.ways.all:
        if way.history and way.target is not None:
            backs.setdefault(way.target, []).append(way)
    pending = _pending(ground) if backs else ()
    for target, ways in backs.items():
        inside = ground.ways.inside(target)
        anchors = [state for state in pending if state in inside]
        for state in _away(ground, target, inside, ways) if anchors else ():
            _told(ground, state, anchors, target)


def _told(ground: Ground, state: str, anchors: Iterable[str], target: str) -> None:
    said: set[str] = set()
    for around in ground.graph.around(state):
        said.update(ground.states(ground.graph.nodes[around].model.delays))
    open_ = [anchor for anchor in anchors if said.isdisjoint(ground.graph.around(anchor))]
    if open_:
        # What is said of a state holds for all that it contains.
        anchor = open_[0] if len(open_) == 1 else target
        ground.tell("M007", ground.graph.nodes[state].place, at_key=True, anchor=anchor, state=state)


def _away(ground: Ground, target: str, inside: frozenset[str], ways: list[Way]) -> list[str]:
    """The leaves where a dyad may stand between leaving a state and coming back to it as it was."""
    sources = [leaf for way in ways for source in way.sources for leaf in _leaves(ground, source)]
    last = [leaf for leaf in dict.fromkeys(sources) if leaf not in inside]
    if ground.graph.nodes[target].region != MAIN:
        return last
    starts = [way.target for way in ground.ways.leaving(inside) if way.target is not None]
    left = ground.ways.forward(starts, without=inside)
    back = ground.ways.backward(last, without=inside)
    between = left & back
    return [leaf for leaf in ground.graph.regions[MAIN].leaves if leaf in between]


def _leaves(ground: Ground, source: str) -> Iterable[str]:
    if source == ANYWHERE or ground.graph.nodes[source].region == MAIN:
        return ground.ways.main_leaves(source)
    return ground.graph.leaves(source)


def _pending(ground: Ground) -> tuple[str, ...]:
    """The states whose entry some delay is counted from, in the order of the file."""
    found: set[str] = set()
    for transition in ground.model.transitions:
        if transition.after is not None:
            found.update(ground.states(transition.from_))
    for reminder in ground.model.reminders:
        if reminder.after is not None:
            found.update(ground.states(reminder.while_))
    for place, node in ground.typed.nodes.items():
        if any(read.parts == ("state", "entered") for read in reads(node)):
            found.update(ground.typed.sites[place].states)
    for leaf in _clauses(ground):
        found.update(leaf)
    return tuple(path for path in ground.graph.nodes if path in found)


def _clauses(ground: Ground) -> Iterator[tuple[str, ...]]:
    for guard in ground.typed.guards.values():
        for leaf in leaves(guard):
            if any(read.parts == ("state", "entered") for read in reads(leaf.when)):
                yield leaf.site.states

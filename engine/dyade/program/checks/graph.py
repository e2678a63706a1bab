"""Can every state be reached, and does a way lead from each to an end?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dyade.program.checks.ground import Ground
from dyade.program.checks.ways import ANYWHERE, Way
from dyade.program.graph import MAIN

MOST = 60
"""Groups of states that no end can be reached from: no run tells more."""


def check(ground: Ground) -> None:
    """Tell what cannot be reached, what cannot be left, and what leads to no end."""
    if ground.ways.complete:
        reached = ground.ways.forward([ground.ways.start()])
        _unreached(ground, reached)
        _ends(ground, reached)
        _memories(ground)


# -------------------------------------------------------------------------------------------------- reached and left


def _unreached(ground: Ground, reached: set[str]) -> None:
    for path, node in ground.graph.nodes.items():
        if path not in reached and not any(around not in reached for around in node.ancestors):
            ground.tell("G001", node.place, at_key=True, state=path)


def _ends(ground: Ground, reached: set[str]) -> None:
    nodes, leaves = ground.graph.nodes, ground.graph.regions[MAIN].leaves
    alive = [leaf for leaf in leaves if leaf in reached and not _is_final(ground, leaf)]
    exits = _exits(ground)
    left = {leaf: movers for leaf in alive if (movers := _movers(ground, leaf, exits))}
    dead = [leaf for leaf in alive if leaf not in left]
    finals = [leaf for leaf in leaves if _is_final(ground, leaf)]
    if not finals and not dead:
        ground.tell("G004", ("states",), at_key=True, variant="none")
        return
    for leaf in dead:
        ground.tell("G002", nodes[leaf].place, at_key=True, state=leaf)
    ending = ground.ways.backward([*finals, *dead])
    for leaf in _one_of_each(ground, [leaf for leaf in alive if leaf not in ending]):
        ground.tell("G004", nodes[leaf].place, at_key=True, state=leaf)
    for leaf, movers in left.items():
        if movers == {"time"}:
            ground.tell("G007", nodes[leaf].place, at_key=True, state=leaf)


def _is_final(ground: Ground, leaf: str) -> bool:
    """Whether a leaf is an end, or lies in one (which is told elsewhere)."""
    return any(ground.graph.nodes[path].model.final for path in ground.graph.around(leaf))


class _Exits:
    """What leads out of a source."""

    def __init__(self) -> None:
        self.movers: set[str] = set()
        """What moves things there: `people`, facts among them, or `time`."""
        self.targets: set[str | None] = set()
        """The leaves of the main region that are entered."""


def _exits(ground: Ground) -> Mapping[str, _Exits]:
    found: dict[str, _Exits] = {}
    for way in ground.ways.all:
        target = None if way.target is None else ground.ways.main_leaf(ground.graph.entry_leaf(way.target))
        for source in way.sources:
            exits = found.setdefault(source, _Exits())
            exits.movers.add(_mover(ground, way))
            if target is not None:
                exits.targets.add(target)
    return found


def _movers(ground: Ground, leaf: str, exits: Mapping[str, _Exits]) -> set[str]:
    """What moves things in a leaf of the main region, where something leaves it; else nothing."""
    sources = [ANYWHERE, *ground.graph.around(leaf), *ground.ways.inside(leaf)]
    here = [exits[source] for source in sources if source in exits]
    if all(not found.targets or found.targets == {leaf} for found in here):
        return set()
    return set().union(*(found.movers for found in here))


def _mover(ground: Ground, way: Way) -> str:
    transition = ground.model.transitions[way.number] if way.number >= 0 else None
    timed = transition is not None and (transition.after is not None or transition.at is not None)
    return "time" if timed else "people"


def _one_of_each(ground: Ground, stuck: Sequence[str]) -> Iterator[str]:
    """One state of each group that hangs together: the first of the file."""
    waiting = set(stuck)
    told = 0
    for leaf in stuck:
        if leaf in waiting and told < MOST:
            yield leaf
            told += 1
            waiting -= ground.ways.forward([leaf])
            waiting -= ground.ways.backward([leaf])


def _memories(ground: Ground) -> None:
    """A history that nothing can have filled before it is asked for."""
    known: dict[str, set[str]] = {}
    for way in ground.ways.all:
        if not way.history or way.target is None or way.number < 0:
            continue
        if way.target not in known:
            known[way.target] = ground.ways.forward([*ground.ways.inside(way.target)], back_inside=True)
        after = known[way.target]
        if ANYWHERE not in way.sources and way.sources and not after.intersection(way.sources):
            ground.tell("G006", ("transitions", way.number, "to"), state=way.target)

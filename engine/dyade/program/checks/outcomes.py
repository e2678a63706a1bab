"""May it also end otherwise than well? Somebody leaves, falls ill, finds no match: a life needs a door for it."""

from __future__ import annotations

from collections.abc import Iterator

from dyade.program.checks.ground import Ground
from dyade.program.checks.ways import ANYWHERE
from dyade.program.graph import MAIN

GOOD = "success"
MOST = 20
"""Beginnings that one run tells."""
ENOUGH = 2
"""Of two states that follow, one is another than where one stands."""


def check(ground: Ground) -> None:
    """Tell the first states, the last step left aside, from which only a success can follow."""
    if not ground.ways.complete:
        return
    nodes, leaves = ground.graph.nodes, ground.graph.regions[MAIN].leaves
    finals = [leaf for leaf in leaves if nodes[leaf].model.final]
    # Where the program does not say how an end ended, it may be any.
    good = [leaf for leaf in finals if nodes[leaf].model.outcome == GOOD]
    others = [leaf for leaf in finals if nodes[leaf].model.outcome != GOOD]
    if not good:
        return
    otherwise, well = ground.ways.backward(others), ground.ways.backward(good)
    reached = ground.ways.forward([ground.ways.start()])
    stuck = [leaf for leaf in leaves if leaf in reached and leaf in well - otherwise and not nodes[leaf].model.final]
    for leaf in _first(ground, _going_on(ground, stuck)):
        ground.tell("G009", nodes[leaf].place, at_key=True, state=leaf)


def _first(ground: Ground, stuck: list[str]) -> Iterator[str]:
    """The states where it begins: those that follow are told by it."""
    told: set[str] = set()
    times = 0
    for leaf in stuck:
        if leaf not in told and times < MOST:
            times += 1
            yield leaf
            told |= ground.ways.forward([leaf])


def _going_on(ground: Ground, stuck: list[str]) -> list[str]:
    """Those after which more of the same follows: at the last step, there is little left to leave."""
    following = _following(ground, set(stuck))
    nothing: set[str] = set()

    def goes_on(leaf: str) -> bool:
        return any(following.get(source, nothing) - {leaf} for source in (ANYWHERE, *ground.graph.around(leaf)))

    return [leaf for leaf in stuck if goes_on(leaf)]


def _following(ground: Ground, stuck: set[str]) -> dict[str, set[str]]:
    """Where each source leads, among these."""
    found: dict[str, set[str]] = {}
    for way in ground.ways.all:
        leaf = None if way.target is None else ground.ways.main_leaf(ground.graph.entry_leaf(way.target))
        if leaf is not None and leaf in stuck:
            for source in way.sources:
                some = found.setdefault(source, set())
                if len(some) < ENOUGH:
                    some.add(leaf)
    return found

"""Could automatic transitions fire one another without end?

Told only where nothing that a move does can close a guard on the way, and where no two guards exclude each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from dyade.program import model as m
from dyade.program.checks.cycles import circles
from dyade.program.checks.ground import Ground
from dyade.program.checks.guards import exclusive
from dyade.program.checks.ways import ANYWHERE, Way
from dyade.program.conditions.tree import Node, calls, reads
from dyade.program.graph import MAIN
from dyade.program.typed import Group, leaves

MOST = 50
"""Transitions from which a circle is looked for."""
_MOVED = frozenset(("is_in", "visited", "days_in"))

Step = str | int
"""A state, or the number of a transition."""


def check(ground: Ground) -> None:
    """Tell each circle once, at its first transition."""
    moved = _set_by_effects(ground)
    lasting = {way.number: way for way in ground.ways.all if _lasts(ground, way, moved)}
    steps = _steps(ground, lasting)
    told: set[int] = set()
    for group in circles(steps):
        inside = frozenset(group)
        for index in sorted(step for step in group if isinstance(step, int))[:MOST]:
            circle = () if index in told else _circle(index, steps, inside)
            if circle and not _excluded(ground, circle):
                told.update(circle)
                names = ", ".join(lasting[turn].id for turn in circle)
                variant = "" if len(circle) > 1 else "alone"
                ground.tell("G005", ("transitions", min(circle), "id"), variant=variant, cycle=names)


def _guard(ground: Ground, index: int) -> Group:
    return ground.typed.guards["transitions", index, "guard"]


def _lasts(ground: Ground, way: Way, moved: frozenset[tuple[str, str]]) -> bool:
    """Whether a transition fires by itself, and moving leaves its guard as it is."""
    if way.number < 0 or way.target is None or not ground.model.transitions[way.number].auto:
        return False
    asked = (leaf.when for leaf in leaves(_guard(ground, way.number)) if leaf.must)
    return not any(_follows_moves(node, moved) for node in asked)


def _follows_moves(node: Node, moved: frozenset[tuple[str, str]]) -> bool:
    if any(call.name in _MOVED for call in calls(node)):
        return True
    return any(read.parts[:2] in moved or read.parts[0] == "state" for read in reads(node))


def _set_by_effects(ground: Ground) -> frozenset[tuple[str, str]]:
    """The fields and the roles that an effect may change, and the fields that are computed from others."""
    found: set[tuple[str, str]] = set()
    for _, effect in ground.of(m.Effect):
        found.update(("fields", name) for name in (*(effect.set or ()), *(effect.clear or ())))
        found.update(("roles", name) for name in (*(effect.assign or ()), *(effect.unassign or ())))
    if found:
        found.update(("fields", name) for name, field in ground.model.fields.items() if field.formula)
    return frozenset(found)


def _steps(ground: Ground, lasting: Mapping[int, Way]) -> Mapping[Step, Sequence[Step]]:
    """From a transition to the states that it enters, and from a state to the transitions that leave it."""
    steps: dict[Step, list[Step]] = {}
    for index, way in lasting.items():
        for source in way.sources:
            steps.setdefault(source, []).append(index)
    for index, way in lasting.items():
        entered = ground.ways.entered(way.target or "", beside=False)
        steps[index] = [state for state in entered if state in steps]
        if ANYWHERE in steps and any(_is_anywhere(ground, state) for state in entered):
            steps[index].append(ANYWHERE)
    return steps


def _is_anywhere(ground: Ground, state: str) -> bool:
    node = ground.graph.nodes[state]
    return node.region == MAIN and node.is_leaf and not node.model.final


def _circle(first: int, steps: Mapping[Step, Sequence[Step]], inside: frozenset[Step]) -> tuple[int, ...]:
    """The transitions of the shortest way from one back to itself."""
    came: dict[Step, Step] = {}
    waiting: list[Step] = [first]
    for step in waiting:
        for following in steps[step]:
            if following in inside and following not in came:
                came[following] = step
                waiting.append(following)
        if first in came:
            return tuple(_back(first, came))[::-1]
    return ()


def _back(first: int, came: Mapping[Step, Step]) -> Iterator[int]:
    step = came[first]
    while step != first:
        if isinstance(step, int):
            yield step
        step = came[step]
    yield first


def _excluded(ground: Ground, circle: Sequence[int]) -> bool:
    """Whether two of the guards cannot be open together."""
    pairs = combinations(circle[:MOST], 2)
    return any(exclusive(_guard(ground, one), _guard(ground, other)) for one, other in pairs)

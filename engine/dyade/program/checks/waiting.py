"""Does everybody wait for one side's decision, and what if it does not come?

A state *waits for* some roles where others brought the dyad there, and these alone can make it leave.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dyade.program.checks.forms import fillers
from dyade.program.checks.ground import Ground
from dyade.program.checks.ways import ANYWHERE, Way
from dyade.program.graph import MAIN
from dyade.program.typed import actors


class Wait(NamedTuple):
    """A state where a decision is awaited."""

    state: str
    roles: tuple[str, ...]
    """Those who decide."""
    exit: int
    """A transition by which they do."""


def check(ground: Ground) -> None:
    """Tell decisions that hang on one person alone, and those that nothing recalls."""
    if not ground.ways.complete or ground.misses("roles", "reminders", "transitions"):
        return
    recalled, parties = _recalled(ground), _parties(ground)
    for wait in _waits(ground):
        place = ground.graph.nodes[wait.state].place
        if len(wait.roles) == 1 and wait.roles[0] not in parties and _is_alone(ground, wait.roles[0]):
            first = ground.tree.place(("transitions", wait.exit, "id"))
            facts = {"state": wait.state, "role": wait.roles[0]}
            ground.tell("G010", place, at_key=True, related=[(first, "related.because")], facts=facts)
        # Where nothing is ever recalled, the author has not come to that yet.
        if ground.model.reminders and wait.state not in recalled:
            ground.tell("M010", place, at_key=True, state=wait.state, role=wait.roles[0])


def _parties(ground: Ground) -> frozenset[str]:
    """The roles that live the mentoring: what they say, nobody can say in their place."""
    filling = {role for form in ground.model.forms.values() for role in fillers(form)}
    paired = ground.model.matching.roles if ground.model.matching else ()
    roles = ground.model.roles
    # A pair of which one half cannot be is told elsewhere: who the parties are is not known.
    sound = all(role in roles and roles[role].scope == "dyad" for role in paired)
    return frozenset((*filling, *paired) if sound else roles)


def _is_alone(ground: Ground, role: str) -> bool:
    """Whether a role has one holder, whom nobody else may replace or stand in for."""
    declared = ground.model.roles.get(role)
    if declared is None or declared.scope != "dyad" or declared.count.max > 1 or declared.delegate_to:
        return False
    return not any(other != role for other in declared.assigned_by or ())


class _Exits:
    """What leads out of a source."""

    def __init__(self) -> None:
        self.roles: dict[str, None] = {}
        """Those who lead out of it."""
        self.first = -1
        """The first transition by which they do."""
        self.others = False
        """Whether something else does, or nobody knows what."""

    def add(self, number: int, roles: tuple[str, ...]) -> None:
        self.others = self.others or not roles
        self.roles.update(dict.fromkeys(roles))
        self.first = number if self.first < 0 else self.first


def _waits(ground: Ground) -> Iterator[Wait]:
    entering, exits = _arrivals(ground), _exits(ground)
    matched = ground.model.matching.in_ if ground.model.matching else ()
    paired = {leaf for path in ground.states(matched) for leaf in ground.ways.inside(path)}
    for leaf in ground.graph.regions[MAIN].leaves:
        node = ground.graph.nodes[leaf]
        # Where pairs are sought, those who seek them act too.
        if node.model.final or node.tracks or not entering.get(leaf) or leaf in paired:
            continue
        around = (ANYWHERE, *ground.graph.around(leaf))
        found = [exits[source] for source in around if source in exits]
        roles = dict.fromkeys(role for one in found for role in one.roles)
        if roles and not any(one.others for one in found) and entering[leaf].isdisjoint(roles):
            yield Wait(leaf, tuple(roles), max(one.first for one in found))


def _arrivals(ground: Ground) -> dict[str, set[str]]:
    """Who brings a dyad to each state."""
    found: dict[str, set[str]] = {}
    back: dict[str, set[str]] = {}
    for way in ground.ways.all:
        if way.target is not None and way.history:
            back.setdefault(way.target, set()).update(_roles(ground, way))
        elif way.target is not None:
            for leaf in ground.ways.entered(way.target):
                found.setdefault(leaf, set()).update(_roles(ground, way))
    for target, roles in back.items():
        for state in ground.ways.inside(target):
            found.setdefault(state, set()).update(roles)
    return found


def _exits(ground: Ground) -> dict[str, _Exits]:
    found: dict[str, _Exits] = {}
    for way in ground.ways.all:
        for source in way.sources if way.target is not None else ():
            if source != way.target:
                found.setdefault(source, _Exits()).add(way.number, _roles(ground, way))
    return found


def _roles(ground: Ground, way: Way) -> tuple[str, ...]:
    return actors(ground.model.transitions[way.number]) if way.number >= 0 else ()


def _recalled(ground: Ground) -> set[str]:
    """The states in which time sends something, or has a day in view."""
    named: list[str] = [state for reminder in ground.model.reminders for state in reminder.while_]
    named += [state for deadline in ground.model.deadlines.values() for state in deadline.while_ or ()]
    if "any" in named or any(deadline.while_ is None for deadline in ground.model.deadlines.values()):
        return set(ground.graph.nodes)
    for transition in ground.model.transitions:
        if transition.after is not None or transition.at is not None:
            named += transition.from_
    return {inside for path in {*ground.states(named)} for inside in ground.ways.inside(path)}

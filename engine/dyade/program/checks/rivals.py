"""Which transitions compete for one event, and do their guards keep them apart?"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

from dyade.program import model as m
from dyade.program.checks.ground import Ground
from dyade.program.checks.guards import exclusive
from dyade.program.checks.ways import ANYWHERE
from dyade.program.typed import actors

MOST = 30
"""Rivals that one transition is compared with."""


def check(ground: Ground) -> None:
    """Tell transitions that say the same, and those that may both apply where only the first would."""
    twins = _twins(ground)
    if ground.proves:
        # Whoever proves tells of rivals with an example, and not at all where none can be.
        return
    rivals: dict[tuple[Hashable, str], list[int]] = {}
    told: set[int] = set(twins)
    for way in ground.ways.all:
        transition = ground.model.transitions[way.number] if way.number >= 0 else None
        event = event_of(transition) if transition else None
        for source in way.sources if event else ():
            before = rivals.setdefault((event, source), [])
            other = next((index for index in before[-MOST:] if overlap(ground, index, way.number)), None)
            if other is not None and way.number not in told:
                told.add(way.number)
                _tell(ground, other, way.number, source)
            before.append(way.number)


def competing(ground: Ground) -> Iterator[tuple[str, tuple[int, ...]]]:
    """(state, transitions that compete there for one event, in the order of the file); twins are told apart."""
    rivals: dict[tuple[Hashable, str], list[int]] = {}
    twins = _twins(ground)
    for way in ground.ways.all:
        event = event_of(ground.model.transitions[way.number]) if way.number >= 0 else None
        for source in way.sources if event and way.number not in twins else ():
            rivals.setdefault((event, source), []).append(way.number)
    return ((source, tuple(numbers)) for (_, source), numbers in rivals.items() if len(numbers) > 1)


def _twins(ground: Ground) -> list[int]:
    """The transitions whose event, states, actors and guard are those of one before."""
    first: dict[Hashable, int] = {}
    found = []
    for index, transition in enumerate(ground.model.transitions):
        event = event_of(transition)
        if event is None:
            continue
        guard = repr(transition.guard)
        same = (event, frozenset(transition.from_), repr(transition.by), guard)
        other = first.setdefault(same, index)
        if other != index:
            found.append(index)
            name = ground.model.transitions[other].id
            place = ground.tree.place(("transitions", other, "id"))
            ground.tell("G011", ("transitions", index, "id"), other=name, related=[(place, "related.other")])
    return found


def event_of(transition: m.Transition) -> tuple[str, str] | None:
    """What sets a transition off, where another may compete for it; what time does has its own instant."""
    if transition.by is not None:
        return "by", transition.event or transition.id
    if transition.auto and transition.to is not None:
        return "auto", ""
    if transition.upon is not None and transition.to is not None:
        return "upon", transition.upon
    return None


def overlap(ground: Ground, one: int, other: int) -> bool:
    """Whether the words of two transitions leave both open to somebody."""
    first, second = ground.model.transitions[one], ground.model.transitions[other]
    if not _same_actors(first, second):
        return False
    guards = ground.typed.guards
    return not exclusive(guards["transitions", one, "guard"], guards["transitions", other, "guard"])


def _same_actors(one: m.Transition, other: m.Transition) -> bool:
    """Whether one person may be an actor of both, as far as roles tell."""
    first, second = actors(one), actors(other)
    return not first or not second or not set(first).isdisjoint(second)


def _tell(ground: Ground, one: int, other: int, source: str) -> None:
    names: Sequence[m.Transition] = ground.model.transitions
    place = ground.tree.place(("transitions", one, "id"))
    ground.tell(
        "S002",
        ("transitions", other, "id"),
        first=names[one].id,
        second=names[other].id,
        state="any" if source == ANYWHERE else source,
        related=[(place, "related.other")],
    )

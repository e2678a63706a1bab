"""Does anything that is computed depend on itself?"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import TypeVar

from dyade.program.checks.ground import Ground, Path
from dyade.program.conditions.tree import ReadNode, walk

T = TypeVar("T", bound=Hashable)
Name = tuple[str, ...]
"""What is computed: ("fields", f), ("deadlines", d), ("forms", f, figure), ("roles", r, figure)."""
MOST = 200
"""Values that may be computed on the way to one."""


def check(ground: Ground) -> None:
    """Tell each circle once, at its first member in the file."""
    computed = _computed(ground)
    needs = {name: tuple(_needs(ground, places, computed)) for name, places in computed.items()}
    order = {name: at for at, name in enumerate(computed)}
    costs: dict[Name, int] = {}
    for circle in components(needs):
        if not _is_circle(circle, needs):
            _cost(ground, circle[0], computed, needs, costs)
            continue
        first = min(circle, key=order.__getitem__)
        through = [".".join(name) for name in _round(first, needs, frozenset(circle))]
        variant = "through" if through else ""
        facts = {"through": ", ".join(through[:6])} if through else {}
        ground.tell("D030", computed[first][0], variant=variant, name=".".join(first), facts=facts)


def _cost(
    ground: Ground,
    name: Name,
    computed: Mapping[Name, Sequence[Path]],
    needs: Mapping[Name, Sequence[Name]],
    costs: dict[Name, int],
) -> None:
    """Count what must be computed to know something, each time that it is read; told where it is too much."""
    cost = 1 + sum(costs.get(other, MOST) for other in needs[name])
    costs[name] = min(cost, MOST)
    if cost > MOST:
        costs[name] = 1
        ground.tell("D030", computed[name][0], variant="many", name=".".join(name))


def _computed(ground: Ground) -> dict[Name, tuple[Path, ...]]:
    """What is computed, with the places of the conditions that compute it, in the order of the file."""
    found: dict[Name, list[Path]] = {}
    for place in ground.typed.nodes:
        name = _name(place)
        if name:
            found.setdefault(name, []).append(place)
    return {name: tuple(places) for name, places in found.items()}


def _name(place: Path) -> Name | None:
    match place:
        case ("fields" | "deadlines" as section, str(name), "formula" | "at"):
            return (section, name)
        case ("forms" | "roles" as section, str(owner), "aggregates", str(name), "where" | "since"):
            return (section, owner, name)
        case ("forms", str(owner), "due") | ("forms", str(owner), "repeat", _):
            return ("forms", owner, "overdue")
    return None


def _needs(ground: Ground, places: Sequence[Path], computed: Mapping[Name, object]) -> Iterator[Name]:
    for place in places:
        for node in walk(ground.typed.nodes[place]):
            if isinstance(node, ReadNode):
                parts = node.read.parts
                name = parts[: 3 if parts[0] in ("forms", "roles") else 2]
                if name in computed:
                    yield name


def circles(needs: Mapping[T, Sequence[T]]) -> Iterator[list[T]]:
    """The members of each circle, or of several that hang together."""
    return (group for group in components(needs) if _is_circle(group, needs))


def _is_circle(group: Sequence[T], needs: Mapping[T, Sequence[T]]) -> bool:
    return len(group) > 1 or group[0] in needs[group[0]]


def components(needs: Mapping[T, Sequence[T]]) -> Iterator[list[T]]:
    """The strongly connected components, those that others need first (Tarjan, without recursion)."""
    number: dict[T, int] = {}
    low: dict[T, int] = {}
    stack: list[T] = []
    on_stack: set[T] = set()
    for root in needs:
        work = [(root, 0)] if root not in number else []
        while work:
            name, at = work.pop()
            if at == 0:
                number[name] = low[name] = len(number)
                stack.append(name)
                on_stack.add(name)
            if at < len(needs[name]):
                work.append((name, at + 1))
                other = needs[name][at]
                if other not in number:
                    work.append((other, 0))
                elif other in on_stack:
                    low[name] = min(low[name], number[other])
                continue
            for other in needs[name]:
                if other in on_stack:
                    low[name] = min(low[name], low[other])
            if low[name] == number[name]:
                circle: list[T] = []
                while not circle or circle[-1] != name:
                    circle.append(stack.pop())
                    on_stack.discard(circle[-1])
                yield circle


def _round(first: Name, needs: Mapping[Name, Sequence[Name]], circle: frozenset[Name]) -> list[Name]:
    """The shortest way from a member back to itself, itself left out."""
    came: dict[Name, Name | None] = {first: None}
    waiting = [first]
    for name in waiting:
        for other in needs[name]:
            if other == first:
                way = []
                at: Name | None = name
                while at is not None and at != first:
                    way.append(at)
                    at = came[at]
                return way[::-1]
            if other in circle and other not in came:
                came[other] = name
                waiting.append(other)
    return []

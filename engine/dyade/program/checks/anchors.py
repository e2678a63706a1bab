"""On which instant is a date of the program hung, and how far from it?

`deadlines.x.date - 2 weeks`, through the deadline and the formulas behind it, is what they hang on, less two weeks. Two
dates that hang on the same thing can be compared for ever.
"""

from __future__ import annotations

from typing import NamedTuple

from dyade.program.checks.ground import Ground, Path
from dyade.program.conditions.operators import constant_duration
from dyade.program.conditions.tree import Arith, Node, ReadNode, same
from dyade.program.durations import NOTHING, Duration, added

DEEPEST = 12
"""Computed dates that one date may hang on, one through another."""


class Anchored(NamedTuple):
    """A date, or an instant, as a distance from something."""

    base: Node | str
    """What cannot be followed further; or the state whose entry it is."""
    ahead: Duration
    back: Duration

    def days(self) -> tuple[int, int]:
        """The fewest and the most days from the base, whatever the calendar."""
        low, high = _bounds(self.ahead)
        back_low, back_high = _bounds(self.back)
        return low - back_high, high - back_low


def _bounds(length: Duration) -> tuple[int, int]:
    """The fewest and the most days; a business day may wait for a weekend and for holidays around it."""
    months, days, hours, business_days = length
    if business_days:
        return business_days, business_days * 2 + 14
    if months:
        return months * 28, months * 31
    return days + hours // 24, days + -(-hours // 24)


def since_entry(state: str, length: Duration) -> Anchored:
    """So long after a state was entered."""
    return Anchored(state, length, NOTHING)


def anchored(ground: Ground, place: Path) -> Anchored | None:
    """What the expression at a place hangs on."""
    node = ground.typed.nodes.get(place)
    return _follow(ground, place, node, DEEPEST) if node is not None else None


def _follow(ground: Ground, place: Path, node: Node, deepest: int) -> Anchored | None:
    if isinstance(node, Arith) and (length := constant_duration(node.right)) is not None:
        base = _follow(ground, place, node.left, deepest)
        return _moved(base, node.op, length) if base else None
    if isinstance(node, ReadNode) and deepest:
        further = _behind(ground, place, node.read.parts, deepest)
        if further is not None:
            return further
    return Anchored(node, NOTHING, NOTHING)


def _moved(base: Anchored, op: str, length: Duration) -> Anchored | None:
    ahead = added(base.ahead, length) if op == "+" else base.ahead
    back = added(base.back, length) if op == "-" else base.back
    return Anchored(base.base, ahead, back) if ahead is not None and back is not None else None


def _behind(ground: Ground, place: Path, parts: tuple[str, ...], deepest: int) -> Anchored | None:
    """What a computed date hangs on."""
    match parts:
        case ("fields", name) if ("fields", name, "formula") in ground.typed.nodes:
            return _again(ground, ("fields", name, "formula"), deepest)
        case ("deadlines", name, "date"):
            return _again(ground, ("deadlines", name, "at"), deepest)
        case ("deadlines", name, "missed_on"):
            found = _again(ground, ("deadlines", name, "at"), deepest)
            return _moved(found, "+", Duration(days=1)) if found else None
        case ("state", "entered"):
            states = ground.typed.sites[place].states
            return Anchored(states[0], NOTHING, NOTHING) if len(states) == 1 else None
    return None


def _again(ground: Ground, place: Path, deepest: int) -> Anchored | None:
    node = ground.typed.nodes.get(place)
    return _follow(ground, place, node, deepest - 1) if node is not None else None


def same_base(one: Anchored, other: Anchored) -> bool:
    """Whether two dates hang on the same thing."""
    if isinstance(one.base, str) or isinstance(other.base, str):
        return one.base == other.base
    return same(one.base, other.base)


def gap(one: Anchored, other: Anchored) -> int | None:
    """How many days at least the first comes after the other; `None` where nothing fixed tells."""
    if one.back == other.back and _alike(one.ahead, other.ahead):
        return _difference(one.ahead, other.ahead)
    if one.ahead == other.ahead and _alike(one.back, other.back):
        return _difference(other.back, one.back)
    least = one.days()[0] - other.days()[1]
    return least if least >= 0 else None


def _alike(one: Duration, other: Duration) -> bool:
    return one.unit == other.unit or NOTHING in (one, other)


def _difference(one: Duration, other: Duration) -> int | None:
    """The least days between two durations of one unit, the first not the shorter."""
    less = Duration(*(a - b for a, b in zip(one, other, strict=True)))
    if less == NOTHING:
        return 0
    return max(1, _bounds(less)[0]) if min(less) >= 0 else None

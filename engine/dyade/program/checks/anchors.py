"""On which instant is a date of the program hung, and how far from it?

`deadlines.x.date - 2 weeks`, through the deadline and the formulas behind it, is what they hang on, less two weeks. Two
dates that hang on the same thing can be compared for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dyade.program.checks.ground import Ground, Path
from dyade.program.conditions.operators import constant_duration
from dyade.program.conditions.tree import Arith, Node, ReadNode, same
from dyade.program.durations import NOTHING, Duration

DEEPEST = 12
"""Computed dates that one date may hang on, one through another."""


class Anchored(NamedTuple):
    """A date, or an instant, as a distance from something."""

    base: Node | str
    """What cannot be followed further; or the state whose entry it is."""
    ahead: tuple[int, int, int, int]
    """Months, days, hours and business days to add; each may be negative."""


def _least_days(ahead: Sequence[int]) -> int:
    """The fewest days of a distance; a business day may wait for a weekend and for holidays around it."""
    months, days, hours, business_days = ahead
    least = days + hours // 24 + (28 if months > 0 else 31) * months
    return least + (business_days if business_days >= 0 else business_days * 2 - 14)


def since_entry(state: str, length: Duration) -> Anchored:
    """So long after a state was entered."""
    return Anchored(state, _moved(NOTHING, "+", length))


def anchored(ground: Ground, place: Path) -> Anchored | None:
    """What the expression at a place hangs on."""
    node = ground.typed.nodes.get(place)
    return follow(ground, place, node) if node is not None else None


def follow(ground: Ground, place: Path, node: Node, deepest: int = DEEPEST) -> Anchored | None:
    if isinstance(node, Arith) and node.op in "+-" and (length := constant_duration(node.right)) is not None:
        base = follow(ground, place, node.left, deepest)
        return Anchored(base.base, _moved(base.ahead, node.op, length)) if base else None
    if isinstance(node, ReadNode) and deepest:
        further = _behind(ground, place, node.read.parts, deepest)
        if further is not None:
            return further
    return Anchored(node, NOTHING)


def _moved(ahead: Sequence[int], op: str, length: Duration) -> tuple[int, int, int, int]:
    sign = 1 if op == "+" else -1
    months, days, hours, business_days = (a + sign * b for a, b in zip(ahead, length, strict=True))
    return months, days, hours, business_days


def _behind(ground: Ground, place: Path, parts: tuple[str, ...], deepest: int) -> Anchored | None:
    """What a computed date hangs on."""
    match parts:
        case ("fields", name) if ("fields", name, "formula") in ground.typed.nodes:
            return _again(ground, ("fields", name, "formula"), deepest)
        case ("deadlines", name, "date"):
            return _again(ground, ("deadlines", name, "at"), deepest)
        case ("deadlines", name, "missed_on"):
            found = _again(ground, ("deadlines", name, "at"), deepest)
            return Anchored(found.base, _moved(found.ahead, "+", Duration(days=1))) if found else None
        case ("state", "entered"):
            states = ground.typed.sites[place].states
            return Anchored(states[0], NOTHING) if len(states) == 1 else None
    return None


def _again(ground: Ground, place: Path, deepest: int) -> Anchored | None:
    node = ground.typed.nodes.get(place)
    return follow(ground, place, node, deepest - 1) if node is not None else None


def same_base(one: Anchored, other: Anchored) -> bool:
    """Whether two dates hang on the same thing."""
    if isinstance(one.base, str) or isinstance(other.base, str):
        return one.base == other.base
    return same(one.base, other.base)


def gap(one: Anchored, other: Anchored) -> int:
    """How many days at least the first comes after the second; negative where it may come before."""
    months, days, hours, business_days = (a - b for a, b in zip(one.ahead, other.ahead, strict=True))
    least = _least_days((months, days, hours, business_days))
    return 1 if least == 0 and hours > 0 else least

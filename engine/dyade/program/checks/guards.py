"""What does a guard ask for certain, and can two guards be open at once? As far as their words tell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dyade.program.conditions.tree import Call, Compare, Const, Logic, Node, Not, Read, ReadNode, children, same
from dyade.program.durations import Duration
from dyade.program.typed import Eligible, Group, Guard, Leaf

_ORDERS = {"<": {-1}, "<=": {-1, 0}, "==": {0}, ">=": {0, 1}, ">": {1}, "!=": {-1, 1}}
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
MOST = 12
"""Atoms of one guard that are compared with those of another."""


class Atom(NamedTuple):
    """Something that a guard wants to be true, or false."""

    node: Node
    holds: bool


def required(guard: Guard) -> Iterator[Leaf]:
    """The clauses that must each be yes for a guard to open; a role's clauses are left aside."""
    if isinstance(guard, Leaf):
        if guard.must:
            yield guard
    elif isinstance(guard, Group) and guard.op == "all":
        for item in guard.items:
            yield from required(item)


def is_open(guard: Guard) -> bool:
    """Whether nothing can close a guard."""
    if isinstance(guard, Eligible):
        return is_open(guard.guard)
    if isinstance(guard, Leaf):
        return not guard.must
    return guard.op != "none" and all(is_open(item) for item in guard.items)


def atoms(guard: Guard, holds: bool = True) -> Iterator[Atom]:
    """What a guard wants for certain, split as far as `and`, `or` and `not` allow."""
    if isinstance(guard, Leaf):
        if guard.must:
            yield from _split(guard.when, holds)
    elif isinstance(guard, Group):
        op = guard.op if holds or guard.op == "none" else {"all": "any", "any": "all"}[guard.op]
        if op == "all" or (op == "none" and holds) or len(guard.items) == 1:
            for item in guard.items:
                yield from atoms(item, holds != (op == "none"))


def _split(node: Node, holds: bool) -> Iterator[Atom]:
    if isinstance(node, Not):
        yield from _split(node.item, not holds)
    elif isinstance(node, Logic) and node.op == ("and" if holds else "or"):
        for item in node.items:
            yield from _split(item, holds)
    else:
        yield Atom(node, holds)


def exclusive(one: Guard, other: Guard) -> bool:
    """Whether the words of two guards show that they are never both open."""
    left, right = list(atoms(one))[:MOST], list(atoms(other))[:MOST]
    return any(_contrary(a, b) for a in left for b in right)


def _contrary(a: Atom, b: Atom) -> bool:
    if a.holds != b.holds and same(a.node, b.node):
        return True
    if isinstance(a.node, Compare) and isinstance(b.node, Compare) and "in" not in (a.node.op, b.node.op):
        return _apart(a.node, a.holds, b.node, b.holds)
    return False


def _apart(a: Compare, a_holds: bool, b: Compare, b_holds: bool) -> bool:
    """Whether two comparisons of the same thing leave no value to both."""
    first = _orders(a.op, a_holds)
    for left, right, op in ((b.left, b.right, b.op), (b.right, b.left, _FLIPPED.get(b.op, b.op))):
        if not same(a.left, left):
            continue
        second = _orders(op, b_holds)
        if same(a.right, right):
            return not first & second
        low, high = constant(a.right), constant(right)
        if low is not None and high is not None:
            return _no_room(first, low, second, high)
    return False


def _orders(op: str, holds: bool) -> set[int]:
    return _ORDERS[op] if holds else {-1, 0, 1} - _ORDERS[op]


def constant(node: Node) -> object | None:
    """The value of a literal or of a param, where it has an order of its own; an enum's is compared as a word."""
    value = node.value if isinstance(node, Const) else node.read.constant if isinstance(node, ReadNode) else None
    return None if isinstance(value, Duration | tuple | dict) else value


def _no_room(first: set[int], low: object, second: set[int], high: object) -> bool:
    """`x` stands so to one constant and so to another: is there no such x?"""
    if type(low) is not type(high):
        return False
    if low == high:
        return not first & second
    if first == {0} and second == {0}:
        return True
    if not isinstance(low, int) or not isinstance(high, int):
        return False
    below = low < high
    return first <= ({-1, 0} if below else {0, 1}) and second <= ({0, 1} if below else {-1, 0})


def strict_reads(node: Node) -> Iterator[Read]:
    """What must be known for a condition to be yes: not what stands in `or`, `is_set` or `first_set`."""
    if isinstance(node, ReadNode):
        yield node.read
    elif isinstance(node, Call) and node.name in ("is_set", "first_set"):
        return
    elif not (isinstance(node, Logic) and node.op == "or"):
        for child in children(node):
            yield from strict_reads(child)

"""Has a guard become stricter or looser? Clause by clause, and only as far as its text proves it.

New is *stricter* where all that it lets pass, the old let pass too. What cannot be told so is *changed*: nothing is
guessed. Params and choices are compared by their values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import NamedTuple

from dyade.program.conditions.tree import Arith, Call, Compare, Const, ListNode, Logic, Node, Not, ReadNode, children
from dyade.program.conditions.types import Value
from dyade.program.durations import Duration
from dyade.program.typed import Eligible, Group, Guard, Leaf, leaves

SAME, STRICTER, LOOSER, CHANGED = "same", "stricter", "looser", "changed"
FLIPPED = {STRICTER: LOOSER, LOOSER: STRICTER}
MIRRORED = {">": "<", ">=": "<=", "<": ">", "<=": ">="}
Shape = tuple[object, ...]


class ClauseChange(NamedTuple):
    """One clause of a guard that is not what it was."""

    id: str
    relation: str
    """What it does to the guard: `stricter`, `looser` or `changed`."""
    before: Leaf | None
    after: Leaf | None


Prove = Callable[[Leaf, Leaf], str]
"""Proves how a clause compares with what it was, where its words do not tell."""


def of_guards(old: Group, new: Group, *, upright: bool = True, prove: Prove | None = None) -> Iterator[ClauseChange]:
    """The clauses that differ between two guards; under `none`, what is stricter makes the whole looser."""
    more, less = (LOOSER, STRICTER) if old.op == "any" else (STRICTER, LOOSER)
    if not upright:
        more, less = less, more
    inside = upright is not (old.op == "none")
    before, after = _keyed(old), _keyed(new)
    for key in dict.fromkeys((*before, *after)):
        was, now = before.get(key), after.get(key)
        if was is None or now is None:
            yield from _alone(was, now, less if now is None else more)
        elif isinstance(was, Leaf) and isinstance(now, Leaf):
            yield from _leaf(was, now, inside, prove)
        elif isinstance(was, Group) and isinstance(now, Group):
            yield from of_guards(was, now, upright=inside, prove=prove)
        elif isinstance(was, Eligible) and isinstance(now, Eligible) and not _same_person(was, now):
            yield ClauseChange(f"eligible.{now.role}", CHANGED, None, None)


def _keyed(group: Group) -> dict[tuple[str, ...], Guard]:
    """What stands in a group, each under a name that its other version bears too."""
    found: dict[tuple[str, ...], Guard] = {}
    for item in group.items:
        if isinstance(item, Leaf):
            found["clause", item.id] = item
        elif isinstance(item, Eligible):
            found["eligible", item.role] = item
        else:
            found[item.op, str(sum(key[0] == item.op for key in found))] = item
    return found


def _alone(was: Guard | None, now: Guard | None, relation: str) -> Iterator[ClauseChange]:
    """What stands in one of the two only; what advises makes nothing stricter."""
    item = was or now
    if isinstance(item, Eligible):
        yield ClauseChange(f"eligible.{item.role}", relation, None, None)
        return
    for leaf in leaves(item) if item is not None else ():
        effect = relation if leaf.must else CHANGED
        yield ClauseChange(leaf.id, effect, leaf if was is not None else None, leaf if was is None else None)


def _same_person(one: Eligible, other: Eligible) -> bool:
    if one.person is None or other.person is None:
        return one.person is other.person
    return shape(one.person) == shape(other.person)


def _leaf(was: Leaf, now: Leaf, upright: bool, prove: Prove | None) -> Iterator[ClauseChange]:
    relation = of_conditions(was.when, now.when)
    if relation == CHANGED and prove is not None:
        relation = prove(was, now)
    if was.must is not now.must:
        harder = STRICTER if now.must else LOOSER
        relation = harder if relation in (SAME, harder) else CHANGED
    elif not now.must and relation != SAME:
        relation = CHANGED
    if not upright:
        relation = FLIPPED.get(relation, relation)
    if relation == SAME and (was.clause.waivable_by or []) != (now.clause.waivable_by or []):
        relation = CHANGED
    if relation != SAME:
        yield ClauseChange(now.id, relation, was, now)


# ---------------------------------------------------------------------------------------------------------- conditions


def of_conditions(old: Node, new: Node) -> str:
    """How a condition compares with what it was."""
    if shape(old) == shape(new):
        return SAME
    match old, new:
        case Compare(), Compare():
            return _compared(old, new)
        case Not(), Not():
            relation = of_conditions(old.item, new.item)
            return FLIPPED.get(relation, relation)
    return _joined(old, new)


def _joined(old: Node, new: Node) -> str:
    """Parts that came or went: one more under `and` is stricter, one more under `or` is looser."""
    for op, more, less in (("and", STRICTER, LOOSER), ("or", LOOSER, STRICTER)):
        before, after = _parts(old, op), _parts(new, op)
        if len(before) == 1 and len(after) == 1:
            continue
        gone = [part for name, part in before.items() if name not in after]
        come = [part for name, part in after.items() if name not in before]
        if not gone:
            return more
        if not come:
            return less
        if len(gone) == len(come) == 1:
            return of_conditions(gone[0], come[0])
    return CHANGED


def _parts(node: Node, op: str) -> dict[Shape, Node]:
    items = node.items if isinstance(node, Logic) and node.op == op else (node,)
    return {shape(item): item for item in items}


def _compared(old: Compare, new: Compare) -> str:
    one, other = _turned(old), _turned(new)
    if shape(one.left) != shape(other.left):
        return CHANGED
    if {one.op, other.op} == {"in"} and isinstance(one.right, ListNode) and isinstance(other.right, ListNode):
        before, after = {shape(i) for i in one.right.items}, {shape(i) for i in other.right.items}
        return STRICTER if after < before else LOOSER if before < after else CHANGED
    if one.op[:1] != other.op[:1] or one.op[:1] not in "<>":
        return CHANGED
    further = _further(one.right, other.right)
    if further is None:
        return CHANGED
    if further == 0:
        return SAME if one.op == other.op else LOOSER if other.op.endswith("=") else STRICTER
    tighter = further < 0 if one.op.startswith("<") else further > 0
    loosened = STRICTER if tighter else LOOSER
    # `x < 4` and `x <= 3` are not put in order: for a whole number they are the same.
    return loosened if one.op == other.op or (tighter is not other.op.endswith("=")) else CHANGED


def _turned(node: Compare) -> Compare:
    """A comparison with what does not vary on its right."""
    if node.op in MIRRORED and _constant(node.left) is not None:
        return Compare(op=MIRRORED[node.op], left=node.right, right=node.left, start=node.start, end=node.end)
    return node


def _further(old: Node, new: Node) -> int | None:
    """Whether a bound has grown (1), shrunk (-1) or stayed (0); `None` where it cannot be told."""
    if shape(old) == shape(new):
        return 0
    (was, before), (now, after) = _offset(old), _offset(new)
    if was != now or before is None or after is None:
        return None
    first, second = _number(before), _number(after)
    if first is None or second is None or first[0] != second[0]:
        return None
    grown = (second[1] > first[1]) - (second[1] < first[1])
    return -grown if was[-1:] == ("-",) else grown


def _offset(node: Node) -> tuple[Shape, Value]:
    """(what a bound starts from, how far from it it lies)."""
    alone = _constant(node)
    if alone is not None:
        return (), alone
    if isinstance(node, Arith) and node.op in "+-" and (away := _constant(node.right)) is not None:
        return (shape(node.left), node.op), away
    return (shape(node),), None


def _number(value: Value) -> tuple[str, float] | None:
    """(unit, number) of a value that has an order."""
    if isinstance(value, Duration):
        return (value.unit or "days", float(sum(value)))
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    return ("", float(value))


def _constant(node: Node) -> Value:
    if isinstance(node, Const):
        return node.value
    return node.read.constant if isinstance(node, ReadNode) else None


def shape(node: Node) -> Shape:
    """What a condition says, wherever it stands; a param says its value."""
    constant = _constant(node)
    if constant is not None:
        return ("const", type(constant).__name__, constant)
    parts = tuple(shape(child) for child in children(node))
    match node:
        case ReadNode():
            return ("read", node.read.parts)
        case Call():
            return ("call", node.name, node.of, *parts)
        case Logic():
            # In whichever order they stand.
            return ("Logic", node.op, frozenset(parts))
        case Compare() | Arith():
            return (type(node).__name__, node.op, *parts)
    return (type(node).__name__, *parts)

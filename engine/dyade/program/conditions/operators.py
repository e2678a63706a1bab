"""What do `==`, `<`, `in`, `+` and their like accept, and what do they give?"""

from __future__ import annotations

from datetime import date
from typing import Final

from dyade.program.conditions.problems import ConditionError, mismatch, type_term
from dyade.program.conditions.tree import Call, Const, Node, ReadNode, calls, reads
from dyade.program.conditions.types import (
    BOOL,
    DATE,
    DATETIME,
    DECIMAL,
    DURATION,
    INT,
    MONEY,
    NUMBERS,
    ORDERED,
    TEXT,
    UNKNOWN,
    Enum,
    ListOf,
    Person,
    Type,
    joined,
)
from dyade.program.durations import Duration

# What only the dyad or the calendar can tell is never the same for ever.
_LIVING: Final = frozenset(("is_in", "visited", "days_in", "business_days_between", "tables"))
_FLIPPED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def is_constant(node: Node) -> bool:
    """Whether a tree has the same value for the whole life of a program version."""
    if any(call.name in _LIVING for call in calls(node)):
        return False
    return all(read.constant is not None for read in reads(node))


def common(left: Node, right: Node) -> Type | None:
    """The type in which two nodes compare; a number that never changes compares with an amount of money."""
    both = joined(left.type, right.type)
    if both is None and {left.type, right.type} in ({MONEY, INT}, {MONEY, DECIMAL}):
        number = right if left.type == MONEY else left
        return MONEY if is_constant(number) else None
    return both


def assignable(wanted: Type, node: Node) -> bool:
    """Whether the value of a node may go where a type is wanted."""
    if wanted == MONEY and node.type in (INT, DECIMAL):
        return is_constant(node)
    return _accepts(wanted, node.type)


def _accepts(wanted: Type, found: Type) -> bool:
    match wanted, found:
        case Enum(), Enum():
            return set(found.values) <= set(wanted.values)
        case Person(), Person():
            return True
        case ListOf(), ListOf():
            return _accepts(wanted.item, found.item)
    return wanted == found or UNKNOWN in (wanted, found) or (wanted, found) == (DECIMAL, INT)


def constant_duration(node: Node) -> Duration | None:
    """The duration that a literal or a param says."""
    value = node.value if isinstance(node, Const) else node.read.constant if isinstance(node, ReadNode) else None
    return value if isinstance(value, Duration) else None


def comparison_problem(op: str, left: Node, right: Node, text: str) -> ConditionError | None:
    """What forbids a comparison."""
    if UNKNOWN in (left.type, right.type):
        return None
    if op == "in":
        return _membership_problem(left, right, text)
    both = common(left, right)
    start, end = left.start, right.end
    if both is None:
        return _mixed(left, right, text) or mismatch(start, end, left.type, right.type)
    if both == DURATION and _no_fixed_length(left, right):
        facts = {"left": text[left.start : left.end], "right": text[right.start : right.end]}
        return ConditionError("E105", start, end, facts)
    if op not in ("==", "!=") and both not in ORDERED and both != UNKNOWN:
        return ConditionError("E113", start, end, {"type": type_term(both), "op": op})
    return None


def _no_fixed_length(left: Node, right: Node) -> bool:
    known = [d for d in (constant_duration(left), constant_duration(right)) if d is not None]
    if any(d.months for d in known):
        return True
    return len({bool(d.business_days) for d in known if d.unit}) == 2


def _membership_problem(left: Node, right: Node, text: str) -> ConditionError | None:
    if not isinstance(right.type, ListOf):
        meant = f"{text[left.start : left.end]} == {text[right.start : right.end]}" if common(left, right) else None
        return mismatch(left.start, right.end, left.type, right.type, meant)
    if joined(left.type, right.type.item) is None:
        return mismatch(left.start, right.end, left.type, right.type.item)
    return None


def _mixed(left: Node, right: Node, text: str) -> ConditionError | None:
    """A mismatch whose remedy is known, placed on the side to change."""
    for side, other in ((right, left), (left, right)):
        meant = _meant(side, other, text)
        if meant:
            return mismatch(side.start, side.end, left.type, right.type, meant)
    return None


def _meant(side: Node, other: Node, text: str) -> str | None:
    """What one side should say, for the other to compare with it."""
    match side:
        case ReadNode() if side.read.name == "now" and other.type == DATE:
            return "today"
        case ReadNode() if side.read.name == "today" and other.type == DATETIME:
            return "now"
        case Const(value=int()) if side.type == INT and other.type == DURATION:
            return f"{side.value} weeks"
        case Const(value=Duration()) if other.type in (INT, DECIMAL):
            return text[side.start : side.end].split()[0].lstrip("(")
        case Const(value=str() as value) if side.type == TEXT and isinstance(other.type, Enum):
            return value if value in other.type.values else None
        case Const(value=str() as value) if side.type == TEXT and other.type == DATE:
            return value if _is_day(value) else None
    return None


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def calculated(op: str, left: Node, right: Node, text: str) -> Type | ConditionError:
    """The type that a calculation gives, or what forbids it."""
    a, b = left.type, right.type
    if UNKNOWN in (a, b):
        return UNKNOWN
    if a in (DATE, DATETIME) and b == DURATION and op in ("+", "-"):
        hours = constant_duration(right)
        return mismatch(left.start, right.end, a, b) if a == DATE and hours is not None and hours.hours else a
    if op == "-" and a == b and a in (DATE, DATETIME):
        meant = f"days_between({text[right.start : right.end]}, {text[left.start : left.end]})"
        return ConditionError("E104", left.start, right.end, suggestion=meant if a == DATE else None)
    given = _number_result(op, a, b) if a in NUMBERS and b in NUMBERS else _duration_result(op, left, right)
    return given or _uncalculable(op, left, right, text)


def _number_result(op: str, a: Type, b: Type) -> Type | None:
    if MONEY not in (a, b):
        return DECIMAL if op == "/" or DECIMAL in (a, b) else INT
    if a == b:
        return {"+": MONEY, "-": MONEY, "/": DECIMAL}.get(op)
    return MONEY if op == "*" or (op == "/" and a == MONEY) else None


def _duration_result(op: str, left: Node, right: Node) -> Type | None:
    pair = (left.type, right.type)
    if op == "*" and pair in ((INT, DURATION), (DURATION, INT)):
        return DURATION
    if op in ("+", "-") and pair == (DURATION, DURATION):
        units = {d.unit for d in (constant_duration(left), constant_duration(right)) if d is not None and d.unit}
        return DURATION if len(units) < 2 else None
    return None


def _uncalculable(op: str, left: Node, right: Node, text: str) -> ConditionError:
    a, b = left.type, right.type
    if op in ("+", "-") and a in (DATE, DATETIME) and b == INT and isinstance(right, Const):
        return mismatch(right.start, right.end, a, b, f"{right.value} days")
    if op == "+" and a == DURATION and b in (DATE, DATETIME):
        meant = f"{text[right.start : right.end]} + {text[left.start : left.end]}"
        return mismatch(left.start, right.end, a, b, meant)
    return mismatch(left.start, right.end, a, b)


def difference_meant(op: str, difference: tuple[str, str], other: str, *, reversed_sides: bool) -> str:
    """How `later - earlier <= 6 months` is to be written: `earlier + 6 months >= later`."""
    later, earlier = difference
    return f"{earlier} + {other} {op if reversed_sides else _FLIPPED[op]} {later}"


def truth_meant(node: Node, text: str) -> str | None:
    """What a condition that is no truth probably wanted to ask."""
    if isinstance(node, Call | ReadNode):
        said = text[node.start : node.end]
        return f"{said} > 0" if node.type in NUMBERS else f"is_set({said})"
    return None


def is_truth(node: Node) -> bool:
    """Whether a node may stand where yes or no is wanted."""
    return node.type in (BOOL, UNKNOWN)

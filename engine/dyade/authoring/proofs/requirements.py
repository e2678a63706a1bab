"""What amount does a guard ask for, how fast may it grow, and between which days?

What is required is a sum of entries that a guard compares with a number. How fast it may grow stands in the form: its
limits by day, week or month, and clauses such as `form.days <= days_between(start, form.until) + 1`. When it may grow
stands in the clauses about the day of an entry: not before one day, not after another.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from dyade.authoring.proofs.inquiry import Inquiry
from dyade.program import model as m
from dyade.program.checks.ground import Path
from dyade.program.conditions.compile import constant_value
from dyade.program.conditions.operators import is_constant
from dyade.program.conditions.tree import Arith, Call, Compare, Const, Node, Read, ReadNode
from dyade.program.conditions.types import PLAIN, Enum
from dyade.program.conditions.values import ValueRefused, parse_value
from dyade.program.durations import Duration
from dyade.program.typed import leaves

DAYS = {"day": 1, "week": 7, "month": 31}
"""The most days of each stretch of time."""


class Needed(NamedTuple):
    """An amount that a guard asks for."""

    path: Path
    """The condition that asks for it."""
    transition: str
    form: str
    datum: str
    amounts: tuple[tuple[str, Decimal], ...]
    """(the case, the amount); one case has no name."""


class Window(NamedTuple):
    """The days of the entries that count: from the value of a field, or a day, to another."""

    start: Node | None
    end: Node | None


# ----------------------------------------------------------------------------------------------------- what is required


def needs(inquiry: Inquiry) -> Iterator[Needed]:
    """The amounts that guards ask for."""
    program = inquiry.program
    for i, transition in enumerate(program.model.transitions):
        for leaf in leaves(program.guard(("transitions", i, "guard"))):
            node = leaf.when
            if isinstance(node, Compare) and node.op in (">=", "<=", "=="):
                sides = (node.right, node.left) if node.op == "<=" else (node.left, node.right)
                figure, wanted = _opened(inquiry, sides[0]), _opened(inquiry, sides[1])
                summed = _sum(inquiry, figure)
                amounts = _amounts(inquiry, wanted) if summed else ()
                if summed and amounts:
                    yield Needed((*leaf.place, "when"), transition.id, *summed, amounts)


def _opened(inquiry: Inquiry, node: Node) -> Node:
    """What stands behind a formula."""
    for _ in range(5):
        if not isinstance(node, ReadNode) or node.read.parts[0] != "fields" or len(node.read.parts) != 2:
            break
        behind = inquiry.program.typed.nodes.get(("fields", node.read.parts[1], "formula"))
        if behind is None:
            break
        node = behind
    return node


def _sum(inquiry: Inquiry, node: Node) -> tuple[str, str] | None:
    """The form and the datum of a total over all its entries."""
    match node:
        case ReadNode(read=Read(parts=("forms", form, name))):
            aggregate = inquiry.program.model.forms[form].aggregates.get(name)
            if aggregate is not None and aggregate.sum and not aggregate.window and not aggregate.since:
                return form, aggregate.sum
    return None


def _amounts(inquiry: Inquiry, node: Node) -> tuple[tuple[str, Decimal], ...]:
    """The number that is wanted, or that of each row of a table."""
    if is_constant(node):
        number = _number(constant_value(node))
        return (("", number),) if number is not None and number > 0 else ()
    if not isinstance(node, Call) or node.name != "tables":
        return ()
    table = inquiry.program.model.tables[node.of or ""]
    kind = node.args[0].type
    found = []
    for key, raw in table.rows.items():
        number = _number(_parsed(table.value, raw))
        if number is not None and number > 0:
            found.append((inquiry.words.value(key, kind) if isinstance(kind, Enum) else str(key), number))
    return tuple(found)


def _parsed(kind: str, raw: Any) -> Any:
    try:
        return parse_value(PLAIN[kind], raw)
    except (KeyError, ValueRefused):
        return None


def _number(value: Any) -> Decimal | None:
    return Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None


# ------------------------------------------------------------------------------------------------- how fast it may grow


def rates(inquiry: Inquiry, needed: Needed) -> dict[str, Decimal]:
    """The most by day, week and month; a limit that somebody may lift counts, for it is the rule."""
    form = inquiry.program.model.forms[needed.form]
    found: dict[str, Decimal] = {}
    for limit in form.limits:
        most = _number(_limit(inquiry, limit, needed)) if limit.of == needed.datum and limit.level == "must" else None
        if most is not None and limit.per in ("day", "week", "month"):
            found[limit.per] = min(most, found.get(limit.per, most))
    if any(
        _one_a_day(leaf.when, needed.datum) for leaf in leaves(inquiry.program.guard(("forms", needed.form, "valid")))
    ):
        found["day"] = min(Decimal(1), found.get("day", Decimal(1)))
    if "week" in found and "month" in found:
        # Weeks and months overlap: the tighter of the two is enough, and never tells too little.
        del found["week" if found["week"] / DAYS["week"] > found["month"] / DAYS["month"] else "month"]
    return found


def _limit(inquiry: Inquiry, limit: m.Limit, needed: Needed) -> Any:
    if isinstance(limit.max, str) and limit.max.startswith("params."):
        return inquiry.program.declared.params[limit.max.removeprefix("params.")][1]
    return _parsed(inquiry.program.data["forms", needed.form, needed.datum].type.name, limit.max)


def _one_a_day(node: Node, datum: str) -> bool:
    """`form.x <= days_between(…) + 1`: one for each day that passed."""
    match node:
        case Compare(
            op="<=",
            left=ReadNode(read=Read(parts=("form", name))),
            right=Arith(op="+", left=Call(name="days_between"), right=Const(value=1)) | Call(name="days_between"),
        ):
            return name == datum
    return False


# ----------------------------------------------------------------------------------------------------- when it may grow


def window(inquiry: Inquiry, name: str, form: m.Form) -> Window:
    """Between which days the day of an entry must be."""
    start = end = None
    for leaf in leaves(inquiry.program.guard(("forms", name, "valid"))):
        node = leaf.when
        if not isinstance(node, Compare) or not leaf.must or not _is_day(node.left, form):
            continue
        if node.op in (">=", ">"):
            start = node.right
        elif node.op in ("<=", "<"):
            end = node.right
    return Window(start, end)


def _is_day(node: Node, form: m.Form) -> bool:
    return isinstance(node, ReadNode) and node.read.parts == ("form", form.dated_by)


def length(inquiry: Inquiry, window: Window) -> Duration | None:
    """How long the window is, where a rule sets its end so long after its start."""
    if not isinstance(window.start, ReadNode) or not isinstance(window.end, ReadNode):
        return None
    first, last = window.start.read.parts, window.end.read.parts
    for place, node in inquiry.program.typed.nodes.items():
        if place[-2:] != ("set", last[-1]) or last[0] != "fields" or not isinstance(node, Arith) or node.op != "+":
            continue
        fixed = constant_value(node.right) if is_constant(node.right) else None
        if isinstance(node.left, ReadNode) and node.left.read.parts == first and isinstance(fixed, Duration):
            return fixed
    return None

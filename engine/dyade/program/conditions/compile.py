"""How is a condition evaluated? As a closure, built once, over an environment that only its getters understand.

A closure gives a value, or `None` where it is unknown; a nullable read that stands alone may give `EMPTY`. It never
raises, whatever the values: every operation is total, and every part is pure, so that stopping early changes nothing.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from dyade.program.conditions import arithmetic
from dyade.program.conditions.closures import (
    Fixed,
    Getter,
    Part,
    applied,
    asked,
    beside_empty,
    first_set,
    getter,
    is_set,
    joint,
    later,
    listed,
    shifted,
    unless_empty,
)
from dyade.program.conditions.tree import (
    Arith,
    Broken,
    Call,
    Compare,
    Const,
    ListNode,
    Logic,
    Node,
    Not,
    Read,
    ReadNode,
)
from dyade.program.conditions.types import DATE, DATETIME, DURATION, EMPTY, INT, MONEY, ListOf, Type
from dyade.program.durations import Duration, added, multiplied, negated

__all__ = ["Bind", "BindCall", "Getter", "compile_condition", "compile_value", "constant_value"]

Bind: TypeAlias = Callable[[Read], Getter]
"""Gives the getter of a read."""
BindCall: TypeAlias = Callable[[str, Arith | Call], Callable[[Any, tuple[Any, ...]], Any]]
"""Gives what only the dyad, its calendar or its program can tell; the arguments are known when it is called.

    is_in, visited, days_in    ()                     the state is `node.of`
    business_days_between      (ordinal, ordinal)
    add_business_days          (ordinal, number)      the number is negative in a subtraction
    add_to_instant             (instant, Duration)    its numbers are negative in a subtraction
    tables                     the keys               the table is `node.of`
"""


_TESTS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "midpoint": arithmetic.midpoint,
    "days_between": arithmetic.days_between,
    "weeks_between": arithmetic.weeks_between,
    "overlap": arithmetic.overlap,
}


def compile_value(node: Node, bind: Bind, bind_call: BindCall) -> Getter:
    """Build the closure of an expression that was checked without error."""
    return getter(_Compiler(bind, bind_call).part(node))


def compile_condition(node: Node, bind: Bind, bind_call: BindCall) -> Callable[[Any], bool | None]:
    """Build the closure of a clause: yes, no, or `None` where it is unknown or was left empty."""
    return getter(_Compiler(bind, bind_call).known(node))


def constant_value(node: Node) -> Any:
    """The value of a tree that reads nothing but constants; unknown where it needs a calendar."""
    return compile_value(node, _no_getter, lambda _name, _node: lambda _env, _args: None)(None)


def _no_getter(read: Read) -> Getter:
    raise ValueError(f"{read.name} is not constant")


class _Compiler:
    def __init__(self, bind: Bind, bind_call: BindCall) -> None:
        self.bind = bind
        self.bind_call = bind_call

    def part(self, node: Node) -> Part:
        match node:
            case Const():
                return Fixed(node.value)
            case ReadNode():
                return self.bind(node.read) if node.read.constant is None else Fixed(node.read.constant)
            case Compare():
                return self.comparison(node)
            case Logic():
                return joint(node.op, [self.known(item) for item in node.items])
            case Not():
                return applied(operator.not_, [self.known(node.item)])
            case Arith():
                return self.calculation(node)
            case Call():
                return self.call(node)
            case ListNode():
                return listed([self.part(item) for item in node.items])
            case Broken():
                raise ValueError("a condition with errors is not compiled")

    def known(self, node: Node) -> Part:
        """A part where `EMPTY` counts as unknown."""
        part = self.part(node)
        if isinstance(part, Fixed):
            return Fixed(None) if part.value is EMPTY else part
        return unless_empty(part) if isinstance(node, ReadNode) and node.read.nullable else part

    # comparisons

    def comparison(self, node: Compare) -> Part:
        left, right = node.left, node.right
        if node.op == "in":
            return applied(arithmetic.contains, [self.known(left), self.known(right)])
        equality = node.op in ("==", "!=")
        parts = [self.part(left), self.part(right)] if equality else [self.known(left), self.known(right)]
        if DURATION in (left.type, right.type):
            test = arithmetic.duration_test(node.op)
            return applied(beside_empty(test, node.op) if equality else test, parts)
        return applied(_TESTS[node.op], parts)

    # calculations

    def calculation(self, node: Arith) -> Part:
        left, right = self.known(node.left), self.known(node.right)
        if node.type == DATE:
            return self.date_shift(node, left, right)
        if node.type == DATETIME:
            return self.instant_shift(node, left, right)
        if node.type == DURATION:
            return applied(_duration_result(node), [left, right])
        if node.type == INT:
            return applied(arithmetic.int_result(node.op), [left, right])
        result = arithmetic.money_result if node.type == MONEY else arithmetic.decimal_result
        return applied(result(node.op), [left, right])

    def date_shift(self, node: Arith, day: Part, length: Part) -> Part:
        if isinstance(length, Fixed) and isinstance(length.value, Duration):
            fixed = negated(length.value) if node.op == "-" else length.value
            if fixed.business_days:
                add = self.bind_call("add_business_days", node)
                return asked(add, [day, Fixed(fixed.business_days)])
            return Fixed(later(day.value, fixed)) if isinstance(day, Fixed) else shifted(day, fixed)
        sign = -1 if node.op == "-" else 1
        add = self.bind_call("add_business_days", node)
        date_of, length_of = getter(day), getter(length)

        def answer(env: Any) -> Any:
            ordinal, duration = date_of(env), length_of(env)
            if ordinal is None or duration is None:
                return None
            if duration.business_days:
                return add(env, (ordinal, duration.business_days * sign))
            return later(ordinal, duration if sign > 0 else negated(duration))

        return answer

    def instant_shift(self, node: Arith, instant: Part, length: Part) -> Part:
        signed = applied(negated, [length]) if node.op == "-" else length
        if isinstance(signed, Fixed) and isinstance(signed.value, Duration) and signed.value.unit == "hours":
            return applied(arithmetic.add_hours, [instant, Fixed(signed.value.hours)])
        return asked(self.bind_call("add_to_instant", node), [instant, signed])

    # functions

    def call(self, node: Call) -> Part:
        if node.name == "is_set":
            return is_set(self.part(node.args[0]))
        if node.name == "first_set":
            return first_set([self.part(arg) for arg in node.args])
        args = [self.known(arg) for arg in node.args]
        if node.name in ("min", "max"):
            return _extreme(node, args)
        if node.name in _FUNCTIONS:
            return applied(_FUNCTIONS[node.name], args)
        return asked(self.bind_call(node.name, node), args)


def _extreme(node: Call, parts: Sequence[Part]) -> Part:
    pick = _picker(node.name, node.type)
    if len(parts) == 1 and isinstance(node.args[0].type, ListOf):
        return applied(lambda items: pick(items) if items and not {None, EMPTY} & {*items} else None, parts)
    return applied(lambda *items: pick(items), parts)


def _picker(name: str, kind: Type) -> Callable[[Sequence[Any]], Any]:
    if kind == DURATION:
        return arithmetic.extreme_duration(1 if name == "max" else -1)
    return max if name == "max" else min


def _duration_result(node: Arith) -> Callable[[Any, Any], Duration | None]:
    if node.op == "*":
        return multiplied if node.left.type == DURATION else lambda number, duration: multiplied(duration, number)
    return added if node.op == "+" else lambda one, other: added(one, negated(other))

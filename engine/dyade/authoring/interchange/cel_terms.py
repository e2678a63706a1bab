"""How is a condition said in CEL, the Common Expression Language, and does it answer the same?

What is unknown is left out of the variables: reading it is an error, and errors follow Kleene's logic in CEL as unknown
does here. A nullable value that was left empty is `null`. Days are timestamps at midnight UTC; durations that are read
are texts (`6 months`). What only a calendar can tell is a function that the host provides.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

from dyade.program.conditions.tree import Arith, Call, Compare, Const, ListNode, Logic, Node, Not, Read, ReadNode, walk
from dyade.program.conditions.types import (
    DATE,
    DATETIME,
    DECIMAL,
    DURATION,
    EMPTY,
    INT,
    MONEY,
    TIME,
    ListOf,
    Type,
)
from dyade.program.conditions.values import dump_value, moment_of
from dyade.program.durations import Duration, negated, written

RESERVED: Final = frozenset((
    "as", "break", "const", "continue", "else", "false", "for", "function", "if",
    "import", "in", "let", "loop", "namespace", "null", "package", "return", "true",
    "var", "void", "while",
))  # fmt: skip
FUNCTIONS: Final[Mapping[str, str]] = {
    "add": "add(timestamp, string) -> timestamp",
    "subtract": "subtract(timestamp, string) -> timestamp",
    "business_days_between": "business_days_between(timestamp, timestamp) -> int",
    "compare_durations": "compare_durations(string, string) -> int",
    "combine_durations": "combine_durations(string, string, string) -> string",
    "least": "least(list) -> dyn",
    "greatest": "greatest(list) -> dyn",
}
"""What a host provides, by name."""
DAY: Final = 24
Rows = Mapping[str, tuple[Type, Mapping[Any, Any]]]
"""Table → the type of its values, and its rows; the row of `None` is for every other key."""


class Said(NamedTuple):
    """An expression in CEL, what it asks of the host, and why it may answer otherwise."""

    text: str
    functions: frozenset[str]
    reasons: frozenset[str]
    """Keys of the sentences that say why; none where it answers the same."""

    @property
    def exact(self) -> bool:
        """Whether it answers the same, with nothing but CEL."""
        return not self.reasons


def say(node: Node, tables: Rows) -> Said:
    """Say an expression in CEL."""
    saying = _Saying(tables)
    text = saying.of(node)
    return Said(text, frozenset(saying.functions), frozenset(saying.reasons))


def literal(value: Any, kind: Type) -> str:
    """A value in so many words."""
    if value is EMPTY:
        return "null"
    if isinstance(kind, ListOf):
        return f"[{', '.join(literal(item, kind.item) for item in value)}]"
    if kind == DATE:
        return f'timestamp("{date.fromordinal(value).isoformat()}T00:00:00Z")'
    if kind == DATETIME:
        return f'timestamp("{moment_of(value).isoformat().replace("+00:00", "Z")}")'
    if kind in (DECIMAL, MONEY):
        found = f"{Decimal(value):f}"
        return found if "." in found else f"{found}.0"
    if kind == TIME:
        return str(value)
    return json.dumps(dump_value(kind, value), ensure_ascii=False)


def path(parts: Sequence[str]) -> str:
    """A name, as CEL selects it; the words that it keeps for itself stand between brackets."""
    head, *rest = parts
    first = f"{head}_" if head in RESERVED else head
    return first + "".join(f'["{part}"]' if part in RESERVED else f".{part}" for part in rest)


class _Saying:
    def __init__(self, tables: Rows) -> None:
        self.tables = tables
        self.functions: set[str] = set()
        self.reasons: set[str] = set()

    def of(self, node: Node) -> str:
        """Any node."""
        match node:
            case Const():
                return literal(node.value, node.type)
            case ReadNode():
                read = node.read
                return path(read.parts) if read.constant is None else literal(read.constant, read.type)
            case Not():
                return f"!{self._inner(node.item)}"
            case Logic():
                return {"and": " && ", "or": " || "}[node.op].join(self._inner(item) for item in node.items)
            case Compare():
                return self._compared(node)
            case Arith():
                return self._calculated(node)
            case Call():
                return self._called(node)
            case ListNode():
                return self._listed(node, node.type)
        raise ValueError("a condition with errors is not said")

    def _inner(self, node: Node) -> str:
        """Between parentheses, where it is made of several parts."""
        told = self.of(node)
        alone = isinstance(node, Const | ReadNode | ListNode) or (
            isinstance(node, Call) and node.name not in ("is_set", "first_set", "min", "max", "is_in", "visited")
        )
        return told if alone else f"({told})"

    def _host(self, name: str, *args: str) -> str:
        self.functions.add(name)
        self.reasons.add("host")
        return f"{name}({', '.join(args)})"

    def _listed(self, node: ListNode, kind: Type) -> str:
        wanted = kind.item if isinstance(kind, ListOf) else kind
        doubles = wanted in (DECIMAL, MONEY)
        items = [self._as_double(one) if doubles and one.type == INT else self.of(one) for one in node.items]
        return f"[{', '.join(items)}]"

    # ----------------------------------------------------------------------------------------------------- comparisons

    def _compared(self, node: Compare) -> str:
        left, right = self._number(node.left, node.right), self._number(node.right, node.left)
        if node.op == "in":
            if _is_nullable(node.left):
                self.reasons.add("empty")
            if isinstance(node.right, ListNode) and node.left.type in (DECIMAL, MONEY):
                right = self._listed(node.right, node.left.type)
            return f"{left} in {right}"
        if DURATION in (node.left.type, node.right.type):
            return f"{self._host('compare_durations', left, right)} {node.op} 0"
        if node.op in ("==", "!="):
            return self._equal(node, left, right)
        return f"{left} {node.op} {right}"

    def _equal(self, node: Compare, left: str, right: str) -> str:
        """Empty equals itself alone; no value is held against `null`, which some would refuse."""
        sides = ((node.left, left), (node.right, right))
        empty = [text for part, text in sides if _is_nullable(part)]
        if not empty or "null" in (left, right):
            return f"{left} {node.op} {right}"
        if any(_constant(part) is not None for part, _ in sides):
            differs = node.op == "!="
            return f"{empty[0]} {'==' if differs else '!='} null {'||' if differs else '&&'} {left} {node.op} {right}"
        same = f"({left} == null || {right} == null ? {left} == null && {right} == null : {left} == {right})"
        return same if node.op == "==" else f"!{same}"

    def _number(self, node: Node, other: Node) -> str:
        """Whole numbers and others do not mix in CEL."""
        wanted = other.type.item if isinstance(other.type, ListOf) else other.type
        if node.type == INT and wanted in (DECIMAL, MONEY):
            return self._as_double(node)
        return self._inner(node)

    def _as_double(self, node: Node) -> str:
        value = node.value if isinstance(node, Const) else node.read.constant if isinstance(node, ReadNode) else None
        return literal(value, DECIMAL) if isinstance(value, int) else f"double({self.of(node)})"

    # ----------------------------------------------------------------------------------------------------- calculations

    def _calculated(self, node: Arith) -> str:
        if node.type in (DATE, DATETIME):
            return self._shifted(node)
        if node.type == DURATION:
            return self._host("combine_durations", self._length(node.left), f'"{node.op}"', self._length(node.right))
        if node.type == INT:
            return f"{self._inner(node.left)} {node.op} {self._inner(node.right)}"
        # CEL counts in binary.
        self.reasons.add("decimal")
        parts = [self._as_double(part) if part.type == INT else self._inner(part) for part in (node.left, node.right)]
        return f"{parts[0]} {node.op} {parts[1]}"

    def _shifted(self, node: Arith) -> str:
        length = _constant(node.right)
        if isinstance(length, Duration):
            hours = length.hours if node.type == DATETIME else length.days * DAY
            if length.unit == ("hours" if node.type == DATETIME else "days"):
                return f'{self._inner(node.left)} {node.op} duration("{hours}h")'
            self.reasons.add("calendar")
        verb = "add" if node.op == "+" else "subtract"
        return self._host(verb, self.of(node.left), self._length(node.right))

    def _length(self, node: Node) -> str:
        value = _constant(node)
        if not isinstance(value, Duration):
            return self.of(node)
        return f'"-{written(negated(value))}"' if sum(value) < 0 else f'"{written(value)}"'

    # -------------------------------------------------------------------------------------------------------- functions

    def _called(self, node: Call) -> str:
        if node.name in ("is_in", "visited"):
            return f'"{node.of}" in states.{"active" if node.name == "is_in" else "visited"}'
        if node.name == "days_in":
            return f'states.days["{node.of}"]'
        if node.name == "tables":
            return self._looked_up(node)
        if node.name == "is_set":
            return self._set(node.args[0])
        if node.name == "first_set":
            *firsts, last = node.args
            return " ".join(f"{self._set(one)} ? {self._inner(one)} :" for one in firsts) + f" {self._inner(last)}"
        if node.name in ("min", "max"):
            return self._extreme(node)
        args = [self._inner(arg) for arg in node.args]
        if node.name == "business_days_between":
            self.reasons.add("calendar")
            return self._host(node.name, *args)
        return _ON_DAYS[node.name](*args)

    def _extreme(self, node: Call) -> str:
        texts = [self._inner(arg) for arg in node.args]
        if len(texts) != 2 or node.type == DURATION:
            listed = texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
            return self._host("greatest" if node.name == "max" else "least", listed)
        one, other = (self._as_double(arg) if arg.type == INT and node.type != INT else text
                      for arg, text in zip(node.args, texts, strict=True))  # fmt: skip
        return f"{one} {'>=' if node.name == 'max' else '<='} {other} ? {one} : {other}"

    def _looked_up(self, node: Call) -> str:
        kind, rows = self.tables[node.of or ""]
        key = node.args[0]
        said = ", ".join(
            f"{literal(name, key.type)}: {literal(value, kind)}" for name, value in rows.items() if name is not None
        )
        wanted = self._inner(key)
        found = f"{{{said}}}[{wanted}]"
        return found if None not in rows else f"({wanted} in {{{said}}} ? {found} : {literal(rows[None], kind)})"

    def _set(self, node: Node) -> str:
        """Whether something is neither unknown nor empty, which only what is read can be."""
        match node:
            case Const():
                return "false" if node.value in (None, EMPTY) else "true"
            case ReadNode():
                return _has(node.read)
        self.reasons.add("set")
        return " && ".join(f"({self._set(part)})" for part in _reads(node)) or "true"


def _reads(node: Node) -> list[Node]:
    return [part for part in walk(node) if isinstance(part, ReadNode)]


def _has(read: Read) -> str:
    if read.constant is not None or len(read.parts) == 1:
        return "true"
    *around, last = read.parts
    there = f'"{last}" in {path(around)}' if last in RESERVED else f"has({path(read.parts)})"
    return f"{there} && {path(read.parts)} != null" if read.nullable else there


def _constant(node: Node) -> Any:
    return node.value if isinstance(node, Const) else node.read.constant if isinstance(node, ReadNode) else None


def _is_nullable(node: Node) -> bool:
    return isinstance(node, ReadNode) and node.read.nullable


def _days_between(a: str, b: str) -> str:
    return f"(({b} - {a}).getHours() / {DAY})"


def _weeks_between(a: str, b: str) -> str:
    hours = f"({b} - {a}).getHours()"
    return f"({hours} >= 0 ? {hours} / {7 * DAY} : ({hours} - {7 * DAY - 1}) / {7 * DAY})"


def _midpoint(a: str, b: str) -> str:
    hours = f"({b} - {a}).getHours()"
    half = f"({hours} >= 0 ? {hours} / {2 * DAY} : ({hours} - {2 * DAY - 1}) / {2 * DAY}) * {DAY}"
    return f'({a} + duration(string({half}) + "h"))'


def _overlap(a_from: str, a_to: str, b_from: str, b_to: str) -> str:
    start = f"({a_from} > {b_from} ? {a_from} : {b_from})"
    end = f"({a_to} < {b_to} ? {a_to} : {b_to})"
    return f"({end} < {start} ? 0 : ({end} - {start}).getHours() / {DAY} + 1)"


_ON_DAYS: Final[Mapping[str, Callable[..., str]]] = {
    "days_between": _days_between,
    "weeks_between": _weeks_between,
    "midpoint": _midpoint,
    "overlap": _overlap,
}

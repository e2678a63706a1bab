"""What does a condition mean where it stands, and what is wrong with it? All of it, at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from dyade.program.conditions.advice import advice
from dyade.program.conditions.functions import (
    ABOUT_A_STATE,
    FIXED,
    NAMES,
    OF_ANY,
    argument_problem,
    extreme_type,
    first_set_type,
    united,
    wrong_count,
)
from dyade.program.conditions.operators import (
    assignable,
    calculated,
    comparison_problem,
    difference_meant,
    is_truth,
    truth_meant,
)
from dyade.program.conditions.problems import ConditionError, mismatch, type_term
from dyade.program.conditions.scope import Problem, Scope, Wanted
from dyade.program.conditions.syntax import COMPARISONS, parse
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
    ReadNode,
)
from dyade.program.conditions.types import BOOL, DURATION, TEXT, UNKNOWN, Enum, ListOf, Type
from dyade.program.conditions.written import Apply, Binary, Items, Junction, Literal, Name, Negation, Written
from dyade.program.nearest import nearest

TOLD = 12
"""Names that are listed beside one that is unknown, at most."""
_TRUTH: Final = {"vrai": "true", "faux": "false", "true": "true", "false": "false", "oui": "true", "non": "false"}
_NOTHING: Final = frozenset(("null", "none", "nil", "nul", "vide", "empty", "rien"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A condition that was read: its tree, `None` when its syntax is wrong, and all its problems in order."""

    text: str
    tree: Node | None
    problems: tuple[ConditionError, ...]

    @property
    def type(self) -> Type:
        """The type of what the condition gives."""
        return UNKNOWN if self.tree is None else self.tree.type

    def source(self, node: Node) -> str:
        """The words of a part, as the author wrote them."""
        return self.text[node.start : node.end]


def check(text: str, scope: Scope, expected: Type | None, *, clause: bool | None = None) -> Checked:
    """Read a condition where `expected` is wanted.

    A clause (by default: whatever must be yes or no) is also judged as a sentence: always the same, two ideas in one,
    numbers that would be clearer as params.
    """
    try:
        written = parse(text)
    except ConditionError as problem:
        return Checked(text=text, tree=None, problems=(problem,))
    checker = _Checker(text, scope)
    tree = checker.node(written, expected)
    if expected is not None:
        checker.expect(expected, tree)
    if clause if clause is not None else expected == BOOL:
        checker.problems += advice(tree, text, unsound=[(p.start, p.end) for p in checker.problems])
    checker.problems.sort(key=lambda p: (p.start, p.end, p.code))
    return Checked(text=text, tree=tree, problems=tuple(checker.problems))


class _Checker:
    def __init__(self, text: str, scope: Scope) -> None:
        self.text = text
        self.scope = scope
        self.problems: list[ConditionError] = []

    def report(self, problem: ConditionError, *parts: Node, at: Written | None = None) -> Broken:
        """Keep a problem; what it is about is understood no further, but its parts still count as read."""
        self.problems.append(problem)
        where = at or problem
        return Broken(parts=parts, start=where.start, end=where.end)

    def source(self, node: Written | Node) -> str:
        return self.text[node.start : node.end]

    def expect(self, expected: Type, tree: Node) -> None:
        if expected == BOOL:
            self.truth(tree)
        elif not assignable(expected, tree):
            self.report(mismatch(tree.start, tree.end, expected, tree.type))

    def truth(self, node: Node) -> Node:
        if is_truth(node):
            return node
        facts = {"found": type_term(node.type)}
        return self.report(ConditionError("E106", node.start, node.end, facts, truth_meant(node, self.text)), node)

    def node(self, written: Written, hint: Type | None = None) -> Node:
        """Understand a part; `hint` is the type that a bare word would take from what stands beside it."""
        match written:
            case Literal(kind, value, start, end):
                return Const(value=value, type=kind, start=start, end=end)
            case Name():
                return self.name(written, hint)
            case Items():
                return self.list(written, hint)
            case Negation(item, start, end):
                return Not(item=self.truth(self.node(item, BOOL)), start=start, end=end)
            case Junction(op, items, start, end):
                parts = tuple(self.truth(self.node(item, BOOL)) for item in items)
                return Logic(op=op, items=parts, start=start, end=end)
            case Binary(op) if op in COMPARISONS:
                return self.comparison(written)
            case Binary():
                return self.calculation(written)
            case Apply():
                return self.call(written, hint)

    # names

    def name(self, name: Name, hint: Type | None) -> Node:
        bare = name.parts[0] if len(name.parts) == 1 else None
        if isinstance(hint, Enum) and bare in hint.values:
            return Const(value=bare, type=hint, start=name.start, end=name.end)
        found = self.scope.resolve(name.parts)
        match found:
            case Problem(code, facts, suggestion):
                return self.report(ConditionError(code, name.start, name.end, facts, suggestion))
            case None:
                return self.unknown_name(name, bare, hint)
        return ReadNode(read=found, start=name.start, end=name.end)

    def unknown_name(self, name: Name, bare: str | None, hint: Type | None) -> Broken:
        start, end, full = name.start, name.end, ".".join(name.parts)
        facts = {"name": full}
        if bare is not None:
            if hint == UNKNOWN:
                # Perhaps the value of an enum that could not be understood, and was reported.
                return Broken(start=start, end=end)
            if isinstance(hint, Enum):
                meant = nearest(bare, hint.values)
                return self.report(ConditionError("E103", start, end, {"value": bare}, meant, expected=hint.values))
            if bare.casefold() in _TRUTH:
                return self.report(ConditionError("E100", start, end, {"found": bare}, _TRUTH[bare.casefold()]))
            if bare.casefold() in _NOTHING:
                return self.report(ConditionError("E100", start, end, {"found": bare}, variant="nothing"))
        meant = self.near(full, "read")
        if meant is None and bare is not None and hint == TEXT:
            meant = f'"{bare}"'
        expected = () if meant is not None else self.beside(name.parts)
        return self.report(ConditionError("E102", start, end, facts, meant, expected=expected))

    def beside(self, parts: tuple[str, ...]) -> tuple[str, ...]:
        """What may be read of the same thing, where there is not too much of it to be told."""
        within = ".".join(parts[:-1]) + "."
        found = [known for known in self.scope.candidates("read") if known.startswith(within)] if parts[1:] else []
        return tuple(found) if len(found) <= TOLD else ()

    def near(self, name: str, wanted: Wanted, more: Iterable[str] = ()) -> str | None:
        return nearest(name, (*self.scope.candidates(wanted), *more))

    # comparisons and calculations

    def comparison(self, written: Binary) -> Node:
        left, right = self.sides(written)
        self.refine_difference(written, left, right)
        problem = comparison_problem(written.op, left, right, self.text)
        if problem is not None:
            self.problems.append(problem)
        return Compare(op=written.op, left=left, right=right, start=written.start, end=written.end)

    def sides(self, written: Binary) -> tuple[Node, Node]:
        """Understand both sides; a bare word after the side that can give it a type."""
        if _is_bare(written.left) and not (_is_bare(written.right) and self.resolves(written.left)):
            right = self.node(written.right)
            return self.node(written.left, _item(right.type) if written.op == "in" else right.type), right
        left = self.node(written.left)
        return left, self.node(written.right, ListOf(left.type) if written.op == "in" else left.type)

    def resolves(self, written: Written) -> bool:
        return isinstance(written, Name) and self.scope.resolve(written.parts) is not None

    def refine_difference(self, written: Binary, left: Node, right: Node) -> None:
        """A date minus a date was reported; beside a duration, tell how to write the whole comparison."""
        for side, other, reversed_sides in ((written.left, right, False), (written.right, left, True)):
            if not (isinstance(side, Binary) and other.type == DURATION and written.op != "in"):
                continue
            for at, problem in enumerate(self.problems):
                if problem.code == "E104" and (problem.start, problem.end) == (side.left.start, side.right.end):
                    pair = (self.source(side.left), self.source(side.right))
                    meant = difference_meant(written.op, pair, self.source(other), reversed_sides=reversed_sides)
                    self.problems[at] = ConditionError("E104", written.start, written.end, suggestion=meant)

    def calculation(self, written: Binary) -> Node:
        left, right = self.node(written.left), self.node(written.right)
        given = calculated(written.op, left, right, self.text)
        if isinstance(given, ConditionError):
            return self.report(given, left, right, at=written)
        return Arith(op=written.op, left=left, right=right, type=given, start=written.start, end=written.end)

    def list(self, written: Items, hint: Type | None) -> Node:
        wanted = hint.item if isinstance(hint, ListOf) else None
        items = self.nodes(written.items, wanted)
        kind = united(items)
        if isinstance(kind, ConditionError):
            return self.report(kind, *items, at=written)
        return ListNode(items=items, type=ListOf(kind), start=written.start, end=written.end)

    def nodes(self, parts: Sequence[Written], hint: Type | None) -> tuple[Node, ...]:
        """Understand several parts of one type: those that are not bare words give it to those that are."""
        known = {at: self.node(part, hint) for at, part in enumerate(parts) if not _is_bare(part)}
        given = hint or next((node.type for node in known.values()), None)
        return tuple(known[at] if at in known else self.node(part, given) for at, part in enumerate(parts))

    # functions

    def call(self, written: Apply, hint: Type | None) -> Node:
        name = ".".join(written.function.parts)
        if name in FIXED:
            return self.fixed_call(name, FIXED[name].args, FIXED[name].gives, written)
        if name in ABOUT_A_STATE:
            return self.state_call(name, written)
        if name in OF_ANY:
            return self.open_call(name, written, hint)
        if written.function.parts[0] == "tables" and len(written.function.parts) == 2:
            return self.table_call(written.function.parts[1], written)
        meant = self.near(name, "table", NAMES)
        args = tuple(self.node(arg, UNKNOWN) for arg in written.args)
        function = written.function
        unknown = ConditionError("E102", function.start, function.end, {"name": name}, meant, variant="function")
        return self.report(unknown, *args, at=written)

    def fixed_call(
        self, name: str, wanted: tuple[Type, ...], gives: Type, written: Apply, of: str | None = None
    ) -> Node:
        start, end = written.start, written.end
        if len(written.args) != len(wanted):
            args = tuple(self.node(arg, UNKNOWN) for arg in written.args)
            name = self.source(written.function)
            return self.report(wrong_count(name, len(wanted), args, start, end, wanted), *args)
        args = tuple(self.node(arg, kind) for arg, kind in zip(written.args, wanted, strict=True))
        for arg, kind in zip(args, wanted, strict=True):
            if not assignable(kind, arg):
                self.problems.append(argument_problem(kind, arg, self.text))
        return Call(name=name, args=args, of=of, type=gives, start=start, end=end)

    def open_call(self, name: str, written: Apply, hint: Type | None) -> Node:
        start, end = written.start, written.end
        args = self.nodes(written.args, hint if name == "first_set" else None)
        if name == "is_set":
            kind: Type | ConditionError = BOOL if len(args) == 1 else wrong_count(name, 1, args, start, end)
        elif name == "first_set":
            kind = first_set_type(args, start, end)
        else:
            kind = extreme_type(name, args, start, end)
        if isinstance(kind, ConditionError):
            return self.report(kind, *args, at=written)
        return Call(name=name, args=args, of=None, type=kind, start=start, end=end)

    def state_call(self, name: str, written: Apply) -> Node:
        gives, start, end = ABOUT_A_STATE[name], written.start, written.end
        arg = written.args[0] if len(written.args) == 1 else None
        if not isinstance(arg, Name):
            problem = ConditionError("E101", start, end, {"function": name}, variant="state")
            return self.report(problem)
        full = ".".join(arg.parts)
        found = self.scope.state(full)
        if isinstance(found, Problem):
            return self.report(
                ConditionError(found.code, arg.start, arg.end, found.facts, found.suggestion), at=written
            )
        if found is None:
            facts = {"name": full}
            meant = self.near(full, "state")
            return self.report(ConditionError("D011", arg.start, arg.end, facts, meant), at=written)
        return Call(name=name, args=(), of=found, type=gives, start=start, end=end)

    def table_call(self, name: str, written: Apply) -> Node:
        table = self.scope.table(name)
        if table is not None:
            return self.fixed_call("tables", table.keys, table.value, written, of=name)
        full, function = f"tables.{name}", written.function
        args = tuple(self.node(arg, UNKNOWN) for arg in written.args)
        meant = self.near(full, "table")
        unknown = ConditionError("E102", function.start, function.end, {"name": full}, meant)
        return self.report(unknown, *args, at=written)


def _is_bare(written: Written) -> bool:
    return isinstance(written, Name) and len(written.parts) == 1


def _item(kind: Type) -> Type | None:
    return kind.item if isinstance(kind, ListOf) else kind if kind == UNKNOWN else None

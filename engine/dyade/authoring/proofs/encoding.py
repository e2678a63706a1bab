"""What does a condition say, as a formula? The same as the engine would answer, for every value at once.

What no formula tells exactly (months, business days, division) is told within bounds, and exactly for the values that a
solver comes up with.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple

import z3

from dyade.authoring.proofs.lengths import Lengths
from dyade.authoring.proofs.meaning import FALSE, TRUE, Meant, Span, alike, conj, disj, neg, sort_of, truth, variable
from dyade.authoring.proofs.variables import Frame, Variables
from dyade.authoring.strictness import shape
from dyade.program.conditions.arithmetic import LARGEST, decimal_result, money_result
from dyade.program.conditions.tree import Arith, Call, Compare, Const, ListNode, Logic, Node, Not, Read, ReadNode
from dyade.program.conditions.types import DATE, DURATION, EMPTY, INT, MONEY, Type
from dyade.program.conditions.values import ValueRefused, parse_value
from dyade.program.data import row_key
from dyade.program.durations import LARGEST_NUMBER, LAST_ORDINAL, Duration
from dyade.program.names import Site, key_type
from dyade.program.program import Program

_LONGEST = {"days": LARGEST_NUMBER * 7, "months": LARGEST_NUMBER * 12}


class Applied(NamedTuple):
    """An operation that a formula tells within bounds only."""

    result: Any
    args: tuple[Any, ...]
    compute: Callable[..., Any]
    nowhere: int
    """The result where there is none."""


class Holder(NamedTuple):
    """Who is judged by the clauses of a role: what stands for `person`."""

    id: Meant
    role: str
    alone: bool
    """The one who holds the role."""


class Encoding:
    """Formulas of one program."""

    def __init__(self, program: Program, lengths: Lengths) -> None:
        self.program = program
        self.variables = Variables(program)
        self.lengths = lengths
        self.calendar = lengths.calendar
        self.applied: list[Applied] = []
        self.holder: Holder | None = None
        self._opaque: dict[Any, Meant] = {}
        self._shifted: dict[tuple[str, int], list[tuple[Any, Any]]] = {}
        self._results: dict[tuple[str, ...], Any] = {}
        self._inside: list[str] = []

    @property
    def axioms(self) -> list[Any]:
        """What holds whatever happens."""
        return self.variables.axioms

    def refine(self, model: Any) -> list[Any]:
        """What a model took too broadly, told exactly for its own values."""
        lemmas = []
        for applied in self.applied:
            args = [value_of(model, arg) for arg in applied.args]
            found = applied.compute(*args)
            wanted = applied.nowhere if found is None else found
            if not z3.is_true(model.eval(applied.result == literal(wanted), model_completion=True)):
                same = conj(*(arg == literal(value) for arg, value in zip(applied.args, args, strict=True)))
                lemmas.append(z3.Implies(same, applied.result == literal(wanted)))
        return lemmas

    # ------------------------------------------------------------------------------------------------------------ nodes

    def value(self, node: Node, site: Site, frame: Frame) -> Meant:
        """What an expression gives, empty included."""
        match node:
            case Const():
                return self.constant(node.value)
            case ReadNode():
                return self._read(node, site, frame)
            case Compare():
                return self._comparison(node, site, frame)
            case Logic():
                parts = [self.value(item, site, frame) for item in node.items]
                yes, no = [part.yes for part in parts], [part.no for part in parts]
                return truth(conj(*yes), disj(*no)) if node.op == "and" else truth(disj(*yes), conj(*no))
            case Not():
                item = self.value(node.item, site, frame)
                return truth(item.no, item.yes)
            case Arith():
                return self._calculation(node, site, frame)
            case Call():
                return self._call(node, site, frame)
        return self.opaque(node, site, frame)

    def condition(self, node: Node, site: Site, frame: Frame) -> Meant:
        """What a clause answers: yes, no or unknown."""
        found = self.value(node, site, frame)
        return truth(found.yes, found.no)

    def constant(self, value: Any) -> Meant:
        """A value in so many words."""
        if value is None:
            return Meant(None, FALSE)
        if value is EMPTY:
            return Meant(None, TRUE, TRUE)
        if isinstance(value, Duration):
            unit = value.unit or "days"
            return Meant(Span(unit, z3.IntVal(sum(value))))
        if isinstance(value, str):
            return Meant(z3.IntVal(self.variables.word(value)))
        return Meant(None) if isinstance(value, tuple | dict) else Meant(literal(value))

    def opaque(self, node: Node, site: Site, frame: Frame, *parts: Meant) -> Meant:
        """Something of which nothing is told but that it is the same wherever it is written."""
        said = (shape(node), frame.name, frame.step, site.form, site.entry, site.item, site.person, site.input)
        who = self.holder.role if self.holder else ""
        found = self._opaque.get((said, who))
        if found is None:
            number = len(self._opaque)
            term = variable(f"opaque!{number}", node.type)
            maybe = z3.Bool(f"opaque?{number}")
            found = self._opaque[said, who] = Meant(term, conj(maybe, *(part.certain for part in parts)))
        return found

    def _read(self, node: ReadNode, site: Site, frame: Frame) -> Meant:
        read = node.read
        if read.constant is not None:
            return self.constant(read.constant)
        head, rest = read.parts[0], read.parts[1:]
        if head == "person" and self.holder is not None:
            return self._of_holder(node, rest[0] if rest else "id", site, frame)
        place = self._computed(head, rest)
        if place is None or ".".join(read.parts) in self._inside:
            return self.variables.of(read, site, frame)
        self._inside.append(".".join(read.parts))
        found = self.value(self.program.typed.nodes[place], self.program.site(place), frame)
        self._inside.pop()
        found = Meant(found.term, found.certain)
        return self._of_deadline(rest[1], found, frame) if head == "deadlines" else found

    def _computed(self, head: str, rest: tuple[str, ...]) -> tuple[str | int, ...] | None:
        """The place of the expression that stands behind a name."""
        if head == "deadlines":
            return ("deadlines", rest[0], "at")
        if head == "fields" and len(rest) == 1 and self.program.model.fields[rest[0]].formula is not None:
            return ("fields", rest[0], "formula")
        return None

    def _of_deadline(self, what: str, day: Meant, frame: Frame) -> Meant:
        if what == "date" or day.term is None:
            return day
        if what == "missed_on":
            return Meant(day.term + 1, day.known)
        today = self.today(frame).term
        return Meant(today > day.term if what == "missed" else day.term - today, day.known)

    def today(self, frame: Frame) -> Meant:
        """The day at a step."""
        return self.variables.of(Read(parts=("today",), type=DATE, may_be_unknown=False), Site(), frame)

    def _of_holder(self, node: ReadNode, name: str, site: Site, frame: Frame) -> Meant:
        """What is read of whoever is judged by the clauses of a role."""
        assert self.holder is not None
        if name in ("id", "name"):
            return self.holder.id
        if self.holder.alone:
            parts = ("roles", self.holder.role, name)
            return self.variables.of(replace(node.read, parts=parts), Site(person=self.holder.role), frame)
        # What is known of one person is not known of another.
        apart = frame._replace(step=f"{frame.step}/{self.holder.id.term}", fields={})
        return self.variables.of(node.read, site, apart)

    # ------------------------------------------------------------------------------------------------------ comparisons

    def _comparison(self, node: Compare, site: Site, frame: Frame) -> Meant:
        left, right = self.value(node.left, site, frame), self.value(node.right, site, frame)
        if node.op == "in":
            if not isinstance(node.right, ListNode):
                return self.opaque(node, site, frame, left, right)
            items = [self._equal(left, self.value(item, site, frame)) for item in node.right.items]
            found = truth(disj(*(item.yes for item in items)), conj(*(item.no for item in items)))
            return Meant(found.term, conj(found.known, left.certain))
        if node.op in ("==", "!="):
            same = self._equal(left, right)
            if same.term is None:
                return self.opaque(node, site, frame, left, right)
            return same if node.op == "==" else Meant(neg(same.term), same.known)
        one, other = self._sides(left, right)
        if one is None:
            return self.opaque(node, site, frame, left, right)
        told = {"<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other}[node.op]
        return Meant(told, conj(left.certain, right.certain))

    def _equal(self, left: Meant, right: Meant) -> Meant:
        known = conj(left.known, right.known)
        both, either = conj(left.empty, right.empty), disj(left.empty, right.empty)
        one, other = self._sides(left, right)
        if one is None:
            return Meant(None, known)
        return Meant(disj(both, conj(neg(either), one == other)), known)

    @staticmethod
    def _sides(left: Meant, right: Meant) -> tuple[Any, Any]:
        """Two terms that can be compared, or nothing."""
        one, other = left.term, right.term
        if isinstance(one, Span) or isinstance(other, Span):
            fixed = isinstance(one, Span) and isinstance(other, Span) and one.unit == other.unit
            return (one.number, other.number) if fixed else (None, None)
        return (None, None) if one is None or other is None else alike(one, other)

    # ----------------------------------------------------------------------------------------------------- calculations

    def _calculation(self, node: Arith, site: Site, frame: Frame) -> Meant:
        left, right = self.value(node.left, site, frame), self.value(node.right, site, frame)
        known = conj(left.certain, right.certain)
        if left.term is None or right.term is None:
            return self.opaque(node, site, frame, left, right)
        if node.type == DATE and isinstance(right.term, Span):
            return self.later(left.term, right.term, known, backwards=node.op == "-")
        if node.type == DURATION:
            return self._duration(node, left, right, known, site, frame)
        if isinstance(left.term, Span) or isinstance(right.term, Span) or sort_of(node.type) is None:
            return self.opaque(node, site, frame, left, right)
        one, other = alike(left.term, right.term)
        exact = {"+": one + other, "-": one - other, "*": one * other}.get(node.op)
        if node.type == INT and exact is not None:
            return Meant(exact, conj(known, exact > -LARGEST, exact < LARGEST))
        if node.op in "+-" and exact is not None:
            return Meant(exact, conj(known, exact > -LARGEST, exact < LARGEST))
        return self._rounded(node, one, other, known)

    def _rounded(self, node: Arith, one: Any, other: Any, known: Any) -> Meant:
        """A product or a quotient, which the engine rounds."""
        compute = (money_result if node.type == MONEY else decimal_result)(node.op)
        one, other = (z3.ToReal(side) if z3.is_int(side) else side for side in (one, other))
        result, new = self._result(f"real {node.op} {node.type}", (one, other), compute, LARGEST)
        if not new:
            return Meant(result, conj(known, result != LARGEST))
        near = z3.RealVal("0.006") if node.type == MONEY else z3.RealVal("0.000000000002")
        exact = one * other if node.op == "*" else z3.If(other == 0, z3.RealVal(LARGEST), one / other)
        self.axioms.append(z3.Or(result == LARGEST, z3.And(result - exact <= near, exact - result <= near)))
        return Meant(result, conj(known, result != LARGEST))

    def _duration(self, node: Arith, left: Meant, right: Meant, known: Any, site: Site, frame: Frame) -> Meant:
        one, other = left.term, right.term
        if node.op == "*":
            span, times = (one, other) if isinstance(one, Span) else (other, one)
            if not isinstance(span, Span) or not z3.is_int(times):
                return self.opaque(node, site, frame, left, right)
            known = conj(known, times <= LARGEST_NUMBER, times >= -LARGEST_NUMBER)
            made = Span(span.unit, span.number * times)
        elif isinstance(one, Span) and isinstance(other, Span) and one.unit == other.unit:
            made = Span(one.unit, one.number + other.number if node.op == "+" else one.number - other.number)
        else:
            return self.opaque(node, site, frame, left, right)
        number = z3.simplify(made.number)
        even = {"days": 7, "months": 12}.get(made.unit)
        fits = number <= LARGEST_NUMBER
        if even is not None:
            fits = z3.Or(fits, z3.And(number % even == 0, number <= _LONGEST[made.unit]))
        return Meant(Span(made.unit, number), conj(known, z3.simplify(z3.And(number >= 0, fits))))

    def later(self, day: Any, span: Span, known: Any, *, backwards: bool = False) -> Meant:
        """A day some time after another, or before it."""
        number = z3.simplify(-span.number if backwards else span.number)
        if span.unit == "days":
            result = z3.simplify(day + number)
        elif span.unit == "hours":
            return Meant(None, FALSE)
        else:
            result = self._moved(day, span.unit, number)
        return Meant(result, conj(known, result >= 1, result <= LAST_ORDINAL))

    def _moved(self, day: Any, unit: str, number: Any) -> Any:
        def compute(ordinal: int, n: int) -> int | None:
            if not 1 <= ordinal <= LAST_ORDINAL:
                return None
            length = Duration(months=n) if unit == "months" else Duration(business_days=n)
            return self.calendar.add(ordinal, length)

        if not z3.is_int_value(number):
            result, new = self._result(unit, (day, number), compute, LAST_ORDINAL + 1)
            if not new:
                return result
            least, most = (28, 31) if unit == "months" else (1, 7)
            # A month ends on its last day at the latest; every day off may stand in the way.
            far = 3 if unit == "months" else 7 + len(self.calendar.holidays)
            up = z3.And(result - day >= least * number - far, result - day <= most * number + far)
            down = z3.And(result - day <= least * number + far, result - day >= most * number - far)
            self.axioms.append(z3.Or(result > LAST_ORDINAL, z3.If(number >= 0, up, down)))
            return result
        n = number.as_long()
        result, new = self._result(f"{n} {unit}", (day,), lambda ordinal: compute(ordinal, n), LAST_ORDINAL + 1)
        if not new:
            return result
        length = Duration(months=n) if unit == "months" else Duration(business_days=n)
        bounds = self.lengths.of(length)
        if bounds is not None:
            inside = z3.And(result - day >= bounds[0], result - day <= bounds[1])
            # Near its ends, the calendar has no such day.
            ends = z3.Or(day + bounds[0] < 1, day + bounds[1] > LAST_ORDINAL, day < 1, day > LAST_ORDINAL)
            self.axioms.append(z3.Or(inside, z3.And(result == LAST_ORDINAL + 1, ends)))
        same = self._shifted.setdefault((unit, n), [])
        for before, then in same:
            # The later of two days stays the later one.
            orders = (z3.Implies(before <= day, then <= result), z3.Implies(day <= before, result <= then))
            self.axioms.extend(z3.Or(result > LAST_ORDINAL, then > LAST_ORDINAL, order) for order in orders)
        same.append((day, result))
        return result

    def _result(self, what: str, args: tuple[Any, ...], compute: Callable[..., Any], nowhere: int) -> tuple[Any, bool]:
        """The result of an operation, and whether it is new; the same of the same is one."""
        key = (what, *(arg.sexpr() for arg in args))
        known = self._results.get(key)
        if known is not None:
            return known, False
        made = z3.Real if what.startswith("real") else z3.Int
        result = self._results[key] = made(f"result!{len(self._results)}")
        self.applied.append(Applied(result, args, compute, nowhere))
        return result, True

    # -------------------------------------------------------------------------------------------------------- functions

    def _call(self, node: Call, site: Site, frame: Frame) -> Meant:
        args = [self.value(arg, site, frame) for arg in node.args]
        match node.name:
            case "is_set":
                return Meant(args[0].certain)
            case "is_in":
                return Meant(self.variables.is_in(node.of or "", frame.step))
            case "visited":
                return Meant(self.variables.visited(node.of or "", frame.step))
            case "tables":
                return self._table(node, args[0], site, frame)
            case "first_set":
                return self._first_set(node, args, site, frame)
        known = conj(*(arg.certain for arg in args))
        terms = [arg.term for arg in args]
        if any(term is None or isinstance(term, Span) for term in terms):
            return self.opaque(node, site, frame, *args)
        found = self._computed_of_known(node, terms)
        if found is not None:
            return Meant(found, known)
        unknown = self.opaque(node, site, frame, *args)
        if node.name == "days_in":
            self.axioms.append(unknown.term >= 0)
        return unknown

    def _computed_of_known(self, node: Call, terms: Sequence[Any]) -> Any:
        """The result of a function of values that are known; nothing where no formula tells it."""
        match node.name:
            case "min" | "max" if len(terms) > 1:
                return _extreme(node.name, terms)
            case "midpoint":
                return (terms[0] + terms[1]) / 2
            case "days_between":
                return terms[1] - terms[0]
            case "weeks_between":
                return (terms[1] - terms[0]) / 7
            case "overlap":
                common = _extreme("min", [terms[1], terms[3]]) - _extreme("max", [terms[0], terms[2]]) + 1
                return z3.If(common > 0, common, 0)
            case "business_days_between":
                return self._business_days(terms[0], terms[1])
        return None

    def _business_days(self, start: Any, end: Any) -> Any:
        def compute(one: int, other: int) -> int:
            return self.calendar.business_days_between(one, other)

        result, _ = self._result("between", (start, end), compute, 0)
        up = z3.And(result >= 0, result <= end - start)
        self.axioms.append(z3.If(end >= start, up, z3.And(result <= 0, result >= end - start)))
        return result

    def _first_set(self, node: Call, args: Sequence[Meant], site: Site, frame: Frame) -> Meant:
        terms = [arg.term for arg in args]
        if any(term is None or isinstance(term, Span) for term in terms):
            return self.opaque(node, site, frame)
        if any(z3.is_real(term) for term in terms):
            terms = [z3.ToReal(term) if z3.is_int(term) else term for term in terms]
        result = terms[-1]
        for arg, term in reversed([*zip(args, terms, strict=True)][:-1]):
            result = z3.If(arg.certain, term, result)
        return Meant(result, disj(*(arg.certain for arg in args)))

    def _table(self, node: Call, asked: Meant, site: Site, frame: Frame) -> Meant:
        table = self.program.model.tables[node.of or ""]
        kind = key_type(self.program.declared, next(iter(table.key.values())))
        rows = [(row_key(kind, key), _parsed(node.type, value)) for key, value in table.rows.items()]
        if asked.term is None or any(key is None or value is None for key, value in rows):
            return self.opaque(node, site, frame, asked)
        keys = [self.constant(key).term for key, _ in rows]
        values = [self.constant(value).term for _, value in rows]
        default = self.constant(_parsed(node.type, table.default)).term if table.default is not None else None
        if any(value is None or isinstance(value, Span) for value in values):
            return self.opaque(node, site, frame, asked)
        result = values[-1] if default is None else default
        for key, value in zip(keys, values, strict=True):
            result = z3.If(asked.term == key, value, result)
        listed = disj(*(asked.term == key for key in keys)) if default is None else TRUE
        return Meant(result, conj(asked.certain, listed))


def _parsed(kind: Type, raw: Any) -> Any:
    try:
        return parse_value(kind, raw)
    except ValueRefused:
        return None


def _extreme(name: str, terms: Sequence[Any]) -> Any:
    if any(z3.is_real(term) for term in terms):
        terms = [z3.ToReal(term) if z3.is_int(term) else term for term in terms]
    found = terms[0]
    for term in terms[1:]:
        found = z3.If(term < found if name == "min" else term > found, term, found)
    return found


def literal(value: Any) -> Any:
    """A value, as a term."""
    if isinstance(value, bool):
        return z3.BoolVal(value)
    return z3.IntVal(value) if isinstance(value, int) else z3.RealVal(str(value))


def value_of(model: Any, term: Any) -> Any:
    """The value that a model gives to a term."""
    found = model.eval(term, model_completion=True)
    if z3.is_int_value(found):
        return found.as_long()
    if z3.is_rational_value(found):
        return Decimal(found.numerator_as_long()) / Decimal(found.denominator_as_long())
    return z3.is_true(found)

"""How are two people judged as a pair? What must hold and what each part of a score is worth, as closures.

A test is split where it can be into cells: each says what it reads of the person sought, what it reads of the dyad that
waits, and how the two are put together. So a pool need not be judged pair by pair where many people are alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from dyade.flow.draft import Draft
from dyade.flow.guards import Compiled, CompiledEligible, CompiledGroup, CompiledLeaf
from dyade.flow.messages import Answered, Moved, Record
from dyade.flow.plan import Plan
from dyade.flow.reads import Binder
from dyade.program import model as m
from dyade.program.checks.matching import offered_as
from dyade.program.conditions.compile import Getter
from dyade.program.conditions.tree import Compare, Logic, Node, Not, Read, calls, reads
from dyade.program.conditions.types import BOOL, DURATION, EMPTY
from dyade.program.conditions.values import ValueRefused, parse_value
from dyade.program.data import Place
from dyade.program.names import Site

Known = Mapping[str, Any]
"""What is known of a person, as values, by name."""
NOTHING_KNOWN: Known = {}
OF_DYAD = frozenset(("is_in", "visited", "days_in"))
"""Functions that tell two dyads apart by more than what they read."""


class PairDraft(Draft):
    """A dyad that waits, beside somebody who is sought for it; `person` is who that is."""

    __slots__ = ("sought", "waiting", "waits")

    sought: Known
    waiting: Known
    waits: str | None
    """The person who waits."""


class Cell(NamedTuple):
    """A test that is computed for each pair of different readings."""

    near: tuple[Getter, ...]
    """What it reads of the person sought."""
    far: tuple[Getter, ...]
    """What it reads of the dyad that waits."""
    value: Getter
    apart: bool
    """Whether two dyads with the same readings may still differ."""


class Alike(NamedTuple):
    """Whether two readings, one of each side, are equal (or different)."""

    near: Getter
    far: Getter
    equal: bool


class Joined(NamedTuple):
    """Tests joined after Kleene: `all`, `any`, or `none` of them."""

    op: str
    tests: tuple[Test, ...]


Test = Cell | Alike | Joined


class Wanted(NamedTuple):
    """A clause of `hard`."""

    model: m.PairClause
    test: Test
    holds: Getter


class Part(NamedTuple):
    """A part of the score."""

    model: m.Score
    test: Test | None
    """Where it is a condition."""
    cell: Cell
    worth: Callable[[PairDraft], Decimal]


class PairPlan:
    """The matching of a program, made ready."""

    def __init__(self, plan: Plan) -> None:
        matching = plan.program.model.matching
        assert matching is not None
        self.plan = plan
        self.model = matching
        self.sought, self.waiting = matching.roles
        self.states = tuple(plan.graph.path(reference) for reference in matching.in_)
        binder = PairBinder(plan, Site(states=self.states, pair=(self.sought, self.waiting)))
        self.eligible = plan.eligible[self.sought]
        self.fit = _of_guard(plan, self.eligible.group)
        self.wanted = tuple(
            Wanted(clause, _split(binder, node), _noted(plan, ("matching", "hard", i), binder.condition(node)))
            for i, clause in enumerate(matching.hard)
            for node in [_node(plan, ("matching", "hard", i, "when"))]
        )
        self.score = tuple(
            _part(binder, part, _node(plan, ("matching", "score", i, "value"))) for i, part in enumerate(matching.score)
        )

    def known(self, role: str, raw: Mapping[str, Any]) -> Known:
        """What is known of a person for a role, read as the program says; what does not fit is unknown."""
        data = self.plan.program.data
        found: dict[str, Any] = {}
        for kind in ("roles", "enrolments"):
            for path, datum in data.items():
                if path[:2] == (kind, role) and path[2] in raw:
                    try:
                        found[path[2]] = parse_value(datum.type, raw[path[2]], nullable=datum.nullable)
                    except ValueRefused:
                        continue
                elif path[:2] == (kind, role) and datum.default is not None:
                    found[path[2]] = datum.default
        return found

    def is_waiting(self, draft: Draft) -> bool:
        """Whether a dyad waits for somebody."""
        return any(map(draft.is_in, self.states)) and not draft.holdings.get(self.sought) and not draft.is_final

    def worth(self, draft: PairDraft) -> tuple[tuple[Part, Decimal], ...]:
        """What each part of the score gives, its weight counted."""
        return tuple((part, part.worth(draft) * _decimal(part.model.weight)) for part in self.score)

    def blocked(self, draft: PairDraft) -> tuple[m.PairClause, ...]:
        """The clauses of `hard` that do not hold, or that cannot be computed."""
        return tuple(one.model for one in self.wanted if one.holds(draft) is not True)


class PairBinder(Binder):
    """Binds what is read of a pair; the rest is read of the dyad."""

    def read(self, read: Read) -> Getter:
        assert self.site.pair is not None
        head = read.parts[0]
        if head not in self.site.pair:
            return super().read(read)
        name = read.parts[1] if len(read.parts) > 1 else "id"
        empty = EMPTY if read.nullable else None
        if head == self.site.pair[0]:
            if name in ("id", "name"):
                return lambda d: d.person
            return lambda d: empty if (found := d.sought.get(name)) is None else found
        if name in ("id", "name"):
            return lambda d: d.waits
        return lambda d: empty if (found := d.waiting.get(name)) is None else found


def beside(draft: PairDraft, person: str, known: Known) -> PairDraft:
    """The same dyad, beside another person."""
    draft.person, draft.sought = person, known
    return draft


def declined(plan: PairPlan, records: Iterable[Record]) -> frozenset[str]:
    """Who was offered, or assigned, to a dyad that waits again."""
    model = plan.plan.program.model
    rule = next((one for one in model.transitions if one.id == plan.model.offer), None)
    name = offered_as(model, rule) if rule is not None else None
    found = set()
    for record in records:
        if isinstance(record, Answered) and record.role == plan.sought and not record.accepted:
            found.add(record.person)
        elif isinstance(record, Moved) and record.transition == plan.model.offer and name is not None:
            found.add(str(record.input.get(name)))
    return frozenset(found)


def fits(plan: PairPlan, draft: PairDraft) -> bool:
    """Whether the clauses of the role hold for the person sought."""
    return plan.eligible.opens(draft)


# ----------------------------------------------------------------------------------------------------------- splitting


def _node(plan: Plan, place: Place) -> Node:
    node = plan.program.node(place)
    assert node is not None, place
    return node


def _noted(plan: Plan, place: Place, test: Getter) -> Getter:
    return test if plan.answers is None else plan.answers.noting_at(place, test)


def _part(binder: PairBinder, part: m.Score, node: Node) -> Part:
    value = binder.condition(node)
    cell = _cell(binder, node, value)
    if node.type == BOOL:
        return Part(part, _split(binder, node), cell, lambda d: Decimal(1) if value(d) is True else Decimal(0))

    def worth(draft: PairDraft) -> Decimal:
        found = value(draft)
        return Decimal(0) if found is None else _decimal(found)

    return Part(part, None, cell, worth)


def _decimal(number: int | Decimal) -> Decimal:
    return number if isinstance(number, Decimal) else Decimal(number)


def _is_near(read: Read, site: Site) -> bool:
    return read.parts[0] == (site.pair[0] if site.pair is not None else "person")


def _split(binder: Binder, node: Node) -> Test:
    """A condition in cells: whatever joins them is joined after."""
    match node:
        case Logic():
            return Joined("all" if node.op == "and" else "any", tuple(_split(binder, item) for item in node.items))
        case Not():
            return Joined("none", (_split(binder, node.item),))
        case Compare(op="==" | "!="):
            sides = [_sides(binder, side) for side in (node.left, node.right)]
            if sides in ([{True}, {False}], [{False}, {True}]) and DURATION not in (node.left.type, node.right.type):
                near, far = (node.left, node.right) if sides[0] == {True} else (node.right, node.left)
                if not any(call.name in OF_DYAD for call in calls(node)):
                    return Alike(binder.value(near), binder.value(far), node.op == "==")
    return _cell(binder, node, binder.condition(node))


def _sides(binder: Binder, node: Node) -> set[bool]:
    """Of whom it reads: `True` for the person sought, `False` for the dyad that waits."""
    return {_is_near(read, binder.site) for read in reads(node) if read.constant is None}


def _cell(binder: Binder, node: Node, value: Getter) -> Cell:
    near: list[Getter] = []
    far: list[Getter] = []
    for read in reads(node):
        if read.constant is None:
            (near if _is_near(read, binder.site) else far).append(binder.read(read))
    return Cell(tuple(near), tuple(far), value, any(call.name in OF_DYAD for call in calls(node)))


def _of_guard(plan: Plan, compiled: Compiled) -> Test:
    """The clauses of a role in cells; those about somebody else are told apart dyad by dyad."""
    match compiled:
        case CompiledLeaf():
            return _split(Binder(plan, compiled.leaf.site), compiled.leaf.when)
        case CompiledGroup():
            return Joined(compiled.op, tuple(_of_guard(plan, item) for item in compiled.musts))
        case CompiledEligible():
            return Cell((_who,), (), lambda d: compiled.verdict(d, frozenset()), apart=True)


def _who(draft: Draft) -> str | None:
    """Whatever somebody else's clauses may read of the person sought: who they are."""
    return draft.person

"""A guard against a draft: yes, no or unknown for every clause, and whether the whole of it lets one pass.

Nothing short-circuits where people are told; where only the verdict counts, the closures decide, and words are made
from the same clauses afterwards. A tree follows Kleene; `should` clauses never count in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from dyade.flow.draft import Draft
from dyade.flow.reads import Binder
from dyade.program.typed import Eligible, Group, Guard, Leaf, leaves

if TYPE_CHECKING:
    from dyade.flow.plan import Plan

Test = Callable[[Draft], "bool | None"]
Waived = frozenset[str]
NONE_WAIVED: Waived = frozenset()


class Judged(NamedTuple):
    """One clause, judged; `depth` and `op` draw the tree around it (a row with an `op` is the head of a group)."""

    leaf: Leaf | None
    verdict: bool | None
    waived: bool
    depth: int
    op: str
    person: str | None
    """Whom an eligibility clause is about."""
    under_none: bool = False
    node: Guard | None = None


class CompiledLeaf:
    """A clause and its closure."""

    __slots__ = ("leaf", "test")

    def __init__(self, leaf: Leaf, test: Test) -> None:
        self.leaf = leaf
        self.test = test

    def verdict(self, draft: Draft, waived: Waived, wanted: bool = True) -> bool | None:
        """Yes, no or unknown; a waived clause is what is wanted of it: no under `none`, else yes."""
        return wanted if self.leaf.id in waived else self.test(draft)

    def judge(self, draft: Draft, waived: Waived, depth: int, under_none: bool) -> Iterator[Judged]:
        """The clause, told."""
        verdict, lifted = self.test(draft), self.leaf.id in waived
        lifted = lifted and verdict is not (not under_none)
        yield Judged(self.leaf, verdict, lifted, depth, "", draft.person, under_none, self.leaf)


class CompiledGroup:
    """`all`, `any` or `none` of several."""

    __slots__ = ("items", "musts", "node", "op")

    def __init__(self, op: str, items: tuple[Compiled, ...], node: Group) -> None:
        self.op = op
        self.items = items
        self.musts = tuple(item for item in items if not _advises(item))
        self.node = node

    def verdict(self, draft: Draft, waived: Waived, wanted: bool = True) -> bool | None:
        """After Kleene: `none` is yes when each is no."""
        wanted = wanted is not (self.op == "none")
        verdicts = [item.verdict(draft, waived, wanted) for item in self.musts]
        if self.op == "all":
            return False if False in verdicts else None if None in verdicts else True
        found = True if True in verdicts else None if None in verdicts else False
        return found if self.op == "any" else None if found is None else not found

    def judge(self, draft: Draft, waived: Waived, depth: int, under_none: bool) -> Iterator[Judged]:
        """The head of the group, then its clauses."""
        inside = depth
        if self.op != "all" or depth:
            verdict = self.verdict(draft, waived, not under_none)
            yield Judged(None, verdict, False, depth, self.op, None, under_none, self.node)
            inside += 1
        for item in self.items:
            yield from item.judge(draft, waived, inside, under_none is not (self.op == "none"))


class CompiledEligible:
    """A role's clauses, for every holder or for one person."""

    __slots__ = ("group", "node", "person", "role")

    def __init__(self, role: str, person: Callable[[Draft], Any] | None, group: CompiledGroup, node: Eligible) -> None:
        self.role = role
        self.person = person
        self.group = group
        self.node = node

    def _persons(self, draft: Draft) -> tuple[str, ...]:
        if self.person is None:
            return draft.holders(self.role)
        found = self.person(draft)
        return (found,) if isinstance(found, str) else ()

    def verdict(self, draft: Draft, waived: Waived, wanted: bool = True) -> bool | None:
        """Yes for each person; unknown while there is nobody to judge."""
        persons = self._persons(draft)
        if not persons:
            return None if self.group.items else True
        verdicts = [self._about(draft, person, waived, wanted) for person in persons]
        return False if False in verdicts else None if None in verdicts else True

    def _about(self, draft: Draft, person: str, waived: Waived, wanted: bool) -> bool | None:
        before = draft.person, draft.person_role
        draft.person, draft.person_role = person, self.role
        verdict = self.group.verdict(draft, waived, wanted)
        draft.person, draft.person_role = before
        return verdict

    def judge(self, draft: Draft, waived: Waived, depth: int, under_none: bool) -> Iterator[Judged]:
        """The role's clauses, person by person."""
        persons = self._persons(draft)
        if not persons:
            yield Judged(None, self.verdict(draft, waived), False, depth, "eligible", None, under_none, self.node)
            return
        for person in persons:
            before = draft.person, draft.person_role
            draft.person, draft.person_role = person, self.role
            for item in self.group.items:
                yield from list(item.judge(draft, waived, depth, under_none))
            draft.person, draft.person_role = before


Compiled = CompiledLeaf | CompiledGroup | CompiledEligible


class CompiledGuard:
    """The guard of one rule."""

    __slots__ = ("advices", "clauses", "group", "has_musts", "tests", "waivable")

    def __init__(self, group: CompiledGroup, node: Group) -> None:
        self.group = group
        self.clauses = tuple(leaves(node))
        self.waivable = {leaf.id: tuple(leaf.clause.waivable_by) for leaf in self.clauses if leaf.clause.waivable_by}
        musts = group.musts
        self.has_musts = bool(musts)
        flat = all(isinstance(item, CompiledLeaf) for item in musts)
        self.tests: tuple[Test, ...] | None = (
            tuple(i.test for i in musts if isinstance(i, CompiledLeaf)) if flat else None
        )
        self.advices = tuple(_advices(group))

    def opens(self, draft: Draft, waived: Waived = NONE_WAIVED) -> bool:
        """Whether every `must` is yes or waived."""
        if self.tests is not None and not waived:
            for test in self.tests:  # noqa: SIM110 (a generator would cost as much as the tests)
                if test(draft) is not True:
                    return False
            return True
        return self.group.verdict(draft, waived) is True

    def advice(self, draft: Draft) -> tuple[str, ...]:
        """The `should` clauses that do not hold."""
        return tuple([judged.leaf.id for judged in self.advised(draft) if judged.leaf]) if self.advices else ()

    def advised(self, draft: Draft) -> list[Judged]:
        """The `should` clauses that do not hold, judged."""
        if not self.advices:
            return []
        rows = (row for row in self.judge(draft) if row.leaf is not None and not row.leaf.must)
        return [row for row in rows if row.verdict is row.under_none or row.verdict is None]

    def judge(self, draft: Draft, waived: Waived = NONE_WAIVED) -> list[Judged]:
        """Every clause, judged, in order."""
        return list(self.group.judge(draft, waived, 0, False))

    def blocking(self, draft: Draft, waived: Waived = NONE_WAIVED) -> list[Judged]:
        """The clauses that stand in the way: those of the items that are not yes."""
        if not self.has_musts:
            return []
        rows: list[Judged] = []
        for item in self.group.musts:
            if item.verdict(draft, waived) is not True:
                rows += [row for row in item.judge(draft, waived, 0, False) if _blocks(row)]
        return rows


def _blocks(row: Judged) -> bool:
    if row.leaf is None:
        return row.op == "eligible"
    return row.leaf.must and not row.waived and (row.verdict is None or row.verdict is row.under_none)


def _advises(item: Compiled) -> bool:
    """Whether an item only advises: a `should` clause, or a group of nothing else."""
    match item:
        case CompiledLeaf():
            return not item.leaf.must
        case CompiledGroup():
            return not item.musts
        case CompiledEligible():
            return False


def _advices(item: Compiled) -> Iterator[CompiledLeaf]:
    match item:
        case CompiledLeaf():
            if not item.leaf.must:
                yield item
        case CompiledGroup():
            for inner in item.items:
                yield from _advices(inner)
        case CompiledEligible():
            yield from _advices(item.group)


def compile_guard(plan: Plan, node: Group) -> CompiledGuard:
    """Build the closures of a guard."""
    return CompiledGuard(_group(plan, node), node)


def _compiled(plan: Plan, node: Guard) -> Compiled:
    match node:
        case Leaf():
            test = Binder(plan, node.site).condition(node.when)
            return CompiledLeaf(node, test if plan.answers is None else plan.answers.noting(node, test))
        case Group():
            return _group(plan, node)
        case Eligible():
            person = None
            if node.person is not None:
                person = Binder(plan, node.site).value(node.person)
            return CompiledEligible(node.role, person, _group(plan, node.guard), node)


def _group(plan: Plan, node: Group) -> CompiledGroup:
    return CompiledGroup(node.op, tuple(_compiled(plan, item) for item in node.items), node)

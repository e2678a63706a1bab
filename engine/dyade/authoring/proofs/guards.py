"""When does a guard let one pass, as a formula? As the engine judges it: what advises never counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import z3

from dyade.authoring.proofs.encoding import Encoding, Holder
from dyade.authoring.proofs.meaning import FALSE, TRUE, Meant, conj, disj, truth
from dyade.authoring.proofs.variables import Frame
from dyade.program.conditions.tree import Read
from dyade.program.conditions.types import Person
from dyade.program.names import Site
from dyade.program.typed import Eligible, Group, Guard, Leaf, leaves


class Guards:
    """Formulas of guards; where clauses may be lifted (`lifted`), those that somebody may lift are open."""

    def __init__(self, encoding: Encoding, *, lifted: bool) -> None:
        self.encoding = encoding
        self.lifted = lifted
        self._free: dict[int, Any] = {}

    def opens(self, guard: Guard, frame: Frame) -> Any:
        """That every `must` is yes."""
        return self.judged(guard, frame).yes

    def each(self, group: Group, frame: Frame) -> Iterator[tuple[Guard, Any]]:
        """What a guard asks for, one by one."""
        for item in group.items:
            if counts(item):
                yield item, self.opens(item, frame)

    def judged(self, guard: Guard, frame: Frame) -> Meant:
        """Yes, no or unknown, after Kleene."""
        if isinstance(guard, Leaf):
            return self._clause(guard, frame)
        if isinstance(guard, Eligible):
            return self._eligible(guard, frame)
        parts = [self.judged(item, frame) for item in guard.items if counts(item)]
        yes, no = [part.yes for part in parts], [part.no for part in parts]
        match guard.op:
            case "all":
                return truth(conj(*yes), disj(*no))
            case "any":
                return truth(disj(*yes), conj(*no))
        return truth(conj(*no), disj(*yes))

    def _clause(self, leaf: Leaf, frame: Frame) -> Meant:
        found = self.encoding.condition(leaf.when, leaf.site, frame)
        if not self.lifted or not leaf.clause.waivable_by:
            return found
        free = self._free.setdefault(id(leaf), z3.Bool(f"lifted!{len(self._free)}"))
        return truth(disj(found.yes, free), disj(found.no, z3.Not(free)))

    def _eligible(self, guard: Eligible, frame: Frame) -> Meant:
        """The clauses of a role, for somebody who holds it: what is asked of each is asked of that one."""
        encoding, before = self.encoding, self.encoding.holder
        model = encoding.program.model.roles[guard.role]
        alone = model.count.max == 1 and model.scope == "dyad" and guard.person is None
        if guard.person is not None:
            person = encoding.value(guard.person, guard.site, frame)
        else:
            read = Read(parts=("roles", guard.role, "id") if alone else ("person",), type=Person(guard.role))
            person = encoding.variables.of(read, Site(person=guard.role), frame)
        encoding.holder = Holder(Meant(person.term, person.certain), guard.role, alone)
        found = self.judged(guard.guard, frame)
        encoding.holder = before
        if not guard.guard.items:
            return Meant(TRUE) if guard.person is None else truth(person.certain, FALSE)
        return truth(conj(found.yes, person.certain), conj(found.no, person.certain))


def counts(guard: Guard) -> bool:
    """Whether an item is more than advice."""
    if isinstance(guard, Leaf):
        return guard.must
    return isinstance(guard, Eligible) or any(counts(item) for item in guard.items)


def name_of(guard: Guard) -> str:
    """What an item is called where it is told."""
    if isinstance(guard, Leaf):
        return guard.id
    if isinstance(guard, Eligible):
        return guard.role
    return next((leaf.id for leaf in leaves(guard)), guard.op)

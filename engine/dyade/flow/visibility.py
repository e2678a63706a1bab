"""Who may see what, and what follows from it? The strictest wins, and nothing derived from data is shown to someone who
may not see the data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dyade.flow.draft import Draft
from dyade.program.conditions.tree import Node, Read, reads
from dyade.program.typed import Leaf

if TYPE_CHECKING:
    from dyade.flow.plan import Plan

Roles = frozenset[str]


class Reader:
    """Someone who reads about a dyad; without a person, the operator of the store, who sees what nothing narrows."""

    __slots__ = ("draft", "everything", "person", "roles")

    def __init__(self, draft: Draft, person: str | None, *, everything: bool = False) -> None:
        self.draft = draft
        self.person = person
        self.roles = frozenset(draft.roles_of(person)) if person else frozenset()
        self.everything = everything
        """The engine itself, where nothing is shown to anybody."""

    def sees(self, roles: Roles | None) -> bool:
        """Whether this reader is among those who see; `None` where nothing narrows."""
        if roles is None or self.everything:
            return self.person is None or self.everything or self._takes_part()
        return bool(self.roles & roles)

    def _takes_part(self) -> bool:
        default = self.draft.plan.default_visibility
        return bool(self.roles & default) if default is not None else bool(self.roles)

    def sees_read(self, read: Read) -> bool:
        """Whether this reader may see what a condition reads."""
        return all(self.sees(roles) for roles in audiences(self.draft.plan, read.parts))

    def sees_node(self, node: Node) -> bool:
        """Whether this reader may see everything that a condition reads."""
        return all(self.sees_read(read) for read in reads(node))

    def sees_clause(self, leaf: Leaf) -> bool:
        """Whether this reader may be told about a clause."""
        return self.sees_node(leaf.when)

    def sees_form(self, form: str) -> bool:
        """Whether this reader sees the entries of a form."""
        return self.sees(_as_roles(self.draft.plan.program.model.forms[form].visibility))

    def sees_datum(self, path: tuple[str, ...]) -> bool:
        """Whether this reader sees one datum."""
        around = path[0] != "forms" or self.sees_form(path[1])
        return around and self.sees(_as_roles(self.draft.plan.program.data[path].model.visibility))

    def sees_transition(self, transition: str, author: str | None = None) -> bool:
        """Whether this reader sees that a transition happened."""
        listed = self.draft.plan.rules[transition].model.visibility
        if listed is None:
            return self.sees(None)
        return self.everything or ("author" in listed and author == self.person) or bool(self.roles & frozenset(listed))


def audiences(plan: Plan, parts: tuple[str, ...]) -> tuple[Roles | None, ...]:
    """The audiences that one must belong to, all of them, to see what a read says."""
    match parts:
        case ("fields", name, *_):
            found = _of_datum(plan, ("fields", name))
            node = plan.program.node(("fields", name, "formula"))
            inner = [a for read in reads(node) for a in audiences(plan, read.parts)] if node is not None else []
            return (*found, *inner)
        case ("forms", form, "last", name, *_):
            return (*_of_form(plan, form), *_of_datum(plan, ("forms", form, name)))
        case ("forms", form, name, *_):
            return (*_of_form(plan, form), *_of_aggregate(plan, form, name))
        case ("roles", role, name, *_):
            return _of_datum(plan, ("roles", role, name))
        case ("deadlines", name, *_):
            node = plan.program.node(("deadlines", name, "at"))
            return tuple(a for read in reads(node) for a in audiences(plan, read.parts)) if node is not None else ()
    return ()


def _of_datum(plan: Plan, path: tuple[str, ...]) -> tuple[Roles | None, ...]:
    datum = plan.program.data.get(path)
    return (_as_roles(datum.model.visibility),) if datum is not None else ()


def _of_form(plan: Plan, form: str) -> tuple[Roles | None, ...]:
    return (_as_roles(plan.program.model.forms[form].visibility),)


def _of_aggregate(plan: Plan, form: str, name: str) -> tuple[Roles | None, ...]:
    aggregate = plan.program.model.forms[form].aggregates.get(name)
    if aggregate is None:
        return ()
    datum = aggregate.sum or aggregate.min or aggregate.max or aggregate.count_distinct
    found = _of_datum(plan, ("forms", form, datum)) if datum else ()
    node = plan.program.node(("forms", form, "aggregates", name, "where"))
    inner = [p for read in reads(node) if read.parts[0] == "entry" for p in _of_datum(plan, ("forms", form, read.parts[1]))] if node is not None else []
    return (*found, *inner)


def _as_roles(listed: list[str] | None) -> Roles | None:
    return frozenset(listed) if listed is not None else None

"""Where would something be touched, and by what? The states, transitions, forms, fields and people that it hangs on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dyade.authoring import coverage as k
from dyade.flow.plan import Plan
from dyade.program.conditions.tree import Node, Read, reads
from dyade.program.program import Program
from dyade.program.typed import leaves


class Aim(NamedTuple):
    """What to try, and where, to touch one item; nothing where anything may be tried anywhere."""

    leaves: frozenset[str] = frozenset()
    rules: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()


class Aims:
    """Aims at the items of one program."""

    def __init__(self, program: Program, plan: Plan) -> None:
        self.program = program
        self.plan = plan

    def at(self, item: k.Item) -> Aim:
        """The aim for an item."""
        model = self.program.model
        match item.path:
            case ("transitions", int(index), *_):
                return self._rule(model.transitions[index].id, item)
            case ("forms", str(form), *_) if form in self.plan.forms:
                return self._form(form, item)
            case ("reminders", int(index), *_):
                reminder = self.plan.reminders[index]
                return self._read(item, Aim(leaves=self._inside(reminder.states)))
            case ("roles", str(role), *_):
                return self._role(role, item)
            case ("clauses", str(clause), *_):
                using = [
                    rule.id for rule in self.plan.rules.values() if any(c.id == clause for c in rule.guard.clauses)
                ]
                sources = frozenset(leaf for name in using for leaf in self.plan.rules[name].sources)
                return self._read(item, Aim(leaves=sources, rules=tuple(using)))
            case ("deadlines", str(name)):
                states = tuple(map(self.plan.graph.path, model.deadlines[name].while_ or ()))
                return Aim(leaves=self._inside(states))
            case ("series", str(name)):
                return Aim(leaves=self._inside(tuple(map(self.plan.graph.path, model.series[name].within))))
            case ("quotas", str(name)):
                rules = tuple(model.quotas[name].reserve_on)
                return Aim(frozenset(leaf for one in rules for leaf in self.plan.rules[one].sources), rules)
            case ("certificates", str(name), *_):
                rules = tuple(t.id for t in model.transitions if any(e.certificate == name for e in t.effects))
                return self._read(item, Aim(frozenset(s for r in rules for s in self.plan.rules[r].sources), rules))
        return self._read(item, Aim())

    def _rule(self, name: str, item: k.Item) -> Aim:
        rule = self.plan.rules[name]
        aim = Aim(frozenset(rule.sources), (name,) if rule.roles else ())
        if item.kind == "transition":
            for clause in rule.guard.clauses:
                aim = _with(aim, reads(clause.when))
            return aim
        return self._read(item, aim)

    def _form(self, name: str, item: k.Item) -> Aim:
        form = self.plan.forms[name]
        return self._read(item, Aim(leaves=self._inside(form.states), forms=(name,)))

    def _role(self, role: str, item: k.Item) -> Aim:
        """People are judged where they are assigned, and by the transitions that ask for them to be eligible."""
        rules = [
            rule
            for rule in self.plan.rules.values()
            if any(leaf.place[:2] == ("roles", role) for leaf in rule.guard.clauses)
        ]
        aim = Aim(frozenset(leaf for rule in rules for leaf in rule.sources), tuple(r.id for r in rules if r.roles))
        return self._read(item, aim._replace(roles=(role,)))

    def _read(self, item: k.Item, aim: Aim) -> Aim:
        """The same, with what the condition of the item reads."""
        for node in self._nodes(item):
            aim = _with(aim, reads(node))
        return aim

    def _nodes(self, item: k.Item) -> Iterator[Node]:
        for guard in self.program.typed.guards.values():
            for leaf in leaves(guard):
                if leaf.place == item.path:
                    yield leaf.when
                    return
        node = self.program.node(item.path)
        if node is not None:
            yield node

    def _inside(self, states: tuple[str, ...]) -> frozenset[str]:
        return frozenset(leaf for state in states if state for leaf in self.plan.graph.leaves(state))


def _with(aim: Aim, found: tuple[Read, ...]) -> Aim:
    """The same, with what some reads are about."""
    names: dict[str, list[str]] = {"forms": [*aim.forms], "fields": [*aim.fields], "roles": [*aim.roles]}
    for read in found:
        head, *rest = read.parts
        if head in names and rest and rest[0] not in names[head]:
            names[head].append(rest[0])
    forms, fields, roles = map(tuple, names.values())
    return Aim(aim.leaves, aim.rules, forms, fields, roles)

"""Which guards never open, and which clauses ask for nothing that the others do not? S001, S005."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dyade.authoring.proofs.guards import Guards
from dyade.authoring.proofs.inquiry import NOW, Inquiry
from dyade.authoring.proofs.meaning import neg
from dyade.program.checks.ground import Path
from dyade.program.typed import Group, Leaf, leaves


class Asked(NamedTuple):
    """A guard, and what it guards."""

    place: Path
    name: str
    group: Group
    states: tuple[str, ...]
    number: int
    """The number of the transition, -1 for a step."""


def asked(inquiry: Inquiry) -> Iterator[Asked]:
    """The guards of transitions and of steps."""
    model, program = inquiry.program.model, inquiry.program
    for i, transition in enumerate(model.transitions):
        states = program.typed.transition_site(transition).states
        yield Asked(("transitions", i, "id"), transition.id, program.guard(("transitions", i, "guard")), states, i)
    for name, form in model.forms.items():
        for i, step in enumerate(form.steps):
            place: Path = ("forms", name, "steps", i)
            yield Asked((*place, "id"), step.id, program.guard((*place, "guard")), (), -1)


def check(inquiry: Inquiry) -> None:
    """Look at each guard."""
    for one in asked(inquiry):
        if any(leaf.must for leaf in leaves(one.group)):
            if _closed(inquiry, one):
                inquiry.closed.add(one.number)
            else:
                _redundant(inquiry, one)


def _closed(inquiry: Inquiry, one: Asked) -> bool:
    encoding = inquiry.new()
    guards = Guards(encoding, lifted=True)
    items = dict(enumerate(guards.each(one.group, NOW)))
    named = {f"{at}": formula for at, (_, formula) in items.items()}
    formulas = [inquiry.known(encoding)]
    if one.states:
        formulas.append(encoding.variables.standing(one.states, ""))
    core = inquiry.core(encoding, formulas, named)
    if not core:
        return False
    wrong = [items[int(at)][0] for at in core]
    if all(isinstance(item, Leaf) and inquiry.is_told((*item.place, "when"), "E107") for item in wrong):
        return True
    places = [place for item in wrong if (place := inquiry.place(item))]
    related = [(inquiry.ground.tree.place(place), "related.clause") for place in places]
    told = inquiry.clauses(wrong)
    inquiry.tell("S001", one.place, name=one.name, clauses=told, n=len(wrong), related=related)
    return True


def _redundant(inquiry: Inquiry, one: Asked) -> None:
    """Tell the clauses that cannot fail where all the others hold; of two that say the same, the later one."""
    kept = [item for item in one.group.items if isinstance(item, Leaf) and item.must and not item.clause.waivable_by]
    for item in reversed(list(kept)):
        others = [other for other in kept if other is not item]
        if not others:
            return
        encoding = inquiry.new()
        guards = Guards(encoding, lifted=False)
        named = {f"{at}": guards.opens(other, NOW) for at, other in enumerate(others)}
        core = inquiry.core(encoding, [neg(guards.opens(item, NOW))], named)
        if core:
            kept = others
            names = inquiry.words.listed((others[int(at)].id for at in core), "and")
            inquiry.tell("S005", (*item.place, "when"), name=item.id, others=names, n=len(core))

"""Which forms accept nothing, and which pairs can never be proposed? S011, S012."""

from __future__ import annotations

from dyade.authoring.proofs.guards import Guards
from dyade.authoring.proofs.inquiry import NOW, Inquiry
from dyade.authoring.proofs.variables import Variable
from dyade.program.diagnostics import Passage
from dyade.program.typed import leaves


def check(inquiry: Inquiry) -> None:
    """Look at each form, then at what pairs must have."""
    for name in inquiry.program.model.forms:
        _form(inquiry, name)
    _pairs(inquiry)


def _form(inquiry: Inquiry, name: str) -> None:
    """Whether some entry would be valid, in the states where the form is filled."""
    program = inquiry.program
    group = program.guard(("forms", name, "valid"))
    if not any(leaf.must for leaf in leaves(group)):
        return
    states = tuple(inquiry.ground.states(program.model.forms[name].available_in))
    encoding = inquiry.new()
    items = [*Guards(encoding, lifted=True).each(group, NOW)]
    named = {f"{at}": formula for at, (_, formula) in enumerate(items)}
    # What is asked for within bounds may contradict the clauses: `min` and `max` are among what is certain.
    formulas = [inquiry.known(encoding), *([encoding.variables.standing(states, "")] if states else [])]
    core = inquiry.core(encoding, formulas, named)
    if not core:
        return
    wrong = [items[int(at)][0] for at in core]
    places = [place for item in wrong if (place := inquiry.place(item))]
    related = [(inquiry.ground.tree.place(place), "related.clause") for place in places]
    told = inquiry.clauses(wrong)
    bounds = [bound for made in encoding.variables.made.values() if (bound := _bounded(inquiry, made, name))]
    about = {"variant": "bounds", "bounds": Passage("; ".join(bounds))} if bounds else {}
    inquiry.tell("S011", ("forms", name), at_key=True, name=name, clauses=told, n=len(wrong), related=related, **about)


def _bounded(inquiry: Inquiry, made: Variable, form: str) -> str:
    """The bounds of a datum of the form, where it has some."""
    datum = inquiry.program.data.get(("forms", form, made.read.parts[-1])) if made.read.parts[0] == "form" else None
    if datum is None:
        return ""
    told = [f"{key}: {bound}" for key in ("min", "max") if (bound := getattr(datum.model, key)) is not None]
    return f"{made.read.parts[-1]} ({', '.join(told)})" if told else ""


def _pairs(inquiry: Inquiry) -> None:
    """Whether two people could have all that a pair must have."""
    program = inquiry.program
    matching = program.model.matching
    if matching is None or not matching.hard:
        return
    encoding = inquiry.new()
    named = {}
    for i in range(len(matching.hard)):
        place = ("matching", "hard", i, "when")
        named[f"{i}"] = encoding.condition(program.typed.nodes[place], program.site(place), NOW).yes
    core = inquiry.core(encoding, [inquiry.known(encoding)], named)
    if core:
        wrong = [matching.hard[int(at)] for at in core]
        told = Passage(inquiry.words.listed((clause.id for clause in wrong), "and"))
        related = [(inquiry.ground.tree.place(("matching", "hard", int(at), "id")), "related.clause") for at in core]
        inquiry.tell("S012", ("matching", "hard"), at_key=True, clauses=told, n=len(wrong), related=related)

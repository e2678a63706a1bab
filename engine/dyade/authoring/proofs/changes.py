"""What may change the fields of a dyad, and what stays true of them through all of it?

What a form asks of its entries is true of the fields that it sets, as long as no other rule breaks it. What a form sets
is taken not to be given by whoever starts a dyad.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import z3

from dyade.authoring.proofs.encoding import Encoding
from dyade.authoring.proofs.guards import Guards
from dyade.authoring.proofs.meaning import FALSE, TRUE, Meant, Span, alike, conj, disj, neg, variable
from dyade.authoring.proofs.variables import Frame
from dyade.program import model as m
from dyade.program.checks.guards import required
from dyade.program.conditions.tree import (
    Arith,
    Call,
    Compare,
    Const,
    ListNode,
    Logic,
    Node,
    Not,
    Read,
    ReadNode,
    calls,
    reads,
)
from dyade.program.data import Place
from dyade.program.names import Site, SiteScope
from dyade.program.program import Program

OF_THE_STATE = frozenset(("is_in", "visited", "days_in"))
"""Functions whose answer depends on where a dyad stands."""
MOST = 24
"""Facts that are tried about one program."""


Ask = Callable[[Encoding, list[Any]], "bool | None"]


class Change(NamedTuple):
    """Something that may change fields."""

    kind: str
    """`form`, `step`, `transition`, `enter`, `set`."""
    id: str
    place: Place
    fields: frozenset[str]
    """Those that it may change."""
    states: tuple[str, ...]
    refused: bool
    """Whether somebody is refused where it would break an invariant."""
    happens: Callable[[Encoding, Frame], tuple[Any, Frame]]
    """That it can happen, and how things are afterwards."""


class Fact(NamedTuple):
    """Something that is never false of the fields."""

    node: Node
    site: Site


def changes(program: Program) -> Iterator[Change]:
    """Whatever may change the fields of a dyad."""
    model = program.model
    for name, form in model.forms.items():
        if form.sets:
            states = _paths(program, form.available_in)
            fields = frozenset(form.sets.values())
            yield Change("form", name, ("forms", name, "sets"), fields, states, True, _form(program, name))
        for i, step in enumerate(form.steps):
            place: Place = ("forms", name, "steps", i)
            if fields := _set_by(step.effects):
                made = _ruled(program, (*place, "guard"), (*place, "effects"), step.effects, Site())
                yield Change("step", f"{name}.{step.id}", place, fields, (), True, made)
    for i, transition in enumerate(model.transitions):
        place = ("transitions", i)
        site = program.typed.transition_site(transition)
        made = _ruled(program, (*place, "guard"), (*place, "effects"), transition.effects, site)
        refused = transition.after is None and transition.at is None
        fields = _set_by(transition.effects)
        yield Change("transition", transition.id, place, fields, site.states, refused, made)
    for path, node in program.graph.nodes.items():
        if fields := _set_by(node.model.on_enter):
            made = _ruled(program, None, (*node.place, "on_enter"), node.model.on_enter, Site(states=(path,)))
            yield Change("enter", path, (*node.place, "on_enter"), fields, (), True, made)
    for name, field in model.fields.items():
        if field.set_by or any(name in migration.fields for migration in model.migrations):
            yield Change("set", name, ("fields", name), frozenset((name,)), (), True, _given(program, name))


def _paths(program: Program, references: Sequence[str]) -> tuple[str, ...]:
    if "any" in references and "any" not in program.graph.nodes:
        return ("",)
    return tuple(program.graph.path(reference) for reference in references)


def _set_by(effects: Sequence[m.Effect]) -> frozenset[str]:
    return frozenset(name for effect in effects for name in (*(effect.set or ()), *(effect.clear or ())))


def field_read(program: Program, name: str) -> Read:
    """The read of a field."""
    found = SiteScope(program.declared, Site()).resolve(("fields", name))
    assert isinstance(found, Read)
    return found


# ------------------------------------------------------------------------------------------------------- what each does


def _form(program: Program, name: str) -> Callable[[Encoding, Frame], tuple[Any, Frame]]:
    form = program.model.forms[name]
    guard = program.guard(("forms", name, "valid"))
    scope = SiteScope(program.declared, Site(form=name))

    def happens(encoding: Encoding, frame: Frame) -> tuple[Any, Frame]:
        can = Guards(encoding, lifted=True).opens(guard, frame)
        after = dict(frame.fields)
        for datum, field in form.sets.items():
            read = scope.resolve(("form", datum))
            assert isinstance(read, Read)
            new = encoding.variables.of(read, Site(form=name), frame)
            new = Meant(new.term, new.known, new.empty)
            if form.corrected_by:
                # What was not put right leaves the field as it is.
                old = encoding.variables.of(field_read(program, field), Site(), frame)
                new = either(z3.Bool(f"corrected {field}@{frame.name}"), new, old)
            after[field] = new
        return can, frame._replace(fields=after, name=f"{frame.name}+{name}")

    return happens


def _given(program: Program, name: str) -> Callable[[Encoding, Frame], tuple[Any, Frame]]:
    def happens(_encoding: Encoding, frame: Frame) -> tuple[Any, Frame]:
        read = field_read(program, name)
        term = variable(f"given {name}@{frame.name}", read.type)
        new = Meant(term, TRUE)
        return TRUE, frame._replace(fields={**frame.fields, name: new}, name=f"{frame.name}+{name}")

    return happens


def _ruled(
    program: Program, guard: Place | None, place: Place, effects: Sequence[m.Effect], site: Site
) -> Callable[[Encoding, Frame], tuple[Any, Frame]]:
    """What a rule does once its guard lets it, effect after effect."""

    def happens(encoding: Encoding, frame: Frame) -> tuple[Any, Frame]:
        can = [Guards(encoding, lifted=True).opens(program.guard(guard), frame)] if guard else []
        if site.states:
            can.append(encoding.variables.standing(site.states, frame.step))
        for i, effect in enumerate(effects):
            only = TRUE
            here = (*place, i)
            if effect.only_if is not None:
                only = encoding.condition(
                    program.typed.nodes[*here, "only_if"], program.site((*here, "only_if")), frame
                ).yes
            after = dict(frame.fields)
            for name in effect.set or ():
                spot = (*here, "set", name)
                new = encoding.value(program.typed.nodes[spot], program.site(spot), frame)
                old = encoding.variables.of(field_read(program, name), Site(), frame)
                if guard:
                    can.append(disj(neg(only), new.known))
                else:
                    only = conj(only, new.known)
                after[name] = either(only, new, old)
            for name in effect.clear or ():
                read = field_read(program, name)
                old = encoding.variables.of(read, Site(), frame)
                cleared = Meant(old.term, TRUE, TRUE) if read.nullable else Meant(old.term, FALSE)
                after[name] = either(only, cleared, old)
            if effect.set or effect.clear:
                frame = frame._replace(fields=after, name=f"{frame.name}+{i}")
        return conj(*can), frame

    return happens


def either(test: Any, one: Meant, other: Meant) -> Meant:
    """One value where something holds, else another."""
    if z3.is_true(test):
        return one
    known, empty = z3.If(test, one.known, other.known), z3.If(test, one.empty, other.empty)
    if one.term is None or other.term is None or isinstance(one.term, Span) or isinstance(other.term, Span):
        return Meant(None, known, empty)
    first, second = alike(one.term, other.term)
    return Meant(z3.If(test, first, second), known, empty)


# ------------------------------------------------------------------------------------------------------ what stays true


def candidates(program: Program) -> Iterator[Fact]:
    """What forms ask of the data that become fields, said of the fields."""
    for name, form in program.model.forms.items():
        if not form.sets:
            continue
        for leaf in required(program.guard(("forms", name, "valid"))):
            said = None if leaf.clause.waivable_by else _said_of_fields(program, leaf.when, form.sets)
            if said is not None:
                yield Fact(said, Site())


def _said_of_fields(program: Program, node: Node, sets: Mapping[str, str]) -> Node | None:
    """The same condition, about the fields that a form sets; nothing where it is about anything else."""
    ours = [read for read in reads(node) if read.parts[0] == "form" and len(read.parts) == 2 and read.parts[1] in sets]
    if not is_of_fields(program, node, [read.parts for read in ours]):
        return None

    def told(part: Node) -> Node:
        match part:
            case ReadNode() if part.read.parts[0] == "form":
                return replace(part, read=field_read(program, sets[part.read.parts[1]]))
            case Compare() | Arith():
                return replace(part, left=told(part.left), right=told(part.right))
            case Logic() | ListNode():
                return replace(part, items=tuple(told(item) for item in part.items))
            case Not():
                return replace(part, item=told(part.item))
            case Call():
                return replace(part, args=tuple(told(arg) for arg in part.args))
        return part

    return None if isinstance(node, Const) else told(node)


def is_of_fields(program: Program, node: Node, also: Sequence[tuple[str, ...]] = ()) -> bool:
    """Whether a condition reads nothing but what is kept in fields, and params: all else may move by itself."""
    if any(call.name in OF_THE_STATE for call in calls(node)):
        return False
    kept = (
        read.parts[0] == "fields" and len(read.parts) == 2 and program.model.fields[read.parts[1]].formula is None
        for read in reads(node)
        if read.constant is None and read.parts not in also
    )
    return all(kept)


def lasting(program: Program, all_changes: Sequence[Change], ask: Ask, new: Callable[[], Encoding]) -> tuple[Fact, ...]:
    """The facts that hold at first, and that no change breaks where the others hold."""
    facts = [fact for fact in [*candidates(program)][:MOST] if _at_first(program, fact, ask, new)]
    again = True
    while again and facts:
        again = False
        for fact in list(facts):
            about = {read.parts[1] for read in reads(fact.node) if read.parts[0] == "fields"}
            if any(change.fields & about and _breaks(fact, facts, change, ask, new) for change in all_changes):
                facts.remove(fact)
                again = True
    return tuple(facts)


def _at_first(program: Program, fact: Fact, ask: Ask, new: Callable[[], Encoding]) -> bool:
    encoding = new()
    told = encoding.condition(fact.node, fact.site, at_first(program, encoding))
    return ask(encoding, [told.no]) is False


def at_first(program: Program, encoding: Encoding) -> Frame:
    """The fields as a dyad begins, where nobody gave any."""
    fields = {}
    for path, datum in program.data.items():
        if path[0] != "fields" or datum.model.formula is not None:
            continue
        nothing = variable(f"first {path[1]}", datum.type)
        unset = Meant(nothing, TRUE, TRUE) if datum.nullable else Meant(nothing, FALSE)
        fields[path[1]] = unset if datum.default is None else encoding.constant(datum.default)
    return Frame("", "first", fields)


def _breaks(fact: Fact, facts: Sequence[Fact], change: Change, ask: Ask, new: Callable[[], Encoding]) -> bool:
    encoding = new()
    frame = Frame("", "before")
    can, after = change.happens(encoding, frame)
    told = encoding.condition(fact.node, fact.site, after)
    return ask(encoding, [can, said(facts, encoding, frame), told.no]) is not False


def said(facts: Sequence[Fact], encoding: Encoding, frame: Frame) -> Any:
    """That none of these facts is false."""
    return conj(*(neg(encoding.condition(fact.node, fact.site, frame).no) for fact in facts))

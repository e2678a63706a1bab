"""May time break what must always hold, and after which steps? S010.

An act of a person that would break an invariant is refused; what nobody can be refused is looked at here, and told only
where steps lead to it from the beginning of a dyad.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import z3

from dyade.authoring.proofs.changes import OF_THE_STATE, Change, at_first, either, field_read
from dyade.authoring.proofs.encoding import Encoding, value_of
from dyade.authoring.proofs.inquiry import NEAR, Inquiry
from dyade.authoring.proofs.meaning import TRUE, conj, disj, neg
from dyade.authoring.proofs.variables import Frame
from dyade.flow.telling.words import day
from dyade.program.conditions.tree import Node, calls, reads
from dyade.program.conditions.types import EMPTY, Enum, Person
from dyade.program.diagnostics import Passage
from dyade.program.names import Site
from dyade.program.typed import leaves
from dyade.texts import sentence

STEPS = 4
"""The longest way that is looked for."""
LARGEST = 40
"""Changes beyond which no way is looked for."""


class Breaker(NamedTuple):
    """What may break an invariant: a transition of time, or time itself."""

    change: Change | None


def check(inquiry: Inquiry) -> None:
    """Look at each invariant."""
    for i, invariant in enumerate(inquiry.program.model.invariants):
        place = ("invariants", i, "always")
        node, site = inquiry.program.typed.nodes[place], inquiry.program.site(place)
        if any(call.name in OF_THE_STATE for call in calls(node)):
            continue
        for breaker in _breakers(inquiry, node):
            if _may_break(inquiry, node, site, breaker) and _told(inquiry, invariant.id, i, node, site, breaker):
                break


def _breakers(inquiry: Inquiry, node: Node) -> list[Breaker]:
    found = [Breaker(change) for change in inquiry.changes if not change.refused and change.fields]
    return found + ([Breaker(None)] if any(read.parts == ("today",) for read in reads(node)) else [])


def _may_break(inquiry: Inquiry, node: Node, site: Site, breaker: Breaker) -> bool:
    """Whether it may cease to hold, as far as one step tells."""
    encoding = inquiry.new()
    before = Frame("", "before")
    held = [neg(encoding.condition(node, site, before).no), inquiry.known(encoding, before)]
    if breaker.change is not None:
        can, after = breaker.change.happens(encoding, before)
    else:
        after = Frame("later", "before")
        can = encoding.today(after).term > encoding.today(before).term
    return inquiry.ask(encoding, [*held, can, encoding.condition(node, site, after).no]).holds is True


# ------------------------------------------------------------------------------------------------------------ the steps


class Path(NamedTuple):
    """A way of so many steps, as formulas."""

    frames: list[Frame]
    chosen: list[Any]
    formulas: list[Any]
    changes: tuple[Change, ...]


def _told(inquiry: Inquiry, name: str, number: int, node: Node, site: Site, breaker: Breaker) -> bool:
    changes = tuple(change for change in inquiry.changes if _is_sure(inquiry, change))
    if len(changes) > LARGEST:
        return False
    for length in range(1, STEPS + 1):
        encoding = inquiry.new()
        path = _path(inquiry, encoding, changes, length, breaker)
        last = path.frames[-1]
        held = [neg(encoding.condition(node, site, frame).no) for frame in path.frames[:-1]]
        states = [encoding.variables.standing(site.states, last.step)] if site.states else []
        states.append(_still_there(inquiry, encoding, last))
        days = [encoding.today(frame).term for frame in path.frames]
        near = [conj(day >= NEAR[0][0], day <= NEAR[0][1]) for day in days]
        goal = encoding.condition(node, site, last).no
        found = inquiry.ask(encoding, [*path.formulas, *held, *states, *near, goal])
        if found.holds:
            steps = Passage(_steps(inquiry, encoding, found.model, path))
            example = Passage(_values(inquiry, encoding, found.model, node, last))
            inquiry.tell("S010", ("invariants", number, "id"), name=name, steps=steps, example=example)
            return True
    return False


def _still_there(inquiry: Inquiry, encoding: Encoding, frame: Frame) -> Any:
    """That no day has come on which time would have moved the dyad on; of other moves of time, nothing is sure."""
    program, found = inquiry.program, []
    for i, transition in enumerate(program.model.transitions):
        if transition.to is None or (transition.at is None and transition.after is None):
            continue
        standing = encoding.variables.standing(program.typed.transition_site(transition).states, frame.step)
        place = ("transitions", i, "at")
        free = not any(leaf.must for leaf in leaves(program.guard(("transitions", i, "guard"))))
        if transition.at is None or not free:
            found.append(neg(standing))
            continue
        when = encoding.value(program.typed.nodes[place], program.site(place), frame)
        come = conj(when.certain, encoding.today(frame).term >= when.term) if when.term is not None else TRUE
        found.append(disj(neg(standing), neg(come)))
    return conj(*found)


def _is_sure(inquiry: Inquiry, change: Change) -> bool:
    """Whether a step surely can happen as it is told: its guard reads nothing of which only a guess is made."""
    if change.kind != "transition":
        return change.kind in ("form", "set")
    guard = inquiry.program.guard((*change.place, "guard"))
    musts = [leaf for leaf in leaves(guard) if leaf.must]
    return all(
        read.parts[0] in ("fields", "params", "input", "today", "forms") for leaf in musts for read in reads(leaf.when)
    )


def _path(inquiry: Inquiry, encoding: Encoding, changes: tuple[Change, ...], length: int, breaker: Breaker) -> Path:
    """From the beginning, one change a step, the breaker last."""
    program = inquiry.program
    fields = {
        p[1]: field_read(program, p[1])
        for p in program.data
        if p[0] == "fields" and program.data[p].model.formula is None
    }
    frames = [at_first(program, encoding)._replace(step="0", name="0")]
    ways = inquiry.ground.ways
    begun = ways.main_leaf(program.graph.entry_leaf(ways.start())) or ""
    formulas = [encoding.variables.is_in(begun, "0")]
    chosen = []
    for n in range(length):
        now, then = frames[-1], Frame(f"{n + 1}", f"{n + 1}")
        choice = z3.Int(f"step {n}")
        after = dict(now.fields)
        options = []
        for at, change in enumerate(changes):
            if n == length - 1 and change is not breaker.change:
                continue
            if n < length - 1 and not (change.fields or _target(inquiry, change)):
                continue
            can, changed = change.happens(encoding, now)
            options.append(conj(choice == at, can, _stands(inquiry, encoding, change, now.step, then.step)))
            for name in change.fields:
                if name in changed.fields and name in fields:
                    after[name] = either(choice == at, changed.fields[name], after[name])
        if n == length - 1 and breaker.change is None:
            options = [conj(choice == -1, _stays(inquiry, encoding, now.step, then.step))]
        formulas += [disj(*options), encoding.today(then).term >= encoding.today(now).term]
        frames.append(then._replace(fields=after))
        chosen.append(choice)
    return Path(frames, chosen, formulas, changes)


def _target(inquiry: Inquiry, change: Change) -> bool:
    number = change.place[1]
    return (
        change.kind == "transition" and isinstance(number, int) and bool(inquiry.program.model.transitions[number].to)
    )


def _stands(inquiry: Inquiry, encoding: Encoding, change: Change, step: str, then: str) -> Any:
    """Where one stands before a change, and after it."""
    parts = [encoding.variables.standing(change.states, step)] if change.states else []
    if not _target(inquiry, change):
        return conj(*parts, _stays(inquiry, encoding, step, then))
    ways = inquiry.ground.ways
    way = ways.all[int(change.place[1])]
    entered = ways.inside(way.target or "") if way.history else ways.entered(way.target or "")
    leaves = dict.fromkeys(leaf for path in entered if (leaf := ways.main_leaf(path)))
    return conj(*parts, disj(*(encoding.variables.is_in(leaf, then) for leaf in leaves)))


def _stays(inquiry: Inquiry, encoding: Encoding, step: str, then: str) -> Any:
    variables = encoding.variables
    return conj(*(variables.is_in(path, step) == variables.is_in(path, then) for path in inquiry.program.graph.nodes))


def _steps(inquiry: Inquiry, encoding: Encoding, model: Any, path: Path) -> str:
    """The steps, each with its day."""
    found = []
    for n, choice in enumerate(path.chosen):
        at = value_of(model, choice)
        today = day(value_of(model, encoding.today(path.frames[n + (at < 0)]).term))
        what = path.changes[at].id if at >= 0 else sentence("diagnostics", "proof.time", inquiry.lang)
        found.append(f"{what} ({today})")
    return " → ".join(found)


def _values(inquiry: Inquiry, encoding: Encoding, model: Any, node: Node, frame: Frame) -> str:
    """What the invariant reads at the end."""
    found = []
    for read in reads(node):
        if read.constant is not None:
            continue
        meant = encoding.variables.of(read, Site(), frame)
        if meant.term is None:
            continue
        value: Any = value_of(model, meant.term)
        if not value_of(model, meant.known):
            value = None
        elif value_of(model, meant.empty):
            value = EMPTY
        elif isinstance(read.type, Enum | Person) or read.type.name == "text":
            value = encoding.variables.text(value)
        found.append(f"{inquiry.words.label(read, Site())} = {inquiry.words.value(value, read.type)}")
    return "; ".join(found)

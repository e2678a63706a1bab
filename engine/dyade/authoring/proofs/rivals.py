"""Which transitions compete, and can both apply, is one of them hidden, is a case forgotten? S002, S004, S003."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from dyade.authoring.proofs.guards import Guards, counts
from dyade.authoring.proofs.inquiry import NOW, Inquiry
from dyade.authoring.proofs.meaning import neg
from dyade.authoring.strictness import shape
from dyade.program import model as m
from dyade.program.checks.rivals import competing, overlap
from dyade.program.conditions.tree import Compare, Node, reads
from dyade.program.conditions.types import Enum
from dyade.program.diagnostics import Passage
from dyade.program.typed import Group, Leaf, actors

MOST = 30
"""Rivals that one transition is compared with."""


class Rivals(NamedTuple):
    """Transitions that compete for one event in one state, in the order of the file."""

    state: str
    numbers: tuple[int, ...]


def check(inquiry: Inquiry) -> None:
    """Look at each transition that has rivals."""
    told: set[int] = set()
    shadowed = _shadows(inquiry)
    for rivals in _groups(inquiry):
        for at, number in enumerate(rivals.numbers):
            if number not in told and number not in shadowed and number not in inquiry.closed:
                earlier = [one for one in rivals.numbers[:at][-MOST:] if one not in inquiry.closed]
                if any(_overlap(inquiry, rivals.state, one, number) for one in earlier):
                    told.add(number)
        _gap(inquiry, rivals)


def _groups(inquiry: Inquiry) -> Iterator[Rivals]:
    for state, numbers in competing(inquiry.ground):
        yield Rivals(state, numbers)


def _guard(inquiry: Inquiry, number: int) -> Group:
    return inquiry.program.guard(("transitions", number, "guard"))


def _name(inquiry: Inquiry, number: int) -> m.Transition:
    return inquiry.program.model.transitions[number]


def _related(inquiry: Inquiry, number: int) -> list[Any]:
    return [(inquiry.ground.tree.place(("transitions", number, "id")), "related.other")]


# ------------------------------------------------------------------------------------------------------- both may apply


def _overlap(inquiry: Inquiry, state: str, one: int, other: int) -> bool:
    """Whether two may both apply, as far as can be told; told with an example where there is one."""
    if not overlap(inquiry.ground, one, other):
        return False
    encoding = inquiry.new()
    guards = Guards(encoding, lifted=False)
    first, second = _guard(inquiry, one), _guard(inquiry, other)
    formulas = [guards.opens(first, NOW), guards.opens(second, NOW), inquiry.known(encoding)]
    formulas.append(encoding.variables.standing((state,), ""))
    found = inquiry.shown(encoding, formulas)
    if found.holds is False:
        return False
    example = inquiry.example(encoding, found)
    shown = Passage()
    if example is not None and inquiry.agrees(example, [(first, True), (second, True)]):
        shown = example.told([first, second], inquiry.lang)
    about = {"variant": "shown", "example": shown} if shown else {}
    inquiry.tell(
        "S002",
        ("transitions", other, "id"),
        first=_name(inquiry, one).id,
        second=_name(inquiry, other).id,
        state=state or "any",
        related=_related(inquiry, one),
        **about,
    )
    return True


# ---------------------------------------------------------------------------------------------------- one hides another


def _shadows(inquiry: Inquiry) -> set[int]:
    """Tell the transitions that those before them always precede, in every state."""
    hidden: dict[int, list[tuple[int, ...] | None]] = {}
    for rivals in _groups(inquiry):
        for at, number in enumerate(rivals.numbers):
            hidden.setdefault(number, []).append(_before(inquiry, rivals, at))
    found = set()
    for number, found_before in hidden.items():
        states = inquiry.ground.ways.all[number].sources
        whole = [before for before in found_before if before]
        if number in inquiry.closed or len(whole) < len(states):
            continue
        others = list(dict.fromkeys(one for before in whole for one in before))
        names = inquiry.words.listed((_name(inquiry, one).id for one in others), "and")
        name = _name(inquiry, number).id
        related = _related(inquiry, others[0])
        inquiry.tell("S004", ("transitions", number, "id"), name=name, first=names, n=len(others), related=related)
        found.add(number)
    return found


def _before(inquiry: Inquiry, rivals: Rivals, at: int) -> tuple[int, ...] | None:
    """The earlier transitions one of which always applies where this one would."""
    number = rivals.numbers[at]
    who = set(actors(_name(inquiry, number)))
    earlier = [one for one in rivals.numbers[:at] if who <= set(actors(_name(inquiry, one)))]
    if not earlier or not _guard(inquiry, number).items:
        # Without conditions, it is a rival like any other where the first has none: a twin, told apart.
        earlier = [one for one in earlier if not any(counts(item) for item in _guard(inquiry, one).items)]
    if not earlier:
        return None
    encoding = inquiry.new()
    strict, lenient = Guards(encoding, lifted=False), Guards(encoding, lifted=True)
    named = {f"{one}": neg(strict.opens(_guard(inquiry, one), NOW)) for one in earlier}
    formulas = [lenient.opens(_guard(inquiry, number), NOW), inquiry.known(encoding)]
    formulas.append(encoding.variables.standing((rivals.state,), ""))
    core = inquiry.core(encoding, formulas, named)
    return tuple(int(one) for one in core) if core else None


# -------------------------------------------------------------------------------------------------- a case is forgotten


def _gap(inquiry: Inquiry, rivals: Rivals) -> None:
    """Where all of them compare the same thing, some value should open one."""
    if len(rivals.numbers) < 2 or set(rivals.numbers) & inquiry.closed:
        return
    guards = [_guard(inquiry, number) for number in rivals.numbers]
    about = {_compared(guard) for guard in guards}
    if len(about) != 1 or None in about or not _is_meant_whole(inquiry, rivals.numbers[0], guards):
        return
    encoding = inquiry.new()
    formulas = Guards(encoding, lifted=True)
    closed = [formulas.judged(guard, NOW).no for guard in guards]
    standing = encoding.variables.standing((rivals.state,), "")
    found = inquiry.shown(encoding, [*closed, standing, inquiry.known(encoding)])
    example = inquiry.example(encoding, found)
    if example is None or not inquiry.agrees(example, [(guard, False) for guard in guards]):
        return
    names = inquiry.words.listed((_name(inquiry, number).id for number in rivals.numbers), "and")
    path = ("transitions", rivals.numbers[0], "id")
    related = _related(inquiry, rivals.numbers[1])
    inquiry.tell("S003", path, names=names, example=example.told(guards, inquiry.lang), related=related)


def _is_meant_whole(inquiry: Inquiry, first: int, guards: list[Group]) -> bool:
    """Whether they reach as far as values go on both sides; choices are gone through by what fires by itself."""
    signs = {_sign(item.when) for guard in guards for item in guard.items if isinstance(item, Leaf) and item.must}
    chosen = signs <= {"=", "i"} and _name(inquiry, first).by is None
    return {"<", ">"} <= signs or chosen


def _sign(node: Node) -> str:
    """Which way a comparison looks, from the side that varies."""
    assert isinstance(node, Compare)
    sign = node.op[0]
    return {"<": ">", ">": "<"}.get(sign, sign) if _varying(node) is node.right else sign


def _compared(guard: Group) -> object:
    """What the clauses of a guard compare with constants, where it is one thing and nothing else."""
    found: set[object] = set()
    musts = [item for item in guard.items if counts(item)]
    for item in musts:
        side = _varying(item.when) if isinstance(item, Leaf) else None
        if side is None:
            return None
        found.add(shape(side))
    return found.pop() if len(found) == 1 else None


def _varying(node: Node) -> Node | None:
    """The side of a comparison that is not constant; a choice is compared with each of its values."""
    if not isinstance(node, Compare) or node.op == "!=":
        return None
    sides = [side for side in (node.left, node.right) if any(read.constant is None for read in reads(side))]
    if len(sides) != 1 or (node.op == "==" and not isinstance(sides[0].type, Enum)):
        return None
    return sides[0]

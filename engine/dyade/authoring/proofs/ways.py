"""Which states can never be reached, for no data pass the guards on the way one after the other? S008.

What a guard asked for stays known after it, as long as nothing in the state can change it. So each state has facts of
its own, and a transition that none of them lets through leads nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dyade.authoring.proofs.changes import Change, Fact, is_of_fields
from dyade.authoring.proofs.encoding import Encoding
from dyade.authoring.proofs.inquiry import Inquiry
from dyade.authoring.proofs.meaning import conj, neg
from dyade.authoring.proofs.variables import Frame
from dyade.program.checks.guards import required
from dyade.program.conditions.tree import Not, reads
from dyade.program.graph import MAIN

MOST = 12
"""Facts that are tried of one state."""
LARGEST = 60
"""States of a program beyond which nothing is tried."""


class Edge(NamedTuple):
    """A transition, from one state to another."""

    change: Change
    number: int
    source: str
    target: str


def check(inquiry: Inquiry) -> None:
    """Follow the transitions from the beginning, with what is known in each state."""
    graph = inquiry.program.graph
    leaves = list(graph.regions[MAIN].leaves)
    if len(leaves) > LARGEST:
        return
    edges = [*_edges(inquiry)]
    known = _known(inquiry, leaves, edges)
    reached = _reached(inquiry, edges, known)
    # What no transition leads to at all is told by the graph itself.
    possible = inquiry.ground.ways.forward([inquiry.ground.ways.start()], back_inside=True)
    for leaf in leaves:
        into = [edge for edge in edges if edge.target == leaf and edge.source != leaf]
        from_reached = [edge for edge in into if edge.source in reached and edge.number not in inquiry.closed]
        if leaf in reached or leaf not in possible or not from_reached:
            continue
        names = inquiry.words.listed((edge.change.id for edge in from_reached), "and")
        related = [
            (inquiry.ground.tree.place(("transitions", edge.number, "id")), "related.way") for edge in from_reached[:3]
        ]
        inquiry.tell(
            "S008", graph.nodes[leaf].place, at_key=True, name=leaf, ways=names, n=len(from_reached), related=related
        )


def _edges(inquiry: Inquiry) -> Iterator[Edge]:
    """The moves between leaves of the main region; what comes back as it was left may come back anywhere inside."""
    ways = inquiry.ground.ways
    moves = [change for change in inquiry.changes if change.kind == "transition"]
    for way, change in zip(ways.all, moves, strict=True):
        if way.target is None:
            continue
        entered = ways.inside(way.target) if way.history else ways.entered(way.target)
        targets = dict.fromkeys(leaf for path in entered if (leaf := ways.main_leaf(path)))
        for source in dict.fromkeys(leaf for named in way.sources for leaf in ways.main_leaves(named)):
            for target in targets:
                yield Edge(change, way.number, source, target)


def _known(inquiry: Inquiry, leaves: list[str], edges: list[Edge]) -> dict[str, list[Fact]]:
    """What is known in each state: what every way in asked for, and nothing that happens there undoes."""
    start = inquiry.ground.ways.main_leaf(inquiry.program.graph.entry_leaf(inquiry.ground.ways.start()))
    known: dict[str, list[Fact]] = {leaf: [] for leaf in leaves}
    for leaf in leaves:
        into = [edge for edge in edges if edge.target == leaf and edge.source != leaf]
        if into and leaf != start:
            out = dict.fromkeys(edge.number for edge in edges if edge.source == leaf)
            against = (_contrary(fact) for number in out for fact in _wanted(inquiry, number))
            known[leaf] = [*_wanted(inquiry, into[0].number), *against][:MOST]
    again = True
    while again:
        again = False
        for leaf, facts in known.items():
            for fact in list(facts):
                if not _stands(inquiry, leaf, fact, edges, known):
                    facts.remove(fact)
                    again = True
    return known


def _wanted(inquiry: Inquiry, number: int) -> Iterator[Fact]:
    """What a guard asks for of fields, and of nothing that moves by itself."""
    for leaf in required(inquiry.program.guard(("transitions", number, "guard"))):
        about = [read for read in reads(leaf.when) if read.constant is None]
        if about and not leaf.clause.waivable_by and is_of_fields(inquiry.program, leaf.when, [("today",)]):
            yield Fact(leaf.when, leaf.site)


def _contrary(fact: Fact) -> Fact:
    """What would close a way out."""
    return Fact(Not(item=fact.node, start=fact.node.start, end=fact.node.end), fact.site)


def _stands(inquiry: Inquiry, leaf: str, fact: Fact, edges: list[Edge], known: dict[str, list[Fact]]) -> bool:
    for edge in edges:
        if (
            edge.target == leaf
            and edge.source != leaf
            and not _holds_after(inquiry, fact, edge.change, known[edge.source])
        ):
            return False
    inside = [edge.change for edge in edges if edge.source == edge.target == leaf]
    inside += [change for change in inquiry.changes if change.kind != "transition" or not _moves(inquiry, change)]
    about = {read.parts[1] for read in reads(fact.node) if read.parts[0] == "fields"}
    touching = [change for change in inside if change.fields & about]
    return _lasts(inquiry, fact, known[leaf]) and all(_holds_after(inquiry, fact, c, known[leaf]) for c in touching)


def _moves(inquiry: Inquiry, change: Change) -> bool:
    number = change.place[1]
    return isinstance(number, int) and inquiry.program.model.transitions[number].to is not None


def _holds_after(inquiry: Inquiry, fact: Fact, change: Change, before: list[Fact]) -> bool:
    encoding = inquiry.new()
    frame = Frame("", "before")
    can, after = change.happens(encoding, frame)
    given = _all(encoding, before, frame)
    fails = encoding.condition(fact.node, fact.site, after)
    return inquiry.ask(encoding, [can, inquiry.known(encoding, frame), given, neg(fails.yes)]).holds is False


def _lasts(inquiry: Inquiry, fact: Fact, beside: list[Fact]) -> bool:
    """Whether it still holds on a later day."""
    if not any(read.parts == ("today",) for read in reads(fact.node)):
        return True
    encoding = inquiry.new()
    now, later = Frame("", "before"), Frame("later", "later")
    given = _all(encoding, beside, now)
    fails = encoding.condition(fact.node, fact.site, later)
    passed = encoding.today(later).term >= encoding.today(now).term
    return inquiry.ask(encoding, [given, passed, neg(fails.yes)]).holds is False


def _all(encoding: Encoding, facts: list[Fact], frame: Frame) -> object:
    return conj(*(encoding.condition(fact.node, fact.site, frame).yes for fact in facts))


def _reached(inquiry: Inquiry, edges: list[Edge], known: dict[str, list[Fact]]) -> set[str]:
    start = inquiry.ground.ways.main_leaf(inquiry.program.graph.entry_leaf(inquiry.ground.ways.start()))
    reached = {start} if start else set()
    waiting = list(reached)
    tried: set[tuple[int, str]] = set()
    while waiting:
        leaf = waiting.pop()
        for edge in edges:
            if edge.source != leaf or edge.target in reached:
                continue
            if (edge.number, leaf) not in tried and not _passes(inquiry, edge, known[leaf]):
                tried.add((edge.number, leaf))
                continue
            if (edge.number, leaf) not in tried:
                reached.add(edge.target)
                waiting.append(edge.target)
    return reached


def _passes(inquiry: Inquiry, edge: Edge, facts: list[Fact]) -> bool:
    if not facts or edge.number in inquiry.closed:
        return edge.number not in inquiry.closed
    encoding = inquiry.new()
    frame = Frame()
    can, _ = edge.change.happens(encoding, frame)
    given = _all(encoding, facts, frame)
    return inquiry.ask(encoding, [can, inquiry.known(encoding, frame), given]).holds is not False

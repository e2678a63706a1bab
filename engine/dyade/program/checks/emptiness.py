"""Is what a rule reads known by then? What may still be empty, and what a form cannot have said yet."""

from __future__ import annotations

from collections.abc import Iterable

from dyade.program.checks.ground import Ground
from dyade.program.checks.guards import required, strict_reads
from dyade.program.checks.settled import Settled
from dyade.program.checks.ways import ANYWHERE
from dyade.program.conditions.tree import Node, Read, reads
from dyade.program.data import Place
from dyade.program.diagnostics import Place as Span
from dyade.program.typed import Leaf, leaves

SHOWN = 5
"""Further places that are told of one name."""


def check(ground: Ground) -> None:
    """Tell what is read before it can be known."""
    if not ground.ways.complete or ground.misses("forms", "fields"):
        return
    _forms(ground)
    settled = Settled(ground)
    found: dict[str, list[tuple[Span, str]]] = {}
    for index, transition in enumerate(ground.model.transitions):
        # Whoever fires a transition is told what is missing; nobody is told when it fires by itself.
        if transition.by is None:
            guard = ground.typed.guards["transitions", index, "guard"]
            asked = settled.asked(guard)
            for leaf in required(guard):
                _may_be_empty(ground, settled, found, (*leaf.place, "when"), leaf.when, leaf.site.states, asked)
    for place, node in ground.typed.nodes.items():
        if place[-1] in ("at", "due", "from", "until") and place[0] in (
            "transitions",
            "deadlines",
            "reminders",
            "forms",
        ):
            _may_be_empty(ground, settled, found, place, node, ground.typed.sites[place].states)
    # What may be empty is told where it is first read: the remedy is the same for all.
    for name, places in found.items():
        (first, path), *others = sorted(places)
        related = [(place, "related.also") for place, _ in others[:SHOWN]]
        ground.findings.add("E109", first, path=path, name=name, related=related)


# ------------------------------------------------------------------------------------------------------ forms too early


def _forms(ground: Ground) -> None:
    """A guard that reads a form where no dyad can have filled it."""
    later: dict[str, set[str]] = {}
    for way in ground.ways.all:
        if way.number < 0 or not way.sources:
            continue
        guard = ground.typed.guards["transitions", way.number, "guard"]
        for leaf in leaves(guard):
            for read in reads(leaf.when):
                if read.parts[0] == "forms":
                    _too_early(ground, leaf, read, way.sources, later)


def _too_early(ground: Ground, leaf: Leaf, read: Read, sources: Iterable[str], later: dict[str, set[str]]) -> None:
    form_id = read.parts[1]
    form = ground.model.forms[form_id]
    if form_id not in later:
        named = ground.states(form.available_in)
        held = (inside for state in named for inside in ground.ways.inside(state))
        complete = len(named) == len(form.available_in)
        later[form_id] = ground.ways.forward(held, back_inside=True) if complete else set(ground.graph.nodes)
    if later[form_id].isdisjoint(sources):
        first = next(iter(sources)) or next(iter(ground.ways.main_leaves(ANYWHERE)))
        place = ground.read_place((*leaf.place, "when"), leaf.when, read)
        facts = {"name": read.name, "state": first}
        ground.findings.add("E108", place, path=ground.tree.dotted((*leaf.place, "when")), facts=facts)


# --------------------------------------------------------------------------------------------------------------- fields


def _may_be_empty(
    ground: Ground,
    settled: Settled,
    found: dict[str, list[tuple[Span, str]]],
    place: Place,
    node: Node,
    states: tuple[str, ...],
    asked: frozenset[str] = frozenset(),
) -> None:
    """Note what a condition reads that nobody may have said by then."""
    known = settled.known(states) | asked
    for read in strict_reads(node):
        if any(field not in known for field in settled.fields_behind(read)):
            found.setdefault(read.name, []).append((ground.read_place(place, node, read), ground.tree.dotted(place)))

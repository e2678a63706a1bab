"""How may a dyad pass from state to state, guards aside?

A state stands here for being somewhere inside it: entering a leaf enters what is around it, and its tracks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from dyade.program.graph import ANY, MAIN, Ambiguous, Graph
from dyade.program.model import Transition
from dyade.program.nearest import nearest

ANYWHERE = ""
"""The source `any`: every state of the main region but the final ones."""


class Way(NamedTuple):
    """A transition, with the states that it names."""

    number: int
    """Its number in the program; -1 for one that was left out."""
    id: str
    sources: tuple[str, ...]
    target: str | None
    history: bool


class Ways:
    """The transitions of a program, as ways between its states."""

    def __init__(
        self, graph: Graph, transitions: Sequence[Transition], left_out: Iterable[Mapping[str, Any] | None] = ()
    ) -> None:
        self.graph = graph
        self.complete = True
        """False where something is not known about where transitions lead."""
        self._guesses: dict[str, tuple[str, ...]] = {}
        self._entered: dict[tuple[str, bool], tuple[str, ...]] = {}
        self.all = [self._way(i, t.id, t.from_, t.to) for i, t in enumerate(transitions)]
        for data in left_out:
            self._guess(data)
        self.of_source: dict[str, list[Way]] = defaultdict(list)
        for way in self.all:
            for source in way.sources:
                self.of_source[source].append(way)

    def _guess(self, data: Mapping[str, Any] | None) -> None:
        """Take what a transition that was left out still says of its states."""
        sources = data.get("from") if data else None
        sources = [sources] if isinstance(sources, str) else sources
        target = data.get("to") if data else None
        if not isinstance(sources, list) or not (target is None or isinstance(target, str)):
            self.complete = False
            return
        self.all.append(self._way(-1, "", [s for s in sources if isinstance(s, str)], target))

    def _way(self, index: int, name: str, sources: Iterable[str], to: str | None) -> Way:
        history = to is not None and to.startswith("history(")
        found = tuple(dict.fromkeys(path for source in sources for path in self._sources(source)))
        targets = self._states(to[8:-1] if history and to else to) if to else ()
        if to and not targets:
            self.complete = False
        return Way(index, name, found, targets[0] if targets else None, history)

    def _sources(self, reference: str) -> tuple[str, ...]:
        if reference == ANY and ANY not in self.graph.nodes:
            return (ANYWHERE,)
        found = self._states(reference)
        self.complete = self.complete and bool(found)
        return found

    def _states(self, reference: str) -> tuple[str, ...]:
        """The states of a reference; of one that does not exist, what was probably meant."""
        found = self.graph.find(reference)
        if isinstance(found, str):
            return (found,)
        if isinstance(found, Ambiguous):
            return found.paths
        if reference not in self._guesses:
            few = len(self._guesses) < 20
            meant = nearest(reference, self.graph.names()) if few else None
            self._guesses[reference] = self._states(meant) if meant else ()
        return self._guesses[reference]

    # --------------------------------------------------------------------------------------------------------- entering

    def start(self) -> str:
        """The state in which a dyad begins."""
        return self.graph.regions[MAIN].initial

    def entered(self, path: str, *, beside: bool = True) -> tuple[str, ...]:
        """The states in which one is after entering a state: those around its first leaf, and in tracks.

        Entering a track from inside leaves the tracks `beside` it as they are.
        """
        found = self._entered.get((path, beside))
        if found is None:
            found = self._entered[path, beside] = tuple(self._enter(path, beside))
        return found

    def _enter(self, path: str, beside: bool) -> dict[str, None]:
        regions = self.graph.regions
        leaf = self.graph.entry_leaf(path)
        region = self.graph.nodes[leaf].region
        seen: dict[str, None] = {}
        waiting = [leaf]
        owner = regions[region].owner
        if owner is not None and beside:
            waiting += self._first_leaves(track for track in self.graph.nodes[owner].tracks if track != region)
        while waiting:
            leaf = waiting.pop()
            region = self.graph.nodes[leaf].region
            for around in self.graph.around(leaf):
                seen[around] = None
                if self.graph.nodes[around].region == region:
                    waiting += self._first_leaves(self.graph.nodes[around].tracks)
        return seen

    def _first_leaves(self, tracks: Iterable[str]) -> list[str]:
        return [self.graph.entry_leaf(self.graph.regions[track].initial) for track in tracks]

    def inside(self, path: str) -> frozenset[str]:
        """A state and all that it holds, tracks included."""
        return self._inside[path]

    @cached_property
    def _inside(self) -> Mapping[str, frozenset[str]]:
        held: dict[str, list[str]] = {path: [path] for path in self.graph.nodes}
        for path, node in self.graph.nodes.items():
            for around in node.ancestors:
                held[around].append(path)
        return {path: frozenset(paths) for path, paths in held.items()}

    def main_leaf(self, path: str) -> str | None:
        """The leaf of the main region that holds a state of a track, or is it."""
        around = (p for p in self.graph.around(path) if self.graph.nodes[p].region == MAIN)
        return next((p for p in around if self.graph.nodes[p].is_leaf), None)

    # -------------------------------------------------------------------------------------------------------- following

    def forward(
        self, starts: Iterable[str], *, back_inside: bool = False, without: frozenset[str] = frozenset()
    ) -> set[str]:
        """Where one may come from these states, they included; `back_inside` lets history return anywhere inside.

        `ANYWHERE` is among them as soon as a transition from `any` applies.
        """
        seen: set[str] = set()
        used: set[str] = set()
        targets: set[tuple[str, bool]] = set()
        waiting = [state for start in starts for state in self.entered(start)]
        while waiting:
            state = waiting.pop()
            if state in seen or state in without:
                continue
            seen.add(state)
            for source in self._sources_at(state):
                if source not in used:
                    used.add(source)
                    for way in self.of_source.get(source, ()):
                        if way.target is not None and (way.target, way.history) not in targets:
                            targets.add((way.target, way.history))
                            waiting += self._reached(way.target, way.history and back_inside)
        return seen | used

    def _sources_at(self, state: str) -> tuple[str, ...]:
        node = self.graph.nodes[state]
        anywhere = node.region == MAIN and node.is_leaf and not node.model.final
        return (state, ANYWHERE) if anywhere else (state,)

    def _reached(self, target: str, anywhere_inside: bool) -> Iterable[str]:
        return self.inside(target) if anywhere_inside else self.entered(target)

    def backward(self, goals: Iterable[str], *, without: frozenset[str] = frozenset()) -> set[str]:
        """The leaves of the main region from which one may come to one of these, they included."""
        seen: set[str] = set()
        used: set[str] = set()
        targets: set[tuple[str, bool]] = set()
        waiting = list(goals)
        while waiting:
            leaf = waiting.pop()
            if leaf in seen or leaf in without:
                continue
            seen.add(leaf)
            for target in self._arrivals.get(leaf, ()):
                if target not in targets:
                    targets.add(target)
                    for source in self._to[target]:
                        if source not in used:
                            used.add(source)
                            waiting += self.main_leaves(source)
        return seen

    @cached_property
    def _to(self) -> Mapping[tuple[str, bool], list[str]]:
        """From where one comes to each target."""
        sources: dict[tuple[str, bool], list[str]] = defaultdict(list)
        for way in self.all:
            if way.target is not None:
                sources[way.target, way.history].extend(way.sources)
        return sources

    @cached_property
    def _arrivals(self) -> Mapping[str, list[tuple[str, bool]]]:
        """The targets that lead to each leaf of the main region."""
        arriving: dict[str, list[tuple[str, bool]]] = defaultdict(list)
        for target, history in self._to:
            reached = self.main_leaves(target) if history else self.entered(target)
            for leaf in dict.fromkeys(self.main_leaf(path) for path in reached):
                if leaf is not None:
                    arriving[leaf].append((target, history))
        return arriving

    def main_leaves(self, source: str) -> Iterable[str]:
        """The leaves of the main region that a source covers, or that hold it."""
        if source == ANYWHERE:
            return (p for p in self.graph.regions[MAIN].leaves if not self.graph.nodes[p].model.final)
        node = self.graph.nodes[source]
        if node.region != MAIN:
            leaf = self.main_leaf(source)
            return (leaf,) if leaf else ()
        return self.graph.leaves(source)

    def leaving(self, inside: frozenset[str]) -> Iterator[Way]:
        """The ways that lead out of a set of states."""
        for way in self.all:
            if way.target is not None and way.target not in inside and self._touches(way, inside):
                yield way

    @staticmethod
    def _touches(way: Way, inside: frozenset[str]) -> bool:
        return any(source == ANYWHERE or source in inside for source in way.sources)

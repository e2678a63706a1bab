"""Which states are there, how do they nest, and which leaves does a reference cover?

A *leaf* is what a region stands in: a state without children, or one whose children live in tracks. The main region is
``""``; each track is a region named by its path (`en_cours.climat`), whose leaves are the states inside it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from dyade.program.model import State, Track

MAIN = ""
ANY = "any"


class Node(NamedTuple):
    """One state of the tree."""

    path: str
    region: str
    ancestors: tuple[str, ...]
    """The states that contain it, outermost first, those around its track included."""
    model: State
    initial: str | None
    """The child that a compound state begins in."""
    tracks: tuple[str, ...]
    place: tuple[str | int, ...]
    """Where it stands in the tree of the file."""

    @property
    def is_leaf(self) -> bool:
        return self.initial is None

    @property
    def depth(self) -> int:
        return len(self.ancestors)


class Region(NamedTuple):
    """A set of leaves of which exactly one is active at a time."""

    name: str
    owner: str | None
    """The state whose track this is."""
    initial: str
    """The state it begins in; it may be compound."""
    leaves: tuple[str, ...]


class Ambiguous(NamedTuple):
    """A last name that several states bear."""

    paths: tuple[str, ...]


class Graph:
    """The tree of states, read once per program."""

    def __init__(self, initial: str, states: Mapping[str, State]) -> None:
        self.nodes: dict[str, Node] = {}
        self.regions: dict[str, Region] = {}
        self._by_name: dict[str, list[str]] = {}
        self._leaves: dict[str, list[str]] = {}
        self._read(states, ("states",), prefix="", region=MAIN, ancestors=())
        self._close(MAIN, None, initial)
        self._around = {path: (path, *reversed(node.ancestors)) for path, node in self.nodes.items()}

    def ended(self, outcomes: Collection[str]) -> tuple[str, ...]:
        """The final states that have one of these outcomes."""
        return tuple(path for path, node in self.nodes.items() if node.model.final and node.model.outcome in outcomes)

    def _read(
        self,
        states: Mapping[str, State],
        place: tuple[str | int, ...],
        prefix: str,
        region: str,
        ancestors: tuple[str, ...],
    ) -> None:
        for name, state in states.items():
            path = f"{prefix}{name}"
            initial = f"{path}.{state.initial}" if state.states and state.initial in state.states else None
            if state.states and initial is None:
                initial = f"{path}.{next(iter(state.states))}"
            tracks = tuple(f"{path}.{track}" for track in state.tracks or ())
            here = (*place, name)
            self.nodes[path] = Node(path, region, ancestors, state, initial, tracks, here)
            self._by_name.setdefault(name, []).append(path)
            if initial is None:
                self._cover(path, region, ancestors)
            self._read(state.states or {}, (*here, "states"), f"{path}.", region, (*ancestors, path))
            for track_name, track in (state.tracks or {}).items():
                inside = (*here, "tracks", track_name, "states")
                self._read_track(f"{path}.{track_name}", track, inside, path, (*ancestors, path))

    def _cover(self, leaf: str, region: str, ancestors: tuple[str, ...]) -> None:
        """Note a leaf under its region, and under the states of that region that contain it."""
        self._leaves.setdefault(f"[{region}]", []).append(leaf)
        for path in ancestors:
            if self.nodes[path].region == region:
                self._leaves.setdefault(path, []).append(leaf)

    def _read_track(
        self, region: str, track: Track, place: tuple[str | int, ...], owner: str, ancestors: tuple[str, ...]
    ) -> None:
        self._read(track.states, place, f"{region}.", region, ancestors)
        self._close(region, owner, f"{region}.{track.initial}")

    def _close(self, region: str, owner: str | None, initial: str) -> None:
        leaves = tuple(self._leaves.get(f"[{region}]", ()))
        first = initial if initial in self.nodes else leaves[0]
        self.regions[region] = Region(region, owner, first, leaves)

    # ------------------------------------------------------------------------------------------------------- references

    def find(self, reference: str) -> str | Ambiguous | None:
        """The path of a state named in full, or by its last name where that is unique."""
        if reference in self.nodes:
            return reference
        found = self._by_name.get(reference, ())
        if len(found) == 1:
            return found[0]
        return Ambiguous(tuple(found)) if found else None

    def path(self, reference: str) -> str:
        """The path of a state that is known to exist."""
        found = self.find(reference)
        assert isinstance(found, str), reference
        return found

    def leaves(self, path: str) -> tuple[str, ...]:
        """The leaves of its own region that a state covers: itself, or those below it."""
        node = self.nodes[path]
        if node.is_leaf:
            return (path,)
        return tuple(self._leaves[path])

    def sources(self, reference: str) -> Iterator[tuple[str, str]]:
        """(leaf, state that matched) for one item of `from`; `any` and what has children cover no final leaf."""
        if reference == ANY and ANY not in self.nodes:
            for leaf in self.regions[MAIN].leaves:
                if not self.nodes[leaf].model.final:
                    yield leaf, ""
            return
        path = self.path(reference)
        for leaf in self.leaves(path):
            if leaf == path or not self.nodes[leaf].model.final:
                yield leaf, path

    def entry_leaf(self, path: str) -> str:
        """The leaf that entering a state ends in, without any memory."""
        while (initial := self.nodes[path].initial) is not None:
            path = initial
        return path

    def around(self, leaf: str) -> tuple[str, ...]:
        """The states that are active when this leaf is, innermost first."""
        return self._around[leaf]

    def names(self) -> Iterator[str]:
        """Every way to name a state: paths, then unique last names."""
        yield from self.nodes
        for name, paths in self._by_name.items():
            if len(paths) == 1 and name not in self.nodes:
                yield name

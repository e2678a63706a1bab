"""Which fields are surely set in a state, whichever way a dyad came there?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from dyade.program import model as m
from dyade.program.checks.ground import Ground
from dyade.program.checks.guards import atoms, required, strict_reads
from dyade.program.checks.ways import ANYWHERE, Way
from dyade.program.conditions.tree import Call, Node, Read, ReadNode, reads
from dyade.program.graph import MAIN
from dyade.program.typed import Guard

DEEPEST = 12
"""Formulas that one field may hang on, one through another."""


class Settled:
    """The fields that are surely set in each state: those that every way there has set, or asked for."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._doubtful = frozenset(
            name
            for name, field in ground.model.fields.items()
            if field.formula is None and field.default is None and not field.nullable
        )
        self._behind: dict[str, frozenset[str]] = {}
        self._known: dict[str, frozenset[str]] = self._spread() if self._doubtful else {}

    def known(self, states: Sequence[str]) -> frozenset[str]:
        """The fields that are surely set in each of these states, ``""`` being any."""
        found = [self._known[state] for state in states if state in self._known]
        return frozenset.intersection(*found) if found and self._doubtful else self._doubtful

    def fields_behind(self, read: Read) -> frozenset[str]:
        """The fields that must be set for a read to be known, those of which it is never sure."""
        match read.parts:
            case ("fields", name, *_):
                return self._field(name, DEEPEST) & self._doubtful
            case ("deadlines", name, _):
                return self._of_place(("deadlines", name, "at"), DEEPEST) & self._doubtful
        return frozenset()

    def _field(self, name: str, deepest: int) -> frozenset[str]:
        if name not in self._behind:
            place = ("fields", name, "formula")
            computed = place in self._ground.typed.nodes
            found = self._of_place(place, deepest - 1) if computed and deepest else frozenset((name,))
            self._behind[name] = found
        return self._behind[name]

    def _of_place(self, place: tuple[str, ...], deepest: int) -> frozenset[str]:
        node = self._ground.typed.nodes.get(place)
        names = (read.parts[1] for read in strict_reads(node) if read.parts[0] == "fields") if node else ()
        return frozenset().union(*(self._field(name, deepest) for name in names))

    # -------------------------------------------------------------------------------------------------------- spreading

    def _spread(self) -> dict[str, frozenset[str]]:
        """Follow every way until nothing changes; a state knows what all the ways into it agree on."""
        ways = self._ground.ways
        known: dict[str, frozenset[str]] = {}
        gained = {way: (self._gained(way), self._lost(way)) for way in ways.all}
        waiting: list[str] = []
        self._arrive(ways.entered(ways.start()), frozenset(), known, waiting)
        while waiting:
            state = waiting.pop()
            for way in ways.of_source.get(state, ()):
                if way.target is None:
                    continue
                more, less = gained[way]
                self._arrive(ways.entered(way.target), (known[state] | more) - less, known, waiting)
        return known

    def _arrive(
        self, entered: Iterable[str], facts: frozenset[str], known: dict[str, frozenset[str]], waiting: list[str]
    ) -> None:
        nodes = self._ground.graph.nodes
        for state in entered:
            self._meet(state, facts, known, waiting)
            node = nodes[state]
            if node.region == MAIN and node.is_leaf and not node.model.final:
                self._meet(ANYWHERE, facts, known, waiting)

    @staticmethod
    def _meet(state: str, facts: frozenset[str], known: dict[str, frozenset[str]], waiting: list[str]) -> None:
        both = known[state] & facts if state in known else facts
        if both != known.get(state):
            known[state] = both
            waiting.append(state)

    # ----------------------------------------------------------------------------------------------- what a way teaches

    def _gained(self, way: Way) -> frozenset[str]:
        if way.number < 0:
            return frozenset()
        transition = self._ground.model.transitions[way.number]
        place = ("transitions", way.number)
        guard = self._ground.typed.guards[*place, "guard"]
        found = set(self._wanted(guard))
        node = self._ground.typed.nodes.get((*place, "at"))
        found.update(field for read in strict_reads(node) for field in self.fields_behind(read)) if node else None
        found.update(name for effect in transition.effects if effect.only_if is None for name in effect.set or ())
        if transition.upon is not None and transition.upon.startswith("forms."):
            found.update(self._given(transition.upon.split(".")[1]))
        return frozenset(found)

    def _lost(self, way: Way) -> frozenset[str]:
        if way.number < 0:
            return frozenset()
        effects = self._ground.model.transitions[way.number].effects
        return frozenset(name for effect in effects for name in effect.clear or ())

    def asked(self, guard: Guard) -> frozenset[str]:
        """The fields that a guard asks for in so many words."""
        return frozenset(name for atom in atoms(guard) if atom.holds for name in self._shown(atom.node))

    def _wanted(self, guard: Guard) -> Iterator[str]:
        """The fields that a guard cannot be open without."""
        yield from self.asked(guard)
        for leaf in required(guard):
            if leaf.clause.waivable_by:
                continue
            for read in strict_reads(leaf.when):
                yield from self.fields_behind(read)

    def _shown(self, node: Node) -> Iterator[str]:
        """The fields that something shows to be set by being true."""
        if isinstance(node, Call) and node.name == "is_set":
            for read in reads(node):
                yield from self.fields_behind(read)
        elif isinstance(node, ReadNode) and node.read.parts[0] == "forms" and node.read.parts[-1] in ("done", "signed"):
            yield from self._given(node.read.parts[1])

    def _given(self, form_id: str) -> Iterator[str]:
        """The fields that a complete form has set."""
        form: m.Form | None = self._ground.model.forms.get(form_id)
        for name, field in (form.sets if form else {}).items():
            datum = self._ground.data.all.get(("forms", form_id, name))
            if datum is not None and datum.required:
                yield field

"""Does a name in a scenario mean something? Where it does not, it is told with what was probably meant."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from dyade.authoring import scenario_model as s
from dyade.authoring.stories import Story
from dyade.flow.plan import Plan, plan_of
from dyade.program.conditions.types import Enum, ListOf, Person
from dyade.program.conditions.values import ValueRefused, parse_value
from dyade.program.data import TypedDatum
from dyade.program.diagnostics import Findings, Term
from dyade.program.graph import Ambiguous
from dyade.program.misfits import SHAPES, kinds_of
from dyade.program.program import Program
from dyade.program.tree import Path

CODES = {"role": "D010", "state": "D011", "template": "D012", "field": "D013", "form": "D014"}
"""The codes of what is unknown; the rest is `D016`."""
WANTED: Mapping[str, str] = {
    "text": "text",
    "int": "whole",
    "decimal": "number",
    "money": "number",
    "bool": "bool",
    "date": "date",
    "time": "time",
    "duration": "duration",
    "person": "identifier",
    "list": "list",
}
"""The words for the types of data."""


class Lookup:
    """Knows the names of one story, and of its program."""

    def __init__(self, program: Program, story: Story, people: Mapping[str, s.Person], findings: Findings) -> None:
        self.model = program.model
        self.data = program.data
        self.plan: Plan = plan_of(program)
        self.story = story
        self.people = people
        self._findings = findings

    def tell(self, code: str, path: Path, *, at_key: bool = False, **about: Any) -> None:
        """Note a mistake at a value of the story, or at its key."""
        place = self.story.places.key_place(path) if at_key else self.story.places.place(path)
        self._findings.add(code, place, path=self.story.places.dotted(path), **about)

    def has_unknown_key(self, path: Path) -> bool:
        """Whether a key that is not known was told inside a value of the story."""
        line, column, *end = self.story.places.place(path)
        unknown = (found.place for found in self._findings if found.code == "D002")
        return any((line, column) <= place[:2] and place[:2] < tuple(end) for place in unknown)

    def known(self, kind: str, name: str, path: Path, among: Collection[str], *, at_key: bool = False) -> bool:
        """Whether a name is among those that exist; it is told where it is not."""
        if name in among:
            return True
        code = CODES.get(kind, "D016")
        facts = {"kind": Term(f"kind.{kind}")} if code == "D016" else {}
        known = sorted(among) if isinstance(among, set | frozenset) else among
        shown = tuple(known) if 0 < len(among) <= 6 else ()
        self.tell(code, path, at_key=at_key, name=name, near=(name, among), expected=shown, **facts)
        return False

    def someone(self, name: str, path: Path, *, at_key: bool = False) -> bool:
        """Whether a person takes part in the story."""
        return self.known("person", name, path, self.people, at_key=at_key)

    def state(self, reference: str, path: Path) -> str | None:
        """The path of a state."""
        found = self.plan.graph.find(reference)
        if isinstance(found, Ambiguous):
            self.tell("D015", path, name=reference, choices=", ".join(found.paths), expected=found.paths)
            return None
        if found is None:
            nodes = self.plan.graph.nodes
            self.known("state", reference, path, {*nodes, *(node.rpartition(".")[2] for node in nodes)})
        return found

    def value(self, datum: TypedDatum, raw: Any, path: Path) -> None:
        """A value that its type takes; a person in it takes part in the story."""
        try:
            value = parse_value(datum.type, raw, nullable=datum.nullable)
        except ValueRefused:
            self._misread(datum, raw, path)
            return
        persons = value if isinstance(value, tuple) else (value,)
        kind = datum.type.item if isinstance(datum.type, ListOf) else datum.type
        if isinstance(kind, Person):
            for person in persons:
                if isinstance(person, str):
                    self.someone(person, path)

    def _misread(self, datum: TypedDatum, raw: Any, path: Path) -> None:
        if isinstance(datum.type, Enum) and isinstance(raw, str):
            self.known("value", raw, path, datum.type.values)
            return
        wanted = Term(f"shape.{WANTED.get(datum.type.name, 'something')}")
        found = Term(f"shape.{SHAPES[min(kinds_of(raw), default='null')]}")
        if isinstance(raw, dict | list):
            self.tell("D007", path, variant="shape", wanted=wanted, found=found)
        else:
            value = str(raw).lower() if isinstance(raw, bool) else str(raw)
            self.tell("D021", path, variant="here", wanted=wanted, found=found, value=value)

    def track(self, track: str, state: str, path: Path) -> None:
        """A track, and a state that is in it."""
        regions = {name.rpartition(".")[2]: name for name in self.plan.graph.regions if name}
        regions |= {name: name for name in self.plan.graph.regions if name}
        if not self.known("track", track, path, regions, at_key=True):
            return
        found = self.state(state, path)
        if found is not None and self.plan.graph.nodes[found].region != regions[track]:
            inside = [node for node in self.plan.graph.nodes if node.startswith(f"{regions[track]}.")]
            self.known("state", state, path, [node.rpartition(".")[2] for node in inside])

    def values(self, base: tuple[str, ...], given: Mapping[str, Any], path: Path, kind: str, *, judged: bool) -> None:
        """Data under names; their types are looked at where no refusal could be what is wanted."""
        names = [at[-1] for at in self.data if at[:-1] == base]
        for name, value in given.items():
            if self.known(kind, name, (*path, name), names, at_key=True) and judged:
                self.value(self.data[*base, name], value, (*path, name))

"""Which stories does a scenarios file tell? Each scenario over the defaults, once for each choice of its matrix.

Everything in a story remembers where it is written, so that a mistake or a difference can be shown there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from dyade.authoring.scenario_model import ActStep, Scenario, StartDyad
from dyade.program.diagnostics import Findings, Place
from dyade.program.model import Misshapen, made
from dyade.program.tree import Path, Tree

StoryKey = tuple[int, str]
MOST_CHOICES = 500
"""Stories that one matrix makes at most."""
_PLACEHOLDER = re.compile(r"\$([a-z][a-z0-9_]*)")
_ABSENT = object()


class Places:
    """Where the parts of one story are written: in the scenario itself, in its matrix, or in the defaults."""

    def __init__(self, tree: Tree, index: int, choice: Mapping[str, int]) -> None:
        self.tree = tree
        self.index = index
        self.choice = choice

    def path(self, path: Path) -> Path:
        """The path in the file of a part of the story."""
        own: Path = ("scenarios", self.index, *path)
        if path and path[0] != "steps" and _at(self.tree.data, own) is _ABSENT:
            shared: Path = ("defaults", *path)
            own = shared if _at(self.tree.data, shared) is not _ABSENT else own
        written = _at(self.tree.data, own)
        if isinstance(written, str) and written[:1] == "$" and written[1:] in self.choice:
            return ("scenarios", self.index, "matrix", written[1:], self.choice[written[1:]])
        return own

    def place(self, path: Path) -> Place:
        """The place of a value of the story."""
        return self.tree.place(self.path(path))

    def key_place(self, path: Path) -> Place:
        """The place of the key that leads to a value of the story."""
        return self.tree.key_place(self.path(path))

    def dotted(self, path: Path) -> str:
        """A path for people."""
        return self.tree.dotted(self.path(path))


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One life to live, with everything that the defaults and the matrix bring."""

    name: str
    scenario: Scenario
    places: Places
    begins: bool
    """Whether its first step starts the dyad: nothing is given then."""

    @property
    def key(self) -> StoryKey:
        """What tells it apart, whatever the names."""
        return self.places.index, self.name

    @property
    def title(self) -> Place:
        """Where its name is written."""
        return self.places.place(("name",))


def stories(tree: Tree, findings: Findings) -> tuple[Story, ...]:
    """Tell the stories of a file that has the shape of the language."""
    found: list[Story] = []
    for index, raw in enumerate(tree.data.get("scenarios", ())):
        found += _of_scenario(tree, index, raw, findings)
    return tuple(found)


def _of_scenario(tree: Tree, index: int, raw: Mapping[str, Any], findings: Findings) -> Iterator[Story]:
    matrix: Mapping[str, Sequence[Any]] = raw.get("matrix") or {}
    merged = _merged(tree.data.get("defaults") or {}, raw)
    choices = list(_choices(matrix))
    if len(choices) > MOST_CHOICES:
        place = tree.key_place(("scenarios", index, "matrix"))
        findings.add("D008", place, variant="many", limit=MOST_CHOICES)
        return
    for choice in choices:
        values = {name: matrix[name][at] for name, at in choice.items()}
        places = Places(tree, index, choice)
        try:
            scenario = made(Scenario, _chosen(merged, values) if values else merged)
        except Misshapen as error:
            _tell_unfit(error, places, findings)
            continue
        shown = ", ".join(f"{name}: {value}" for name, value in values.items())
        name = f"{scenario.name} [{shown}]" if shown else scenario.name
        yield Story(name=name, scenario=scenario, places=places, begins=_begins(scenario))


def _begins(scenario: Scenario) -> bool:
    first = scenario.steps[0]
    return isinstance(first, ActStep) and isinstance(first.act, StartDyad)


def _choices(matrix: Mapping[str, Sequence[Any]]) -> Iterator[dict[str, int]]:
    for picked in product(*(range(len(values)) for values in matrix.values())):
        yield dict(zip(matrix, picked, strict=True))


def _tell_unfit(error: Misshapen, places: Places, findings: Findings) -> None:
    for path, value in error.misfits:
        findings.add("D007", places.place(path), path=places.dotted(path), value=str(value)[:80])


# ------------------------------------------------------------------------------------------------------------- merging


def _merged(defaults: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """A scenario over the defaults: people attribute by attribute, what is given value by value."""
    merged = {key: value for key, value in own.items() if key != "matrix"}
    people: dict[str, Any] = dict(defaults.get("people") or {})
    for name, person in (own.get("people") or {}).items():
        people[name] = _person(people.get(name) or {}, person or {})
    merged["people"] = {name: person or {} for name, person in people.items()}
    merged["given"] = _given(defaults.get("given") or {}, own.get("given") or {}, own)
    if "clock" not in merged and "clock" in defaults and "after" not in merged["given"]:
        merged["clock"] = defaults["clock"]
    return merged


def _person(before: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    renamed = {"role", "roles"} if {"role", "roles"} & own.keys() else set()
    return {**{key: value for key, value in before.items() if key not in renamed}, **own}


def _given(before: Mapping[str, Any], own: Mapping[str, Any], scenario: Mapping[str, Any]) -> dict[str, Any]:
    if "after" in own or _starts(scenario):
        return dict(own)
    merged = {key: value for key, value in before.items() if not (key == "tracks" and "state" in own)}
    for key, value in own.items():
        old = merged.get(key)
        merged[key] = {**old, **value} if isinstance(old, dict) and isinstance(value, dict) else value
    return merged


def _starts(scenario: Mapping[str, Any]) -> bool:
    first = next(iter(scenario.get("steps") or ()), None)
    acts = first.values() if isinstance(first, dict) else ()
    return any(isinstance(act, dict) and "start" in act for act in acts)


def _chosen(data: Any, values: Mapping[str, Any]) -> Any:
    """Put the values of the matrix where their names stand; a name alone takes the value as it is."""
    if isinstance(data, dict):
        return {key: _chosen(value, values) for key, value in data.items()}
    if isinstance(data, list):
        return [_chosen(item, values) for item in data]
    if not isinstance(data, str) or "$" not in data:
        return data
    if data[0] == "$" and data[1:] in values:
        return values[data[1:]]
    return _PLACEHOLDER.sub(lambda found: str(values.get(found[1], found[0])), data)


def _at(data: Any, path: Path) -> Any:
    for step in path:
        keys = data if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ()
        if step not in keys:
            return _ABSENT
        data = data[step]
    return data

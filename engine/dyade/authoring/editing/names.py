"""What are the names of a program, and which name does a word mean? Of the text as it stands, sound or not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from dyade.authoring.editing.drafts import Draft, follow
from dyade.authoring.editing.grammar import Spot
from dyade.program.names import Site
from dyade.program.tree import Path


class Name(NamedTuple):
    """A thing that a program names: its kind, what it belongs to, and what it is called."""

    kind: str
    """`role`, `state`, `entry` … as the catalogue of diagnostics calls it."""
    path: tuple[str, ...]
    """A state's whole path; an entry after its form; the last one is what is written."""

    @property
    def word(self) -> str:
        """What is written."""
        return self.path[-1]

    @property
    def dotted(self) -> str:
        """What tells it from all others of its kind."""
        return ".".join(self.path)


class Word(NamedTuple):
    """Some letters of a text that name something: from, to, and what."""

    start: int
    end: int
    name: Name


SECTIONS: Mapping[str, str] = {
    "params": "param",
    "tables": "table",
    "clauses": "clause",
    "roles": "role",
    "fields": "field",
    "forms": "form",
    "series": "series",
    "quotas": "quota",
    "budgets": "quota",
    "deadlines": "deadline",
    "templates": "template",
    "certificates": "certificate",
    "sources": "source",
}
"""A section -> the kind of its keys."""
MEMBERS: Mapping[tuple[str, str], str] = {
    ("Role", "attributes"): "attribute",
    ("Role", "aggregates"): "aggregate",
    ("Form", "entry"): "entry",
    ("Form", "aggregates"): "aggregate",
    ("FormStep", "input"): "input",
    ("Transition", "input"): "input",
    ("Enrolment", "profile"): "item",
    ("Enrolment", "statuses"): "status",
}
"""The keys of a part that name what belongs to it."""
IDS: Mapping[str, str] = {
    "Transition": "transition",
    "Reminder": "reminder",
    "FormStep": "step",
    "Clause": "clause",
    "NamedClause": "clause",
    "PairClause": "clause",
    "Limit": "clause",
    "Invariant": "invariant",
    "Retention": "retention",
}
"""The parts whose `id` names them."""
DOTTED: Mapping[str, str] = {**SECTIONS, "transitions": "transition"}
ABOUT_A_STATE = frozenset(("is_in", "visited", "days_in"))


def declared_by(draft: Draft, spot: Spot) -> Name | None:
    """The name that stands at a place to be declared there."""
    if spot.is_key and spot.part == "Program":
        kind = "state" if spot.key == "states" else SECTIONS.get(spot.key)
        return Name(kind, (spot.value,)) if kind and len(spot.path) == 2 else None
    if spot.is_key and spot.part in ("State", "Track") and spot.key in ("states", "tracks"):
        return Name("state", state_path(spot.path))
    if spot.is_key and (kind := MEMBERS.get((spot.part, spot.key))):
        return Name(kind, (*owner(draft, spot.at), spot.value))
    if spot.key == "id" and spot.part in IDS and isinstance(spot.value, str):
        if spot.part == "FormStep":
            return Name("step", (str(spot.path[1]), spot.value))
        return Name(IDS[spot.part], (spot.value,))
    return None


def state_path(path: Path) -> tuple[str, ...]:
    """The states and tracks on the way to one of them."""
    return tuple(str(step) for step in path[1::2])


def owner(draft: Draft, at: Path) -> tuple[str, ...]:
    """What members belong to: (`forms`, form), (`roles`, role), (`transitions`, id), (`steps`, form, id)."""
    match at:
        case ("transitions", int(), *_):
            return "transitions", str(follow(draft.tree.data, (*at[:2], "id")))
        case ("forms", str(form), "steps", int(), *_):
            return "steps", form, str(follow(draft.tree.data, (*at[:4], "id")))
        case (str(section), str(name), *_):
            return section, name
    return ()


class Names:
    """The names that a program declares, and what words mean among them."""

    def __init__(self, draft: Draft, declared: Mapping[Name, tuple[Path, bool]]) -> None:
        self.draft = draft
        self.declared = declared
        """Where each stands: a path, and whether it is a key."""
        self._states: dict[str, list[Name]] = {}
        for name in declared:
            if name.kind == "state":
                self._states.setdefault(name.word, []).append(name)

    def of(self, kind: str, *within: str) -> Iterator[Name]:
        """The names of a kind, those of one owner where it is said."""
        for name in self.declared:
            if name.kind == kind and name.path[: len(within)] == within:
                yield name

    def known(self, kind: str, *path: str) -> Name | None:
        """A name, where it is declared."""
        name = Name(kind, path)
        return name if name in self.declared else None

    def is_track(self, name: Name) -> bool:
        """Whether it names a region rather than a state."""
        return name.kind == "state" and "tracks" in self.declared[name][0][-2:-1]

    # --------------------------------------------------------------------------------------------------------- states

    def state(self, text: str, within: tuple[str, ...] = ()) -> Iterator[Word]:
        """The states and tracks that a reference names; its first part may be the last name of a state."""
        parts = text.split(".")
        top = self._top(parts, within)
        at = 0
        for number, part in enumerate(parts):
            name = Name("state", (*top, *parts[: number + 1]))
            if name in self.declared:
                yield Word(at, at + len(part), name)
            at += len(part) + 1

    def _top(self, parts: list[str], within: tuple[str, ...]) -> tuple[str, ...]:
        whole = tuple(parts)
        for before in (within, ()):
            if Name("state", (*before, *whole)) in self.declared:
                return before
        found = self._states.get(parts[0], []) if len(parts) == 1 else []
        return found[0].path[:-1] if len(found) == 1 else ()

    # --------------------------------------------------------------------------------------------------- dotted names

    def dotted(self, text: str, site: Site) -> Iterator[Word]:
        """What each part of a dotted name means, where a condition stands."""
        parts = tuple(text.split("."))
        ends = [sum(len(part) + 1 for part in parts[: n + 1]) - 1 for n in range(len(parts))]
        for number, name in self._meant(parts, site):
            if name is not None and name in self.declared:
                yield Word(ends[number] - len(parts[number]), ends[number], name)

    def _meant(self, parts: tuple[str, ...], site: Site) -> Iterator[tuple[int, Name | None]]:
        head, rest = parts[0], parts[1:]
        if site.pair is not None and head in site.pair:
            yield 0, Name("role", (head,))
            yield from self._of_person(1, head, rest)
        elif head in DOTTED and rest:
            yield 1, self._first(head, rest[0])
            if len(rest) > 1:
                yield from self._second(head, rest[0], rest[1:])
        elif rest:
            yield from self._local(head, rest, site)

    @staticmethod
    def _first(head: str, word: str) -> Name:
        return Name(DOTTED[head], (word,))

    def _second(self, head: str, word: str, rest: tuple[str, ...]) -> Iterator[tuple[int, Name | None]]:
        match head:
            case "roles":
                yield 2, self.known("aggregate", "roles", word, rest[0])
                yield from self._of_person(2, word, rest)
            case "forms" if rest[0] == "last" and len(rest) > 1:
                yield from self._of_datum(3, Name("entry", ("forms", word, rest[1])), rest[2:])
            case "forms":
                for kind, path in (("aggregate", ("forms", word)), ("entry", ("forms", word)), ("step", (word,))):
                    yield 2, self.known(kind, *path, rest[0])
            case "fields":
                yield from self._of_datum(1, Name("field", (word,)), rest)
            case "transitions":
                yield 2, self.known("input", "transitions", word, rest[0])

    def _local(self, head: str, rest: tuple[str, ...], site: Site) -> Iterator[tuple[int, Name | None]]:
        """What only some places read."""
        forms = {"form": site.form, "entry": site.entry, "item": site.item}
        if head == "input" and site.input is not None:
            yield from self._of_datum(1, Name("input", (*site.input, rest[0])), rest[1:])
        elif form := forms.get(head):
            yield from self._of_datum(1, Name("entry", ("forms", form, rest[0])), rest[1:])
        elif head == "person" and site.person is not None:
            yield from self._of_person(1, site.person, rest)
        elif head == "actor":
            for role in site.actor or ():
                if found := self.known("attribute", "roles", role, rest[0]):
                    yield 1, found
                    return

    def _of_person(self, at: int, role: str | None, rest: tuple[str, ...]) -> Iterator[tuple[int, Name | None]]:
        if role is not None and rest:
            yield at, self.known("attribute", "roles", role, rest[0])
            yield at, self.known("item", "enrolments", role, rest[0])

    def _of_datum(self, at: int, name: Name, rest: tuple[str, ...]) -> Iterator[tuple[int, Name | None]]:
        """A datum, then what is known of the person that it may hold."""
        yield at, name
        if rest and name in self.declared:
            datum: Any = follow(self.draft.tree.data, self.declared[name][0])
            role = datum.get("role") if isinstance(datum, dict) else None
            yield from self._of_person(at + 1, role if isinstance(role, str) else None, rest)

"""Where does a program mention each of its names? Keys, values, conditions and braces, each word by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from typing import NamedTuple

from dyade.authoring.editing.drafts import Draft
from dyade.authoring.editing.grammar import Grammar, Spot
from dyade.authoring.editing.names import DOTTED, Name, Names, Word, declared_by, state_path
from dyade.authoring.editing.spoken import in_condition, in_text, moved
from dyade.program import model as m
from dyade.program.checks.names import NAMED
from dyade.program.diagnostics import Place
from dyade.program.keys import keys
from dyade.program.names import Site
from dyade.program.program_structure import STRUCTURE
from dyade.program.tree import Path, Tree

GRAMMAR = Grammar(STRUCTURE, m.Program)
_DOTTED = re.compile(rf"(?:{'|'.join(DOTTED)})(?:\.[a-z][a-z0-9_]*)+")
NOWHERE = Site()
FILLED = frozenset(
    (
        *(("Template", key) for key in ("subject", "body")),
        *((part, key) for part in ("Clause", "NamedClause") for key in ("message", "hint")),
        *((part, "message") for part in ("Invariant", "JointQuorum", "Limit", "Quota", "Budget", "PairClause")),
    )
)
"""The texts between whose braces names are read."""
OWN: Mapping[tuple[str, str], str] = {
    ("Effect", "certificate"): "certificate",
    ("Quota", "reserve_on"): "transition",
    ("Budget", "blocks"): "transition",
    ("Matching", "offer"): "transition",
    ("Use", "use"): "clause",
    ("EligibleClause", "eligible"): "role",
    ("Quotation", "doc"): "source",
    ("Migration", "states"): "state",
    ("Migration", "fields"): "field",
    ("Migration", "roles"): "role",
    ("Migration", "forms"): "form",
}
"""The keys whose words name something, beyond those that checks look up in a table."""
OF_A_FORM = frozenset((("Limit", "of"), ("Form", "unique"), ("Form", "dated_by"), ("Form", "sets")))


class Mention(NamedTuple):
    """A name, where it is written: some letters of a key or of a value."""

    name: Name
    path: Path
    start: int
    end: int
    is_key: bool
    declares: bool
    spot: Spot


class Mentions:
    """A program and every place where it says its names."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.spots = tuple(GRAMMAR.spots(draft.tree))
        declared: dict[Name, tuple[Path, bool]] = {}
        for spot in self.spots:
            name = declared_by(draft, spot)
            if name is not None:
                declared.setdefault(name, (spot.path, spot.is_key))
        self.names = Names(draft, declared)

    @cached_property
    def all(self) -> tuple[Mention, ...]:
        """Every mention, in the order of the file."""
        return tuple(mention for spot in self.spots for mention in self._of(spot))

    def _of(self, spot: Spot) -> Iterator[Mention]:
        name = declared_by(self.draft, spot)
        if name is not None:
            yield Mention(name, spot.path, 0, len(name.word), spot.is_key, True, spot)
        elif isinstance(spot.value, str):
            for word in self._words(spot):
                yield Mention(word.name, spot.path, word.start, word.end, spot.is_key, False, spot)

    def _words(self, spot: Spot) -> Iterator[Word]:
        text = spot.value
        if spot.kind in ("condition", "expression") and not spot.is_key:
            return in_condition(text, self.names, self.draft.sites(spot.path))
        if spot.kind == "text" and (spot.part, spot.key) in FILLED:
            return in_text(text, self.names, self._sites_of_text(spot))
        if spot.kind == "text" and (spot.part, spot.key) != ("Series", "place"):
            return iter(())
        if not spot.is_key and _DOTTED.fullmatch(text):
            return self.names.dotted(text, NOWHERE)
        return self._lone(spot, text)

    def _sites_of_text(self, spot: Spot) -> tuple[Site, ...]:
        return self.draft.sites(spot.at)

    def _lone(self, spot: Spot, text: str) -> Iterator[Word]:
        """What a word means by itself, where its key says of what kind it is."""
        if spot.part == "Migration" and spot.key in ("states", "roles", "forms") and spot.is_key:
            return iter(())
        kind = _table().get((spot.part, spot.key), ("", ()))[0] or OWN.get((spot.part, spot.key))
        if (spot.part, spot.key) in OF_A_FORM or spot.part == "Aggregate":
            return self._datum(spot, text)
        if spot.key == "initial":
            return self.names.state(text, self._around(spot))
        if kind == "state":
            inner = text.removeprefix("history(").removesuffix(")")
            return moved(self.names.state(inner), text.find(inner))
        if spot.part == "EnrolmentEffect" and spot.key in ("status", "set"):
            return self._enrolled(spot, text)
        if (spot.part, spot.key) == ("JointQuorum", "count_distinct"):
            return _whole(text, *self.names.of("attribute"))
        return _whole(text, Name(kind, (text,))) if kind and Name(kind, (text,)) in self.names.declared else iter(())

    def _datum(self, spot: Spot, text: str) -> Iterator[Word]:
        """A datum of the form, or an attribute of the role, that is being said."""
        if (spot.part, spot.key) == ("Form", "sets") and not spot.is_key:
            return _whole(text, *self.names.of("field"))
        kind = "entry" if spot.path[0] == "forms" else "attribute"
        return _whole(text, *self.names.of(kind, *(str(step) for step in spot.path[:2])))

    def _enrolled(self, spot: Spot, text: str) -> Iterator[Word]:
        role = str(self.draft.value((*spot.at, "role")))
        kind = "status" if spot.key == "status" else "item"
        wanted = spot.key == "status" or spot.is_key
        return _whole(text, *self.names.of(kind, "enrolments", role)) if wanted else iter(())

    @staticmethod
    def _around(spot: Spot) -> tuple[str, ...]:
        """The state or track whose first child is said."""
        return state_path(spot.at) if spot.part in ("State", "Track") else ()

    # --------------------------------------------------------------------------------------------------------- places

    def place(self, mention: Mention) -> Place:
        """Where a mention is written."""
        return place_in(self.draft.tree, mention)

    def owner(self, mention: Mention) -> str:
        """What a mention is a part of, as people call it: `transitions.jumeler`."""
        return self.draft.tree.dotted(mention.path[:2])


def place_in(tree: Tree, mention: Mention) -> Place:
    """Where a mention is written in its file."""
    if not mention.is_key:
        return tree.inner(mention.path, mention.start, mention.end)
    key = tree.key_place(mention.path)
    quoted = (key.end_column - key.column - len(str(mention.spot.value))) // 2 if key.line == key.end_line else 0
    first = key.column + quoted + mention.start
    return Place(key.line, first, key.line, first + mention.end - mention.start)


def _whole(text: str, *known: Name) -> Iterator[Word]:
    """A word that is one of some names, if it is."""
    name = next((name for name in known if name.word == text), None)
    return iter((Word(0, len(text), name),) if name is not None else ())


@cache
def _table() -> Mapping[tuple[str, str], tuple[str, tuple[str, ...]]]:
    """(kind of part, key) -> the kind of name that stands there, and other words, from the table that checks use."""
    found: dict[tuple[str, str], tuple[str, tuple[str, ...]]] = {}
    for part in [part for part in vars(m).values() if isinstance(part, type) and issubclass(part, m.Part)]:
        written = {key.attribute: key.key for key in keys(part)}
        for kind, table in NAMED.items():
            named = {name: also for cls in part.__mro__ if cls in table for name, also in table[cls].items()}
            for name, also in named.items():
                found[part.__name__.rstrip("_"), written[name]] = kind, also
    return found


def kinds_at(part: str, key: str, path: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The kinds of names that stand under a key of a part, and the other words that may."""
    kind, also = _table().get((part, key), (OWN.get((part, key), ""), ()))
    if part == "Aggregate" and key not in ("where", "since", "window", "count"):
        kind = "entry" if path[:1] == ("forms",) else "attribute"
    elif (part, key) == ("Form", "sets"):
        kind = "field" if path[-2:-1] == ("sets",) and len(path) == 4 and path[-1] != "sets" else "entry"
    elif (part, key) in OF_A_FORM:
        kind = "entry"
    elif key == "initial":
        kind = "state"
    return (kind,) if kind else (), also

"""How is it said that something has not the shape of the language? A misfit becomes a finding, in plain words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any, Final, NamedTuple

from dyade.program import model
from dyade.program.diagnostics import Findings, Fix, Place, Term
from dyade.program.french import key_meant
from dyade.program.keys import LANGUAGE, keys
from dyade.program.model import DATA_TYPE, DATA_TYPES, IDENTIFIER, STATE_PATH
from dyade.program.nearest import fold, nearest
from dyade.program.scalars import pointed
from dyade.program.tree import Path, Tree

Schema = Mapping[str, Any]


class Misfit(NamedTuple):
    """One thing that the schema does not allow."""

    rule: str
    """The keyword that it breaks; `kind`, `choice`, `few` and `many` are ours."""
    wanted: Any
    path: Path
    """The part; for a key that is not known, or badly written, the key too."""
    value: Any
    schema: Schema

    @property
    def part(self) -> str:
        """The name of the part in the schema, where it has one."""
        return str(self.schema.get("x-name", ""))

    @property
    def lacks_text(self) -> bool:
        """Whether a text alone is missing."""
        return self.rule == "required" and self.schema["properties"][self.wanted].get("x-name") == "text"


PARTS: Mapping[str, str] = {
    "Program": "program",
    "Transition": "transition",
    "Role": "role",
    "State": "state",
    "Track": "track",
    "Form": "form",
    "FormStep": "step",
    "EntryDatum": "entry",
    "Field": "field",
    "Attribute": "attribute",
    "Datum": "input",
    "Aggregate": "aggregate",
    "Limit": "limit",
    "Param": "param",
    "Table": "table",
    "Clause": "clause",
    "NamedClause": "clause",
    "Reminder": "reminder",
    "Template": "template",
    "Deadline": "deadline",
    "Invariant": "invariant",
    "Source": "source",
    "Scenario": "scenario",
    "Person": "person",
}
"""The parts that have a name of their own, and the word for each."""
WORDS: Mapping[str, str] = {
    "text": "texts",
    "condition": "condition",
    "expression": "text",
    "duration": "duration",
    "identifier": "identifier",
    "name": "identifier",
    "state": "identifier",
    "where": "identifier",
    "scalar": "something",
    "value": "something",
}
"""The word for a named fragment of the schema."""
LONGEST: Final = 200
"""Letters of a text that is read as a list without its brackets."""
ANYTHING: Final = Term("shape.something")
"""What says nothing to who left a place empty."""
SHAPES: Mapping[str, str] = {
    "object": "map",
    "array": "list",
    "string": "text",
    "integer": "whole",
    "number": "number",
    "boolean": "bool",
    "null": "empty",
}
OTHER_TONGUES: Mapping[str, str] = {
    "string": "text",
    "str": "text",
    "texte": "text",
    "integer": "int",
    "entier": "int",
    "number": "decimal",
    "nombre": "decimal",
    "float": "decimal",
    "boolean": "bool",
    "booleen": "bool",
    "argent": "money",
    "montant": "money",
    "heure": "time",
    "duree": "duration",
    "choix": "enum",
    "choice": "enum",
    "personne": "person",
    "fichier": "file",
    "list": "list<text>",
    "liste": "list<text>",
}
"""What other languages call our types of data."""


def kinds_of(value: object) -> frozenset[str]:
    """What JSON Schema calls a value."""
    match value:
        case bool():
            return frozenset(("boolean",))
        case int():
            return frozenset(("integer", "number"))
        case Decimal():
            return frozenset(("number",)) if value.is_finite() else frozenset()
        case str():
            return frozenset(("string",))
        case dict():
            return frozenset(("object",))
        case list():
            return frozenset(("array",))
        case None:
            return frozenset(("null",))
        case _:
            return frozenset()


def own_name(misfit: Misfit) -> str:
    """The name of the part that does not fit: its id, or its key."""
    known = next((misfit.value[key] for key in ("id", "name") if isinstance(misfit.value.get(key), str)), "")
    return known or (misfit.path[-1] if misfit.path and isinstance(misfit.path[-1], str) else "")


def tell(misfits: Sequence[Misfit], tree: Tree, findings: Findings) -> None:
    """Tell every misfit once, and no key as missing where a key that is not known was meant to be it."""
    teller = _Teller(tree, findings)
    unknown = [misfit for misfit in misfits if misfit.rule == "additionalProperties"]
    for misfit in unknown:
        teller.unknown_key(misfit)
    for misfit in misfits:
        teller.say(misfit)


class _Teller:
    """Knows where things are, and what was already said of them."""

    def __init__(self, tree: Tree, findings: Findings) -> None:
        self.tree = tree
        self.findings = findings
        self.meant: set[Path] = set()
        """The keys that unknown ones were probably meant to be."""
        self.rules = {
            "required": self.missing,
            "oneOf": self.exactly_one,
            "choice": self.choice,
            "kind": self.wrong_kind,
            "type": self.wrong_kind,
            "enum": self.not_allowed,
            "const": self.not_allowed,
            "pattern": self.badly_written,
            "propertyNames": self.bad_key,
            "few": self.wrong_size,
            "many": self.wrong_size,
            "minimum": self.out_of_bounds,
            "maximum": self.out_of_bounds,
            "minLength": self.out_of_bounds,
            "maxLength": self.out_of_bounds,
        }

    def say(self, misfit: Misfit) -> None:
        if misfit.rule in self.rules:
            self.rules[misfit.rule](misfit)

    # Keys.

    def unknown_key(self, misfit: Misfit) -> None:
        path, key = misfit.path, str(misfit.wanted)
        part = self._at(path[:-1])
        keys = misfit.schema.get("properties", {})
        meant = key_meant(key, keys)
        place = self.tree.key_place(path)
        fixes = []
        if meant and meant not in part:
            self.meant.add((*path[:-1], meant))
            fixes = [Fix(place=place, text=meant)]
        about: dict[str, Any] = {"path": self.tree.dotted(path), "suggestion": meant, "fixes": fixes, "key": key}
        holder = str(path[-2]) if len(path) > 1 else ""
        if not meant and _stand_together(holder, key):
            about |= {"holder": holder, "why": "D002.beside.help"}
        if len(path) == 1:
            self.findings.add("D001", place, **about)
        else:
            self._of_part("D002", place, misfit._replace(path=path[:-1], value=part), **about)

    def missing(self, misfit: Misfit) -> None:
        if self._is_empty(misfit):
            self.findings.add("D007", self._own_place(misfit), path=self._dotted(misfit), variant="empty")
        elif (*misfit.path, misfit.wanted) not in self.meant:
            self._of_part("D006", self._own_place(misfit), misfit, key=str(misfit.wanted), path=self._dotted(misfit))

    def exactly_one(self, misfit: Misfit) -> None:
        present = [key for key in misfit.wanted if key in misfit.value]
        if self._is_empty(misfit) or (not present and self.meant & {(*misfit.path, key) for key in misfit.wanted}):
            return
        place, path = self._own_place(misfit), self._dotted(misfit)
        name = own_name(misfit)
        if misfit.part == "Transition" and name:
            variant = "" if present else "none"
            facts: dict[str, Any] = {"n": len(present)} if present else {}
            self.findings.add("D004", place, path=path, variant=variant, name=name, **facts)
        elif not present and misfit.wanted == ("type", "like"):
            self._of_part("D006", place, misfit, key="type", path=path)
        else:
            at = self.tree.key_place((*misfit.path, present[-1])) if present else place
            self.findings.add("D007", at, path=path, variant="choice", expected=misfit.wanted)

    def choice(self, misfit: Misfit) -> None:
        place = self._own_place(misfit)
        self.findings.add("D007", place, path=self._dotted(misfit), variant="choice", expected=misfit.wanted)

    def bad_key(self, misfit: Misfit) -> None:
        key, place = str(misfit.value), self.tree.key_place(misfit.path)
        path = self.tree.dotted(misfit.path)
        if misfit.wanted == LANGUAGE:
            self.findings.add("T002", place, path=path, lang=key, near=(key, self._languages()))
        else:
            self._not_an_identifier(key, place, path)

    # Values.

    def wrong_kind(self, misfit: Misfit) -> None:
        place, path = self.tree.place(misfit.path), self._dotted(misfit)
        wanted = tuple(dict.fromkeys(_wanted(misfit)))
        found = _found(misfit.value)
        if misfit.value is None:
            expected = wanted if wanted != (ANYTHING,) else ()
            if not self.findings.has("Y005", place):  # what an alias stands for was left out
                self.findings.add("D007", place, path=path, variant="empty", expected=expected)
        elif isinstance(misfit.value, dict | list):
            more = wanted if len(wanted) > 1 else ()
            self.findings.add("D007", place, path=path, variant="shape", wanted=wanted[0], found=found, expected=more)
        else:
            value = _spelled(misfit.value)
            meant = _as_wanted(misfit, wanted)
            number = pointed(value) if Term("shape.number") in wanted else None
            self.findings.add(
                "D021",
                place,
                path=path,
                variant="here",
                wanted=wanted[0],
                value=value,
                found=found,
                suggestion=number or meant,
                fixes=[Fix(place=place, text=number)] if number else (),
                expected=wanted if len(wanted) > 1 and not meant else (),
                why="D008.digits.help" if _is_unquoted_text(misfit, wanted) else "",
            )

    def not_allowed(self, misfit: Misfit) -> None:
        allowed = misfit.wanted if misfit.rule == "enum" else (misfit.wanted,)
        if isinstance(misfit.value, dict | list) or misfit.value is None:
            return  # its type is told already
        self._value(misfit, [_spelled(value) for value in allowed])

    def badly_written(self, misfit: Misfit) -> None:
        value, path = str(misfit.value), self._dotted(misfit)
        if misfit.wanted == DATA_TYPE:
            self._value(misfit, DATA_TYPES, OTHER_TONGUES.get(fold(value)))
        elif misfit.part in ("identifier", "name", "state", "where"):
            self._not_an_identifier(value, self.tree.place(misfit.path), path)
        else:
            plain = _as_identifier(value)
            fits = plain == fold(value) and re.search(misfit.wanted, plain)
            self._value(misfit, misfit.schema.get("examples", ()), plain if fits else None)

    def wrong_size(self, misfit: Misfit) -> None:
        place, path = self.tree.place(misfit.path), self._dotted(misfit)
        if misfit.rule == "few" and any(meant[:-1] == misfit.path for meant in self.meant):
            return  # it would have what it lacks under a key that is told
        if misfit.rule == "few" and misfit.wanted == 1:
            self.findings.add("D007", place, path=path, variant="empty")
        else:
            self.findings.add("D008", place, path=path, variant=misfit.rule, limit=misfit.wanted)

    def out_of_bounds(self, misfit: Misfit) -> None:
        variant = {"minimum": "low", "maximum": "high", "minLength": "short", "maxLength": "long"}[misfit.rule]
        facts: dict[str, Any] = {} if variant in ("short", "long") else {"value": _spelled(misfit.value)}
        place = self.tree.place(misfit.path)
        self.findings.add("D008", place, path=self._dotted(misfit), variant=variant, limit=misfit.wanted, **facts)

    # What they share.

    def _value(self, misfit: Misfit, allowed: Iterable[str], meant: str | None = None) -> None:
        place, value, allowed = self.tree.place(misfit.path), _spelled(misfit.value), tuple(allowed)
        meant = meant or nearest(value, allowed)
        self.findings.add(
            "D007",
            place,
            path=self._dotted(misfit),
            value=value,
            suggestion=meant,
            expected=allowed,
            fixes=[Fix(place=place, text=meant)] if meant else (),
        )

    def _not_an_identifier(self, name: str, place: Place, path: str) -> None:
        meant = _as_identifier(name)
        fixes = [Fix(place=place, text=meant)] if meant else []
        self.findings.add("D005", place, path=path, name=name, suggestion=meant, fixes=fixes)

    def _of_part(self, code: str, place: Place, misfit: Misfit, **about: Any) -> None:
        """Say it of a part by its name, where it has one."""
        kind, name = PARTS.get(misfit.part), own_name(misfit)
        if kind and name:
            self.findings.add(code, place, kind=Term(f"kind.{kind}"), name=name, **about)
        else:
            self.findings.add(code, place, variant="here", **about)

    def _own_place(self, misfit: Misfit) -> Place:
        """Where a part shows who it is: its key, its id, or its first key."""
        path = misfit.path
        if path and isinstance(path[-1], str):
            return self.tree.key_place(path)
        if path and "id" in misfit.value:
            return self.tree.place((*path, "id"))
        return self.tree.key_place((*path, next(iter(misfit.value)))) if misfit.value else self.tree.place(path)

    def _is_empty(self, misfit: Misfit) -> bool:
        """Whether a part that needs several keys has none: that is one mistake."""
        return not misfit.value and bool(misfit.path) and bool(misfit.schema.get("required"))

    def _dotted(self, misfit: Misfit) -> str:
        return self.tree.dotted(misfit.path)

    def _languages(self) -> list[str]:
        data = self.tree.data.get("locales")
        return [language for language in data if isinstance(language, str)] if isinstance(data, list) else []

    def _at(self, path: Path) -> Any:
        data = self.tree.data
        for step in path:
            data = data[step]
        return data


def _wanted(misfit: Misfit) -> Iterator[Term]:
    """The words for what a place takes."""
    if misfit.part in WORDS:
        yield Term(f"shape.{WORDS[misfit.part]}")
    elif misfit.rule == "kind":
        for branch in misfit.wanted:
            yield from _wanted(misfit._replace(rule="type", wanted=_types(branch), schema=branch))
    else:
        kinds = [misfit.wanted] if isinstance(misfit.wanted, str) else misfit.wanted
        yield from (Term(f"shape.{SHAPES[kind]}") for kind in kinds)


def _types(schema: Schema) -> Any:
    return schema["type"] if "type" in schema else [_types(branch) for branch in schema["anyOf"]]


def _stand_together(one: str, other: str) -> bool:
    """Whether some part of the language has both keys, side by side."""
    return any({one, other} <= known for known in _key_sets())


@cache
def _key_sets() -> tuple[frozenset[str], ...]:
    parts = (part for part in vars(model).values() if isinstance(part, type) and issubclass(part, model.Part))
    return tuple(frozenset(key.key for key in keys(part)) for part in parts)


def _found(value: object) -> Term:
    kinds = kinds_of(value)
    kind = "number" if "number" in kinds else next(iter(kinds), "null")
    return Term(f"shape.{SHAPES[kind]}")


def _spelled(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _as_wanted(misfit: Misfit, wanted: Sequence[str]) -> str | None:
    """A word where a list, or a named clause, stands."""
    if not isinstance(misfit.value, str):
        return None
    words = [word.strip() for word in misfit.value.split(",")]
    if len(misfit.value) > LONGEST or not all(re.search(STATE_PATH, word) for word in words):
        return None
    if Term("shape.list") in wanted:
        return f"[{', '.join(words)}]"
    if len(words) > 1:
        return None
    is_guard = misfit.rule == "kind" and any(branch.get("x-name") == "Use" for branch in misfit.wanted)
    return f"use: {misfit.value}" if is_guard else None


def _is_unquoted_text(misfit: Misfit, wanted: Sequence[str]) -> bool:
    """Whether quotes are all that a text lacks."""
    is_text = misfit.part in ("", "text") and wanted[0] in (Term("shape.text"), Term("shape.texts"))
    return is_text and not isinstance(misfit.value, str)


def _as_identifier(name: str) -> str | None:
    """A name as an identifier would spell it, where that is possible."""
    plain = re.sub(r"[^a-z0-9_.]", "_", fold(name[:80].strip()))
    return plain if plain != name and re.search(f"{IDENTIFIER}|{STATE_PATH}", plain) else None

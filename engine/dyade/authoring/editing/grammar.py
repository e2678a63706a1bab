"""What stands at each place of a file, as the language has it, even where the file is not yet what it will be?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from dyade.program.model import Part
from dyade.program.schema import structure as described
from dyade.program.tree import Path, Tree
from dyade.texts import sentence

Schema = Mapping[str, Any]


class Spot(NamedTuple):
    """A key of a map, or a value that holds no other."""

    path: Path
    part: str
    """The kind of part that holds it: `Transition`."""
    at: Path
    """Where that part stands."""
    key: str
    """Under which of its keys."""
    kind: str
    """`condition`, `text`, `duration` …, as the schema calls what stands there."""
    value: Any
    is_key: bool


class Allowed(NamedTuple):
    """One way in which a place may be filled."""

    part: str
    at: Path
    key: str
    kind: str
    schema: Schema


class Grammar:
    """The structure of a kind of file."""

    def __init__(self, structure: Schema, root: type[Part]) -> None:
        self.structure = structure
        self.model = root
        self.root = root.__name__

    def meaning(self, part: str, key: str, lang: str) -> str:
        """The sentence of the language on a key of a part; empty where it has no such key."""
        schema = described(self.model)
        holder = schema if part == self.root else schema["definitions"].get(part, {})
        return in_language(holder.get("properties", {}).get(key, {}).get("description", ""), lang)

    def spots(self, tree: Tree) -> Iterator[Spot]:
        """Everything that a file says, in its order."""
        top = Allowed(self.root, (), "", "", self.structure)
        waiting: list[tuple[Path, Any, Allowed | None]] = [((), tree.data, top)]
        while waiting:
            path, value, found = waiting.pop()
            if found is None:
                continue
            if isinstance(value, dict | list):
                inside = tuple(self._inside(path, value, found))
                if isinstance(value, dict):
                    yield from (self._key(path, key, found) for key in value if self._names(found, key))
                waiting += reversed(inside)
            else:
                yield Spot(path, found.part, found.at, found.key, found.kind, value, False)

    def _inside(
        self, path: Path, value: dict[str, Any] | list[Any], found: Allowed
    ) -> Iterator[tuple[Path, Any, Allowed | None]]:
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for step, item in items:
            here = (*path, step)
            yield here, item, self._chosen(self.below(found, step, here), item)

    @staticmethod
    def _names(found: Allowed, key: str | int) -> bool:
        return isinstance(key, str) and not key.startswith("x-") and key not in found.schema.get("properties", {})

    @staticmethod
    def _key(path: Path, key: str | int, found: Allowed) -> Spot:
        return Spot((*path, key), found.part, found.at, found.key, "", key, True)

    def at(self, tree: Tree, path: Path) -> tuple[Allowed, ...]:
        """The ways in which a place may be filled, what is around it being as it is."""
        found: tuple[Allowed, ...] = (Allowed(self.root, (), "", "", self.structure),)
        data = tree.data
        for at, step in enumerate(path):
            holder = self._chosen(found, data)
            if holder is None:
                return ()
            found = self.below(holder, step, path[: at + 1])
            data = _inside(data, step)
        return found

    def below(self, holder: Allowed, step: str | int, path: Path) -> tuple[Allowed, ...]:
        """The ways in which what stands under a key, or is an item, may be filled."""
        schema = holder.schema
        if isinstance(step, int):
            inner = schema.get("items")
            return tuple(self._branches(inner, holder, path)) if inner else ()
        known = schema.get("properties", {}).get(step)
        if known is not None:
            return tuple(self._branches(known, holder._replace(key=step, kind=""), path))
        others = schema.get("additionalProperties")
        return tuple(self._branches(others, holder, path)) if isinstance(others, dict) else ()

    def _branches(self, schema: Schema, holder: Allowed, path: Path) -> Iterator[Allowed]:
        """A schema without its references and choices."""
        if "$ref" in schema:
            name = str(schema["$ref"]).rpartition("/")[2]
            inner = self.structure["definitions"][name]
            if name[0].isupper():
                yield Allowed(name, path, "", "", inner)
            else:
                yield from self._branches(inner, holder._replace(kind=name), path)
        elif "anyOf" in schema:
            for branch in schema["anyOf"]:
                yield from self._branches(branch, holder, path)
        else:
            yield holder._replace(schema=schema)

    def _chosen(self, ways: tuple[Allowed, ...], data: Any) -> Allowed | None:
        """The way that a value was probably meant to fill its place."""
        fit = [way for way in ways if _fits(way.schema, data)] or list(ways)
        return max(fit, key=lambda way: _likeness(way.schema, data)) if fit else None


def in_language(english: str, lang: str) -> str:
    """A sentence of the language, which is written in English."""
    return sentence("language", english, "fr") if english and lang == "fr" else english


def _fits(schema: Schema, data: Any) -> bool:
    kinds = schema.get("type", ())
    wanted = "object" if isinstance(data, dict) else "array" if isinstance(data, list) else ""
    said = (kinds,) if isinstance(kinds, str) else tuple(kinds)
    return wanted in said if wanted else not set(said) <= {"object", "array"}


def _likeness(schema: Schema, data: Any) -> int:
    """How many keys of a group are those of a part, its marks counting more, strangers against."""
    if not isinstance(data, dict) or "properties" not in schema:
        return 0
    properties = schema["properties"]
    strange = sum(key not in properties for key in data) * (not isinstance(schema.get("additionalProperties"), dict))
    marks = sum(key in data for key in schema.get("required", ()))
    missing = sum(key not in data for key in schema.get("required", ()))
    return sum(key in properties for key in data) + 2 * marks - missing - 2 * strange


def _inside(data: Any, step: str | int) -> Any:
    if isinstance(data, dict):
        return data.get(step)
    if isinstance(data, list) and isinstance(step, int) and -1 < step < len(data):
        return data[step]
    return None

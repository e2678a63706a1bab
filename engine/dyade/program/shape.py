"""Has a file the shape of the language? What the schema does not allow, each told once, at its place.

The model is asked first: it accepts nothing that the schema does not allow, and most files are sound. Where it refuses,
jsonschema walks the data; keywords of ours choose the branch that a part was meant to be, so that a mistake is told in
the words of that branch alone. `misfits` says it to people.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from dyade.program.diagnostics import Findings
from dyade.program.french import key_meant
from dyade.program.keys import LANGUAGE, PRIVATE
from dyade.program.misfits import Misfit, kinds_of, own_name, tell
from dyade.program.model import Misshapen, Part, Program, made
from dyade.program.pruning import GONE, copied, pruned, put
from dyade.program.tree import Path, Tree

TOLD = 200
"""A file with more mistakes than this is another kind of file: no more are looked for, and no part of it is kept."""
ROUNDS = 12
"""How many times the parts that lack what was left out are left out in turn."""

Errors = Iterator[Any]
Schema = Mapping[str, Any]


class Shape(NamedTuple):
    """What came of holding a file against its schema."""

    ok: bool
    broken: tuple[Path, ...] = ()
    """What must be left out so that the rest can be read; the empty path is the whole file."""
    filled: tuple[tuple[Path, Mapping[str, str]], ...] = ()
    """Labels that are missing, and what stands for them so that the part they name can be read."""
    private: tuple[Path, ...] = ()
    """Keys that begin with `x-`, which nobody reads."""
    made: Any = None
    """The model of the file, where it could be made of the whole of it."""


def check_program_shape(tree: Tree, findings: Findings) -> Shape:
    """Hold a program against the schema of programs."""
    return check_shape(tree, Program, findings)


def check_shape(tree: Tree, model: type[Part], findings: Findings) -> Shape:
    """Hold a file against the schema of its model, and tell what does not fit."""
    with suppress(Misshapen):
        return Shape(True, made=made(model, tree.data))
    misfits, private = _look(model, tree.data)
    if not misfits:
        return Shape(True, private=private)
    tell(misfits, tree, findings)
    broken, filled = _left_out(model, tree.data, misfits)
    return Shape(False, broken, filled, private)


def prune(tree: Tree, shape: Shape) -> Tree | None:
    """Leave out what does not fit and what nobody reads; nothing is left where the whole file is broken."""
    if () in shape.broken:
        return None
    out = (*shape.broken, *shape.private)
    return pruned(tree, out, dict(shape.filled)) if out or shape.filled else tree


def _left_out(model: type[Part], data: Any, misfits: Sequence[Misfit]) -> tuple[tuple[Path, ...], Any]:
    """Find what to leave out, then the parts that cannot stand without it, until the rest fits."""
    rest = copied(data)
    broken: dict[Path, None] = {}
    filled: dict[Path, Mapping[str, str]] = {}
    for _ in range(ROUNDS):
        if len(misfits) > TOLD or any(not misfit.path and not misfit.lacks_text for misfit in misfits):
            break
        for misfit in misfits:
            if misfit.lacks_text:
                path = (*misfit.path, misfit.wanted)
                filled[path] = dict.fromkeys(_languages(data), own_name(misfit) or misfit.wanted)
                put(rest, path, filled[path])
            else:
                broken[misfit.path] = None
                put(rest, misfit.path, GONE)
        misfits, _private = _look(model, rest)
        if not misfits:
            return tuple(broken), tuple(filled.items())
    return ((),), ()


def _languages(data: Any) -> Sequence[str]:
    languages = data.get("locales")
    written = languages if isinstance(languages, list) else []
    return [word for word in written if isinstance(word, str) and _matches(LANGUAGE, word)] or ["en"]


# ----------------------------------------------------------------------------------------------------------- jsonschema


def _look(model: type[Part], data: Any) -> tuple[tuple[Misfit, ...], tuple[Path, ...]]:
    """Walk the data: what does not fit, and the private keys."""
    misfits: list[Misfit] = []
    private: list[Path] = []
    for error in _validator(model).iter_errors(data):
        path = tuple(error.absolute_path)
        if error.validator == "private":
            private.append(path)
        else:
            misfits.append(_misfit(error, path))
        if len(misfits) > TOLD:
            break
    return tuple(misfits), tuple(private)


def _misfit(error: Any, path: Path) -> Misfit:
    return Misfit(error.validator, error.validator_value, path, error.instance, error.schema)


@cache
def _validator(model: type[Part]) -> Any:
    from jsonschema import Draft7Validator, validators
    from referencing import Registry

    numbers = Draft7Validator.TYPE_CHECKER.redefine("number", lambda _, value: _is_number(value))
    extend: Any = validators.extend
    language = extend(Draft7Validator, _KEYWORDS, type_checker=numbers)
    # An empty registry: no reference is ever fetched.
    return language(_drawn(model), registry=Registry())


@cache
def _drawn(model: type[Part]) -> Schema:
    """What data is held against; it is written down, since making it costs more than using it."""
    return _linked(model.written_down())


def _linked(schema: Schema) -> Schema:
    """Draw the references in, so that a branch is known by what it holds; each part bears its name.

    Each choice bears what tells its branches apart, which is the same for all data.
    """
    definitions = schema["definitions"].items()
    parts: dict[str, dict[str, Any]] = {name: {**copied(part), "x-name": name} for name, part in definitions}
    choices: list[dict[str, Any]] = []

    def draw(node: Any) -> Any:
        if isinstance(node, dict):
            if "$ref" in node:
                return parts[node["$ref"].rpartition("/")[2]]
            if "anyOf" in node:
                choices.append(node)
            node.update({key: draw(value) for key, value in node.items()})
        elif isinstance(node, list):
            node[:] = [draw(item) for item in node]
        return node

    for part in parts.values():
        draw(part)
    root: dict[str, Any] = draw(copied({key: value for key, value in schema.items() if key != "definitions"}))
    for choice in choices:
        choice["x-kinds"] = [_kinds(branch) for branch in choice["anyOf"]]
        groups = [branch for branch in choice["anyOf"] if "object" in _kinds(branch)]
        choice["x-marks"] = {branch["x-name"]: _marks(branch, groups) for branch in groups if len(groups) > 1}
    return {**root, "x-name": "Program" if "dyade" in root["properties"] else "File"}


def _is_number(value: object) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite()
    return isinstance(value, int) and not isinstance(value, bool)


def _error(rule: str, wanted: Any, path: Sequence[str | int] = (), **facts: Any) -> Any:
    from jsonschema.exceptions import ValidationError

    return ValidationError("", validator=rule, validator_value=wanted, path=path, **facts)


def _properties(validator: Any, properties: Schema, instance: Any, _schema: Schema) -> Errors:
    if isinstance(instance, dict):
        for key, value in instance.items():
            if key in properties:
                yield from validator.descend(value, properties[key], path=key)


def _additional(validator: Any, allowed: Any, instance: Any, schema: Schema) -> Errors:
    """Of the keys that are not known: each is a mistake, or has the shape of the rest."""
    if not isinstance(instance, dict):
        return
    known = schema.get("properties", {})
    for key, value in instance.items():
        if key in known or _is_private(key, schema):
            continue
        if allowed is False:
            yield _error("additionalProperties", key, [key])
        else:
            yield from validator.descend(value, allowed, path=key)


def _private(_validator: Any, _patterns: Any, instance: Any, schema: Schema) -> Errors:
    if isinstance(instance, dict):
        yield from (_error("private", key, [key]) for key in instance if _is_private(key, schema))


def _items(validator: Any, wanted: Schema, instance: Any, _schema: Schema) -> Errors:
    if isinstance(instance, list):
        for number, item in enumerate(instance):
            if item is not GONE:
                yield from validator.descend(item, wanted, path=number)


def _few(_validator: Any, least: int, instance: Any, schema: Schema) -> Errors:
    if isinstance(instance, dict | list) and _size(instance, schema) < least:
        yield _error("few", least)


def _many(_validator: Any, most: int, instance: Any, schema: Schema) -> Errors:
    if isinstance(instance, dict | list) and _size(instance, schema) > most:
        yield _error("many", most)


def _others(_validator: Any, wanted: int, instance: Any, schema: Schema) -> Errors:
    """A number of keys beside those that are known: JSON Schema has no word for it, and editors do without."""
    if isinstance(instance, dict):
        others = [key for key in instance if key not in schema["properties"] and not _is_private(key, schema)]
        if len(others) != wanted:
            yield _error("few" if len(others) < wanted else "many", wanted)


def _required(_validator: Any, keys: Sequence[str], instance: Any, _schema: Schema) -> Errors:
    if isinstance(instance, dict):
        yield from (_error("required", key) for key in keys if key not in instance)


def _together(_validator: Any, wanted: Mapping[str, Sequence[str]], instance: Any, _schema: Schema) -> Errors:
    if isinstance(instance, dict):
        for key, others in wanted.items():
            if key in instance:
                yield from (_error("required", other) for other in others if other not in instance)


def _exactly_one(_validator: Any, choices: Sequence[Schema], instance: Any, _schema: Schema) -> Errors:
    if isinstance(instance, dict):
        keys = tuple(choice["required"][0] for choice in choices)
        if sum(key in instance for key in keys) != 1:
            yield _error("oneOf", keys)


def _key_names(_validator: Any, wanted: Schema, instance: Any, _schema: Schema) -> Errors:
    if isinstance(instance, dict):
        for key in instance:
            if not _matches(wanted["pattern"], key):
                yield _error("propertyNames", wanted["pattern"], [key], instance=key)


def _pattern(_validator: Any, wanted: str, instance: Any, _schema: Schema) -> Errors:
    if isinstance(instance, str) and not _matches(wanted, instance):
        yield _error("pattern", wanted)


def _any_of(validator: Any, branches: Sequence[Schema], instance: Any, schema: Schema) -> Errors:
    kinds = kinds_of(instance)
    fit = [branch for branch, mine in zip(branches, schema["x-kinds"], strict=True) if not mine.isdisjoint(kinds)]
    if not fit:
        yield _error("kind", tuple(branches))
        return
    if len(fit) > 1 and isinstance(instance, dict):
        marks = schema["x-marks"]
        fit = _meant(instance, fit, marks)
        if not fit:
            yield _error("choice", tuple(names[0] for names in marks.values() if names))
            return
    yield from validator.descend(instance, fit[0])


def _kinds(schema: Schema) -> set[str]:
    if "anyOf" in schema:
        return {kind for branch in schema["anyOf"] for kind in _kinds(branch)}
    kinds = schema["type"]
    return {kinds} if isinstance(kinds, str) else set(kinds)


def _marks(branch: Schema, among: Sequence[Schema]) -> list[str]:
    """The keys that a branch must have and that no other may have: the first one names it."""
    others = {key for other in among if other is not branch for key in other.get("properties", ())}
    return sorted((key for key in branch.get("required", ()) if key not in others), key=lambda key: key == "id")


def _meant(instance: Mapping[str, Any], branches: Sequence[Schema], marks: Mapping[str, list[str]]) -> list[Schema]:
    """The branch that a part was meant to be; none where it cannot be told."""
    chosen = [branch for branch in branches if any(mark in instance for mark in marks[branch["x-name"]])]
    if chosen:
        return chosen if len(chosen) == 1 else []
    if unmarked := [branch for branch in branches if not marks[branch["x-name"]]]:
        return unmarked
    names = {mark: branch for branch in branches for mark in marks[branch["x-name"]]}
    guesses = [names[guess] for key in instance if (guess := key_meant(key, names))]
    near = [branch for branch in branches if branch in guesses]
    only = [branch for branch in branches if any(key in branch["properties"] for key in instance)]
    return next((found for found in (near, only) if len(found) == 1), [])


def _is_private(key: str, schema: Schema) -> bool:
    return key.startswith("x-") and PRIVATE in schema.get("patternProperties", ())


def _size(instance: dict[str, Any] | list[Any], schema: Schema) -> int:
    if isinstance(instance, dict):
        return sum(not _is_private(key, schema) for key in instance)
    return sum(item is not GONE for item in instance)


def _matches(pattern: str, text: str) -> bool:
    # A dollar would also match before a last line feed.
    return "\n" not in text and re.search(pattern, text) is not None


_KEYWORDS: Mapping[str, Callable[[Any, Any, Any, Schema], Errors]] = {
    "properties": _properties,
    "additionalProperties": _additional,
    "patternProperties": _private,
    "propertyNames": _key_names,
    "items": _items,
    "required": _required,
    "dependencies": _together,
    "oneOf": _exactly_one,
    "anyOf": _any_of,
    "pattern": _pattern,
    "x-others": _others,
    "minItems": _few,
    "maxItems": _many,
    "minProperties": _few,
    "maxProperties": _many,
}
"""Our way with these keywords; jsonschema has the others."""

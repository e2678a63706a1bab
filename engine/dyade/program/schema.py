"""What does an editor need to know of the language? JSON Schemas (draft 7) made from the models.

`structure` is what shape checking uses; `editor_schema` adds words to it: hover texts in both languages, snippets.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from itertools import pairwise
from types import ModuleType
from typing import Any

from dyade.program import model as m
from dyade.program.keys import LANGUAGE, PRIVATE
from dyade.program.model import DATA_TYPE, IDENTIFIER, LARGEST, STATE_PATH, Part, Program
from dyade.program.snippets import ENUMS, FRAGMENTS, SNIPPETS
from dyade.texts import sentence

Schema = dict[str, Any]

DIALECT = "http://json-schema.org/draft-07/schema#"
_PARTS = {name: part for name, part in vars(m).items() if isinstance(part, type) and issubclass(part, Part)}
EXACTLY_ONE: Mapping[str, tuple[str, ...]] = {
    name: part.exactly_one for name, part in _PARTS.items() if part.exactly_one
}
"""Among these keys, a part has exactly one."""
TOGETHER: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    name: part.together for name, part in _PARTS.items() if part.together
}
"""A key that asks for others beside it."""

_TEXT: Schema = {
    "anyOf": [
        {"type": "string"},
        {
            "type": "object",
            "propertyNames": {"pattern": LANGUAGE},
            "patternProperties": {PRIVATE: {}},
            "additionalProperties": {"type": "string"},
            "minProperties": 1,
        },
    ]
}
EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "clock": ("2026-09-01 09:00", "+10 business days"),
    "currency": ("CAD",),
    "day_time": ("09:00",),
    "due": ("2026-09-01", "2026-09-01 09:00"),
    "each": ("forms.expenses", "forms.agreement.waiting"),
    "like": ("fields.trade",),
    "locales": ("fr", "en"),
    "on": ("2026-09-01",),
    "to": ("state", "history(state)"),
    "upon": ("forms.agreement.signed", "roles.mentor.accepted"),
}
"""What may stand under a key whose values have a form of their own."""
_VALUES: Schema = {"type": "object", "additionalProperties": {"$ref": "#/definitions/scalar"}}
_SHARED: Mapping[str, Schema] = {
    "text": _TEXT,
    "condition": {"type": ["boolean", "string"]},
    "expression": {"type": ["boolean", "number", "string"], "minimum": -LARGEST, "maximum": LARGEST},
    "duration": {"type": "string"},
    "scalar": {"type": ["boolean", "number", "string"], "minimum": -LARGEST, "maximum": LARGEST},
    "identifier": {"type": "string", "pattern": IDENTIFIER},
    "state": {"type": "string", "pattern": STATE_PATH},
    "datum_type": {"type": "string", "pattern": DATA_TYPE},
    "name": {"type": "string", "pattern": rf"{IDENTIFIER}|^\$[a-z][a-z0-9_]*$"},
    "where": {"type": "string", "pattern": rf"{STATE_PATH}|^\$[a-z][a-z0-9_]*$"},
    "value": {
        "anyOf": [
            {"$ref": "#/definitions/scalar"},
            {"type": "array", "items": {"anyOf": [{"$ref": "#/definitions/scalar"}, _VALUES]}},
            _VALUES,
            {"type": "null"},
        ]
    },
    "values": {
        "type": "object",
        "propertyNames": {"pattern": f"{IDENTIFIER}|{PRIVATE}"},
        "patternProperties": {PRIVATE: {}},
        "additionalProperties": {"$ref": "#/definitions/value"},
    },
}
"""What the models write out at each place is said once; found by its kind, or by its pattern."""
_SCALAR = [{"type": kind} for kind in ("boolean", "integer", "number", "string")]


def program_schema() -> Schema:
    """The schema of a program file, for editors."""
    return editor_schema(Program, "dyade program")


@cache
def structure(model: type[Part]) -> Schema:
    """Make the schema that data is held against; callers share it and leave it as it is."""
    raw = model.model_json_schema(by_alias=True)
    _document(model, raw)
    parts = {_name(key): _part(_name(key), _tidy(part)) for key, part in raw.pop("$defs", {}).items()}
    root = _part(_name(model.__name__), _tidy(raw))
    used = _mentions([root, *parts.values()])
    used |= _mentions([_SHARED[key] for key in used & _SHARED.keys()])
    shared = {key: value for key, value in _SHARED.items() if key in used}
    return {**root, "definitions": {**shared, **dict(sorted(parts.items()))}}


def editor_schema(model: type[Part], title: str) -> Schema:
    """Make the schema of a file, with what an author reads while writing it."""
    schema = structure(model)
    parts = {key: _snippets(key, _worded({**_told(key), **part})) for key, part in schema["definitions"].items()}
    root = {key: value for key, value in schema.items() if key != "definitions"}
    whole = {"$schema": DIALECT, "title": title, **_worded(root), "definitions": parts}
    return {key: _ordered(value) for key, value in whole.items()}


# ---------------------------------------------------------------------------------------------------------- docstrings


def _document(model: type[Part], raw: Schema) -> None:
    """Put the sentence that stands under a key in the model into the schema.

    The models' own way of doing so reads their source at each import, of each command.
    """
    known = _docstrings(import_module(Program.__module__)) | _docstrings(import_module(model.__module__))
    for name, schema in ((model.__name__, raw), *raw.get("$defs", {}).items()):
        home = known.get(name, {})
        for key, value in schema.get("properties", {}).items():
            if key in home:
                value.setdefault("description", home[key])


@cache
def _docstrings(module: ModuleType) -> dict[str, dict[str, str]]:
    """The sentences of a module's models: class → key, as written in the file → sentence; those of a base too."""
    found: dict[str, dict[str, str]] = {}
    for node in ast.parse(inspect.getsource(module)).body:
        if not isinstance(node, ast.ClassDef):
            continue
        inherited = [found[base.id] for base in node.bases if isinstance(base, ast.Name) and base.id in found]
        found[node.name] = {key: text for keys in inherited for key, text in keys.items()}
        for field, said in pairwise(node.body):
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(said, ast.Expr):
                sentence_ = said.value.value if isinstance(said.value, ast.Constant) else None
                if isinstance(sentence_, str):
                    found[node.name][field.target.id.rstrip("_")] = sentence_
    return found


# -------------------------------------------------------------------------------------------------------------- tidying


def _tidy(schema: Schema) -> Schema:
    """Drop what the models' own generator adds, and close what it leaves open."""
    kept = {key: value for key, value in schema.items() if key not in ("title", "x-kind")}
    if schema.get("x-kind") in _SHARED:
        kept = {"$ref": _ref(schema["x-kind"]), **_beside(kept)}
    elif "$ref" in kept:
        kept["$ref"] = _ref(_name(kept["$ref"].rpartition("/")[2]))
    elif "anyOf" in kept:
        kept = _choice(kept)
    elif kept.get("type") == "object":
        kept = _object(kept)
    elif "items" in kept:
        kept["items"] = _tidy(kept["items"])
    return _shared({key: value for key, value in kept.items() if not (key == "default" and _is_empty(value))})


def _choice(schema: Schema) -> Schema:
    """Tidy a choice; where a key may be left out, `null` is no way of saying so."""
    optional = "default" in schema and schema["default"] is None
    branches = [branch for branch in schema["anyOf"] if not (optional and branch == {"type": "null"})]
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    scalars = [branch for branch in branches if branch in _SCALAR]
    if len(scalars) == len(_SCALAR):
        branches = [{"$ref": _ref("scalar")}, *(branch for branch in branches if branch not in scalars)]
    if len(branches) == 1:
        return _tidy(branches[0]) | rest
    return {"anyOf": [_tidy(branch) for branch in branches], **rest}


def _object(schema: Schema) -> Schema:
    """Tidy a part (a closed set of keys) or a map (keys of a pattern, or any)."""
    out = dict(schema)
    for pattern, value in schema.get("patternProperties", {}).items():
        out["propertyNames"] = {"pattern": pattern}
        out["additionalProperties"] = value
    if "properties" in schema:
        out["properties"] = {key: _exemplified(key, _tidy(value)) for key, value in schema["properties"].items()}
    if isinstance(out.get("additionalProperties"), dict):
        out["additionalProperties"] = _tidy(out["additionalProperties"])
    if "propertyNames" in out:
        out["propertyNames"] = {"pattern": f"{out['propertyNames']['pattern']}|{PRIVATE}"}
    if "propertyNames" in out or out.get("additionalProperties") is False:
        out["patternProperties"] = {PRIVATE: {}}
    return out


def _exemplified(key: str, schema: Schema) -> Schema:
    """Add what would be right, where a pattern alone says little."""
    if key not in EXAMPLES:
        return schema
    if "pattern" in schema:
        return {**schema, "examples": list(EXAMPLES[key])}
    inside = [name for name in ("items", "additionalProperties") if isinstance(schema.get(name), dict)]
    inner = {name: _exemplified(key, schema[name]) for name in inside}
    choices = {"anyOf": [_exemplified(key, branch) for branch in schema["anyOf"]]} if "anyOf" in schema else {}
    return {**schema, **inner, **choices}


def _part(name: str, part: Schema) -> Schema:
    """Add what several keys of a part owe to one another."""
    out = dict(part)
    exactly = EXACTLY_ONE.get(name, ())
    if exactly:
        out["oneOf"] = [{"required": [key]} for key in exactly]
    if name in TOGETHER:
        out["dependencies"] = {key: list(others) for key, others in TOGETHER[name].items()}
    return out


def _shared(schema: Schema) -> Schema:
    """Name a fragment that is written out in many places."""
    beside = _beside(schema)
    bare = {key: value for key, value in schema.items() if key not in beside}
    name = next((name for name, fragment in _SHARED.items() if bare == fragment and "pattern" in fragment), None)
    return {"$ref": _ref(name), **beside} if name else schema


def _beside(schema: Schema) -> Schema:
    """What a reference may say of its own."""
    return {key: schema[key] for key in ("description", "default") if key in schema}


def _mentions(schema: object) -> set[str]:
    """The definitions that a schema refers to."""
    if isinstance(schema, dict):
        own = {schema["$ref"].rpartition("/")[2]} if isinstance(schema.get("$ref"), str) else set()
        return own.union(*map(_mentions, schema.values()))
    return set().union(*map(_mentions, schema)) if isinstance(schema, list) else set()


def _name(key: str) -> str:
    """A model that shuns a Python name ends in an underscore; its definition need not."""
    return key.rstrip("_")


def _ref(name: str) -> str:
    return f"#/definitions/{name}"


def _is_empty(value: object) -> bool:
    return value is None or value == [] or isinstance(value, dict)


# ---------------------------------------------------------------------------------------------------------------- words


def words(schema: Schema) -> tuple[str, ...]:
    """Every English sentence that a structure shows, those of its fragments and choices included."""
    found = dict.fromkeys(_sentences(schema))
    names = schema["definitions"]
    found |= dict.fromkeys(text for name, text in FRAGMENTS.items() if name in names)
    found |= dict.fromkeys(text for name in names for text, _ in SNIPPETS.get(name, ()))
    return tuple(found)


def _sentences(schema: object) -> list[str]:
    if isinstance(schema, list):
        return [text for item in schema for text in _sentences(item)]
    if not isinstance(schema, dict):
        return []
    own = [schema["description"]] if isinstance(schema.get("description"), str) else []
    chosen = ENUMS.get(_choices(schema), ())
    return [*own, *chosen, *(text for value in schema.values() for text in _sentences(value))]


def _worded(schema: Any) -> Any:
    """Say everything in both languages."""
    if isinstance(schema, list):
        return [_worded(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    out = {key: _worded(value) for key, value in schema.items()}
    if isinstance(schema.get("description"), str):
        out["description"] = out["markdownDescription"] = _both(schema["description"])
    if (chosen := ENUMS.get(_choices(schema))) is not None:
        out["enumDescriptions"] = [_both(text) for text in chosen]
    return out


def _ordered(schema: Any) -> Any:
    """What a thing is before what it holds, for those who read the schema itself."""
    if isinstance(schema, list):
        return [_ordered(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    first = {key: schema[key] for key in ("$ref", "type", "description", "markdownDescription") if key in schema}
    return {key: _ordered(value) for key, value in (first | schema).items()}


def _both(english: str) -> str:
    return f"{english}\n\n{sentence('language', english, 'fr')}"


def _choices(schema: Schema) -> tuple[str, ...]:
    choices = schema.get("enum")
    return tuple(choices) if isinstance(choices, list) else ()


def _told(name: str) -> Schema:
    return {"description": FRAGMENTS[name]} if name in FRAGMENTS else {}


def _snippets(name: str, part: Schema) -> Schema:
    snippets = [
        {"label": f"{name.lower()}: {text}", "description": _both(text), "body": body}
        for text, body in SNIPPETS.get(name, ())
    ]
    return {**part, "defaultSnippets": snippets} if snippets else part

"""What people submit, against what the program asks for: JSON in, values out, or every problem at once.

The JSON Schema of a form or an input is generated from the program's one notation for data; jsonschema does the
validating, with no reference and with patterns in linear time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from dyade.flow.outcome import Reason
from dyade.program.attached import largest, type_by_name, types
from dyade.program.conditions.types import (
    BOOL,
    DATE,
    DATETIME,
    DECIMAL,
    DURATION,
    EMPTY,
    FILE,
    INT,
    MONEY,
    TIME,
    Enum,
    ListOf,
    Person,
    Type,
)
from dyade.program.conditions.values import ValueRefused, parse_value
from dyade.program.data import TypedDatum, is_file
from dyade.program.patterns import matches

Reasons = tuple[Reason, ...]
LONGEST_TEXT = 100_000
MOST_ITEMS = 1_000
LARGEST_BITS = 64

_JSON_TYPES: Mapping[Type, dict[str, Any]] = {
    BOOL: {"type": "boolean"},
    INT: {"type": "integer"},
    DECIMAL: {"type": ["number", "string"]},
    MONEY: {"type": ["number", "string"]},
    DATE: {"type": "string", "format": "date"},
    DATETIME: {"type": "string"},
    TIME: {"type": "string"},
    DURATION: {"type": "string"},
    FILE: {
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"type": "string", "minLength": 1},
            "size": {"type": "integer", "minimum": 0},
            "type": {"type": "string"},
            "sha256": {"type": "string"},
        },
        "additionalProperties": False,
    },
}


def json_schema(datum: TypedDatum) -> dict[str, Any]:
    """The JSON Schema of what may be given for a datum, besides nothing."""
    model, kind = datum.model, datum.type
    if isinstance(kind, ListOf):
        schema: dict[str, Any] = {"type": "array", "items": _of_type(kind.item), "maxItems": MOST_ITEMS}
        schema |= {key: value for key, value in (("minItems", model.min), ("maxItems", model.max)) if value is not None}
        return schema
    schema = _of_type(kind)
    if schema.get("type") == "string":
        limits = (("minLength", model.min_length), ("maxLength", model.max_length), ("pattern", model.pattern))
        schema |= {key: value for key, value in limits if value is not None}
    if kind == INT:
        schema |= {key: v for key, v in (("minimum", model.min), ("maximum", model.max)) if isinstance(v, int)}
    return schema


def _of_type(kind: Type) -> dict[str, Any]:
    if isinstance(kind, Enum):
        return {"enum": list(kind.values)}
    if isinstance(kind, Person):
        return {"type": "string", "minLength": 1, "maxLength": 200}
    return dict(_JSON_TYPES.get(kind, {"type": "string", "maxLength": LONGEST_TEXT}))


@lru_cache(maxsize=1)
def _classes() -> tuple[Any, Any]:
    """jsonschema, imported when the first form is filled: it costs more than deciding does."""
    import jsonschema
    import referencing
    from jsonschema.exceptions import ValidationError

    def pattern(_validator: Any, wanted: str, instance: Any, _schema: Any) -> Iterator[ValidationError]:
        if isinstance(instance, str) and not matches(wanted, instance):
            yield ValidationError(wanted)

    checked = jsonschema.validators.extend(  # type: ignore[no-untyped-call]
        jsonschema.Draft202012Validator, {"pattern": pattern}
    )
    return checked, referencing.Registry()


class Asked:
    """What a form, an input or a field asks for: data by name, each with its validator, made when it is first given."""

    __slots__ = ("_data", "_validators")

    def __init__(self, data: Mapping[str, TypedDatum]) -> None:
        self._data = data
        self._validators: dict[str, Any] = {}

    def parse(self, raw: Mapping[str, Any], *, partial: bool = False) -> tuple[dict[str, Any], Reasons]:
        """Read what was given, as values; defaults fill what was left out. Every problem is told.

        `partial`: nothing is required, and nothing is filled in (a draft, one field alone).
        """
        data = self._data
        cleaned: dict[str, Any] = {}
        for name, value in raw.items():
            cleaned[name] = None if value == "" else value
            if cleaned[name] is None and not partial and name in data and not data[name].nullable:
                del cleaned[name]
        problems = self._misfits(cleaned, partial) if data or cleaned else {}
        values: dict[str, Any] = {}
        for name, datum in data.items():
            if name in problems or datum.model.formula is not None:
                continue
            if name in cleaned:
                found = _read(datum, name, cleaned[name], values)
                if found is not None:
                    problems[name] = found
            elif not partial and datum.default is not None:
                values[name] = datum.default
            elif not partial and datum.nullable:
                values[name] = EMPTY
        return values, tuple(problems.values())

    def _misfits(self, raw: Mapping[str, Any], partial: bool) -> dict[str, Reason]:
        """Why what was given, or left out, does not fit: one reason for each name."""
        found: dict[str, Reason] = {}
        for name, value in raw.items():
            datum = self._data.get(name)
            if datum is None or datum.model.formula is not None:
                continue
            if not _is_plain(value):
                long = isinstance(value, list | tuple) and len(value) > MOST_ITEMS
                found[name] = Reason("datum_maxItems", name, {"limit": MOST_ITEMS}) if long else misread(datum)
            elif value is not None:
                for error in self._validator(name).iter_errors(_jsonable(value)):
                    found[name] = _misfit(datum, error)
                    break
        if not partial:
            for name, datum in self._data.items():
                if name not in raw and datum.required:
                    found[name] = Reason("required", name, {"path": datum.path})
        for name in raw:
            if name not in self._data or self._data[name].model.formula is not None:
                found[name] = Reason("unknown_datum", name, {"known": tuple(self._data)})
        return found

    def _validator(self, name: str) -> Any:
        found = self._validators.get(name)
        if found is None:
            make, registry = _classes()
            found = self._validators[name] = make(json_schema(self._data[name]), registry=registry)
        return found


def _is_plain(value: Any) -> bool:
    """Whether a value is of a size and a shape that some datum could take; the rest never reaches a validator."""
    if isinstance(value, list | tuple):
        return len(value) <= MOST_ITEMS and all(_is_scalar(item) or _is_record(item) for item in value)
    return _is_scalar(value) or _is_record(value)


def _is_record(value: Any) -> bool:
    return isinstance(value, Mapping) and len(value) <= MOST_ITEMS and all(map(_is_scalar, value.values()))


def _is_scalar(value: Any) -> bool:
    if isinstance(value, str):
        return value.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in value)
    if isinstance(value, int):
        return value.bit_length() <= LARGEST_BITS
    return value is None or isinstance(value, float | Decimal)


def _jsonable(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


def _misfit(datum: TypedDatum, error: Any) -> Reason:
    name = datum.path[-1]
    key = str(error.validator)
    if error.path and is_file(datum.type):
        return misread(datum)
    if key in ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"):
        return Reason(f"datum_{key}", name, {"path": datum.path, "limit": error.validator_value})
    if key == "pattern":
        return Reason("datum_pattern", name, {"path": datum.path, "pattern": error.validator_value})
    return misread(datum)


def misread(datum: TypedDatum) -> Reason:
    """A value that is not of the type that is asked for."""
    kind = datum.type
    inner = kind.item if isinstance(kind, ListOf) else kind
    if isinstance(inner, Enum):
        return Reason("datum_choice", datum.path[-1], {"path": datum.path, "values": inner.values})
    return Reason("datum_type", datum.path[-1], {"path": datum.path, "type": kind.name})


def _read(datum: TypedDatum, name: str, raw: Any, values: dict[str, Any]) -> Reason | None:
    try:
        value = parse_value(datum.type, raw, nullable=datum.nullable)
    except ValueRefused:
        return misread(datum)
    if value is None:
        return None
    values[name] = value
    if is_file(datum.type):
        return unfit_file(datum, value)
    return None if datum.model.min is None and datum.model.max is None else _out_of_bounds(datum, value)


def unfit_file(datum: TypedDatum, value: Any) -> Reason | None:
    """Why a file, or one of several, is not what is asked for, by what is said of it.

    Whoever keeps files tells what they are by their content; of those of a story, the name alone is known.
    """
    if value is EMPTY:
        return None
    for one in value if isinstance(datum.type, ListOf) else (value,):
        name, size = str(one.get("name", "")), one.get("size")
        facts: dict[str, Any] = {"path": datum.path, "file": name}
        taken, kind = types(datum.model), one["type"] if "type" in one else type_by_name(name)
        if isinstance(size, int) and size > largest(datum.model):
            return Reason("datum_file_size", datum.path[-1], {**facts, "size": size, "most": largest(datum.model)})
        if kind not in taken:
            return Reason("datum_file_type", datum.path[-1], {**facts, "types": taken})
    return None


def _out_of_bounds(datum: TypedDatum, value: Any) -> Reason | None:
    """`min` and `max` of dates, amounts and decimals, which JSON Schema cannot compare."""
    if value is EMPTY or isinstance(datum.type, ListOf) or datum.type in (INT, BOOL):
        return None
    for key, limit in (("minimum", datum.model.min), ("maximum", datum.model.max)):
        if limit is None:
            continue
        try:
            bound: Any = parse_value(datum.type, limit)
        except ValueRefused:
            continue
        if (value < bound) if key == "minimum" else (value > bound):
            return Reason(f"datum_{key}", datum.path[-1], {"path": datum.path, "limit": str(limit)})
    return None

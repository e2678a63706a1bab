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
from dyade.program.data import TypedDatum
from dyade.program.patterns import matches

Reasons = tuple[Reason, ...]
Asked = Mapping[str, TypedDatum]
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
    FILE: {"type": "object"},
}


def json_schema(asked: Asked, partial: bool = False) -> dict[str, Any]:
    """The JSON Schema of what is asked for; `partial`: nothing is required (a draft, a correction)."""
    properties = {name: _with_null(datum, _of_datum(datum)) for name, datum in asked.items() if _is_given(datum)}
    required = [] if partial else [name for name, datum in asked.items() if datum.required]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _is_given(datum: TypedDatum) -> bool:
    return datum.model.formula is None


def _with_null(datum: TypedDatum, schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]} if datum.nullable else schema


def _of_datum(datum: TypedDatum) -> dict[str, Any]:
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


def validator_of(asked: Asked, partial: bool = False) -> Any:
    """A jsonschema validator for what is asked for; make it once per form."""
    classes = _classes()
    return classes[0](json_schema(asked, partial), registry=classes[1])


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


def parse(
    asked: Asked, raw: Mapping[str, Any], partial: bool = False, validator: Any = None
) -> tuple[dict[str, Any], Reasons]:
    """Read what was given, as values; defaults fill what was left out. Nothing is lost: every problem is told."""
    cleaned = {name: None if value == "" else value for name, value in raw.items()}
    if not partial:
        cleaned = {name: value for name, value in cleaned.items() if value is not None or _takes_null(asked, name)}
    problems = _misfits(asked, cleaned, partial, validator) if asked or cleaned else []
    values: dict[str, Any] = {}
    told = {reason.about for reason in problems}
    for name, datum in asked.items():
        if name in told or not _is_given(datum):
            continue
        if name in cleaned:
            problems += _read(datum, name, cleaned[name], values)
        elif not partial and datum.default is not None:
            values[name] = datum.default
        elif not partial and datum.nullable:
            values[name] = EMPTY
    return values, tuple(problems)


def _takes_null(asked: Asked, name: str) -> bool:
    return name not in asked or asked[name].nullable


def _misfits(asked: Asked, raw: Mapping[str, Any], partial: bool, validator: Any) -> list[Reason]:
    found: dict[str, Reason] = {}
    checked: dict[str, Any] = {}
    for name, value in raw.items():
        if _is_plain(value):
            if value is not None or not partial:
                checked[name] = _jsonable(value)
        elif name in asked:
            long = isinstance(value, list | tuple) and len(value) > MOST_ITEMS
            found[name] = Reason("datum_maxItems", name, {"limit": MOST_ITEMS}) if long else misread(asked[name])
        else:
            checked[name] = None
    for error in (validator or validator_of(asked, partial)).iter_errors(checked):
        for name, reason in _told(asked, error, checked):
            found.setdefault(name, reason)
    return list(found.values())


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


def _told(asked: Asked, error: Any, raw: Mapping[str, Any]) -> Iterator[tuple[str, Reason]]:
    if error.validator == "required":
        missing = (name for name in error.validator_value if name not in raw)
        yield from ((name, Reason("required", name, {"path": asked[name].path})) for name in missing)
    elif error.validator == "additionalProperties":
        for name in raw:
            if name not in asked or not _is_given(asked[name]):
                yield name, Reason("unknown_datum", name, {"known": tuple(asked)})
    else:
        name = str(error.absolute_path[0]) if error.absolute_path else ""
        yield name, _misfit(asked[name], error) if name in asked else Reason("unknown_datum", name)


def _misfit(datum: TypedDatum, error: Any) -> Reason:
    name = datum.path[-1]
    inner = error
    while inner.context:
        inner = next((e for e in inner.context if e.schema.get("type") != "null"), inner.context[0])
    key = str(inner.validator)
    if key in ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"):
        return Reason(f"datum_{key}", name, {"path": datum.path, "limit": inner.validator_value})
    if key == "pattern":
        return Reason("datum_pattern", name, {"path": datum.path, "pattern": inner.validator_value})
    return misread(datum)


def misread(datum: TypedDatum) -> Reason:
    """A value that is not of the type that is asked for."""
    kind = datum.type
    inner = kind.item if isinstance(kind, ListOf) else kind
    if isinstance(inner, Enum):
        return Reason("datum_choice", datum.path[-1], {"path": datum.path, "values": inner.values})
    return Reason("datum_type", datum.path[-1], {"path": datum.path, "type": kind.name})


def _read(datum: TypedDatum, name: str, raw: Any, values: dict[str, Any]) -> list[Reason]:
    try:
        value = parse_value(datum.type, raw, nullable=datum.nullable)
    except ValueRefused:
        return [misread(datum)]
    reasons = list(_bounds(datum, value))
    if value is not None:
        values[name] = value
    return reasons


def _bounds(datum: TypedDatum, value: Any) -> Iterator[Reason]:
    """`min` and `max` of dates, amounts and decimals, which JSON Schema cannot compare."""
    if value is None or value is EMPTY or isinstance(datum.type, ListOf) or datum.type in (INT, BOOL):
        return
    for key, limit in (("minimum", datum.model.min), ("maximum", datum.model.max)):
        if limit is None:
            continue
        try:
            bound: Any = parse_value(datum.type, limit)
        except ValueRefused:
            continue
        if (value < bound) if key == "minimum" else (value > bound):
            yield Reason(f"datum_{key}", datum.path[-1], {"path": datum.path, "limit": str(limit)})

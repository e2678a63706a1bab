"""Does each datum say a type that makes sense, and hold values of that type?"""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from dyade.program import model as m
from dyade.program.attached import LARGEST, MOST, size
from dyade.program.checks.ground import Ground, Path
from dyade.program.conditions.types import (
    DATE,
    DATETIME,
    INT,
    MONEY,
    NUMBERS,
    ORDERED,
    PLAIN,
    TEXT,
    UNKNOWN,
    Enum,
    ListOf,
    Person,
    Type,
    Value,
    type_key,
)
from dyade.program.conditions.values import ValueRefused, parse_value
from dyade.program.data import TypedDatum, is_file, param_meant, param_type, row_key
from dyade.program.diagnostics import Fix, Term
from dyade.program.names import key_type
from dyade.program.patterns import is_valid
from dyade.program.scalars import pointed

KINDS = {
    "roles": "attribute",
    "fields": "field",
    "forms": "entry",
    "steps": "input",
    "enrolments": "profile",
    "transitions": "input",
}


def check(ground: Ground) -> None:
    """Tell what is wrong in the data, the params and the tables."""
    for datum in ground.data.all.values():
        _datum(ground, datum)
    for place, text in ground.data.bad_defaults:
        datum = next(d for d in ground.data.all.values() if d.place == place[:-1])
        _wrong_value(ground, place, datum.type, text)
    for name, param in ground.model.params.items():
        _param(ground, name, param)
    for name, table in ground.model.tables.items():
        _table(ground, name, table)
    for path, effect in ground.of(m.Effect):
        _received(ground, path, effect)
    for path, aggregate in ground.of(m.Aggregate):
        _aggregate(ground, path, aggregate)
    for form_id, form in ground.model.forms.items():
        _form(ground, form_id, form)
    for path, count in ground.of(m.Count):
        if count.min > count.max:
            ground.tell("D008", path, variant="order", low=count.min, high=count.max)


# -------------------------------------------------------------------------------------------------------------- a datum


def _datum(ground: Ground, datum: TypedDatum) -> None:
    if datum.type == UNKNOWN:
        return
    said, kind = datum.model, datum.type.item if isinstance(datum.type, ListOf) else datum.type
    left_out = (*datum.place, "values") in ground.broken
    if isinstance(kind, Enum) and not kind.values and said.like is None and not left_out:
        about = {"kind": Term(f"kind.{KINDS[datum.path[0]]}"), "name": datum.path[-1], "key": "values"}
        ground.tell("D006", datum.place, at_key=True, facts=about)
    for key in _idle(datum, kind):
        variant = "formula" if key == "formula" else "given" if said.formula is not None else ""
        facts = {"name": key, "type": Term(type_key(datum.type))}
        ground.tell("D009", (*datum.place, key), at_key=True, variant=variant, facts=facts)
    if said.formula is None:
        _bounds(ground, datum)
    if is_file(datum.type):
        _file(ground, datum)


def _file(ground: Ground, datum: TypedDatum) -> None:
    """A file is attached to a dyad, under the key of a person, and no larger than is kept in one piece."""
    said = datum.model
    if datum.path[0] in ("roles", "enrolments"):
        ground.tell("F012", datum.place, at_key=True, name=datum.path[-1])
    if said.privacy == "none":
        ground.tell("V007", (*datum.place, "privacy"), name=datum.path[-1])
    if said.max_size is not None and size(said.max_size) > LARGEST:
        ground.tell("D008", (*datum.place, "max_size"), variant="high", value=said.max_size, limit=MOST)


def _idle(datum: TypedDatum, kind: Type) -> list[str]:
    """The keys that have no meaning for this type, or beside the others."""
    said = datum.model
    listed = isinstance(datum.type, ListOf)
    idle = [
        ("values", said.values is not None and (said.like is not None or not isinstance(kind, Enum))),
        ("role", said.role is not None and (said.like is not None or not isinstance(kind, Person))),
        ("currency", said.currency is not None and kind != MONEY),
        ("min_length", said.min_length is not None and datum.type != TEXT),
        ("max_length", said.max_length is not None and datum.type != TEXT),
        ("pattern", said.pattern is not None and datum.type != TEXT),
        ("types", said.types is not None and not is_file(datum.type)),
        ("max_size", said.max_size is not None and not is_file(datum.type)),
        ("min", said.min is not None and not listed and kind not in ORDERED),
        ("max", said.max is not None and not listed and kind not in ORDERED),
        ("formula", said.formula is not None and datum.path[0] != "fields"),
        ("default", said.formula is not None and said.default is not None),
        ("set_by", said.formula is not None and isinstance(said, m.FieldDatum) and bool(said.set_by)),
    ]
    return [key for key, wrong in idle if wrong]


def _bounds(ground: Ground, datum: TypedDatum) -> None:
    """The least and the most: of the type of the datum, or numbers of items; and one below the other."""
    said = datum.model
    kind = INT if isinstance(datum.type, ListOf) else datum.type
    if kind in ORDERED:
        found = [_amount(ground, (*datum.place, key), kind, getattr(said, key)) for key in ("min", "max")]
        _in_order(ground, (*datum.place, "max"), *found)
    _in_order(ground, (*datum.place, "max_length"), said.min_length, said.max_length)
    if said.pattern is not None and datum.type == TEXT and not is_valid(said.pattern):
        ground.tell("D007", (*datum.place, "pattern"), value=said.pattern, why="D007.pattern.help")


def _in_order(ground: Ground, path: Path, low: Value, high: Value) -> None:
    if isinstance(low, int | Decimal) and isinstance(high, int | Decimal) and low > high:
        ground.tell("D008", path, variant="order", low=_said(ground, path, "min"), high=_said(ground, path, "max"))


def _said(ground: Ground, path: Path, which: str) -> str:
    """What the file says beside a bound."""
    key = str(path[-1]).replace("max", which)
    return str(ground.value((*path[:-1], key)))


def _amount(ground: Ground, path: Path, kind: Type, raw: object) -> Value:
    """An amount of a type, or the param that holds one; told where it is neither."""
    if raw is None:
        return None
    if isinstance(raw, str) and raw.startswith("params."):
        name = raw.removeprefix("params.")
        found = ground.declared.params.get(name)
        if found is None:
            ground.unknown("D016", path, name, ground.model.params, kind=Term("kind.param"))
        elif found[0] not in (kind, UNKNOWN) and not (found[0] in NUMBERS and kind in NUMBERS):
            _wrong_param(ground, path, name, kind, found[0])
        return None
    return _value(ground, path, kind, raw)


def _value(ground: Ground, path: Path, kind: Type, raw: object) -> Value:
    """A value of a type; told where it is not one."""
    try:
        return parse_value(kind, raw)
    except ValueRefused:
        _wrong_value(ground, path, kind, raw)
        return None


def _wrong_value(ground: Ground, path: Path, kind: Type, raw: object) -> None:
    if isinstance(kind, Enum) and isinstance(raw, str):
        ground.tell("E103", path, value=raw, suggestion=ground.near(raw, kind.values), expected=kind.values)
        return
    facts = {"wanted": Term(type_key(kind)), "value": _written(raw), "found": Term(_shape(raw))}
    number = pointed(raw) if kind in NUMBERS and isinstance(raw, str) else None
    fixes = [Fix(place=ground.tree.place(path), text=number)] if number else []
    ground.tell("D021", path, variant="here", facts=facts, suggestion=number, fixes=fixes)


def _wrong_param(ground: Ground, path: Path, name: str, kind: Type, found: Type) -> None:
    facts = {"wanted": Term(type_key(kind)), "value": f"params.{name}", "found": Term(type_key(found))}
    ground.tell("D021", path, variant="here", facts=facts)


def _written(raw: object) -> str:
    return str(raw).lower() if isinstance(raw, bool) else str(raw)


def _shape(raw: object) -> str:
    if isinstance(raw, bool):
        return "shape.bool"
    return "shape.number" if isinstance(raw, int | Decimal) else "shape.list" if isinstance(raw, list) else "shape.text"


# ---------------------------------------------------------------------------------------------------- params and tables


def _param(ground: Ground, name: str, param: m.Param) -> None:
    kind = param_type(param)
    if kind is None:
        ground.tell("D007", ("params", name, "type"), value=str(param.type), expected=tuple(PLAIN))
    elif ground.declared.params[name][0] == UNKNOWN:
        facts = {"wanted": Term(type_key(kind)), "value": _written(param.value), "found": Term(_shape(param.value))}
        place, meant = ("params", name, "value"), param_meant(param)
        fixes = [] if meant is None else [Fix(place=ground.tree.place(place), text=meant)]
        ground.tell("D021", place, name=name, facts=facts, suggestion=meant, fixes=fixes)


def _table(ground: Ground, name: str, table: m.Table) -> None:
    place: Path = ("tables", name)
    kind = PLAIN.get(table.value)
    if kind is None:
        ground.tell("D007", (*place, "value"), value=table.value, expected=tuple(PLAIN))
    for row, raw in table.rows.items():
        if kind is not None:
            _value(ground, (*place, "rows", row), kind, raw)
    if kind is not None and table.default is not None:
        _value(ground, (*place, "default"), kind, table.default)
    for key_name, key in table.key.items():
        by = key_type(ground.declared, key)
        if by == UNKNOWN and key.type is not None:
            where = (*place, "key", key_name, "type")
            ground.tell("D007", where, value=key.type, why="D007.key.help")
        _rows(ground, place, table, by)


def _rows(ground: Ground, place: Path, table: m.Table, by: Type) -> None:
    if isinstance(by, Enum):
        for value in by.values if table.default is None else ():
            if value not in table.rows:
                ground.tell("F010", place, at_key=True, table=str(place[1]), key=value)
    for row in table.rows if by != UNKNOWN else ():
        if isinstance(by, Enum) and row not in by.values:
            near = ground.near(row, by.values)
            facts = {"table": str(place[1]), "key": row}
            ground.tell("F010", (*place, "rows", row), at_key=True, variant="extra", suggestion=near, facts=facts)
        elif not isinstance(by, Enum) and row_key(by, row) is None:
            facts = {"wanted": Term(type_key(by)), "value": row, "found": Term("shape.text")}
            ground.tell("D021", (*place, "rows", row), at_key=True, variant="here", facts=facts)


# ---------------------------------------------------------------------------------------------- forms and their figures


def _form(ground: Ground, form_id: str, form: m.Form) -> None:
    place: Path = ("forms", form_id)
    if form.dated_by is not None:
        _of_type(ground, (*place, "dated_by"), form_id, form.dated_by, (DATE, DATETIME))
    for at, limit in enumerate(form.limits):
        where = (*place, "limits", at)
        kind: Type | None = INT if limit.of is None else _of_type(ground, (*where, "of"), form_id, limit.of, NUMBERS)
        if kind is not None:
            _amount(ground, (*where, "max"), kind, limit.max)
    for name, field in form.sets.items():
        _sets(ground, (*place, "sets", name), form_id, name, field)


def _received(ground: Ground, path: Path, effect: m.Effect) -> None:
    """A field that is computed receives nothing."""
    named: list[tuple[Path, str]] = [((*path, "set", name), name) for name in effect.set or ()]
    named += [((*path, "clear", at), name) for at, name in enumerate(effect.clear or ())]
    for where, name in named:
        field = ground.model.fields.get(name)
        if field is not None and field.formula is not None:
            ground.tell("D009", where, at_key=where[-2] == "set", name=name, variant="computed")


def _sets(ground: Ground, path: Path, form_id: str, name: str, field: str) -> None:
    given, wanted = ground.data.all.get(("forms", form_id, name)), ground.data.all.get(("fields", field))
    if given is None or wanted is None or UNKNOWN in (given.type, wanted.type):
        return
    if wanted.model.formula is not None:
        ground.tell("D009", path, name=field, variant="computed")
    elif not _accepts(wanted.type, given.type):
        facts = {"entry": name, "found": Term(type_key(given.type)), "field": field}
        ground.tell("F005", path, wanted=Term(type_key(wanted.type)), facts=facts)


def _accepts(wanted: Type, given: Type) -> bool:
    if isinstance(wanted, Enum) and isinstance(given, Enum):
        return set(given.values) <= set(wanted.values)
    if isinstance(wanted, Person) and isinstance(given, Person):
        return wanted.role in (None, given.role)
    if isinstance(wanted, ListOf) and isinstance(given, ListOf):
        return _accepts(wanted.item, given.item)
    return wanted == given


def _of_type(ground: Ground, path: Path, form_id: str, name: str, wanted: Collection[Type]) -> Type | None:
    """The type of an entry datum, told where it is none of those wanted."""
    datum = ground.data.all.get(("forms", form_id, name))
    if datum is None or datum.type == UNKNOWN:
        return None
    if datum.type in wanted:
        return datum.type
    first = Term(type_key(next(iter(sorted(wanted, key=str)))))
    ground.tell("D021", path, variant="here", wanted=first, value=name, found=Term(type_key(datum.type)))
    return None


def _aggregate(ground: Ground, path: Path, aggregate: m.Aggregate) -> None:
    for verb, wanted in (("sum", NUMBERS), ("min", ORDERED), ("max", ORDERED)):
        name = getattr(aggregate, verb)
        if name is None:
            continue
        datum = ground.data.all.get((str(path[0]), str(path[1]), name))
        if datum is not None and datum.type not in wanted and datum.type != UNKNOWN:
            facts = {"wanted": Term("shape.number"), "value": name, "found": Term(type_key(datum.type))}
            ground.tell("D021", (*path, verb), variant="here", facts=facts)
    if path[0] == "roles":
        for key in ("window", "since"):
            if getattr(aggregate, key) is not None:
                ground.tell("D009", (*path, key), at_key=True, name=key, variant="entries")

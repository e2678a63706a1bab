"""What type has each datum of a program, may it be empty, and whose is it?

Every datum has a path: ``("fields", f)``, ``("forms", form, datum)``, ``("roles", role, attribute)``,
``("enrolments", role, datum)``, ``("transitions", t, input)``, ``("steps", form, step, input)``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from dyade.program import model as m
from dyade.program.conditions.types import PLAIN, UNKNOWN, Enum, ListOf, Person, Type, Value
from dyade.program.conditions.values import ValueRefused, parse_value
from dyade.program.numerals import in_figures

DatumPath = tuple[str, ...]
Place = tuple[str | int, ...]
"""A path in the tree of the file."""


class TypedDatum(NamedTuple):
    """A datum, as the engine knows it."""

    path: DatumPath
    place: Place
    type: Type
    nullable: bool
    private: bool
    """Kept apart, under its subject, so that it can be erased."""
    subject: str | None
    """The role whose datum it is; by default the person who gave it."""
    default: Value
    model: m.Datum

    @property
    def required(self) -> bool:
        return not self.nullable and self.default is None and self.model.formula is None


class LikeProblem(NamedTuple):
    """A `like` that leads nowhere, or round in a circle."""

    place: Place
    reference: str
    circular: bool


STATUS = "status"
"""What the status of an enrolment is called beside its profile."""
STATUS_LABEL = {"fr": "Statut", "en": "Status"}


def declared(program: m.Program) -> Iterator[tuple[DatumPath, Place, m.Datum]]:
    """Every datum that a program declares, in the order of the file."""
    for role_id, role in program.roles.items():
        for name, attribute in role.attributes.items():
            yield ("roles", role_id, name), ("roles", role_id, "attributes", name), attribute
    for name, field in program.fields.items():
        yield ("fields", name), ("fields", name), field
    for form_id, form in program.forms.items():
        for name, entry in form.entry.items():
            yield ("forms", form_id, name), ("forms", form_id, "entry", name), entry
        for i, step in enumerate(form.steps):
            for name, given in step.input.items():
                yield ("steps", form_id, step.id, name), ("forms", form_id, "steps", i, "input", name), given
    yield from _enrolled(program)
    for i, transition in enumerate(program.transitions):
        for name, given in transition.input.items():
            yield ("transitions", transition.id, name), ("transitions", i, "input", name), given


def _enrolled(program: m.Program) -> Iterator[tuple[DatumPath, Place, m.Datum]]:
    """What enrolments say."""
    for role_id, enrolment in program.enrolments.items():
        for name, said in enrolment.profile.items():
            yield ("enrolments", role_id, name), ("enrolments", role_id, "profile", name), said
        if enrolment.statuses:
            yield ("enrolments", role_id, STATUS), ("enrolments", role_id, "statuses"), _status(enrolment)


def _status(enrolment: m.Enrolment) -> m.Datum:
    """The status of an enrolment, as a datum of it."""
    values = {name: status.label for name, status in enrolment.statuses.items()}
    return m.Datum.model_construct(type="enum", values=values, default=next(iter(values)), label=STATUS_LABEL)


class Data:
    """The typed data of a program, with what is wrong in their types."""

    def __init__(self, program: m.Program) -> None:
        self._declared = {path: (place, _with_params(program, datum)) for path, place, datum in declared(program)}
        self.problems: list[LikeProblem] = []
        self.bad_defaults: list[tuple[Place, str]] = []
        self._types: dict[DatumPath, Type] = {}
        self.all: dict[DatumPath, TypedDatum] = {path: self._typed(path) for path in self._declared}

    def _typed(self, path: DatumPath) -> TypedDatum:
        place, datum = self._declared[path]
        kind = self._type(path)
        default = self._default(place, datum, kind)
        said = datum.privacy in ("personal", "sensitive") or (datum.privacy is None and _holds_free_text(kind))
        private = said or is_file(kind)
        return TypedDatum(path, place, kind, datum.nullable, private, datum.subject, default, datum)

    def _type(self, path: DatumPath) -> Type:
        """Follow `like` to a datum that says its own type, however many there are on the way."""
        way: dict[DatumPath, None] = {}
        while path not in self._types:
            way[path] = None
            place, datum = self._declared[path]
            target = like_path(datum.like) if datum.like is not None else None
            if target is None:
                self._types[path] = declared_type(datum, ".".join(path))
            elif target not in self._declared or target in way:
                self.problems.append(LikeProblem((*place, "like"), datum.like or "", circular=target in way))
                self._types[path] = UNKNOWN
            else:
                path = target
        self._types.update(dict.fromkeys(way, self._types[path]))
        return self._types[path]

    def _default(self, place: Place, datum: m.Datum, kind: Type) -> Value:
        if datum.default is None or kind == UNKNOWN:
            return None
        try:
            return parse_value(kind, datum.default)
        except ValueRefused:
            self.bad_defaults.append(((*place, "default"), str(datum.default)))
            return None


def _with_params(program: m.Program, datum: m.Datum) -> m.Datum:
    """A datum whose bounds are what the params say that they name."""
    bounds = ((key, getattr(datum, key)) for key in ("min", "max"))
    named = {key: text[7:] for key, text in bounds if isinstance(text, str) and text.startswith("params.")}
    said = {key: program.params[name].value for key, name in named.items() if name in program.params}
    return datum.model_copy(update=said) if said else datum


def declared_type(datum: m.Datum, name: str) -> Type:
    """The type that a datum says by itself."""
    text = datum.type or "text"
    inner = text[5:-1] if text.startswith("list<") else text
    kind: Type
    if inner == "enum":
        kind = Enum(name, tuple(datum.values or ()))
    elif inner == "person":
        kind = Person(datum.role)
    else:
        kind = PLAIN.get(inner, UNKNOWN)
    return ListOf(kind) if text.startswith("list<") else kind


def like_path(reference: str) -> DatumPath:
    """The datum that a `like` names: `fields.x`, `forms.f.x`, `roles.r.x`."""
    return tuple(reference.split("."))


def _holds_free_text(kind: Type) -> bool:
    return (kind.item if isinstance(kind, ListOf) else kind) == PLAIN["text"]


def is_file(kind: Type) -> bool:
    """Whether what is given is attached: a file, or several."""
    return (kind.item if isinstance(kind, ListOf) else kind) == PLAIN["file"]


def param_type(param: m.Param) -> Type | None:
    """The type of a param, read from its value where it does not say."""
    if param.type is not None:
        return PLAIN.get(param.type)
    value = param.value
    if isinstance(value, bool):
        return PLAIN["bool"]
    if isinstance(value, int):
        return PLAIN["int"]
    if isinstance(value, Decimal):
        return PLAIN["decimal"]
    for name in ("date", "duration"):
        try:
            parse_value(PLAIN[name], value)
        except ValueRefused:
            continue
        return PLAIN[name]
    meant = param_meant(param)
    return PLAIN["text"] if meant is None else PLAIN["int" if meant.isdigit() else "duration"]


def param_meant(param: m.Param) -> str | None:
    """The figures that are meant by a number in letters: "quatre" is 4, unless its type is said to be text."""
    if not isinstance(param.value, str) or param.type == "text":
        return None
    meant = in_figures(param.value)
    if meant is None or meant.isdigit():
        return meant
    try:
        parse_value(PLAIN["duration"], meant)
    except ValueRefused:
        return None
    return meant


def param_values(program: m.Program) -> Mapping[str, tuple[Type, Value]]:
    """The type and the value of each param; (UNKNOWN, None) where the value does not fit."""
    found: dict[str, tuple[Type, Value]] = {}
    for name, param in program.params.items():
        kind = param_type(param)
        try:
            found[name] = (kind, parse_value(kind, param.value)) if kind else (UNKNOWN, None)
        except ValueRefused:
            found[name] = (UNKNOWN, None)
    return found


def row_key(kind: Type, text: str) -> Value:
    """The value of a table's key, which YAML gives as it is written; `None` where it is not of the key's type."""
    raw: object = text
    if kind == PLAIN["bool"]:
        raw = {"true": True, "false": False}.get(text)
    elif kind == PLAIN["int"]:
        raw = int(text) if re.fullmatch(r"-?[0-9]{1,15}", text) else None
    try:
        return parse_value(kind, raw)
    except ValueRefused:
        return None

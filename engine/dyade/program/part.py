"""What is a part of a file? A class whose keys are its annotations: made from plain data, frozen, quick to import.

What pydantic is to know of a value (its bounds, its name in the file) stands beside its type, as pydantic has it;
`twins` hands it over where data must be judged or a schema written. Making a part of data that fits needs neither.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from types import UnionType
from typing import (
    Annotated,
    Any,
    ClassVar,
    Literal,
    NamedTuple,
    Self,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

OTHERS = "model_extra"
"""The attribute that holds the keys that a part does not know, where it takes them."""

PRIVATE = "^x-"
"""Keys that begin so are the author's own: nobody reads them."""
LANGUAGE = f"^[a-z]{{2}}$|{PRIVATE}"
"""The keys of a text."""

Maker = Callable[[Any], Any]


class Field:
    """What is said of a value beside its type, in pydantic's words."""

    def __init__(self, **says: Any) -> None:
        self.says = says


class Before:
    """What a value becomes before it is looked at, and what JSON Schema may then be told of it."""

    def __init__(self, function: Maker, written: Any) -> None:
        self.function = function
        self.written = written


class Misshapen(ValueError):
    """Data of another shape than the model's; `misfits` are the paths at fault, each with what stands there."""

    def __init__(self, *misfits: tuple[tuple[str | int, ...], Any]) -> None:
        # Its message would show the values of people's files.
        super().__init__()
        self.misfits = misfits


class Kind(type):
    """A kind of part, for whose sake things are kept by kind: mypy wants it said that a class is hashable."""


class Part(metaclass=Kind):
    """A part of a file: closed vocabulary, frozen. What its file does not say is read from its class."""

    model_schema: ClassVar[Mapping[str, Any]] = {}
    """What JSON Schema says of the whole part."""

    @staticmethod
    def model_structure() -> Mapping[str, Any]:
        """The schema that its files are held against, as it is written down."""
        raise NotImplementedError

    def __init__(self, **said: Any) -> None:
        self.__dict__.update(said)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Part) or type(other) is not type(self):
            return NotImplemented
        if self.__dict__ == other.__dict__:
            return True
        names = (*(key.attribute for key in keys(type(self))), OTHERS)
        return all(getattr(self, name, None) == getattr(other, name, None) for name in names)

    def __hash__(self) -> int:
        # Equal parts need not say the same keys: their kind is what they surely share.
        return type.__hash__(type(self))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.__dict__.items())})"

    @property
    def model_fields_set(self) -> frozenset[str]:
        """The keys that the file says."""
        return frozenset(self.__dict__) - {OTHERS}

    def model_copy(self, update: Mapping[str, Any]) -> Self:
        """The same part, of which something is said anew."""
        return type(self)(**{**self.__dict__, **update})

    @classmethod
    def model_validate(cls, data: Any) -> Self:
        """Make a part of data of any shape; raise `Misshapen` where pydantic finds it wrong."""
        from dyade.program.twins import judge

        judge(cls, data)
        return built(cls, data)


class Key(NamedTuple):
    """A key of a part."""

    attribute: str
    key: str
    """As it is written in the file."""
    kind: str
    """`text`, `duration`, … as the model marks it; empty where it does not."""
    each: bool
    """Whether it holds several such values, by identifier."""
    required: bool
    make: Maker | None
    """What makes its value of what the file says; `None` where that is the value."""


@cache
def keys(part: type[Part]) -> tuple[Key, ...]:
    """The keys of a kind of part, in the order of the model."""
    return tuple(
        Key(name, type_.alias or name, type_.kind, type_.each, not hasattr(part, name), type_.make)
        for name, type_ in _types(part).items()
        if name != OTHERS
    )


def hints(part: type[Part]) -> Mapping[str, Any]:
    """The types of a part's keys, with what stands beside them."""
    return {name: type_.hint for name, type_ in _types(part).items()}


class _Type(NamedTuple):
    """What an annotation says."""

    hint: Any
    alias: str | None
    kind: str
    each: bool
    make: Maker | None


@cache
def _types(part: type[Part]) -> Mapping[str, _Type]:
    """What the annotations of a part say, those of its bases first."""
    if part is Part:
        return {}
    found: dict[str, _Type] = {}
    for base in part.__bases__:
        found |= _types(base)
    written: Mapping[str, str] = vars(part).get("__annotations__", {})
    return found | {name: _type(part.__module__, text) for name, text in written.items()}


@cache
def _type(module: str, text: str) -> _Type:
    """What an annotation says in a module, read once: many keys are of one type."""
    said = type("Said", (), {"__module__": module, "__annotations__": {"it": text}})
    hint = get_type_hints(said, include_extras=True)["it"]
    return _Type(hint, _says(hint, "alias"), *_kind(hint), _maker(hint))


def marks(hint: Any) -> tuple[Any, ...]:
    """What stands beside a type."""
    return get_args(hint)[1:] if get_origin(hint) is Annotated else ()


def _says(hint: Any, name: str) -> Any:
    return next((mark.says[name] for mark in marks(hint) if isinstance(mark, Field) and name in mark.says), None)


def _kind(hint: Any) -> tuple[str, bool]:
    """The mark on a type, looked for inside what may be absent and what maps identifiers."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        extra = _says(hint, "json_schema_extra") or {}
        return (extra["x-kind"], False) if "x-kind" in extra else _kind(inner[0])
    if origin in (Union, UnionType):
        return next((kind for kind in map(_kind, inner) if kind[0]), ("", False))
    return (_kind(inner[1])[0], True) if origin is dict else ("", False)


# -------------------------------------------------------------------------------------------------------------- making


P = TypeVar("P", bound=Part)


def built(part: type[P], data: Any) -> P:
    """Make a part of data that fits; `Misshapen` where a key is not known or is missing."""
    makers, required, takes_others = _plan(part)
    if not isinstance(data, dict) or not required <= data.keys():
        raise Misshapen(((), data))
    said: dict[str, Any] = {OTHERS: {}} if takes_others else {}
    for key, value in data.items():
        if key in makers:
            name, make = makers[key]
            said[name] = value if make is None else make(value)
        elif takes_others:
            make = makers[OTHERS][1]
            said[OTHERS][key] = value if make is None else make(value)
        else:
            raise Misshapen(((key,), value))
    return part(**said)


@cache
def _plan(part: type[Part]) -> tuple[Mapping[str, tuple[str, Maker | None]], frozenset[str], bool]:
    """Key -> attribute and maker; the keys that are required; whether others are taken."""
    makers = {key.key: (key.attribute, key.make) for key in keys(part)}
    required = frozenset(key.key for key in keys(part) if key.required)
    others = _types(part).get(OTHERS)
    if others is None:
        return makers, required, False
    return makers | {OTHERS: (OTHERS, _maker(get_args(others.hint)[1]))}, required, True


def _maker(hint: Any) -> Maker | None:
    """What makes a value of this type of plain data; `None` where the data is the value."""
    origin, inside = get_origin(hint), get_args(hint)
    if origin is Annotated:
        before = next((mark.function for mark in marks(hint) if isinstance(mark, Before)), None)
        return before or _maker(inside[0])
    if origin in (Union, UnionType):
        return _chooser(tuple(_each(hint)))
    if isinstance(hint, type) and issubclass(hint, Part):
        return lambda data: built(hint, data)
    make = _maker(inside[-1]) if origin in (list, dict) else None
    if make is None:
        return None
    if origin is list:
        return lambda data: [make(item) for item in data]
    return lambda data: {name: make(item) for name, item in data.items()}


def _each(hint: Any) -> Iterator[Any]:
    """The types among which a type is a choice, those of a choice within it too."""
    inside = get_args(hint)
    if get_origin(hint) in (Union, UnionType):
        for choice in inside:
            yield from _each(choice)
    elif get_origin(hint) is Annotated and get_origin(inside[0]) in (Union, UnionType):
        yield from _each(inside[0])
    else:
        yield hint


def _chooser(choices: Sequence[Any]) -> Maker | None:
    """What makes a value of the one type, among several, that the data is of."""
    found = [(choice, _maker(choice)) for choice in choices]
    if all(make is None for _, make in found):
        return None
    parts = [choice for choice in choices if isinstance(choice, type) and issubclass(choice, Part)]
    taken = {_bare(choice) for choice in choices}
    kinds = {kind: next((make for choice, make in found if _bare(choice) is kind), None) for kind in (dict, list)}
    plain = next((make for choice, make in found if marks(choice) and make is not None), None)
    if any(choice in (str, int, bool) or get_origin(choice) is Literal for choice in choices):
        plain = None

    def make(data: Any) -> Any:
        if data is None:
            return None
        meant = _meant(parts, data) if parts and isinstance(data, dict) else None
        if meant is not None:
            return built(meant, data)
        if parts and isinstance(data, dict) and dict not in taken:
            raise Misshapen(((), data))
        chosen = kinds.get(type(data), plain)
        return data if chosen is None else chosen(data)

    return make


def _bare(hint: Any) -> Any:
    """The kind of plain data that a type is of, what stands beside it left out."""
    return get_origin(get_args(hint)[0] if get_origin(hint) is Annotated else hint)


def _meant(parts: Sequence[type[Part]], data: Mapping[str, Any]) -> type[Part] | None:
    """The first kind of part that has all these keys and misses none."""
    for part in parts:
        makers, required, takes_others = _plan(part)
        if required <= data.keys() and (takes_others or data.keys() <= makers.keys()):
            return part
    return None

"""What can a value of a program be, and how is it held while the engine runs?

    type       value                                                    in JSON (`values`)
    bool       bool                                                     true
    int        int                                                      4
    decimal    Decimal                                                  "4.5"
    money      Decimal, in whole cents                                  "4.50"
    text       str                                                      "abc"
    date       int, proleptic Gregorian ordinal (`date.toordinal`)      "2026-09-15"
    datetime   int, microseconds since 1970-01-01 UTC                   "2026-09-15T13:00:00Z"
    time       int, minutes since midnight                              "09:30"
    duration   Duration                                                 "6 months"
    enum       str, the id of the value                                 "autre"
    person     str, the id of the person                                "amelie"
    file       dict, what describes the file                            {"name": …}
    list<…>    tuple                                                    […]

A value that is not known is `None`. `EMPTY` is a nullable value that was left empty: `==` and `!=` compare it, while
order, arithmetic and `in` on it are unknown.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal, TypeAlias

from dyade.program.durations import Duration


class Empty(enum.Enum):
    """The type of `EMPTY`, so that it stays one object through copies and pickles."""

    EMPTY = "empty"

    def __repr__(self) -> str:
        return "EMPTY"


EMPTY: Final = Empty.EMPTY

Value: TypeAlias = "bool | int | Decimal | str | Duration | Empty | tuple[Value, ...] | Mapping[str, Any] | None"


@dataclass(frozen=True, slots=True)
class Plain:
    """A type that its name says entirely."""

    name: str


@dataclass(frozen=True, slots=True)
class Enum:
    """One of a closed list of ids; `id` says where the list is declared."""

    id: str
    values: tuple[str, ...]

    @property
    def name(self) -> str:
        return "enum"


@dataclass(frozen=True, slots=True)
class Person:
    """A person, who could hold the role when one is named."""

    role: str | None = None

    @property
    def name(self) -> str:
        return "person"


@dataclass(frozen=True, slots=True)
class ListOf:
    """Several values of one type, in order."""

    item: Type

    @property
    def name(self) -> str:
        return "list"


Type: TypeAlias = Plain | Enum | Person | ListOf

BOOL: Final = Plain("bool")
INT: Final = Plain("int")
DECIMAL: Final = Plain("decimal")
MONEY: Final = Plain("money")
TEXT: Final = Plain("text")
DATE: Final = Plain("date")
DATETIME: Final = Plain("datetime")
TIME: Final = Plain("time")
DURATION: Final = Plain("duration")
FILE: Final = Plain("file")
UNKNOWN: Final = Plain("unknown")
"""The type of what could not be understood: it silences everything that would follow from it."""

PLAIN: Final = {t.name: t for t in (BOOL, INT, DECIMAL, MONEY, TEXT, DATE, DATETIME, TIME, DURATION, FILE)}
NUMBERS: Final = frozenset((INT, DECIMAL, MONEY))
ORDERED: Final = frozenset((INT, DECIMAL, MONEY, DATE, DATETIME, TIME, DURATION))


def type_key(kind: Type) -> str:
    """The key of the sentence that names a type to people."""
    return f"type.{kind.name}"


def joined(one: Type, other: Type) -> Type | None:
    """The type that holds the values of both, `None` when there is none."""
    if UNKNOWN in (one, other):
        return UNKNOWN
    if one == other:
        return one
    match one, other:
        case Person(), Person():
            return Person()
        case Enum(), Enum() if not one.values or not other.values:
            return UNKNOWN  # told where its values are missing
        case Enum(), Enum() if set(one.values) & set(other.values):
            return Enum(one.id, one.values + tuple(v for v in other.values if v not in one.values))
        case ListOf(), ListOf():
            item = joined(one.item, other.item)
            return None if item is None else ListOf(item)
    return DECIMAL if {one, other} == {INT, DECIMAL} else None


Order: TypeAlias = Literal["<", "<=", ">", ">="]

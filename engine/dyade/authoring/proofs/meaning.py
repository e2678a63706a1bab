"""What is a value, as formulas? A term, whether it is known, and whether it was left empty."""

from __future__ import annotations

from typing import Any, NamedTuple

import z3

from dyade.program.conditions.types import BOOL, DATE, DATETIME, DECIMAL, INT, MONEY, TEXT, TIME, Enum, Person, Type

TRUE = z3.BoolVal(True)
FALSE = z3.BoolVal(False)
UNITS = ("days", "months", "hours", "business_days")


class Span(NamedTuple):
    """A duration: a number of one unit."""

    unit: str
    number: Any


class Meant(NamedTuple):
    """A value, as formulas; without a term, nothing is told of it but whether it is known."""

    term: Any
    known: Any = TRUE
    """Not unknown; it may be empty."""
    empty: Any = FALSE

    @property
    def certain(self) -> Any:
        """Neither unknown nor empty."""
        return conj(self.known, neg(self.empty))

    @property
    def yes(self) -> Any:
        """Of a condition: it holds."""
        return conj(self.certain, self.term)

    @property
    def no(self) -> Any:
        """Of a condition: its contrary holds."""
        return conj(self.certain, neg(self.term))


def truth(yes: Any, no: Any) -> Meant:
    """A condition that is yes, no, or else unknown."""
    return Meant(yes, disj(yes, no))


def conj(*parts: Any) -> Any:
    """All of them, without what goes without saying."""
    kept = [part for part in parts if not z3.is_true(part)]
    if any(z3.is_false(part) for part in kept):
        return FALSE
    return TRUE if not kept else kept[0] if len(kept) == 1 else z3.And(*kept)


def disj(*parts: Any) -> Any:
    """One of them at least."""
    kept = [part for part in parts if not z3.is_false(part)]
    if any(z3.is_true(part) for part in kept):
        return TRUE
    return FALSE if not kept else kept[0] if len(kept) == 1 else z3.Or(*kept)


def neg(part: Any) -> Any:
    """Its contrary."""
    if z3.is_true(part):
        return FALSE
    return TRUE if z3.is_false(part) else z3.Not(part)


def sort_of(kind: Type) -> str | None:
    """How values of a type are held: `bool`, `int`, `real`; nothing is told of the others."""
    if kind == BOOL:
        return "bool"
    if kind in (DECIMAL, MONEY):
        return "real"
    return "int" if kind in (INT, DATE, DATETIME, TIME, TEXT) or isinstance(kind, Enum | Person) else None


def variable(name: str, kind: Type) -> Any:
    """A term of a type that may be anything."""
    made = {"bool": z3.Bool, "int": z3.Int, "real": z3.Real}.get(sort_of(kind) or "")
    return made(name) if made else None


def alike(one: Any, other: Any) -> tuple[Any, Any]:
    """Two numbers, held the same way."""
    if z3.is_int(one) and z3.is_real(other):
        return z3.ToReal(one), other
    if z3.is_real(one) and z3.is_int(other):
        return one, z3.ToReal(other)
    return one, other

"""What do the functions accept, and what do they give?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from dyade.program.conditions.operators import common
from dyade.program.conditions.problems import ConditionError, mismatch, type_term
from dyade.program.conditions.tree import Node
from dyade.program.conditions.types import (
    BOOL,
    DATE,
    DATETIME,
    DECIMAL,
    INT,
    MONEY,
    NUMBERS,
    ORDERED,
    UNKNOWN,
    ListOf,
    Type,
    joined,
)


class Signature(NamedTuple):
    """A function whose arguments have types that are always the same."""

    args: tuple[Type, ...]
    gives: Type


FIXED: Final[Mapping[str, Signature]] = {
    "midpoint": Signature((DATE, DATE), DATE),
    "days_between": Signature((DATE, DATE), INT),
    "business_days_between": Signature((DATE, DATE), INT),
    "weeks_between": Signature((DATE, DATE), INT),
    "overlap": Signature((DATE, DATE, DATE, DATE), INT),
}
ABOUT_A_STATE: Final[Mapping[str, Type]] = {"is_in": BOOL, "visited": BOOL, "days_in": INT}
OF_ANY: Final = frozenset(("min", "max", "first_set", "is_set"))
NAMES: Final = (*FIXED, *ABOUT_A_STATE, *sorted(OF_ANY))


def wrong_count(
    name: str, wanted: int, args: tuple[Node, ...], start: int, end: int, kinds: tuple[Type, ...] = ()
) -> ConditionError:
    """A function that did not get as many arguments as it takes, of these types where they are always the same."""
    usage = f"{name}({', '.join(kind.name for kind in kinds) or '…'})"
    facts: dict[str, str | int] = {"function": name, "n": wanted, "given": len(args), "usage": usage}
    return ConditionError("E101", start, end, facts, variant="few" if name in OF_ANY and wanted > 1 else "count")


def argument_problem(wanted: Type, arg: Node, text: str) -> ConditionError:
    """An argument of another type than the one that is taken."""
    meant = "today" if wanted == DATE and arg.type == DATETIME and text[arg.start : arg.end] == "now" else None
    return mismatch(arg.start, arg.end, wanted, arg.type, meant)


def united(args: tuple[Node, ...]) -> Type | ConditionError:
    """The one type of several arguments, or the first argument that does not go with one before it."""
    kind = args[0].type
    for at, arg in enumerate(args[1:], start=1):
        for before in args[:at]:
            both = common(before, arg)
            if both is None:
                return mismatch(arg.start, arg.end, before.type, arg.type)
            kind = _wider(kind, both)
    return kind


def _wider(one: Type, other: Type) -> Type:
    if one in NUMBERS and other in NUMBERS:
        return max(one, other, key=(INT, DECIMAL, MONEY).index)
    return joined(one, other) or other


def extreme_type(name: str, args: tuple[Node, ...], start: int, end: int) -> Type | ConditionError:
    """What `min` and `max` give: of two arguments or more, or of one list."""
    if len(args) == 1 and args[0].type == UNKNOWN:
        return UNKNOWN
    if len(args) == 1 and isinstance(args[0].type, ListOf):
        kind: Type | ConditionError = args[0].type.item
    elif len(args) < 2:
        return wrong_count(name, 2, args, start, end)
    else:
        kind = united(args)
    if isinstance(kind, ConditionError) or kind in ORDERED or kind == UNKNOWN:
        return kind
    return ConditionError("E113", start, end, {"type": type_term(kind), "op": name})


def first_set_type(args: tuple[Node, ...], start: int, end: int) -> Type | ConditionError:
    """What `first_set` gives: the type of all its arguments."""
    return united(args) if len(args) >= 2 else wrong_count("first_set", 2, args, start, end)

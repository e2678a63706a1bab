"""How do parts of a condition become one closure? By the shape of what they are joined with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

from dyade.program.conditions.types import EMPTY
from dyade.program.durations import LAST_ORDINAL, Duration, add_days, add_months

Getter: TypeAlias = Callable[[Any], Any]


class Fixed(NamedTuple):
    """A part whose value is known before anything runs."""

    value: Any


Part: TypeAlias = Fixed | Getter


def getter(part: Part) -> Getter:
    """The closure of a part."""
    if isinstance(part, Fixed):
        value = part.value
        return lambda _env: value
    return part


def unless_empty(get: Getter) -> Getter:
    """The same, where `EMPTY` counts as unknown."""

    def answer(env: Any) -> Any:
        value = get(env)
        return None if value is EMPTY else value

    return answer


def applied(function: Callable[..., Any], parts: Sequence[Part]) -> Part:
    """A function of parts, unknown as soon as one of them is; computed at once when all are fixed."""
    if all(isinstance(part, Fixed) for part in parts):
        values = [part.value for part in parts if isinstance(part, Fixed)]
        return Fixed(None if None in values else function(*values))
    if any(part == Fixed(None) for part in parts):
        return Fixed(None)
    match parts:
        case [one]:
            return _of_one(function, getter(one))
        case [one, Fixed(value)]:
            return _of_one_and_value(function, getter(one), value)
        case [one, other]:
            return _of_two(function, getter(one), getter(other))
    return _of_many(function, [getter(part) for part in parts])


def _of_one(function: Callable[[Any], Any], get: Getter) -> Getter:
    def answer(env: Any) -> Any:
        value = get(env)
        return None if value is None else function(value)

    return answer


def _of_one_and_value(function: Callable[[Any, Any], Any], get: Getter, value: Any) -> Getter:
    def answer(env: Any) -> Any:
        found = get(env)
        return None if found is None else function(found, value)

    return answer


def _of_two(function: Callable[[Any, Any], Any], get: Getter, get_other: Getter) -> Getter:
    def answer(env: Any) -> Any:
        one = get(env)
        if one is None:
            return None
        other = get_other(env)
        return None if other is None else function(one, other)

    return answer


def _of_many(function: Callable[..., Any], getters: Sequence[Getter]) -> Getter:
    def answer(env: Any) -> Any:
        values = [get(env) for get in getters]
        return None if None in values else function(*values)

    return answer


def asked(ask: Callable[[Any, tuple[Any, ...]], Any], parts: Sequence[Part]) -> Getter:
    """What only the dyad, its calendar or its program can tell: never computed ahead."""
    if not parts:
        return lambda env: ask(env, ())
    getters = [getter(part) for part in parts]

    def answer(env: Any) -> Any:
        values = tuple([get(env) for get in getters])
        return None if None in values else ask(env, values)

    return answer


def joint(op: str, parts: Sequence[Part]) -> Part:
    """Kleene's `and` and `or`: the decisive answer wins, else unknown does."""
    decisive = op == "or"
    if any(isinstance(part, Fixed) and part.value is decisive for part in parts):
        return Fixed(decisive)
    rest = [part for part in parts if part != Fixed(not decisive)]
    if not rest:
        return Fixed(not decisive)
    getters = [getter(part) for part in rest]
    if len(getters) == 1:
        return rest[0]
    if all(isinstance(part, Fixed) for part in rest):
        return Fixed(None)
    return _logic_of_two(decisive, *getters) if len(getters) == 2 else _logic_of_many(decisive, getters)


def _logic_of_two(decisive: bool, get: Getter, get_other: Getter) -> Getter:
    def answer(env: Any) -> Any:
        one = get(env)
        if one is decisive:
            return decisive
        other = get_other(env)
        if other is decisive:
            return decisive
        return None if one is None or other is None else not decisive

    return answer


def _logic_of_many(decisive: bool, getters: Sequence[Getter]) -> Getter:
    def answer(env: Any) -> Any:
        verdict: bool | None = not decisive
        for get in getters:
            value = get(env)
            if value is decisive:
                return decisive
            if value is None:
                verdict = None
        return verdict

    return answer


def listed(parts: Sequence[Part]) -> Part:
    """A list of parts."""
    if all(isinstance(part, Fixed) for part in parts):
        return Fixed(tuple(part.value for part in parts if isinstance(part, Fixed)))
    getters = [getter(part) for part in parts]
    return lambda env: tuple([get(env) for get in getters])


def is_set(part: Part) -> Part:
    """Whether a part is neither unknown nor empty: never unknown itself."""
    if isinstance(part, Fixed):
        return Fixed(part.value is not None and part.value is not EMPTY)
    get = part

    def answer(env: Any) -> bool:
        value = get(env)
        return value is not None and value is not EMPTY

    return answer


def first_set(parts: Sequence[Part]) -> Part:
    """The first part that is neither unknown nor empty."""
    if isinstance(parts[0], Fixed) and parts[0].value not in (None, EMPTY):
        return parts[0]
    getters = [getter(part) for part in parts]

    def answer(env: Any) -> Any:
        for get in getters:
            value = get(env)
            if value is not None and value is not EMPTY:
                return value
        return None

    return answer


def later(ordinal: int | None, by: Duration) -> int | None:
    """A day some days or months after another; business days are asked of the calendar instead."""
    if ordinal is None or by.hours:
        return None
    return add_months(ordinal, by.months) if by.months else add_days(ordinal, by.days)


def shifted(get: Getter, by: Duration) -> Getter:
    """The same, of a day that is read."""
    days = by.days

    def in_days(env: Any) -> int | None:
        ordinal = get(env)
        if ordinal is None:
            return None
        day: int = ordinal + days
        return day if 1 <= day <= LAST_ORDINAL else None

    return in_days if by.is_fixed and not by.hours else lambda env: later(get(env), by)


def beside_empty(
    test: Callable[[Duration, Duration], bool | None], op: str
) -> Callable[[Duration, Duration], bool | None]:
    """Equality of durations, where `EMPTY` equals itself alone."""

    def compare(one: Any, other: Any) -> bool | None:
        if one is EMPTY or other is EMPTY:
            return (one is other) is (op == "==")
        return test(one, other)

    return compare

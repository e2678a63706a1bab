"""What do the operations on values give? Always a value or unknown (`None`), never an exception.

Operands are known here: `None` and `EMPTY` are dealt with before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Any, Final, TypeAlias

from dyade.program.durations import Duration, order

LARGEST: Final = 10**18
FINEST: Final = 12
CENT: Final = Decimal("0.01")
HOUR: Final = 3_600_000_000
FIRST_INSTANT: Final = -62_135_596_800_000_000
LAST_INSTANT: Final = 253_402_300_799_999_999
WHOLE: Final = Decimal(1).scaleb(-FINEST)

_EXACT = Context(prec=40, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero, Overflow])
_CENTS = Context(prec=40, rounding=ROUND_HALF_UP, traps=[InvalidOperation, DivisionByZero, Overflow])

Number: TypeAlias = int | Decimal
_DECIMALS: Final[Mapping[str, Callable[[Any, Any], Decimal]]] = {
    "+": _EXACT.add,
    "-": _EXACT.subtract,
    "*": _EXACT.multiply,
    "/": _EXACT.divide,
}


def int_result(op: str) -> Callable[[int, int], int | None]:
    """The operation on whole numbers."""
    match op:
        case "+":
            return lambda a, b: _in_range(a + b)
        case "-":
            return lambda a, b: _in_range(a - b)
    return lambda a, b: _in_range(a * b)


def _in_range(number: int) -> int | None:
    return number if -LARGEST < number < LARGEST else None


def decimal_result(op: str) -> Callable[[Number, Number], Decimal | None]:
    """The operation on numbers, exact to twelve decimals; dividing by zero is unknown."""
    return _careful(_DECIMALS[op], lambda r: _EXACT.quantize(r, WHOLE) if r.as_tuple().exponent < -FINEST else r)  # type: ignore[operator]


def money_result(op: str) -> Callable[[Number, Number], Decimal | None]:
    """The operation on amounts, rounded to the cent, half a cent upwards."""
    return _careful(_DECIMALS[op], lambda r: _CENTS.quantize(r, CENT))


def _careful(
    operate: Callable[[Any, Any], Decimal], rounded: Callable[[Decimal], Decimal]
) -> Callable[[Number, Number], Decimal | None]:
    def calculate(a: Number, b: Number) -> Decimal | None:
        try:
            result = rounded(operate(a, b))
        except ArithmeticError:
            return None
        if not -LARGEST < result < LARGEST:
            return None
        return result if result else abs(result)

    return calculate


def add_hours(instant: int, hours: int) -> int | None:
    """An instant so many real hours later, `None` outside the calendar."""
    result = instant + hours * HOUR
    return result if FIRST_INSTANT <= result <= LAST_INSTANT else None


def midpoint(a: int, b: int) -> int:
    """The day halfway between two days, the earlier one where the middle falls between two."""
    return (a + b) // 2


def days_between(a: int, b: int) -> int:
    """How many days after `a` comes `b`."""
    return b - a


def weeks_between(a: int, b: int) -> int:
    """How many whole weeks after `a` comes `b`."""
    return (b - a) // 7


def overlap(a_from: int, a_to: int, b_from: int, b_to: int) -> int:
    """How many days two periods have in common, their last days included."""
    return max(0, min(a_to, b_to) - max(a_from, b_from) + 1)


def duration_test(op: str) -> Callable[[Duration, Duration], bool | None]:
    """The comparison of two durations, unknown where nothing fixed tells."""
    on_sign: Callable[[int], bool] = {
        "==": lambda s: s == 0,
        "!=": lambda s: s != 0,
        "<": lambda s: s < 0,
        "<=": lambda s: s <= 0,
        ">": lambda s: s > 0,
        ">=": lambda s: s >= 0,
    }[op]

    def compare(a: Duration, b: Duration) -> bool | None:
        sign = order(a, b)
        return None if sign is None else on_sign(sign)

    return compare


def extreme_duration(sign: int) -> Callable[[Sequence[Duration]], Duration | None]:
    """The longest (sign 1) or the shortest (sign -1) of several durations, unknown where two do not compare."""

    def extreme(durations: Sequence[Duration]) -> Duration | None:
        best = durations[0]
        for other in durations[1:]:
            compared = order(best, other)
            if compared is None:
                return None
            best = best if compared * sign >= 0 else other
        return best

    return extreme


def contains(item: Any, items: Sequence[Any]) -> bool | None:
    """Whether an item is among others; unknown when it is not and one of them is unknown."""
    if item in items:
        return True
    return None if None in items else False

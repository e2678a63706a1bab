"""How does a value enter from JSON or YAML, and leave to JSON? Strictly, and back to itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from dyade.program.conditions.types import EMPTY, Empty, Enum, ListOf, Person, Type, Value
from dyade.program.durations import Duration, DurationError, parse_duration, written

LARGEST_INT: Final = 10**15
LONGEST_TEXT: Final = 100_000
LONGEST_LIST: Final = 10_000
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)

_DECIMAL = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,12})?")
_MONEY = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,2})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATETIME = re.compile(_DATE.pattern + r"T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})")
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


class ValueRefused(ValueError):
    """A value that its type does not accept; `code` is the key, among answers, of what was expected."""

    def __init__(self, code: str, **facts: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


def parse_value(kind: Type, raw: object, *, nullable: bool = False) -> Value:
    """Read a JSON value; null is `EMPTY` where the datum is nullable, else unknown (`None`)."""
    if raw is None:
        return EMPTY if nullable else None
    match kind:
        case Enum():
            return _one_of(kind, raw)
        case Person():
            return _identifier(raw)
        case ListOf():
            return _list(kind, raw)
    value: Value = _READ[kind.name](raw)
    return value


def dump_value(kind: Type, value: Value) -> Any:
    """Write a value as JSON; `parse_value` reads it back to itself."""
    if value is None or isinstance(value, Empty):
        return None
    if isinstance(kind, ListOf):
        return [dump_value(kind.item, item) for item in value]  # type: ignore[union-attr]
    write = _WRITE.get(kind.name)
    return value if write is None else write(value)


def instant_of(moment: datetime) -> int:
    """The microseconds of an aware datetime; exact, unlike `timestamp()`."""
    return (moment - EPOCH) // MICROSECOND


def moment_of(instant: int) -> datetime:
    """The aware UTC datetime of an instant."""
    return EPOCH + timedelta(microseconds=instant)


def _exactly(accepted: type, code: str) -> Callable[[object], Any]:
    def read(raw: object) -> object:
        if type(raw) is not accepted:
            raise ValueRefused(code)
        return raw

    return read


def _int(raw: object) -> int:
    if type(raw) is not int:
        raise ValueRefused("value.int")
    if not -LARGEST_INT <= raw <= LARGEST_INT:
        raise ValueRefused("value.out_of_range")
    return raw


def _number(pattern: re.Pattern[str], code: str) -> Callable[[object], Decimal]:
    def read(raw: object) -> Decimal:
        if type(raw) is int:
            return Decimal(_int(raw))
        if type(raw) is Decimal:
            raw = f"{raw:f}" if raw.is_finite() and -30 <= raw.adjusted() <= 20 else ""
        if type(raw) is not str or pattern.fullmatch(raw) is None:
            raise ValueRefused(code)
        # -0 would be another text for the value 0.
        return Decimal(raw) if raw.strip("-0.") else abs(Decimal(raw))

    return read


def _text(raw: object) -> str:
    if type(raw) is not str:
        raise ValueRefused("value.text")
    if len(raw) > LONGEST_TEXT:
        raise ValueRefused("value.too_long", most=LONGEST_TEXT)
    if "\0" in raw or not _encodable(raw):
        raise ValueRefused("value.characters")
    return raw


def _encodable(raw: str) -> bool:
    return raw.isascii() or not any("\ud800" <= c <= "\udfff" for c in raw)


def _date(raw: object) -> int:
    if type(raw) is not str or _DATE.fullmatch(raw) is None:
        raise ValueRefused("value.date")
    try:
        return date.fromisoformat(raw).toordinal()
    except ValueError:
        raise ValueRefused("value.date") from None


def _datetime(raw: object) -> int:
    if type(raw) is not str or _DATETIME.fullmatch(raw) is None:
        raise ValueRefused("value.datetime")
    try:
        return instant_of(datetime.fromisoformat(raw).astimezone(UTC))
    except (ValueError, OverflowError):
        raise ValueRefused("value.datetime") from None


def _time(raw: object) -> int:
    found = _TIME.fullmatch(raw) if type(raw) is str else None
    if found is None:
        raise ValueRefused("value.time")
    return int(found[1]) * 60 + int(found[2])


def _duration(raw: object) -> Duration:
    if type(raw) is not str:
        raise ValueRefused("value.duration")
    try:
        return parse_duration(raw)
    except DurationError:
        raise ValueRefused("value.duration") from None


def _one_of(kind: Enum, raw: object) -> str:
    if type(raw) is not str or raw not in kind.values:
        raise ValueRefused("value.enum")
    return raw


def _identifier(raw: object) -> str:
    if type(raw) is not str or not raw or len(raw) > 200 or not raw.isprintable():
        raise ValueRefused("value.person")
    return raw


def _file(raw: object) -> Mapping[str, str | int | bool | None]:
    if not isinstance(raw, Mapping) or len(raw) > 20:
        raise ValueRefused("value.file")
    if not all(type(key) is str and isinstance(v, str | int | bool | None) for key, v in raw.items()):
        raise ValueRefused("value.file")
    return {_text(key): _text(v) if isinstance(v, str) else v for key, v in raw.items()}


def _list(kind: ListOf, raw: object) -> tuple[Value, ...]:
    if not isinstance(raw, Sequence) or isinstance(raw, str | bytes):
        raise ValueRefused("value.list")
    if len(raw) > LONGEST_LIST:
        raise ValueRefused("value.too_long", most=LONGEST_LIST)
    if any(item is None for item in raw):
        raise ValueRefused("value.list")
    return tuple(parse_value(kind.item, item) for item in raw)


def _iso_instant(instant: int) -> str:
    return moment_of(instant).isoformat().replace("+00:00", "Z")


_READ: Final[Mapping[str, Callable[[object], Any]]] = {
    "bool": _exactly(bool, "value.bool"),
    "int": _int,
    "decimal": _number(_DECIMAL, "value.decimal"),
    "money": _number(_MONEY, "value.money"),
    "text": _text,
    "date": _date,
    "datetime": _datetime,
    "time": _time,
    "duration": _duration,
    "file": _file,
}
_WRITE: Final[Mapping[str, Callable[[Any], Any]]] = {
    "decimal": lambda number: f"{Decimal(number):f}",
    "money": lambda amount: f"{Decimal(amount):f}",
    "date": lambda ordinal: date.fromordinal(ordinal).isoformat(),
    "datetime": _iso_instant,
    "time": lambda minutes: f"{minutes // 60:02}:{minutes % 60:02}",
    "duration": written,
    "file": dict,
}

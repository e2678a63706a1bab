"""Values in JSON: strict on the way in, and back to themselves."""

from __future__ import annotations

import copy
import json
import pickle
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    TEXT,
    TIME,
    Enum,
    ListOf,
    Person,
    Type,
    joined,
)
from dyade.program.conditions.values import ValueRefused, dump_value, parse_value
from dyade.program.durations import Duration
from tests.program.conditions.invented import TRADE

DECIMALS = st.decimals(min_value=-(10**15), max_value=10**15, places=6, allow_nan=False)
VALUES: list[tuple[Type, st.SearchStrategy[Any]]] = [
    (BOOL, st.booleans()),
    (INT, st.integers(-(10**15), 10**15)),
    (DECIMAL, DECIMALS),
    (MONEY, st.decimals(min_value=-(10**12), max_value=10**12, places=2)),
    (TEXT, st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=50)),
    (DATE, st.integers(1, 3_652_059)),
    (DATETIME, st.integers(-62_135_596_800_000_000, 253_402_300_799_999_999)),
    (TIME, st.integers(0, 1439)),
    (DURATION, st.sampled_from(["months", "days", "hours", "business_days"]).flatmap(
        lambda unit: st.integers(0, 10_000).map(lambda n: Duration(**{unit: n})))),
    (TRADE, st.sampled_from(TRADE.values)),
    (Person("mentor"), st.text("abc-123", min_size=1)),
    (FILE, st.dictionaries(st.text("ab", max_size=3), st.one_of(st.none(), st.integers(), st.text("xy")), max_size=4)),
    (ListOf(DATE), st.lists(st.integers(1, 3_652_059), max_size=4).map(tuple)),
    (ListOf(ListOf(TEXT)), st.lists(st.lists(st.text("ab")).map(tuple), max_size=3).map(tuple)),
]  # fmt: skip


@given(st.sampled_from(VALUES).flatmap(lambda pair: st.tuples(st.just(pair[0]), pair[1])))
def test_a_value_written_as_json_is_read_back_to_itself(case: tuple[Type, Any]) -> None:
    kind, value = case
    written = json.loads(json.dumps(dump_value(kind, value)))

    assert parse_value(kind, written) == value
    assert dump_value(kind, parse_value(kind, written)) == written


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        (DATE, 739_874, "2026-09-15"),
        (DATETIME, 1_789_477_200_000_000, "2026-09-15T13:00:00Z"),
        (TIME, 570, "09:30"),
        (DURATION, Duration(months=6), "6 months"),
        (DECIMAL, Decimal("1.50"), "1.50"),
        (DECIMAL, 3, "3"),
        (ListOf(INT), (1, 2), [1, 2]),
        (DATE, None, None),
        (DATE, EMPTY, None),
    ],
)
def test_values_are_written_plainly(kind: Type, value: Any, written: Any) -> None:
    assert dump_value(kind, value) == written


def test_nothing_is_unknown_or_empty_as_the_datum_says() -> None:
    assert parse_value(DATE, None) is None
    assert parse_value(DATE, None, nullable=True) is EMPTY


def test_an_instant_is_read_in_any_zone_and_kept_in_utc() -> None:
    assert parse_value(DATETIME, "2026-09-15T09:00-04:00") == parse_value(DATETIME, "2026-09-15T13:00:00Z")


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        (BOOL, 1),
        (BOOL, "true"),
        (INT, True),
        (INT, 1.0),
        (INT, "1"),
        (INT, 10**16),
        (DECIMAL, 1.5),
        (DECIMAL, "1e3"),
        (DECIMAL, "NaN"),
        (DECIMAL, Decimal("Infinity")),
        (DECIMAL, Decimal("1e999999")),
        (DECIMAL, "١"),
        (MONEY, "1.005"),
        (TEXT, 1),
        (TEXT, "a\0"),
        (TEXT, "\ud800"),
        (TEXT, "a" * 100_001),
        (DATE, "2026-2-3"),
        (DATE, "2026-02-30"),
        (DATE, "20260203"),
        (DATE, 739_874),
        (DATETIME, "2026-09-15T13:00:00"),
        (DATETIME, "2026-09-15"),
        (DATETIME, "2026-09-15T25:00Z"),
        (DATETIME, "0001-01-01T00:00+14:00"),
        (TIME, "24:00"),
        (TIME, "9:30"),
        (DURATION, "six months"),
        (DURATION, 6),
        (TRADE, "Baker"),
        (TRADE, []),
        (Person(), ""),
        (Person(), "a\nb"),
        (FILE, {"a": []}),
        (FILE, []),
        (ListOf(INT), "12"),
        (ListOf(INT), [None]),
        (ListOf(INT), ["1"]),
        (ListOf(INT), [0] * 10_001),
    ],
)
def test_what_is_not_of_the_type_is_refused(kind: Type, raw: Any) -> None:
    with pytest.raises(ValueRefused):
        parse_value(kind, raw)


@given(st.sampled_from(VALUES), st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.decimals()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)), max_leaves=5))  # fmt: skip
def test_anything_is_a_value_or_refused(case: tuple[Type, Any], raw: Any) -> None:
    kind = case[0]
    try:
        value = parse_value(kind, raw)
    except ValueRefused:
        return
    assert parse_value(kind, dump_value(kind, value)) == value


def test_empty_stays_one_object() -> None:
    assert copy.deepcopy(EMPTY) is EMPTY
    assert pickle.loads(pickle.dumps(EMPTY)) is EMPTY


def test_types_join_where_their_values_can_meet() -> None:
    assert joined(INT, DECIMAL) == DECIMAL
    assert joined(INT, MONEY) is None
    assert joined(Person("a"), Person("b")) == Person()
    assert joined(Enum("a", ("x", "y")), Enum("b", ("y", "z"))) == Enum("a", ("x", "y", "z"))
    assert joined(Enum("a", ("x",)), Enum("b", ("z",))) is None
    assert joined(ListOf(INT), ListOf(DECIMAL)) == ListOf(DECIMAL)
    assert joined(DATE, DATETIME) is None

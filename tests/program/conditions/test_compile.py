"""What a condition gives: yes, no, a value, or unknown."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from dyade.program.conditions.compile import compile_condition
from dyade.program.conditions.types import EMPTY
from dyade.program.durations import Duration
from tests.program.conditions.invented import evaluator, understood, value


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


TRUTHS = (True, False, None)


def kleene_and(a: bool | None, b: bool | None) -> bool | None:
    return False if False in (a, b) else None if None in (a, b) else True


def kleene_or(a: bool | None, b: bool | None) -> bool | None:
    return True if True in (a, b) else None if None in (a, b) else False


@pytest.mark.parametrize(("a", "b"), list(product(TRUTHS, repeat=2)))
def test_and_and_or_follow_kleene(a: bool | None, b: bool | None) -> None:
    assert value("fields.ready and fields.sure", ready=a, sure=b) is kleene_and(a, b)
    assert value("fields.ready or fields.sure", ready=a, sure=b) is kleene_or(a, b)


@pytest.mark.parametrize(("a", "b", "c"), list(product(TRUTHS, repeat=3)))
def test_three_parts_follow_kleene_too(a: bool | None, b: bool | None, c: bool | None) -> None:
    env = {"ready": a, "sure": b, "forms_final_review_done": c}

    assert value("fields.ready and fields.sure and forms.final_review.done", **env) is kleene_and(kleene_and(a, b), c)
    assert value("fields.ready or fields.sure or forms.final_review.done", **env) is kleene_or(kleene_or(a, b), c)
    assert value("fields.ready and (fields.sure or not forms.final_review.done)", **env) is kleene_and(
        a, kleene_or(b, None if c is None else not c)
    )


def test_the_contrary_of_unknown_is_unknown() -> None:
    assert value("not fields.ready", ready=None) is None
    assert value("not fields.ready", ready=False) is True


@pytest.mark.parametrize(
    ("text", "yes"),
    [
        ("fields.count == 4", [4]),
        ("fields.count != 4", [3, 5]),
        ("fields.count < 4", [3]),
        ("fields.count <= 4", [3, 4]),
        ("fields.count > 4", [5]),
        ("fields.count >= 4", [4, 5]),
        ("4 < fields.count", [5]),
        ("4 >= fields.count", [3, 4]),
        ("fields.count in [3, 5]", [3, 5]),
        ("fields.count == params.at_most", [4]),
        ("fields.count < 3.5", [3]),
    ],
)
def test_comparisons_with_a_number(text: str, yes: list[int]) -> None:
    assert [n for n in (3, 4, 5) if value(text, count=n)] == yes
    assert value(text, count=None) is None


@pytest.mark.parametrize("op", ["==", "!=", "<", "<=", ">", ">="])
def test_a_comparison_with_something_unknown_is_unknown(op: str) -> None:
    text = f"fields.count {op} fields.other_count"

    assert value(text, count=None, other_count=1) is None
    assert value(text, count=1, other_count=None) is None


def test_a_nullable_value_left_empty_is_compared_by_equality_alone() -> None:
    left_on = {"left_on": EMPTY, "start": 10}

    assert value("fields.left_on == fields.start", **left_on) is False
    assert value("fields.left_on != fields.start", **left_on) is True
    assert value("fields.left_on == fields.left_on", **left_on) is True
    assert value("fields.left_on < fields.start", **left_on) is None
    assert value("fields.left_on + 1 day == fields.start", **left_on) is None
    assert value("fields.left_on in [fields.start]", **left_on) is None
    assert (
        value("roles.mentee.manager in roles.mentor.people", roles_mentee_manager=EMPTY, roles_mentor_people=()) is None
    )
    assert value("fields.other_length == 3 days", other_length=EMPTY) is False
    assert value("fields.other_length != fields.other_length", other_length=EMPTY) is False


def test_a_nullable_truth_left_empty_is_unknown_to_a_clause_and_kept_by_a_value() -> None:
    node = understood("fields.sure")

    assert compile_condition(node, lambda _: lambda env: env, lambda *_: None)(EMPTY) is None  # type: ignore[arg-type]
    assert value("fields.sure", sure=EMPTY) is EMPTY
    assert value("fields.sure or fields.ready", sure=EMPTY, ready=False) is None


@pytest.mark.parametrize(
    ("text", "env", "expected"),
    [
        ("fields.count in [1, fields.other_count]", {"count": 1, "other_count": None}, True),
        ("fields.count in [1, fields.other_count]", {"count": 2, "other_count": None}, None),
        ("fields.count in [1, fields.other_count]", {"count": 2, "other_count": 3}, False),
        ("fields.trade in fields.trades", {"trade": "baker", "trades": ("baker",)}, True),
        ("fields.trade in fields.trades", {"trade": "baker", "trades": None}, None),
        ("baker in fields.trades", {"trades": ("welder",)}, False),
    ],
)
def test_being_among_others(text: str, env: dict[str, Any], expected: bool | None) -> None:
    assert value(text, **env) is expected


@pytest.mark.parametrize(
    ("start", "text", "expected"),
    [
        ("2026-08-31", "fields.start + 6 months", "2027-02-28"),
        ("2027-08-31", "fields.start + 6 months", "2028-02-29"),
        ("2026-03-31", "fields.start - 1 month", "2026-02-28"),
        ("2024-02-29", "fields.start + 1 year", "2025-02-28"),
        ("2026-01-01", "fields.start - 1 day", "2025-12-31"),
        ("2026-01-01", "fields.start + 2 weeks", "2026-01-15"),
        ("2026-01-31", "fields.start + params.longest", "2026-07-31"),
    ],
)
def test_a_date_and_a_duration_give_a_date(start: str, text: str, expected: str) -> None:
    assert value(text, start=day(start)) == day(expected)


def test_a_duration_may_be_read_too() -> None:
    start = day("2026-08-31")

    assert value("fields.start + fields.length", start=start, length=Duration(months=6)) == day("2027-02-28")
    assert value("fields.start - fields.length", start=start, length=Duration(days=1)) == start - 1
    assert value("fields.start + fields.length", start=start, length=Duration(hours=1)) is None
    assert value("fields.start + fields.length", start=start, length=None) is None


def test_business_days_are_asked_of_the_calendar() -> None:
    asked = {"add_business_days": lambda of, *args: (of, *args), "start": 10, "length": Duration(business_days=3)}

    assert value("fields.start + params.delay", **asked) == (None, 10, 10)
    assert value("fields.start - params.delay", **asked) == (None, 10, -10)
    assert value("fields.start - fields.length", **asked) == (None, 10, -3)
    assert value("business_days_between(fields.start, today)", today=12, start=10,
                 business_days_between=lambda of, a, b: (of, a, b)) == (None, 10, 12)  # fmt: skip


def test_instants_move_by_real_hours_and_else_by_the_calendar() -> None:
    asked = {"add_to_instant": lambda _of, *args: args, "now": 0, "length": Duration(months=1)}

    assert value("now + 36 hours") is None
    assert value("now + 36 hours", now=0) == 36 * 3_600_000_000
    assert value("now - 2 days", **asked) == (0, Duration(days=-2))
    assert value("now + fields.length", **asked) == (0, Duration(months=1))


def test_states_and_tables_are_asked_of_the_dyad() -> None:
    assert value("is_in(half)", is_in=lambda of: of) == "running.half"
    assert value("days_in(running)", days_in=lambda of: of) == "running"
    assert value("tables.days(fields.trade, 2)", trade="baker", tables=lambda *args: args) == ("days", "baker", 2)
    assert value("tables.days(fields.trade, 2)", trade=None, tables=lambda *args: args) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("midpoint(2026-09-15, 2027-03-15)", day("2026-12-14")),
        ("days_between(2026-01-01, 2026-03-01)", 59),
        ("days_between(2026-03-01, 2026-01-01)", -59),
        ("weeks_between(2026-01-01, 2026-01-14)", 1),
        ("weeks_between(2026-01-02, 2026-01-01)", -1),
        ("overlap(2026-01-01, 2026-01-31, 2026-01-31, 2026-02-15)", 1),
        ("overlap(2026-01-01, 2026-01-31, 2026-02-01, 2026-02-15)", 0),
        ("min(3, 1, 2)", 1),
        ("max(2026-01-01, 2026-01-02)", day("2026-01-02")),
        ("max([3, 5])", 5),
        ("max(1 day, 25 hours)", Duration(hours=25)),
        ("min(1 month, 30 days)", None),
        ("2 * 3 weeks", Duration(days=42)),
        ("3 weeks - 1 week", Duration(days=14)),
        ("7 / 2", Decimal("3.5")),
        ("2 / 3", Decimal("0.666666666667")),
        ("1 / 0", None),
        ("0.1 + 0.2", Decimal("0.3")),
        ("is_set(1)", True),
        ("first_set(1, 2)", 1),
        ("1 day == 24 hours", True),
        ("2026-01-31 + 1 month", day("2026-02-28")),
        ("9999-12-31 + 1 day", None),
        ("0001-01-01 - 1 month", None),
        ("999999999999999 * 999999999999999", None),
    ],
)
def test_functions_and_calculations(text: str, expected: Any) -> None:
    assert value(text) == expected


def test_amounts_are_rounded_to_the_cent_half_upwards() -> None:
    assert value("fields.cost * 1.15", cost=Decimal("10.10")) == Decimal("11.62")
    assert str(value("fields.cost / 3", cost=Decimal(100))) == "33.33"
    assert value("fields.cost / fields.cost", cost=Decimal(0)) is None


def test_the_first_that_is_set_is_neither_unknown_nor_empty() -> None:
    text = "first_set(fields.left_on, state.entered)"

    assert value(text, left_on=EMPTY, state_entered=3) == 3
    assert value(text, left_on=None, state_entered=3) == 3
    assert value(text, left_on=2, state_entered=3) == 2
    assert value(text) is None


def test_asking_whether_something_is_set_is_never_unknown() -> None:
    assert [value("is_set(fields.left_on)", left_on=v) for v in (None, EMPTY, 1)] == [False, False, True]


def test_the_greatest_of_nothing_is_unknown() -> None:
    assert value("max(fields.counts)", counts=()) is None
    assert value("max(fields.counts)", counts=(1, 3)) == 3
    assert value("max(fields.count, 3)", count=None) is None
    assert value("max([fields.start, fields.left_on])", start=1, left_on=EMPTY) is None
    assert value("max([fields.start, fields.left_on])", start=1, left_on=None) is None
    assert value("max([fields.start, fields.left_on])", start=1, left_on=2) == 2


@pytest.mark.parametrize(
    ("a", "b", "smaller"),
    [
        (Duration(days=1), Duration(hours=25), True),
        (Duration(days=1), Duration(hours=24), False),
        (Duration(months=1), Duration(months=2), True),
        (Duration(months=1), Duration(days=40), None),
        (Duration(business_days=1), Duration(days=3), None),
        (Duration(business_days=1), Duration(business_days=2), True),
        (Duration(), Duration(months=1), True),
    ],
)
def test_durations_compare_only_where_it_is_certain(a: Duration, b: Duration, smaller: bool | None) -> None:
    assert value("fields.length < fields.other_length", length=a, other_length=b) is smaller


def test_a_read_alone_is_its_own_getter() -> None:
    assert evaluator("fields.ready")({"ready": True}) is True


def test_a_constant_part_asks_nothing_when_it_runs() -> None:
    assert evaluator("params.at_most + 1 > 3 or fields.ready")(None) is True

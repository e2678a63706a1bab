"""The grammar, and what is said of what it does not accept."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dyade.program.conditions.problems import ConditionError
from dyade.program.conditions.syntax import parse
from dyade.program.conditions.written import Binary, Junction, Literal, Name, Negation, Written
from dyade.program.durations import Duration


def refused(text: str) -> ConditionError:
    with pytest.raises(ConditionError) as caught:
        parse(text)
    assert caught.value.code == "E100"
    return caught.value


def test_and_binds_tighter_than_or() -> None:
    tree = parse("a or b and c")

    assert isinstance(tree, Junction)
    assert (tree.op, len(tree.items)) == ("or", 2)


def test_not_covers_a_whole_comparison() -> None:
    tree = parse("not a == b")

    assert isinstance(tree, Negation)
    assert isinstance(tree.item, Binary)


def test_calculations_go_from_left_to_right_and_times_first() -> None:
    tree = parse("a - b - c * d")

    assert isinstance(tree, Binary)
    assert isinstance(tree.left, Binary)
    assert isinstance(tree.right, Binary)
    assert (tree.op, tree.left.op, tree.right.op) == ("-", "-", "*")


def test_a_part_in_parentheses_covers_them() -> None:
    tree = parse("(a + b) * c")

    assert isinstance(tree, Binary)
    assert (tree.left.start, tree.left.end) == (0, 7)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("6 months", Duration(months=6)),
        ("1 month", Duration(months=1)),
        ("2 years", Duration(months=24)),
        ("3 weeks", Duration(days=21)),
        ("36 hours", Duration(hours=36)),
        ("10 business days", Duration(business_days=10)),
        ("1 business day", Duration(business_days=1)),
        ("6 mois", Duration(months=6)),
        ("2 semaines", Duration(days=14)),
        ("1 an", Duration(months=12)),
        ("5 jours ouvrables", Duration(business_days=5)),
        ("5 jours", Duration(days=5)),
    ],
)
def test_a_number_and_a_unit_make_a_duration(text: str, expected: Duration) -> None:
    tree = parse(text)

    assert isinstance(tree, Literal)
    assert (tree.value, tree.end) == (expected, len(text))


def test_a_word_of_the_language_is_a_name_after_a_dot() -> None:
    assert parse("fields.or") == Name(("fields", "or"), 0, 9)


@pytest.mark.parametrize(
    ("text", "wrong", "meant"),
    [
        ("a & b", "&", "and"),
        ("a && b", "&&", "and"),
        ("a || b", "||", "or"),
        ("!a", "!", "not"),
        ("a = b", "=", "=="),
        ("a === b", "===", "=="),
        ("a <> b", "<>", "!="),
        ("a => b", "=>", ">="),
        ("a =< b", "=<", "<="),
        ("a ≥ b", "≥", ">="),
        ("a – b", "–", "-"),
        ("a et b", "et", "and"),
        ("a ou b", "ou", "or"),
        ("a AND b", "AND", "and"),
        ("a est b", "est", "=="),
        ("non a", "non", "not"),
        ("NOT a", "NOT", "not"),
        ("a < b < c", "a < b < c", "a < b and b < c"),
        ("a not in b", "a not in b", "not a in b"),
        ("a > 1,5", "1,5", "1.5"),
        ("a > 04", "04", "4"),
        ("a > 10 000", "10 000", "10000"),
        ("a > 6 moi", "6 moi", "6 mois"),
        ("a > 6 bussiness days", "6 bussiness", "6 business day"),
        ("a > 20000 days", "20000 days", "10000 days"),
        ("a > 2026-2-3", "2026-2-3", "2026-02-03"),
        ("a == 'b'", "'", '"'),
        ("a == “b”", "“", '"'),
        ("a == «b»", "«", '"'),
    ],
)
def test_a_usual_slip_is_told_with_what_was_meant(text: str, wrong: str, meant: str) -> None:
    problem = refused(text)

    assert (text[problem.start : problem.end], problem.suggestion) == (wrong, meant)


@pytest.mark.parametrize(
    ("text", "variant", "start"),
    [
        ("", "end", 0),
        ("a and", "end", 5),
        ("(a or b", "unclosed", 0),
        ("f(a, b", "unclosed", 1),
        ("a in [b", "unclosed", 5),
        ("a)", "unopened", 1),
        ("a b", "operator", 2),
        ("a > -5", "operand", 4),
        ("a and and b", "operand", 6),
        ("a == 2026-02-30", "no_such_day", 5),
        ("a in []", "empty_list", 5),
        ('a == "b', "quote", 5),
        ("a. b", "name", 3),
        ("f(a,)", "operand", 4),
        ("1.5 months", "duration", 0),
        ("1234567890123456", "number", 0),
        ("a" * 201, "too_long", 200),
        ("(" * 13 + "a" + ")" * 13, "too_deep", 12),
        ("not " * 13 + "a", "too_deep", 48),
    ],
)
def test_what_is_not_a_condition_is_refused_where_it_goes_wrong(text: str, variant: str, start: int) -> None:
    problem = refused(text)

    assert (problem.variant, problem.start) == (variant, start)


def test_twelve_levels_and_two_hundred_characters_are_accepted() -> None:
    deepest = "(" * 12 + "a" + ")" * 12

    assert parse(deepest) == Name(("a",), 0, 25)
    assert parse("a" * 200) == Name(("a" * 200,), 0, 200)


WORDS = st.sampled_from(
    [
        *(
            "a",
            "fields.b",
            "and",
            "or",
            "not",
            "in",
            "(",
            ")",
            "[",
            "]",
            ",",
            ".",
            "==",
            "!=",
            "<",
            ">=",
            "+",
            "-",
            "*",
        ),
        *("/", "1", "0.5", "6", "months", "jours", "business", "2026-01-31", "2026-02-30", '"t"', "'", "&", "et"),
        *("non", "true", "vrai", "=", "!", "null", "é", "\u2028", "\x00", "²", "10", "f(", "tables.x("),
    ]
)


@settings(max_examples=500, deadline=None)
@given(st.one_of(st.text(max_size=230), st.lists(WORDS, max_size=60).map(" ".join), st.lists(WORDS).map("".join)))
def test_any_text_is_a_tree_or_a_problem_within_it(text: str) -> None:
    try:
        found: Written | ConditionError = parse(text)
    except ConditionError as problem:
        found = problem

    assert 0 <= found.start <= found.end <= len(text)
    if isinstance(found, ConditionError):
        assert found.code == "E100"
        assert "found" in found.facts

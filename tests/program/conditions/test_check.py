"""What a condition may say: names, types, and every problem at once."""

from __future__ import annotations

import pytest

from dyade.program.conditions.problems import ConditionError
from dyade.program.conditions.tree import Arith, Call, Compare, Const, ReadNode, calls, reads
from dyade.program.conditions.types import BOOL, DATE, DECIMAL, DURATION, INT, MONEY, TEXT, ListOf, Person, Type
from dyade.program.durations import Duration
from tests.program.conditions.invented import LEVEL, TRADE, checked, understood


def only(text: str, expected: Type | None = BOOL) -> ConditionError:
    """The one problem of a condition."""
    found = checked(text, expected, clause=False)
    assert len(found.problems) == 1, found.problems
    return found.problems[0]


def told(text: str, expected: Type | None = BOOL) -> tuple[str, str, str | None]:
    problem = only(text, expected)
    return problem.code, text[problem.start : problem.end], problem.suggestion


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("fields.start + 6 months", DATE),
        ("fields.start - params.longest", DATE),
        ("midpoint(fields.start, fields.end)", DATE),
        ("first_set(fields.left_on, state.entered)", DATE),
        ("2 * params.longest", DURATION),
        ("fields.length + 2 weeks", DURATION),
        ("fields.count + 1", INT),
        ("fields.count / 2", DECIMAL),
        ("fields.rate * 2", DECIMAL),
        ("fields.cost * 1.15", MONEY),
        ("fields.cost / fields.other_cost", DECIMAL),
        ("max(fields.cost, 100)", MONEY),
        ("max(fields.counts)", INT),
        ("min(fields.count, 2.5)", DECIMAL),
        ("days_in(running)", INT),
        ("tables.days(baker, 2)", INT),
        ("[1, 2.5]", ListOf(DECIMAL)),
        ("[baker, fields.trade]", ListOf(TRADE)),
        ("first_set(fields.trade, baker)", TRADE),
        ("[roles.mentor.id, roles.mentee.manager]", ListOf(Person())),
    ],
)
def test_every_part_has_a_type(text: str, kind: Type) -> None:
    assert understood(text).type == kind


@pytest.mark.parametrize(
    "text",
    [
        "fields.trade == baker",
        "baker == fields.trade",
        "fields.trade in [baker, welder]",
        "baker in fields.trades",
        "fields.trade in fields.trades",
        "roles.mentor.id != roles.mentee.manager",
        "roles.mentee.manager in roles.mentor.people",
        "fields.end <= fields.start + params.longest",
        "today >= fields.start + params.delay",
        "now < fields.signed_at + 3 hours",
        "fields.cost > 500",
        "fields.cost <= params.at_most * 2",
        "fields.rate > fields.count",
        "fields.hour < fields.hour or fields.ready",
        "is_in(half) and visited(running)",
        "is_set(fields.scan)",
        'fields.name == "x"',
        "fields.length < 3 weeks",
        "fields.length < params.delay",
        "fields.ready == fields.sure",
    ],
)
def test_what_makes_sense_is_accepted(text: str) -> None:
    assert checked(text, clause=False).problems == ()


@pytest.mark.parametrize(
    ("text", "code", "where", "meant"),
    [
        ("forms.final_revew.done", "E102", "forms.final_revew.done", "forms.final_review.done"),
        ("fields.réady", "E102", "fields.réady", "fields.ready"),
        ("fields.name == abc", "E102", "abc", '"abc"'),
        ("midpont(today, today) == today", "E102", "midpont", "midpoint"),
        ("tables.day(baker, 1) > 0", "E102", "tables.day", "tables.days"),
        ("fields.trade == bakr", "E103", "bakr", "baker"),
        ("fields.trade in [baker, welders]", "E103", "welders", "welder"),
        ("is_in(runing)", "D011", "runing", "running"),
        ("is_in(waiting)", "D015", "waiting", "a.waiting"),
        ("roles.coach.id == roles.mentor.id", "E114", "roles.coach.id", "roles.coach.people"),
        ("fields.count == 4 weeks", "E101", "4 weeks", "4"),
        ("fields.length < 4", "E101", "4", "4 weeks"),
        ("now >= fields.end", "E101", "now", "today"),
        ("fields.signed_at < today", "E101", "today", "now"),
        ('fields.trade == "baker"', "E101", '"baker"', "baker"),
        ('fields.start == "2026-02-03"', "E101", '"2026-02-03"', "2026-02-03"),
        ("fields.start + 3 > today", "E101", "3", "3 days"),
        ("2 days + fields.start > today", "E101", "2 days + fields.start", "fields.start + 2 days"),
        ("fields.start + 3 hours > today", "E101", "fields.start + 3 hours", None),
        ("fields.cost > fields.count", "E101", "fields.cost > fields.count", None),
        ("fields.cost + 1 > 2", "E101", "fields.cost + 1", None),
        ("fields.trade == fields.level", "E101", "fields.trade == fields.level", None),
        ("fields.length + 1 month == 2 days + 1 month", "E101", "2 days + 1 month", None),
        ("roles.mentor.id in roles.mentee.manager", "E101", "roles.mentor.id in roles.mentee.manager",
         "roles.mentor.id == roles.mentee.manager"),
        ("midpoint(today, now) > today", "E101", "now", "today"),
        ("midpoint(today) > today", "E101", "midpoint(today)", None),
        ("max(fields.count) > 1", "E101", "max(fields.count)", None),
        ("is_in(1)", "E101", "is_in(1)", None),
        ("fields.end - fields.start <= 6 months", "E104", "fields.end - fields.start <= 6 months",
         "fields.start + 6 months >= fields.end"),
        ("6 months > (fields.end - fields.start)", "E104", "6 months > (fields.end - fields.start)",
         "fields.start + 6 months > fields.end"),
        ("fields.end - fields.start <= 30", "E104", "fields.end - fields.start",
         "days_between(fields.start, fields.end)"),
        ("fields.length < 6 months", "E105", "fields.length < 6 months", None),
        ("1 month < 2 months", "E105", "1 month < 2 months", None),
        ("params.delay > 2 days", "E105", "params.delay > 2 days", None),
        ("fields.count", "E106", "fields.count", "fields.count > 0"),
        ("fields.name", "E106", "fields.name", "is_set(fields.name)"),
        ("not fields.start", "E106", "fields.start", "is_set(fields.start)"),
        ("roles.mentor.id < roles.mentee.manager", "E113", "roles.mentor.id < roles.mentee.manager", None),
        ("fields.trade >= baker", "E113", "fields.trade >= baker", None),
        ("max(fields.name, fields.name) == fields.name", "E113", "max(fields.name, fields.name)", None),
        ("fields.ready == vrai", "E100", "vrai", "true"),
        ("fields.ready == False", "E100", "False", "false"),
        ("fields.end == null", "E100", "null", None),
    ],
)  # fmt: skip
def test_a_mistake_is_told_where_it_is_with_what_was_meant(text: str, code: str, where: str, meant: str | None) -> None:
    assert told(text) == (code, where, meant)


def test_every_mistake_is_told_in_the_order_of_the_text() -> None:
    text = 'fields.nobody == baker and fields.count == "x" and fields.trade == bakr and fields.start'

    found = [(p.code, p.start) for p in checked(text, clause=False).problems]

    assert found == [("E102", 0), ("E101", 27), ("E103", 67), ("E106", 76)]


def test_an_unknown_name_is_told_once_and_silences_what_follows_from_it() -> None:
    assert told("fields.nobody + 3 days - fields.start > baker")[0] == "E102"
    assert told("fields.nobody in [baker, welder]")[1] == "fields.nobody"
    assert told("is_set(fields.nobody)")[1] == "fields.nobody"
    assert told("fields.nobody", DATE)[1] == "fields.nobody"


def test_what_is_read_beside_a_mistake_still_counts_as_read() -> None:
    tree = checked("fields.start - fields.end <= params.longest", clause=False).tree

    assert tree is not None
    assert [r.name for r in reads(tree)] == ["fields.start", "fields.end", "params.longest"]


def test_a_bare_word_takes_its_type_from_what_is_expected() -> None:
    assert understood("expert", LEVEL) == Const(value="expert", type=LEVEL, start=0, end=6)
    assert told("baker", LEVEL)[0] == "E103"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("fields.count", DECIMAL),
        ("500", MONEY),
        ("params.at_most", MONEY),
        ("roles.mentor.id", Person("mentee")),
        ("[roles.mentor.id]", ListOf(Person())),
        ("fields.trades", ListOf(TRADE)),
    ],
)
def test_a_value_goes_where_its_type_is_wanted(text: str, wanted: Type) -> None:
    assert checked(text, wanted).problems == ()


@pytest.mark.parametrize(
    ("text", "wanted"), [("fields.rate", INT), ("fields.count", MONEY), ("now", DATE), ("fields.trade", TEXT)]
)
def test_a_value_of_another_type_is_refused(text: str, wanted: Type) -> None:
    assert only(text, wanted).code == "E101"


def test_the_tree_says_what_it_means() -> None:
    tree = understood("fields.end <= fields.start + params.longest")

    assert isinstance(tree, Compare)
    assert isinstance(tree.left, ReadNode)
    assert isinstance(tree.right, Arith)
    assert [r.name for r in reads(tree)] == ["fields.end", "fields.start", "params.longest"]
    assert reads(tree)[2].constant == Duration(months=6)


def test_a_call_about_a_state_names_its_full_path() -> None:
    (call,) = calls(understood("days_in(half) > 3"))

    assert isinstance(call, Call)
    assert (call.name, call.of, call.args) == ("days_in", "running.half", ())


def test_a_part_can_be_shown_as_its_author_wrote_it() -> None:
    found = checked("fields.count  >  ( 2 semaines )", clause=False)

    assert isinstance(found.tree, Compare)
    assert found.source(found.tree.right) == "( 2 semaines )"


def test_a_syntax_mistake_leaves_no_tree() -> None:
    found = checked("fields.ready and")

    assert found.tree is None
    assert [p.code for p in found.problems] == ["E100"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("fields.count == fields.count", [("E107", "truth.true")]),
        ("not fields.start + 1 day < fields.start + 1 day", [("E107", "truth.true")]),
        ("1 == 1", [("E107", "truth.true")]),
        ("true", [("E107", "truth.true")]),
        ("fields.ready or true", [("E107", "truth.true")]),
        ("4 / 0 > 1", [("E107", "truth.unknown")]),
        ("2026-01-31 + 1 month == 2026-02-28", [("E107", "truth.true")]),
        ("fields.ready or 2 < 1", [("E107", "truth.false")]),
        ("fields.count >= 4", [("E110", "4")]),
        ("fields.count >= 1", []),
        ("today >= fields.start + 2 semaines", [("E110", "2 semaines")]),
        ("fields.count in [1, 2]", [("E110", "2")]),
        ("params.strict or fields.ready", []),
        ("not params.strict", []),
        ("fields.ready and fields.sure", [("E111", None)]),
        ("fields.ready or fields.sure", []),
    ],
)
def test_a_clause_is_judged_as_a_sentence(text: str, found: list[tuple[str, str | None]]) -> None:
    problems = checked(text).problems

    assert [(p.code, p.facts.get("value") or p.facts.get("number")) for p in problems] == found


def test_a_value_is_not_judged_as_a_clause() -> None:
    assert checked("true", BOOL, clause=False).problems == ()


def test_advice_leaves_alone_what_is_already_wrong() -> None:
    found = checked("fields.nobody == 4 or fields.count >= 4")

    assert [(p.code, p.start) for p in found.problems] == [("E102", 0), ("E110", 38)]

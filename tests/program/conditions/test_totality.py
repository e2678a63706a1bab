"""Every condition on every data ends in a value of its type or in unknown, soon, and never in an exception."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cache
from time import thread_time
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dyade.flow.calendar import Calendar
from dyade.program.conditions.check import check
from dyade.program.conditions.compile import Getter, compile_value
from dyade.program.conditions.scope import Problem
from dyade.program.conditions.tree import Node, Read, reads
from dyade.program.conditions.types import EMPTY, Enum, ListOf, Person, Type
from dyade.program.durations import Duration
from tests.program.conditions.invented import NULLABLE, READS, InventedScope

TORONTO = Calendar("America/Toronto")
Texts = st.SearchStrategy[str]

DATES = st.one_of(st.integers(1, 3_652_059), st.integers(730_000, 745_000))
INSTANTS = st.integers(-62_135_596_800_000_000, 253_402_300_799_999_999)
DURATIONS = st.builds(lambda unit, n: Duration(**{unit: n}), st.sampled_from(Duration._fields), st.integers(0, 10_000))
DECIMALS = st.decimals(min_value=-(10**17), max_value=10**17, places=12)
AMOUNTS = st.decimals(min_value=-(10**14), max_value=10**14, places=2)
BY_NAME: Mapping[str, st.SearchStrategy[Any]] = {
    "bool": st.booleans(),
    "int": st.one_of(st.integers(-3, 10), st.integers(-(10**15), 10**15)),
    "decimal": DECIMALS,
    "money": AMOUNTS,
    "text": st.text(max_size=3),
    "date": DATES,
    "datetime": INSTANTS,
    "time": st.integers(0, 1439),
    "duration": DURATIONS,
    "person": st.sampled_from(["ann", "bob"]),
    "file": st.just({"name": "a.pdf"}),
}


def values(kind: Type) -> st.SearchStrategy[Any]:
    if isinstance(kind, ListOf):
        return st.lists(values(kind.item), max_size=3).map(tuple)
    return st.sampled_from(kind.values) if isinstance(kind, Enum) else BY_NAME[kind.name]


def given_to(name: str) -> st.SearchStrategy[Any]:
    nothing = [st.none(), st.just(EMPTY)] if name in NULLABLE else [st.none()]
    return st.one_of(values(READS[name]), *nothing)


ENVIRONMENTS = st.fixed_dictionaries({name: given_to(name) for name in READS if not name.startswith("params.")})


def read(*kinds: str) -> Texts:
    return st.sampled_from([name for name, kind in READS.items() if kind.name in kinds])


def filled(pattern: str, *parts: Texts) -> Texts:
    return st.tuples(*parts).map(lambda found: pattern.format(*found))


@cache
def truth(depth: int) -> Texts:
    comparisons = ("==", "!=", "<", "<=", ">", ">=")
    pairs = [(day, depth), (number, depth), (moment, depth), (length, depth), (amount, depth)]
    leaves = [
        read("bool"),
        st.sampled_from(["is_in(half)", "visited(running)", "true", "false", "is_set(fields.scan)"]),
        *(filled(f"{{}} {op} {{}}", side(d), side(d)) for side, d in pairs for op in comparisons),
        filled("fields.trade {} {}", st.sampled_from(["==", "!="]), st.sampled_from(["baker", "fields.trade"])),
        filled("{} in fields.trades", st.sampled_from(["baker", "fields.trade"])),
        filled("{} {} {}", read("person"), st.sampled_from(["==", "!="]), read("person")),
        filled("{} in roles.mentor.people", read("person")),
        filled("{} in [{}, {}]", number(depth), number(depth), number(depth)),
        filled("is_set({})", day(depth)),
    ]
    if depth == 0:
        return st.one_of(leaves)
    inner = truth(depth - 1)
    joints = [filled(f"({{}}) {word} ({{}})", inner, inner) for word in ("and", "or")]
    return st.one_of(*leaves, *joints, filled("not ({})", inner))


@cache
def day(depth: int) -> Texts:
    leaves = [read("date"), st.sampled_from(["2026-08-31", "0001-01-01", "9999-12-31", "state.entered"])]
    if depth == 0:
        return st.one_of(leaves)
    inner = day(depth - 1)
    return st.one_of(
        *leaves,
        filled("({} {} {})", inner, st.sampled_from(["+", "-"]), st.sampled_from(["6 months", "10 business days"])),
        filled("({} {} {})", inner, st.sampled_from(["+", "-"]), length(depth - 1)),
        filled("midpoint({}, {})", inner, inner),
        filled("first_set({}, {})", inner, inner),
        filled("max({}, {})", inner, inner),
    )


@cache
def moment(depth: int) -> Texts:
    leaves = read("datetime")
    return leaves if depth == 0 else st.one_of(leaves, filled("({} + {})", moment(depth - 1), length(depth - 1)))


@cache
def length(depth: int) -> Texts:
    leaves = [read("duration"), st.sampled_from(["6 months", "10000 weeks", "0 days", "3 hours", "5 jours ouvrables"])]
    if depth == 0:
        return st.one_of(leaves)
    inner = length(depth - 1)
    return st.one_of(
        *leaves,
        filled("({} * {})", number(0), inner),
        filled("(fields.length {} {})", st.sampled_from(["+", "-"]), inner),
        filled("min({}, {})", inner, inner),
    )


@cache
def number(depth: int) -> Texts:
    leaves = [read("int"), st.sampled_from(["0", "4", "999999999999999", "fields.rate", "0.5", "days_in(half)"])]
    if depth == 0:
        return st.one_of(leaves)
    inner = number(depth - 1)
    return st.one_of(
        *leaves,
        filled("({} {} {})", inner, st.sampled_from(["+", "-", "*", "/"]), inner),
        filled("days_between({}, {})", day(depth - 1), day(depth - 1)),
        filled("weeks_between({}, {})", day(depth - 1), day(depth - 1)),
        filled("business_days_between({}, {})", day(depth - 1), day(depth - 1)),
        filled("overlap({}, {}, {}, {})", day(0), day(0), day(0), day(0)),
        filled("tables.days(fields.trade, {})", read("int")),
        st.just("max(fields.counts)"),
    )


@cache
def amount(depth: int) -> Texts:
    leaves = read("money")
    if depth == 0:
        return leaves
    return st.one_of(leaves, filled("({} * {})", amount(depth - 1), number(0)), filled("({} / {})", leaves, number(0)))


CONDITIONS = st.one_of(*(truth(depth) for depth in range(4)))


def bind_call(name: str, _node: object) -> Callable[[Any, tuple[Any, ...]], Any]:
    answers: Mapping[str, Callable[..., Any]] = {
        "business_days_between": TORONTO.business_days_between,
        "add_business_days": TORONTO.add_business_days,
        "add_to_instant": TORONTO.add_instant,
        "is_in": lambda: True,
        "visited": lambda: None,
        "days_in": lambda: 3,
        "tables": lambda _trade, number: number if number < 100 else None,
    }
    return lambda _env, args: answers[name](*args)


def closure(node: Node) -> Getter:
    def bind(found: Read) -> Getter:
        name = found.name
        return lambda env: env[name]

    return compile_value(node, bind, bind_call)


class KnownScope(InventedScope):
    """The same names, whose values never change."""

    def __init__(self, env: Mapping[str, Any]) -> None:
        self.env = env

    def resolve(self, parts: tuple[str, ...], /) -> Read | Problem | None:
        found = super().resolve(parts)
        value = self.env.get(".".join(parts))
        return replace(found, constant=value) if isinstance(found, Read) and value is not None else found


@settings(max_examples=400, deadline=None)
@given(CONDITIONS, ENVIRONMENTS)
def test_a_condition_gives_yes_no_or_unknown_at_once(text: str, env: dict[str, Any]) -> None:
    checked = check(text, InventedScope(), None, clause=True)
    if checked.tree is None or any(p.code not in ("E107", "E110", "E111") for p in checked.problems):
        return
    evaluate = closure(checked.tree)

    begin = thread_time()
    answer = evaluate(env)
    spent = thread_time() - begin

    assert answer in (True, False, None, EMPTY)
    assert answer is not EMPTY or [r.name for r in reads(checked.tree)] == [text]
    assert spent < 0.01
    assert evaluate(env) is answer


@settings(max_examples=400, deadline=None)
@given(CONDITIONS, ENVIRONMENTS)
def test_what_is_computed_ahead_is_what_would_be_computed_later(text: str, env: dict[str, Any]) -> None:
    later, ahead = (check(text, scope, None).tree for scope in (InventedScope(), KnownScope(env)))
    if later is None or ahead is None or check(text, InventedScope(), None).problems:
        return
    if check(text, KnownScope(env), None).problems:
        return

    assert closure(ahead)(env) is closure(later)(env)


@settings(max_examples=300, deadline=None)
@given(st.one_of(day(3), number(3), length(3), moment(3), amount(3)), ENVIRONMENTS)
def test_an_expression_gives_a_value_of_its_type(text: str, env: dict[str, Any]) -> None:
    checked = check(text, InventedScope(), None)
    if checked.tree is None or checked.problems:
        return
    kept: Mapping[str, type | tuple[type, ...]] = {
        "date": int,
        "datetime": int,
        "int": int,
        "decimal": (int, Decimal),
        "money": (int, Decimal),
        "duration": Duration,
    }
    found = closure(checked.tree)(env)

    assert found is None or found is EMPTY or isinstance(found, kept[checked.type.name])
    if checked.type.name == "date" and isinstance(found, int):
        assert 1 <= found <= 3_652_059


def test_the_random_conditions_are_mostly_well_formed() -> None:
    """Else the properties above would hold of nothing."""
    accepted: list[bool] = []

    @settings(max_examples=200, deadline=None, database=None)
    @given(CONDITIONS)
    def judge(text: str) -> None:
        accepted.append(not check(text, InventedScope(), None).problems)

    judge()

    assert sum(accepted) > len(accepted) / 2


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *(*READS, "baker", "nobody", "4", "2.5", "6 months", '"x"', "2026-01-31", "true", "half", "running"),
                *("==", "!=", "<", "in", "+", "-", "*", "/", "and", "or", "not", "(", ")", "[", "]", ","),
                *("midpoint(", "max(", "first_set(", "is_set(", "is_in(", "tables.days(", "tables.x(", "foo("),
            ]
        ),
        max_size=14,
    ).map(" ".join),
    st.sampled_from([None, *READS.values(), Person("x")]),
)
def test_any_words_in_any_order_are_understood_or_told(text: str, expected: Type | None) -> None:
    checked = check(text, InventedScope(), expected)

    assert checked.tree is not None or checked.problems
    assert all(0 <= p.start <= p.end <= max(len(text), 200) for p in checked.problems)


def test_the_longest_conditions_are_checked_and_computed_at_once() -> None:
    long = [
        "fields.count" + "*9" * 94,
        "not " * 12 + "fields.ready",
        "(" * 12 + "fields.count" + ")" * 12 + " > 1" + " + 1" * 40,
        " and ".join(["true"] * 22),
        "fields.count in [" + ",".join("1" * 90) + "]",
    ]
    for text in long:
        begin = thread_time()
        checked = check(text, InventedScope(), None)
        assert checked.problems == ()
        assert checked.tree is not None
        closure(checked.tree)({"fields.count": 10**15, "fields.ready": True})
        assert thread_time() - begin < 0.05

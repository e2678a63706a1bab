"""Do formulas say what the engine answers, of every condition and for every value?"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import z3
from hypothesis import given, settings
from hypothesis import strategies as st

from dyade.authoring.proofs.encoding import Encoding, literal
from dyade.authoring.proofs.examples import Example
from dyade.authoring.proofs.lengths import Lengths, of_months
from dyade.authoring.proofs.meaning import conj, disj, neg
from dyade.authoring.proofs.solver import Solver
from dyade.authoring.proofs.variables import Frame
from dyade.flow.plan import calendar_of
from dyade.program.conditions.check import check
from dyade.program.conditions.tree import Node
from dyade.program.conditions.types import BOOL, EMPTY
from dyade.program.durations import add_months
from dyade.program.load import load
from dyade.program.names import Site, SiteScope

PROGRAM = load(
    """
dyade: "1.0"
id: essai
version: "1"
title: Essai
summary: Un essai
locales: [fr]
timezone: America/Toronto
calendar: quebec
started_by: [mentor]
roles:
  mentor: {label: Mentor}
params:
  duree: {value: 6 months, label: Durée}
  delai: {value: 10 business days, label: Délai}
tables:
  jours:
    label: Jours
    key: {metier: {like: fields.metier}}
    value: int
    rows: {regie: 90, script: 60}
    default: 30
fields:
  debut: {type: date, label: Début}
  fin: {type: date, label: Fin}
  depart: {type: date, nullable: true, label: Départ}
  heures: {type: int, label: Heures}
  autres: {type: int, nullable: true, label: Autres heures}
  taux: {type: decimal, label: Taux}
  prix: {type: money, nullable: true, label: Prix}
  pret: {type: bool, label: Prêt}
  sur: {type: bool, nullable: true, label: Sûr}
  metier: {type: enum, label: Métier, values: {regie: Régie, script: Script, lieux: Lieux}}
  second: {type: enum, nullable: true, label: Second métier, values: {regie: Régie, script: Script, lieux: Lieux}}
  nom: {type: text, label: Nom}
  total: {type: int, label: Total, formula: fields.heures + fields.autres}
initial: a
states:
  a: {label: A}
  b: {label: B, final: true}
transitions:
  - {id: finir, label: Finir, from: a, to: b, by: [mentor]}
""",
    "essai.yaml",
)
LENGTHS = Lengths(calendar_of(PROGRAM))
NOW = Frame()
LONGEST = 200
"""Letters of one condition."""

Texts = st.SearchStrategy[str]


def filled(pattern: str, *parts: Texts) -> Texts:
    return st.tuples(*parts).map(lambda words: pattern.format(*words))


def day(depth: int) -> Texts:
    plain = st.sampled_from(("fields.debut", "fields.fin", "fields.depart", "today", "2026-02-28"))
    if not depth:
        return plain
    length = st.sampled_from(("3 days", "1 month", "params.duree", "params.delai", "1 year", "2 business days"))
    return st.one_of(
        plain,
        filled("({} {} {})", day(depth - 1), st.sampled_from("+-"), length),
        filled("({} + {} * 1 business day)", day(depth - 1), number(0)),
        filled("midpoint({}, {})", day(depth - 1), day(depth - 1)),
        filled("first_set({}, {})", day(depth - 1), day(depth - 1)),
        filled("max({}, {})", day(depth - 1), day(depth - 1)),
    )


def number(depth: int) -> Texts:
    plain = st.sampled_from(("fields.heures", "fields.autres", "fields.total", "3", "12"))
    if not depth:
        return plain
    return st.one_of(
        plain,
        filled("({} {} {})", number(depth - 1), st.sampled_from("+-"), number(depth - 1)),
        filled("({} * 3)", number(depth - 1)),
        filled("days_between({}, {})", day(depth - 1), day(depth - 1)),
        filled("weeks_between({}, {})", day(depth - 1), day(depth - 1)),
        filled("business_days_between({}, {})", day(depth - 1), day(depth - 1)),
        filled("overlap({}, {}, {}, {})", day(0), day(0), day(0), day(0)),
        filled("tables.jours({})", st.sampled_from(("fields.metier", "fields.second"))),
        filled("min({}, {})", number(depth - 1), number(depth - 1)),
    )


def truth(depth: int) -> Texts:
    sign = st.sampled_from(("<", "<=", "==", "!=", ">=", ">"))
    same = st.sampled_from(("==", "!="))
    trades = st.sampled_from(("fields.metier", "fields.second"))
    plain = st.one_of(
        st.sampled_from(("fields.pret", "fields.sur", "fields.sur == fields.pret", 'fields.nom == "Ana"')),
        filled("{} {} {}", day(1), sign, day(1)),
        filled("{} {} {}", number(1), sign, number(1)),
        filled("{} {} {}", trades, same, trades),
        filled("{} {} regie", trades, same),
        filled("{} in [regie, script]", trades),
        filled("fields.prix {} 2.50", sign),
        filled("fields.taux * fields.taux {} {}", sign, number(0)),
        filled("fields.prix / 3 {} fields.prix * fields.taux", sign),
        filled("is_set({})", st.one_of(day(0), number(0), trades)),
        filled("fields.depart {} fields.fin", same),
    )
    if not depth:
        return plain
    inner = truth(depth - 1)
    return st.one_of(
        plain, filled("({} and {})", inner, inner), filled("({} or {})", inner, inner), filled("not ({})", inner)
    )


def understood(text: str) -> Node:
    checked = check(text, SiteScope(PROGRAM.declared, Site()), BOOL)
    errors = [problem for problem in checked.problems if problem.code not in ("E107", "E109", "E110", "E111")]
    assert checked.tree is not None, (text, errors)
    assert not errors, (text, errors)
    return checked.tree


def formulas(node: Node) -> tuple[Encoding, dict[bool | None, Any]]:
    encoding = Encoding(PROGRAM, LENGTHS)
    told = encoding.condition(node, Site(), NOW)
    return encoding, {True: told.yes, False: told.no, None: neg(disj(told.yes, told.no))}


CONDITIONS = truth(2).filter(lambda text: len(text) <= LONGEST)


@settings(max_examples=60, deadline=None)
@given(CONDITIONS)
def test_what_a_solver_finds_the_engine_answers_too(text):
    """Values with which a formula is yes, no or unknown make the engine answer so."""
    encoding, answers = formulas(understood(text))
    node = understood(text)

    for answer, formula in answers.items():
        found = Solver().ask([*encoding.axioms, formula], None, encoding.refine)
        if found.holds:
            assert Example(encoding, found.model).condition(node, Site()) is answer


@st.composite
def pinned(draw: st.DrawFn, encoding: Encoding) -> list[Any]:
    """Each variable, with one value."""
    found = []
    for made in encoding.variables.made.values():
        term, kind = made.meant.term, made.read.type
        if kind.name == "date":
            value: Any = draw(st.integers(date(2025, 11, 1).toordinal(), date(2028, 3, 31).toordinal()))
        elif kind.name in ("decimal", "money"):
            value = Decimal(draw(st.integers(-300, 300))) / 100
        elif kind.name == "bool":
            value = draw(st.booleans())
        elif kind.name == "int":
            value = draw(st.integers(-40, 40))
        else:
            value = draw(st.integers(0, 2))
        found.append(term == literal(value))
        found += [flag == draw(st.booleans()) for flag in (made.meant.known, made.meant.empty) if z3.is_const(flag)
                  and flag.decl().kind() == z3.Z3_OP_UNINTERPRETED]  # fmt: skip
    return found


@settings(max_examples=60, deadline=None)
@given(st.data(), CONDITIONS)
def test_what_the_engine_answers_the_formulas_say(data, text):
    """Whatever the values, no formula holds but the one of the engine's answer."""
    node = understood(text)
    encoding, answers = formulas(node)
    fixed = data.draw(pinned(encoding))
    found = Solver().ask([*encoding.axioms, *fixed], None, encoding.refine)
    if not found.holds:
        return
    answer = Example(encoding, found.model).condition(node, Site())

    for other, formula in answers.items():
        told = Solver().ask([*encoding.axioms, *fixed, formula], None, encoding.refine).holds
        assert told is not (other is not answer), (text, answer, other)


@pytest.mark.parametrize("number", [1, 2, 6, 8, 12, -1, -6, -12])
def test_months_last_as_long_as_is_said(number):
    """No day of four hundred years leaves the bounds, and both are reached."""
    least, most = of_months(number)
    days = range(date(1890, 1, 1).toordinal(), date(2290, 1, 1).toordinal(), 1 if abs(number) == 6 else 3)
    lengths = {(add_months(day, number) or 0) - day for day in days}

    assert least <= min(lengths)
    assert max(lengths) <= most
    if abs(number) == 6:
        assert (min(lengths), max(lengths)) == (least, most)


def test_six_months_last_from_181_to_184_days():
    assert of_months(6) == (181, 184)
    assert of_months(3) == (89, 92)


@pytest.mark.parametrize("number", [1, 5, 10, 90, -1, -5, -90])
def test_business_days_last_as_long_as_is_said(number):
    bounds = LENGTHS.of_business_days(number)
    calendar = LENGTHS.calendar
    days = range(date(2015, 6, 1).toordinal(), date(2045, 1, 1).toordinal())
    lengths = {(calendar.add_business_days(day, number) or 0) - day for day in days}

    assert bounds is not None
    assert bounds[0] <= min(lengths)
    assert max(lengths) == bounds[1] or number < 0
    assert max(lengths) <= bounds[1]


def test_empty_is_a_value_that_only_equality_knows():
    """An empty date equals another empty one; before or after, nothing is known of it."""
    encoding, same = formulas(understood("fields.depart == fields.depart"))
    empty = encoding.variables.made[("", "fields", "depart")].meant.empty
    assert Solver().ask([*encoding.axioms, empty, neg(same[True])]).holds is False

    encoding, before = formulas(understood("fields.depart <= fields.fin"))
    made = encoding.variables.made[("", "fields", "depart")]
    assert Example(encoding, Solver().ask([*encoding.axioms, made.meant.empty]).model).values[made.key] is EMPTY
    assert Solver().ask([*encoding.axioms, conj(made.meant.empty, disj(before[True], before[False]))]).holds is False

"""Is a clause that became stricter told from one that became looser, and neither claimed where it is not proved?"""

import pytest

from dyade.authoring.strictness import of_guards
from dyade.program.load import load

PROGRAM = """\
dyade: "1.0"
id: essai
version: "1"
title: Essai
summary: Un essai
locales: [fr]
timezone: America/Toronto
started_by: [mentor]
params:
  least: {value: 4, label: Le moins}
  wait: {value: 2 weeks, label: Attente}
roles:
  mentor: {label: Mentor}
fields:
  hours: {type: int, label: Heures, set_by: [mentor]}
  rate: {type: decimal, label: Taux, set_by: [mentor]}
  ends: {type: date, label: Fin, set_by: [mentor]}
  ready: {type: bool, label: Prêt, set_by: [mentor]}
  trade: {type: enum, label: Métier, values: {scripte: Scripte, photo: Photo, son: Son}, set_by: [mentor]}
initial: a
states:
  a: {label: A}
  b: {label: B, final: true}
transitions:
  - id: end
    label: Finir
    from: a
    to: b
    by: [mentor]
    guard: GUARD
"""


def guard(text, *changes):
    made = PROGRAM.replace("GUARD", text)
    for old, new in changes:
        made = made.replace(old, new)
    return load(made, "essai.yaml").guard(("transitions", 0, "guard"))


def clause(when):
    return f'[{{id: c, when: "{when}"}}]'


def compared(old, new, *changes):
    return [(change.id, change.relation) for change in of_guards(guard(old), guard(new, *changes))]


@pytest.mark.parametrize(
    ("old", "new", "relation"),
    [
        ("fields.hours >= 4", "fields.hours >= 6", "stricter"),
        ("fields.hours >= 6", "fields.hours >= 4", "looser"),
        ("fields.hours > 4", "fields.hours >= 4", "looser"),
        ("fields.hours <= 4", "fields.hours < 4", "stricter"),
        ("4 <= fields.hours", "fields.hours >= 6", "stricter"),
        ("fields.hours < 9", "fields.hours < 5", "stricter"),
        ("fields.rate >= 1.5", "fields.rate >= 2.5", "stricter"),
        ("today >= fields.ends + 2 weeks", "today >= fields.ends + 3 weeks", "stricter"),
        ("today >= fields.ends - 2 weeks", "today >= fields.ends - 3 weeks", "looser"),
        ("today <= fields.ends + 2 weeks", "today <= fields.ends + 3 weeks", "looser"),
        ("today >= fields.ends + 2 weeks", "today >= fields.ends + 1 month", "changed"),
        ("today >= fields.ends + 2 weeks", "today >= fields.ends - 3 weeks", "changed"),
        ("fields.ready", "fields.ready and fields.hours > 1", "stricter"),
        ("fields.ready or fields.hours > 1", "fields.ready", "stricter"),
        ("fields.ready", "fields.ready or fields.hours > 1", "looser"),
        ("fields.ready and fields.hours > 1", "fields.ready and fields.hours > 3", "stricter"),
        ("fields.ready or fields.hours > 3", "fields.ready or fields.hours > 1", "looser"),
        ("not (fields.hours > 3)", "not (fields.hours > 5)", "looser"),
        ("fields.trade in [scripte, photo]", "fields.trade in [photo]", "stricter"),
        ("fields.trade in [photo]", "fields.trade in [photo, son]", "looser"),
        ("fields.trade in [photo]", "fields.trade in [son]", "changed"),
        ("fields.hours == 4", "fields.hours == 6", "changed"),
        ("fields.hours >= 4", "fields.hours <= 4", "changed"),
        ("fields.hours >= 4", "fields.ready", "changed"),
        ("fields.hours < 4", "fields.hours <= 3", "changed"),
    ],
)
def test_a_condition_is_compared_with_what_it_was(old, new, relation):
    assert compared(clause(old), clause(new)) == [("c", relation)]


def test_the_same_said_otherwise_is_the_same():
    assert compared(clause("fields.hours >= 4"), clause("4 <= fields.hours")) == []
    assert compared(clause("fields.hours >= 4"), clause("fields.hours >= params.least")) == []
    assert compared(clause("fields.ready and fields.hours > 1"), clause("fields.hours > 1 and fields.ready")) == []


def test_a_param_that_changes_changes_what_reads_it():
    reading = clause("fields.hours >= params.least")

    assert compared(reading, reading, ("value: 4", "value: 5")) == [("c", "stricter")]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("[]", "[{id: c, when: fields.ready}]", [("c", "stricter")]),
        ("[{id: c, when: fields.ready}]", "[]", [("c", "looser")]),
        ("[]", "[{id: c, level: should, when: fields.ready}]", [("c", "changed")]),
        ("[{id: c, level: should, when: fields.ready}]", "[{id: c, when: fields.ready}]", [("c", "stricter")]),
        ("[{id: c, when: fields.ready}]", "[{id: c, level: should, when: fields.ready}]", [("c", "looser")]),
        ("[{id: c, when: fields.ready}]", "[{id: c, when: fields.ready, waivable_by: [mentor]}]", [("c", "changed")]),
        (
            "[{any: [{id: c, when: fields.ready}]}]",
            "[{any: [{id: c, when: fields.ready}, {id: d, when: fields.hours > 1}]}]",
            [("d", "looser")],
        ),
        (
            "[{none: [{id: c, when: fields.ready}]}]",
            "[{none: [{id: c, when: fields.ready}, {id: d, when: fields.hours > 1}]}]",
            [("d", "stricter")],
        ),
        (
            "[{none: [{id: c, when: fields.hours > 4}]}]",
            "[{none: [{id: c, when: fields.hours > 6}]}]",
            [("c", "looser")],
        ),
        (
            "[{none: [{none: [{id: c, when: fields.ready}]}]}]",
            "[{none: [{none: [{id: c, when: fields.ready}, {id: d, when: fields.hours > 1}]}]}]",
            [("d", "looser")],
        ),
    ],
)
def test_a_guard_is_compared_clause_by_clause(old, new, told):
    assert compared(old, new) == told

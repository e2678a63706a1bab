"""Data of a dyad: who sets it, what it may be, what it is before anybody does, what is computed from it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from dyade.flow import messages as c
from dyade.flow.plan import plan_of
from dyade.program.conditions.types import EMPTY
from tests.flow.living import Life, codes, day, done, moment, program, reason, refused

FIELDS = """
fields:
  count: {type: int, min: 0, max: 10, set_by: [mentor, mentee]}
  rate: {type: decimal, min: "0.5", set_by: [mentor]}
  price: {type: money, currency: CAD, max: 100, set_by: [mentor]}
  ready: {type: bool, set_by: [mentor]}
  starts: {type: date, min: 2026-01-01, set_by: [mentor]}
  seen: {type: datetime, set_by: [mentor]}
  hour: {type: time, set_by: [mentor]}
  length: {type: duration, set_by: [mentor]}
  kind: {type: enum, values: [one, two], set_by: [mentor]}
  guest: {type: person, set_by: [mentor]}
  code: {type: text, pattern: "[A-Z]{3}", set_by: [mentor]}
  short: {type: text, min_length: 2, max_length: 4, set_by: [mentor]}
  aims: {type: list<text>, min: 1, max: 2, set_by: [mentor]}
  note: {type: text, nullable: true, set_by: [mentor]}
  hidden: {type: text}
  level: {type: int, default: 3, set_by: [mentor]}
  same: {like: fields.count, set_by: [mentor]}
  ends: {type: date, nullable: true, set_by: [mentor]}
  middle: {type: date, formula: "midpoint(fields.starts, fields.ends)"}
  double: {type: int, formula: fields.count * 2}
initial: live
states: {live: , end: {final: true}}
transitions:
  - {id: finish, from: live, to: end, by: [mentor]}
  - {id: check, from: live, by: [mentor], guard: [{id: even, when: fields.double > 4}]}
  - {id: no_note, from: live, by: [mentor], guard: [{id: none, when: fields.note != "x"}]}
  - {id: is_known, from: live, by: [mentor], guard: [{id: known, when: is_set(fields.note)}]}
  - {id: wait, from: live, to: end, at: fields.ends}
"""


def read(life: Life, field: str) -> Any:
    """What conditions read of a field."""
    return plan_of(life.program).field(field)(life.draft())


@pytest.mark.parametrize(
    ("field", "raw", "value"),
    [
        ("count", 4, 4),
        ("rate", Decimal("1.5"), Decimal("1.5")),
        ("rate", 2, Decimal(2)),
        ("rate", "1.25", Decimal("1.25")),
        ("price", "12.50", Decimal("12.50")),
        ("ready", False, False),
        ("starts", "2026-12-01", day("2026-12-01")),
        ("hour", "09:30", 570),
        ("kind", "two", "two"),
        ("guest", "zoe", "zoe"),
        ("code", "ABC", "ABC"),
        ("short", "éà", "éà"),
        ("aims", ["one", "two"], ("one", "two")),
        ("note", "a word", "a word"),
        ("same", 11, 11),
    ],
)
def test_a_field_takes_what_is_of_its_type(field, raw, value):
    life = Life(program(FIELDS))

    done(life.set("bob", field, raw))

    assert life.fields[field] == value
    assert read(life, field) == value


@pytest.mark.parametrize(
    ("field", "raw", "code"),
    [
        ("count", 11, "datum_maximum"),
        ("count", -1, "datum_minimum"),
        ("count", 1.5, "datum_type"),
        ("count", "4", "datum_type"),
        ("count", True, "datum_type"),
        ("rate", "0.4", "datum_minimum"),
        ("rate", "1e400", "datum_type"),
        ("rate", 1.5, "datum_type"),
        ("price", "100.01", "datum_maximum"),
        ("price", "1.005", "datum_type"),
        ("ready", "yes", "datum_type"),
        ("ready", 1, "datum_type"),
        ("starts", "2025-12-31", "datum_minimum"),
        ("starts", "2026-02-30", "datum_type"),
        ("starts", 20260101, "datum_type"),
        ("seen", "yesterday", "datum_type"),
        ("hour", "24:00", "datum_type"),
        ("length", "6 moons", "datum_type"),
        ("kind", "three", "datum_choice"),
        ("guest", ["zoe"], "datum_type"),
        ("code", "ABCD", "datum_pattern"),
        ("code", "xABCx", "datum_pattern"),
        ("short", "a", "datum_minLength"),
        ("short", "abcde", "datum_maxLength"),
        ("aims", [], "datum_minItems"),
        ("aims", ["a", "b", "c"], "datum_maxItems"),
        ("aims", [1], "datum_type"),
        ("aims", "one", "datum_type"),
    ],
)
def test_a_field_takes_nothing_else(field, raw, code):
    life = Life(program(FIELDS))

    assert refused(life.set("bob", field, raw)) == {(code, field)}
    assert field not in life.fields


def test_only_the_roles_that_are_named_set_a_field():
    life = Life(program(FIELDS))

    done(life.set("ana", "count", 1))
    assert refused(life.set("ana", "rate", 1)) == {("not_allowed", "set rate")}
    assert refused(life.set("zoe", "count", 1)) == {("not_allowed", "set count")}
    assert refused(life.set("bob", "hidden", "x")) == {("not_allowed", "set hidden")}


def test_nobody_sets_what_is_computed():
    assert codes(Life(program(FIELDS)).set("bob", "double", 8)) == {"not_allowed"}


def test_a_field_that_does_not_exist_is_told_as_such():
    why = reason(Life(program(FIELDS)).set("bob", "nothing", 1))

    assert (why.code, why.about) == ("unknown_field", "nothing")
    assert "count" in why.facts["known"]


def test_nothing_is_set_once_the_dyad_has_ended():
    life = Life(program(FIELDS)).tell(c.Fire("bob", "finish"))

    assert codes(life.set("bob", "count", 1)) == {"ended"}


@pytest.mark.parametrize("nothing", [None, ""])
def test_a_field_can_be_emptied(nothing):
    life = Life(program(FIELDS)).tell(c.SetField("bob", "count", 3)).tell(c.SetField("bob", "note", "x"))

    done(life.set("bob", "count", nothing))
    done(life.set("bob", "note", nothing))

    assert (read(life, "count"), read(life, "note")) == (None, EMPTY)


def test_before_anybody_gives_one_the_value_is_the_default_or_empty_or_unknown():
    life = Life(program(FIELDS))

    assert (read(life, "level"), read(life, "note"), read(life, "count")) == (3, EMPTY, None)
    assert life.fields == {}


def test_a_default_gives_way_to_a_value_and_does_not_come_back_when_it_is_emptied():
    life = Life(program(FIELDS)).tell(c.SetField("bob", "level", 5))
    assert read(life, "level") == 5

    life.tell(c.SetField("bob", "level", None))
    assert read(life, "level") is None


def test_empty_is_a_value_only_where_it_is_said():
    life = Life(program(FIELDS))

    done(life.fire("bob", "no_note"))
    assert refused(life.fire("bob", "is_known")) == {("clause", "known")}


def test_an_anchor_that_is_empty_never_falls_due():
    life = Life(program(FIELDS))
    assert moment(life.due) is None

    life.tell(c.SetField("bob", "ends", "2026-12-01"))
    assert moment(life.due) == "2026-12-01 00:00"
    life.tell(c.SetField("bob", "ends", None))
    assert moment(life.due) is None


def test_a_formula_follows_what_it_reads_and_is_never_stored():
    life = Life(program(FIELDS)).tell(c.SetField("bob", "starts", "2026-10-01"))
    assert read(life, "middle") is None

    life.tell(c.SetField("bob", "ends", "2026-10-31"))
    assert read(life, "middle") == day("2026-10-16")

    life.tell(c.SetField("bob", "ends", "2026-11-30"))
    assert read(life, "middle") == day("2026-10-31")
    assert "middle" not in life.fields


def test_a_formula_is_read_by_guards():
    life = Life(program(FIELDS)).tell(c.SetField("bob", "count", 2))
    assert refused(life.fire("bob", "check")) == {("clause", "even")}

    done(life.tell(c.SetField("bob", "count", 3)).fire("bob", "check"))


def test_a_dyad_begins_with_the_fields_that_are_given():
    life = Life(program(FIELDS), fields={"count": 2, "hidden": "said at the start"})

    assert life.fields == {"count": 2, "hidden": "said at the start"}


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"count": 11}, ("datum_maximum", "count")),
        ({"double": 4}, ("unknown_datum", "double")),
        ({"other": 4}, ("unknown_datum", "other")),
    ],
)
def test_a_dyad_does_not_begin_with_what_does_not_fit(fields, reason):
    life = Life(program(FIELDS), begin=False)

    assert refused(life.do(c.Start(c.SYSTEM, {"mentor": ("bob",)}, fields))) == {reason}


def test_the_record_says_who_set_what_and_that_nothing_else_did():
    life = Life(program(FIELDS)).tell(c.SetField("ana", "count", 2))

    record = life.records[-1]
    assert (record.head.actor, record.field, record.value, record.cause) == ("ana", "count", 2, "")


def test_setting_what_is_already_so_is_kept_all_the_same():
    """Who said it again, and when, is a fact."""
    life = Life(program(FIELDS)).tell(c.SetField("bob", "count", 2)).tell(c.SetField("ana", "count", 2))

    assert [record.head.actor for record in life.records if isinstance(record, c.FieldSet)] == ["bob", "ana"]

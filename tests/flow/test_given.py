"""What people submit: whatever the JSON, it is read or refused with words; nothing is raised, nothing slips through."""

from decimal import Decimal
from json import loads
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dyade.flow import messages as c
from dyade.flow.codec import RecordCodec
from dyade.flow.decide import decide
from dyade.flow.outcome import Decision, Refusal
from dyade.flow.snapshot import SnapshotCodec
from dyade.flow.telling.refusals import refusal_sentences
from dyade.program.conditions.types import EMPTY
from tests.flow.living import Life, done, program, refused, shipped

EVERY_TYPE = """
fields:
  text: {type: text, pattern: "[a-zé ]*", set_by: [mentor]}
  int: {type: int, min: 0, max: 10, set_by: [mentor]}
  decimal: {type: decimal, min: 0, set_by: [mentor]}
  money: {type: money, max: 100, set_by: [mentor]}
  bool: {type: bool, set_by: [mentor]}
  date: {type: date, min: 2026-01-01, set_by: [mentor]}
  datetime: {type: datetime, set_by: [mentor]}
  time: {type: time, set_by: [mentor]}
  duration: {type: duration, set_by: [mentor]}
  enum: {type: enum, values: [one, two], set_by: [mentor]}
  person: {type: person, role: mentee, set_by: [mentor]}
  file: {type: file, set_by: [mentor]}
  texts: {type: list<text>, min: 1, max: 3, set_by: [mentor]}
  people: {type: list<person>, nullable: true, set_by: [mentor]}
  files: {type: list<file>, nullable: true, set_by: [mentor]}
roles: {mentor: {attributes: {level: {type: int}, name_: {type: text}}}, mentee: {}, coordinator: {}}
forms:
  form:
    entry:
      text: {type: text, pattern: "[a-zé ]*"}
      int: {type: int, max: 10}
      date: {type: date, min: 2026-01-01}
      enum: {like: fields.enum}
      texts: {type: list<text>, min: 1}
      file: {like: fields.file}
    filled_by: [mentor]
    repeat: many
    available_in: [a]
    corrected_by: [mentor]
    steps: [{id: check, from: submitted, to: checked, by: [mentor], input: {sum: {type: money}}}]
initial: a
states: {a: {}, z: {final: true}}
transitions:
  - {id: go, from: a, by: [mentor], input: {text: {type: text, nullable: true}, date: {type: date},
      people: {type: list<person>, nullable: true}}, effects: [{emit: {name: gone}}]}
  - {id: end, from: a, to: z, by: [mentor], guard: [{id: p, when: fields.bool, waivable_by: [mentor]}]}
"""
GOOD: dict[str, Any] = {
    "text": "été", "int": 10, "decimal": "4.5", "money": "4.50", "bool": False, "date": "2026-01-01",
    "datetime": "2026-01-01T10:00:00-05:00", "time": "09:30", "duration": "6 months", "enum": "two", "person": "ana",
    "file": {"name": "x.pdf", "size": 3}, "texts": ["a", "b"], "people": ["ana", "bob"], "files": [{"name": "y.PNG"}],
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_a_value_of_the_right_kind_is_kept_and_comes_back_from_json(name):
    life = Life(program(EVERY_TYPE))
    done(life.set("bob", name, GOOD[name]))
    snapshots = SnapshotCodec(life.program)
    snapshot = snapshots.encode(life.dyad)
    assert snapshots.decode(snapshot.public_text, snapshot.private_text) == life.dyad


def deep(levels: int):
    """A value inside another, so many times."""
    value: object = 1
    for n in range(levels):
        value = [value] if n % 2 else {"a": value}
    return value


HOSTILE: tuple[Any, ...] = (
    float("nan"), float("inf"), -0.0, 1e308, 10**400, -(10**5000), 2**63, True, None, "", "\0", "a\0b", "\ud800",
    "é\udfff", "x" * 200_000, "=1+1", "__import__('os')", "{fields.text}", "2026-02-30",
    "9999-12-31", "0000-01-01", "99999-01-01",
    "25:00", "1e5", "NaN", "Infinity", "٣", "1_000", [], {}, [None], [[]], [{}], {"a": {}}, {"": []}, ["a"] * 100_000,
    [["a"]], deep(60), deep(900), deep(50_000), Decimal("NaN"), Decimal("1e999999"), (1, 2), {"name": "\0"},
      {"name": "\ud800"},
    {f"k{i}": i for i in range(5_000)}, b"bytes", object(), {1, 2}, lambda: None, 3 + 4j,
)  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_no_value_raises_whatever_it_is(name):
    life = Life(program(EVERY_TYPE))
    for value in HOSTILE:
        _judged(life, c.SetField("bob", name, value))


def _judged(life: Life, command: c.Command) -> Decision | Refusal:
    """Decided, kept as JSON or refused in words; the dyad itself does not move."""
    outcome = decide(life.program, life.dyad, command, life.context)
    if isinstance(outcome, Refusal):
        assert outcome.reasons
        for lang in ("fr", "en"):
            assert all(refusal_sentences(life.program, outcome.reasons, lang, {}))
        return outcome
    codec, snapshots = RecordCodec(life.program), SnapshotCodec(life.program)
    for record in outcome.records:
        encoded = codec.encode(record, outcome.dyad.holdings, lambda: b"salt")
        sealed = {i: item.value for i, item in enumerate(encoded.sealed)}
        assert codec.decode(encoded.kind, record.head, encoded.body, sealed) == record
        encoded.body.encode()
    snapshot = snapshots.encode(outcome.dyad)
    assert snapshots.decode(snapshot.public_text, snapshot.private_text) == outcome.dyad
    loads(snapshot.public_text)
    return outcome


JSON = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30), st.integers(10**300, 10**301),
        st.sampled_from(["2026-09-30", "one", "ana", "09:30", "4.50", "6 months", "\ud800", "\0", "a" * 101_000]),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)),
    max_leaves=12,
)  # fmt: skip


def _objects(*names: str) -> st.SearchStrategy[dict[str, object]]:
    return st.fixed_dictionaries({}, optional=dict.fromkeys((*names, "surplus", "", "é\0"), JSON))


FORM = _objects("text", "int", "date", "enum", "texts", "file")
COMMANDS = st.one_of(
    st.builds(lambda data, submit: c.Fill("bob", "form", data, submit), FORM, st.booleans()),
    st.builds(lambda data, reason: c.Correct("bob", "form", data, reason), FORM, JSON),
    st.builds(lambda data: c.Fire("bob", "go", data), _objects("text", "date", "people")),
    st.builds(lambda data: c.Step("bob", "form", "check", 1, data), _objects("sum")),
    st.builds(lambda name, value: c.SetField("bob", name, value), st.sampled_from(sorted(GOOD)), JSON),
    st.builds(lambda data: c.Assign("cleo", "mentor", "dan", data), _objects("level", "name_")),
    st.builds(lambda data: c.ChangeAttributes(c.SYSTEM, "bob", data), _objects("level", "name_")),
    st.builds(lambda reason: c.Waive("bob", "end", "p", reason), JSON),
)


@settings(max_examples=400)
@given(COMMANDS)
def test_no_command_raises_whatever_json_it_carries(command):
    """Deep, huge, of the wrong kind, not a number: each is decided, or refused with words."""
    life = Life(program(EVERY_TYPE))
    done(life.fill("bob", "form", **{name: GOOD[name] for name in ("text", "int", "date", "enum", "texts", "file")}))
    outcome = _judged(life, command)
    assert isinstance(outcome, Refusal) or fold_of(life, outcome)


def fold_of(life: Life, outcome: Decision) -> bool:
    """Whether the records make the dyad that was decided."""
    from dyade.flow.evolve import fold

    return fold(life.program, "D-1", [*life.records, *outcome.records]) == outcome.dyad


@settings(max_examples=200)
@given(JSON, JSON)
def test_no_beginning_raises_whatever_it_begins_with(value, other):
    life = Life(shipped(), begin=False)
    outcome = decide(
        life.program, None, c.Start(c.SYSTEM, {}, {"motif": value, "date_fin": other}), life.context, "D-1"
    )
    if isinstance(outcome, Refusal):
        assert all(refusal_sentences(life.program, outcome.reasons, "fr", {}))


def test_every_problem_of_an_entry_is_told_at_once():
    life = Life(program(EVERY_TYPE))
    outcome = life.fill("bob", "form", text="A", int=11, date="2025-12-31", enum="three", texts=[], file=3, more=1)
    assert refused(outcome) == {
        ("datum_pattern", "text"), ("datum_maximum", "int"), ("datum_minimum", "date"), ("datum_choice", "enum"),
        ("datum_minItems", "texts"), ("datum_type", "file"), ("unknown_datum", "more"),
    }  # fmt: skip


def test_a_bound_with_decimals_is_told_with_the_comma_of_french():
    life = Life(program(EVERY_TYPE.replace("decimal, min: 0,", 'decimal, min: "0.25",')))

    outcome = life.set("bob", "decimal", "0.1")

    assert isinstance(outcome, Refusal)
    told = {lang: refusal_sentences(life.program, outcome.reasons, lang)[0] for lang in ("fr", "en")}
    assert "au moins 0,25" in told["fr"]
    assert "0.25" in told["en"]


def test_a_list_that_is_too_long_says_how_long_it_may_be():
    life = Life(program(EVERY_TYPE))
    outcome = life.set("bob", "people", ["ana"] * 5_000)
    assert refused(outcome) == {("datum_maxItems", "people")}


def test_files_that_may_be_left_out_may_be_said_to_be_none():
    life = Life(program(EVERY_TYPE))
    done(life.set("bob", "files", GOOD["files"]))

    done(life.set("bob", "files", None))

    assert life.fields["files"] is EMPTY

"""Does a program keep its identity when only its words change, and no longer?"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyade.program import model as m
from dyade.program.diagnostics import Findings
from dyade.program.digest import behaviour_digest, canonical, parsed, text_digest
from dyade.program.shape import check_program_shape, prune
from dyade.program.text import read

HERE = Path(__file__).parent
WHOLE = (HERE / "whole.yaml").read_text(encoding="utf-8")
SHIPPED = sorted((HERE.parents[1] / "programs").glob("*.yaml"))
PROGRAMS = [HERE / "whole.yaml", *(path for path in SHIPPED if not path.stem.endswith(".scenarios"))]
HOLIDAYS = {"holidays": [[738000, {"fr": "Noël", "en": "Christmas"}]]}


def program(text: str) -> m.Program:
    findings = Findings()
    tree = read(text, findings)
    assert tree is not None
    left = prune(tree, check_program_shape(tree, findings))
    assert left is not None
    assert not findings.errors
    return m.Program.model_validate(left.data)


def changed(before: str, after: str) -> str:
    assert WHOLE.count(before) == 1
    return WHOLE.replace(before, after)


def behaviour(text: str) -> str:
    return behaviour_digest(program(text), HOLIDAYS)


def words(text: str) -> str:
    return text_digest(program(text), HOLIDAYS)


WORDS = [
    ("{fr: Tout, en: Everything}", "{fr: Tout, en: All}"),
    ("{label: Guide}", "{label: Guide, help: Who guides}"),
    ("message: Not so, hint: Try,", ""),
    ("{subject: Hello, ", "{subject: Hi, "),
    ("{script: Script,", "{script: The script,"),
    ("secret: I keep it to myself", "secret: I tell nobody"),
    ("also: [trainer]", "also: [trainer, teacher]"),
    ("source: ABC-02", "basis: assumed"),
    ("basis: interpretation, note: Read so", "basis: stated"),
    ("{ABC-01: Not a rule}", "{ABC-09: Not a rule either}"),
    ("{coach: coach@example.org}", "{coach: other@example.org}"),
    ("text: Take your time", "text: Take all your time"),
    ('version: "1"', 'version: "2"'),
    ("status: draft", "status: retired"),
]
SHAPE_ONLY = [
    ("# Every key", "# Each key"),
    ("id: whole", "'id': \"whole\""),
    (
        "  most: {value: 12, label: Most hours, source: ABC-02}",
        "  most: {source: ABC-02, label: Most hours, value: 12}",
    ),
    ("    help: First\n", "    x-seen: {by: [us]}\n    help: First\n"),
    ("assigned_by: coach", "assigned_by: [coach]"),
]
DEEDS = [
    ("value: 12", "value: 13"),
    ("when: person.since < today", "when: person.since <= today"),
    ("level: should, when", "level: must, when"),
    ("final: true, outcome: success", "final: true, outcome: failure"),
    ("      right: {initial: e, states: {e: {label: E}}}\n", ""),
    ("values: {script: Script,", "values: {scripts: Script,"),
    ("{secret: I keep it", "{secrets: I keep it"),
    ("by: [system]", "by: [system, coach]"),
    ("author, coach]", "coach, author]"),
    ("easter: monday", "easter: friday"),
    ("rows: {script: 90,", "rows: {script: 91,"),
    ("max: 7.25", "max: 7.5"),
    ("privacy: personal", "privacy: none"),
    ("  - {id: host, label: Host, from: a, by: [system]}\n", ""),
    ('dyade: "1.0"', 'dyade: "1.1"'),
]


@pytest.mark.parametrize(("before", "after"), WORDS)
def test_words_change_the_text_and_not_the_behaviour(before, after):
    text = changed(before, after)

    assert behaviour(text) == behaviour(WHOLE)
    assert words(text) != words(WHOLE)


@pytest.mark.parametrize(("before", "after"), SHAPE_ONLY)
def test_the_way_of_writing_changes_nothing_that_decides(before, after):
    assert behaviour(changed(before, after)) == behaviour(WHOLE)


@pytest.mark.parametrize(("before", "after"), DEEDS)
def test_what_decides_changes_both_digests(before, after):
    text = changed(before, after)

    assert behaviour(text) != behaviour(WHOLE)
    assert words(text) != words(WHOLE)


def test_a_default_that_is_written_out_is_still_the_default():
    written = changed("{id: second, to: [coach],", "{id: second, channel: email, catch_up: once, to: [coach],")

    assert behaviour(written) == behaviour(WHOLE)
    assert words(written) == words(WHOLE)


def test_the_order_of_rules_is_meaning():
    """Transitions may compete for an event."""
    first = "  - {id: host, label: Host, from: a, by: [system]}\n"
    second = "  - {id: soon, label: Soon, from: a, to: c, auto: true}\n"

    assert behaviour(changed(first + second, second + first)) != behaviour(WHOLE)


def test_the_order_of_keys_is_kept_in_the_full_form_alone():
    """Entries of a form are shown in their order; they decide the same in any."""
    more = "  aaa: {label: Aaa, entry: {}, filled_by: [coach], available_in: a}\n"
    model = program(changed("  plain: {label: Plain,", f"{more}  plain: {{label: Plain,"))

    full, deciding = (json.loads(canonical(model, texts=texts, extra={})) for texts in (True, False))

    assert list(full["program"]["forms"])[-2:] == ["aaa", "plain"]
    assert next(iter(deciding["program"]["forms"])) == "aaa"


def test_holidays_that_move_are_another_behaviour_and_their_names_are_not():
    model = program(WHOLE)

    assert behaviour_digest(model, {"holidays": [[738001, {"fr": "Noël", "en": "Christmas"}]]}) != behaviour(WHOLE)
    assert behaviour_digest(model, {"holidays": [[738000, {"fr": "Nöel", "en": "Xmas"}]]}) == behaviour(WHOLE)
    assert text_digest(model, {"holidays": [[738000, {"fr": "Nöel", "en": "Xmas"}]]}) != words(WHOLE)


def test_no_word_is_left_in_the_behaviour_form():
    form = canonical(program(WHOLE), texts=False, extra=HOLIDAYS).decode()

    words = ("Coach", "Everything", "Hello", "Not so", "Take your time", "Noël", "as it says", "ABC-02")
    assert [word for word in words if word in form] == []


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.name)
def test_the_full_form_loads_again_to_the_same_program(path):
    model = program(path.read_text(encoding="utf-8"))

    loaded, resolved = parsed(canonical(model, texts=True, extra=HOLIDAYS))

    assert loaded == model
    assert resolved == HOLIDAYS
    assert behaviour_digest(loaded, resolved) == behaviour_digest(model, HOLIDAYS)


numbers = st.one_of(
    st.booleans(),
    st.integers(-(10**15), 10**15),
    st.decimals(-(10**15), 10**15, allow_nan=False, allow_infinity=False),
    st.text(st.characters(codec="utf-8"), max_size=20),
)


@given(numbers)
def test_a_value_keeps_its_type_through_the_full_form(value: Any):
    """1.50 is a number and "1.50" a text, on both sides."""
    model = m.Program.model_validate({**data_of_whole(), "params": {"most": {"value": value, "label": "Most"}}})

    loaded, _ = parsed(canonical(model, texts=True, extra={}))
    kept = loaded.params["most"].value

    if isinstance(value, str):
        assert isinstance(kept, str)
    else:
        assert kept == model.params["most"].value
        assert isinstance(kept, Decimal) == isinstance(model.params["most"].value, Decimal)


def data_of_whole() -> dict[str, Any]:
    tree = read(WHOLE, Findings())
    assert tree is not None
    data: dict[str, Any] = tree.data
    return data


def test_accents_written_in_two_ways_are_one():
    model = program(WHOLE)
    apart = model.model_copy(update={"id": "e\u0301"})
    joined = model.model_copy(update={"id": "\u00e9"})

    assert behaviour_digest(apart, {}) == behaviour_digest(joined, {})

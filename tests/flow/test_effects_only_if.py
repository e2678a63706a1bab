"""An effect that follows only where a condition holds: asked in its turn, once, and left out in doubt."""

from __future__ import annotations

import pytest

from dyade.flow import messages as c
from dyade.program.load import examine
from tests.flow.living import Life, codes, done, program

PEOPLE = {"mentor": ("bob",), "mentee": ("ana",), "coordinator": ("cleo",)}


def after(effects: str, on_enter: str = "[]", steps: str = "[]") -> Life:
    """A dyad whose mentor may make these follow."""
    text = f"""
roles: {{mentor: {{count: {{max: 1}}}}, mentee: , coordinator: , second: {{count: {{min: 0, max: 2}}}}}}
fields:
  a: {{type: int, default: 1, set_by: [mentor]}}
  b: {{type: int, set_by: [mentor]}}
  empty: {{type: int, set_by: [mentor]}}
  who: {{type: person, role: second, set_by: [mentor]}}
forms:
  claim:
    entry: {{amount: {{type: int}}}}
    filled_by: [mentor]
    available_in: live
    repeat: many
    steps:
      - {{id: pay, from: submitted, to: paid, by: [coordinator], effects: {steps}}}
initial: live
states: {{live: , next: {{on_enter: {on_enter}}}, end: {{final: true}}}}
transitions:
  - {{id: go, from: live, by: [mentor], effects: {effects}}}
  - {{id: enter, from: live, to: next, by: [mentor]}}
  - {{id: finish, from: [live, next], to: end, by: [mentor]}}
"""
    return Life(program(text), PEOPLE)


@pytest.mark.parametrize(
    ("condition", "b"),
    [("fields.a == 1", 5), ("fields.a == 2", None), ("fields.empty == 1", None), ("not is_set(fields.empty)", 5)],
)
def test_it_is_done_on_a_yes_alone(condition, b):
    life = after(f"[{{set: {{b: 5}}, only_if: {condition}}}]").tell(c.Fire("bob", "go"))

    assert life.fields.get("b") == b


def test_it_is_asked_as_the_effects_before_it_leave_things():
    life = after("[{set: {a: 2}}, {set: {b: 5}, only_if: fields.a == 2}, {set: {b: 6}, only_if: fields.a == 1}]")
    life.tell(c.Fire("bob", "go"))

    assert (life.fields["a"], life.fields["b"]) == (2, 5)


def test_it_is_asked_once_for_the_whole_of_an_effect():
    life = after("[{set: {a: 9, b: 5}, only_if: fields.a == 1}]").tell(c.Fire("bob", "go"))

    assert (life.fields["a"], life.fields["b"]) == (9, 5)


def test_what_is_left_out_cannot_stand_in_the_way():
    effects = "[{set: {b: fields.empty + 1}, only_if: is_set(fields.empty)}, {set: {a: 3}}]"

    assert after(effects).tell(c.Fire("bob", "go")).fields == {"a": 3}


def test_what_is_wanted_and_cannot_be_done_refuses_the_act():
    effects = "[{set: {b: fields.empty + 1}, only_if: fields.a == 1}]"

    assert codes(after(effects).fire("bob", "go")) == {"effect_unknown"}


def test_a_later_effect_of_an_act_that_cannot_be_done_refuses_it_whatever_came_before():
    effects = "[{set: {a: 2}, only_if: fields.a == 1}, {set: {b: fields.empty + 1}, only_if: fields.a == 2}]"

    assert codes(after(effects).fire("bob", "go")) == {"effect_unknown"}


@pytest.mark.parametrize(("condition", "sent"), [("fields.a == 1", [("ana", "hello")]), ("fields.a == 2", [])])
def test_messages_people_and_the_host_are_left_alone_too(condition, sent):
    effects = (
        f"[{{notify: {{to: [mentee], template: hello}}, only_if: {condition}}}, "
        f"{{assign: {{second: fields.who}}, only_if: {condition}}}, "
        f"{{emit: {{name: ping}}, only_if: {condition}}}]"
    )
    life = after(effects)
    done(life.set("bob", "who", "dan"))

    life.tell(c.Fire("bob", "go"))

    assert life.sent() == sent
    assert ("second" in life.dyad.holdings) == bool(sent)
    assert any(isinstance(effect, c.Emitted) for effect in life.effects) == bool(sent)


def test_what_entering_a_state_does_may_hang_on_a_condition():
    life = after("[]", "[{set: {b: 5}, only_if: fields.a == 1}, {set: {b: 6}, only_if: fields.a == 2}]")

    assert life.tell(c.Fire("bob", "enter")).fields["b"] == 5


def test_a_step_reads_its_entry_in_the_condition():
    life = after("[]", steps="[{set: {b: 5}, only_if: entry.amount > 10}]")
    done(life.fill("bob", "claim", amount=5))
    done(life.do(c.Step("cleo", "claim", "pay")))
    assert "b" not in life.fields
    done(life.fill("bob", "claim", amount=50))

    done(life.do(c.Step("cleo", "claim", "pay")))

    assert life.fields["b"] == 5


def test_a_field_that_may_be_left_out_is_not_surely_set():
    """What waits for it is told that it may wait for ever."""
    text = """
dyade: "1.0"
id: trial
version: "1"
title: Trial
summary: A trial
locales: [en]
timezone: America/Toronto
started_by: [mentor]
roles: {mentor: {label: Mentor}}
fields:
  ends: {type: date, label: End}
  short: {type: bool, label: Short, default: false}
initial: a
states: {a: {label: A}, b: {label: B}, c: {label: C, final: true}}
transitions:
  - id: go
    label: Go
    from: a
    to: b
    by: [mentor]
    effects: [{set: {ends: 2027-01-01}ONLY_IF}]
  - {id: stop, label: Stop, from: b, to: c, at: fields.ends}
"""

    def told(only_if: str) -> list[str]:
        return [found.code for found in examine(text.replace("ONLY_IF", only_if)).findings if found.code == "E109"]

    assert told("") == []
    assert told(", only_if: fields.short") == ["E109"]

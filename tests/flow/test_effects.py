"""What follows a transition: fields, roles, messages to people and to the host, in order, all or nothing."""

from __future__ import annotations

from typing import Any

import pytest

from dyade.flow import messages as c
from dyade.program.conditions.types import EMPTY
from tests.flow.living import Life, codes, day, done, program, reason, refused

ROLES = """
roles:
  mentor: {count: {max: 2}, attributes: {unit: {type: text}}}
  mentee:
  coordinator:
  second: {accepts: true}
  third: {attributes: {unit: {type: text}}}
  office: {scope: program, count: {max: 5}}
"""


def after(effects: str, fields: str = "", given: str = "", **options: Any) -> Life:
    """A dyad whose mentor may make these follow."""
    text = f"""{ROLES}
fields:
  a: {{type: int, default: 1, set_by: [mentor]}}
  b: {{type: int, set_by: [mentor]}}
  word: {{type: text, nullable: true, set_by: [mentor]}}
  ends: {{type: date}}
  proposed: {{type: person, role: mentor, nullable: true, set_by: [mentor]}}
{fields}
initial: live
states: {{live: , end: {{final: true}}}}
transitions:
  - {{id: go, from: live, by: [mentor], effects: {effects}, {given}}}
  - {{id: finish, from: live, to: end, by: [mentor]}}
templates:
  told: {{subject: Told, body: "a is {{fields.a}}, by {{actor.name}}."}}
"""
    people = {"mentor": ("bob",), "mentee": ("ana",), "coordinator": ("cleo",)}
    return Life(program(text), people, shared={"office": ("olga", "otto")}, **options)


# -------------------------------------------------------------------------------------------------------------- fields


def test_effects_follow_in_order_and_each_reads_what_the_ones_before_did():
    life = after("[{set: {a: fields.a + 1}}, {set: {b: fields.a * 10}}, {set: {a: 7}}]").tell(c.Fire("bob", "go"))

    assert life.fields == {"a": 7, "b": 20}
    assert [record.cause for record in life.records if isinstance(record, c.FieldSet)] == ["go"] * 3


def test_several_fields_of_one_effect_are_set_in_order():
    life = after("[{set: {a: 5, b: fields.a}}]").tell(c.Fire("bob", "go"))

    assert life.fields == {"a": 5, "b": 5}


def test_what_cannot_be_computed_is_refused_and_changes_nothing():
    """Setting a field to nothing is `clear`, never an accident."""
    life = after("[{notify: {to: [mentee], template: told}}, {set: {a: fields.b + 1}}]")

    assert refused(life.fire("bob", "go")) == {("effect_unknown", "a")}
    assert (life.fields, life.effects) == ({}, [])


def test_what_an_earlier_effect_sets_is_known_to_the_next():
    life = after("[{set: {b: 4}}, {set: {a: fields.b + 1}}]").tell(c.Fire("bob", "go"))

    assert life.fields == {"b": 4, "a": 5}


def test_what_the_effects_before_do_not_make_known_is_refused():
    life = after("[{set: {a: 4}}, {set: {a: fields.b + 1}}]")
    assert refused(life.fire("bob", "go")) == {("effect_unknown", "a")}

    life = after("[{set: {b: 4}}, {clear: [b]}, {set: {a: fields.b + 1}}]")
    assert refused(life.fire("bob", "go")) == {("effect_unknown", "a")}
    assert life.fields == {}


def test_an_empty_value_can_be_set_where_empty_is_a_value():
    life = after("[{set: {other: fields.word}}]", "  other: {type: text, nullable: true}").tell(c.Fire("bob", "go"))

    assert life.fields == {"other": EMPTY}


def test_clearing_makes_a_field_empty_or_unknown():
    life = after("[{clear: [a, word]}]").tell(c.SetField("bob", "word", "x")).tell(c.Fire("bob", "go"))

    assert life.fields == {"a": None, "word": EMPTY}


def test_effects_read_the_input_and_the_day():
    life = after("[{set: {ends: input.until + 1 week}}]", given="input: {until: {type: date}}", now="2026-09-21 10:00")

    done(life.fire("bob", "go", until="2026-10-01"))

    assert life.fields["ends"] == day("2026-10-08")


# --------------------------------------------------------------------------------------------------------------- roles


def holders(life: Life, role: str) -> list[tuple[str, bool]]:
    assert life.dyad is not None
    return [(holding.person, holding.pending) for holding in life.dyad.holdings.get(role, ())]


def test_assigning_adds_a_holder_where_several_are_allowed():
    life = after("[{assign: {mentor: fields.proposed}}]", profiles={"dan": {"unit": "north"}})
    life.tell(c.SetField("bob", "proposed", "dan")).tell(c.Fire("bob", "go"))

    assert holders(life, "mentor") == [("bob", False), ("dan", False)]
    assert life.dyad is not None
    assert dict(life.dyad.holdings["mentor"][1].attributes) == {"unit": "north"}


def test_assigning_takes_the_place_of_the_holder_where_one_is_allowed():
    life = after("[{assign: {coordinator: actor.id}}]").tell(c.Fire("bob", "go"))

    assert holders(life, "coordinator") == [("bob", False)]
    assert [(r.role, r.person) for r in life.records if isinstance(r, c.Unassigned)] == [("coordinator", "cleo")]


def test_assigning_whom_already_holds_the_role_changes_nothing():
    life = after("[{assign: {coordinator: roles.coordinator.id}}]").tell(c.Fire("bob", "go"))

    assert [type(record) for record in life.records if record.head.revision == 2] == [c.Moved]


def test_an_effect_needs_no_permission_to_assign_and_the_person_still_accepts():
    life = after("[{assign: {second: roles.mentee.id}}]").tell(c.Fire("bob", "go"))

    assert holders(life, "second") == [("ana", True)]
    done(life.do(c.Answer("ana", "second", True)))
    assert holders(life, "second") == [("ana", False)]


def test_whom_an_effect_assigns_is_known_to_the_next():
    effects = "[{assign: {third: fields.proposed}}, {set: {unit: roles.third.unit}}]"
    life = after(effects, "  unit: {type: text}", profiles={"dan": {"unit": "north"}})

    life.tell(c.SetField("bob", "proposed", "dan")).tell(c.Fire("bob", "go"))

    assert life.fields["unit"] == "north"


def test_whom_an_effect_unassigns_is_gone_for_the_next():
    effects = "[{unassign: {coordinator: roles.coordinator.id}}, {set: {who: roles.coordinator.id}}]"
    life = after(effects, "  who: {type: person}")

    assert refused(life.fire("bob", "go")) == {("effect_unknown", "who")}
    assert holders(life, "coordinator") == [("cleo", False)]


def test_whom_already_waits_to_accept_is_not_assigned_again():
    life = after("[{assign: {second: roles.mentee.id}}]").tell(c.Fire("bob", "go")).tell(c.Fire("bob", "go"))

    assert [r.person for r in life.records if isinstance(r, c.Assigned)] == ["bob", "ana", "cleo", "ana"]


def test_nobody_to_assign_is_refused():
    assert refused(after("[{assign: {mentor: fields.proposed}}]").fire("bob", "go")) == {("effect_unknown", "mentor")}


def test_a_role_that_is_full_is_told_as_such():
    life = after("[{assign: {mentor: fields.proposed}}]").tell(c.Assign(c.SYSTEM, "mentor", "dan"))
    life.tell(c.SetField("bob", "proposed", "eve"))

    why = reason(life.fire("bob", "go"))
    assert (why.code, why.about, why.facts) == ("too_many", "mentor", {"max": 2})


def test_unassigning_takes_the_role_from_who_holds_it():
    life = after("[{unassign: {mentor: fields.proposed}}]").tell(c.Assign(c.SYSTEM, "mentor", "dan"))
    life.tell(c.SetField("bob", "proposed", "dan")).tell(c.Fire("bob", "go"))

    assert holders(life, "mentor") == [("bob", False)]


@pytest.mark.parametrize("person", ["eve", None])
def test_unassigning_whom_does_not_hold_it_changes_nothing(person):
    life = after("[{unassign: {mentor: fields.proposed}}]").tell(c.SetField("bob", "proposed", person))

    life.tell(c.Fire("bob", "go"))

    assert holders(life, "mentor") == [("bob", False)]


# ------------------------------------------------------------------------------------------------------------ messages


@pytest.mark.parametrize(
    ("to", "persons"),
    [
        ("[mentee]", ["ana"]),
        ("[mentor, mentee, coordinator]", ["bob", "ana", "cleo"]),
        ("[author]", ["bob"]),
        ("[other]", ["ana", "cleo"]),
        ("[author, mentor, other]", ["bob", "ana", "cleo"]),
        ("[office]", ["olga", "otto"]),
        ("[second]", []),
    ],
)
def test_a_message_goes_to_each_person_once(to, persons):
    life = after(f"[{{notify: {{to: {to}, template: told}}}}]").tell(c.Fire("bob", "go"))

    assert life.sent() == [(person, "told") for person in persons]


def test_a_message_says_what_it_is_about_and_how_urgent():
    life = after("[{notify: {to: [mentee], template: told, priority: urgent}}]").tell(c.Fire("bob", "go"))

    [notice] = life.effects
    assert (notice.rule, notice.kind, notice.priority, notice.channel) == ("go", "notice", "urgent", "email")


def test_a_message_is_frozen_as_things_stand_when_it_is_sent():
    life = after("[{notify: {to: [mentee], template: told}}, {set: {a: 2}}, {notify: {to: [mentor], template: told}}]")

    life.tell(c.Fire("bob", "go"))

    assert [(notice.to, [value for value, _ in notice.facts]) for notice in life.effects] == [
        ("ana", [1, "bob"]),
        ("bob", [2, "bob"]),
    ]


def test_an_effect_belongs_to_the_record_of_its_move():
    outcome = done(after("[{set: {a: 2}}, {notify: {to: [mentee], template: told}}]").fire("bob", "go"))

    [(index, _)] = outcome.effects
    assert isinstance(outcome.records[index], c.Moved)


def test_the_host_is_sent_values_as_json():
    data = "{n: fields.a, day: input.until, who: roles.mentee.id, nothing: fields.word, unknown: fields.b}"
    life = after(f"[{{emit: {{name: said, data: {data}}}}}]", given="input: {until: {type: date}}")

    done(life.fire("bob", "go", until="2026-10-01"))

    assert life.effects == [
        c.Emitted("said", {"n": 1, "day": "2026-10-01", "who": "ana", "nothing": None, "unknown": None})
    ]


def test_another_dyad_is_asked_for_with_what_it_begins_with():
    life = after("[{start: {program: trial, with: {mentor: roles.mentee.id, a: fields.a + 1}}}]")

    life.tell(c.Fire("bob", "go"))

    assert life.effects == [c.NewDyad("trial", {"mentor": "ana", "a": 2})]


def test_a_refused_command_sends_nothing():
    text = "[{emit: {name: said}}, {set: {a: fields.b}}]"

    life = after(text)
    assert codes(life.fire("bob", "go")) == {"effect_unknown"}
    assert life.effects == []


# ------------------------------------------------------------------------------------------------------------ on_enter


def test_what_entering_does_comes_after_what_the_transition_does():
    text = """
fields: {a: {type: int, default: 1}}
initial: live
states: {live: , end: {final: true, on_enter: [{set: {a: fields.a * 10}}, {notify: {to: [mentee], template: ended}}]}}
transitions: [{id: go, from: live, to: end, by: [mentor], effects: [{set: {a: fields.a + 1}}]}]
"""
    life = Life(program(text)).tell(c.Fire("bob", "go"))

    assert life.fields == {"a": 20}
    assert [(notice.rule, notice.to) for notice in life.effects] == [("end", "ana")]


def test_what_entering_cannot_compute_does_not_make_a_field_empty():
    """Nobody can be refused for it where time moves the dyad: the field stays as it was."""
    text = """
fields: {a: {type: int, default: 1, set_by: [mentor]}, b: {type: int, set_by: [mentor]}}
initial: live
states: {live: , next: {on_enter: [{set: {a: fields.b + 1}}]}, end: {final: true}}
transitions:
  - {id: go, from: live, to: next, by: [mentor]}
  - {id: finish, from: next, to: end, by: [mentor]}
"""
    life = Life(program(text)).tell(c.SetField("bob", "a", 5))

    life.tell(c.Fire("bob", "go"))

    assert life.fields["a"] == 5


def test_what_entering_assigns_never_makes_too_many():
    text = """
roles: {mentor: {count: {max: 2}}, mentee: , coordinator: }
initial: live
states: {live: , next: {on_enter: [{assign: {mentor: roles.mentee.id}}]}, end: {final: true}}
transitions:
  - {id: go, from: live, to: next, by: [mentor]}
  - {id: finish, from: next, to: end, by: [mentor]}
"""
    life = Life(program(text), {"mentor": ("bob", "dan"), "mentee": ("ana",), "coordinator": ("cleo",)})

    life.tell(c.Fire("bob", "go"))

    assert holders(life, "mentor") == [("bob", False), ("dan", False)]

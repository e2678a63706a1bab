"""What fires by itself: as soon as a guard holds, when something was filled, until nothing more follows."""

from __future__ import annotations

import pytest

from dyade.flow import firing
from dyade.flow import messages as c
from dyade.flow.machine import EndlessLoop
from tests.flow.living import Life, codes, done, program, refused

CHAIN = """
fields:
  ready: {type: bool, default: false, set_by: [mentor]}
  steps: {type: int, default: 0}
initial: a
states: {a: , b: , c: , d: {final: true}, e: {final: true}}
transitions:
  - {id: last, from: c, to: d, auto: true, guard: [{id: two_steps, when: fields.steps == 2}]}
  - {id: first, from: a, to: b, auto: true, guard: [{id: ready, when: fields.ready}],
     effects: [{set: {steps: fields.steps + 1}}]}
  - {id: second, from: b, to: c, auto: true, effects: [{set: {steps: fields.steps + 1}}]}
  - {id: never, from: c, to: e, auto: true, guard: [{id: too_late, when: fields.steps > 2}]}
"""


def test_what_follows_by_itself_follows_until_nothing_does():
    life = Life(program(CHAIN))

    done(life.set("bob", "ready", True))

    assert [name for name, _ in life.moves()] == ["first", "second", "last"]
    assert life.state == "d"


def test_what_follows_belongs_to_the_command_that_it_follows():
    life = Life(program(CHAIN))

    outcome = done(life.set("bob", "ready", True))

    assert {record.head.revision for record in outcome.records} == {2}
    assert {record.head.actor for record in outcome.records} == {"bob"}


def test_what_follows_at_the_start_follows_at_once():
    assert Life(program(CHAIN), fields={"ready": True}).state == "d"


def test_a_guard_that_cannot_be_computed_fires_nothing():
    life = Life(program(CHAIN.replace("default: false, ", "")))

    assert life.state == "a"
    assert life.tell(c.SetField("bob", "ready", True)).state == "d"


def test_the_first_of_the_document_fires_where_several_could():
    text = """
fields: {ready: {type: bool, default: false, set_by: [mentor]}}
initial: a
states: {a: , b: {final: true}, c: {final: true}}
transitions:
  - {id: one, from: a, to: b, auto: true, guard: [{id: ready, when: fields.ready}]}
  - {id: other, from: a, to: c, auto: true, guard: [{id: ready, when: fields.ready}]}
"""
    assert Life(program(text), fields={"ready": True}).state == "b"


def test_the_innermost_source_fires_first():
    text = """
fields: {ready: {type: bool, default: false, set_by: [mentor]}}
initial: a
states: {a: {initial: x, states: {x: , y: }}, b: {final: true}}
transitions:
  - {id: outer, from: a, to: b, auto: true, guard: [{id: ready, when: fields.ready}]}
  - {id: inner, from: x, to: y, auto: true, guard: [{id: ready, when: fields.ready}]}
"""
    life = Life(program(text), fields={"ready": True})

    assert [name for name, _ in life.moves()] == ["inner", "outer"]


def test_each_track_follows_by_itself():
    text = """
fields: {ready: {type: bool, default: false, set_by: [mentor]}}
initial: both
states:
  both:
    tracks:
      one: {initial: a, states: {a: , b: }}
      two: {initial: x, states: {x: , y: }}
  end: {final: true}
transitions:
  - {id: finish, from: both, to: end, auto: true,
     guard: [{id: b, when: is_in(both.one.b)}, {id: y, when: is_in(both.two.y)}]}
  - {id: one, from: a, to: b, auto: true, guard: [{id: ready, when: fields.ready}]}
  - {id: two, from: x, to: y, auto: true, guard: [{id: ready, when: fields.ready}]}
"""
    life = Life(program(text)).tell(c.SetField("bob", "ready", True))

    assert [name for name, _ in life.moves()] == ["one", "two", "finish"]


def test_whatever_happens_can_open_an_automatic_guard():
    """An assignment, an attribute, a signature, another transition: each is followed."""
    text = """
roles:
  mentor: {attributes: {level: {type: int}}}
  mentee:
  coordinator:
fields: {asked: {type: bool, default: false}}
initial: a
states: {a: , b: , c: , d: {final: true}}
transitions:
  - {id: has_mentor, from: a, to: b, auto: true, guard: [{id: assigned, when: roles.mentor.assigned}]}
  - {id: has_level, from: b, to: c, auto: true, guard: [{id: level, when: roles.mentor.level >= 3}]}
  - {id: was_asked, from: c, to: d, auto: true, guard: [{id: asked, when: fields.asked}]}
  - {id: ask, from: c, by: [mentee], effects: [{set: {asked: "true"}}]}
"""
    life = Life(program(text), {"mentee": ("ana",), "coordinator": ("cleo",)})

    assert life.tell(c.Assign("cleo", "mentor", "bob")).state == "b"
    assert life.tell(c.ChangeAttributes(c.SYSTEM, "bob", {"level": 3})).state == "c"
    assert life.tell(c.Fire("ana", "ask")).state == "d"


INTERNAL = """
fields:
  level: {type: int, default: 0, set_by: [mentor]}
  told: {type: int, default: 0}
initial: live
states: {live: {initial: inside, states: {inside: }}, away: , end: {final: true}}
transitions:
  - {id: tell, from: live, auto: true, guard: [{id: high, when: fields.level > 1}],
     effects: [{set: {told: fields.told + 1}}, {notify: {to: [mentee], template: high}}]}
  - {id: leave, from: live, to: away, by: [mentor]}
  - {id: back, from: away, to: history(live), by: [mentor]}
  - {id: anew, from: away, to: live, by: [mentor]}
  - {id: again, from: live, to: live, by: [mentor]}
  - {id: finish, from: live, to: end, by: [mentor]}
"""


def told(life: Life) -> int:
    return int(life.fields.get("told", 0))


def test_an_internal_automatic_transition_fires_once_a_visit():
    life = Life(program(INTERNAL))
    for level in (2, 3, 0, 2):
        done(life.set("bob", "level", level))

    assert told(life) == 1
    assert life.sent() == [("ana", "high")]


@pytest.mark.parametrize(("way", "times"), [("anew", 2), ("back", 1)])
def test_it_fires_again_in_a_new_visit_and_not_in_one_that_is_resumed(way, times):
    life = Life(program(INTERNAL)).tell(c.SetField("bob", "level", 2))

    life.tell(c.Fire("bob", "leave")).tell(c.Fire("bob", way))

    assert told(life) == times


def test_entering_anew_is_a_new_visit():
    life = Life(program(INTERNAL)).tell(c.SetField("bob", "level", 2))

    assert told(life.tell(c.Fire("bob", "again"))) == 2


def test_an_internal_one_over_several_states_fires_once_in_each():
    text = INTERNAL.replace("{id: tell, from: live,", "{id: tell, from: [live, away],")
    life = Life(program(text)).tell(c.SetField("bob", "level", 2))

    assert told(life.tell(c.Fire("bob", "leave"))) == 2


def test_an_internal_one_of_a_compound_state_fires_once_however_one_moves_inside():
    text = """
fields: {told: {type: int, default: 0}}
initial: live
states: {live: {initial: x, states: {x: , y: }}, end: {final: true}}
transitions:
  - {id: tell, from: live, auto: true, effects: [{set: {told: fields.told + 1}}]}
  - {id: shift, from: x, to: y, by: [mentor]}
  - {id: finish, from: live, to: end, by: [mentor]}
"""
    assert told(Life(program(text)).tell(c.Fire("bob", "shift"))) == 1


UPON = """
fields: {total: {type: int, default: 0}, ends: {type: date}}
forms:
  pact:
    entry: {ends: {type: date}}
    filled_by: [mentor]
    signed_by: {all: [mentor, mentee]}
    sets: {ends: ends}
    available_in: [live]
  hours:
    entry: {amount: {type: int}}
    filled_by: [mentee]
    confirmed_by: [mentor]
    repeat: many
    available_in: [live]
    steps: [{id: pay, from: submitted, to: paid, by: [coordinator]}]
initial: live
states: {live: , full: {final: true}, signed: {final: true}}
transitions:
  - {id: count, from: live, upon: forms.hours.filled, effects: [{set: {total: fields.total + entry.amount}}]}
  - {id: thank, from: live, upon: forms.hours.confirmed, effects: [{notify: {to: [mentee], template: thanks}}]}
  - {id: fill_up, from: live, to: full, upon: forms.hours.pay, guard: [{id: much, when: entry.amount > 10}]}
  - {id: paid, from: live, upon: forms.hours.pay, effects: [{notify: {to: [mentee], template: paid}}]}
  - {id: settle, from: live, to: signed, upon: forms.pact.signed, guard: [{id: known, when: is_set(fields.ends)}]}
"""


def test_what_waits_for_an_entry_fires_each_time_that_one_is_filled_and_reads_it():
    life = Life(program(UPON))
    for amount in (2, 3):
        done(life.fill("ana", "hours", amount=amount))

    assert life.fields["total"] == 5


def test_a_draft_is_not_filled():
    life = Life(program(UPON))

    done(life.fill("ana", "hours", submit=False, amount=2))

    assert life.moves() == []


def test_what_waits_for_a_confirmation_fires_at_the_confirmation():
    life = Life(program(UPON)).tell(c.Fill("ana", "hours", {"amount": 2}))
    assert life.sent() == []

    done(life.do(c.Confirm("bob", "hours")))

    assert life.sent() == [("ana", "thanks")]


def test_what_waits_for_a_step_fires_at_the_step_the_first_that_is_open():
    for amount, target in ((2, None), (11, "full")):
        life = Life(program(UPON)).tell(c.Fill("ana", "hours", {"amount": amount})).tell(c.Confirm("bob", "hours"))

        done(life.do(c.Step("cleo", "hours", "pay")))

        assert life.moves()[-1] == ("fill_up" if target else "paid", target)


def test_what_waits_for_a_signature_fires_at_the_last_one_after_the_fields_are_set():
    life = Life(program(UPON)).tell(c.Fill("bob", "pact", {"ends": "2026-12-01"}))

    assert life.tell(c.Sign("bob", "pact")).state == "live"
    assert life.tell(c.Sign("ana", "pact")).state == "signed"


def test_what_waited_and_was_not_open_does_not_fire_later():
    """It is about that entry and that instant: a later fact does not bring them back."""
    text = UPON.replace("guard: [{id: much, when: entry.amount > 10}]", "guard: [{id: known, when: fields.total > 5}]")
    life = Life(program(text)).tell(c.Fill("ana", "hours", {"amount": 4})).tell(c.Confirm("bob", "hours"))
    life.tell(c.Step("cleo", "hours", "pay"))

    life.tell(c.Fill("ana", "hours", {"amount": 4}))

    assert (life.state, life.fields["total"]) == ("live", 8)


def test_nothing_waits_in_another_state():
    text = UPON.replace("available_in: [live]\n    steps", "available_in: [live, aside]\n    steps").replace(
        "{live: , full", "{live: , aside: , full"
    )
    text += "  - {id: step_aside, from: live, to: aside, by: [mentor]}\n"
    text += "  - {id: back, from: aside, to: live, by: [mentor]}\n"
    life = Life(program(text)).tell(c.Fire("bob", "step_aside"))

    done(life.fill("ana", "hours", amount=2))

    assert "total" not in life.fields


def test_an_automatic_transition_waits_for_a_value_that_its_effects_need():
    """Setting a field to what is unknown would be an accident; it fires once the value is known."""
    text = """
fields: {starts: {type: date, set_by: [mentor]}, ends: {type: date}}
initial: a
states: {a: , b: {final: true}}
transitions:
  - {id: go, from: a, to: b, auto: true, effects: [{set: {ends: fields.starts + 6 months}}]}
"""
    life = Life(program(text))
    assert life.state == "a"

    assert life.tell(c.SetField("bob", "starts", "2026-10-01")).state == "b"


def test_a_final_state_is_the_end_of_what_follows():
    text = """
initial: a
states: {a: , b: {final: true}}
transitions:
  - {id: go, from: any, to: b, by: [mentor]}
  - {id: note, from: any, auto: true, guard: [{id: in_b, when: is_in(b)}], effects: [{emit: {name: noted}}]}
"""
    life = Life(program(text)).tell(c.Fire("bob", "go"))

    assert life.moves() == [("go", "b")]
    assert codes(life.fire("bob", "go")) == {"ended"}


def test_a_loop_without_end_is_an_error_and_not_a_hang(monkeypatch):
    """The checker refuses what can be seen to go on without end; what it cannot see is stopped."""
    monkeypatch.setattr(firing, "MOST_AUTOMATIC", 5)
    text = """
fields: {steps: {type: int, default: 0, set_by: [mentor]}}
initial: a
states: {a: , b: , c: {final: true}}
transitions:
  - {id: forth, from: a, to: b, auto: true, guard: [{id: some, when: fields.steps > 0}],
     effects: [{set: {steps: fields.steps - 1}}]}
  - {id: back, from: b, to: a, auto: true, guard: [{id: many, when: fields.steps < 100}]}
  - {id: finish, from: any, to: c, by: [mentor]}
"""
    life = Life(program(text))

    with pytest.raises(EndlessLoop):
        life.set("bob", "steps", 20)


def test_a_command_that_is_refused_is_followed_by_nothing():
    life = Life(program(CHAIN))

    assert refused(life.set("ana", "ready", True)) == {("not_allowed", "set ready")}
    assert life.state == "a"

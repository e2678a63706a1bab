"""What follows by itself: automatic transitions to their end, once a visit; upon; after and at, armed and disarmed; effects."""

import pytest

from dyade.flow import messages as c
from tests.flow.living import Life, codes, day, done, moment, program, refused, unchecked

# --------------------------------------------------------------------------------------------------------------- auto

CHAIN = """
fields: {x: {type: bool, set_by: [mentor]}, y: {type: bool, set_by: [mentor]}}
initial: a
states: {a: {}, b: {}, c: {}, z: {final: true}}
transitions:
  - {id: one, from: a, to: b, auto: true, guard: [{id: p, when: fields.x}]}
  - {id: two, from: b, to: c, auto: true, guard: [{id: q, when: fields.y}]}
  - {id: three, from: c, to: z, by: [mentor]}
"""


def test_automatic_transitions_follow_one_another_until_none_is_open():
    life = Life(program(CHAIN))
    done(life.set("bob", "y", True))
    assert life.state == "a"
    decision = done(life.set("bob", "x", True))
    assert life.state == "c"
    assert {record.head.revision for record in decision.records} == {decision.dyad.revision}


def test_a_dyad_may_move_by_itself_as_soon_as_it_begins():
    assert Life(program(CHAIN), fields={"x": True}).state == "b"


INTERNAL = """
fields: {x: {type: bool, set_by: [mentor]}, n: {type: int, default: 0, set_by: [mentor]}}
initial: a
states: {a: {initial: a1, states: {a1: {}}}, b: {delays: {a: run}}, z: {final: true}}
transitions:
  - {id: count, from: a, auto: true, guard: [{id: p, when: fields.x}], effects: [{set: {n: fields.n + 1}}]}
  - {id: off, from: a, to: b, by: [mentor]}
  - {id: resume, from: b, to: history(a), by: [mentor]}
  - {id: anew, from: [a, b], to: a, by: [mentor]}
  - {id: end, from: b, to: z, by: [mentor]}
"""


def test_an_internal_automatic_transition_fires_once_a_visit():
    life = Life(program(INTERNAL), fields={"x": True})
    assert life.fields["n"] == 1
    done(life.set("bob", "x", False))
    done(life.set("bob", "x", True))
    assert life.fields["n"] == 1
    done(life.fire("bob", "off"))
    done(life.fire("bob", "resume"))
    assert life.fields["n"] == 1
    done(life.fire("bob", "anew"))
    assert life.fields["n"] == 2


def test_the_innermost_automatic_transition_fires_first():
    nested = program(
        """
        fields: {x: {type: bool, set_by: [mentor]}}
        initial: a
        states: {a: {tracks: {t: {initial: t1, states: {t1: {}, t2: {}}}}}, z: {final: true}}
        transitions:
          - {id: outer, from: a, auto: true, guard: [{id: p, when: fields.x}], effects: [{emit: {name: outer}}]}
          - {id: inner, from: t1, to: t2, auto: true, guard: [{id: q, when: fields.x}], effects: [{emit: {name: inner}}]}
          - {id: end, from: a, to: z, by: [mentor]}
        """
    )
    life = Life(nested)
    done(life.set("bob", "x", True))
    assert [effect.name for effect in life.effects] == ["inner", "outer"]


def test_what_would_go_on_without_end_is_stopped():
    """The checker refuses such a program; the engine does not hang on one that it missed."""
    endless = unchecked(
        """
        initial: a
        states: {a: {}, b: {}, z: {final: true}}
        transitions:
          - {id: there, from: a, to: b, auto: true, guard: [{id: p, when: fields.x}]}
          - {id: back, from: b, to: a, auto: true, guard: [{id: q, when: fields.x}]}
          - {id: end, from: a, to: z, by: [mentor]}
        fields: {x: {type: bool, set_by: [mentor]}}
        """
    )
    with pytest.raises(RuntimeError, match="trial"):
        Life(endless, fields={"x": True})


# ---------------------------------------------------------------------------------------------------------------- upon

UPON = """
forms:
  log:
    entry: {hours: {type: int}}
    filled_by: [mentor]
    confirmed_by: [coordinator]
    repeat: many
    available_in: [a, b]
    steps: [{id: pay, from: submitted, to: paid, by: [coordinator]}]
    aggregates: {total: {sum: hours}}
fields: {n: {type: int, default: 0}}
initial: a
states: {a: {}, b: {}, z: {final: true}}
transitions:
  - {id: long, from: [a, b], upon: forms.log.filled, guard: [{id: p, when: entry.hours > 5}], effects: [{set: {n: entry.hours}}]}
  - {id: other, from: a, upon: forms.log.filled, effects: [{emit: {name: other}}]}
  - {id: go, from: a, to: b, upon: forms.log.confirmed}
  - {id: end, from: b, to: z, upon: forms.log.pay, guard: [{id: q, when: entry.by == roles.mentor.id}]}
"""


def test_the_first_open_transition_that_waits_for_something_fires_when_it_happens():
    life = Life(program(UPON))
    done(life.fill("bob", "log", hours=9))
    assert life.fields["n"] == 9
    assert life.effects == []
    done(life.fill("bob", "log", hours=2))
    assert [effect.name for effect in life.effects] == ["other"]


def test_confirmations_and_steps_are_waited_for_too():
    life = Life(program(UPON))
    done(life.fill("bob", "log", hours=2))
    done(life.do(c.Confirm("cleo", "log")))
    assert life.state == "b"
    done(life.do(c.Step("cleo", "log", "pay")))
    assert life.state == "z"


def test_what_is_waited_for_counts_only_as_it_happens():
    """Once in the state that waits, what had happened before does not count."""
    life = Life(program(UPON))
    done(life.fill("bob", "log", hours=2))
    done(life.do(c.Confirm("cleo", "log")))
    assert life.state == "b"
    done(life.fill("bob", "log", hours=2))
    done(life.do(c.Confirm("cleo", "log")))
    assert life.state == "b"


# -------------------------------------------------------------------------------------------------------- after and at

TIMED = """
fields: {ends: {type: date, nullable: true, set_by: [mentor]}, ok: {type: bool, set_by: [mentor]}}
initial: a
states: {a: {}, b: {}, z: {final: true}}
transitions:
  - {id: elapse, from: a, to: z, after: 2 weeks}
  - {id: reach, from: a, to: b, at: fields.ends, guard: [{id: p, when: fields.ok}]}
  - {id: end, from: b, to: z, by: [mentor]}
"""


def test_a_delay_ends_at_the_hour_it_began():
    life = Life(program(TIMED))
    assert moment(life.due) == "2026-10-05 10:00"
    assert life.tick("2026-10-05 09:59").records == ()
    done(life.tick("2026-10-05 10:00"))
    assert life.state == "z"


def test_a_day_begins_at_its_first_instant():
    life = Life(program(TIMED), fields={"ok": True, "ends": "2026-09-25"})
    assert moment(life.due) == "2026-09-25 00:00"
    done(life.tick("2026-09-25 12:00"))
    assert (life.state, moment(life.records[-1].head.at), moment(life.records[-1].head.recorded_at)) == (
        "b",
        "2026-09-25 00:00",
        "2026-09-25 12:00",
    )


def test_a_transition_that_time_has_armed_fires_when_its_guard_holds_at_last():
    life = Life(program(TIMED), fields={"ends": "2026-09-25"})
    done(life.tick("2026-09-26 12:00"))
    assert life.state == "a"
    done(life.set("bob", "ok", True))
    assert life.state == "b"
    assert moment(life.records[-1].due) == "2026-09-25 00:00"


def test_a_date_that_moves_into_the_future_disarms_it():
    life = Life(program(TIMED), fields={"ends": "2026-09-25"})
    life.on("2026-09-26 12:00")
    done(life.set("bob", "ends", "2026-09-30"))
    done(life.set("bob", "ok", True))
    assert life.state == "a"
    done(life.tick("2026-09-30 00:00"))
    assert life.state == "b"


def test_a_date_set_in_the_past_fires_at_once():
    life = Life(program(TIMED), fields={"ok": True})
    done(life.set("bob", "ends", "2026-09-01"))
    assert life.state == "b"
    assert moment(life.records[-1].head.at) == "2026-09-21 10:00"


def test_a_date_left_empty_never_falls_due():
    life = Life(program(TIMED), fields={"ok": True})
    done(life.set("bob", "ends", "2026-09-25"))
    done(life.set("bob", "ends", None))
    done(life.tick("2026-09-26 12:00"))
    assert life.state == "a"


def test_what_time_armed_earlier_fires_first_even_from_another_region():
    regions = program(
        """
        fields: {d: {type: date, set_by: [mentor]}}
        initial: a
        states:
          a:
            tracks: {t: {initial: t1, states: {t1: {}, t2: {}}}}
          z: {final: true}
        transitions:
          - {id: late, from: a, at: fields.d + 2 days, guard: [{id: p, when: today >= fields.d + 4 days}], effects: [{emit: {name: late}}]}
          - {id: early, from: t1, to: t2, at: fields.d, guard: [{id: q, when: today >= fields.d + 4 days}], effects: [{emit: {name: early}}]}
          - {id: end, from: a, to: z, by: [mentor]}
        """
    )
    life = Life(regions, fields={"d": "2026-09-22"})
    done(life.tick("2026-09-28 10:00"))
    assert [effect.name for effect in life.effects] == ["early", "late"]
    assert [moment(record.head.at) for record in life.records[-2:]] == ["2026-09-26 00:00"] * 2


# -------------------------------------------------------------------------------------------------------------- effects

EFFECTS = """
roles: {mentor: {count: {min: 1, max: 2}}, mentee: {}, coordinator: {}, office: {scope: program}}
fields:
  n: {type: int, default: 1, set_by: [mentor]}
  d: {type: date, set_by: [mentor]}
  note: {type: text, nullable: true, set_by: [mentor]}
  who: {type: person, role: mentor, set_by: [mentor]}
initial: a
states: {a: {}, b: {on_enter: [{set: {n: fields.n * 10}}, {emit: {name: entered}}]}, z: {final: true}}
transitions:
  - {id: sum, from: a, by: [mentor], effects: [{set: {n: fields.n + 1}}, {set: {n: fields.n * 2}}]}
  - {id: date, from: a, by: [mentor], effects: [{set: {n: 0}}, {emit: {name: never}}, {set: {d: fields.d + 1 day}}]}
  - {id: dated, from: a, by: [mentor], effects: [{set: {d: fields.d + 1 day}}]}
  - {id: wipe, from: a, by: [mentor], effects: [{clear: [note, d]}]}
  - {id: add, from: a, by: [mentor], effects: [{assign: {mentor: fields.who}}]}
  - {id: drop, from: a, by: [mentor], effects: [{unassign: {mentor: fields.who}}]}
  - {id: tell, from: a, by: [mentor], effects: [{notify: {to: [author, other, office], template: news}}, {emit: {name: said, data: {n: fields.n, on: fields.d}}}]}
  - {id: go, from: a, to: b, by: [mentor], effects: [{set: {n: fields.n + 1}}]}
  - {id: renew, from: b, to: b, by: [mentor]}
  - {id: end, from: b, to: z, by: [mentor], effects: [{start: {program: trial, with: {mentee: roles.mentee.id}}}]}
templates: {news: {subject: "{fields.n}", body: "{roles.mentee.name}"}}
"""


def effects() -> Life:
    return Life(program(EFFECTS), {"mentor": ("bob",), "mentee": ("ana",), "coordinator": ("cleo",)}, shared={"office": ("olga",)})


def test_effects_are_done_in_order_each_seeing_the_one_before():
    life = effects()
    done(life.fire("bob", "sum"))
    assert life.fields["n"] == 4


def test_effects_are_all_done_or_none():
    """What cannot be computed blocks; setting a field to nothing is never an accident."""
    life = effects()
    assert refused(life.fire("bob", "dated")) == {("effect_unknown", "d")}
    assert life.effects == []
    done(life.set("bob", "d", "2026-10-01"))
    done(life.fire("bob", "dated"))
    assert life.fields["d"] == day("2026-10-02")


def test_clearing_leaves_a_nullable_field_empty_and_another_unknown():
    life = effects()
    done(life.set("bob", "note", "x"))
    done(life.set("bob", "d", "2026-10-01"))
    done(life.fire("bob", "wipe"))
    assert repr(life.fields["note"]) == "EMPTY"
    assert life.fields["d"] is None


def test_assigning_adds_where_several_are_allowed_and_room_is_left():
    life = effects()
    assert refused(life.fire("bob", "add")) == {("effect_unknown", "mentor")}
    done(life.set("bob", "who", "dan"))
    done(life.fire("bob", "add"))
    assert life.draft().holders("mentor") == ("bob", "dan")
    since = life.dyad.holdings["mentor"]
    done(life.fire("bob", "add"))
    assert life.dyad.holdings["mentor"] == since
    done(life.set("bob", "who", "eve"))
    assert refused(life.fire("bob", "add")) == {("too_many", "mentor")}
    done(life.set("bob", "who", "dan"))
    done(life.fire("bob", "drop"))
    assert life.draft().holders("mentor") == ("bob",)


def test_messages_go_to_the_author_the_others_and_whole_roles_each_once():
    life = effects()
    done(life.fire("bob", "tell"))
    assert [to for to, _ in life.sent()] == ["bob", "ana", "cleo", "olga"]
    said = life.effects[-1]
    assert (said.name, said.data) == ("said", {"n": 1, "on": None})


def test_entering_does_its_effects_after_those_of_the_transition_each_time():
    life = effects()
    done(life.fire("bob", "go"))
    assert life.fields["n"] == 20
    done(life.fire("bob", "renew"))
    assert life.fields["n"] == 200
    assert [effect.name for effect in life.effects] == ["entered", "entered"]


def test_a_new_dyad_is_asked_for_with_what_it_begins_with():
    life = effects()
    done(life.fire("bob", "go"))
    done(life.fire("bob", "end"))
    assert life.effects[-1] == c.NewDyad("trial", {"mentee": "ana"})


def test_an_effect_of_a_refused_act_does_not_happen():
    life = effects()
    before = list(life.effects)
    assert codes(life.fire("ana", "tell")) == {"not_allowed"}
    assert life.effects == before

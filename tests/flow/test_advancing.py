"""Firing events: who may, from where, in which order of rivals, alone or together."""

import pytest

from dyade.flow import messages as c
from tests.flow.living import Life, codes, done, moment, program, refused

RIVALS = """
fields: {n: {type: int, set_by: [mentor]}}
initial: a
states:
  a: {initial: a1, states: {a1: {}, a2: {}}}
  b: {}
  c: {}
  z: {final: true}
transitions:
  - {id: first, event: choose, from: a, to: b, by: [mentor], guard: [{id: big, when: fields.n >= 10}]}
  - {id: second, event: choose, from: a, to: c, by: [mentor, mentee], guard: [{id: middling, when: fields.n >= 5}]}
  - {id: inner, event: choose, from: a2, to: z, by: [mentor], guard: [{id: huge, when: fields.n >= 100}]}
  - {id: deeper, from: a1, to: a2, by: [mentor]}
  - {id: end, from: [b, c], to: z, by: [mentor]}
"""


def rivals(n: int, *events: str) -> Life:
    life = Life(program(RIVALS), fields={"n": n})
    for event in events:
        done(life.fire("bob", event))
    return life


@pytest.mark.parametrize(("n", "state"), [(10, "b"), (5, "c")])
def test_the_first_open_rival_in_document_order_wins(n, state):
    life = rivals(n)
    done(life.fire("bob", "choose"))
    assert life.state == state


def test_the_innermost_source_comes_first():
    life = rivals(100, "deeper")
    done(life.fire("bob", "choose"))
    assert life.state == "z"


def test_where_none_is_open_each_rival_tells_its_blocked_clauses():
    assert refused(rivals(1, "deeper").fire("bob", "choose")) == {("clause", "huge"), ("clause", "big"), ("clause", "middling")}


def test_a_rival_is_for_those_whom_it_lists():
    life = rivals(10)
    done(life.fire("ana", "choose"))
    assert life.state == "c"


def test_a_transition_can_be_fired_by_its_own_name_too():
    life = rivals(10)
    done(life.fire("bob", "second"))
    assert life.state == "c"


def test_an_event_is_refused_to_others_and_elsewhere_and_where_nobody_has_declared_it():
    life = rivals(10)
    assert refused(life.fire("cleo", "choose")) == {("not_allowed", "choose")}
    assert refused(life.fire("bob", "end")) == {("not_available", "end")}
    assert refused(life.fire("bob", "nothing")) == {("unknown_event", "nothing")}
    done(life.fire("bob", "choose"))
    done(life.fire("bob", "end"))
    assert refused(life.fire("bob", "choose")) == {("ended", "z")}


def test_the_host_fires_what_lists_it_and_nothing_else():
    hosted = program(
        """
        initial: a
        states: {a: {}, b: {}, z: {final: true}}
        transitions:
          - {id: go, from: a, to: b, by: [mentor, system]}
          - {id: end, from: b, to: z, by: [mentor]}
        """
    )
    life = Life(hosted)
    done(life.fire(c.SYSTEM, "go"))
    assert codes(life.fire(c.SYSTEM, "end")) == {"not_allowed"}
    assert codes(life.fire(c.CLOCK, "end")) == {"not_allowed"}


def test_input_is_read_judged_and_kept_with_the_move():
    asking = program(
        """
        fields: {ends: {type: date, set_by: [mentor]}}
        initial: a
        states: {a: {}, z: {final: true}}
        transitions:
          - id: go
            from: a
            to: z
            by: [mentor]
            input: {on: {type: date}, why: {type: text, nullable: true}}
            guard: [{id: later, when: input.on > today}]
            effects: [{set: {ends: input.on}}]
        """
    )
    life = Life(asking)
    assert refused(life.fire("bob", "go")) == {("required", "on")}
    assert refused(life.fire("bob", "go", on="soon")) == {("datum_type", "on")}
    assert refused(life.fire("bob", "go", on="2026-10-01", extra=1)) == {("unknown_datum", "extra")}
    assert refused(life.fire("bob", "go", on="2026-09-21")) == {("clause", "later")}
    done(life.fire("bob", "go", on="2026-10-01", why="Enough."))
    assert life.records[-2].input["why"] == "Enough."
    assert life.fields["ends"] == life.records[-2].input["on"]


# ----------------------------------------------------------------------------------------------------------------- joint

JOINT = """
roles:
  mentor: {count: {min: 1, max: 3}, attributes: {house: {type: text}}}
  mentee: {}
  coordinator: {}
fields: {ready: {type: bool, default: true, set_by: [coordinator]}}
initial: a
states: {a: {}, b: {}, z: {final: true}}
transitions:
  - id: go
    from: [a, b]
    to: z
    by: BY
    input: {on: {type: date, nullable: true}}
    guard: [{id: ready, when: fields.ready}]
  - {id: move, from: a, to: b, by: [coordinator]}
  - {id: again, from: a, to: a, by: [coordinator]}
"""


def joint(by: str, *mentors: str) -> Life:
    people = {"mentor": mentors or ("bob",), "mentee": ("ana",), "coordinator": ("cleo",)}
    houses = {person: {"house": house} for person, house in zip(("bob", "dan", "eve"), "aab", strict=True)}
    return Life(program(JOINT.replace("BY", by)), people, profiles=houses)


def test_all_wants_one_holder_of_each_role_and_the_last_assent_fires():
    life = joint("{all: [mentor, mentee]}", "bob", "dan")
    assert done(life.fire("bob", "go")).waiting == ("mentee",)
    assert life.state == "a"
    done(life.fire("ana", "go"))
    assert life.state == "z"
    assert life.dyad.assents == {}


def test_each_wants_every_holder():
    life = joint("{each: [mentor, mentee]}", "bob", "dan")
    assert done(life.fire("ana", "go")).waiting == ("bob", "dan")
    assert done(life.fire("dan", "go")).waiting == ("bob",)
    done(life.fire("bob", "go"))
    assert life.state == "z"


def test_a_quorum_counts_persons_or_what_they_differ_by():
    life = joint("{quorum: 2, of: [mentor, mentee]}", "bob", "dan", "eve")
    assert done(life.fire("bob", "go")).waiting == ("mentor",)
    done(life.fire("dan", "go"))
    assert life.state == "z"

    life = joint("{quorum: 2, of: [mentor], count_distinct: house}", "bob", "dan", "eve")
    done(life.fire("bob", "go"))
    done(life.fire("dan", "go"))
    assert life.state == "a"
    done(life.fire("eve", "go"))
    assert life.state == "z"


def test_nobody_assents_twice_nor_for_two_roles():
    """Two approvals need two persons."""
    life = Life(
        program(JOINT.replace("BY", "{all: [mentor, mentee]}")), {"mentor": ("ana",), "mentee": ("ana",), "coordinator": ("cleo",)}
    )
    done(life.fire("ana", "go"))
    assert codes(life.fire("ana", "go")) == {"already_assented"}
    assert life.state == "a"


def test_a_refused_assent_is_not_kept_and_the_guard_is_checked_at_each():
    life = joint("{all: [mentor, mentee]}")
    done(life.set("cleo", "ready", False))
    assert refused(life.fire("bob", "go")) == {("clause", "ready")}
    assert not life.dyad.assents.get("go")
    done(life.set("cleo", "ready", True))
    done(life.fire("bob", "go"))
    done(life.set("cleo", "ready", False))
    assert refused(life.fire("ana", "go")) == {("clause", "ready")}
    assert len(life.dyad.assents["go"]) == 1


def test_an_assent_is_withdrawn_by_its_giver_alone():
    life = joint("{all: [mentor, mentee]}")
    assert codes(life.do(c.WithdrawAssent("bob", "go"))) == {"no_assent"}
    done(life.fire("bob", "go"))
    assert codes(life.do(c.WithdrawAssent("ana", "go"))) == {"no_assent"}
    done(life.do(c.WithdrawAssent("bob", "go")))
    assert done(life.fire("ana", "go")).waiting == ("mentor",)
    assert life.state == "a"


def test_assents_lapse_after_their_delay_counted_from_the_first():
    life = joint("{all: [mentor, mentee], within: 3 days}")
    done(life.fire("bob", "go"))
    life.on("2026-09-24 10:00")
    done(life.fire("ana", "go"))
    assert life.state == "z"

    life = joint("{all: [mentor, mentee], within: 3 days}")
    done(life.fire("bob", "go"))
    life.on("2026-09-24 10:01")
    assert done(life.fire("ana", "go")).waiting == ("mentor",)
    assert life.state == "a"


@pytest.mark.parametrize("event", ["move", "again"])
def test_assents_lapse_when_the_source_is_left_even_for_another_source_or_itself(event):
    """Another source's first visit is not the same visit."""
    life = joint("{all: [mentor, mentee]}")
    done(life.fire("bob", "go"))
    done(life.fire("cleo", event))
    assert done(life.fire("ana", "go")).waiting == ("mentor",)
    assert life.state != "z"


def test_who_leaves_a_role_takes_their_assent_along():
    life = joint("{all: [mentor, mentee]}", "bob", "dan")
    done(life.fire("bob", "go"))
    done(life.do(c.Unassign("cleo", "mentor", "bob")))
    assert done(life.fire("ana", "go")).waiting == ("mentor",)


def test_whoever_has_assented_fires_it_once_those_still_wanted_are_gone():
    life = joint("{each: [mentor, mentee]}", "bob", "dan")
    done(life.fire("ana", "go"))
    done(life.fire("bob", "go"))
    assert codes(life.fire("bob", "go")) == {"already_assented"}
    done(life.do(c.Unassign("cleo", "mentor", "dan")))
    done(life.fire("bob", "go"))
    assert life.state == "z"


def test_the_first_assent_gives_the_input_and_the_others_assent_to_it():
    life = joint("{all: [mentor, mentee]}")
    done(life.fire("bob", "go", on="2026-10-01"))
    assert codes(life.fire("ana", "go", on="2026-10-02")) == {"input_differs"}
    done(life.fire("ana", "go"))
    assert life.records[-1].input == life.records[-2].input
    assert life.records[-1].input["on"] is not None


def test_a_joint_act_that_stays_where_it_is_begins_anew_once_done():
    staying = program(
        """
        initial: a
        states: {a: {}, z: {final: true}}
        transitions:
          - {id: note, from: a, by: {all: [mentor, mentee]}, effects: [{emit: {name: noted}}]}
          - {id: end, from: a, to: z, by: [mentor]}
        """
    )
    life = Life(staying)
    for _ in range(2):
        assert done(life.fire("bob", "note")).waiting == ("mentee",)
        done(life.fire("ana", "note"))
    assert len(life.effects) == 2


def test_the_delay_of_a_joint_act_is_told():
    from dyade.flow.telling.explain import explain

    life = joint("{all: [mentor, mentee], within: 3 days}")
    done(life.fire("bob", "go"))
    seen = explain(life.program, life.dyad, life.context, "ana", "en", "go").transitions[0]
    assert (seen.status, seen.until) == ("waiting", "2026-09-24 10:00")
    assert moment(life.now) == "2026-09-21 10:00"

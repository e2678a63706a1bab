"""What several people do together: one of each role, every holder, a number of them; and what becomes of an assent."""

from __future__ import annotations

from typing import Any

import pytest

from dyade.flow import messages as c
from tests.flow.living import Life, codes, done, program, reason, refused

ROLES = """
roles:
  mentor: {count: {max: 3}, attributes: {unit: {type: text}}}
  mentee: {count: {max: 2}}
  coordinator:
"""
PEOPLE = {"mentor": ("bob", "dan", "eve"), "mentee": ("ana",), "coordinator": ("cleo",)}
UNITS = {"bob": {"unit": "north"}, "dan": {"unit": "north"}, "eve": {"unit": "south"}}


def together(by: str, more: str = "", **options: Any) -> Life:
    """A dyad whose end is declared by several people."""
    text = f"""{ROLES}
fields:
  ready: {{type: bool, default: true, set_by: [mentor]}}
  wanted: {{type: int, set_by: [mentor]}}
  ends: {{type: date}}
initial: live
states: {{live: {{initial: early, states: {{early: , late: }}}}, away: , end: {{final: true}}}}
transitions:
  - {{id: finish, from: live, to: end, by: {by}, guard: [{{id: ready, when: fields.ready}}], {more}}}
  - {{id: leave, from: live, to: away, by: [coordinator]}}
  - {{id: back, from: away, to: history(live), by: [coordinator]}}
  - {{id: anew, from: [away, live], to: live, by: [coordinator]}}
  - {{id: advance, from: early, to: late, by: [coordinator]}}
  - {{id: reenter, from: live, to: history(live), by: [coordinator]}}
"""
    return Life(program(text), options.pop("people", PEOPLE), profiles=UNITS, **options)


def assent(life: Life, *persons: str) -> tuple[str, ...]:
    """Each assents; return who is still wanted after the last."""
    waiting: tuple[str, ...] = ()
    for person in persons:
        waiting = done(life.fire(person, "finish")).waiting
    return waiting


# ------------------------------------------------------------------------------------------------------- who is wanted


def test_all_wants_one_holder_of_each_role():
    life = together("{all: [mentor, mentee]}")

    assert assent(life, "dan") == ("mentee",)
    assert life.state == "live.early"
    assert assent(life, "ana") == ()
    assert life.state == "end"


def test_each_wants_every_holder_of_each_role():
    life = together("{each: [mentor, mentee]}")

    assert assent(life, "dan") == ("bob", "eve", "ana")
    assert assent(life, "ana", "bob") == ("eve",)
    assert assent(life, "eve") == ()
    assert life.state == "end"


def test_a_quorum_wants_so_many():
    life = together("{quorum: 2, of: [mentor, mentee]}")

    assert assent(life, "eve") == ("mentor",)
    assert assent(life, "ana") == ()
    assert life.state == "end"


def test_a_quorum_may_be_computed():
    life = together("{quorum: fields.wanted, of: [mentor]}", fields={"wanted": 3})

    assert assent(life, "bob", "dan") == ("mentor",)
    assert assent(life, "eve") == ()


def test_a_quorum_that_cannot_be_computed_is_never_reached():
    life = together("{quorum: fields.wanted, of: [mentor]}")

    assent(life, "bob", "dan", "eve")
    assert life.state == "live.early"


def test_a_quorum_that_shrinks_is_reached_by_the_next_act():
    """The last assent fires it; where all have assented already, one of them says so again."""
    life = together("{quorum: fields.wanted, of: [mentor]}", fields={"wanted": 3})
    assent(life, "bob", "dan")
    done(life.set("bob", "wanted", 2))
    assert life.state == "live.early"

    done(life.fire("bob", "finish"))

    assert life.state == "end"


def test_a_quorum_may_count_once_for_each_value_of_an_attribute():
    """Bob and Dan are of one unit: together they count once."""
    life = together("{quorum: 2, of: [mentor], count_distinct: unit}")

    assert assent(life, "bob", "dan") == ("mentor",)
    assert assent(life, "eve") == ()
    assert life.state == "end"


def test_who_holds_two_roles_speaks_for_one_of_them_at_a_time():
    """Each role wants somebody; one person's assent is one assent."""
    life = together("{all: [mentor, mentee]}", people={**PEOPLE, "mentee": ("bob", "ana")})

    assert assent(life, "bob") == ("mentee",)
    assert codes(life.fire("bob", "finish")) == {"already_assented"}
    assert assent(life, "ana") == ()


def test_the_role_that_is_still_wanted_is_the_one_in_which_one_assents():
    life = together("{all: [mentor, mentee]}", people={**PEOPLE, "mentee": ("bob", "ana")})
    assent(life, "dan")

    assert assent(life, "bob") == ()
    assert life.state == "end"


def test_nobody_else_can_assent():
    assert refused(together("{all: [mentor, mentee]}").fire("cleo", "finish")) == {("not_allowed", "finish")}


def test_a_role_that_nobody_holds_is_still_wanted():
    life = together("{each: [mentor, mentee]}", people={"mentor": ("bob",), "coordinator": ("cleo",)})

    assert assent(life, "bob") == ("mentee",)
    assert life.state == "live.early"


# --------------------------------------------------------------------------------------------------------- each assent


def test_the_record_says_who_assented_and_in_what_role():
    life = together("{all: [mentor, mentee]}")
    assent(life, "dan", "ana")

    assert [(r.person, r.role) for r in life.records if isinstance(r, c.Assented)] == [
        ("dan", "mentor"),
        ("ana", "mentee"),
    ]
    assert life.moves() == [("finish", "end")]


def test_assenting_twice_is_refused_and_names_who_is_wanted():
    life = together("{each: [mentor]}")
    assent(life, "bob")

    why = reason(life.fire("bob", "finish"))

    assert (why.code, why.facts) == ("already_assented", {"missing": ("dan", "eve")})


def test_the_guard_is_checked_at_each_assent_and_a_refused_one_is_not_kept():
    life = together("{all: [mentor, mentee]}", fields={"ready": False})
    assert refused(life.fire("bob", "finish")) == {("clause", "ready")}
    done(life.set("bob", "ready", True))

    assert assent(life, "ana") == ("mentor",)


def test_the_guard_is_checked_again_at_the_last_assent():
    life = together("{all: [mentor, mentee]}")
    assent(life, "bob")
    done(life.set("bob", "ready", False))
    assert refused(life.fire("ana", "finish")) == {("clause", "ready")}
    done(life.set("bob", "ready", True))

    assert assent(life, "ana") == ()
    assert life.state == "end"


def test_an_assent_may_be_withdrawn():
    life = together("{all: [mentor, mentee]}")
    assent(life, "bob")

    done(life.do(c.WithdrawAssent("bob", "finish")))

    assert assent(life, "ana") == ("mentor",)
    assert refused(life.do(c.WithdrawAssent("bob", "finish"))) == {("no_assent", "finish")}
    assert refused(life.do(c.WithdrawAssent("cleo", "finish"))) == {("no_assent", "finish")}


def test_an_assent_is_given_by_oneself_never_on_paper():
    text = (
        ROLES.replace("mentee: {count", "mentee: {delegate_to: [coordinator], count")
        + """
initial: live
states: {live: , end: {final: true}}
transitions: [{id: finish, from: live, to: end, by: {all: [mentor, mentee]}}]
"""
    )
    life = Life(program(text), PEOPLE)

    assert codes(life.do(c.Fire("ana", "finish", recorded_by="cleo"))) == {"not_on_paper"}


# ------------------------------------------------------------------------------------------------------ when it ceases


@pytest.mark.parametrize("way", ["back", "anew"])
def test_assents_lapse_when_the_source_is_left_whatever_the_way_back(way):
    life = together("{all: [mentor, mentee]}")
    assent(life, "bob")
    life.tell(c.Fire("cleo", "leave")).tell(c.Fire("cleo", way))

    assert assent(life, "ana") == ("mentor",)


@pytest.mark.parametrize("way", ["anew", "reenter"])
def test_assents_lapse_when_the_source_is_left_to_come_back_at_once(way):
    life = together("{all: [mentor, mentee]}")
    assent(life, "bob")
    life.tell(c.Fire("cleo", way))

    assert assent(life, "ana") == ("mentor",)


def test_assents_stand_while_one_moves_inside_the_source():
    life = together("{all: [mentor, mentee]}")
    assent(life, "bob")
    life.tell(c.Fire("cleo", "advance"))

    assert assent(life, "ana") == ()


def test_assents_count_for_the_source_in_which_they_were_given():
    text = f"""{ROLES}
initial: one
states: {{one: , other: , end: {{final: true}}}}
transitions:
  - {{id: finish, from: [one, other], to: end, by: {{all: [mentor, mentee]}}}}
  - {{id: pass, from: one, to: other, by: [coordinator]}}
"""
    life = Life(program(text), PEOPLE)
    assent(life, "bob")
    life.tell(c.Fire("cleo", "pass"))

    assert assent(life, "ana") == ("mentor",)


def test_assents_lapse_after_their_delay():
    life = together("{all: [mentor, mentee], within: 30 days}", now="2026-09-01 10:00")
    assent(life, "bob")
    life.on("2026-10-01 10:00")
    assert assent(life, "ana") == ()

    life = together("{all: [mentor, mentee], within: 30 days}", now="2026-09-01 10:00")
    assent(life, "bob")
    life.on("2026-10-01 10:01")
    assert assent(life, "ana") == ("mentor",)


def test_each_assent_lapses_on_its_own():
    life = together("{each: [mentor], within: 10 days}", now="2026-09-01 10:00")
    assent(life, "bob")
    life.on("2026-09-08 10:00")
    assent(life, "dan")
    life.on("2026-09-12 10:00")

    assert assent(life, "eve") == ("bob",)


def test_who_assented_and_whose_assent_has_lapsed_may_assent_again():
    life = together("{all: [mentor, mentee], within: 10 days}", now="2026-09-01 10:00")
    assent(life, "bob")
    life.on("2026-09-20 10:00")

    assert assent(life, "bob") == ("mentee",)
    assert assent(life, "ana") == ()


def test_who_leaves_a_role_takes_along_the_assent_given_in_it():
    life = together("{all: [mentor, mentee]}")
    assent(life, "bob")
    done(life.do(c.Unassign("cleo", "mentor", "bob")))

    assert assent(life, "ana") == ("mentor",)


def test_who_leaves_another_role_keeps_the_assent_given_in_this_one():
    life = together("{all: [mentor, mentee]}", people={**PEOPLE, "mentee": ("bob", "ana")})
    assent(life, "dan")
    done(life.do(c.Unassign("cleo", "mentor", "bob")))
    assert assent(life, "bob") == ()

    other = together("{all: [mentor, mentee]}", people={**PEOPLE, "mentee": ("bob", "ana")})
    assent(other, "bob")
    done(other.do(c.Unassign("cleo", "mentee", "bob")))
    assert assent(other, "ana") == ()


def test_who_replaces_somebody_has_to_assent_themselves():
    life = together("{all: [mentor, mentee]}")
    assent(life, "ana")
    done(life.do(c.Replace("cleo", "mentee", "ana", "fay")))

    assert assent(life, "bob") == ("mentee",)
    assert assent(life, "fay") == ()


def test_where_those_still_wanted_have_left_one_who_assented_makes_it_happen():
    life = together("{each: [mentor]}")
    assent(life, "bob", "dan")
    done(life.do(c.Unassign("cleo", "mentor", "eve")))
    assert life.state == "live.early"

    assert assent(life, "bob") == ()
    assert life.state == "end"


def test_assents_to_what_stays_in_place_are_spent_once_it_happens():
    text = f"""{ROLES}
initial: live
states: {{live: , end: {{final: true}}}}
transitions:
  - {{id: agree, from: live, by: {{all: [mentor, mentee]}}, effects: [{{emit: {{name: agreed}}}}]}}
  - {{id: finish, from: live, to: end, by: [coordinator]}}
"""
    life = Life(program(text), PEOPLE).tell(c.Fire("bob", "agree")).tell(c.Fire("ana", "agree"))
    assert len(life.effects) == 1

    assert done(life.fire("bob", "agree")).waiting == ("mentee",)
    done(life.fire("ana", "agree"))
    assert len(life.effects) == 2


# --------------------------------------------------------------------------------------------------------------- input

INPUT = "input: {until: {type: date}}, effects: [{set: {ends: input.until}}]"


def test_the_first_assent_gives_the_input_and_the_others_assent_to_it():
    life = together("{all: [mentor, mentee]}", INPUT)
    done(life.fire("bob", "finish", until="2026-12-01"))

    done(life.fire("ana", "finish"))

    assert life.state == "end"
    [moved] = [record for record in life.records if isinstance(record, c.Moved)]
    assert moved.input == {"until": life.fields["ends"]}


def test_the_others_may_say_the_same_and_nothing_else():
    life = together("{each: [mentor]}", INPUT)
    done(life.fire("bob", "finish", until="2026-12-01"))

    why = reason(life.fire("dan", "finish", until="2026-12-02"))
    assert (why.code, why.facts) == ("input_differs", {"person": "bob"})
    done(life.fire("dan", "finish", until="2026-12-01"))


def test_the_first_assent_needs_the_input():
    assert refused(together("{all: [mentor, mentee]}", INPUT).fire("bob", "finish")) == {("required", "until")}


def test_once_the_first_assent_is_withdrawn_the_next_gives_the_input():
    life = together("{all: [mentor, mentee]}", INPUT)
    done(life.fire("bob", "finish", until="2026-12-01"))
    done(life.do(c.WithdrawAssent("bob", "finish")))

    assert refused(life.fire("ana", "finish")) == {("required", "until")}
    done(life.fire("ana", "finish", until="2027-01-01"))


def test_once_the_first_assent_has_lapsed_the_next_that_stands_says_what_is_assented_to():
    """The others assented to the same input: it stands with them."""
    life = together("{each: [mentor], within: 10 days}", INPUT, now="2026-09-01 10:00")
    done(life.fire("bob", "finish", until="2026-12-01"))
    done(life.on("2026-09-08 10:00").fire("dan", "finish"))

    why = reason(life.on("2026-09-12 10:00").fire("eve", "finish", until="2026-12-24"))

    assert (why.code, why.facts) == ("input_differs", {"person": "dan"})


# ----------------------------------------------------------------------------------------------------------- competing


def test_a_joint_act_competes_for_its_event_as_any_other():
    text = f"""{ROLES}
fields: {{alone: {{type: bool, default: false, set_by: [mentor]}}}}
initial: live
states: {{live: , one: {{final: true}}, two: {{final: true}}}}
transitions:
  - {{id: single, event: finish, from: live, to: one, by: [mentor], guard: [{{id: alone, when: fields.alone}}]}}
  - {{id: joint, event: finish, from: live, to: two, by: {{all: [mentor, mentee]}}}}
"""
    life = Life(program(text), PEOPLE)

    assert assent(life, "bob") == ("mentee",)
    done(life.set("bob", "alone", True))
    assert life.tell(c.Fire("dan", "finish")).state == "one"

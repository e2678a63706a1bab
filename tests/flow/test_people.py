"""Who starts a dyad, who gives a role to whom, and what does it take to hold it?"""

from __future__ import annotations

import pytest

from dyade.flow import messages as c
from dyade.flow.outcome import Decision
from dyade.program.conditions.types import EMPTY
from tests.flow.living import Life, codes, day, done, program, refused, sentences

OF = program("""
roles:
  mentor:
    count: {min: 1, max: 2}
    accepts: true
    assigned_by: [coordinator]
    attributes: {level: {type: int}, apt: {type: bool, nullable: true}, here_since: {type: date, per: dyad}}
    eligible:
      - {id: not_the_mentee, when: person.id != roles.mentee.id}
      - {id: high_enough, when: person.level >= 2}
      - {id: apt, level: should, when: person.apt}
  mentee: {assigned_by: [coordinator], attributes: {level: {type: int}}}
  coordinator: {assigned_by: [mentee, coordinator]}
  guest: {count: {min: 0, max: 1}, assigned_by: []}
  office: {scope: program, count: {min: 0, max: 9}}
started_by: [mentee, office]
fields:
  goal: {type: text}
  apt: {type: bool, formula: roles.mentor.assigned}
forms:
  pact: {entry: {text: {type: text}}, filled_by: [mentee], signed_by: {all: [mentor, mentee]}, available_in: here}
initial: here
states: {here: {}, end: {final: true}}
transitions:
  - {id: agree, from: here, to: end, by: {all: [mentor, mentee]}}
  - {id: stop, from: here, to: end, by: [coordinator]}
""")
PROFILES = {"bob": {"level": 3, "apt": True}, "dan": {"level": 2}, "eve": {"level": 1}, "fay": {}, "ana": {"level": 1}}
PEOPLE = {"mentor": ("bob",), "mentee": ("ana",), "coordinator": ("cleo",)}


def begun(people: dict[str, tuple[str, ...]] | None = None) -> Life:
    return Life(OF, PEOPLE if people is None else people, profiles=PROFILES, shared={"office": ("olga",)})


def fresh() -> Life:
    return Life(OF, profiles=PROFILES, shared={"office": ("olga",)}, begin=False)


def holders(life: Life, role: str) -> list[tuple[str, bool]]:
    """(person, whether they have not accepted yet) of everyone in a role."""
    assert life.dyad is not None
    return [(holding.person, holding.pending) for holding in life.dyad.holdings.get(role, ())]


# ------------------------------------------------------------------------------------------------------------- starting


def test_who_starts_holds_a_role_that_may_and_names_holders_of_the_roles_that_they_may_assign():
    life = fresh()

    done(life.do(c.Start("ana", {"mentee": ("ana",), "coordinator": ("cleo",)})))

    assert (holders(life, "mentee"), holders(life, "coordinator")) == ([("ana", False)], [("cleo", False)])


def test_who_holds_a_role_of_the_whole_program_may_start_where_it_is_listed():
    life = fresh()

    outcome = life.do(c.Start("olga", {}))

    assert isinstance(outcome, Decision)


@pytest.mark.parametrize(
    ("actor", "people", "reasons"),
    [
        ("zoe", {}, {("not_allowed", "start")}),
        ("bob", {"mentor": ("bob",)}, {("not_allowed", "start")}),
        ("cleo", {"coordinator": ("cleo",), "mentee": ("ana",)}, {("not_allowed", "start")}),
        ("ana", {"mentee": ("ana",), "mentor": ("bob",)}, {("not_allowed", "assign mentor")}),
        ("ana", {"mentee": ("ana",), "guest": ("gil",)}, {("not_allowed", "assign guest")}),
        ("ana", {"mentee": ("ana", "eve")}, {("too_many", "mentee"), ("not_allowed", "assign mentee")}),
        ("olga", {"mentee": ("ana",)}, {("not_allowed", "assign mentee")}),
        (c.SYSTEM, {"mentor": ("bob", "dan", "eve")}, {("too_many", "mentor")}),
        ("ana", {"mentee": ("ana",), "mentor": ()}, {("not_allowed", "assign mentor")}),
        (c.SYSTEM, {"mentor": ("bob", "bob")}, {("already_holds", "mentor")}),
        (c.SYSTEM, {"office": ("olga",)}, {("by_enrolment", "office")}),
        (c.SYSTEM, {"king": ("olga",)}, {("unknown_role", "king")}),
    ],
)
def test_a_start_that_the_program_does_not_provide_for_is_refused(actor, people, reasons):
    life = fresh()

    outcome = life.do(c.Start(actor, people))

    assert refused(outcome) == reasons
    assert life.dyad is None


def test_some_roles_may_wait():
    life = fresh()
    done(life.do(c.Start("ana", {"mentee": ("ana",)})))

    assert holders(life, "mentor") == []


def test_the_host_starts_with_whom_it_likes():
    assert holders(begun(), "mentor") == [("bob", True)]


def test_a_dyad_begins_once():
    assert codes(begun().do(c.Start(c.SYSTEM, {}))) == {"already_begun"}


def test_a_retired_program_takes_no_new_dyad():
    life = Life(program("initial: here\nstates: {here: {}, end: {final: true}}\n"
                        "transitions: [{id: stop, from: here, to: end, by: [mentor]}]", status="retired"),
                begin=False)  # fmt: skip

    assert codes(life.do(c.Start(c.SYSTEM, {}))) == {"retired"}


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"goal": 3}, ("datum_type", "goal")),
        ({"gaol": "x"}, ("unknown_datum", "gaol")),
        ({"apt": True}, ("unknown_datum", "apt")),
    ],
)
def test_a_start_takes_the_fields_that_there_are_and_none_that_is_computed(fields, reason):
    assert refused(fresh().do(c.Start(c.SYSTEM, {}, fields))) == {reason}


def test_somebody_who_is_definitely_not_eligible_is_refused_at_the_start_too():
    assert refused(fresh().do(c.Start(c.SYSTEM, {"mentor": ("eve",)}))) == {("clause", "high_enough")}


# ------------------------------------------------------------------------------------------------------------ assigning


def test_only_those_who_may_assign_a_role_do():
    life = begun()

    for actor in ("ana", "bob", "olga", "zoe", "clock"):
        assert refused(life.do(c.Assign(actor, "mentor", "dan"))) == {("not_allowed", "assign mentor")}
    done(life.do(c.Assign("cleo", "mentor", "dan")))

    assert holders(life, "mentor") == [("bob", True), ("dan", True)]


def test_a_role_that_nobody_may_assign_is_for_the_host():
    life = begun()

    assert sentences(OF, life.do(c.Assign("cleo", "guest", "gil"))) == (
        "Nobody may do this directly: “assign: guest”.",
    )
    done(life.do(c.Assign(c.SYSTEM, "guest", "gil")))


@pytest.mark.parametrize(
    ("role", "person", "reason"),
    [
        ("mentor", "bob", ("already_holds", "mentor")),
        ("office", "dan", ("by_enrolment", "office")),
        ("king", "dan", ("unknown_role", "king")),
    ],
)
def test_an_assignment_that_makes_no_sense_is_refused(role, person, reason):
    assert refused(begun().do(c.Assign("cleo", role, person))) == {reason}


def test_no_more_than_so_many_hold_a_role():
    life = begun()
    done(life.do(c.Assign("cleo", "mentor", "dan")))

    assert refused(life.do(c.Assign("cleo", "mentor", "fay"))) == {("too_many", "mentor")}


def test_where_one_person_holds_a_role_the_new_one_takes_the_place_of_the_old():
    life = begun()

    done(life.do(c.Assign("cleo", "coordinator", "dan")))

    assert holders(life, "coordinator") == [("dan", False)]
    assert life.kinds()[-2:] == ["Unassigned", "Assigned"]


def test_a_definite_no_refuses_with_every_clause_that_says_it():
    life = begun({"mentee": ("ana",), "coordinator": ("cleo",)})

    outcome = life.do(c.Assign("cleo", "mentor", "ana"))

    assert refused(outcome) == {("clause", "not_the_mentee"), ("clause", "high_enough")}
    assert holders(life, "mentor") == []


def test_what_is_unknown_or_only_wished_for_is_told_and_refuses_nobody():
    life = begun()

    unknown = done(life.do(c.Assign("cleo", "mentor", "fay")))

    assert {(reason.code, reason.about) for reason in unknown.advice} == {("clause", "high_enough"), ("clause", "apt")}


def test_what_is_given_with_an_assignment_is_judged_with_it():
    """Over what is known of the person."""
    life = begun()

    assert refused(life.do(c.Assign("cleo", "mentor", "dan", {"level": 1}))) == {("clause", "high_enough")}
    done(life.do(c.Assign("cleo", "mentor", "dan", {"level": 4, "here_since": "2026-01-01"})))

    assert life.dyad is not None
    [_, dan] = life.dyad.holdings["mentor"]
    assert dict(dan.attributes) == {"level": 4, "here_since": day("2026-01-01")}


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [({"level": "high"}, ("datum_type", "level")), ({"height": 2}, ("unknown_datum", "height"))],
)
def test_attributes_that_do_not_fit_are_refused(attributes, reason):
    assert refused(begun().do(c.Assign("cleo", "mentor", "dan", attributes))) == {reason}


def test_nobody_is_assigned_in_a_dyad_that_has_ended():
    life = begun()
    done(life.fire("cleo", "stop"))

    for command in (
        c.Assign("cleo", "mentor", "dan"),
        c.Unassign("cleo", "mentor", "bob"),
        c.Replace("cleo", "mentor", "bob", "dan"),
        c.Answer("bob", "mentor", True),
        c.ChangeAttributes(c.SYSTEM, "bob", {"level": 9}),
    ):
        assert codes(life.do(command)) == {"ended"}


# -------------------------------------------------------------------------------------------- unassigning and replacing


def test_only_those_who_may_assign_a_role_take_it_away():
    life = begun()

    assert refused(life.do(c.Unassign("bob", "mentor", "bob"))) == {("not_allowed", "assign mentor")}
    assert refused(life.do(c.Unassign("cleo", "mentor", "dan"))) == {("does_not_hold", "mentor")}
    done(life.do(c.Unassign("cleo", "mentor", "bob")))

    assert holders(life, "mentor") == []


def test_a_replacement_is_an_end_and_a_beginning_and_the_new_one_is_judged():
    life = begun()

    assert refused(life.do(c.Replace("cleo", "mentor", "bob", "eve"))) == {("clause", "high_enough")}
    assert holders(life, "mentor") == [("bob", True)]
    done(life.do(c.Replace("cleo", "mentor", "bob", "dan")))

    assert holders(life, "mentor") == [("dan", True)]
    assert life.kinds()[-2:] == ["Unassigned", "Assigned"]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [("dan", "fay", "does_not_hold"), ("bob", "bob", ""), ("bob", "dan", "already_holds")],
)
def test_a_replacement_needs_one_who_holds_the_role_and_one_who_does_not(old, new, reason):
    life = begun()
    if reason == "already_holds":
        done(life.do(c.Assign("cleo", "mentor", "dan")))

    outcome = life.do(c.Replace("cleo", "mentor", old, new))

    assert reason in {code for code, _ in refused(outcome)} if reason else isinstance(outcome, Decision)


def test_who_leaves_takes_along_what_they_had_begun_and_leaves_the_facts():
    life = begun()
    done(life.do(c.Answer("bob", "mentor", True)))
    done(life.fill("ana", "pact", text="To meet."))
    done(life.sign("bob", "pact"))
    done(life.fire("bob", "agree"))

    done(life.do(c.Replace("cleo", "mentor", "bob", "dan")))

    assert life.dyad is not None
    assert life.dyad.assents["agree"] == ()
    [entry] = life.dyad.entries["pact"]
    assert (entry.data, entry.signatures) == ({"text": "To meet."}, ())


def test_a_fact_that_stands_is_not_undone_by_a_departure():
    life = begun()
    done(life.do(c.Answer("bob", "mentor", True)))
    done(life.fill("ana", "pact", text="To meet."))
    done(life.sign("bob", "pact"))
    done(life.sign("ana", "pact"))

    done(life.do(c.Unassign("cleo", "mentor", "bob")))

    assert life.dyad is not None
    assert [signature.person for signature in life.dyad.entries["pact"][0].signatures] == ["bob", "ana"]


# ------------------------------------------------------------------------------------------------------------ accepting


def test_nobody_is_bound_without_their_own_act():
    """Until they accept they can do nothing in the role, and nothing waits for them there."""
    life = begun()

    assert codes(life.fire("bob", "agree")) == {"not_allowed"}
    done(life.do(c.Answer("bob", "mentor", True)))
    waiting = done(life.fire("bob", "agree")).waiting

    assert waiting == ("mentee",)


def test_who_declines_does_not_hold_the_role():
    life = begun()

    done(life.do(c.Answer("bob", "mentor", False)))

    assert holders(life, "mentor") == []
    assert codes(life.do(c.Answer("bob", "mentor", True))) == {"nothing_to_answer"}


@pytest.mark.parametrize(("person", "role"), [("dan", "mentor"), ("ana", "mentee"), ("bob", "mentee"), ("bob", "king")])
def test_only_an_assignment_of_ones_own_that_waits_is_answered(person, role):
    assert codes(begun().do(c.Answer(person, role, True))) == {"nothing_to_answer"}


def test_an_assignment_is_answered_once():
    life = begun()
    done(life.do(c.Answer("bob", "mentor", True)))

    for accepted in (True, False):
        assert codes(life.do(c.Answer("bob", "mentor", accepted))) == {"nothing_to_answer"}
    assert holders(life, "mentor") == [("bob", False)]


def test_who_takes_a_role_by_their_own_act_has_accepted_it():
    life = begun({"coordinator": ("cleo",)})
    life.profiles = {"cleo": {"level": 3}}

    done(life.do(c.Assign("cleo", "mentor", "cleo")))

    assert holders(life, "mentor") == [("cleo", False)]


# ----------------------------------------------------------------------------------------------------------- attributes


def test_what_has_changed_about_someone_is_kept_in_every_role_that_reads_it():
    """The mentee's program reads the level alone; what no role reads is not kept at all."""
    life = begun({"mentee": ("bob",), "coordinator": ("cleo",)})
    done(life.do(c.Assign(c.SYSTEM, "guest", "bob")))

    done(life.do(c.ChangeAttributes(c.SYSTEM, "bob", {"level": 9, "apt": False, "colour": "red"})))

    assert life.dyad is not None
    kept = {role: [dict(held.attributes) for held in holders] for role, holders in life.dyad.holdings.items()}
    assert kept == {"mentee": [{"level": 9}], "coordinator": [{}], "guest": [{}]}


def test_the_host_alone_tells_what_is_known_of_people():
    life = begun()

    for actor in ("bob", "cleo", "olga", "clock"):
        assert codes(life.do(c.ChangeAttributes(actor, "bob", {"level": 9}))) == {"not_allowed"}


@pytest.mark.parametrize(
    ("person", "attributes"),
    [("zoe", {"level": 9}), ("bob", {"colour": "red"}), ("bob", {"level": 3}), ("bob", {}), ("cleo", {"level": 1})],
)
def test_what_changes_nothing_that_the_program_reads_is_no_news(person, attributes):
    assert codes(begun().do(c.ChangeAttributes(c.SYSTEM, person, attributes))) == {"nothing_changed"}


def test_a_value_that_does_not_fit_becomes_unknown():
    """The register is not the program's: what it holds may be of another kind."""
    life = begun()

    done(life.do(c.ChangeAttributes(c.SYSTEM, "bob", {"level": "high"})))

    assert life.dyad is not None
    assert life.dyad.holdings["mentor"][0].attributes["level"] is None


def test_what_changed_about_someone_is_seen_at_once():
    """An automatic transition waited for it."""
    of = program("""
roles: {mentor: {attributes: {level: {type: int}}}, coordinator: }
initial: here
states: {here: {}, end: {final: true}}
transitions: [{id: rise, from: here, to: end, auto: true, guard: [{id: high, when: roles.mentor.level > 5}]}]
""")
    life = Life(of, {"mentor": ("bob",)}, profiles={"bob": {"level": 1}})

    done(life.do(c.ChangeAttributes(c.SYSTEM, "bob", {"level": 9})))

    assert life.state == "end"


def test_what_two_roles_read_is_empty_only_where_that_is_a_value():
    of = program("""
roles:
  mentor: {attributes: {apt: {type: bool}}}
  mentee: {attributes: {apt: {type: bool, nullable: true}}}
  coordinator:
initial: here
states: {here: {}, end: {final: true}}
transitions: [{id: rise, from: here, to: end, auto: true, guard: [{id: apt, when: roles.mentor.apt}]}]
""")
    life = Life(of, {"mentor": ("ana",), "mentee": ("ana",)}, profiles={"ana": {"apt": False}})

    done(life.do(c.ChangeAttributes(c.SYSTEM, "ana", {"apt": None})))

    assert life.dyad is not None
    assert [life.dyad.holdings[role][0].attributes["apt"] for role in ("mentor", "mentee")] == [None, EMPTY]


def test_a_change_of_attributes_takes_nobody_out_of_their_role():
    life = begun()

    done(life.do(c.ChangeAttributes(c.SYSTEM, "bob", {"level": 1})))

    assert holders(life, "mentor") == [("bob", True)]

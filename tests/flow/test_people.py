"""Who takes part: starting, assigning, replacing, accepting; and who may do what: everything that is not listed is refused."""

import pytest

from dyade.flow import messages as c
from tests.flow.living import Life, codes, done, program, refused

PEOPLE = """
roles:
  mentor: {count: {min: 1, max: 2}, accepts: true, assigned_by: [coordinator, mentee], attributes: {level: {type: int}, apt: {type: bool, nullable: true}}}
  mentee: {assigned_by: [coordinator]}
  coordinator: {assigned_by: [mentee]}
  office: {scope: program}
started_by: [mentee, office]
fields: {n: {type: int, set_by: [mentee]}}
initial: a
states: {a: {}, z: {final: true}}
transitions:
  - {id: end, from: a, to: z, by: [coordinator]}
  - {id: reach, from: a, to: z, auto: true, guard: [{id: high, when: fields.n > 5}]}
"""


def begin(**given) -> Life:
    return Life(program(PEOPLE), {"mentee": ("ana",), "coordinator": ("cleo",)}, **given)


def started(actor: str, people: dict, shared: dict | None = None, fields: dict | None = None):
    life = Life(program(PEOPLE), begin=False, shared=shared)
    return life, life.do(c.Start(actor, people, fields or {}))


# --------------------------------------------------------------------------------------------------------------- start


def test_the_starter_holds_a_role_that_may_start_and_names_those_it_may_assign():
    done(started("ana", {"mentee": ("ana",), "coordinator": ("cleo",), "mentor": ("bob",)})[1])
    assert refused(started("cleo", {"coordinator": ("cleo",)})[1]) == {("not_allowed", "start")}
    assert refused(started("ana", {"mentee": ("dan",)})[1]) == {("not_allowed", "start")}
    assert refused(started("ana", {"mentee": ("ana", "dan")})[1]) >= {("too_many", "mentee")}


def test_a_role_of_the_whole_program_starts_by_enrolment_and_is_not_assigned():
    done(started("olga", {}, {"office": ("olga",)})[1])
    assert refused(started("olga", {"mentee": ("ana",)}, {"office": ("olga",)})[1]) == {("not_allowed", "assign mentee")}
    assert ("by_enrolment", "office") in refused(started("ana", {"mentee": ("ana",), "office": ("eve",)})[1])


def test_the_host_starts_whatever_it_likes_within_the_program():
    done(started(c.SYSTEM, {"mentee": ("ana",)})[1])
    assert codes(started(c.SYSTEM, {"boss": ("ana",)})[1]) == {"unknown_role"}
    assert codes(started(c.SYSTEM, {}, fields={"n": "x", "m": 1})[1]) == {"datum_type", "unknown_datum"}


def test_a_retired_program_takes_no_new_dyad():
    retired = program(PEOPLE, status="retired")
    assert codes(Life(retired, begin=False).do(c.Start(c.SYSTEM, {}))) == {"retired"}


def test_a_dyad_begins_once():
    life = begin()
    assert refused(life.do(c.Start("ana", {"mentee": ("ana",)}))) == {("already_begun", "D-1")}


def test_some_roles_may_wait():
    life, outcome = started("ana", {"mentee": ("ana",)})
    assert done(outcome).dyad.revision == 1
    assert life.draft().holders("mentor") == ()


# -------------------------------------------------------------------------------------------------------------- holdings


def test_assigning_is_for_those_whom_the_role_lists():
    life = begin()
    for actor in ("bob", "zed", "olga", c.CLOCK):
        assert refused(life.do(c.Assign(actor, "mentor", "bob"))) == {("not_allowed", "assign mentor")}
    assert codes(life.do(c.Assign("cleo", "office", "eve"))) == {"by_enrolment"}
    assert codes(life.do(c.Assign("cleo", "boss", "eve"))) == {"unknown_role"}
    done(life.do(c.Assign("cleo", "mentor", "bob")))
    assert codes(life.do(c.Assign("ana", "mentor", "bob"))) == {"already_holds"}
    done(life.do(c.Assign("ana", "mentor", "dan")))
    assert codes(life.do(c.Assign("ana", "mentor", "eve"))) == {"too_many"}


def test_assigning_replaces_where_one_person_holds_the_role():
    life = begin()
    done(life.do(c.Assign("cleo", "mentee", "dan")))
    assert life.draft().holders("mentee") == ("dan",)
    assert [(type(r).__name__, r.person) for r in life.records[-2:]] == [("Unassigned", "ana"), ("Assigned", "dan")]


def test_nobody_is_bound_without_their_own_act():
    life = begin()
    done(life.do(c.Assign("cleo", "mentor", "bob")))
    assert life.draft().holders("mentor") == ()
    assert codes(life.do(c.Answer("dan", "mentor", True))) == {"nothing_to_answer"}
    done(life.do(c.Answer("bob", "mentor", True)))
    assert life.draft().holders("mentor") == ("bob",)
    assert codes(life.do(c.Answer("bob", "mentor", True))) == {"nothing_to_answer"}


def test_who_declines_holds_nothing():
    life = begin()
    done(life.do(c.Assign("cleo", "mentor", "bob")))
    done(life.do(c.Answer("bob", "mentor", False)))
    assert life.dyad.holdings["mentor"] == ()


def test_who_names_themselves_accepts_by_that_very_act():
    life, _ = started("ana", {"mentee": ("ana",), "coordinator": ("cleo",)})
    done(life.do(c.Assign("ana", "mentor", "ana")))
    assert life.draft().holders("mentor") == ("ana",)


def test_replacing_keeps_the_facts_and_asks_the_newcomer():
    life = begin(fields={"n": 1})
    done(life.do(c.Assign("cleo", "mentor", "bob")))
    assert codes(life.do(c.Replace("cleo", "mentor", "dan", "eve"))) == {"does_not_hold"}
    assert codes(life.do(c.Replace("bob", "mentor", "bob", "eve"))) == {"not_allowed"}
    done(life.do(c.Replace("cleo", "mentor", "bob", "eve")))
    assert [h.person for h in life.dyad.holdings["mentor"]] == ["eve"]
    assert life.fields["n"] == 1
    before = life.dyad
    done(life.do(c.Assign("cleo", "mentor", "dan")))
    assert codes(life.do(c.Replace("cleo", "mentor", "dan", "eve"))) == {"already_holds"}
    assert life.dyad.revision == before.revision + 1


def test_a_dyad_that_has_ended_takes_no_one_in_nor_out():
    life = begin()
    done(life.do(c.Assign("cleo", "mentor", "bob")))
    done(life.fire("cleo", "end"))
    for command in (
        c.Assign("cleo", "mentor", "dan"),
        c.Unassign("cleo", "mentor", "bob"),
        c.Replace("cleo", "mentor", "bob", "dan"),
        c.Answer("bob", "mentor", True),
        c.ChangeAttributes(c.SYSTEM, "bob", {"level": 3}),
    ):
        assert codes(life.do(command)) == {"ended"}


# ----------------------------------------------------------------------------------------------------------- attributes


def test_what_is_known_of_a_person_comes_with_them_or_is_given():
    life = begin(profiles={"bob": {"level": 4, "apt": None, "other": 1}, "dan": {"level": "x"}})
    done(life.do(c.Assign("cleo", "mentor", "bob")))
    assert dict(life.dyad.holdings["mentor"][0].attributes)["level"] == 4
    done(life.do(c.Assign("cleo", "mentor", "dan", {"level": 7})))
    assert life.dyad.holdings["mentor"][1].attributes["level"] == 7
    assert codes(life.do(c.Replace("cleo", "mentor", "dan", "eve", {"level": "x"}))) == {"datum_type"}


def test_a_change_of_attributes_is_told_by_the_host_alone_and_is_seen_at_once():
    seeing = program(PEOPLE.replace("fields.n > 5", "roles.mentor.level > 5").replace("count: {min: 1, max: 2}, accepts: true, ", ""))
    life = Life(seeing, {"mentee": ("ana",), "mentor": ("bob",), "coordinator": ("cleo",)}, profiles={"bob": {"level": 1}})
    for actor in ("bob", "cleo", "zed"):
        assert refused(life.do(c.ChangeAttributes(actor, "bob", {"level": 9}))) == {("not_allowed", "inform bob")}
    assert codes(life.do(c.ChangeAttributes(c.SYSTEM, "bob", {"level": 1}))) == {"nothing_changed"}
    assert codes(life.do(c.ChangeAttributes(c.SYSTEM, "zed", {"level": 2}))) == {"nothing_changed"}
    done(life.do(c.ChangeAttributes(c.SYSTEM, "bob", {"level": 9})))
    assert life.state == "z"


def test_an_attribute_shared_by_two_roles_is_empty_only_where_that_is_a_value():
    shared = program(
        """
        roles:
          mentor: {attributes: {level: {type: int}}}
          mentee: {attributes: {level: {type: int, nullable: true}}}
          coordinator: {}
        initial: a
        states: {a: {}, z: {final: true}}
        transitions: [{id: end, from: a, to: z, auto: true, guard: [{id: p, when: roles.mentor.level > 5}, {id: q, when: roles.mentee.level > 5}]}]
        """
    )
    life = Life(shared, {"mentor": ("ana",), "mentee": ("ana",), "coordinator": ("cleo",)}, profiles={"ana": {"level": 3}})
    done(life.do(c.ChangeAttributes(c.SYSTEM, "ana", {"level": None})))
    done(life.tick())
    assert life.dyad.holdings["mentor"][0].attributes["level"] is None


# ------------------------------------------------------------------------------------------------------------ authority

EVERYTHING = """
roles:
  mentor: {assigned_by: [coordinator]}
  mentee: {assigned_by: [mentor], delegate_to: [mentor]}
  coordinator: {assigned_by: [mentee]}
  office: {scope: program}
started_by: [coordinator]
fields: {f: {type: int, set_by: [mentee]}}
forms:
  form:
    entry: {x: {type: int}}
    filled_by: [mentor]
    signed_by: [mentee]
    confirmed_by: [coordinator]
    corrected_by: [office]
    steps: [{id: pay, from: submitted, to: paid, by: [office]}]
    repeat: many
    limits: [{per: week, max: 100, of: x, waivable_by: [mentee]}]
    available_in: [a]
initial: a
states: {a: {}, b: {}, z: {final: true}}
transitions:
  - {id: fire, from: a, to: b, by: [office], guard: [{id: p, when: fields.f > 0, waivable_by: [mentor]}]}
  - {id: hosted, from: a, to: z, by: [system]}
  - {id: itself, from: b, to: z, auto: true, guard: [{id: q, when: fields.f > 9}]}
  - {id: together, from: a, to: z, by: {all: [mentor, mentee]}}
"""
HOLDERS = {"mentor": "bob", "mentee": "ana", "coordinator": "cleo", "office": "olga", "nobody": "zed", "host": c.SYSTEM, "clock": c.CLOCK}
ACTS = {
    "fire": (lambda who: c.Fire(who, "fire"), {"office"}),
    "hosted": (lambda who: c.Fire(who, "hosted"), {"host"}),
    "itself": (lambda who: c.Fire(who, "itself"), set()),
    "together": (lambda who: c.Fire(who, "together"), {"mentor", "mentee"}),
    "set": (lambda who: c.SetField(who, "f", 1), {"mentee"}),
    "fill": (lambda who: c.Fill(who, "form", {"x": 1}), {"mentor"}),
    "draft": (lambda who: c.Fill(who, "form", {"x": 1}, False), {"mentor"}),
    "sign": (lambda who: c.Sign(who, "form", 2), {"mentee"}),
    "confirm": (lambda who: c.Confirm(who, "form", 2), {"coordinator"}),
    "step": (lambda who: c.Step(who, "form", "pay", 1), {"office"}),
    "correct": (lambda who: c.Correct(who, "form", {"x": 2}, "Wrong.", 1), {"office"}),
    "waive a clause": (lambda who: c.Waive(who, "fire", "p", "Agreed."), {"mentor"}),
    "waive a limit": (lambda who: c.Waive(who, "form", "x", "Agreed."), {"mentee"}),
    "assign": (lambda who: c.Assign(who, "mentor", "dan"), {"coordinator", "host"}),
    "unassign": (lambda who: c.Unassign(who, "coordinator", "cleo"), {"mentee", "host"}),
    "replace": (lambda who: c.Replace(who, "mentee", "ana", "dan"), {"mentor", "host"}),
    "answer": (lambda who: c.Answer(who, "mentor", True), set()),
    "inform": (lambda who: c.ChangeAttributes(who, "bob", {"x": 1}), set()),
    "withdraw": (lambda who: c.WithdrawAssent(who, "together"), set()),
    "unsign": (lambda who: c.Unsign(who, "form", 2), set()),
    "on paper": (lambda who: c.Fill("bob", "form", {"x": 1}, recorded_by=who), {"mentor"}),
    "signed on paper": (lambda who: c.Sign("ana", "form", 2, recorded_by=who), {"mentor", "mentee"}),
}


def authority() -> Life:
    """A dyad in which every act is possible for someone."""
    people = {"mentor": ("bob",), "mentee": ("ana",), "coordinator": ("cleo",)}
    life = Life(program(EVERYTHING), people, shared={"office": ("olga",)}, fields={"f": 1})
    for _ in range(2):
        done(life.fill("bob", "form", x=1))
    done(life.sign("ana", "form", 1))
    done(life.do(c.Confirm("cleo", "form", 1)))
    return life


@pytest.mark.parametrize("act", ACTS)
def test_whoever_is_not_listed_is_refused(act):
    """Every role, and everyone of none, at every act."""
    command, allowed = ACTS[act]
    granted = set()
    for role, person in HOLDERS.items():
        life = authority()
        before = life.dyad
        if type(life.do(command(person))).__name__ == "Decision":
            granted.add(role)
        else:
            assert life.dyad == before
    assert granted == allowed

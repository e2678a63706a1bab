"""Naming somebody: the invitation to accept, where one may be named, and what follows the answer."""

from __future__ import annotations

import pytest

from dyade.flow import messages as c
from dyade.flow.telling.cards import card
from dyade.flow.telling.refusals import refusal_sentences
from dyade.flow.telling.templates import render_template
from dyade.program.load import examine
from tests.flow.living import Life, codes, done, program, reason

OF = program("""
roles:
  mentor:
    label: Mentor
    accepts: true
    invitation: come
    assigned_by: [coordinator]
    assigned_in: [search, work.trial]
    attributes: {level: {type: int, visibility: [mentor]}}
  mentee: {accepts: true, invitation: welcome, assigned_by: [coordinator]}
  coordinator: {assigned_by: []}
started_by: [coordinator]
fields:
  goal: {type: text, visibility: [mentor, coordinator], set_by: [coordinator]}
  answers: {type: int, default: 0}
  helper: {type: person, role: mentor, set_by: [coordinator]}
visibility: {default: [coordinator, mentee]}
initial: search
states:
  search: {label: Search}
  work: {initial: trial, states: {trial: {}, plain: {}}}
  end: {final: true}
transitions:
  - id: welcome
    from: search
    to: work
    upon: roles.mentor.accepted
    effects: [notify: {to: [coordinator], template: agreed}]
  - id: regret
    from: search
    upon: roles.mentor.declined
    effects: [notify: {to: [coordinator, author], template: sorry}]
  - {id: settle, from: work, to: plain, by: [coordinator]}
  - {id: help, from: work, by: [coordinator], effects: [assign: {mentor: fields.helper}]}
  - {id: stop, from: any, to: end, by: [coordinator]}
templates:
  come: {subject: "{person.name}, come", body: "{person.level} / {fields.goal} / {roles.mentee.name}"}
  welcome: {subject: Welcome, body: "{person.name} {fields.goal}"}
  agreed: {subject: "{actor.name} accepts", body: "{actor.level}"}
  sorry: {subject: "{actor.name} declines", body: x}
""")
NAMES = {"bob": "Bob", "ana": "Ana", "cleo": "Cleo"}


def begun(**people: tuple[str, ...]) -> Life:
    held = {"coordinator": ("cleo",), **people}
    return Life(OF, held, profiles={"bob": {"level": 3}}, names=NAMES, actor="cleo", fields={"goal": "calm"})


def worded(life: Life, template: str) -> tuple[str, str]:
    notice = next(e for e in life.effects if isinstance(e, c.Notice) and e.template == template)
    return render_template(OF, template, notice.facts, "en", NAMES)


def test_whoever_is_named_is_invited_as_the_naming_is_recorded():
    life = begun()

    decision = done(life.do(c.Assign("cleo", "mentor", "bob")))

    assert [(r.person, r.pending) for r in decision.records if isinstance(r, c.Assigned)] == [("bob", True)]
    sent = [(i, e.to, e.template, e.rule, e.kind) for i, e in decision.effects if isinstance(e, c.Notice)]
    assert sent == [(0, "bob", "come", "mentor", "notice")]


def test_an_invitation_is_read_with_the_eyes_of_the_role_that_it_offers():
    life = begun(mentee=("ana",))
    life.tell(c.Answer("ana", "mentee", True)).tell(c.Assign("cleo", "mentor", "bob"))

    assert worded(life, "come") == ("Bob, come", "3 / calm / Ana")
    assert worded(life, "welcome") == ("Welcome", "Ana (confidential)")


def test_who_is_named_from_the_start_is_invited_once_everything_is_known():
    life = begun(mentor=("bob",), mentee=("ana",))

    assert life.sent() == [("bob", "come"), ("ana", "welcome")]
    assert worded(life, "come")[1].startswith("3 / calm / ")


def test_whoever_takes_a_role_themselves_is_not_invited():
    life = Life(OF, {"mentor": ("cleo",), "coordinator": ("cleo",)}, actor="cleo")

    assert life.sent() == []


def test_an_effect_that_names_somebody_invites_them_wherever_the_dyad_stands():
    life = begun(mentor=("bob",))
    life.tell(c.Answer("bob", "mentor", True))
    done(life.fire("cleo", "settle"))
    done(life.set("cleo", "helper", "dan"))

    done(life.fire("cleo", "help"))

    assert life.sent()[-1] == ("dan", "come")


def test_an_acceptance_fires_what_waits_for_it_as_the_act_of_who_accepts():
    life = begun(mentor=("bob",))

    decision = done(life.do(c.Answer("bob", "mentor", True)))

    assert [type(r).__name__ for r in decision.records] == ["Answered", "Moved"]
    assert life.state == "work.trial"
    assert worded(life, "agreed") == ("Bob accepts", "(confidential)")


def test_a_refusal_of_the_role_fires_what_waits_for_it_and_may_write_to_who_declines():
    life = begun(mentor=("bob",))

    done(life.do(c.Answer("bob", "mentor", False)))

    assert life.state == "search"
    assert life.sent()[1:] == [("cleo", "sorry"), ("bob", "sorry")]


def test_a_role_is_given_in_its_states_only():
    life = begun(mentor=("bob",))
    life.tell(c.Answer("bob", "mentor", True)).tell(c.Assign("cleo", "mentor", "dan"))
    done(life.fire("cleo", "settle"))

    refusal = life.do(c.Assign("cleo", "mentor", "eve"))

    assert codes(refusal) == {"not_assigned_here"}
    assert codes(life.do(c.Unassign("cleo", "mentor", "dan"))) == {"not_assigned_here"}
    assert codes(life.do(c.Replace("cleo", "mentor", "dan", "eve"))) == {"not_assigned_here"}
    assert refusal_sentences(OF, refusal.reasons, "en") == (
        "“Mentor” cannot be assigned here; it can in: Search or trial, by: coordinator.",
    )


def test_who_may_not_name_anybody_is_told_who_may_before_where():
    life = begun(mentor=("bob",))
    life.tell(c.Answer("bob", "mentor", True))
    done(life.fire("cleo", "settle"))

    assert reason(life.do(c.Assign("bob", "mentor", "eve"))).code == "not_allowed"


@pytest.mark.parametrize(("state", "named"), [("work", set()), ("search", {"bob"})])
def test_from_the_start_too_a_role_is_given_where_it_may_be(state, named):
    of = program(
        f"roles: {{mentor: {{assigned_by: [coordinator], assigned_in: {state}}}, coordinator: {{assigned_by: []}}}}\n"
        "started_by: [coordinator]\ninitial: search\nstates: {search: {}, work: {}, end: {final: true}}\n"
        "transitions:\n"
        "  - {id: go, from: search, to: work, by: [coordinator]}\n"
        "  - {id: stop, from: work, to: end, by: [mentor, coordinator]}\n"
    )
    life = Life(of, begin=False)

    outcome = life.do(c.Start("cleo", {"coordinator": ("cleo",), "mentor": ("bob",)}))

    if named:
        assert {r.person for r in done(outcome).records if isinstance(r, c.Assigned)} == {"cleo", "bob"}
    else:
        assert codes(outcome) == {"not_assigned_here"}


def test_a_card_tells_where_somebody_is_named():
    life = begun()

    lines = {line.label: line.value for line in card(OF, life.dyad, life.context, "cleo", "en").people}

    assert lines["Mentor"] == "nobody (assigned in: Search or trial)"
    assert lines["mentee"] == "nobody"


def test_a_role_that_is_given_late_cannot_act_before():
    text = """
dyade: "1.0"
id: trial
version: "1"
title: Trial
summary: A trial
locales: [en]
timezone: America/Toronto
started_by: [mentor]
roles:
  mentor: {label: Mentor}
  judge: {label: Judge, assigned_by: [mentor], assigned_in: b}
initial: a
states: {a: {label: A}, b: {label: B}, c: {label: C, final: true}}
transitions:
  - {id: go, label: Go, from: a, to: b, by: [mentor]}
  - {id: early, label: Early, from: a, to: c, by: [judge]}
  - {id: late, label: Late, from: b, to: c, by: [judge]}
"""
    found = [(d.code, d.facts["transition"]) for d in examine(text).findings if d.code == "R002"]

    assert found == [("R002", "early")]

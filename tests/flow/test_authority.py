"""May anybody do what the program does not list them for? Every role against every act."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from dyade.flow import messages as c
from dyade.flow.decide import decide
from dyade.flow.outcome import Decision, Refusal
from tests.flow.living import Life, codes, day, done, program, refused

OF = program("""
roles:
  mentor: {assigned_by: [coordinator], delegate_to: [coordinator]}
  mentee: {assigned_by: [coordinator]}
  coordinator: {assigned_by: [mentee]}
  observer: {count: {min: 0, max: 3}, assigned_by: [coordinator], accepts: true}
  office: {scope: program, count: {min: 0, max: 9}}
started_by: [mentee]
fields:
  goal: {type: text, set_by: [mentee]}
  score: {type: int, default: 0}
  later: {type: date}
  secret: {type: text, set_by: [mentor], visibility: [mentor]}
visibility:
  default: [mentor, mentee, coordinator, observer, office]
  break_glass: {items: [fields.secret], by: [office], for: 1 day, notify: {to: [mentor], template: opened}}
forms:
  sheet:
    entry: {a: {type: text}, b: {type: text, nullable: true, filled_by: [coordinator]}}
    filled_by: [mentor, coordinator]
    confirmed_by: [coordinator]
    corrected_by: [observer]
    available_in: here
    repeat: many
    limits: [{id: one_a_day, per: day, max: 9, waivable_by: [office]}]
    steps: [{id: pay, from: submitted, to: paid, by: [office]}]
  pact:
    entry: {a: {type: text}}
    filled_by: [mentor, mentee]
    signed_by: {all: [mentor, mentee]}
    available_in: here
series:
  peers:
    within: here
    dates_set_by: [coordinator]
    attendance_by: [mentor, office]
    mandatory: [mentee]
    absence: {by: [mentee, observer]}
certificates:
  proof: {title: Proof, issued_by: House, to: mentee, number: "P-{year}-{seq}", revoked_by: [office]}
initial: here
states: {here: {}, end: {final: true}}
transitions:
  - {id: award, from: here, by: [system], effects: [{certificate: proof}]}
  - {id: go, from: here, to: end, by: [mentee],
     guard: [{id: scored, when: fields.score >= 0, waivable_by: [observer]}]}
  - {id: agree, from: here, to: end, by: {all: [mentor, mentee]}}
  - {id: each_agrees, from: here, to: end, by: {each: [observer, mentee]}}
  - {id: vote, from: here, to: end, by: {quorum: 2, of: [observer, office]}}
  - {id: import, from: here, to: end, by: [system]}
  - {id: shut, from: here, to: end, by: [coordinator, system]}
  - {id: alone, from: here, auto: true, guard: [{id: scored_high, when: fields.score > 5}]}
  - {id: timed, from: here, to: end, at: fields.later}
  - {id: follow, from: here, upon: forms.sheet.confirmed, effects: [{set: {score: 1}}]}
""")

PEOPLE = {"mentor": ("bob",), "mentee": ("ana",), "coordinator": ("cleo",), "observer": ("gil", "pat")}
"""Pat has not accepted yet; otto was the mentor before bob; olga holds what is shared; zoe takes part in nothing."""
ACTORS = ("ana", "bob", "cleo", "gil", "pat", "otto", "olga", "zoe", c.SYSTEM, c.CLOCK)

MET = day("2026-09-21")
"""A day of a meeting."""
Act = Callable[[str], c.Command]

ACTS: dict[str, tuple[Act, str]] = {
    # what is done, and who may
    "assign": (lambda who: c.Assign(who, "mentee", "new"), "cleo system"),
    "assign what another assigns": (lambda who: c.Assign(who, "coordinator", "new"), "ana system"),
    "unassign": (lambda who: c.Unassign(who, "mentee", "ana"), "cleo system"),
    "replace": (lambda who: c.Replace(who, "mentor", "bob", "new"), "cleo system"),
    "assign what is for the whole program": (lambda who: c.Assign(who, "office", "new"), ""),
    "accept": (lambda who: c.Answer(who, "observer", True), "pat"),
    "decline": (lambda who: c.Answer(who, "observer", False), "pat"),
    "inform": (lambda who: c.ChangeAttributes(who, "bob", {}), ""),
    "note an erasure": (lambda who: c.NoteErasure(who, "request", 1), "system"),
    "bring two ids together": (lambda who: c.MergePersons(who, "bob", "nobody"), "system"),
    "set": (lambda who: c.SetField(who, "goal", "More"), "ana"),
    "empty": (lambda who: c.SetField(who, "goal", None), "ana"),
    "set what nobody sets": (lambda who: c.SetField(who, "score", 9), ""),
    "draft": (lambda who: c.Fill(who, "sheet", {"a": "x"}, submit=False), "bob cleo"),
    "fill": (lambda who: c.Fill(who, "sheet", {"a": "x"}), "bob cleo"),
    "fill what is for one role": (lambda who: c.Fill(who, "sheet", {"a": "x", "b": "y"}), "cleo"),
    "fill what is signed": (lambda who: c.Fill(who, "pact", {"a": "y"}), "ana bob"),
    "sign": (lambda who: c.Sign(who, "pact", 1), "ana"),
    "sign what is found": (lambda who: c.Sign(who, "pact"), "ana"),
    "withdraw a signature": (lambda who: c.Unsign(who, "pact", 1), "bob"),
    "confirm": (lambda who: c.Confirm(who, "sheet", 2), "cleo"),
    "take a step": (lambda who: c.Step(who, "sheet", "pay", 1), "olga"),
    "correct": (lambda who: c.Correct(who, "sheet", {"a": "z"}, "A slip.", 1), "gil"),
    "fire": (lambda who: c.Fire(who, "go"), "ana"),
    "assent with one of each role": (lambda who: c.Fire(who, "agree"), "ana"),
    "assent with everybody": (lambda who: c.Fire(who, "each_agrees"), "ana gil"),
    "vote": (lambda who: c.Fire(who, "vote"), "gil olga"),
    "withdraw an assent": (lambda who: c.WithdrawAssent(who, "agree"), "bob"),
    "fire what is for the host": (lambda who: c.Fire(who, "import"), "system"),
    "fire what is for the host too": (lambda who: c.Fire(who, "shut"), "cleo system"),
    "fire what fires by itself": (lambda who: c.Fire(who, "alone"), ""),
    "fire what time fires": (lambda who: c.Fire(who, "timed"), ""),
    "fire what follows": (lambda who: c.Fire(who, "follow"), ""),
    "waive a condition": (lambda who: c.Waive(who, "go", "scored", "It matters little."), "gil"),
    "waive a limit": (lambda who: c.Waive(who, "sheet", "one_a_day", "It matters little."), "olga"),
    "waive what nobody waives": (lambda who: c.Waive(who, "alone", "scored_high", "Please."), ""),
    "revoke a certificate": (lambda who: c.RevokeCertificate(who, "proof", "A forgery."), "olga"),
    "issue a certificate anew": (lambda who: c.ReissueCertificate(who, "proof", "A name."), "olga"),
    "plan meetings": (lambda who: c.PlanMeetings(who, "peers", (MET + 1,)), "cleo"),
    "move a meeting": (lambda who: c.MoveMeeting(who, "peers", MET + 7, MET + 8), "cleo"),
    "cancel a meeting": (lambda who: c.CancelMeeting(who, "peers", MET + 7), "cleo"),
    "take the attendance": (lambda who: c.Attend(who, "peers", MET, ("ana",)), "bob olga"),
    "excuse the mentee": (lambda who: c.Excuse(who, "peers", MET + 7, "ana"), "ana gil"),
    "open in an emergency": (lambda who: c.Reveal(who, "fields.secret", "Someone is in danger."), "olga"),
    "offer a place": (lambda who: c.Offer(who, "places", ""), ""),
    "start what has begun": (lambda who: c.Start(who, {"mentee": (who,)}), ""),
    "fill on paper for the mentor": (lambda who: c.Fill("bob", "sheet", {"a": "x"}, recorded_by=who), "bob cleo"),
    "set on paper for the mentee": (lambda who: c.SetField("ana", "goal", "x", recorded_by=who), "ana"),
}

TELLS_WHO_MAY = {"not_allowed", "by_enrolment", "unknown_event", "not_delegated", "not_on_paper", "already_begun"}
MAKES_NO_SENSE = {
    # acts on something of one's own, which others do not have
    "accept": {"nothing_to_answer"},
    "decline": {"nothing_to_answer"},
    "offer a place": {"not_waiting"},
    "withdraw a signature": {"never_signed"},
    "withdraw an assent": {"no_assent"},
    "sign": {"already_signed"},
    "sign what is found": {"already_signed"},
    "assent with one of each role": {"already_assented"},
    "inform": {"nothing_changed"},
    "waive what nobody waives": {"not_waivable"},
}


@cache
def life() -> Life:
    """A dyad in which every act of the table is possible."""
    made = Life(OF, PEOPLE | {"mentor": ("otto",)}, shared={"office": ("olga",)})
    made.tell(c.Answer("gil", "observer", True))
    made.tell(c.Replace("cleo", "mentor", "otto", "bob"))
    made.tell(c.SetField("ana", "goal", "Learn"))
    for _ in range(2):
        made.tell(c.Fill("bob", "sheet", {"a": "x"}))
    made.tell(c.Confirm("cleo", "sheet", 1))
    made.tell(c.Fill("bob", "pact", {"a": "x"}))
    made.tell(c.Sign("bob", "pact"))
    made.tell(c.Fire("bob", "agree"))
    made.tell(c.PlanMeetings("cleo", "peers", (MET, MET + 7)))
    made.tell(c.Fire(c.SYSTEM, "award"))
    return made


@pytest.mark.parametrize("who", ACTORS)
@pytest.mark.parametrize("act", ACTS)
def test_who_is_listed_may_and_nobody_else(act, who):
    """Everything else is refused before any effect: no record, no message, and time had nothing to do."""
    here = life()
    command, allowed = ACTS[act][0](who), ACTS[act][1].split()

    outcome = decide(OF, here.dyad, command, here.context)

    if who in allowed:
        assert isinstance(outcome, Decision), outcome.reasons
        assert outcome.dyad.revision == (here.dyad.revision if here.dyad else 0) + 1
    else:
        assert isinstance(outcome, Refusal)
        assert outcome.time is None
        assert codes(outcome) <= TELLS_WHO_MAY | MAKES_NO_SENSE.get(act, set())


def test_every_command_of_the_alphabet_is_in_the_table():
    """But the clock's, which anybody may ask for and which does nothing before its time."""
    tried = {type(make("ana")) for make, _ in ACTS.values()}

    assert tried | {c.Tick} == set(c.Command.__args__)


@pytest.mark.parametrize("who", ACTORS)
def test_a_refusal_for_want_of_a_role_does_not_tell_whether_there_is_anything_to_act_on(who):
    """The same answer with entries and without, in the state where it is possible and elsewhere."""
    empty = Life(OF, {role: people for role, people in PEOPLE.items() if role != "office"},
                 shared={"office": ("olga",)})  # fmt: skip
    full = life()
    for act in ("fill", "sign", "withdraw a signature", "confirm", "take a step", "correct"):
        make, allowed = ACTS[act]
        holders = {"sign": "ana bob", "withdraw a signature": "ana bob"}.get(act, allowed).split()
        if who in holders:
            continue
        answers = [refused(decide(OF, each.dyad, make(who), each.context)) for each in (empty, full)]

        assert answers[0] == answers[1], act
        assert {code for code, _ in answers[0]} == {"not_allowed"}, act


def test_losing_a_role_takes_effect_at_once():
    made = Life(OF, PEOPLE, shared={"office": ("olga",)})
    made.tell(c.Fire("ana", "agree"))
    made.tell(c.Replace("cleo", "mentee", "ana", "new"))

    assert codes(made.fire("ana", "go")) == {"not_allowed"}
    assert codes(made.do(c.WithdrawAssent("ana", "agree"))) == {"no_assent"}
    done(made.fire("new", "go"))


def test_losing_a_role_of_the_whole_program_takes_effect_at_once():
    made = Life(OF, PEOPLE, shared={"office": ("olga",)})
    done(made.do(c.Waive("olga", "sheet", "one_a_day", "It matters little.")))

    made.shared = {"office": ()}

    assert codes(made.do(c.Waive("olga", "sheet", "one_a_day", "It matters little."))) == {"not_allowed"}


def test_two_assents_need_two_persons_even_where_one_holds_both_roles():
    made = Life(OF, PEOPLE | {"mentor": ("ana",)}, shared={"office": ("olga",)})
    done(made.fire("ana", "agree"))

    assert codes(made.fire("ana", "agree")) == {"already_assented"}
    assert made.state == "here"


def test_nobody_confirms_what_they_have_filled_themselves():
    made = Life(OF, PEOPLE)
    done(made.fill("cleo", "sheet", a="x"))

    assert codes(made.do(c.Confirm("cleo", "sheet"))) == {"own_entry"}

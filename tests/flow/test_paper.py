"""What was done on paper: who may record it for whom, and for which day?"""

from __future__ import annotations

import pytest

from dyade.flow import messages as c
from tests.flow.living import Life, codes, day, done, program, refused, sentences

OF = program("""
roles:
  mentor: {count: {min: 1, max: 2}, delegate_to: [coordinator, office]}
  mentee: {delegate_to: [coordinator]}
  coordinator: {accepts: true}
  office: {scope: program, count: {min: 0, max: 3}}
fields: {goal: {type: text, set_by: [mentor]}}
forms:
  pact:
    entry: {ends: {type: date}, note: {type: text, nullable: true, filled_by: [coordinator]}}
    filled_by: [mentor, mentee]
    signed_by: {each: [mentor, mentee]}
    available_in: [here]
  sheet:
    entry: {hours: {type: int}}
    filled_by: [mentor]
    confirmed_by: [mentee]
    corrected_by: [mentor]
    steps: [{id: pay, from: submitted, to: paid, by: [mentor]}]
    repeat: many
    available_in: [here]
    limits: [{id: most, per: week, max: 9, of: hours, waivable_by: [mentor]}]
    aggregates: {week: {sum: hours, window: 7 days}}
  own:
    entry: {a: {type: text}}
    filled_by: [coordinator]
    available_in: [here]
initial: here
states: {here: {}, end: {final: true}}
transitions:
  - {id: go, from: here, to: end, by: [mentor], guard: [{id: signed, when: forms.pact.signed, waivable_by: [mentor]}]}
  - {id: agree, from: here, to: end, by: {all: [mentor, mentee]}}
""")
LAST_WEEK = day("2026-09-16")


def begun(**people: tuple[str, ...]) -> Life:
    held = {"mentor": ("bob",), "mentee": ("ana",), "coordinator": ("cleo",)} | people
    life = Life(OF, held, shared={"office": ("olga",)})
    for person in held["coordinator"]:
        done(life.do(c.Answer(person, "coordinator", True)))
    return life


PACT = c.Fill("bob", "pact", {"ends": "2026-12-01"}, on=LAST_WEEK)
SHEET = c.Fill("bob", "sheet", {"hours": 3}, on=LAST_WEEK)


@pytest.mark.parametrize("by", ["cleo", "olga"])
def test_those_whom_a_role_lists_record_for_its_holders_and_the_record_names_both(by):
    life = begun()

    done(life.do(PACT._replace(recorded_by=by)))

    head = life.records[-1].head
    assert (head.actor, head.recorded_by, head.on) == ("bob", by, LAST_WEEK)
    assert life.dyad is not None
    [entry] = life.dyad.entries["pact"]
    assert (entry.by, entry.role, entry.on) == ("bob", "mentor", LAST_WEEK)


def test_signatures_bear_their_own_days_and_the_last_one_puts_in_force():
    """Typed in on the same day, in another order than they were given."""
    life = begun()
    done(life.do(PACT._replace(recorded_by="cleo")))

    done(life.do(c.Sign("ana", "pact", recorded_by="cleo", on=day("2026-09-18"))))
    done(life.do(c.Sign("bob", "pact", recorded_by="cleo", on=LAST_WEEK)))

    assert life.dyad is not None
    [entry] = life.dyad.entries["pact"]
    assert [(s.person, s.signed_on) for s in entry.signatures] == [("ana", day("2026-09-18")), ("bob", LAST_WEEK)]
    assert (entry.complete, entry.complete_on) == (True, day("2026-09-18"))


@pytest.mark.parametrize("by", ["zoe", "ana", "dan"])
def test_nobody_else_does(by):
    life = begun(mentor=("bob", "dan"))

    outcome = life.do(PACT._replace(recorded_by=by))

    assert refused(outcome) == {("not_delegated", "")}
    [told] = sentences(OF, outcome)
    assert told == f"{by} may not record for bob. That is for: coordinator, office."


def test_who_has_not_accepted_the_role_that_is_listed_does_not_yet():
    life = Life(OF)

    assert codes(life.do(PACT._replace(recorded_by="cleo"))) == {"not_delegated"}


def test_who_has_lost_the_role_that_is_listed_does_not_any_more():
    life = begun()
    done(life.do(c.Unassign(c.SYSTEM, "coordinator", "cleo")))

    assert codes(life.do(PACT._replace(recorded_by="cleo"))) == {"not_delegated"}


def test_it_is_the_role_in_which_one_acts_that_delegates():
    """Bob is a mentor too, and mentors delegate; what a coordinator fills is recorded by nobody else."""
    life = begun(coordinator=("bob",))

    outcome = life.do(c.Fill("bob", "own", {"a": "x"}, recorded_by="olga"))

    assert refused(outcome) == {("not_delegable", "")}
    done(life.do(PACT._replace(recorded_by="olga")))


def test_whoever_records_lends_none_of_their_own_rights():
    """The note is for the coordinator, and it is the mentor who fills."""
    life = begun()

    outcome = life.do(PACT._replace(data={"ends": "2026-12-01", "note": "x"}, recorded_by="cleo"))

    assert refused(outcome) == {("not_allowed", "fill pact.note")}


@pytest.mark.parametrize(("person", "form"), [("zoe", "pact"), ("ana", "sheet"), ("cleo", "pact")])
def test_nothing_is_recorded_for_who_might_not_have_done_it(person, form):
    life = begun()

    assert refused(life.do(c.Fill(person, form, {}, recorded_by="olga"))) == {("not_allowed", f"fill {form}")}


def test_recording_for_oneself_is_doing():
    life = begun()

    done(life.do(PACT._replace(recorded_by="bob")))

    assert life.dyad is not None
    assert life.dyad.entries["pact"][0].by == "bob"


NEVER_ON_PAPER = [
    c.Start("ana", {"mentee": ("ana",)}),
    c.Assign("cleo", "mentor", "dan"),
    c.Unassign("cleo", "mentor", "bob"),
    c.Replace("cleo", "mentor", "bob", "dan"),
    c.Answer("bob", "mentor", True),
    c.SetField("bob", "goal", "x"),
    c.Unsign("bob", "pact"),
    c.Confirm("ana", "sheet"),
    c.Step("bob", "sheet", "pay"),
    c.Fire("bob", "go"),
    c.Fire("ana", "agree"),
    c.WithdrawAssent("bob", "agree"),
    c.Waive("bob", "go", "signed", "Agreed."),
    c.RevokeCertificate("bob", "proof", "A forgery."),
    c.ReissueCertificate("bob", "proof", "A name."),
    c.Correct("bob", "sheet", {"hours": 4}, "A slip."),
    c.ChangeAttributes("bob", "bob", {}),
    c.NoteErasure("bob", "request", 1),
    c.MergePersons("bob", "bob", "ana"),
    c.Offer("bob", "places", ""),
    c.Reveal("bob", "fields.secret", "Someone is in danger."),
    c.PlanMeetings("bob", "peers", (738_000,)),
    c.MoveMeeting("bob", "peers", 738_000, 738_001),
    c.CancelMeeting("bob", "peers", 738_000),
    c.Attend("bob", "peers", None, ("ana",)),
    c.Excuse("bob", "peers", 738_000, "bob"),
]


@pytest.mark.parametrize("command", NEVER_ON_PAPER, ids=lambda command: type(command).__name__)
def test_an_act_an_acceptance_an_assent_are_never_recorded_for_someone(command):
    life = begun()

    assert codes(life.do(command._replace(recorded_by="olga"))) == {"not_on_paper"}


def test_every_other_command_is_in_that_list():
    assert {type(command) for command in NEVER_ON_PAPER} | {c.Fill, c.Sign, c.Tick} == set(c.Command.__args__)


# -------------------------------------------------------------------------------------------------------------- the day


@pytest.mark.parametrize("command", [PACT, SHEET, c.Fire("bob", "agree"), c.SetField("bob", "goal", "x")])
def test_nothing_is_recorded_of_tomorrow(command):
    life = begun()

    assert refused(life.do(command._replace(on=day("2026-09-22")))) == {("in_future", "")}
    done(life.do(command._replace(on=day("2026-09-21"))))


@pytest.mark.parametrize("on", [0, -1, -(10**9)])
def test_a_day_that_no_calendar_holds_is_refused(on):
    assert refused(begun().do(PACT._replace(on=on))) == {("datum_type", "on")}


def test_a_day_far_ahead_is_refused_in_words():
    outcome = begun().do(PACT._replace(on=10**9))

    assert sentences(OF, outcome) == ("9999-12-31 is in the future: only what has happened can be recorded.",)


def test_what_happened_may_be_older_than_the_dyad():
    life = begun()

    done(life.do(PACT._replace(on=day("2020-02-29"))))

    assert life.records[-1].head.on == day("2020-02-29")


def test_figures_go_by_the_day_on_which_it_happened():
    """The week of the hours is that of their day, not that of the day they were typed in."""
    life = begun()
    for hours, on in ((5, "2026-09-14"), (4, "2026-09-16")):
        done(life.do(SHEET._replace(data={"hours": hours}, on=day(on))))

    assert codes(life.do(SHEET._replace(data={"hours": 1}, on=day("2026-09-20")))) == {"limit"}
    done(life.do(SHEET._replace(data={"hours": 9}, on=day("2026-09-21"))))


def test_a_record_is_written_today_whatever_day_it_is_about():
    life = begun()

    done(life.do(PACT))

    head = life.records[-1].head
    assert (head.at, head.recorded_at, head.on) == (life.now, life.now, LAST_WEEK)

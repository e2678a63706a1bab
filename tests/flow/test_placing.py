"""Is a dyad that is put where it stands the fold of its records, and alive from there on?"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dyade.flow.decide import decide
from dyade.flow.evolve import fold
from dyade.flow.messages import SYSTEM, Filled, Fire, Moved, Placed, Reminded, Signed, Stepped
from dyade.flow.outcome import Context, Decision, Refusal
from dyade.flow.placing import Entered, Gathering, Placement, place
from dyade.program.conditions.values import instant_of
from dyade.program.load import load
from dyade.program.program import Program
from tests.flow.living import program as small

PROGRAM = Path(__file__).resolve().parents[1] / "authoring" / "workshop.yaml"
PEOPLE = {"lead": ("lea",), "coach": ("cora",), "learner": ("leo",)}
NOW = instant_of(datetime(2026, 9, 1, 13, 0, tzinfo=UTC))
CONTEXT = Context(NOW, {"desk": ("dana",)}, {"cora": {"senior": False}})
PLAN = {"goal": "Learn", "ends_on": "2026-12-18"}
DAY = date(2026, 8, 20).toordinal()


@pytest.fixture(scope="module")
def program() -> Program:
    return load(PROGRAM.read_bytes(), PROGRAM.name)


def put(program: Program, *leaves: str, **more) -> Decision:
    outcome = place(program, "D-1", Placement(leaves, PEOPLE, **more), CONTEXT)
    assert isinstance(outcome, Decision)
    return outcome


def test_a_dyad_stands_where_it_is_put_as_if_it_had_been_nowhere_else(program):
    decision = put(program, "working.second")

    assert dict(decision.dyad.leaves) == {"": "working.second"}
    assert set(decision.dyad.stays) == {"working", "working.second"}
    assert next(kind for kind in decision.records if isinstance(kind, Placed)).leaves == ("working.second",)


def test_its_records_fold_to_it(program):
    decision = put(program, "working.first", forms={"plan": (PLAN,)}, fields={"trade": "sound"})

    assert fold(program, "D-1", decision.records) == decision.dyad
    assert {record.head.revision for record in decision.records} == {1}


def test_nobody_is_judged_and_nobody_has_to_accept(program):
    decision = put(program, "planning")

    [coach] = decision.dyad.holdings["coach"]
    assert (coach.person, coach.pending, dict(coach.attributes)) == ("cora", False, {"senior": False})


def test_a_form_is_filled_signed_and_copied_to_its_fields(program):
    decision = put(program, "working.first", forms={"plan": (PLAN,)})

    [entry] = decision.dyad.entries["plan"]
    assert entry.complete
    assert entry.by == "cora"
    assert [signature.person for signature in entry.signatures] == ["cora", "leo"]
    assert decision.dyad.fields["ends_on"] == date(2026, 12, 18).toordinal()
    assert [record.head.actor for record in decision.records if isinstance(record, Filled | Signed)] == [
        "cora", "cora", "leo",
    ]  # fmt: skip


def test_an_entry_to_be_confirmed_is_confirmed(program):
    decision = put(program, "working.first", forms={"hours": ({"on_day": "2026-08-31", "hours": 3},) * 2})

    assert [entry.complete for entry in decision.dyad.entries["hours"]] == [True, True]
    assert [entry.confirmed for entry in decision.dyad.entries["hours"]] == [("cora",), ("cora",)]


def test_a_field_wins_over_what_a_form_sets(program):
    decision = put(program, "working.first", forms={"plan": (PLAN,)}, fields={"ends_on": "2027-01-15"})

    assert decision.dyad.fields["ends_on"] == date(2027, 1, 15).toordinal()


def test_where_nobody_holds_a_role_the_host_stands_in(program):
    outcome = place(program, "D-1", Placement(("planning",), {}, {}, {"plan": ({"goal": "x"},)}), CONTEXT)

    assert isinstance(outcome, Decision)
    [entry] = outcome.dyad.entries["plan"]
    assert (entry.by, entry.complete, entry.signatures) == (SYSTEM, True, ())


def test_what_follows_by_itself_follows(program):
    decision = put(program, "planning", forms={"plan": (PLAN,)})

    [moved] = [record for record in decision.records if isinstance(record, Moved)]
    assert (moved.transition, moved.head.actor) == ("begin", SYSTEM)
    assert decision.dyad.leaves[""] == "working.first"


def test_a_reminder_whose_day_had_passed_is_missed_and_not_sent(program):
    decision = put(program, "working.first", fields={"ends_on": "2026-09-05"})

    [reminded] = [record for record in decision.records if isinstance(record, Reminded)]
    assert (reminded.reminder, reminded.status) == ("nearly", "missed")
    assert decision.effects == ()


def test_the_next_due_instant_is_told(program):
    decision = put(program, "planning")

    assert decision.next_due == instant_of(datetime(2026, 9, 9, 12, 30, tzinfo=UTC))


def test_it_lives_on_from_there(program):
    decision = put(program, "working.first", fields={"trade": "sound", "ends_on": "2026-12-18"})

    outcome = decide(program, decision.dyad, Fire("cora", "go_on"), CONTEXT)

    assert isinstance(outcome, Decision)
    assert outcome.dyad.leaves[""] == "working.second"
    assert outcome.dyad.revision == 2


@pytest.mark.parametrize(
    ("given", "code", "about"),
    [
        ({"fields": {"ends_on": "soon"}}, "datum_type", "ends_on"),
        ({"fields": {"nothing": 1}}, "unknown_datum", "nothing"),
        ({"forms": {"plans": (PLAN,)}}, "unknown_form", "plans"),
        ({"forms": {"plan": ({"goal": 3},)}}, "datum_type", "goal"),
    ],
)
def test_what_cannot_be_read_at_all_is_refused(program, given, code, about):
    outcome = place(program, "D-1", Placement(("planning",), PEOPLE, **given), CONTEXT)

    assert isinstance(outcome, Refusal)
    assert [(reason.code, reason.about) for reason in outcome.reasons] == [(code, about)]


# ------------------------------------------------------------------------------------------- how far an entry has come


HOURS = {"on_day": "2026-08-31", "hours": 3}


def test_an_entry_has_the_signatures_that_are_said_and_waits_for_the_others(program):
    decision = put(program, "planning", forms={"plan": (Entered(PLAN, signed=("leo",)),)})

    [entry] = decision.dyad.entries["plan"]
    assert (entry.complete, [s.person for s in entry.signatures]) == (False, ["leo"])
    assert decision.dyad.fields == {}
    assert fold(program, "D-1", decision.records) == decision.dyad


def test_an_entry_with_every_signature_that_is_said_is_complete(program):
    decision = put(program, "working.first", forms={"plan": (Entered(PLAN, signed=("leo", "cora")),)})

    assert decision.dyad.entries["plan"][0].complete
    assert "ends_on" in decision.dyad.fields


def test_an_entry_that_nobody_confirmed_waits(program):
    entries = (Entered(HOURS, confirmed=()), Entered(HOURS, confirmed=("cora",)), HOURS)

    decision = put(program, "working.first", forms={"hours": entries})

    assert [entry.complete for entry in decision.dyad.entries["hours"]] == [False, True, True]


def test_an_entry_says_who_filled_it_and_when(program):
    decision = put(program, "planning", forms={"plan": (Entered(PLAN, by="leo", on=DAY, signed=()),)})

    [entry] = decision.dyad.entries["plan"]
    assert (entry.by, entry.role, entry.on) == ("leo", "learner", DAY)
    assert decision.records[-1].head.on == DAY


def test_an_entry_stands_in_its_situation_and_the_effects_of_the_step_are_not_done(program):
    decision = put(program, "working.first", forms={"expense": (Entered({"amount": "3.00"}, step="paid"),)})

    assert decision.dyad.entries["expense"][0].step == "paid"
    assert decision.effects == ()
    assert [(r.step, r.to, r.head.actor) for r in decision.records if isinstance(r, Stepped)] == [
        ("pay", "paid", "lea")
    ]


@pytest.mark.parametrize(
    ("form", "entry", "code"),
    [
        ("expense", Entered({"amount": "3.00"}, step="lost"), "unknown_step"),
        ("plan", Entered(PLAN, signed=("leo",), step="gone"), "unknown_step"),
    ],
)
def test_an_entry_stands_in_no_situation_that_does_not_exist(program, form, entry, code):
    outcome = place(program, "D-1", Placement(("working.first",), PEOPLE, {}, {form: (entry,)}), CONTEXT)

    assert isinstance(outcome, Refusal)
    assert [reason.code for reason in outcome.reasons] == [code]


# ------------------------------------------------------------------------------------------------------------- meetings

CIRCLE = """
fields: {seen: {type: int, default: 0}}
series: {peers: {at: 18:30, within: [open], dates_set_by: [mentor], attendance_by: [mentor], mandatory: [mentee]}}
initial: open
states: {open: {}, done: {final: true}}
transitions:
  - {id: note, from: open, upon: series.peers.held, effects: [{set: {seen: fields.seen + 1}}]}
  - {id: finish, from: open, to: done, by: [mentor], guard: [{id: come, when: series.peers.missed == 0}]}
"""
FIRST, SECOND, COMING = (date(2026, 8, 4).toordinal(), date(2026, 8, 18).toordinal(), date(2026, 9, 15).toordinal())


def gathered(*meetings: Gathering, series: str = "peers") -> Decision | Refusal:
    placement = Placement(("open",), {"mentor": ("bob",), "mentee": ("ana",)}, meetings={series: meetings})
    return place(small(CIRCLE), "D-1", placement, Context(NOW, {}))


def test_meetings_are_there_as_they_were_held_missed_excused_cancelled_or_planned():
    outcome = gathered(
        Gathering(FIRST, present=("ana", "bob")),
        Gathering(SECOND, present=("bob",), excused=("ana",)),
        Gathering(SECOND + 1, present=("bob",)),
        Gathering(COMING, cancelled=True),
        Gathering(COMING, 9 * 60),
    )

    assert isinstance(outcome, Decision)
    told = [(one.on, one.at, one.status, one.turnout, one.missed) for one in outcome.dyad.meetings["peers"]]
    assert told == [
        (FIRST, None, "held", "attended", ()),
        (SECOND, None, "held", "excused", ()),
        (SECOND + 1, None, "held", "missed", ("ana",)),
        (COMING, None, "cancelled", "", ()),
        (COMING, 9 * 60, "planned", "", ()),
    ]
    assert fold(small(CIRCLE), "D-1", outcome.records) == outcome.dyad


def test_nothing_follows_from_a_meeting_that_was_held_before():
    outcome = gathered(Gathering(FIRST, present=("ana",)))

    assert isinstance(outcome, Decision)
    assert not [record for record in outcome.records if isinstance(record, Moved)]


@pytest.mark.parametrize(
    ("meetings", "code"),
    [
        ((Gathering(COMING, present=()),), "not_held_yet"),
        ((Gathering(COMING), Gathering(COMING)), "same_day"),
        ((Gathering(0),), "datum_type"),
    ],
)
def test_meetings_that_cannot_be_are_refused(meetings, code):
    outcome = gathered(*meetings)

    assert isinstance(outcome, Refusal)
    assert {reason.code for reason in outcome.reasons} == {code}


def test_meetings_of_a_series_that_is_not_there_are_refused():
    outcome = gathered(Gathering(COMING), series="walks")

    assert isinstance(outcome, Refusal)
    assert [reason.code for reason in outcome.reasons] == ["unknown_series"]

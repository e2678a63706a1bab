"""What becomes of planned meetings: days, attendance, absences, and what conditions and time make of them?"""

from __future__ import annotations

import pytest

from dyade.flow.messages import Attend, CancelMeeting, Excuse, MoveMeeting, PlanMeetings
from dyade.flow.outcome import Decision
from dyade.flow.plan import plan_of
from dyade.flow.series import MOST_MEETINGS
from dyade.flow.snapshot import SnapshotCodec
from dyade.flow.telling.cards import card
from dyade.flow.telling.explain import explain
from dyade.flow.telling.timeline import timeline
from tests.flow.living import Life, codes, day, done, moment, program, reason, refused, sentences

READS = ("planned", "held", "attended", "missed", "excused", "overdue", "next", "last")
TEXT = """
params: {notice: {value: 2 days}}
fields:
  seen: {type: date, visibility: [mentee, coordinator]}
  planned: {type: int, formula: series.peers.planned}
  held: {type: int, formula: series.peers.held}
  attended: {type: int, formula: series.peers.attended}
  missed: {type: int, formula: series.peers.missed}
  excused: {type: int, formula: series.peers.excused}
  overdue: {type: int, formula: series.peers.overdue}
  next: {type: date, formula: series.peers.next}
  last: {type: date, formula: series.peers.last}
series:
  peers:
    label: {en: Peer meetings}
    every: 2 weeks
    within: [open]
    dates_set_by: [coordinator]
    attendance_by: [coordinator, mentor]
    mandatory: [mentee]
    absence: {by: [mentee, coordinator], before: params.notice}
    visibility: [mentee, coordinator]
  walks: {beforehand: true, within: open, dates_set_by: mentee, attendance_by: mentee}
initial: open
states: {open: {}, over: {}, done: {final: true}}
transitions:
  - {id: note, from: open, upon: series.peers.held, effects: [{set: {seen: item.date}}, {notify: {to: mentee, template: held}}]}
  - {id: warn, from: open, upon: series.peers.moved, effects: [{notify: {to: mentee, template: moved}}]}
  - {id: regret, from: open, upon: series.peers.cancelled, effects: [{notify: {to: mentee, template: gone}}]}
  - {id: tell, from: open, upon: series.peers.excused, effects: [{notify: {to: mentor, template: away}}]}
  - {id: finish, from: open, to: done, by: [mentor], guard: [{id: enough, when: series.peers.attended >= 2}]}
  - {id: worry, from: open, auto: true, guard: [{id: late, when: series.peers.overdue > 0}], effects: [{notify: {to: coordinator, template: late}}]}
  - {id: leave, from: open, to: over, by: [mentor]}
  - {id: end, from: over, to: done, by: [mentor]}
reminders:
  - {id: before, to: [mentee], while: open, each: series.peers, at: item.date - 2 days, stop_when: item.excused, template: soon}
templates:
  soon: {subject: Soon, body: "Meeting on {item.date}."}
  held: {subject: Held, body: "Held on {item.date}."}
  late: {subject: Late, body: Late}
  moved: {subject: Moved, body: "To {item.date}."}
  away: {subject: Away, body: Away}
  gone: {subject: Gone, body: "Not on {item.date}."}
"""  # noqa: E501 (flows of YAML)
OF = program(TEXT)
A, B, C = "2026-10-01", "2026-10-15", "2026-10-29"


def life(*days: str, now: str = "2026-09-21 10:00") -> Life:
    found = Life(OF, now=now)
    return found.tell(PlanMeetings("cleo", "peers", tuple(map(day, days)))) if days else found


def read(of: Life) -> dict[str, str]:
    """What is read of the series, those that say something."""
    shown = {line.label: line.value for line in card(of.program, of.dyad, of.context, "cleo", "en").fields}
    return {name: shown[name] for name in READS if shown.get(name, "0") != "0"}


def planned_on(of: Life) -> list[int]:
    return [meeting.on for meeting in of.dyad.meetings.get("peers", ())]


# ----------------------------------------------------------------------------------------------------------------- days


def test_meetings_are_planned_and_the_first_to_come_is_next():
    assert read(life(A, B)) == {"planned": "2", "next": A}


def test_days_are_laid_out_at_the_interval_until_a_day():
    found = life()

    done(found.do(PlanMeetings("cleo", "peers", (day(A),), day(C))))

    assert planned_on(found) == [day(A), day(B), day(C)]


def test_without_an_interval_each_day_is_given():
    outcome = life().do(PlanMeetings("ana", "walks", (day(A),), day(C)))

    assert refused(outcome) == {("no_interval", "walks")}
    assert "give each day" in sentences(OF, outcome)[0]


def test_a_series_has_one_meeting_a_day_and_a_cancelled_one_leaves_its_day_free():
    found = life(A)

    assert codes(found.do(PlanMeetings("cleo", "peers", (day(A),)))) == {"same_day"}
    assert codes(found.do(PlanMeetings("cleo", "peers", (day(B), day(B))))) == {"same_day"}
    done(found.do(CancelMeeting("cleo", "peers", day(A))))
    done(found.do(PlanMeetings("cleo", "peers", (day(A),))))
    assert read(found) == {"planned": "1", "next": A}


def test_what_is_planned_beforehand_is_neither_planned_nor_moved_to_a_day_that_has_passed():
    found = life()
    found.tell(PlanMeetings("ana", "walks", (day("2026-09-21"),)))

    assert codes(found.do(PlanMeetings("ana", "walks", (day(A), day("2026-09-20"))))) == {"day_passed"}
    assert codes(found.do(MoveMeeting("ana", "walks", day("2026-09-21"), day("2026-09-20")))) == {"day_passed"}
    assert "beforehand" in sentences(OF, found.last)[0]


def test_nobody_plans_meetings_without_end():
    outcome = life().do(PlanMeetings("cleo", "peers", (day(A),), day("9999-12-31")))

    assert reason(outcome).facts["max"] == MOST_MEETINGS


@pytest.mark.parametrize("days", [(0,), (10**9,), (day(A), -1)])
def test_a_day_that_no_calendar_has_is_refused(days):
    assert codes(life().do(PlanMeetings("cleo", "peers", days))) == {"datum_type"}


def test_no_day_at_all_is_refused():
    assert codes(life().do(PlanMeetings("cleo", "peers", ()))) == {"required"}


@pytest.mark.parametrize(
    "command",
    [
        PlanMeetings("ana", "peers", (day(B),)),
        MoveMeeting("ana", "peers", day(A), day(B)),
        CancelMeeting("bob", "peers", day(A)),
        Attend("ana", "peers", day(A), ("ana",)),
        Excuse("bob", "peers", day(A), "ana"),
    ],
)
def test_only_those_who_are_listed_act_on_meetings(command):
    found = life(A)

    assert codes(found.do(command)) == {"not_allowed"}
    assert sentences(OF, found.last)


def test_a_series_that_does_not_exist_is_told_with_those_that_do():
    assert reason(life().do(CancelMeeting("cleo", "piers", day(A)))).facts["known"] == ("peers", "walks")


def test_a_meeting_moves_with_its_day_and_its_number():
    found = life(A, B)

    done(found.do(MoveMeeting("cleo", "peers", day(A), day(C))))

    [moved, other] = found.dyad.meetings["peers"]
    assert (moved.n, moved.on, moved.first_on) == (1, day(C), day(A))
    assert (other.n, other.on) == (2, day(B))
    assert read(found) == {"planned": "2", "next": B}


def test_a_meeting_is_not_moved_to_a_day_that_is_taken_nor_is_one_that_does_not_exist():
    found = life(A, B)

    assert codes(found.do(MoveMeeting("cleo", "peers", day(A), day(B)))) == {"same_day"}
    assert codes(found.do(MoveMeeting("cleo", "peers", day(C), day("2026-11-12")))) == {"no_meeting"}


def test_outside_its_states_nothing_is_planned_but_a_meeting_is_still_cancelled_until_the_end():
    found = life(A, B)
    done(found.fire("bob", "leave"))

    assert codes(found.do(PlanMeetings("cleo", "peers", (day(C),)))) == {"series_closed"}
    done(found.do(CancelMeeting("cleo", "peers", day(A))))
    done(found.fire("bob", "end"))
    assert codes(found.do(CancelMeeting("cleo", "peers", day(B)))) == {"ended"}


# ----------------------------------------------------------------------------------------------------------- attendance


def test_who_had_to_be_there_and_was_not_has_missed_it():
    found = life(A, B).on(f"{B} 18:00")

    done(found.do(Attend("cleo", "peers", day(A), ("ana", "bob"))))
    done(found.do(Attend("bob", "peers", day(B), ("bob",))))

    assert read(found) == {"held": "2", "attended": "1", "missed": "1", "last": B}


def test_without_a_day_the_oldest_meeting_that_waits_is_meant():
    found = life(A, B).on(f"{B} 18:00")

    done(found.do(Attend("cleo", "peers", None, ("ana",))))

    assert read(found) == {"planned": "1", "held": "1", "attended": "1", "next": B, "last": A}


def test_attendance_waits_for_the_day_of_the_meeting():
    found = life(B)

    assert codes(found.do(Attend("cleo", "peers", day(B), ("ana",)))) == {"not_held_yet"}
    assert codes(found.do(Attend("cleo", "peers", None, ("ana",)))) == {"no_meeting_due"}
    assert codes(found.do(Attend("cleo", "peers", day(A), ("ana",)))) == {"no_meeting"}


def test_a_stranger_is_at_no_meeting():
    found = life(A).on(f"{A} 18:00")

    assert refused(found.do(Attend("cleo", "peers", day(A), ("ana", "zoe", "yan")))) == {("not_expected", "peers")}


def test_attendance_said_again_is_put_right_and_nothing_follows_twice():
    found = life(A).on(f"{A} 18:00")
    done(found.do(Attend("cleo", "peers", day(A), ())))
    assert read(found)["missed"] == "1"

    done(found.do(Attend("cleo", "peers", day(A), ("ana",))))

    assert read(found) == {"held": "1", "attended": "1", "last": A}
    assert found.sent().count(("ana", "held")) == 1


def test_what_waits_for_a_meeting_reads_its_day():
    found = life(A).on("2026-10-03 09:00")

    done(found.do(Attend("cleo", "peers", day(A), ("ana",))))

    assert found.fields["seen"] == day(A)


def test_a_meeting_that_was_held_is_no_more_moved_cancelled_or_excused():
    found = life(A).on(f"{A} 18:00")
    done(found.do(Attend("cleo", "peers", day(A), ())))

    for command in (
        MoveMeeting("cleo", "peers", day(A), day(B)),
        CancelMeeting("cleo", "peers", day(A)),
        Excuse("cleo", "peers", day(A), "ana"),
    ):
        assert codes(found.do(command)) == {"already_held"}


def test_what_waits_for_a_meeting_to_move_or_to_be_cancelled_reads_the_day_that_it_now_has():
    found = life(A)

    found.tell(MoveMeeting("cleo", "peers", day(A), day(B))).tell(CancelMeeting("cleo", "peers", day(B)))

    assert [(sent.template, sent.facts[0][0]) for sent in found.effects] == [("moved", day(B)), ("gone", day(B))]


def test_where_nobody_has_to_be_there_a_meeting_that_was_held_was_attended():
    found = life(A)
    done(found.do(PlanMeetings("ana", "walks", (day(A),))))
    done(found.on(f"{A} 18:00").do(Attend("ana", "walks", None, ())))

    assert found.dyad.meetings["walks"][0].turnout == "attended"


# ------------------------------------------------------------------------------------------------------------- absences


def test_an_absence_that_was_excused_is_not_missed():
    found = life(A)
    done(found.do(Excuse("ana", "peers", day(A), "ana")))

    done(found.on(f"{A} 18:00").do(Attend("cleo", "peers", None, ())))

    assert read(found) == {"held": "1", "excused": "1", "last": A}


def test_who_was_excused_and_came_has_attended():
    found = life(A)
    done(found.do(Excuse("ana", "peers", day(A), "ana")))

    done(found.on(f"{A} 18:00").do(Attend("cleo", "peers", None, ("ana",))))

    assert read(found)["attended"] == "1"


@pytest.mark.parametrize(("now", "excused"), [("2026-09-29 23:59", True), ("2026-09-30 00:00", False)])
def test_an_absence_is_announced_so_long_before(now, excused):
    found = life(A).on(now)

    outcome = found.do(Excuse("ana", "peers", day(A), "ana"))

    told = set() if excused else {("excused_too_late", "peers")}
    assert (set() if isinstance(outcome, Decision) else refused(outcome)) == told
    assert bool(found.dyad.meetings["peers"][0].excused) == excused


def test_people_excuse_themselves_and_other_roles_excuse_them():
    found = Life(OF, {"mentor": ("bob",), "mentee": ("ana",), "coordinator": ("cleo",)})
    found.tell(PlanMeetings("cleo", "peers", (day(A), day(B))))

    done(found.do(Excuse("cleo", "peers", day(A), "ana")))
    assert codes(found.do(Excuse("ana", "peers", day(B), "bob"))) == {"not_allowed"}
    assert codes(found.do(Excuse("cleo", "peers", day(B), "bob"))) == {"not_expected"}
    assert codes(found.do(Excuse("ana", "peers", day(A), "ana"))) == {"already_excused"}


def test_a_meeting_that_moves_is_expected_of_everybody_again():
    found = life(A)
    done(found.do(Excuse("ana", "peers", day(A), "ana")))

    done(found.do(MoveMeeting("cleo", "peers", day(A), day(B))))

    assert found.dyad.meetings["peers"][0].excused == ()


def test_who_is_excused_may_be_spared_the_reminder_and_others_told():
    found = life(A, B)
    found.tell(Excuse("ana", "peers", day(A), "ana"))

    found.live("2026-10-20 00:00")

    assert ("bob", "away") in found.sent()
    assert [when for when, *_ in found.reminded("sent")] == ["2026-10-13 09:00"]


def test_a_series_that_excuses_nobody_says_so():
    found = life()
    done(found.do(PlanMeetings("ana", "walks", (day(A),))))

    assert codes(found.do(Excuse("ana", "walks", day(A), "ana"))) == {"not_allowed"}


# ----------------------------------------------------------------------------------------------------------------- time


def test_a_day_that_passes_holds_nobody_absent_and_the_meeting_becomes_overdue():
    found = life(A)

    found.live("2026-10-02 00:00")

    assert read(found) == {"planned": "1", "overdue": "1"}
    assert ("cleo", "late") in found.sent()


def test_time_looks_again_the_day_after_a_meeting():
    found = life(A).live("2026-09-29 12:00")

    assert moment(found.due) == "2026-10-02 00:00"


def test_each_meeting_is_recalled_and_the_reminder_moves_with_it():
    found = life(A, B)
    found.tell(MoveMeeting("cleo", "peers", day(A), day("2026-10-05")))

    found.live("2026-10-20 00:00")

    assert [(when, status) for when, _, _, _, status in found.reminded()] == [
        ("2026-10-03 09:00", "sent"), ("2026-10-13 09:00", "sent"),
    ]  # fmt: skip


def test_a_reminder_already_sent_is_sent_again_for_the_new_day():
    found = life(A).live("2026-09-29 10:00")
    found.tell(MoveMeeting("cleo", "peers", day(A), day(B)))

    found.live(f"{B} 00:00")

    assert [when for when, *_ in found.reminded("sent")] == ["2026-09-29 09:00", "2026-10-13 09:00"]


def test_a_meeting_that_is_cancelled_is_recalled_no_more():
    found = life(A)
    assert moment(found.due) == "2026-09-29 09:00"

    found.tell(CancelMeeting("cleo", "peers", day(A)))

    assert found.due is None


# --------------------------------------------------------------------------------------------------------- what is told


def test_a_guard_counts_meetings_and_says_what_to_do():
    told = explain(OF, (found := life(A)).dyad, found.context, "cleo", "en", "finish").transitions[0]

    clause = next(clause for clause in told.clauses if clause.id == "enough")
    assert clause.sentence == "Peer meetings (attended): 0 of 2"
    assert clause.todo == f"hold “Peer meetings” on {A}, and say who was there (coordinator, mentor)"


def test_who_may_not_see_a_series_hears_nothing_of_it():
    found = life(A).on("2026-10-03 18:00")
    done(found.do(Attend("cleo", "peers", None, ("ana",))))
    found.tell(PlanMeetings("cleo", "peers", (day(B), day(C))))

    def told(reader: str) -> str:
        events = timeline(OF, found.dyad, found.records, found.context, reader, "en")
        return repr((card(OF, found.dyad, found.context, reader, "en"), events))

    for seen in ("Peer meetings", A, B):
        assert seen in told("ana")
        assert seen not in told("bob")


def test_the_card_says_what_was_held_what_comes_and_what_waits():
    found = life(A, B, C).on(f"{B} 18:00")
    done(found.do(Attend("cleo", "peers", day(A), ("ana",))))
    found.on("2026-10-16 09:00")

    [line] = card(OF, found.dyad, found.context, "cleo", "en").meetings

    assert line == ("Peer meetings", f"1 held · next on {C} · attendance to record: 1")


def test_the_history_tells_each_act():
    found = life(A, B)
    found.tell(MoveMeeting("cleo", "peers", day(B), day(C)))
    found.tell(Excuse("ana", "peers", day(C), "ana")).tell(CancelMeeting("cleo", "peers", day(C)))
    found.on(f"{A} 18:00").tell(Attend("cleo", "peers", None, ("bob",)))

    events = timeline(OF, found.dyad, found.records, found.context, "ana", "en")

    assert [(event.what, event.details) for event in events if "eeting" in event.what or "absence" in event.what] == [
        ("meetings planned: Peer meetings", (f"on {A}, {B}",)),
        (f"meeting moved: Peer meetings, from {B} to {C}", ()),
        (f"absence excused: ana, Peer meetings, {C}", ()),
        (f"meeting cancelled: Peer meetings, {C}", ()),
        (f"meeting held: Peer meetings, {A}", ("present: bob", "absent without an excuse: ana")),
    ]


def test_a_dyad_is_read_back_with_its_meetings_and_one_kept_before_them_has_none():
    found = life(A, B)
    done(found.do(Excuse("ana", "peers", day(A), "ana")))
    codec = SnapshotCodec(OF)

    kept = codec.encode(found.dyad)

    assert codec.decode(kept.public_text, kept.private_text) == found.dyad
    older = codec.encode(Life(OF).dyad)._replace(public=codec.encode(Life(OF).dyad).public[:-1])
    assert codec.decode(older.public_text, older.private_text).meetings == {}


def test_a_program_without_series_pays_for_none():
    bare = program("""
    initial: open
    states: {open: {}, done: {final: true}}
    transitions: [{id: end, from: open, to: done, by: [mentor]}]
    """)

    assert plan_of(bare).series == {}

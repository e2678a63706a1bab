"""When and where do meetings take place: what the series says, what a field says, what one meeting has of its own?"""

from __future__ import annotations

import pytest

from dyade.flow.draft import Draft
from dyade.flow.dyad import Meeting
from dyade.flow.messages import Excuse, MoveMeeting, Notice, PlanMeetings, SetField
from dyade.flow.plan import plan_of
from dyade.flow.snapshot import SnapshotCodec
from dyade.flow.telling.cards import calendar, card
from dyade.flow.telling.meetings import meetings
from dyade.flow.telling.templates import render_template
from dyade.flow.telling.timeline import timeline
from tests.flow.living import DAY, Life, codes, day, done, program

TEXT = """
locales: [en, fr]
fields:
  hour: {type: time, set_by: [coordinator], visibility: [mentee, coordinator]}
  room: {type: text, nullable: true, set_by: [coordinator], visibility: [mentee, coordinator]}
  soon: {type: time, formula: series.peers.next_at}
  early: {type: bool, formula: series.talks.next_at == fields.hour}
series:
  peers:
    label: {en: Peer meetings}
    at: 18:30
    place: {fr: à la salle B, en: in room B}
    every: 2 weeks
    within: [open]
    dates_set_by: [coordinator]
    attendance_by: [coordinator]
    absence: {by: [mentee]}
  talks: {label: {en: Talks}, at: fields.hour, place: fields.room, within: open, dates_set_by: mentee, attendance_by: mentee}
initial: open
states: {open: {}, done: {final: true}}
transitions:
  - {id: finish, from: open, to: done, by: [mentor]}
  - {id: tell, from: open, upon: series.peers.moved, effects: [{notify: {to: mentee, template: moved}}]}
reminders:
  - {id: before, to: [mentee], while: open, each: series.peers, at: item.date - 2 days, template: soon}
  - {id: talk, to: [mentee, mentor], while: open, each: series.talks, at: item.date - 1 day, template: talk}
templates:
  soon: {subject: Soon, body: "On {item.date}, {item.at}, {item.place}."}
  talk: {subject: Talk, body: "{item.at}, {item.place}; next {series.talks.next_at}, {series.talks.next_place}."}
  moved: {subject: Moved, body: "Now {item.date} {item.at}."}
"""  # noqa: E501 (flows of YAML)
OF = program(TEXT)
A, B = "2026-10-01", "2026-10-15"
NINE = 9 * 60


def life(*days: str, series: str = "peers", actor: str = "cleo", at: int | None = None) -> Life:
    return Life(OF).tell(PlanMeetings(actor, series, tuple(map(day, days)), at=at))


def listed(of: Life, reader: str | None = "cleo", lang: str = "en") -> list[tuple[str, str, str]]:
    return [(one.day, one.at, one.place) for one in meetings(of.program, of.dyad, of.context, reader, lang)]


def body(notice: Notice) -> str:
    return render_template(OF, notice.template, notice.facts, "en", {})[1]


def said(of: Life) -> list[str]:
    return [body(effect) for effect in of.effects]


def test_a_series_says_when_and_where_for_all_its_meetings():
    assert listed(life(A, B)) == [(A, "18:30", "in room B"), (B, "18:30", "in room B")]
    assert listed(life(A), lang="fr") == [(A, "18:30", "à la salle B")]


def test_a_meeting_may_have_an_hour_of_its_own_and_keeps_it_as_it_moves():
    found = life(A, at=NINE)

    found.tell(MoveMeeting("cleo", "peers", day(A), day(B)))

    assert listed(found) == [(B, "09:00", "in room B")]


def test_a_meeting_moves_to_another_hour_of_its_day_and_everybody_is_expected_again():
    found = life(A).tell(Excuse("ana", "peers", day(A), "ana"))

    done(found.do(MoveMeeting("cleo", "peers", day(A), day(A), at=NINE)))

    [meeting] = found.dyad.meetings["peers"]
    assert (meeting.on, meeting.at, meeting.excused) == (day(A), NINE, ())
    assert said(found)[-1] == f"Now {A} 09:00."


@pytest.mark.parametrize("at", [None, 18 * 60 + 30])
def test_a_meeting_that_would_stay_where_it_is_is_not_moved(at):
    assert codes(life(A).do(MoveMeeting("cleo", "peers", day(A), day(A), at=at))) == {"same_day"}


@pytest.mark.parametrize("at", [-1, 24 * 60])
def test_an_hour_that_no_day_has_is_refused(at):
    assert codes(Life(OF).do(PlanMeetings("cleo", "peers", (day(A),), at=at))) == {"datum_type"}
    assert codes(life(A).do(MoveMeeting("cleo", "peers", day(A), day(B), at=at))) == {"datum_type"}


def test_reminders_say_when_and_where():
    found = life(A)

    found.live(f"{A} 12:00")

    assert said(found) == [f"On {A}, 18:30, in room B."]


def test_what_a_field_says_follows_the_field_and_is_unknown_until_then():
    found = life(A, series="talks", actor="ana")
    assert listed(found) == [(A, "", "")]

    found.tell(SetField("cleo", "hour", "14:00")).tell(SetField("cleo", "room", "Room 4"))

    assert listed(found) == [(A, "14:00", "Room 4")]


def test_who_may_not_see_a_field_is_not_told_what_it_says_of_meetings():
    found = life(A, series="talks", actor="ana", at=NINE)
    found.tell(SetField("cleo", "hour", "14:00")).tell(SetField("cleo", "room", "Room 4"))

    assert listed(found, "bob") == [(A, "", "")]
    for lines in (card(OF, found.dyad, found.context, "bob", "en").meetings,):
        assert [line.value for line in lines] == [f"0 held · next on {A}"]
    told = timeline(OF, found.dyad, found.records, found.context, "bob", "en")
    assert not any("09:00" in detail for event in told for detail in event.details)
    found.live(f"{A} 12:00")
    by_reader = {effect.to: body(effect) for effect in found.effects}
    assert {part in by_reader["ana"] for part in ("Room 4", "09:00")} == {True}
    assert {part in by_reader["bob"] for part in ("Room 4", "09:00")} == {False}


def test_conditions_read_the_hour_of_the_next():
    found = life(B, at=NINE).tell(PlanMeetings("cleo", "peers", (day(A),)))

    shown = {line.label: line.value for line in card(OF, found.dyad, found.context, "cleo", "en").fields}

    assert shown["soon"] == "18:30"
    assert "early" not in shown


def test_the_card_and_what_is_due_say_when_and_where():
    found = life(A)

    [line] = card(OF, found.dyad, found.context, "cleo", "en").meetings
    due = calendar(OF, found.dyad, found.context, "cleo", "en", found.now + 30 * DAY)

    assert line.value == f"0 held · next on {A} 18:30, in room B"
    assert [(one.when, one.text) for one in due if "Peer" in one.text] == [
        (f"{A} 18:30", "meeting: Peer meetings, in room B")
    ]


def test_the_history_says_the_hour_that_was_given():
    found = life(A, at=NINE).tell(MoveMeeting("cleo", "peers", day(A), day(A), at=NINE + 60))
    found.tell(MoveMeeting("cleo", "peers", day(A), day(B)))

    told = [
        (event.what, event.details)
        for event in timeline(OF, found.dyad, found.records, found.context, "cleo", "en")
        if "meeting" in event.what
    ]

    assert told == [
        ("meetings planned: Peer meetings", (f"on {A}", "at 09:00")),
        (f"meeting at another hour: Peer meetings, on {A}", ("at 10:00",)),
        (f"meeting moved: Peer meetings, from {A} to {B}", ()),
    ]


def test_what_was_kept_before_meetings_had_hours_is_read():
    found = life(A, B)
    codec = SnapshotCodec(OF)
    written = codec.encode(found.dyad).public_text

    former = written.replace("[],[],[],null]", "[],[],[]]")

    assert former != written
    assert codec.decode(former, None).meetings == found.dyad.meetings
    assert Draft(plan_of(OF), found.dyad, found.context).meetings["peers"][0] == Meeting(1, day(A), day(A), "planned")

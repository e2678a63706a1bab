"""Does one meeting serve every dyad of a cohort, whatever stops some of them?"""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from dyade.errors import Conflict, NotFound
from dyade.flow.messages import Attend, CancelMeeting, MoveMeeting, PlanMeetings
from dyade.flow.outcome import Decision, Refusal
from dyade.service import door
from dyade.wiring import Engine
from tests.service.lives import DAY, MONDAY, Clock, done, refused

PROGRAM = """
dyade: "1.0"
id: circles
version: "1"
title: Circles
summary: Circles.
locales: [en]
timezone: America/Toronto
started_by: [mentee]
roles:
  mentee: {label: Mentee}
  office: {label: Office, scope: program}
fields:
  season: {type: text, privacy: none, label: Season, set_by: [mentee]}
  secret: {type: text, label: Secret, set_by: [mentee], visibility: [mentee]}
series:
  peers:
    label: Peers
    every: 2 weeks
    within: open
    dates_set_by: [office, mentee]
    attendance_by: [office]
    mandatory: [mentee]
    cohort: fields.season
  hidden: {label: Hidden, within: open, dates_set_by: [office], attendance_by: [office], cohort: fields.secret}
  alone: {label: Alone, within: open, dates_set_by: [office], attendance_by: [office]}
initial: open
states: {open: {label: Open}, away: {label: Away}, done: {label: Done, final: true}}
transitions:
  - {id: leave, label: Leave, from: open, to: away, by: [mentee]}
  - {id: end, label: End, from: [open, away], to: done, by: [mentee]}
  - {id: met, label: Met, from: open, to: done, upon: series.peers.held, guard: [{id: was_there, when: item.attended}]}
"""
A, B = date(2026, 10, 1), date(2026, 10, 15)
PLAN = PlanMeetings("olga", "peers", (A.toordinal(),))


@pytest.fixture
def circles(tmp_path: Path, clock: Clock):
    folder = tmp_path / "programs"
    folder.mkdir()
    (folder / "circles.yaml").write_text(PROGRAM)
    with Engine.open(f"sqlite:///{tmp_path / 'dyade.db'}", folder, clock) as engine:
        for person in ("ana", "bea", "cid", "dan", "olga"):
            engine.add_person(person, person.title())
        engine.enrol("olga", "circles", "office")
        for person, season in (("ana", "autumn"), ("bea", "autumn"), ("cid", "autumn"), ("dan", "winter")):
            fields = {"season": season, "secret": season}
            done(engine.start("circles", person, {"mentee": person}, fields))
        yield engine


def days(engine: Engine) -> dict[str, list[str]]:
    """The meetings of each dyad."""
    found = {f"D-{n}": engine.dyad(f"D-{n}").meetings.get("peers", ()) for n in range(1, 5)}
    return {dyad: [date.fromordinal(meeting.on).isoformat() for meeting in met] for dyad, met in found.items()}


def came(reached) -> dict[str, str]:
    """What came of an order in each dyad."""
    kinds = {Decision: "done", Refusal: "refused", type(None): "failed"}
    return {one.dyad: kinds[type(one.outcome)] for one in reached}


def test_a_meeting_is_planned_in_each_dyad_of_its_cohort_and_in_no_other(circles):
    reached = circles.meet("circles", "autumn", PLAN)

    assert came(reached) == {"D-1": "done", "D-2": "done", "D-3": "done"}
    assert days(circles) == {"D-1": ["2026-10-01"], "D-2": ["2026-10-01"], "D-3": ["2026-10-01"], "D-4": []}


def test_attendance_is_taken_once_and_each_dyad_keeps_its_own(circles, clock):
    circles.meet("circles", "autumn", PLAN)
    clock.pass_days(11)

    reached = circles.meet("circles", "autumn", Attend("olga", "peers", A.toordinal(), ("ana", "cid", "olga")))

    assert came(reached) == {"D-1": "done", "D-2": "done", "D-3": "done"}
    met = {f"D-{n}": circles.dyad(f"D-{n}").meetings["peers"][0] for n in (1, 2, 3)}
    assert {dyad: (one.present, one.missed) for dyad, one in met.items()} == {
        "D-1": (("ana", "olga"), ()), "D-2": (("olga",), ("bea",)), "D-3": (("cid", "olga"), ()),
    }  # fmt: skip
    assert [circles.dyad(f"D-{n}").leaves[""] for n in (1, 2, 3)] == ["done", "open", "done"]


def test_someone_whom_no_dyad_of_the_cohort_knows_stops_everything(circles, clock):
    circles.meet("circles", "autumn", PLAN)
    clock.pass_days(11)

    with pytest.raises(NotFound):
        circles.meet("circles", "autumn", Attend("olga", "peers", A.toordinal(), ("ana", "dan")))

    assert [circles.dyad(f"D-{n}").meetings["peers"][0].status for n in (1, 2, 3)] == ["planned"] * 3


def test_what_stops_one_dyad_stops_no_other_and_is_told(circles):
    done(circles.fire("D-2", "leave", "bea"))

    reached = circles.meet("circles", "autumn", PLAN)

    assert came(reached) == {"D-1": "done", "D-2": "refused", "D-3": "done"}
    assert refused(reached[1].outcome) == {"series_closed"}


def test_trouble_with_one_dyad_is_told_and_the_order_can_be_given_again(circles, monkeypatch):
    act = door.act

    def failing(desk, dyad, command, id_, expects):
        if dyad == "D-2":
            raise Conflict(dyad, 1, 2)
        return act(desk, dyad, command, id_, expects)

    monkeypatch.setattr(door, "act", failing)
    first = circles.meet("circles", "autumn", PLAN, id="plan-1")
    assert came(first) == {"D-1": "done", "D-2": "failed", "D-3": "done"}
    assert isinstance(first[1].error, Conflict)
    monkeypatch.setattr(door, "act", act)

    again = circles.meet("circles", "autumn", PLAN, id="plan-1")

    assert came(again) == {"D-1": "done", "D-2": "done", "D-3": "done"}
    assert [circles.dyad(f"D-{n}").revision for n in (1, 2, 3)] == [2, 2, 2]
    assert circles.verify().sound


def test_a_process_killed_between_two_dyads_is_taken_up_where_it_stopped(circles, tmp_path):
    url, folder = f"sqlite:///{tmp_path / 'dyade.db'}", tmp_path / "programs"
    script = f"""
import os, signal
from dyade.flow.messages import PlanMeetings
from dyade.service import door
from dyade.wiring import Engine
act, seen = door.act, []
def dying(*given):
    if len(seen) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    seen.append(given)
    return act(*given)
door.act = dying
with Engine.open({url!r}, {str(folder)!r}, lambda: {MONDAY}) as engine:
    engine.meet("circles", "autumn", PlanMeetings("olga", "peers", ({A.toordinal()},)), id="plan-1")
"""
    ran = subprocess.run([sys.executable, "-c", script], check=False, timeout=60)
    assert ran.returncode == -signal.SIGKILL
    assert [len(met) for met in days(circles).values()] == [1, 1, 0, 0]

    circles.meet("circles", "autumn", PLAN, id="plan-1")

    assert [len(met) for met in days(circles).values()] == [1, 1, 1, 0]
    assert [circles.dyad(f"D-{n}").revision for n in (1, 2, 3)] == [2, 2, 2]


def test_without_an_id_an_order_given_again_is_refused_where_it_was_done(circles):
    circles.meet("circles", "autumn", PLAN)

    again = circles.meet("circles", "autumn", PLAN)

    assert {dyad for dyad, what in came(again).items() if what == "refused"} == {"D-1", "D-2", "D-3"}
    assert [len(met) for met in days(circles).values()] == [1, 1, 1, 0]


def test_a_meeting_of_a_cohort_moves_and_is_cancelled_everywhere(circles):
    circles.meet("circles", "autumn", PLAN)
    circles.meet("circles", "autumn", MoveMeeting("olga", "peers", A.toordinal(), B.toordinal()))
    assert days(circles)["D-3"] == ["2026-10-15"]

    circles.meet("circles", "autumn", CancelMeeting("olga", "peers", B.toordinal()))

    assert {circles.dyad(f"D-{n}").meetings["peers"][0].status for n in (1, 2, 3)} == {"cancelled"}


def test_a_dyad_that_has_ended_is_of_no_cohort(circles):
    done(circles.fire("D-1", "end", "ana"))

    assert came(circles.meet("circles", "autumn", PLAN)) == {"D-2": "done", "D-3": "done"}


def test_nobody_reaches_a_dyad_in_which_they_take_no_part(circles):
    """Whoever is no one there does not even learn that it exists."""
    assert came(circles.meet("circles", "autumn", PLAN._replace(actor="ana"))) == {"D-1": "done"}


def test_a_cohort_is_not_found_by_a_field_that_one_may_not_see(circles):
    assert circles.meet("circles", "autumn", PlanMeetings("olga", "hidden", (A.toordinal(),))) == ()


@pytest.mark.parametrize("series", ["alone", "none"])
def test_a_series_that_no_cohort_shares_is_told(circles, series):
    with pytest.raises(NotFound):
        circles.meet("circles", "autumn", PlanMeetings("olga", series, (A.toordinal(),)))


def test_the_calls_of_the_engine_do_what_their_commands_ask(circles, clock):
    done(circles.plan_meetings("D-1", "peers", [A], "ana", until=B))
    done(circles.move_meeting("D-1", "peers", B, date(2026, 10, 16), "ana"))
    done(circles.cancel_meeting("D-1", "peers", date(2026, 10, 16), "ana"))
    assert refused(circles.excuse("D-1", "peers", A, "ana", "ana")) == {"not_allowed"}
    clock.now += 11 * DAY
    done(circles.attend("D-1", "peers", [], "olga", day=A))

    assert [(one.day, one.status, one.missed) for one in circles.meetings("D-1", lang="en")] == [
        ("2026-10-01", "held", ("Ana",)), ("2026-10-16", "cancelled", ()),
    ]  # fmt: skip

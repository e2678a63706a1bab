"""Are meetings planned, attended and told from the shell, for one dyad and for a whole cohort?"""

from __future__ import annotations

from pathlib import Path

import pytest

PROGRAM = (Path(__file__).parents[1] / "service" / "test_cohort.py").read_text(encoding="utf-8")


@pytest.fixture
def circles(dyade):
    """Three dyads of one season, and the office that they share."""
    text = PROGRAM.partition('PROGRAM = """\n')[2].partition('"""')[0]
    (dyade.folder / "programs" / "circles.yaml").write_text(text, encoding="utf-8")
    for person in ("ana", "bea", "cid", "olga"):
        dyade.done("person", "add", person, "--name", person.title())
    dyade.done("enrol", "olga", "circles", "office")
    for person in ("ana", "bea", "cid"):
        dyade.done("start", "circles", f"mentee={person}", "season=autumn", "--as", person)
    return dyade


def test_meetings_of_a_dyad_are_planned_moved_attended_and_listed(circles):
    circles.done("series", "plan", "D-1", "peers", "2026-09-15", "--until", "2026-10-13", "--as", "ana")
    circles.done("series", "move", "D-1", "peers", "2026-09-29", "2026-09-30", "--as", "ana")
    circles.done("series", "cancel", "D-1", "peers", "2026-10-13", "--as", "ana")
    circles.at("2026-09-16T13:00:00+00:00")
    circles.done("series", "attend", "D-1", "peers", "olga", "--as", "olga")

    ran = circles.done("series", "list", "D-1", "--as", "ana", "--format", "json")

    told = [(one["day"], one["status"], one["moved_from"], one["missed"]) for one in ran.data["meetings"]]
    assert told == [
        ("2026-09-15", "held", "", ["Ana"]),
        ("2026-09-30", "planned", "2026-09-29", []),
        ("2026-10-13", "cancelled", "", []),
    ]
    page = circles.done("series", "list", "D-1", "--lang", "en").out
    assert "absent without an excuse: Ana" in page
    assert "moved from 2026-09-29" in page
    assert "1 held" in circles.done("show", "D-1", "--lang", "en").out


def test_what_is_refused_says_why(circles):
    ran = circles("series", "excuse", "D-1", "peers", "2026-09-15", "--as", "ana", "--lang", "en")

    assert ran.code == 1
    assert "excuse an absence" in ran.out


def test_the_hour_of_a_meeting_is_given_changed_and_listed(circles):
    circles.done("series", "plan", "D-1", "peers", "2026-09-15", "2026-09-29", "--at", "18:30", "--as", "ana")
    circles.done("series", "move", "D-1", "peers", "2026-09-29", "2026-09-29", "--at", "19:00", "--as", "ana")

    ran = circles.done("series", "list", "D-1", "--as", "ana", "--format", "json")

    assert [(one["at"], one["place"]) for one in ran.data["meetings"]] == [("18:30", ""), ("19:00", "")]
    assert "2026-09-29  19:00" in circles.done("series", "list", "D-1", "--lang", "en").out
    assert circles("series", "plan", "D-1", "peers", "2026-10-15", "--at", "25:00", "--as", "ana").code == 2


def test_a_day_that_is_none_is_bad_usage(circles):
    assert circles("series", "plan", "D-1", "peers", "2026-02-30", "--as", "ana").code == 2


def test_a_dyad_without_meetings_says_so(circles):
    assert "Aucune rencontre" in circles.done("series", "list", "D-1").out


def test_a_cohort_is_reached_in_one_command_and_each_dyad_answers(circles):
    circles.done("advance", "D-2", "leave", "--as", "bea")

    ran = circles("cohort", "plan", "circles", "autumn", "peers", "2026-09-15", "--as", "olga", "--lang", "en")

    assert ran.code == 1
    assert "done in 2 of 3 dyads" in ran.out
    assert "give the same command again" in ran.out


def test_an_order_given_again_under_its_id_is_done_once(circles):
    order = ("cohort", "plan", "circles", "autumn", "peers", "2026-09-15", "--as", "olga", "--id", "one")
    circles.done(*order)

    ran = circles.done(*order, "--format", "json")

    assert ran.data["done"] == 3
    assert [one["revision"] for one in ran.data["dyads"]] == [2, 2, 2]


def test_attendance_of_a_cohort_is_taken_once(circles):
    circles.done("cohort", "plan", "circles", "autumn", "peers", "2026-09-15", "--as", "olga")
    circles.at("2026-09-15T23:00:00+00:00")

    circles.done("cohort", "attend", "circles", "autumn", "peers", "2026-09-15", "ana", "--as", "olga")

    assert "Bea" in circles.done("series", "list", "D-2", "--lang", "en").out


def test_a_cohort_that_nobody_is_of_is_told(circles):
    ran = circles("cohort", "cancel", "circles", "spring", "peers", "2026-09-15", "--as", "olga", "--lang", "en")

    assert ran.code == 1
    assert "“spring”" in ran.out


def test_a_series_that_no_cohort_shares_is_bad_usage(circles):
    ran = circles("cohort", "plan", "circles", "autumn", "alone", "2026-09-15", "--as", "olga", "--lang", "en")

    assert ran.code == 2
    assert "alone" in ran.err

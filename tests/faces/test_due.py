"""Does `due` answer for a dyad, a person or a program, as text, as JSON and as a calendar?"""

from __future__ import annotations

import stat

import pytest
from icalendar import Calendar


@pytest.fixture
def two(peopled):
    """Two dyads: one of bruno that is under way, and one that has only begun."""
    for line in (
        "start jumelage mentore=amelie motif=projet --as gilles",
        "assign D-1 mentor bruno --as gilles",
        "accept D-1 --as bruno",
        "advance D-1 jumeler --as gilles",
        "start jumelage mentore=gilles motif=projet --as gilles",
        "assign D-2 mentor amelie --as gilles",
        "accept D-2 --as amelie",
        "advance D-2 jumeler --as gilles",
    ):
        peopled.done(*line.split())
    return peopled


def test_a_person_is_told_of_their_own_dyads(two):
    assert {one["dyad"] for one in two("due", "--person", "bruno", "--format", "json").data["due"]} == {"D-1"}
    assert {one["dyad"] for one in two("due", "--person", "amelie", "--format", "json").data["due"]} == {"D-1", "D-2"}
    assert two("due", "--person", "nobody").code == 2


def test_each_line_names_its_dyad_where_there_may_be_several(two):
    assert "D-1 · rappel" in two("due", "--program", "jumelage").out
    assert "D-2 · rappel" in two("due", "--program", "jumelage").out
    assert "D-1 ·" not in two("due", "D-1").out


def test_a_calendar_is_written_whole_in_the_place_of_the_one_before(two, tmp_path):
    file = tmp_path / "due.ics"
    file.write_text("the one before")

    ran = two.done("due", "--program", "jumelage", "--ics", str(file))

    events = Calendar.from_ical(file.read_bytes()).walk("VEVENT")
    assert "4 échéances" in ran.out
    assert sorted(str(one["SUMMARY"])[:3] for one in events) == ["D-1", "D-1", "D-2", "D-2"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    assert [one.name for one in tmp_path.iterdir() if "ics" in one.name] == ["due.ics"]


def test_a_calendar_names_nobody(two, tmp_path):
    file = tmp_path / "due.ics"
    two.done("due", "--ics", str(file))

    text = file.read_text(encoding="utf-8")
    for name in ("amelie", "bruno", "gilles", "Amélie", "Essai", "example.org"):
        assert name not in text


def test_a_calendar_may_go_to_the_standard_output(two):
    ran = two.done("due", "D-1", "--ics", "-")

    assert len(Calendar.from_ical(ran.out).walk("VEVENT")) == 2
    assert two("due", "--ics", "-", "--format", "json").code == 2


def test_tools_are_told_what_was_written(two, tmp_path):
    data = two.done("due", "D-1", "--ics", str(tmp_path / "d.ics"), "--format", "json").data

    assert data == {"outcome": "done", "file": str(tmp_path / "d.ics"), "events": 2}


def test_a_calendar_that_cannot_be_written_is_told_and_leaves_nothing(two, tmp_path):
    ran = two("due", "--ics", str(tmp_path / "not there" / "due.ics"))

    assert ran.code == 2
    assert "ne peut pas être écrit" in ran.err


def test_a_dyad_and_a_program_are_not_asked_at_once(two):
    assert two("due", "D-1", "--program", "jumelage").code == 2

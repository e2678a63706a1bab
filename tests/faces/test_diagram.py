"""Is the life of a program drawn as it is asked for, with a dyad or with what scenarios touch on it?"""

from __future__ import annotations

import pytest


@pytest.fixture
def lived(peopled):
    """A dyad whose agreement is to be signed."""
    for line in (
        "start jumelage mentore=amelie motif=projet --as gilles",
        "assign D-1 mentor bruno --as gilles",
        "accept D-1 --as bruno",
        "advance D-1 jumeler --as gilles",
    ):
        peopled.done(*line.split())
    return peopled


def test_a_program_is_drawn_in_mermaid_unless_another_way_is_asked_for(dyade):
    assert "stateDiagram-v2" in dyade.done("diagram", "jumelage").out
    assert dyade.done("diagram", "jumelage", "--to", "dot").out.startswith('digraph "Jumelage" {')
    assert dyade.done("diagram", "jumelage", "--to", "svg").out.startswith("<svg ")


@pytest.mark.parametrize(("name", "begins"), [("a.svg", "<svg "), ("a.mmd", "---"), ("a.dot", "digraph ")])
def test_the_name_of_the_file_says_how_it_is_written(dyade, name, begins):
    ran = dyade.done("diagram", "jumelage", "--out", str(dyade.folder / name), "--format", "json")

    assert (dyade.folder / name).read_text(encoding="utf-8").startswith(begins)
    assert ran.data["file"] == str(dyade.folder / name)


def test_a_picture_speaks_the_language_of_the_command(dyade):
    assert "Besoin exprimé" in dyade.done("diagram", "jumelage").out
    assert "Need told" in dyade.done("diagram", "jumelage", "--lang", "en").out


def test_notes_are_written_where_they_are_wanted(dyade):
    assert "Conditions</text>" not in dyade.done("diagram", "jumelage", "--to", "svg").out
    assert "Conditions</text>" in dyade.done("diagram", "jumelage", "--to", "svg", "--notes").out


def test_where_a_dyad_stands_and_how_it_came_is_shown(lived):
    drawn = lived.done("diagram", "jumelage", "--dyad", "D-1").out

    assert "class state_entente here" in drawn
    assert "class state_besoin visited" in drawn
    assert "state_en_cours visited" not in drawn
    assert "class state_entente here" in lived.done("diagram", "jumelage", "--dyad", "D-1", "--as", "bruno").out


def test_a_dyad_is_not_drawn_for_those_who_take_no_part_in_it(lived):
    lived.done("person", "add", "zoe", "--name", "Zoé Essai", "--address", "zoe@example.org", "--language", "fr")
    ran = lived("diagram", "jumelage", "--dyad", "D-1", "--as", "zoe")

    assert ran.code == 2
    assert "state_entente" not in ran.out


def test_what_scenarios_leave_out_is_shown(dyade):
    drawn = dyade.done("diagram", "jumelage", "--coverage", "--to", "dot").out
    told = dyade("test", "jumelage", "--coverage", "--format", "json").data["files"][0]["coverage"]
    left = {item["name"] for item in told["left_out"] if item["kind"] == "state"}

    marked = [line for line in drawn.splitlines() if 'style="rounded,dashed"' in line]
    dashed = {line.split('"')[1].removeprefix("state_") for line in marked}
    assert {name for name in dashed if not name.startswith("plate_")} == left


@pytest.mark.parametrize(
    "line",
    [
        "diagram",
        "diagram nulle_part",
        "diagram jumelage --role personne",
        "diagram jumelage --dyad D-1 --coverage",
        "diagram jumelage --dyad D-1 --role mentor",
        "diagram jumelage --dyad D-9",
        "diagram jumelage --out a.png",
    ],
)
def test_what_cannot_be_drawn_is_a_usage_error(lived, line):
    assert lived(*line.split()).code == 2


def test_a_dyad_of_another_program_is_told_apart(lived):
    folder = lived.folder / "programs"
    text = (folder / "jumelage.yaml").read_text(encoding="utf-8")
    (folder / "autre.yaml").write_text(text.replace("id: jumelage", "id: autre", 1), encoding="utf-8")
    ran = lived("diagram", "autre", "--dyad", "D-1")

    assert ran.code == 2
    assert "jumelage" in ran.err

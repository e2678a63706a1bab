"""Is a program handed to other tools in the format that they ask for?"""

from __future__ import annotations

import json

import pytest

BEGINS = {"scxml": "<scxml ", "bpmn": "<bpmn:definitions ", "cel": '"language": "cel"', "json": '"dyade": "1.0"'}


@pytest.mark.parametrize("kind", BEGINS)
def test_each_format_is_shown_or_written(dyade, kind):
    """On the screen, to a file whose name says the format, and inside the answer in JSON."""
    shown = dyade.done("export", "jumelage", "--to", kind).out
    assert BEGINS[kind] in shown
    written = dyade.folder / f"a.{kind}"
    ran = dyade.done("export", "jumelage", "--out", str(written), "--format", "json")
    assert ran.data["kind"] == kind
    assert written.read_text(encoding="utf-8").rstrip() == shown.rstrip()
    assert dyade.done("export", "jumelage", "--to", kind, "--format", "json").data["text"].rstrip() == shown.rstrip()


def test_what_is_exported_speaks_the_language_of_the_command(dyade):
    """Labels and remarks alike."""
    assert "Besoin exprimé" in dyade.done("export", "jumelage", "--to", "scxml").out
    assert "Need told" in dyade.done("export", "jumelage", "--to", "bpmn", "--lang", "en").out


def test_what_was_written_as_json_is_checked_like_any_program(dyade):
    """JSON is YAML too."""
    written = dyade.folder / "copie.json"
    dyade.done("export", "jumelage", "--out", str(written))
    assert json.loads(written.read_text(encoding="utf-8"))["id"] == "jumelage"
    ran = dyade.done("check", str(written), "--format", "json")
    assert [(one["file"], one["errors"]) for one in ran.data["files"]] == [(written.as_posix(), 0)]


def test_a_file_is_not_written_over_unless_asked(dyade):
    """And its name must say a format."""
    written = dyade.folder / "a.scxml"
    dyade.done("export", "jumelage", "--out", str(written))
    assert dyade("export", "jumelage", "--out", str(written)).code == 2
    assert dyade("export", "jumelage", "--out", str(written), "--force").code == 0
    assert dyade("export", "jumelage", "--out", str(dyade.folder / "a.txt")).code == 2


def test_a_broken_program_is_told_and_not_exported(dyade):
    """With its place, as `check` does."""
    (dyade.folder / "broken.yaml").write_text("dyade: '1.0'\nid: broken\n", encoding="utf-8")
    ran = dyade("export", str(dyade.folder / "broken.yaml"), "--to", "scxml")
    assert ran.code == 2
    assert "broken.yaml" in ran.err + ran.out


@pytest.mark.parametrize("kind", ["scxml", "bpmn", "cel"])
def test_the_format_may_be_said_as_that_of_any_answer(dyade, kind):
    assert dyade.done("export", "jumelage", "--format", kind).out == dyade.done("export", "jumelage", "--to", kind).out
    assert dyade.done("--format", kind, "export", "jumelage").out == dyade.done("export", "jumelage", "--to", kind).out


def test_as_json_a_program_is_itself(dyade):
    assert dyade.done("export", "jumelage", "--format", "json").data == json.loads(dyade.done("export", "jumelage").out)


def test_what_writes_no_picture_takes_no_format_of_one(dyade):
    assert dyade("export", "jumelage", "--format", "svg").code == 2
    assert dyade("--format", "scxml", "check").code == 2

"""What do two versions, a migration, a life lived again look like on the command line?

`DYADE_REWRITE=1 pytest tests/faces/test_versions.py` writes the transcripts anew.
"""

import os
import shutil
from pathlib import Path

import pytest

HERE = Path(__file__).parent
VERSIONS = HERE / "versions"
MIGRATION = """
migrations:
  - from: 1.0.0
    to: 2.0.0
    states: {running: under_way}
    fields: {level: fields.goal}
"""
STORY = """\
start atelier mentor=gilles mentee=amelie --as gilles
set D-1 goal=Écouter --as gilles
set D-1 level=3 --as gilles
advance D-1 begin --as gilles
fill D-1 sheet hours=9 --as amelie
start atelier mentor=gilles mentee=bruno --as gilles
"""
SHOWN = """\
diff programs/before.yaml atelier
migrate atelier --dry-run
migrate atelier
! migration
diff atelier@1.0.0 atelier
replay atelier --against atelier
migrate atelier --dry-run
migrate atelier --dyad D-2
migrate atelier
migrate atelier
version list atelier
history D-1
why D-1 finish
version withdraw atelier 2.0.0 --reason Erreur.
version list atelier
start atelier mentor=gilles --as gilles
version restore atelier 2.0.0
verify
"""


@pytest.fixture
def story(dyade, monkeypatch):
    """Two dyads under the first version; the file is that of the second."""
    folder = dyade.folder / "programs"
    folder.mkdir(exist_ok=True)
    for name in ("before", "after"):
        shutil.copy(VERSIONS / f"{name}.yaml", folder / f"{name}.yaml")
    shutil.copy(VERSIONS / "before.yaml", folder / "atelier.yaml")
    monkeypatch.chdir(dyade.folder)
    for person in ("gilles", "amelie", "bruno"):
        dyade.done("person", "add", person, "--name", person.title())
    for line in STORY.splitlines():
        dyade.done(*line.split())
    shutil.copy(VERSIONS / "after.yaml", folder / "atelier.yaml")
    return dyade


def migrated(dyade):
    """Say in the second version how the dyads of the first come to it."""
    file = dyade.folder / "programs" / "atelier.yaml"
    file.write_text(file.read_text(encoding="utf-8") + MIGRATION, encoding="utf-8")


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_two_versions_and_what_becomes_of_dyads_read_as_they_did(story, lang):
    told = "".join(_lines(story, lang))
    file = VERSIONS / f"story.{lang}.txt"
    if os.environ.get("DYADE_REWRITE"):
        file.write_text(told, encoding="utf-8")

    assert told == file.read_text(encoding="utf-8")


def _lines(dyade, lang):
    for line in SHOWN.splitlines():
        if line.startswith("!"):
            migrated(dyade)
            continue
        ran = dyade(*line.split(), env={"DYADE_LANG": lang})
        yield f"$ dyade {line}\n{ran.out}{ran.err}" + (f"[{ran.code}]\n" if ran.code else "") + "\n"


def test_a_program_does_not_differ_from_itself(story):
    ran = story("diff", "programs/before.yaml", "atelier@1.0.0", "--format", "json")

    assert (ran.code, ran.data["outcome"], ran.data["changes"], ran.data["effects"]) == (0, "done", [], [])


def test_a_difference_tells_tools_what_it_tells_people(story):
    data = story("diff", "atelier@1.0.0", "atelier", "--format", "json").data

    told = {(one["kind"], one["section"], one["id"], one["what"]) for one in data["changes"]}
    assert data["dyads"] == {"running": 1, "waiting": 1}
    assert ("stricter", "transitions", "finish", "sheets") in told
    assert ("looser", "transitions", "finish", "hours") in told
    assert ("looser", "transitions", "begin", "goal_known") in told
    assert [(one["code"], one["about"], one["n"]) for one in data["effects"]] == [
        ("C001", "running", 1),
        ("C002", "level", 2),
        ("C003", "finish.sheets", 1),
    ]
    assert [(one["slug"], one["severity"]) for one in data["effects"]] == [
        ("state-removed", "error"),
        ("field-retyped", "error"),
        ("guard-stricter", "warning"),
    ]


def test_what_decides_may_not_change_under_the_same_version(story):
    file = story.folder / "programs" / "atelier.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace('"2.0.0"', '"1.0.0"'), encoding="utf-8")

    ran = story("diff", "programs/before.yaml", "atelier", "--format", "json")

    assert ran.code == 1
    assert "C004" in [one["code"] for one in ran.data["effects"]]


def test_two_versions_are_compared_without_a_store(dyade, monkeypatch):
    monkeypatch.chdir(VERSIONS)

    ran = dyade("diff", "before.yaml", "after.yaml", "--format", "json")

    assert (ran.code, ran.data["dyads"]) == (0, {})
    assert not (dyade.folder / "dyade.db").exists()


def test_a_migration_that_is_refused_moves_nobody_and_says_so_to_tools(story):
    ran = story("migrate", "atelier", "--format", "json")

    assert (ran.code, ran.data["outcome"]) == (1, "refused")
    assert {one["dyad"]: one["status"] for one in ran.data["dyads"]} == {"D-1": "blocked", "D-2": "moves"}
    assert [reason["code"] for reason in ran.data["dyads"][0]["reasons"]] == ["state_gone", "field_retyped"]


def test_a_migration_tells_tools_what_it_did(story):
    migrated(story)

    foreseen = story("migrate", "atelier", "--dry-run", "--format", "json").data
    ran = story("migrate", "atelier", "--format", "json")

    assert (foreseen["outcome"], ran.data["outcome"], ran.code) == ("foreseen", "done", 0)
    assert {one["dyad"]: one["status"] for one in foreseen["dyads"]} == {"D-1": "moves", "D-2": "moves"}
    assert {one["dyad"]: one["status"] for one in ran.data["dyads"]} == {"D-1": "moved", "D-2": "moved"}
    assert story("verify").code == 0


def test_a_life_lived_again_tells_tools_where_it_parts(story):
    ran = story("replay", "atelier", "--against", "after", "--dyad", "D-1", "--format", "json")

    [one] = ran.data["dyads"]
    assert (ran.code, ran.data["outcome"], one["commands"]) == (1, "diverges", 5)
    assert "refused" in [found["kind"] for found in one["divergences"]]


def test_a_life_lived_again_by_its_own_version_is_the_same(story):
    ran = story("replay", "atelier", "--against", "atelier@1.0.0", "--format", "json")

    assert (ran.code, ran.data["outcome"]) == (0, "same")


@pytest.mark.parametrize(
    "words",
    [
        ("diff", "nothing", "atelier"),
        ("diff", "atelier@9.9", "atelier"),
        ("migrate", "nothing"),
        ("migrate", "atelier", "--dyad", "D-9"),
        ("replay", "atelier", "--against", "nothing"),
        ("replay", "atelier", "--against", "atelier@9.9"),
        ("version", "list", "nothing"),
        ("version", "withdraw", "atelier", "9.9", "--reason", "x"),
        ("version", "withdraw", "atelier", "2.0.0"),
    ],
)
def test_what_is_not_there_is_a_clear_error(story, words):
    ran = story(*words)

    assert ran.code == 2
    assert ran.err
    assert "Traceback" not in ran.err

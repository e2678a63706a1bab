"""Is the account of a program's documents given, and does its exit code say whether it is whole?"""

from __future__ import annotations

import pytest

CATALOGUE = """\
provisions:
  G-1: {force: mandatory, where: "1", text: {fr: Une personne demande., en: A person asks.}}
  G-2: {force: fact, where: "2", text: {fr: C'est un essai., en: It is a trial.}}
"""


@pytest.fixture
def sourced(dyade):
    """The little program, once it follows a document of two provisions; the second is not accounted for."""
    folder = dyade.folder / "programs"
    (folder / "guide.yaml").write_text(CATALOGUE, encoding="utf-8")
    path = folder / "jumelage.yaml"
    text = path.read_text(encoding="utf-8").replace("status: active", "status: draft")
    text = text.replace(
        "\nparams:\n", "\nsources:\n  guide: {title: {fr: Guide, en: Guide}, provisions: guide.yaml}\n\nparams:\n", 1
    )
    path.write_text(text.replace("assigned_by: [responsable], basis: assumed}", "source: G-1}", 1), encoding="utf-8")
    return dyade


def excused(dyade):
    path = dyade.folder / "programs" / "jumelage.yaml"
    reason = "\nout_of_scope:\n  G-2: {fr: Rien n'en découle., en: Nothing follows from it.}\n\nparams:\n"
    path.write_text(path.read_text(encoding="utf-8").replace("\nparams:\n", reason, 1), encoding="utf-8")
    return dyade


def test_a_provision_that_is_forgotten_is_told_and_fails(sourced):
    ran = sourced("docs", "jumelage", "--provenance")

    assert ran.code == 1
    assert "2 dispositions, 1 portées, 0 exclues, 1 oubliées" in ran.out
    assert "roles.mentore" in ran.out
    assert "rien ne la porte" in ran.out


def test_a_whole_account_is_a_success_and_gives_the_reasons(sourced):
    ran = excused(sourced)("docs", "jumelage", "--provenance", "--lang", "en")

    assert ran.code == 0
    assert "out of scope: Nothing follows from it." in ran.out
    assert "mandatory" in ran.out


def test_an_active_program_that_forgets_a_provision_is_in_error(sourced):
    path = sourced.folder / "programs" / "jumelage.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("status: draft", "status: active"), encoding="utf-8")

    ran = sourced("docs", "jumelage", "--provenance")

    assert ran.code == 2
    assert "P007" in ran.err
    assert "G-2" in ran.err


def test_the_account_is_an_object_for_tools(sourced):
    ran = sourced("docs", "jumelage", "--provenance", "--format", "json", "--lang", "en")

    assert (ran.code, ran.data["outcome"], ran.data["program"]) == (1, "incomplete", "jumelage")
    assert [(one["id"], one["fate"]) for one in ran.data["provisions"]] == [("G-1", "carried"), ("G-2", "forgotten")]
    assert ran.data["by_force"]["fact"]["forgotten"] == 1


def test_one_says_which_document_is_wanted(dyade):
    ran = dyade("docs", "jumelage", "--lang", "en")

    assert ran.code == 2
    assert "--provenance" in ran.err


def test_an_unknown_program_is_a_usage_error(dyade):
    ran = dyade("docs", "nulle_part", "--provenance")

    assert ran.code == 2
    assert "nulle_part" in ran.err

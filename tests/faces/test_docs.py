"""Are booklets and references written, is the account of a program's documents whole, and does the exit code say so?"""

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
    assert "2 dispositions; portées : 1; exclues : 0; oubliées : 1" in ran.out
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


@pytest.mark.parametrize(
    "line",
    [
        "docs",
        "docs jumelage --language",
        "docs --provenance",
        "docs --language --diagnostics",
        "docs jumelage --provenance --role mentor",
        "docs jumelage --provenance --out account.html",
    ],
)
def test_one_says_which_document_is_wanted(dyade, line):
    ran = dyade(*line.split(), "--lang", "en")

    assert ran.code == 2
    assert "--provenance" in ran.err


def test_an_unknown_program_is_a_usage_error(dyade):
    ran = dyade("docs", "nulle_part", "--provenance")

    assert ran.code == 2
    assert "nulle_part" in ran.err


# ------------------------------------------------------------------------------------------------------------- booklets


def test_the_booklet_is_a_page_on_the_screen_or_in_a_file(dyade):
    shown = dyade.done("docs", "jumelage")
    ran = dyade.done("docs", "jumelage", "--out", str(dyade.folder / "livret.html"))

    assert shown.out.startswith('<!doctype html>\n<html lang="fr">')
    assert (dyade.folder / "livret.html").read_text(encoding="utf-8") == shown.out
    assert "livret.html" in ran.out


def test_the_booklet_of_a_role_is_put_on_paper(dyade):
    paper = dyade.folder / "mentor.pdf"
    ran = dyade.done("docs", "jumelage", "--role", "mentor", "--out", str(paper), "--lang", "en", "--format", "json")

    assert paper.read_bytes().startswith(b"%PDF-")
    assert ran.data == {"outcome": "done", "title": "Pairing", "lang": "en", "kind": "pdf", "file": str(paper)}


def test_the_booklet_is_an_object_for_tools(dyade):
    ran = dyade.done("docs", "jumelage", "--format", "json", "--lang", "en")

    assert ran.data["title"] == "Pairing"
    assert ran.data["blocks"][0] == {"kind": "heading", "level": 2, "text": "In short"}


def test_references_ask_for_no_program(dyade):
    assert "Un message que le temps envoie." in dyade.done("docs", "--language").out
    assert "E102 unknown-name" in dyade.done("docs", "--diagnostics", "--lang", "en").out


def test_a_file_that_stands_there_is_not_written_over(dyade):
    page = dyade.folder / "livret.html"
    page.write_text("mine", encoding="utf-8")

    assert dyade("docs", "jumelage", "--out", str(page)).code == 2
    assert page.read_text(encoding="utf-8") == "mine"
    assert dyade("docs", "jumelage", "--out", str(page), "--force").code == 0


def test_a_form_that_nobody_knows_and_a_folder_that_is_not_there_are_usage_errors(dyade):
    assert ".html, .htm, .pdf" in dyade("docs", "jumelage", "--out", "livret.docx").err
    assert dyade("docs", "jumelage", "--out", str(dyade.folder / "no" / "livret.html")).code == 2


def test_a_role_that_the_program_does_not_have_is_a_usage_error(dyade):
    ran = dyade("docs", "jumelage", "--role", "personne")

    assert ran.code == 2
    assert "personne" in ran.err

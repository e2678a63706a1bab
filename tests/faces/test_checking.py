"""Does `check` mend, watch, and answer in each format; does `explain` explain?"""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from dyade.authoring.explaining import EXAMPLES

from .test_terminal import Terminal

WRONG = EXAMPLES / "wrong"


@pytest.fixture
def broken(tmp_path: Path):
    """Copy an example where it may be changed; give its path."""

    def copy(name: str) -> Path:
        [source] = WRONG.glob(f"{name}-*.yaml")
        path = tmp_path / source.name
        path.write_bytes(source.read_bytes())
        return path

    return copy


def test_the_report_says_where_to_read_more_and_what_can_be_mended(dyade, broken):
    ran = dyade("check", str(broken("D005")))

    assert ran.code == 2
    assert "pour en savoir plus : dyade explain D005" in ran.out
    assert "1 correction sûre : dyade check --fix\n" in ran.out


def test_mending_writes_the_file_and_says_what_it_did(dyade, broken):
    path = broken("Y002")
    path.chmod(0o640)

    ran = dyade("check", str(path), "--fix")

    assert ran.code == 0
    assert 'summary: "Un essai: le mentorat"\n' in path.read_text(encoding="utf-8")
    assert "5:10 Y002" in ran.out.replace("\n", "")
    assert ran.out.endswith("1\ncorrection\n") or ran.out.endswith("1 correction\n")
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_diff_writes_nothing(dyade, broken):
    path = broken("Y002")
    before = path.read_bytes()

    ran = dyade("check", str(path), "--fix", "--diff")

    assert '+summary: "Un essai: le mentorat"' in ran.out
    assert "rien n'est écrit" in ran.out
    assert path.read_bytes() == before


def test_what_is_guessed_is_written_on_demand_only(dyade, broken):
    path = broken("E102")

    assert dyade("check", str(path), "--fix").code == 2
    assert dyade("check", str(path), "--fix", "--unsafe-fixes").code == 0
    assert "forms.bilan.done}" in path.read_text(encoding="utf-8")


def test_a_file_that_is_not_in_utf_8_is_left_alone(dyade, tmp_path):
    path = tmp_path / "vieux.yaml"
    path.write_bytes("title: Été: un essai\n".encode("cp1252"))
    before = path.read_bytes()

    assert dyade("check", str(path), "--fix").code == 2
    assert path.read_bytes() == before


def test_mending_answers_tools_too(dyade, broken):
    path = broken("Y002")
    ran = dyade("check", str(path), "--fix", "--diff", "--format", "json")

    [file] = ran.data["files"]
    assert ran.data["written"] is False
    assert (file["changed"], [one["code"] for one in file["fixed"]]) == (True, ["Y002"])
    assert '+summary: "Un essai: le mentorat"' in file["diff"]


def test_scenarios_are_mended_beside_their_program(dyade):
    path = dyade.folder / "programs" / "jumelage.scenarios.yaml"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    stories = text or "scenarios_for: jumelage\nscenarios: []\n"
    path.write_text(stories.replace("scenarios_for:", "# un mot\nscenario_for:", 1), encoding="utf-8")

    dyade("check", "jumelage", "--fix", "--unsafe-fixes")

    assert "# un mot\nscenarios_for:" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "options",
    [
        ("--diff",),
        ("--unsafe-fixes",),
        ("--fix", "--watch"),
        ("--fix", "--format", "sarif"),
        ("--watch", "--format", "json"),
        ("--format", "xml"),
    ],
    ids=" ".join,
)
def test_options_that_do_not_go_together_are_refused(dyade, options):
    assert dyade("check", "jumelage", *options).code == 2


def test_other_commands_answer_in_no_format_of_findings(dyade):
    assert dyade("list", "--format", "sarif").code == 2
    assert dyade("test", "--format", "github").code == 2
    assert dyade("--format", "sarif", "list").code == 2
    assert dyade("--format", "github", "check", "jumelage").code == 0


def test_sarif_is_one_object(dyade, broken):
    ran = dyade("check", str(broken("E102")), "--format", "sarif")

    assert ran.code == 2
    assert json.loads(ran.out)["runs"][0]["results"][0]["ruleId"] == "E102"


def test_annotations_are_lines_alone(dyade, broken):
    ran = dyade("check", str(broken("M004")), "--format", "github")

    assert ran.code == 0
    assert ran.out.count("\n") == 1
    assert ran.out.startswith("::warning file=")


def test_what_is_set_aside_is_counted_and_listed(dyade, tmp_path):
    path = tmp_path / "essai.yaml"
    path.write_bytes((EXAMPLES / "right" / "U011-unknown-suppression.yaml").read_bytes())

    assert "rien à redire, 1 écarté" in dyade("check", str(path), "--strict").out
    [aside] = dyade("check", str(path), "--format", "json").data["files"][0]["suppressed"]
    assert (aside["code"], aside["reason"]) == ("M004", "le rappel cesse avec la dyade")


def test_scenarios_may_set_a_doubt_aside_too(dyade):
    from dyade.authoring import scenarios
    from dyade.program.load import load

    program = load((dyade.folder / "programs" / "jumelage.yaml").read_bytes(), "jumelage.yaml")
    text = "scenarios_for: jumelage # dyade: ignore[K002]\nscenarios: []\n"

    assert "U011" in {one.code for one in scenarios.check(program, text)}


def test_watching_checks_again_at_each_change_and_ends_well(dyade, broken):
    path = broken("Y002")
    seen = Terminal(dyade, "check", str(path), "--watch")

    assert "Y002" in seen.read_until("en attente d'un changement")
    path.write_text(path.read_text(encoding="utf-8").replace("Un essai: le", "Un essai sur le"), encoding="utf-8")
    assert "rien à redire" in seen.read_until("rien à redire")
    seen.process.send_signal(signal.SIGINT)

    assert seen.end() == 0
    assert "\x1b[2J" in seen.shown
    assert "Traceback" not in seen.shown


def test_watching_ends_well_on_a_signal(dyade, broken):
    seen = Terminal(dyade, "check", str(broken("E102")), "--watch", "--format", "github")

    seen.read_until("::error")
    seen.process.send_signal(signal.SIGINT)

    assert seen.end() == 0


@pytest.mark.parametrize(("lang", "words"), [("fr", ("Faux", "Juste", "erreur")), ("en", ("Wrong", "Right", "error"))])
def test_a_code_is_explained(dyade, lang, words):
    ran = dyade.done("explain", "unknown-name", "--lang", lang)

    assert all(word in ran.out for word in words)
    assert "          - {id: pret, when: forms.bilan.don}" in ran.out


def test_several_codes_are_explained_at_once(dyade):
    assert [page["code"] for page in dyade.done("explain", "E102", "m004", "--format", "json").data["pages"]] == [
        "E102",
        "M004",
    ]


def test_all_codes_are_listed_by_family(dyade):
    ran = dyade.done("explain")

    assert (
        ran.out.index("E102 unknown-name") < ran.out.index("M004 endless-reminder") < ran.out.index("Y002 yaml-syntax")
    )
    assert len(dyade.done("explain", "--format", "json").data["codes"]) > 130


def test_an_unknown_code_is_answered_with_the_nearest(dyade):
    ran = dyade("explain", "unkown-name")

    assert ran.code == 2
    assert "unknown-name" in ran.err

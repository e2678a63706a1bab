"""What happens when a command is not well written, or does not end well?"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dyade.cli import ending
from dyade.cli.words import chosen, speaking
from dyade.errors import CommandReused, Conflict, DyadeError, NotFound, StoreTrouble


def run(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the true command, in a process of its own."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("DYADE_")}
    return subprocess.run(
        [sys.executable, "-m", "dyade", *arguments],
        cwd=folder,
        env={**ours, "PYTHONUTF8": "1", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


def test_the_true_command_tells_its_version(tmp_path):
    done = run("--version", folder=tmp_path)

    assert (done.returncode, done.stdout.split()[0]) == (0, "dyade")


def test_a_wrong_option_is_a_usage_error_told_in_the_readers_language(tmp_path):
    done = run("--lang", "fr", "list", "--nope", folder=tmp_path)

    assert done.returncode == 2
    assert "Il n'y a pas d'option '--nope'." in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "environment", "expected"),
    [
        (["--lang", "fr"], {"LANG": "en_CA.UTF-8"}, "fr"),
        (["--lang=en"], {"DYADE_LANG": "fr"}, "en"),
        ([], {"DYADE_LANG": "fr", "LC_ALL": "en_CA.UTF-8"}, "fr"),
        ([], {"LC_ALL": "fr_CA.UTF-8", "LANG": "en_CA.UTF-8"}, "fr"),
        ([], {"LANG": "fr_CA.UTF-8"}, "fr"),
        ([], {"LANG": "C.UTF-8"}, "en"),
        ([], {"LANG": "fry_NL"}, "en"),
        ([], {"LC_ALL": "", "LANG": "fr"}, "fr"),
        ([], {}, "en"),
    ],
)
def test_the_language_is_that_of_the_option_then_of_the_environment(arguments, environment, expected):
    assert chosen(arguments, environment) == expected


def test_an_option_may_stand_before_the_command_or_after_it(peopled):
    before = peopled("--format", "json", "person", "list")
    after = peopled("person", "list", "--format", "json")

    assert before.data == after.data
    assert len(after.data["people"]) == 3


def test_the_option_nearest_to_the_end_wins(peopled):
    assert peopled("--format", "json", "person", "list", "--format", "text").out.startswith("Identifiant")


def test_an_option_that_means_nothing_to_the_command_is_refused(dyade):
    """Ignored, `--on` would let someone believe that the day was heard."""
    ran = dyade("--on", "2026-09-01", "person", "list")

    assert ran.code == 2
    assert "--on" in ran.err


def test_a_day_that_is_none_is_told_with_what_is_expected(dyade):
    ran = dyade("advance", "D-1", "jumeler", "--as", "x", "--on", "hier")

    assert ran.code == 2
    assert "2026-09-15" in ran.err


def test_acting_needs_someone_who_acts(dyade):
    ran = dyade("advance", "D-1", "jumeler")

    assert ran.code == 2
    assert "--as" in ran.err


def test_the_clock_of_tests_is_refused_elsewhere(peopled):
    ran = peopled("person", "list", env={"DYADE_TEST": None})

    assert ran.code == 2
    assert "DYADE_TEST=1" in ran.err


@pytest.mark.parametrize("moment", ["hier", "2026-09-01T09:00:00"])
def test_the_clock_of_tests_needs_an_instant_with_its_zone(peopled, moment):
    assert peopled("person", "list", env={"DYADE_NOW": moment}).code == 2


def test_a_usage_error_is_an_object_where_json_was_asked(dyade):
    ran = dyade("show", "--format", "json")

    assert ran.code == 2
    assert ran.data["outcome"] == "usage"
    assert ran.err == ""


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NotFound("dyad", "D-9"), 2),
        (Conflict("D-1", 3, 4), 3),
        (CommandReused("a1"), 3),
        (StoreTrouble("busy"), 3),
        (StoreTrouble("damaged", "x"), 3),
        (KeyError("secret words"), 3),
        (KeyboardInterrupt(), 130),
        (EOFError(), 130),
    ],
)
@pytest.mark.parametrize("as_json", [False, True])
def test_an_error_ends_with_its_code_and_a_sentence(capsys, error, code, as_json):
    arguments = ["--format", "json"] if as_json else []

    with speaking("fr"):
        assert ending.of(lambda: _raise(error), arguments) == code

    shown = capsys.readouterr()
    assert "Traceback" not in shown.err
    if as_json:
        assert json.loads(shown.out)["message"]
    else:
        assert shown.err.startswith("Erreur : ")


def test_every_error_that_people_meet_has_a_code():
    """A new kind of error without one would be told as unforeseen."""
    kinds = {kind for kind in DyadeError.__subclasses__() if kind.__name__ != "SentenceTrouble"}

    assert kinds == set(ending.CODES)


def test_the_unforeseen_repeats_nothing_of_what_was_stored(capsys, monkeypatch):
    monkeypatch.delenv("DYADE_DEBUG", raising=False)

    with speaking("en"):
        ending.of(lambda: _raise(RuntimeError("Amelie's secret")), [])

    shown = capsys.readouterr().err
    assert "secret" not in shown
    assert "RuntimeError" in shown


def test_the_whole_trace_is_there_for_who_asks(capsys, monkeypatch):
    monkeypatch.setenv("DYADE_DEBUG", "1")

    with speaking("en"):
        ending.of(lambda: _raise(RuntimeError("detail")), [])

    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["list", "show D-1", "verify", "tick", "person list", "start jumelage --as x"])
def test_a_command_in_the_wrong_folder_leaves_no_store_behind(dyade, command):
    ran = dyade(*command.split())

    assert ran.code == 3
    assert "dyade.db" in ran.err
    assert not (dyade.folder / "dyade.db").exists()


def test_the_store_may_be_named_by_its_path(peopled):
    path = str(peopled.folder / "dyade.db")

    assert peopled("person", "list", "--db", path).code == 0


def test_an_output_that_lacks_letters_shows_others_and_keeps_data_whole(peopled):
    given = {name: value for name, value in peopled.environment.items() if value is not None}
    peopled.done("person", "set", "amelie", "--name", "Amélie ✔ 日本")

    def told(*arguments: str) -> subprocess.CompletedProcess[str]:
        return run(*arguments, folder=peopled.folder, **given, PYTHONUTF8="0", PYTHONIOENCODING="latin-1")

    assert "Am\ufffdlie ? ??" in told("person", "list").stdout
    assert told("verify").stdout.startswith("+ ")
    assert json.loads(told("person", "list", "--format", "json").stdout)["people"][0]["name"] == "Amélie ✔ 日本"


def test_a_reader_that_goes_away_is_no_error(tmp_path):
    script = f"{sys.executable} -m dyade --help | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode in {0, ending.UNREAD}
    assert done.stderr == ""


def _raise(error: BaseException) -> int:
    raise error


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("start jumelag mentore=amelie --as gilles", "Vouliez-vous dire « jumelage » ?"),
        ("start zut mentore=amelie --as gilles", "Il y a : jumelage"),
        ("check jumelag", "Vouliez-vous dire « jumelage » ?"),
        ("enrol amelie jumelage responsible", "Vouliez-vous dire « responsable » ?"),
        ("enrol amelie jumelage zut", "Il y a : "),
    ],
)
def test_a_name_that_there_is_not_is_answered_with_those_that_there_are(peopled, line, told):
    ran = peopled(*line.split())

    assert ran.code == 2
    assert told in ran.err


def test_where_there_is_no_store_one_is_told_how_to_begin(dyade):
    ran = dyade("list")

    assert ran.code == 3
    assert "dyade person add" in ran.err

"""What does a shell propose, and does it stay silent when something is wrong?"""

import pytest
from click.shell_completion import ShellComplete

from dyade.cli.root import cli
from dyade.cli.words import speaking


@pytest.fixture
def proposed(peopled, monkeypatch):
    """Asks for the proposals after some words of a command line."""
    for name, value in peopled.environment.items():
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)

    def ask(*words: str) -> list[str]:
        with speaking("fr"):
            found = ShellComplete(cli, {}, "dyade", "_DYADE_COMPLETE").get_completions(list(words[:-1]), words[-1])
        return [item.value for item in found]

    return ask


@pytest.fixture
def begun(peopled):
    """A dyad to name."""
    peopled.done("start", "jumelage", "mentore=amelie", "--as", "gilles")
    return peopled


def test_commands_are_proposed(proposed):
    assert proposed("wi") == ["withdraw"]
    assert proposed("person", "s") == ["set", "show"]


def test_programs_are_those_of_the_folder(proposed):
    assert proposed("start", "j") == ["jumelage"]


def test_scenarios_are_those_of_the_program(proposed):
    assert proposed("preview", "jumelage", "--scenario", "La f") == ["La fermeture est toujours possible"]


def test_people_are_those_of_the_store(proposed):
    assert proposed("person", "show", "") == ["amelie", "bruno", "gilles"]
    assert proposed("list", "--as", "b") == ["bruno"]


@pytest.mark.usefixtures("begun")
def test_dyads_are_those_of_the_store(proposed):
    assert proposed("show", "D") == ["D-1"]


def test_roles_and_fields_are_those_of_the_program(proposed):
    assert proposed("enrol", "amelie", "jumelage", "m") == ["mentore", "mentor"]
    assert "motif=" in proposed("start", "jumelage", "")


@pytest.mark.usefixtures("begun")
def test_forms_data_events_and_inputs_are_those_of_the_dyads_program(proposed):
    assert proposed("fill", "D-1", "r") == ["rencontres"]
    assert proposed("fill", "D-1", "rencontres", "") == ["date=", "minutes=", "utile="]
    assert proposed("advance", "D-1", "") == ["jumeler", "terminer", "prolonger", "fermer"]
    assert proposed("advance", "D-1", "prolonger", "") == ["nouvelle_fin="]
    assert proposed("step", "D-1", "rencontres", "") == ["rembourser"]
    assert proposed("waive", "D-1", "jumeler", "") == ["motif_inscrit"]
    assert proposed("set", "D-1", "") == ["motif=", "fin="]


@pytest.mark.usefixtures("begun")
def test_an_option_before_the_command_counts(proposed, tmp_path):
    assert proposed("--db", f"sqlite:///{tmp_path / 'other.db'}", "show", "D") == []


@pytest.mark.parametrize("words", [("show", ""), ("fill", "D-9", ""), ("step", "D-1", "nope", "")])
def test_nothing_is_proposed_where_something_is_wrong(proposed, monkeypatch, tmp_path, words):
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"not a database" * 100)
    monkeypatch.setenv("DYADE_DB", f"sqlite:///{broken}")

    assert proposed(*words) == []


def test_messages_that_have_not_left_are_proposed(proposed, peopled):
    for line in (
        "start jumelage mentore=amelie motif=projet --as gilles",
        "assign D-1 mentor bruno --as gilles",
        "accept D-1 --as bruno",
        "advance D-1 jumeler --as gilles",
    ):
        peopled.done(*line.split())
    waiting = [one["message"] for one in peopled.done("outbox", "list", "--format", "json").data["messages"]]

    assert sorted(proposed("outbox", "show", "")) == sorted(waiting) != []


def test_roles_of_a_booklet_are_those_of_the_program(proposed):
    assert proposed("docs", "jumelage", "--role", "m") == ["mentore", "mentor"]
    assert proposed("diagram", "jumelage", "--role", "r") == ["responsable"]
    assert proposed("docs", "nulle_part", "--role", "") == []

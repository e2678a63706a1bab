"""Does a command keep its store on a server as in a file, and tell in plain words what is wrong with the server?"""

import socket
import sys
from contextlib import closing

import pytest

from tests import postgres


@pytest.fixture
def served(dyade, tmp_path):
    """The same commands, on a store that a PostgreSQL server keeps."""
    with postgres.schema(tmp_path.name) as url:
        dyade.environment["DYADE_DB"] = url
        yield dyade


def test_a_life_goes_on_from_command_to_command(served):
    served.done("person", "add", "ana", "--name", "Ana")

    assert [one["id"] for one in served.done("person", "list", "--format", "json").data["people"]] == ["ana"]
    assert served.done("verify").code == 0


def test_a_store_that_nobody_made_is_not_made_by_looking(served):
    for _ in range(2):
        ran = served("list")
        assert (ran.code, ran.out) == (3, "")
        assert "Il n'y a pas de base à cet endroit" in ran.err


def test_a_store_moves_from_a_file_to_a_server_with_its_keys(dyade, tmp_path):
    dyade.done("keys", "init", str(tmp_path / "own"))
    dyade.environment["DYADE_KEYS"] = str(tmp_path / "own")
    dyade.done("person", "add", "ana", "--name", "Ana")
    dyade.done("backup", str(tmp_path / "copy"))
    with postgres.schema(f"{tmp_path.name}-store") as store, postgres.keys(tmp_path.name) as keys:
        place = f"{keys}?file={tmp_path / 'own'}"
        copied = dyade.done("keys", "copy", str(tmp_path / "own"), place)
        assert "own.vault" in copied.out
        assert dyade("keys", "copy", str(tmp_path / "own"), place).code == 1
        dyade.environment |= {"DYADE_DB": store, "DYADE_KEYS": place}

        dyade.done("restore", str(tmp_path / "copy"))

        assert dyade("restore", str(tmp_path / "copy")).code == 3
        assert dyade("restore", str(tmp_path / "copy"), "--replace").code == 2
        people = dyade.done("person", "list", "--format", "json").data["people"]
        assert [one["name"] for one in people] == ["Ana"]
        assert dyade.done("verify").code == 0


def test_keys_go_to_a_database_under_the_file_that_wraps_them(dyade, tmp_path):
    dyade.done("keys", "init", str(tmp_path / "own"))

    assert "postgresql://" in dyade("keys", "copy", str(tmp_path / "own"), str(tmp_path / "two")).err
    with postgres.keys(tmp_path.name) as keys:
        ran = dyade("keys", "copy", str(tmp_path / "own"), keys)
    assert ran.code == 2
    assert f"?file={tmp_path / 'own'}" in "".join(ran.err.split())


@pytest.mark.parametrize(
    ("lang", "said"),
    [("fr", "Le serveur de la base ne répond pas"), ("en", "The server of the store does not answer")],
)
def test_a_server_that_is_away_is_told(dyade, lang, said):
    with closing(socket.socket()) as unused:
        unused.bind(("127.0.0.1", 0))
        nobody = f"postgresql://ana:secret@127.0.0.1:{unused.getsockname()[1]}/dyade"
        ran = dyade("list", env={"DYADE_DB": nobody, "DYADE_LANG": lang})

    assert ran.code == 3
    assert said in ran.err
    assert "secret" not in ran.err


@pytest.mark.parametrize(
    ("lang", "said"),
    [("fr", "Le serveur de la base refuse cet accès"), ("en", "lets nobody in under this name")],
)
def test_a_wrong_password_is_told(served, lang, said):
    wrong = served.environment["DYADE_DB"].replace(postgres.PASSWORD, "wrong")
    ran = served("list", env={"DYADE_DB": wrong, "DYADE_LANG": lang})
    told = served("list", "--format", "json", env={"DYADE_DB": wrong, "DYADE_LANG": lang})

    assert ran.code == told.code == 3
    assert said in " ".join(ran.err.split())
    assert told.data["facts"]["reason"] == "refused"


@pytest.mark.parametrize(("lang", "said"), [("fr", "Installez-le"), ("en", "Install it")])
def test_without_what_speaks_to_servers_its_extra_is_named(served, monkeypatch, lang, said):
    for name in [name for name in sys.modules if name.startswith(("psycopg", "dyade.store.postgres."))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    ran = served("list", env={"DYADE_LANG": lang})

    assert ran.code == 3
    assert said in ran.err
    assert "dyade[postgres]" in ran.err


@pytest.fixture
def shared(served, tmp_path):
    """The same, with keys in a database of their own."""
    with postgres.keys(tmp_path.name) as url:
        served.environment["DYADE_KEYS"] = f"{url}?file={tmp_path / 'far' / 'secret'}"
        yield served


@pytest.mark.parametrize(
    ("lang", "made", "there"),
    [("fr", "Un lieu pour les clés", "Il y a déjà des clés"), ("en", "A place for keys was made", "already")],
)
def test_a_place_for_keys_is_made_on_a_server_once(shared, tmp_path, lang, made, there):
    place = shared.environment["DYADE_KEYS"]
    first = shared("keys", "init", place, "--lang", lang)
    second = shared("keys", "init", place, "--lang", lang)
    told = shared("keys", "init", place, "--format", "json")

    assert (first.code, second.code, told.code) == (0, 1, 1)
    assert made in " ".join(first.out.split())
    assert str(tmp_path / "far" / "secret") in first.out.replace("\n  ", "")
    assert there in second.out
    assert told.data["secret"] is None
    assert told.data["file"].startswith("postgresql://127.0.0.1:")
    for ran in (first, second, told):
        assert postgres.PASSWORD not in ran.out + ran.err


def test_a_person_is_erased_where_the_keys_are_on_a_server(shared):
    shared.done("person", "add", "ana", "--name", "Ana Sans-Pareille")
    shared.done("person", "erase", "ana", "--reason", "À sa demande")

    assert "Sans-Pareille" not in shared.done("person", "list").out
    assert shared.done("verify").code == 0


@pytest.mark.parametrize(
    ("lang", "said"),
    [("fr", "Le serveur des clés ne répond pas"), ("en", "The server of the keys does not answer")],
)
def test_a_server_of_keys_that_is_away_is_told(shared, lang, said):
    shared.done("person", "add", "ana", "--name", "Ana")
    with closing(socket.socket()) as unused:
        unused.bind(("127.0.0.1", 0))
        nobody = f"postgresql://ana:hunter2@127.0.0.1:{unused.getsockname()[1]}/keys"
        ran = shared("list", "--lang", lang, env={"DYADE_KEYS": nobody})

    assert ran.code == 3
    assert said in " ".join(ran.err.split())
    assert "hunter2" not in ran.err


@pytest.mark.parametrize(
    ("lang", "said"), [("fr", "Les clés ne peuvent pas être dans"), ("en", "The keys may not be in the database")]
)
def test_keys_in_the_database_of_the_store_are_refused_in_words(served, lang, said):
    ran = served(
        "person", "add", "ana", "--name", "Ana", "--lang", lang, env={"DYADE_KEYS": served.environment["DYADE_DB"]}
    )

    assert ran.code == 3
    assert said in " ".join(ran.err.split())
    assert postgres.PASSWORD not in ran.err


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_store_on_a_server_is_copied_by_tools_that_are_named(shared, tmp_path, lang):
    ran = shared("backup", str(tmp_path / "copy"), "--lang", lang)

    assert ran.code == 3
    assert "pg_dump --format=custom" in " ".join(ran.err.split())
    assert "pg_restore" in ran.err
    assert postgres.PASSWORD not in ran.err


def test_a_copy_of_a_file_says_how_the_keys_on_a_server_are_copied(shared, tmp_path):
    shared.environment["DYADE_DB"] = f"sqlite:///{tmp_path / 'dyade.db'}"
    shared.done("person", "add", "ana", "--name", "Ana")
    told = shared.done("backup", str(tmp_path / "copy"))

    assert "(pg_dump)" in " ".join(told.out.split())
    assert ".vault" not in told.out
    assert postgres.PASSWORD not in told.out


def test_the_doctor_looks_at_the_server_of_the_store_and_at_that_of_the_keys(shared):
    shared.done("person", "add", "ana", "--name", "Ana")
    true = {"DYADE_TEST": None, "DYADE_NOW": None}
    ran = shared("doctor", "--format", "json", env=true)
    found = {one["check"]: sorted(f["code"] for f in one["findings"]) for one in ran.data["checks"] if one["findings"]}

    # The server of the tests keeps nothing safely.
    assert found == {"settings": ["not_safe", "not_safe"], "keys": ["keys_one_server"]}
    assert postgres.PASSWORD not in ran.out + shared("doctor", env=true).out


def test_no_help_shows_what_an_address_holds(shared):
    for command in ((), ("list",), ("deliver",), ("outbox", "list"), ("keys", "init"), ("worker",)):
        assert postgres.PASSWORD not in shared.done(*command, "--help").out


def test_no_password_of_a_wrong_address_is_told(shared):
    for wrong in (
        "postgresql://ana:hunter2@[broken/x",
        "postgresql://ana:hunter2@h/x?nonsense=1",
        "pg://ana:hunter2@h/x",
    ):
        for variable in ("DYADE_DB", "DYADE_KEYS"):
            for form in ("text", "json"):
                ran = shared("list", "--format", form, env={variable: wrong})

                assert ran.code != 0
                assert "hunter2" not in ran.out + ran.err

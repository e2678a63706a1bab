"""Do keys that many machines share keep the promises of those in a file: destroyed for good, apart, never mistaken?"""

import os
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

import dyade
from dyade.errors import ExtraMissing, StoreTrouble
from dyade.service import erasing
from dyade.store.postgres import checkup, strongbox
from dyade.store.postgres.address import shown
from dyade.store.postgres.strongbox import KeysAddress, ServerBox
from dyade.store.vault import Vault, default_file, make_file
from dyade.wiring import Engine, examine
from tests import postgres
from tests.conftest import ON_SERVERS
from tests.service.lives import begin, behind, done, running
from tests.store.relay import Relay

KINDS = (ON_SERVERS,)
COMMENT = "phrase-sans-pareille"


@pytest.fixture
def dyad(engine):
    begun = running(engine)
    done(engine.fill(begun, "log", "ana", {"hours": 1, "comment": COMMENT}))
    return begun


def reason(act, *args, **given):
    """Why something could not be done."""
    with pytest.raises(StoreTrouble) as trouble:
        act(*args, **given).close()
    return trouble.value.reason


def wrapped(place):
    """All keys as they stand."""
    with behind(place) as keys:
        return [bytes(key) for (key,) in keys.execute("SELECT wrapped FROM keys WHERE wrapped IS NOT NULL")]


def pages(place):
    """Every byte of the table of keys that the server still holds."""
    with behind(place) as keys:
        [path] = keys.execute("SELECT pg_relation_filepath('keys')").fetchone()
        keys.execute("CHECKPOINT")
        [size] = keys.execute("SELECT pg_relation_size('keys')").fetchone()
        return bytes(keys.execute("SELECT pg_read_binary_file(%s, 0, %s)", (path, size)).fetchone()[0])


def left(place):
    """How much was destroyed and not swept."""
    with closing(ServerBox(KeysAddress.of(place))) as box:
        return box.unswept()


# -------------------------------------------------------------------------------------------------- destroyed for good


@pytest.mark.usefixtures("dyad")
def test_of_keys_that_were_destroyed_no_byte_stays_in_their_table(engine, keys_place):
    before = wrapped(keys_place)
    assert all(key in pages(keys_place) for key in before)

    engine.erase_person("ana", "request")

    kept = set(wrapped(keys_place))
    gone = [key for key in before if key not in kept]
    assert gone
    assert [key for key in gone if key in pages(keys_place)] == []
    assert left(keys_place) == 0


@pytest.mark.usefixtures("dyad")
def test_a_server_that_does_not_write_its_table_anew_is_found_out(engine, keys_place, monkeypatch):
    """The same with the fault planted: what is overwritten stays, unless somebody writes the table anew."""
    before = wrapped(keys_place)
    monkeypatch.setattr(ServerBox, "sweep", lambda _box: None)

    engine.erase_person("ana", "request")

    gone = set(before) - set(wrapped(keys_place))
    assert any(key in pages(keys_place) for key in gone)
    assert left(keys_place) > 0


@pytest.mark.usefixtures("dyad")
def test_what_could_not_be_swept_is_swept_by_whoever_opens_the_store_next(engine, again, keys_place):
    with behind(keys_place) as looking:
        looking.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        looking.execute("SELECT count(*) FROM erasures").fetchone()
        engine.erase_person("ana", "request")
        assert left(keys_place) > 0
        looking.execute("COMMIT")

    again()

    assert left(keys_place) == 0


@pytest.mark.usefixtures("dyad")
def test_many_erasures_are_swept_at_once_and_none_is_forgotten_at_the_end(engine, keys_place, monkeypatch):
    """Writing the table anew takes its time: what is destroyed soon after waits for the next time, or for the end."""
    swept = []
    real = strongbox._written_anew

    def written_anew(connection):
        done = real(connection)
        if done:
            swept.append(1)
        return done

    monkeypatch.setattr(strongbox, "_written_anew", written_anew)
    monkeypatch.setattr(strongbox, "SELDOM", 100_000)

    for person in ("ana", "bob", "cleo"):
        engine.erase_person(person, "request")
    # None, where the server itself was looking for longer than one waits: the end sweeps all the same.
    assert len(swept) <= 1
    assert left(keys_place) > 0
    engine.close()

    assert len(swept) == 2
    assert left(keys_place) == 0


@pytest.mark.parametrize("broken", ["retire", "destroy"])
def test_an_erasure_that_was_cut_short_is_ended_by_another_machine(engine, dyad, again, monkeypatch, broken):
    def cut(*_):
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(Vault, broken, cut)
        with pytest.raises(ZeroDivisionError):
            engine.erase_person("ana", "request")
    after = again()

    assert [one.open for one in after._desk.store.vault.erasures()] == [False]
    assert repr(after.dyad(dyad).entries["log"][0].data["comment"]) == "ERASED"
    assert after.verify().sound


@pytest.mark.usefixtures("dyad")
def test_a_server_that_goes_after_the_commit_leaves_an_erasure_that_the_next_start_ends(engine, again, monkeypatch):
    """The store has kept it; the keys could not be destroyed: the register says so."""
    vault = engine._desk.store.vault
    real = ServerBox._begun

    def away(box, begin):
        if box is vault._box and engine.erasures():
            raise StoreTrouble("away", "gone")
        return real(box, begin)

    with monkeypatch.context() as patched:
        patched.setattr(ServerBox, "_begun", away)
        assert reason(engine.erase_person, "ana", "request") == "keys_away"
        patched.setattr(erasing, "catch_up", lambda _desk: ())
        assert [one.open for one in again()._desk.store.vault.erasures()] == [True]

    assert [one.open for one in again()._desk.store.vault.erasures()] == [False]


# ------------------------------------------------------------------------------------------------------- two processes

ACTING = """
import sys
from dyade.wiring import Engine, examine
url, folder, keys, dyad, begun = sys.argv[1:]
from tests.service.lives import MONDAY
with Engine.open(url, folder, lambda: MONDAY, create=False, keys=keys) as engine:
    print("ready", flush=True)
    sys.stdin.readline()
    for n in range(10):
        outcome = engine.fill(dyad, "log", "ana", {"hours": 1, "comment": f"{begun} {n}"}, id=f"{begun}{n}")
        assert hasattr(outcome, "dyad"), outcome
"""


def test_processes_share_the_keys_and_make_each_once(engine, url, folder, keys_place):
    dyad = running(engine)
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join((str(Path(dyade.__file__).parents[1]), str(Path(__file__).parents[2])))
    }
    acting = [
        subprocess.Popen(
            [sys.executable, "-c", ACTING, url, str(folder), keys_place, dyad, name],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("un", "deux", "trois")
    ]
    for one in acting:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in acting:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    for one in acting:
        one.communicate(timeout=60)

    assert [one.returncode for one in acting] == [0, 0, 0]
    assert len({entry.data["comment"] for entry in engine.dyad(dyad).entries["log"]}) == 30
    with behind(keys_place) as keys:
        [[twice]] = keys.execute(
            "SELECT count(*) FROM (SELECT 1 FROM keys GROUP BY store, owner, dyad HAVING count(*) > 1) AS found"
        ).fetchall()
    assert twice == 0
    assert engine.verify().sound


# -------------------------------------------------------------------------------------------------- apart, not mistaken


def test_keys_in_the_database_of_the_store_are_refused_by_whatever_address(url, folder):
    elsewhere, _, _ = url.partition("?")
    for same in (url, elsewhere, url.replace("postgresql:", "postgres:"), f"{url}&application_name=keys"):
        assert reason(Engine.open, url, folder, keys=same) == "keys_same"
    with behind(url) as store:
        assert store.execute("SELECT to_regclass('dyade_keys')").fetchone() == (None,)


def test_a_database_of_something_else_is_no_place_for_keys(url, folder, keys_place):
    with behind(keys_place) as keys:
        keys.execute("CREATE TABLE photos (id integer)")

    assert reason(Engine.open, url, folder, keys=keys_place) == "keys_foreign"


@pytest.mark.usefixtures("dyad")
def test_a_store_that_hides_something_has_no_other_place_made_for_its_keys(url, folder, keys_place):
    with behind(keys_place) as keys:
        keys.execute("DROP TABLE keys, erasures, dyade_keys")

    assert reason(Engine.open, url, folder, keys=keys_place) == "keys"


@pytest.mark.usefixtures("dyad")
def test_a_machine_with_another_secret_hides_nothing_that_nobody_else_can_show(url, folder, keys_place, tmp_path):
    make_file(tmp_path / "other")

    assert reason(Engine.open, url, folder, keys=f"{keys_place}?file={tmp_path / 'other'}") == "keys_other"
    assert reason(Engine.open, url, folder, keys=f"{keys_place}?file={tmp_path / 'none'}") == "keys"


def test_the_secret_may_stand_in_a_variable(url, folder, keys_place, tmp_path, monkeypatch):
    make_file(tmp_path / "secret")
    monkeypatch.setenv(strongbox.VARIABLE, (tmp_path / "secret").read_text(encoding="ascii").split()[-1])
    with Engine.open(url, folder, keys=keys_place) as engine:
        engine.add_person("zoe", "Zoé")
        assert engine.made_keys is None
    with Engine.open(url, folder, keys=f"{keys_place}?file={tmp_path / 'secret'}") as engine:
        assert engine.person("zoe").name == "Zoé"

    for wrong in ("", "00ff", "hunter2" * 9):
        monkeypatch.setenv(strongbox.VARIABLE, wrong)
        with pytest.raises(StoreTrouble) as trouble:
            Engine.open(url, folder, keys=keys_place)
        assert trouble.value.reason == "keys_secret"
        assert not wrong or wrong not in str(trouble.value)


def test_the_secret_of_a_store_that_begins_is_made_for_its_owner_alone(url, folder, keys_place, tmp_path):
    file = tmp_path / "far" / "secret"
    with Engine.open(url, folder, keys=f"{keys_place}?file={file}") as engine:
        assert engine.made_keys == file

    assert file.stat().st_mode & 0o777 == 0o600
    assert not Path(f"{file}.vault").exists()


# ------------------------------------------------------------------------------------------------------- when it breaks


@pytest.mark.usefixtures("dyad")
def test_a_server_of_keys_that_goes_is_told_apart_and_nothing_is_lost(engine, url, folder, clock, keys_place, dyad):
    parts = psycopg.conninfo.conninfo_to_dict(keys_place)
    with Relay(int(str(parts["port"]))) as relay:
        through = keys_place.replace(f":{parts['port']}/", f":{relay.port}/")
        with Engine.open(url, folder, clock, keys=f"{through}?timeout=1") as other:
            relay.cut()
            done(other.fill(dyad, "log", "ana", {"hours": 1, "comment": "après"}))
            relay.cut_before(b"INSERT INTO erasures")
            assert reason(other.erase_person, "bob", "request") == "keys_away"
            assert (other.erasures(), engine.person("bob").name) == ({}, "Bob")
            relay.cut_before(b"SET wrapped = NULL")
            assert reason(other.erase_person, "bob", "request") == "keys_away"
    assert len(engine.erasures()) == 1

    with Engine.open(url, folder, clock, keys=keys_place) as after:
        assert [one.open for one in after._desk.store.vault.erasures()] == [False]
        assert after.verify().sound


def test_a_server_of_keys_that_is_not_there_is_away(url, folder, keys_place):
    with closing(socket.socket()) as unused:
        unused.bind(("127.0.0.1", 0))
        port = urlsplit(keys_place).port
        nobody = keys_place.replace(f":{port}/", f":{unused.getsockname()[1]}/")
        with pytest.raises(StoreTrouble) as trouble:
            Engine.open(url, folder, keys=nobody)

    assert trouble.value.reason == "keys_away"
    assert urlsplit(keys_place).password not in str(trouble.value)


def test_a_password_that_is_refused_is_never_told(url, folder, keys_place):
    wrong = keys_place.replace(urlsplit(keys_place).password, "hunter2")
    with pytest.raises(StoreTrouble) as trouble:
        Engine.open(url, folder, keys=wrong)

    assert trouble.value.reason == "keys_unread"
    assert "hunter2" not in str(trouble.value)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("postgresql://ana:hunter2@host:5432/keys?file=x", "postgresql://host:5432/keys"),
        ("postgresql://host/keys", "postgresql://host/keys"),
        ("postgresql://ana:hun@ter2@host/keys", "postgresql://host/keys"),
        ("postgresql://ana:hun/ter2@host/keys", "postgresql://host/keys"),
        ("postgresql://ana:hunter?2@host/keys", "postgresql://…"),
        ("postgresql://host/keys?password=hunter2", "postgresql://host/keys"),
        ("postgresql://host/keys?password=hun@ter2", "postgresql://…"),
    ],
)
def test_an_address_is_shown_without_what_is_secret(address, told):
    assert shown(address) == told


WITHOUT = """
import sys
sys.modules["psycopg"] = None
from dyade.errors import ExtraMissing
from dyade.wiring import Engine, examine
try:
    Engine.open("sqlite:///" + sys.argv[1], sys.argv[2], keys=sys.argv[3])
except ExtraMissing as missing:
    print(missing)
"""


def test_without_the_driver_its_extra_is_named(folder, keys_place, tmp_path):
    found = subprocess.run(
        [sys.executable, "-c", WITHOUT, str(tmp_path / "dyade.db"), str(folder), keys_place],
        env=os.environ | {"PYTHONPATH": str(Path(dyade.__file__).parents[1])},
        capture_output=True,
        check=True,
        text=True,
    )

    assert found.stdout.strip() == str(ExtraMissing("postgres"))


# -------------------------------------------------------------------------------------------------------- is it well?


def test_keys_on_the_server_of_the_store_and_a_secret_that_others_may_read_are_told(
    engine, url, folder, keys_place, tmp_path
):
    begin(engine)
    secret = tmp_path / "secret"
    secret.write_bytes(default_file().read_bytes())
    secret.chmod(0o644)
    place = f"{keys_place}?file={secret}"

    told = {one.code: one for one in examine(url, folder, keys=place) if one.check == "keys"}

    assert told.keys() == {"keys_open", "keys_one_server"}
    assert postgres.PASSWORD not in repr(told)
    secret.chmod(0o600)
    assert {one.code for one in checkup.look_at_keys(place, "sqlite:///x.db") if one.check == "keys"} == set()
    assert make_file(tmp_path / "other")
    other = examine(url, folder, keys=f"{keys_place}?file={tmp_path / 'other'}")
    assert [one.code for one in other if one.check == "keys"] == ["error.store_trouble.keys_other"]


def test_keys_that_could_not_be_swept_are_told(engine, url, keys_place):
    begin(engine)
    with behind(keys_place) as looking:
        looking.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        looking.execute("SELECT count(*) FROM keys").fetchone()
        engine.erase_person("ana", "request")

        assert [one.facts["n"] for one in checkup.look_at_keys(keys_place, url) if one.code == "keys_unswept"] == [1]

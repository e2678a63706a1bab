"""Does a store that outgrew its file come to a server as it stood, whole or not at all, and do its keys?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dyade.errors import BackupTrouble, StoreTrouble
from dyade.store.backup import DATABASE, backup
from dyade.store.keeping import carry
from dyade.store.postgres.moving import move_in
from dyade.store.sqlite import Address
from dyade.store.vault import make_file
from dyade.wiring import Engine
from tests import postgres
from tests.conftest import ON_SERVERS
from tests.service.lives import behind, done, running, welcome
from tests.service.paperwork import PROGRAM, begun, claim, pdf

KINDS = (ON_SERVERS,)
"""The keys may stand on a server of their own."""


def silent(_done: int, _total: int) -> None:
    """Draw nothing."""


@pytest.fixture
def server(tmp_path):
    """An empty place on a server."""
    with postgres.schema(f"{tmp_path.name}-moved") as url:
        yield url


@pytest.fixture
def own(tmp_path):
    """The keys of the store that moves: other tests have theirs in the usual file."""
    file = tmp_path / "own"
    make_file(file)
    return file


@pytest.fixture
def small(folder, clock, tmp_path, own):
    """A store in a file: two programs, a file attached, somebody erased, messages that wait."""
    (folder / "claims.yaml").write_text(PROGRAM, encoding="utf-8")
    with Engine.open(f"sqlite:///{tmp_path / 'dyade.db'}", folder, clock, keys=own) as opened:
        welcome(opened)
        opened.enrol("olga", "claims", "office")
        running(opened)
        dyad = begun(opened)
        done(claim(opened, dyad, pdf("reçu")))
        opened.add_person("dan", "Dan", lang="fr")
        opened.erase_person("dan", "à sa demande")
        yield opened


@pytest.fixture
def copy(small, clock, tmp_path):
    assert small.verify().sound
    return backup(Address(f"sqlite:///{tmp_path / 'dyade.db'}"), tmp_path / "copy", clock.now, silent).folder


def everything(engine):
    """What a store says of itself."""
    dyads = [one.id for one in engine.dyads()]
    return {
        "people": [(person.id, person.name) for person in engine.people()],
        "dyads": [engine.card(one, lang="fr") for one in dyads],
        "told": [engine.timeline(one, lang="fr") for one in dyads],
        "outbox": [(one.message.id, one.message.body, one.message.status) for one in engine.posted()],
        "files": [
            (file.name, engine.file(one, file.n, reader="bob"))
            for one in dyads
            if "bob" in str(engine.show(one).dyad.holdings)
            for file in engine.files(one, reader="bob")
        ],
        "erasures": engine.erasures(),
    }


def test_a_store_comes_to_a_server_as_it_stood(small, copy, server, folder, clock, own):
    told: list[tuple[int, int]] = []

    move_in(copy, server, lambda *counted: told.append(counted))

    with Engine.open(server, folder, clock, create=False, keys=own) as moved:
        assert everything(moved) == everything(small)
        assert moved.verify().sound
        assert [name for name, _ in everything(moved)["files"]] == ["reçu.pdf"]
    assert told[-1][0] == told[-1][1]


def test_it_goes_on_there_and_numbers_what_comes_after_what_came(small, copy, server, folder, clock, own):
    last = max(one.number for one in small.dyads())
    move_in(copy, server, silent)

    with Engine.open(server, folder, clock, create=False, keys=own) as moved:
        dyad = running(moved)
        assert moved.dyads()[-1].number == last + 1
        clock.pass_days(40)
        moved.tick()
        done(claim(moved, begun(moved), pdf("autre")))
        moved.erase_person("ana", "à sa demande")
        assert moved.verify().sound
        assert "Ana" not in str(moved.timeline(dyad, lang="fr"))


def test_numbers_of_files_that_were_erased_are_given_to_no_other(small, server, folder, clock, tmp_path, own):
    dyad = begun(small)
    done(claim(small, dyad, pdf("autre")))
    with behind(f"sqlite:///{tmp_path / 'dyade.db'}") as store:
        [last] = store.execute("SELECT max(n) FROM files").fetchone()
        store.execute("DELETE FROM files WHERE n = ?", (last,))
    copy = backup(Address(f"sqlite:///{tmp_path / 'dyade.db'}"), tmp_path / "again", clock.now, silent).folder
    move_in(copy, server, silent)

    with Engine.open(server, folder, clock, create=False, keys=own) as moved:
        done(claim(moved, dyad, pdf("encore")))
        assert max(file.n for file in moved.files(dyad, reader="bob")) > last


def test_a_command_whose_id_no_server_keeps_is_left_behind(small, server, folder, clock, tmp_path, own):
    running(small)
    done(small.fire(small.dyads()[-1].id, "touch", "ana", id="x\0y"))
    copy = backup(Address(f"sqlite:///{tmp_path / 'dyade.db'}"), tmp_path / "again", clock.now, silent).folder
    move_in(copy, server, silent)

    with Engine.open(server, folder, clock, create=False, keys=own) as moved:
        assert len(moved.dyads()) == len(small.dyads())
        assert moved.verify().sound


def test_a_store_that_stands_there_is_left_as_it_was(copy, server, folder, clock, own):
    with Engine.open(server, folder, clock, keys=own) as stands:
        welcome(stands)

    with pytest.raises(BackupTrouble) as caught:
        move_in(copy, server, silent)

    assert caught.value.reason == "stands"
    with Engine.open(server, folder, clock, create=False, keys=own) as stands:
        assert stands.dyads() == []


def test_what_is_not_ours_is_left_alone(copy, server):
    with behind(server) as other:
        other.execute("CREATE TABLE invoices (n BIGINT)")

    with pytest.raises(StoreTrouble) as caught:
        move_in(copy, server, silent)

    assert caught.value.reason == "foreign"


def test_a_move_that_is_cut_short_leaves_nothing_and_may_be_done_again(copy, server, folder, clock, own):
    class Cut(Exception):
        pass

    def cut(done_: int, total: int) -> None:
        if done_ == total:
            raise Cut

    with pytest.raises(Cut):
        move_in(copy, server, cut)
    with behind(server) as looking:
        assert looking.execute("SELECT to_regclass('dyads')").fetchone() == (None,)

    move_in(copy, server, silent)

    with Engine.open(server, folder, clock, create=False, keys=own) as moved:
        assert moved.verify().sound


def test_a_copy_that_is_damaged_is_refused_before_anything_is_written(copy, server):
    database = copy / DATABASE
    database.write_bytes(database.read_bytes()[:-1] + b"x")

    with pytest.raises(BackupTrouble) as caught:
        move_in(copy, server, silent)

    assert caught.value.reason == "damaged"
    with behind(server) as looking:
        assert looking.execute("SELECT to_regclass('alembic_version')").fetchone() == (None,)


# ---------------------------------------------------------------------------------------------------------------- keys


@pytest.fixture
def keys(keys_place, own):
    """Where the keys come to, wrapped by what wrapped them."""
    place = keys_place.partition("file=")[0].rstrip("?&")
    return f"{place}{'&' if '?' in place else '?'}file={own}"


@pytest.mark.usefixtures("small")
def test_keys_come_to_a_server_with_the_store(small, copy, server, folder, clock, keys, own):
    before = everything(small)
    move_in(copy, server, silent)

    assert carry(own, keys)

    # What the other file of keys holds is not asked any more.
    Path(f"{own}.vault").rename(f"{own}.gone")
    with Engine.open(server, folder, clock, create=False, keys=keys) as moved:
        assert everything(moved) == before
        moved.erase_person("bob", "à sa demande")
        running_ = [one.id for one in moved.dyads()]
        assert "Bob" not in json.dumps([moved.timeline(one, lang="fr") for one in running_], default=str)
        assert moved.verify().sound


@pytest.mark.usefixtures("small")
def test_keys_that_another_file_would_wrap_stay_where_they_are(keys, own, tmp_path):
    other = tmp_path / "other"
    make_file(other)

    with pytest.raises(StoreTrouble) as caught:
        carry(own, keys.partition("file=")[0] + f"file={other}")

    assert caught.value.reason == "keys_other"
    with behind(keys.partition("file=")[0].rstrip("?&")) as looking:
        assert looking.execute("SELECT to_regclass('keys')").fetchone() == (None,)


@pytest.mark.usefixtures("small")
def test_keys_that_stand_there_are_left_as_they_were(keys, own):
    assert carry(own, keys)

    assert not carry(own, keys)

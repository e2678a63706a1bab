"""Is a store opened only where it is safe, and is what goes wrong told in one clear reason?"""

import sqlite3
from pathlib import Path

import pytest

from dyade.errors import StoreTrouble
from dyade.store import sqlite
from dyade.store.store import SqliteStore
from dyade.wiring import Engine
from tests.service.lives import begin, done, refused, running, welcome

KINDS = ("sqlite",)


def reason(act, *args, **given):
    """Why something could not be done."""
    with pytest.raises(StoreTrouble) as trouble:
        act(*args, **given)
    assert str(trouble.value)
    return trouble.value.reason


def test_a_connection_keeps_what_it_is_given(url):
    connection = sqlite.connect(sqlite.Address(url))

    asked = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("synchronous", "foreign_keys")}

    assert asked == {"synchronous": 2, "foreign_keys": 1}
    assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    connection.close()


@pytest.mark.parametrize(("made_with", "page"), [(None, sqlite.PAGE), (4096, 4096)])
def test_a_store_keeps_the_pages_that_it_was_made_with(file, url, folder, made_with, page):
    """A commit writes whole pages: those of a new store are small."""
    if made_with:
        with sqlite3.connect(file) as first:
            first.execute(f"PRAGMA page_size = {made_with}")
            first.execute("VACUUM")
    with Engine.open(url, folder) as engine:
        welcome(engine)
        running(engine)
        assert engine.verify().sound

    with sqlite3.connect(file) as read:
        assert read.execute("PRAGMA page_size").fetchone() == (page,)


def test_a_connection_that_would_not_keep_it_is_refused(url, monkeypatch):
    monkeypatch.setattr(sqlite, "_WANTED", (("synchronous", "NORMAL", 2),))

    assert reason(sqlite.connect, sqlite.Address(url)) == "unsafe"


def test_a_store_that_another_process_is_making_is_waited_for(file, url, monkeypatch):
    """SQLite itself does not wait for a change of journal."""
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("CREATE TABLE one (id INTEGER)")
    other.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr(sqlite, "sleep", lambda _: other.execute("COMMIT"))

    connection = sqlite.connect(sqlite.Address(url))

    assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    connection.close()
    other.close()


def test_a_store_that_another_process_is_making_is_not_waited_for_without_end(file, url):
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("CREATE TABLE one (id INTEGER)")
    other.execute("BEGIN IMMEDIATE")

    assert reason(sqlite.connect, sqlite.Address(f"{url}?timeout=0.05")) == "busy"
    other.close()


@pytest.mark.parametrize(
    ("mounts", "kind"),
    [
        ("/dev/a / ext4 rw 0 0\nhost:/x /data nfs4 rw 0 0\n", "nfs4"),
        ("/dev/a / ext4 rw 0 0\nhost:/x /database nfs4 rw 0 0\n", None),
        ("host:/x / nfs rw 0 0\n/dev/a /data ext4 rw 0 0\n", None),
    ],
)
def test_a_file_over_the_network_is_refused(monkeypatch, mounts, kind):
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: mounts)

    assert sqlite.remote_kind(Path("/data/dyade.db")) == kind
    if kind:
        assert reason(sqlite.connect, sqlite.Address("sqlite:////data/dyade.db")) == "unsafe"


def test_a_file_that_is_no_database_is_refused(file, url):
    file.write_bytes(b"not a database, whatever its name says" * 100)

    assert reason(SqliteStore, url) == "damaged"


def test_a_file_whose_damage_cannot_even_be_spelled_is_refused(file, url, folder):
    """SQLite quotes what it cannot read, and Python cannot read the quotation."""
    Engine.open(url, folder).close()
    sound = file.read_bytes()
    file.write_bytes(sound.replace(b"CREATE TABLE people", b"CREATE TABL\xff people"))

    assert reason(Engine.open, url, folder) == "damaged"


def test_a_database_of_something_else_is_left_alone(file, url):
    with sqlite3.connect(file) as other:
        other.execute("CREATE TABLE photos (id INTEGER)")
    other.close()

    assert reason(SqliteStore, url) == "foreign"
    with sqlite3.connect(file) as other:
        assert [row[0] for row in other.execute("SELECT name FROM sqlite_master")] == ["photos"]
    other.close()


@pytest.mark.usefixtures("engine")
def test_a_store_of_a_newer_dyade_is_left_alone(file, url):
    with sqlite3.connect(file) as other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
    other.close()

    assert reason(SqliteStore, url) == "newer"


def test_a_folder_that_is_not_there_is_told(tmp_path):
    assert reason(SqliteStore, f"sqlite:///{tmp_path}/none/dyade.db") == "unreachable"


def test_a_store_that_nobody_made_is_not_made_unasked(url, file, folder):
    assert reason(Engine.open, url, folder, create=False) == "missing"
    assert not file.exists()
    Engine.open(url, folder).close()
    Engine.open(url, folder, create=False).close()


def test_a_patience_that_is_no_number_is_told(url):
    assert reason(SqliteStore, f"{url}?timeout=long") == "unreachable"


def test_another_kind_of_store_is_told():
    assert reason(SqliteStore, "mysql://here/dyade") == "unreachable"


def test_a_store_that_is_closed_says_so(url, folder):
    engine = Engine.open(url, folder)
    engine.close()

    assert reason(engine.people) == "unreachable"


@pytest.fixture
def hasty(url, folder, clock):
    """The same store, for someone who waits a tenth of a second."""
    with Engine.open(f"{url}?timeout=0.1", folder, clock) as opened:
        yield opened


def test_a_store_that_another_process_holds_is_busy_and_then_is_not(engine, hasty, file):
    dyad = begin(engine)
    with sqlite3.connect(file, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")

        assert reason(hasty.fire, dyad, "touch", "ana") == "busy"
        assert hasty.dyad(dyad).revision == 1

        other.execute("ROLLBACK")
    other.close()
    assert done(hasty.fire(dyad, "touch", "ana")).dyad.revision == 2


def test_a_store_that_another_thread_holds_is_busy_and_then_is_not(engine, hasty):
    dyad = begin(engine)
    with hasty._desk.store.writing():
        assert reason(hasty.fire, dyad, "touch", "ana") == "busy"

    done(hasty.fire(dyad, "touch", "ana"))


def test_a_full_disk_keeps_nothing_of_a_command_and_recovers_by_itself(engine):
    """As a disk that is full: the file may not grow by one more page."""
    dyad = running(engine)
    big = {"hours": 1, "comment": "x" * 60_000}
    before = engine.history(dyad)
    [connection] = engine._desk.store._free
    [pages] = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")

    assert reason(engine.fill, dyad, "log", "ana", big) == "full"
    assert engine.history(dyad) == before

    connection.execute("PRAGMA max_page_count = 1000000")
    done(engine.fill(dyad, "log", "ana", big))
    assert engine.verify().sound


def test_a_disk_that_does_not_confirm_a_write_ends_all_writing(engine, again, monkeypatch):
    """What the system took without keeping it may be lost: nothing more is said to be kept."""
    dyad = begin(engine)
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC
    error.sqlite_errorname = "SQLITE_IOERR_FSYNC"

    def failing(_self):
        raise error

    with monkeypatch.context() as broken:
        broken.setattr("dyade.store.writing.Transaction.commit", failing)
        assert reason(engine.fire, dyad, "touch", "ana") == "unconfirmed"

    assert reason(engine.fire, dyad, "touch", "ana") == "unconfirmed"
    assert engine.dyad(dyad).revision == 1
    assert done(again().fire(dyad, "touch", "ana")).dyad.revision == 2


def test_a_connection_that_cannot_go_back_is_thrown_away(engine):
    dyad = begin(engine)
    store = engine._desk.store
    [connection] = store._free
    connection.close()

    assert reason(engine.fire, dyad, "touch", "ana") == "damaged"
    store._free.clear()
    done(engine.fire(dyad, "touch", "ana"))


def test_a_command_that_is_interrupted_leaves_nothing(engine, monkeypatch):
    dyad = begin(engine)

    def interrupted(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("dyade.store.writing.Transaction.commit", interrupted)
        with pytest.raises(KeyboardInterrupt):
            engine.fire(dyad, "touch", "ana")

    assert engine.dyad(dyad).revision == 1
    done(engine.fire(dyad, "touch", "ana"))


def test_a_refused_command_takes_no_place_in_the_file(engine, file):
    dyad = begin(engine)
    size = file.with_suffix(".db-wal").stat().st_size

    refused(engine.fire(dyad, "finish", "ana"))

    assert file.with_suffix(".db-wal").stat().st_size == size

"""Is a copy of a store whole, of one instant, and put back so that nothing is lost, doubled or overwritten?"""

from __future__ import annotations

import json
import shutil
import sqlite3
import threading
from pathlib import Path

import pytest

from dyade.errors import BackupTrouble, StoreTrouble
from dyade.flow.messages import CLOCK
from dyade.service import notices
from dyade.store import backup as backups
from dyade.store.backup import backup, inspect, restore
from dyade.store.sqlite import Address
from dyade.store.vault import default_file
from dyade.wiring import Engine
from tests.service.lives import begin, done, running

NOON = 1_800_000_000_000_000


def silent(_done: int, _total: int) -> None:
    """Draw nothing."""


@pytest.fixture
def copied(file, clock, tmp_path):
    """Copies the store as it is now; gives the folder."""

    def copy(name: str = "copy") -> Path:
        return backup(Address(f"sqlite:///{file}"), tmp_path / name, clock.now, silent).folder

    return copy


@pytest.fixture
def put_back(clock, folder, tmp_path):
    """Puts a copy back elsewhere, and opens it as whoever runs it would."""
    opened: list[Engine] = []

    def put(copy: Path, name: str = "restored.db", **given) -> Engine:
        address = Address(f"sqlite:///{tmp_path / name}")
        restore(copy, address, clock.now, **{"replace": False, "progress": silent, **given})
        opened.append(Engine.open(f"sqlite:///{address.path}", folder, clock, create=False))
        return opened[-1]

    yield put
    for one in opened:
        one.close()


def trouble(work) -> str:
    """The reason for which something about copies is refused."""
    with pytest.raises(BackupTrouble) as caught:
        work()
    return caught.value.reason


def test_what_was_kept_is_put_back_and_verifies(engine, copied, put_back):
    dyad = running(engine)

    restored = put_back(copied())

    assert restored.dyad(dyad) == engine.dyad(dyad)
    assert restored.history(dyad) == engine.history(dyad)
    assert [one.id for one in restored.outbox()] == [one.id for one in engine.outbox()]
    assert restored.verify().sound


def test_a_copy_made_while_others_write_is_a_beginning_of_the_journal(
    engine, file, clock, tmp_path, monkeypatch, put_back
):
    """Between two pages, somebody writes: the copy is of the instant at which it was begun."""
    dyad = begin(engine)
    monkeypatch.setattr(backups, "PAGES", 1)
    before = engine.history(dyad)
    written: list[object] = []

    def meanwhile(_done: int, _total: int) -> None:
        if len(written) < 20:
            written.append(done(engine.fire(dyad, "touch", "ana")))

    made = backup(Address(f"sqlite:///{file}"), tmp_path / "copy", clock.now, meanwhile)

    assert len(written) == 20
    restored = put_back(made.folder)
    assert restored.history(dyad) == before
    assert restored.verify().sound
    assert engine.dyad(dyad).revision == 21


def test_a_copy_made_under_threads_that_write_is_a_beginning_of_the_journal(engine, copied, put_back):
    dyad = begin(engine)
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            done(engine.fire(dyad, "touch", "ana"))

    threads = [threading.Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        copies = [copied(f"copy{n}") for n in range(5)]
    finally:
        stop.set()
        for thread in threads:
            thread.join()

    whole = engine.history(dyad)
    for n, copy in enumerate(copies):
        restored = put_back(copy, f"restored{n}.db")
        history = restored.history(dyad)
        assert whole[: len(history)] == history
        assert restored.verify().sound


def test_the_keys_are_not_in_a_copy(engine, copied):
    running(engine)
    secrets = [default_file().read_text(encoding="ascii").split()[-1].encode()]
    with sqlite3.connect(f"{default_file()}.vault") as vault:
        secrets += [wrapped for (wrapped,) in vault.execute("SELECT wrapped FROM keys WHERE wrapped IS NOT NULL")]
    vault.close()

    found = b"".join(one.read_bytes() for one in copied().rglob("*") if one.is_file())

    assert len(secrets) > 1
    assert not any(secret in found or bytes.fromhex(secrets[0].decode()) in found for secret in secrets)
    # What is hidden is written in letters: any three may stand there by chance, not so what would stand around them.
    assert b" Ana" not in found
    assert b'"Ana' not in found


def test_a_copy_is_for_its_owner_alone(engine, copied):
    begin(engine)

    copy = copied()

    assert {one.name: one.stat().st_mode & 0o077 for one in (copy, *copy.rglob("*"))} == {
        "copy": 0,
        "store.db": 0,
        "backup.json": 0,
    }


# -------------------------------------------------------------------------------------------------- what comes after it


def test_what_time_sends_again_keeps_its_id_and_what_nobody_sent_has_none(engine, clock, copied, put_back):
    """What people did after the copy is lost; what time did comes back, later, under the ids that it had."""
    dyad = running(engine)
    copy = copied()
    done(engine.fire(dyad, "touch", "bob"))
    clock.pass_days(3)
    engine.tick()
    clock.pass_days(1)

    restored = put_back(copy)
    restored.tick()

    assert {one.id for one in restored.outbox()} == {one.id for one in engine.outbox()}
    [again] = [one.record.head for one in restored.history(dyad) if one.record.head.actor == CLOCK]
    [first] = [one.record.head for one in engine.history(dyad) if one.record.head.actor == CLOCK]
    assert again.at == first.at
    assert again.recorded_at == first.recorded_at + 86_400_000_000


def test_named_after_its_record_it_would_leave_under_another_id(engine, clock, copied, put_back, monkeypatch):
    """What the test above would not see if it could not fail."""
    monkeypatch.setattr(notices, "CLOCK", "nobody")
    running(engine)
    copy = copied()
    clock.pass_days(3)
    engine.tick()
    clock.pass_days(1)

    restored = put_back(copy)
    restored.tick()

    assert {one.id for one in restored.outbox()} != {one.id for one in engine.outbox()}


def test_what_a_transition_by_time_sends_keeps_its_id_too(engine, clock, copied, put_back, folder):
    """Named after the record, which says when it was written, it would leave under another one."""
    text = (folder / "small.yaml").read_text(encoding="utf-8")
    timed = "    at: fields.ends\n    effects: [{notify: {to: [mentor], template: begun}}]"
    (folder / "small.yaml").write_text(text.replace("    at: fields.ends", timed), encoding="utf-8")
    dyad = running(engine)
    done(engine.set(dyad, "ends", "2026-09-22", "cleo"))
    copy = copied()
    clock.pass_days(3)
    engine.tick()
    clock.pass_days(1)

    restored = put_back(copy)
    restored.tick()

    expired = [one.id for one in engine.outbox() if one.rule == "expire"]
    assert len(expired) == 1
    assert [one.id for one in restored.outbox() if one.rule == "expire"] == expired


def test_what_was_erased_since_is_erased_again_before_anybody_is_answered(engine, copied, put_back):
    dyad = running(engine)
    copy = copied()
    engine.erase_person("ana", "request")

    restored = put_back(copy)

    assert restored.person("ana").name == "ana"
    assert restored.verify().sound
    assert restored.history(dyad)


def test_contents_of_attached_files_come_along(engine, file, copied, tmp_path):
    begin(engine)
    place = file.with_name("dyade.db.files")
    (place / "new").mkdir(parents=True)
    (place / "a").write_bytes(b"one")
    (place / "new" / "b").write_bytes(b"two")

    copy = copied()
    backups.restore(copy, Address(f"sqlite:///{tmp_path / 'other.db'}"), NOON, replace=False, progress=silent)

    assert (tmp_path / "other.db.files" / "a").read_bytes() == b"one"
    assert (tmp_path / "other.db.files" / "new" / "b").read_bytes() == b"two"


# ------------------------------------------------------------------------------------------------------ what is refused


def test_a_folder_that_is_there_is_not_written_over(engine, copied):
    begin(engine)
    copied()

    assert trouble(copied) == "taken"


def test_a_store_that_is_not_there_is_not_copied(tmp_path):
    with pytest.raises(StoreTrouble, match="missing"):
        backup(Address(f"sqlite:///{tmp_path / 'no.db'}"), tmp_path / "copy", NOON, silent)

    assert not (tmp_path / "copy").exists()


def test_a_copy_that_was_cut_short_is_begun_anew(engine, copied, put_back, tmp_path):
    dyad = begin(engine)
    (tmp_path / "copy.part").mkdir()
    (tmp_path / "copy.part" / "store.db").write_bytes(b"half of it")

    assert put_back(copied()).dyad(dyad) == engine.dyad(dyad)


def test_a_store_that_stands_there_is_refused_unless_one_asks(engine, file, copied, clock, folder):
    dyad = begin(engine)
    copy = copied()
    done(engine.fire(dyad, "touch", "ana"))
    address = Address(f"sqlite:///{file}")
    engine.close()

    assert trouble(lambda: restore(copy, address, NOON, replace=False, progress=silent)) == "exists"
    found = restore(copy, address, NOON, replace=True, progress=silent)

    assert found.aside is not None
    for place, revision in ((file, 1), (found.aside, 2)):
        with Engine.open(f"sqlite:///{place}", folder, clock, create=False) as opened:
            assert opened.dyad(dyad).revision == revision
            assert opened.verify().sound


def test_a_store_that_is_in_use_is_never_put_aside(engine, file, copied):
    """Whoever has it open would go on writing where nobody looks any more."""
    dyad = begin(engine)
    copy = copied()

    assert trouble(lambda: restore(copy, Address(f"sqlite:///{file}"), NOON, replace=True, progress=silent)) == "in_use"

    done(engine.fire(dyad, "touch", "ana"))
    assert engine.verify().sound


def test_a_damaged_store_is_put_aside_as_it_is(engine, file, copied):
    begin(engine)
    copy = copied()
    engine.close()
    file.write_bytes(b"nothing of a database" * 500)

    found = restore(copy, Address(f"sqlite:///{file}"), NOON, replace=True, progress=silent)

    assert found.aside is not None
    assert found.aside.read_bytes().startswith(b"nothing of a database")


@pytest.mark.parametrize("byte", [100, 5_000, 20_000])
def test_a_copy_that_changed_is_not_put_back(engine, copied, tmp_path, byte):
    begin(engine)
    copy = copied()
    content = bytearray((copy / "store.db").read_bytes())
    content[byte] ^= 1
    (copy / "store.db").write_bytes(content)

    target = Address(f"sqlite:///{tmp_path / 'other.db'}")
    assert trouble(lambda: restore(copy, target, NOON, replace=False, progress=silent)) == "damaged"
    assert not target.exists


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"format": "another"}, "not_one"),
        ({"version": "9999"}, "newer"),
        ({"files": {"../outside": "0"}}, "not_one"),
        ({"files": {"store.db": "0", "files/../../outside": "0"}}, "not_one"),
        ({"files": {"store.db": "0", "/etc/hostname": "0"}}, "not_one"),
        ({"files": []}, "not_one"),
    ],
)
def test_what_says_other_things_than_a_copy_is_not_one(engine, copied, change, reason):
    begin(engine)
    copy = copied()
    table = copy / "backup.json"
    table.write_text(json.dumps({**json.loads(table.read_text(encoding="utf-8")), **change}), encoding="utf-8")

    assert trouble(lambda: inspect(copy)) == reason


def test_what_lacks_its_table_is_not_a_copy(engine, copied, tmp_path):
    begin(engine)
    copy = copied()
    (copy / "backup.json").unlink()

    assert trouble(lambda: inspect(copy)) == "not_one"
    assert trouble(lambda: inspect(tmp_path / "nowhere")) == "not_one"


def test_a_restore_that_was_cut_short_is_done_again(engine, copied, put_back, tmp_path):
    dyad = begin(engine)
    (tmp_path / "restored.db.part").write_bytes(b"half of it")
    (tmp_path / "restored.db.part.files").mkdir()
    (tmp_path / "restored.db.part.files" / "stray").write_bytes(b"of another copy")

    restored = put_back(copied())

    assert restored.dyad(dyad) == engine.dyad(dyad)
    assert not (tmp_path / "restored.db.files").exists()


def test_a_disk_that_takes_nothing_is_told_and_leaves_nothing(engine, file, tmp_path, monkeypatch):
    begin(engine)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    place = file.with_name("dyade.db.files")
    place.mkdir()
    (place / "a").write_bytes(b"one")

    assert trouble(lambda: backup(Address(f"sqlite:///{file}"), tmp_path / "copy", NOON, silent)) == "unwritable"
    assert not (tmp_path / "copy").exists()

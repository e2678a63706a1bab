"""Does `doctor` name what is wrong, in both languages, and end as badly as it is?"""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from dyade.store.vault import make_file
from tests.faces.test_json import documented

TRUE = {"DYADE_TEST": None, "DYADE_NOW": None}
"""No clock that stands still."""


@pytest.fixture
def keys(tmp_path) -> Path:
    """A file of keys for this test alone."""
    file = tmp_path / "apart" / "keys"
    make_file(file)
    return file


@pytest.fixture
def kept(dyade, keys, tmp_path):
    """The command line over a store of its own, apart from its keys."""
    (tmp_path / "store").mkdir()
    dyade.environment |= {"DYADE_DB": f"sqlite:///{tmp_path / 'store' / 'dyade.db'}", "DYADE_KEYS": str(keys)}
    dyade.done("person", "add", "amelie", "--name", "Amélie Essai", "--language", "fr")
    return dyade


def codes(ran) -> dict[str, list[str]]:
    """What was found, by check, where anything was."""
    return {one["check"]: [f["code"] for f in one["findings"]] for one in ran.data["checks"] if one["findings"]}


def examined(dyade, *options):
    return dyade("doctor", "--format", "json", *options, env=TRUE)


@pytest.mark.parametrize(
    ("lang", "said"), [("fr", "✔ Base\n✔ Réglages\n✔ Clés\n"), ("en", "✔ Store\n✔ Settings\n✔ Keys\n")]
)
def test_a_sound_store_is_told_line_by_line(kept, lang, said):
    ran = kept("doctor", env={**TRUE, "DYADE_LANG": lang})

    assert ran.code == 0
    assert ran.out.startswith(said)
    assert len(ran.out.splitlines()) == 7


def test_tools_are_answered_with_the_keys_that_are_documented(kept):
    ran = examined(kept)

    assert ran.data["outcome"] == "sound"
    assert set(ran.data) == documented("`doctor`")
    assert {key for one in ran.data["checks"] for key in one} == documented("a check of `doctor`")


def test_a_trial_that_was_left_on_is_told(kept):
    ran = kept("doctor", "--format", "json")

    assert ran.code == 3
    assert codes(ran) == {"settings": ["test_mode"]}


def test_a_store_that_is_not_there_is_told(dyade):
    ran = dyade("doctor", env=TRUE)

    assert ran.code == 3
    assert "✘ Base\n  - Il n'y a pas de base à cet endroit" in ran.out
    assert "? Échéances (pas examiné : la base n'a pas pu être ouverte)" in ran.out


@pytest.mark.parametrize("content", [b"nothing of a database" * 500, b""])
def test_a_file_that_is_no_store_is_told_and_left_alone(kept, tmp_path, content):
    file = tmp_path / "store" / "dyade.db"
    for one in file.parent.iterdir():
        one.unlink()
    file.write_bytes(content)

    ran = examined(kept)

    assert ran.code == 3
    assert codes(ran).keys() == {"store"}
    assert file.read_bytes() == content


@pytest.mark.parametrize(
    ("version", "code", "found"), [("0001", 1, "schema_older"), ("9999", 3, "error.store_trouble.newer")]
)
def test_another_schema_is_told_and_nothing_is_upgraded(kept, tmp_path, version, code, found):
    file = tmp_path / "store" / "dyade.db"
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
    connection.close()

    ran = examined(kept)

    assert ran.code == code
    assert codes(ran) == {"store": [found]}
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (version,)
    connection.close()


def test_a_journal_that_somebody_changed_is_told_and_set_right(kept, tmp_path):
    with sqlite3.connect(tmp_path / "store" / "dyade.db") as connection:
        connection.execute("PRAGMA journal_mode = delete")
    connection.close()

    assert codes(examined(kept)) == {"settings": ["journal"]}
    assert examined(kept).code == 0


def test_keys_that_others_may_read_are_told(kept, keys):
    keys.chmod(0o644)

    ran = examined(kept)

    assert (ran.code, codes(ran)) == (3, {"keys": ["keys_open"]})


@pytest.mark.parametrize("suffix", ["", ".vault"])
def test_keys_that_are_not_there_are_told(kept, keys, suffix):
    Path(f"{keys}{suffix}").unlink()

    ran = examined(kept)

    assert (ran.code, codes(ran)) == (3, {"keys": ["keys_missing"]})
    assert [one["status"] for one in ran.data["checks"]][3:] == ["unknown"] * 4


def test_keys_beside_their_store_are_told(kept, keys, tmp_path):
    for suffix in ("", ".vault"):
        shutil.move(f"{keys}{suffix}", tmp_path / "store" / f"keys{suffix}")
    kept.environment["DYADE_KEYS"] = str(tmp_path / "store" / "keys")

    ran = examined(kept)

    assert (ran.code, codes(ran)) == (1, {"keys": ["keys_beside"]})


def test_a_disk_that_is_nearly_full_is_told(kept, monkeypatch):
    from dyade.store import checkup

    monkeypatch.setattr(checkup, "ROOM", 2**80)

    assert codes(examined(kept)) == {"store": ["room"]}


@pytest.mark.usefixtures("keys")
def test_what_is_late_is_told_unless_it_is_allowed_to_be(kept):
    kept.done("person", "add", "gilles", "--name", "Gilles Essai", "--language", "fr")
    kept.done("person", "add", "bruno", "--name", "Bruno Essai", "--language", "fr")
    kept.done("enrol", "gilles", "jumelage", "responsable")
    for line in (
        "start jumelage mentore=amelie motif=projet --as gilles",
        "assign D-1 mentor bruno --as gilles",
        "accept D-1 --as bruno",
        "advance D-1 jumeler --as gilles",
        "fill D-1 entente objectifs=Un fin=2026-12-01 --as bruno",
        "sign D-1 entente --as bruno",
    ):
        kept.done(*line.split())
    kept.at("2026-09-20T14:00:00+00:00")

    late = kept("doctor", "--format", "json")
    allowed = kept("doctor", "--format", "json", "--late", "50000")

    assert "timers_late" in codes(late)["timers"]
    assert "timers" not in codes(allowed)


def test_the_journal_is_not_read_by_those_in_a_hurry(kept):
    assert [one["check"] for one in examined(kept, "--quick").data["checks"]][-1] == "outbox"

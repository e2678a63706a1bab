"""Is a person who is erased gone from everywhere, and does all the rest stand?"""

import json
import shutil
from pathlib import Path

import pytest

from dyade.errors import CommandReused, NotFound, StoreTrouble
from dyade.service import erasing
from dyade.store.vault import Vault, make_file
from dyade.store.writing import Transaction
from dyade.wiring import Engine
from tests.conftest import ON_SERVERS, STORES
from tests.service.lives import done, kinds, running
from tests.service.openly import opened_up

KINDS = (*STORES, ON_SERVERS)
NAME, ADDRESS, HOBBY, COMMENT = "Zorgandine Quebecq", "zorg@example.org", "cerfs-volants-rares", "phrase-sans-pareille"
SENTINELS = (NAME, ADDRESS, HOBBY, COMMENT)


@pytest.fixture
def zoe(engine):
    """Someone of whom the store knows what is found nowhere else."""
    engine.add_person("zoe", NAME, address=ADDRESS, attributes={"level": 2, "hobby": HOBBY})
    engine.enrol("zoe", "small", "mentee", profile={"hobby": HOBBY})
    return "zoe"


@pytest.fixture
def dyad(engine, zoe):
    """A dyad that is under way, with her words in forms, fields, messages, attributes and answers."""
    begun = engine.start("small", zoe, {"mentee": zoe, "mentor": "bob", "coordinator": "cleo"}, id="c1")
    id_ = done(begun).dyad.id
    done(engine.set(id_, "remark", COMMENT, zoe))
    done(engine.fire(id_, "begin", zoe))
    done(engine.fill(id_, "log", zoe, {"hours": 1, "comment": COMMENT}, id="c2"))
    done(engine.correct(id_, "log", zoe, {"hours": 2}, COMMENT))
    return id_


def files(file: Path) -> dict[str, bytes]:
    """Every byte of a store, its log included."""
    return {one.name: one.read_bytes() for one in file.parent.glob(f"{file.name}*")}


def found(content: dict[str, bytes]) -> list[tuple[str, str]]:
    return [(name, word) for name, bytes_ in content.items() for word in SENTINELS if word.encode() in bytes_]


def told(engine: Engine, dyad: str) -> str:
    """All that the engine says of a dyad, and of people."""
    said: list[object] = [
        engine.show(dyad),
        engine.history(dyad),
        engine.outbox(),
        engine.people(),
        engine.enrolments(program="small"),
    ]
    said += [engine.card(dyad, reader=reader) for reader in (None, "bob", "cleo", "olga")]
    said += [engine.timeline(dyad, reader=reader) for reader in (None, "bob", "cleo", "olga")]
    said += [engine.export_person(person) for person in ("zoe", "bob", "cleo")]
    return repr(said)


def test_what_concerns_people_is_never_written_openly(engine, dyad, file):
    assert all(word in told(engine, dyad) for word in SENTINELS)

    assert found(files(file)) == []


def test_an_erased_person_is_told_nowhere(engine, dyad, zoe, file):
    erased = engine.erase_person(zoe, "À sa demande")

    assert erased.dyads == (dyad,)
    assert erased.values >= 4
    assert [word for word in SENTINELS if word in told(engine, dyad)] == []
    assert found(files(file)) == []


def test_the_journal_stands_and_says_that_something_was_erased(engine, dyad, zoe):
    before = [(one.seq, one.hash) for one in engine.history(dyad)]

    engine.erase_person(zoe, "À sa demande")

    after = engine.history(dyad)
    assert [(one.seq, one.hash) for one in after][: len(before)] == before
    assert kinds(one.record for one in after[len(before) :]) == ["DataErased"]
    [(_, _, values)] = engine.erasures().values()
    assert after[-1].record[1:] == ("request", values)
    assert engine.verify().sound, engine.verify().problems


def test_the_register_of_erasures_names_nobody(engine, dyad, zoe):
    engine.erase_person(zoe, "À sa demande")

    [(_, dyads, values)] = engine.erasures().values()
    assert dyads == 1
    assert values > 0
    assert "zoe" not in repr(engine.history(dyad)[-1].record)


def test_erasing_twice_does_nothing_more(engine, dyad, zoe):
    engine.erase_person(zoe, "À sa demande")
    revision = engine.dyad(dyad).revision

    again = engine.erase_person(zoe, "À sa demande")

    assert again == erasing.Erased(0, (), 0)
    assert engine.dyad(dyad).revision == revision
    assert len(engine.erasures()) == 1


def test_erasing_someone_unknown_is_told(engine):
    with pytest.raises(NotFound):
        engine.erase_person("nobody", "x")


def test_what_others_gave_stays(engine, dyad, zoe):
    other = running(engine)
    done(engine.fill(other, "log", "ana", {"hours": 1, "comment": "à moi"}))
    done(engine.set(dyad, "remark", "de la coordination", "cleo"))

    engine.erase_person(zoe, "À sa demande")

    assert engine.dyad(other).entries["log"][0].data["comment"] == "à moi"
    assert engine.dyad(dyad).fields["remark"] == "de la coordination"
    assert engine.person("bob").name == "Bob"


def test_the_dyad_goes_on_and_figures_stay(engine, dyad, zoe):
    engine.erase_person(zoe, "À sa demande")

    done(engine.fire(dyad, "finish", zoe))
    assert done(engine.fire(dyad, "finish", "bob")).dyad.leaves[""] == "done"


def test_what_she_gives_later_is_hers_again(engine, dyad, zoe, again):
    """Keys that were destroyed serve no more, in any process."""
    other = again()
    done(other.fill(dyad, "log", zoe, {"hours": 1, "comment": "avant"}))

    engine.erase_person(zoe, "À sa demande")
    done(other.fill(dyad, "log", zoe, {"hours": 1, "comment": "après"}))

    for reader in (engine, other, again()):
        assert [repr(one.data["comment"]) for one in reader.dyad(dyad).entries["log"]] == [
            "ERASED",
            "ERASED",
            "'après'",
        ]
    assert engine.verify().sound


def test_an_old_copy_of_the_store_gives_nothing_back(engine, dyad, zoe, file, tmp_path, folder, clock):
    """Restored, it is told of the erasure before it answers, and it stands."""
    engine.erase_person("bob", "avant")
    copy = tmp_path / "old" / "dyade.db"
    copy.parent.mkdir()
    for one in file.parent.glob(f"{file.name}*"):
        shutil.copy(one, copy.parent / one.name)
    engine.erase_person(zoe, "À sa demande")
    done(engine.fire(dyad, "touch", "bob"))

    with Engine.open(f"sqlite:///{copy}", folder, clock) as restored:
        assert len(restored.erasures()) == 2
        assert [word for word in SENTINELS if word in told(restored, dyad)] == []
        assert restored.verify().sound, restored.verify().problems
    assert found(files(copy)) == []


def test_an_old_copy_opened_without_being_told_cannot_be_read(
    engine, dyad, zoe, file, tmp_path, folder, clock, monkeypatch
):
    copy = tmp_path / "old.db"
    for one in file.parent.glob(f"{file.name}*"):
        shutil.copy(one, tmp_path / one.name.replace("dyade.db", "old.db"))
    engine.erase_person(zoe, "À sa demande")
    monkeypatch.setattr(erasing, "catch_up", lambda _desk: ())

    with Engine.open(f"sqlite:///{copy}", folder, clock) as untold:
        assert untold.person(zoe).name == zoe
        with pytest.raises(StoreTrouble):
            untold.dyad(dyad)


@pytest.mark.parametrize("broken", ["retire", "destroy"])
def test_an_erasure_that_was_cut_short_is_done_at_the_next_start(engine, dyad, zoe, again, monkeypatch, broken):
    def cut(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(Vault, broken, cut)
        with pytest.raises(ZeroDivisionError):
            engine.erase_person(zoe, "À sa demande")

    after = again()
    assert [word for word in SENTINELS if word in told(after, dyad)] == []
    assert [one.open for one in after._desk.store.vault.erasures()] == [False]
    assert after.verify().sound


def test_a_command_answered_before_is_not_done_again(engine, dyad, zoe):
    engine.erase_person(zoe, "À sa demande")

    with pytest.raises(CommandReused):
        engine.fill(dyad, "log", zoe, {"hours": 1, "comment": COMMENT}, id="c2")


def test_a_message_that_waited_shows_that_it_never_left(engine, dyad, zoe):
    assert {one.status for one in engine.outbox(dyad)} == {"waiting"}

    engine.erase_person(zoe, "À sa demande")

    assert [(one.status, one.subject, one.body) for one in engine.outbox(dyad)] == [("failed", "", "")] * 2


@pytest.mark.usefixtures("dyad")
def test_time_goes_on_for_a_dyad_whose_data_were_erased(engine, zoe, clock):
    engine.erase_person(zoe, "À sa demande")
    clock.pass_days(3)

    assert engine.tick().failures == ()
    assert NAME not in repr(engine.outbox())


def test_without_their_keys_the_data_of_a_store_are_not_read(dyad, url, folder, clock, tmp_path):
    """A wrong file is trouble that is told; it is never taken for an erasure."""
    make_file(tmp_path / "other")

    for keys in (tmp_path / "other", tmp_path / "none"):
        with pytest.raises(StoreTrouble) as trouble, Engine.open(url, folder, clock, keys=keys) as opened:
            opened.dyad(dyad)
        assert trouble.value.reason == "keys"


def test_keys_stand_where_they_are_told_to(url, folder, clock, tmp_path):
    with Engine.open(url, folder, clock, keys=tmp_path / "far" / "keys") as opened:
        opened.add_person("zoe", NAME)
        assert opened.made_keys == tmp_path / "far" / "keys"

    modes = {one.name: one.stat().st_mode & 0o777 for one in (tmp_path / "far").iterdir()}
    assert modes == {"keys": 0o600, "keys.vault": 0o600}
    with Engine.open(url, folder, clock, keys=tmp_path / "far" / "keys") as opened:
        assert opened.person("zoe").name == NAME
        assert opened.made_keys is None


def test_an_export_gives_all_on_one_person_and_nothing_on_another(engine, dyad, zoe):
    done(engine.set(dyad, "proposed", "bob", zoe))

    given = engine.export_person(zoe)

    written = json.dumps(given, ensure_ascii=False)
    assert all(word in written for word in SENTINELS)
    assert not [other for other in ("bob", "Bob", "cleo", "Cleo", "ana", "Ana", "olga") if f'"{other}"' in written]
    assert given["collected"]["person"]["name"] == NAME
    assert [one["states"] for one in given["inferred"]] == [["running"]]
    assert {one["given_by"] for one in given["collected"]["dyads"][0]["values"]} == {"self"}


@pytest.mark.usefixtures("dyad")
def test_an_export_of_somebody_else_says_nothing_of_her(engine):
    written = json.dumps(engine.export_person("bob"), ensure_ascii=False)

    assert [word for word in (*SENTINELS, '"zoe"') if word in written] == []


def test_a_store_made_before_there_were_keys_is_hidden_as_it_is_opened(engine, dyad, file, url, folder, clock):
    opened_up(engine, file)
    assert found(files(file))

    with Engine.open(url, folder, clock) as hidden:
        assert all(word in told(hidden, dyad) for word in SENTINELS)
        assert hidden.verify().sound, hidden.verify().problems
        assert found(files(file)) == []


@pytest.mark.parametrize("planted", ["values", "words", "person"])
def test_an_erasure_that_forgets_a_part_is_found_out(engine, dyad, zoe, monkeypatch, planted):
    """Each part of an erasure is seen by the tests above: without it, they would fail."""
    monkeypatch.setattr(Transaction, f"erase_{planted}", lambda *_: 0)
    monkeypatch.setattr(Vault, "destroy", lambda *_: None)
    engine.erase_person(zoe, "À sa demande")
    engine._desk.recent._seen.clear()

    left = [word for word in SENTINELS if word in told(engine, dyad)]
    assert left or not engine.verify().sound

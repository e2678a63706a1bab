"""Is what was said of those who found no pair erased in time, and nothing else?"""

import shutil

import pytest

from dyade.wiring import Engine
from tests.conftest import ON_SERVERS, STORES
from tests.service.lives import begin, done, welcome

KINDS = (*STORES, ON_SERVERS)
RULE = "\nretention:\n  - {id: unpaired, what: enrolment, keep_for: 1 year}\n"
WISH = "voeu-confidentiel"


@pytest.fixture
def engine(url, folder, clock, keys_place):
    """The small program, which forgets after a year who found no pair."""
    file = folder / "small.yaml"
    file.write_text(f"{file.read_text(encoding='utf-8')}{RULE}", encoding="utf-8")
    with Engine.open(url, folder, clock, keys=keys_place) as opened:
        welcome(opened)
        opened.add_person("zoe", "Zoé")
        opened.enrol("zoe", "small", "mentee", profile={"hobby": WISH})
        yield opened


def enrolled(engine, person="zoe"):
    return [(one.role, dict(one.profile), one.status) for one in engine.enrolments(person=person)]


def test_nothing_is_forgotten_before_its_time(engine, clock):
    clock.pass_days(364)
    engine.tick()

    assert enrolled(engine) == [("mentee", {"hobby": WISH}, "active")]


def test_who_found_no_pair_is_forgotten_and_a_register_says_so(engine, clock):
    clock.pass_days(366)
    engine.tick()

    assert enrolled(engine) == [("mentee", {}, "ended")]
    assert engine.person("zoe").name == "Zoé"
    [(_, dyads, values)] = engine.erasures().values()
    assert (dyads, values) == (0, 1)
    assert engine.verify().sound, engine.verify().problems
    assert [one.reason for one in engine._desk.store.vault.erasures()] == ["unpaired"]


def test_it_is_done_once(engine, clock):
    clock.pass_days(366)
    engine.tick()
    clock.pass_days(366)
    engine.tick()

    assert len(engine.erasures()) == 1


def test_who_enrols_again_begins_anew(engine, clock):
    clock.pass_days(300)
    engine.enrol("zoe", "small", "mentee", profile={"hobby": WISH})
    clock.pass_days(300)
    engine.tick()

    assert enrolled(engine) == [("mentee", {"hobby": WISH}, "active")]


def test_who_is_in_a_dyad_is_not_forgotten(engine, clock):
    engine.enrol("bob", "small", "mentor", profile={"level": 3})
    begin(engine)
    clock.pass_days(800)
    engine.tick()

    assert enrolled(engine, "bob") == [("mentor", {"level": 3}, "active")]


def test_who_holds_a_role_of_the_whole_program_waits_for_nobody(engine, clock):
    engine.enrol("olga", "small", "office", profile={"phone": "1"})
    clock.pass_days(800)
    engine.tick()

    assert enrolled(engine, "olga") == [("office", {"phone": "1"}, "active")]


def test_an_old_copy_forgets_it_too(engine, clock, file, tmp_path, folder):
    copy = tmp_path / "old" / "dyade.db"
    copy.parent.mkdir()
    for one in file.parent.glob(f"{file.name}*"):
        shutil.copy(one, copy.parent / one.name)
    clock.pass_days(366)
    engine.tick()

    with Engine.open(f"sqlite:///{copy}", folder, clock) as restored:
        assert enrolled(restored) == [("mentee", {}, "ended")]
        assert restored.person("zoe").name == "Zoé"
        assert restored.verify().sound


def test_someone_may_be_erased_afterwards(engine, clock):
    clock.pass_days(366)
    engine.tick()
    engine.erase_person("zoe", "À sa demande")

    assert done(engine.start("small", "ana", {"mentee": "ana"}))
    assert engine.verify().sound

"""Are the places of two ids counted together once they are of one person, and never more than there are?"""

import shutil
from pathlib import Path

import pytest

from dyade.wiring import Engine
from tests.service.lives import done


@pytest.fixture
def engine(url, tmp_path, clock):
    folder = tmp_path / "programs"
    folder.mkdir()
    shutil.copy(Path(__file__).with_name("places.yaml"), folder)
    with Engine.open(url, folder, clock) as opened:
        for person in ("ana", "max", "maxbis", "olga"):
            opened.add_person(person, person.title(), lang="en")
        opened.enrol("olga", "places", "office")
        yield opened


def paired(engine, mentor):
    dyad = done(engine.start("places", "ana", {"mentee": "ana"})).dyad.id
    done(engine.assign(dyad, "mentor", mentor, "olga"))
    done(engine.fire(dyad, "pair", "olga"))
    return dyad


def used(engine):
    return {one.person: one.used for one in engine.shared("places") if one.id == "load" and one.used}


def test_the_place_of_one_follows_to_the_other(engine):
    dyad = paired(engine, "maxbis")

    assert not engine.merge_persons("max", "maxbis").refused

    assert used(engine) == {"max": 1}
    assert engine.verify().sound, engine.verify().problems
    done(engine.fire(dyad, "leave", "ana"))
    assert used(engine) == {}
    assert engine.verify().sound, engine.verify().problems


def test_more_places_than_one_person_has_are_refused_with_the_reason(engine):
    for mentor in ("max", "maxbis"):
        paired(engine, mentor)

    made = engine.merge_persons("max", "maxbis")

    assert [reason.code for one in made.dyads for reason in one.reasons] == ["quota_full"]
    assert used(engine) == {"max": 1, "maxbis": 1}
    assert engine.verify().sound, engine.verify().problems


def test_an_enrolment_that_has_room_for_both_lets_them_be_one(engine):
    engine.enrol("maxbis", "places", "mentor", capacity=2)
    for mentor in ("max", "maxbis"):
        paired(engine, mentor)

    assert not engine.merge_persons("max", "maxbis").refused

    assert used(engine) == {"max": 2}
    assert engine.verify().sound, engine.verify().problems


def test_who_waits_still_waits_and_is_served(engine):
    beds = [done(engine.start("places", "ana", {"mentee": "ana"})).dyad.id for _ in range(3)]
    for dyad in beds:
        engine.fire(dyad, "sleep", "ana")
    engine.add_person("anabis", "Ana B.")
    assert not engine.merge_persons("anabis", "ana").refused

    done(engine.fire(beds[0], "leave", "anabis"))
    assert engine.verify().sound, engine.verify().problems


def test_places_that_stay_behind_are_found_out(engine, monkeypatch):
    """What verify counts again is what would show a merge that forgets the counters."""
    paired(engine, "maxbis")
    with monkeypatch.context() as patched:
        patched.setattr("dyade.service.keep.changed", lambda *_: ())
        engine.merge_persons("max", "maxbis")

    assert {one.code for one in engine.verify().problems} & {"share", "counter"}

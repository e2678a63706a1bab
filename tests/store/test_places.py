"""Are the places and the money that dyads share never exceeded, given in order, and counted as their records say?"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import dyade
from dyade.flow import messages as m
from dyade.wiring import Engine
from tests.service.lives import behind, done, refused
from tests.store import crowd as _crowd

HERE = Path(_crowd.__file__)
CLIENTS, PLACES, ROUNDS, PROCESSES = 100, 32, 20, 5


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "programs"
    folder.mkdir()
    shutil.copy(HERE.with_name("places.yaml"), folder)
    return folder


@pytest.fixture
def engine(url, folder, clock):
    with Engine.open(url, folder, clock) as opened:
        for person in ("ana", "bob", "max", "olga"):
            opened.add_person(person, person.title(), lang="en")
        opened.enrol("olga", "places", "office")
        yield opened


def start(engine, many=1):
    return [done(engine.start("places", "ana", {"mentee": "ana"})).dyad.id for _ in range(many)]


def used(engine):
    return {(one.id, one.person): (one.used, one.max, one.waiting) for one in engine.shared("places")}


def crowding(url, folder, **given):
    path = [str(Path(dyade.__file__).parents[1]), str(HERE.parents[2])]
    found = subprocess.run(
        [sys.executable, str(HERE), url, str(folder), json.dumps(given)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(path)},
        capture_output=True,
        check=False,
        timeout=300,
    )
    assert found.returncode == 0, found.stderr.decode()
    return json.loads(found.stdout)


def test_a_crowd_of_processes_never_exceeds_the_places_and_every_place_is_given(engine, url, folder):
    start(engine, CLIENTS)

    rounds = crowding(url, folder, rounds=ROUNDS, processes=PROCESSES)

    assert rounds == [[PLACES, PLACES, PLACES, 0]] * ROUNDS
    assert engine.verify().sound


def test_clients_who_do_not_see_each_other_do_not_exceed_them_either(engine, url, folder):
    """What is decided on an old count is found out as it is kept."""
    start(engine, 50)

    assert crowding(url, folder, rounds=2, processes=2, blinded=True) == [[PLACES, PLACES, PLACES, 0]] * 2


def test_a_counter_that_nothing_guards_would_be_exceeded_and_told(engine, url, folder):
    """The fault that the two tests above would show."""
    start(engine, 50)

    [[entered, inside, counted, _]] = crowding(url, folder, rounds=1, processes=2, blinded=True, guarded=False)

    assert entered == inside == counted == 50


# ------------------------------------------------------------------------------------------------------- waiting lists


def test_whoever_came_first_is_offered_the_first_place_given_back(engine):
    dyads = start(engine, 5)
    for dyad in dyads:
        done(engine.fire(dyad, "sleep", "ana"))
    waiting = used(engine)["beds", ""]

    done(engine.fire(dyads[0], "leave", "ana"))
    after = used(engine)["beds", ""]
    entered = done(engine.fire(dyads[2], "sleep", "ana")).dyad.leaves[""]

    assert waiting == (2, 2, tuple(dyads[2:]))
    assert after == (2, 2, tuple(dyads[3:]))
    assert [message.subject for message in engine.outbox(dyads[2])] == ["A bed"]
    assert entered == "asleep"
    assert refused(engine.fire(dyads[4], "sleep", "ana")) == {"quota_waiting"}
    assert engine.verify().sound


def test_a_newcomer_does_not_pass_those_who_wait(engine, monkeypatch):
    """Between a place given back and its offer, somebody else comes."""
    dyads = start(engine, 4)
    for dyad in dyads[:3]:
        done(engine.fire(dyad, "sleep", "ana"))
    with monkeypatch.context() as patched:
        patched.setattr("dyade.service.engine.offer_places", lambda _: 0)
        done(engine.fire(dyads[0], "leave", "ana"))
        done(engine.fire(dyads[3], "sleep", "ana"))

    before = used(engine)["beds", ""]
    engine.tick()

    assert before == (1, 2, (dyads[2], dyads[3]))
    assert used(engine)["beds", ""] == (2, 2, (dyads[3],))


def test_a_place_is_offered_once_by_two_workers(engine, again):
    dyads = start(engine, 3)
    for dyad in dyads:
        done(engine.fire(dyad, "sleep", "ana"))
    done(engine.fire(dyads[0], "finish", "olga"))
    done(engine.fire(dyads[1], "leave", "ana"))

    again().tick()
    engine.tick()

    offered = [kept for kept in engine.history(dyads[2]) if isinstance(kept.record, m.Reserved)]
    assert len(offered) == 1


def test_nobody_waits_for_a_dyad_that_has_ended(engine):
    dyads = start(engine, 3)
    for dyad in dyads:
        done(engine.fire(dyad, "sleep", "ana"))

    done(engine.fire(dyads[2], "finish", "olga"))

    assert used(engine)["beds", ""] == (2, 2, ())


# --------------------------------------------------------------------------------------------------- people and money


def pair(engine, dyad):
    done(engine.assign(dyad, "mentor", "bob", "olga"))
    return engine.fire(dyad, "pair", "olga")


def test_a_mentor_has_as_many_dyads_as_the_program_says_or_as_their_enrolment_says(engine):
    dyads = start(engine, 3)

    done(pair(engine, dyads[0]))
    full = refused(pair(engine, dyads[1]))
    engine.enrol("bob", "places", "mentor", capacity=2)
    done(engine.fire(dyads[1], "pair", "olga"))

    assert full == {"quota_full"}
    assert used(engine)["load", "bob"] == (2, 2, ())
    assert refused(pair(engine, dyads[2])) == {"quota_full"}
    assert engine.verify().sound


def claim(engine, dyad, amount):
    done(engine.fill(dyad, "claims", "ana", {"amount": amount}))
    return engine.step(dyad, "claims", "pay", "olga")


def test_all_dyads_together_stay_within_a_budget(engine):
    first, second = start(engine, 2)

    done(claim(engine, first, "60.25"))
    outcome = claim(engine, second, "39.76")
    done(claim(engine, second, "39.75"))

    assert refused(outcome) == {"budget_passed"}
    assert used(engine)["purse", ""] == (10_000, 10_000, ())
    assert engine.verify().sound


def test_a_corrected_program_gives_what_it_says_to_every_dyad_also_to_those_of_before(engine, folder):
    dyads = start(engine, 3)
    for dyad in dyads:
        done(engine.fire(dyad, "sleep", "ana"))
    file = folder / "places.yaml"
    file.write_text(file.read_text().replace("max: 2, reserve_on: [sleep]", "max: 3, reserve_on: [sleep]"))

    engine.tick()

    assert used(engine)["beds", ""] == (3, 3, ())
    done(engine.fire(dyads[2], "sleep", "ana"))


# ------------------------------------------------------------------------------------------------------------ counting


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE counters SET used = 7 WHERE counter = 'quotas.places'", "counter"),
        ("DELETE FROM counters", "counter"),
        ("UPDATE shares SET amount = 0", "share"),
        ("DELETE FROM shares", "share"),
    ],
)
def test_verify_counts_again_and_tells_a_difference(engine, url, statement, code):
    [dyad] = start(engine)
    done(engine.fire(dyad, "enter", "ana"))
    sound = engine.verify().sound

    with behind(url) as connection:
        connection.execute(statement)

    assert sound
    assert [problem.code for problem in engine.verify().problems] == [code]

"""Do dyads that have not lived their way to where they stand have the places that their state speaks for?"""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

import dyade
from dyade.service.importing import Arrival
from dyade.wiring import Engine
from tests.service.lives import MONDAY, SECOND, done, refused

TODAY = date.fromtimestamp(MONDAY // SECOND).toordinal()
PLACES = Path(__file__).with_name("places.yaml").read_text(encoding="utf-8")
WITHOUT = PLACES[: PLACES.index("quotas:")] + PLACES[PLACES.index("budgets:") :]


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "programs"
    folder.mkdir()
    (folder / "places.yaml").write_text(PLACES, encoding="utf-8")
    return folder


@pytest.fixture
def engine(url, folder, clock):
    with Engine.open(url, folder, clock) as opened:
        for person in ("ana", "bob", "olga", *(f"p{i}" for i in range(40))):
            opened.add_person(person, person.title(), lang="en")
        opened.enrol("olga", "places", "office")
        yield opened


def arrivals(leaf, many, **people):
    return [Arrival(i + 2, leaf, {"mentee": (f"p{i}",), **people}, {}, TODAY - 3, TODAY - 9) for i in range(many)]


def used(engine):
    return {(one.id, one.person): one.used for one in engine.shared("places")}


def codes(arrived):
    return [reason.code for one in arrived for reason in one.reasons]


def test_dyads_that_come_in_are_counted_where_they_stand(engine):
    engine.import_dyads("places", arrivals("inside", 30), keep=True)
    engine.import_dyads("places", arrivals("out", 5), keep=True)

    assert used(engine)["places", ""] == 30
    assert engine.verify().sound


def test_nobody_comes_in_where_no_place_is_left_and_nothing_is_kept(engine):
    found = engine.import_dyads("places", arrivals("inside", 33), keep=True)

    assert codes(found) == ["quota_full"]
    assert found[-1].line == 34
    assert used(engine)["places", ""] == 0


def test_what_is_only_looked_at_tells_the_places_and_takes_none(engine):
    found = engine.import_dyads("places", arrivals("inside", 3))

    assert [one.places for one in found] == [(("places", ""),)] * 3
    assert used(engine)["places", ""] == 0


def test_whoever_may_go_beyond_is_counted_and_nobody_else_enters_until_there_is_room(engine):
    found = engine.import_dyads("places", arrivals("inside", 34), keep=True, beyond=True)
    dyad = done(engine.start("places", "ana", {"mentee": "ana"})).dyad.id

    assert used(engine)["places", ""] == 34
    assert refused(engine.fire(dyad, "enter", "ana")) == {"quota_full"}
    for one in found[:3]:
        done(engine.fire(one.dyad, "leave", f"p{one.line - 2}"))
    done(engine.fire(dyad, "enter", "ana"))
    assert used(engine)["places", ""] == 32
    assert engine.verify().sound


def test_each_of_its_people_has_their_place(engine):
    first = engine.import_dyads("places", arrivals("paired", 1, mentor=("bob",)), keep=True)
    second = engine.import_dyads("places", arrivals("paired", 2, mentor=("bob",)), keep=True)

    assert first[0].places == (("load", "bob"),)
    assert used(engine)["load", "bob"] == 1
    # The first is there already; the second finds no room beside bob.
    assert codes(second) == ["imported_before", "quota_full"]


def test_a_state_to_which_a_way_leads_through_a_place_speaks_for_one(engine):
    """One may come to the end with a place or without: what may be used is not promised to others."""
    engine.import_dyads("places", arrivals("over", 2), keep=True)

    assert used(engine)["places", ""] == 2


def test_an_import_and_people_who_enter_at_once_never_exceed_the_places(engine, url, folder):
    """Each process brings in twelve dyads, one by one, while the others do."""
    script = """
import json, sys
from dyade.service.importing import Arrival
from dyade.wiring import Engine
url, folder, mine, today, now = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:])
came = 0
with Engine.open(url, folder, lambda: now) as engine:
    for i in range(12):
        people = {"mentee": ("ana",)}
        one = Arrival(2, "inside", people, {}, today - 3 - i, today - 9 - 20 * (mine + 1) - i)
        came += engine.import_dyads("places", [one], keep=True)[0].dyad is not None
print(json.dumps(came))
"""
    path = os.pathsep.join([str(Path(dyade.__file__).parents[1])])
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", script, url, str(folder), str(mine), str(TODAY), str(MONDAY)],
            env=os.environ | {"PYTHONPATH": path},
            stdout=subprocess.PIPE,
        )
        for mine in range(4)
    ]
    came = [json.loads(run.communicate(timeout=120)[0]) for run in runs]

    assert sum(came) == 32
    assert used(engine)["places", ""] == 32
    assert engine.verify().sound


# ------------------------------------------------------------------------------------------------------------ migrated


@pytest.fixture
def lived(engine, folder):
    """Thirty-four dyads inside, by a version that shares nothing."""
    never = "auto: true, guard: [{id: no, when: false}]"
    text = WITHOUT.replace("upon: quotas.beds.offered", never)
    (folder / "places.yaml").write_text(text, encoding="utf-8")

    def live(many):
        for i in range(many):
            dyad = done(engine.start("places", f"p{i}", {"mentee": f"p{i}"})).dyad.id
            done(engine.fire(dyad, "enter", f"p{i}"))
        (folder / "places.yaml").write_text(PLACES.replace('version: "1"', 'version: "2"'), encoding="utf-8")

    return live


def test_dyads_that_come_to_a_version_with_places_have_theirs(engine, lived):
    lived(3)

    assert {one.status for one in engine.migrate("places")} == {"moved"}
    assert used(engine)["places", ""] == 3
    assert engine.verify().sound


def test_a_migration_for_which_there_are_not_places_enough_is_foreseen_and_moves_nobody(engine, lived):
    lived(34)

    foreseen = engine.foresee_migration("places", lang="en")
    moved = engine.migrate("places")

    blocked = [one for one in foreseen if one.status == "blocked"]
    assert [reason.code for one in blocked for reason in one.reasons] == ["quota_full"] * 2
    assert "Places" in blocked[0].told.reasons[0][1]
    assert [one.status for one in moved] == ["blocked"] * 2
    assert used(engine)["places", ""] == 0


def test_a_migration_may_go_beyond_the_places(engine, lived):
    lived(34)

    assert {one.status for one in engine.migrate("places", beyond=True)} == {"moved"}
    assert used(engine)["places", ""] == 34
    assert engine.verify().sound

"""Do processes that share a store, and processes that die, lose nothing, double nothing and leave nothing half done?"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

import pytest

import dyade
from dyade.wiring import Engine
from tests.service.lives import PROGRAMS, begin, done, welcome
from tests.store import nursery as _nursery

HERE = Path(_nursery.__file__)
ROUNDS = 20


def nursed(url, folder, work, **given):
    """Run real processes, from one of our own that has no thread and no connection."""
    path = [str(Path(dyade.__file__).parents[1]), str(HERE.parents[2])]
    found = subprocess.run(
        [sys.executable, str(HERE), work, url, str(folder), json.dumps(given)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(path)},
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert found.returncode == 0, found.stderr.decode()
    return json.loads(found.stdout)


@pytest.fixture
def nursery(url, folder):
    return partial(nursed, url, folder)


def touches(engine):
    """The records of the only dyad that came of the processes, with the revision of each."""
    return [kept.record.head.revision for kept in engine.history("D-1") if kept.record.head.revision > 1]


def test_two_processes_on_one_dyad_lose_and_double_nothing(engine, nursery):
    begin(engine)

    found = nursery("race", children=2, times=60, twins=False)

    answered = sorted(revision for answers in found["answers"] for _, revision in answers)
    assert found["codes"] == [0, 0]
    assert answered == list(range(2, 122))
    assert touches(engine) == answered
    assert engine.verify().sound


def test_twins_in_two_processes_happen_once_and_are_answered_alike(engine, nursery):
    begin(engine)

    found = nursery("race", children=3, times=25, twins=True)

    assert found["codes"] == [0, 0, 0]
    assert found["answers"] == [[[f"twin-{n}", n + 2] for n in range(25)]] * 3
    assert touches(engine) == list(range(2, 27))
    assert engine.verify().sound


def test_of_two_who_saw_the_same_revision_one_wins(engine, nursery):
    begin(engine)

    found = nursery("expecting", children=2, times=30)

    won = sorted(seen for answers in found["answers"] for what, seen in answers if what == "won")
    assert found["codes"] == [0, 0]
    assert won == list(range(1, 61))
    assert all(ahead > 0 for answers in found["answers"] for what, ahead in answers if what == "stale")
    assert touches(engine) == list(range(2, 62))


def test_a_process_that_is_killed_loses_no_answer_and_leaves_nothing_half_done(engine, nursery, again):
    begin(engine)

    answered = dict(nursery("kill", rounds=ROUNDS, seed=7)["answered"])

    other = again()
    kept = _kept(other)
    assert len({id_.partition("-")[0] for id_ in answered}) == ROUNDS
    assert answered.items() <= kept.items()
    # The last command of each process may be kept and not answered: at most one.
    assert len(kept) <= len(answered) + ROUNDS
    assert touches(other) == list(range(2, len(kept) + 2)) == sorted(kept.values())
    assert other.verify().sound
    done(other.fire("D-1", "begin", "ana"))


def test_a_process_that_was_forked_does_not_use_the_connections_of_the_other(engine, nursery):
    begin(engine)

    found = nursery("inheriting", times=20)

    assert found["codes"] == [0]
    assert found["shared"] == [False]
    assert sorted(found["revisions"]) == list(range(2, 62)) == touches(engine)
    assert engine.verify().sound


def _kept(engine):
    """The ids of the commands that the store has accepted, with their revisions."""
    with engine._desk.store.reading() as view:
        return dict(view._all("SELECT id, revision FROM commands"))


def test_processes_that_make_one_store_at_once_make_it_once(nursery, again):
    found = nursery("opening", children=4)

    assert found == {"answers": [[0]] * 4, "codes": [0] * 4}
    assert again().verify().sound


@pytest.mark.parametrize("after", [1, 5, 9])
def test_a_store_whose_making_was_cut_short_is_made_by_the_next(nursery, again, after):
    found = nursery("dying_in_migration", after=after)

    assert found["codes"] == [signal.SIGKILL]
    assert [len(made) for made in found["made"]] == [after]
    assert again().people() == []


def test_a_store_that_may_only_be_read_is_read(clock, monkeypatch):
    """Nothing is changed, and nothing stops what only looks."""
    with tempfile.TemporaryDirectory() as place:
        here = Path(place)
        here.chmod(0o755)
        programs = shutil.copytree(PROGRAMS, here / "programs")
        url = f"sqlite:///{here}/dyade.db"
        monkeypatch.setenv("XDG_CONFIG_HOME", str(here))
        with Engine.open(url, programs, clock) as engine:
            welcome(engine)
            begin(engine)
            (here / "dyade").chmod(0o755)
            for path in (here / "dyade").iterdir():
                path.chmod(0o444)
            for path in here.glob("dyade.db*"):
                path.chmod(0o444 if path.suffix == ".db" else 0o666)

            found = nursed(url, programs, "only_reading")

    assert found == {"told": [1, "read_only", 1], "codes": [0]}

"""Does whoever waits for something long hear how far it has come, to its end?"""

from pathlib import Path

import pytest

from dyade.flow.messages import Fire
from dyade.service.counted import counted, counted_of
from dyade.service.importing import Arrival
from tests.service.lives import begin, clock, done, engine, folder, running, url

__all__ = ["clock", "engine", "folder", "url"]
KINDS = ("sqlite",)


@pytest.fixture
def heard(engine):
    """What was heard of three dyads that go on."""
    for _ in range(3):
        running(engine)
    found: list[tuple[int, int]] = []
    engine.tells(lambda done, total: found.append((done, total)))
    return found


WHOLE = [(1, 3), (2, 3), (3, 3)]


def test_a_look_at_everything_tells_each_dyad(engine, heard):
    assert engine.verify().sound
    assert heard == WHOLE


def test_an_act_in_many_dyads_tells_each(engine, heard):
    chosen = engine.choose("small")

    engine.foresee_on_all("small", chosen, Fire("ana", "touch"))
    engine.act_on_all(chosen, Fire("ana", "touch"), id="lot")

    assert heard == WHOLE * 2


def test_an_import_tells_each_line(engine, heard):
    people = {"mentee": ("ana",), "mentor": ("bob",)}
    arrivals = [Arrival(line, "running", people, {}, 739_500, 739_500) for line in (2, 3, 4)]

    engine.import_dyads("small", arrivals)

    assert heard == WHOLE


def test_lives_lived_again_are_told(engine, heard):
    engine.replay("small", engine.program("small"))

    assert heard == WHOLE


def test_a_migration_tells_each_dyad(engine, heard, folder: Path):
    file = folder / "small.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("max: 3,", "max: 4,").replace('"1.0.0"', '"1.1.0"'), encoding="utf-8")

    engine.foresee_migration("small")

    assert heard == WHOLE


def test_nobody_hears_once_it_is_over(engine, heard):
    engine.tells(None)
    done(engine.fire(begin(engine), "begin", "ana"))

    assert engine.verify().sound
    assert heard == []


def test_parts_are_the_same_whether_anybody_listens():
    found: list[tuple[int, int]] = []

    assert list(counted(None, "abc")) == list(counted(lambda *told: found.append(told), "abc"))
    assert list(counted_of(lambda *told: found.append(told), iter("ab"), 2)) == ["a", "b"]
    assert found == [*WHOLE, (1, 2), (2, 2)]

"""Do the engines of the bench live the same lives, by the same numbers, as far as they are installed here?"""

import importlib
import itertools
import json
import re
from pathlib import Path

import pytest

from bench import lives
from bench.engines import ours
from bench.lives import LIVES

HERE = ("ours", "flat", "flat_shared", "nested")
"""The engines that need nothing but what dyade needs."""


@pytest.mark.parametrize("name", LIVES)
@pytest.mark.parametrize("engine", HERE)
def test_every_engine_lives_as_the_life_says(engine, name):
    """The same steps accepted, the same refused, the same end: else the comparison would compare nothing."""
    life = LIVES[name]
    lived = importlib.import_module(f"bench.engines.{engine}")
    dyad = lived.make()

    accepted = lived.play(dyad, lived.prepare(life.steps) if hasattr(lived, "prepare") else life.steps)

    assert accepted == [step.accepted for step in life.steps]
    assert lived.end(dyad) == life.end


def test_the_life_of_entries_has_the_events_that_were_promised():
    """22 of them: 12 log entries, one review, 3 refusals, and moves."""
    steps = LIVES["entries"].steps
    moves = [step for step in steps if step.accepted and step.event not in ours.FORMS]

    assert len(steps) == 22
    assert [step.event for step in steps].count("log") == 12
    assert [step.event for step in steps].count("review") == 1
    assert sum(not step.accepted for step in steps) == 3
    assert len(moves) == 6
    assert moves[-1].event == "withdraw"


def test_every_command_of_the_life_of_moves_moves_the_dyad():
    steps = LIVES["moves"].steps
    life = ours.make()
    places = [life.dyad.leaves]
    for asked in ours.prepare(steps):
        ours.play(life, [asked])
        places.append(life.dyad.leaves)

    assert len(steps) == 22
    assert all(before != after for before, after in itertools.pairwise(places))


def test_the_peers_go_by_the_numbers_of_the_program():
    numbers = {name: param.value for name, param in ours.PROGRAM.model.params.items()}

    assert numbers["whole"] == lives.WHOLE
    assert numbers["half"] == lives.HALF
    assert numbers["hours"] == lives.HOURS
    assert numbers["experience"] == lives.EXPERIENCE
    assert numbers["recesses"] == lives.RECESSES


def test_the_peers_are_pinned_without_an_address(root: Path):
    """Any registry serves them: pins and hashes, and nothing of where they came from."""
    wanted = re.findall(r"^[\w-]+", (root / "bench" / "requirements.in").read_text(encoding="utf-8"), re.MULTILINE)
    lock = (root / "bench" / "requirements.txt").read_text(encoding="utf-8")
    node = json.loads((root / "bench" / "xstate" / "package-lock.json").read_text(encoding="utf-8"))

    assert [name for name in wanted if f"\n{name.lower()}==" not in lock] == []
    assert "://" not in lock
    assert [name for name, package in node["packages"].items() if "resolved" in package] == []

"""Do lives drawn at random show what is wrong with a program, in few steps, and only that?"""

from __future__ import annotations

from pathlib import Path

from dyade.authoring.scenarios import run
from dyade.authoring.trying import scouring
from dyade.authoring.trying.scouring import Scoured, scour
from dyade.authoring.trying.setting import setting_of
from dyade.authoring.trying.writing import added
from dyade.flow.plan import plan_of
from dyade.program.load import load
from tests.authoring.conftest import HEAD

WORKSHOP = Path(__file__).parent.parent / "workshop.yaml"
BREAKING = """\
  - id: never_long
    always: days_between(dyad.created, today) < 40
    message: {en: It has lasted too long., fr: Cela dure depuis trop longtemps.}
    basis: assumed
"""


def scoured(more: str = "", steps: int = 400, seed: int = 1) -> Scoured:
    text = WORKSHOP.read_text(encoding="utf-8") + more
    program = load(text, "workshop.yaml")
    return scour(program, text, setting_of(program, plan_of(program), HEAD, 739_860), steps=steps, seed=seed)


def test_a_sound_program_shows_nothing():
    found = scoured()

    assert found.wrong is None
    assert (found.steps, found.lives > 5) == (400, True)
    assert 0 < found.refused < found.steps


def test_an_invariant_that_time_breaks_is_shown_by_the_fewest_steps():
    found = scoured(BREAKING)

    assert found.wrong is not None
    assert (found.wrong.key, dict(found.wrong.facts)) == ("failed.invariant", {"invariant": "never_long"})
    assert len(found.wrong.way.steps) <= 3
    assert found.steps < 400


def test_a_counter_example_is_a_scenario_that_fails_in_the_same_way():
    text = WORKSHOP.read_text(encoding="utf-8") + BREAKING
    wrong = scoured(BREAKING).wrong
    assert wrong is not None
    stories = added(f"{HEAD}scenarios:\n", [wrong.scenario("Found")])

    report = run(load(text, "workshop.yaml"), stories, "s.yaml", "en")

    assert [one.failure.key for one in report.lived if one.failure] == ["failed.invariant"], report.render("en")


def test_the_same_seed_draws_the_same():
    assert scoured(seed=4) == scoured(seed=4)
    assert scoured(seed=4).refused != scoured(seed=5).refused


def test_what_was_never_seen_is_told():
    few, many = ({(item.kind, item.name) for item in scoured(steps=n).never} for n in (1, 400))

    assert many < few


def test_an_explanation_that_disagrees_with_what_happens_is_told(monkeypatch):
    """What is told of an event is asked for before it is fired: here, everything is told to be closed."""
    monkeypatch.setattr(scouring, "OPEN", ())

    found = scoured()

    assert found.wrong is not None
    assert found.wrong.key == "random.explain"
    assert len(found.wrong.way.steps) == 1


def test_a_history_that_gives_another_dyad_is_told(monkeypatch):
    monkeypatch.setattr(scouring, "fold", lambda *_: None)

    found = scoured()

    assert found.wrong is not None
    assert found.wrong.key == "random.fold"
    assert found.wrong.way.steps == ()

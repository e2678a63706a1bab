"""Does a life led by hand tell what happens, go back, and become a scenario that passes?"""

from __future__ import annotations

import pytest

from dyade.authoring.scenarios import run
from dyade.authoring.trying.session import Simulation
from dyade.authoring.trying.setting import setting_of
from dyade.authoring.trying.trial import Misread
from dyade.flow.plan import plan_of
from tests.authoring.conftest import HEAD

STORIES = f"{HEAD}scenarios:\n  - name: First  # a comment\n    steps:\n      - clock: +1 day\n"
PLAN = {"cora": {"fill": "plan", "with": {"goal": "Cut film", "ends_on": "2026-12-18"}}}


@pytest.fixture
def life(workshop):
    simulation = Simulation(workshop, setting_of(workshop, plan_of(workshop), STORIES, 739_860), "en")
    simulation.begin()
    return simulation


def test_a_step_tells_what_happened_and_to_whom(life):
    heard = life.take(PLAN)

    assert heard.reasons == ()
    assert heard.lines[0].startswith("2026-09-01 09:00  cora")
    assert any("Cut film" in line for line in heard.lines)


def test_a_refusal_tells_why_and_changes_nothing(life):
    before = life.trial.dyad

    heard = life.take({"cora": {"fill": "plan", "with": {"goal": "x", "ends_on": "2026-01-01"}}})

    assert [reason.about for reason in heard.reasons] == ["not_past"]
    assert any("The end must be to come" in line for line in heard.lines)
    assert life.trial.dyad == before


def test_a_step_is_taken_back_with_its_time(life):
    start, dyad = life.trial.now, life.trial.dyad
    life.take(PLAN)
    life.take({"clock": "+3 days"})

    assert [life.undo(), life.undo(), life.undo()] == [{"clock": "+3 days"}, PLAN, None]
    assert (life.trial.now, life.trial.dyad, life.taken) == (start, dyad, [])


def test_time_does_not_go_back_and_what_is_no_step_is_not_taken(life):
    for step, key in (
        ({"clock": "2020-01-01"}, "try.back"),
        ({"clock": "+3 dogs"}, "try.no_moment"),
        ({"clock": "soon"}, "try.no_step"),
        ({"cora": {"dance": 1}}, "try.no_step"),
    ):
        with pytest.raises(Misread) as found:
            life.take(step)
        assert found.value.key == key
    assert life.taken == []


def test_what_each_may_do_is_what_is_open_to_them(life):
    life.take(PLAN)

    assert ("sign", "plan") in [*life.may("cora")]
    assert ("sign", "plan") in [*life.may("leo")]
    assert [*life.may("dana")] == []


def test_it_becomes_a_scenario_beside_those_that_are_there(life, workshop):
    life.take({"dana": {"sign": "plan"}})
    life.take(PLAN)
    life.take({"clock": "+3 days"})
    text = life.kept_in(STORIES, "By hand")

    report = run(workshop, text, "s.yaml", "en")

    assert text.startswith(STORIES.rstrip())
    assert report.ok, report.render("en")
    assert [one.name for one in report.lived] == ["First", "By hand"]
    assert "refused: {" in text


def test_without_scenarios_somebody_is_invented_for_each_role(workshop):
    simulation = Simulation(workshop, setting_of(workshop, plan_of(workshop), None, 739_860), "fr")
    simulation.begin()
    simulation.take({"clock": "+1 day"})

    assert {*simulation.trial.cast.names} == {"lead", "learner", "coach", "desk"}
    assert run(workshop, simulation.kept_in(None, "Un jour"), "s.yaml", "fr").ok


def test_what_is_due_is_where_next_leads(life):
    """Time goes to the instant, and no further."""
    step = life.until_due()
    if step is not None:
        due = life.trial.next_due
        life.take(step)
        assert life.trial.now - due < 60_000_000
    assert all(one.at > life.trial.now for one in life.coming())

"""Whatever is asked of a dyad, in whatever order, at whatever time: does its life stay sound?

Each test walks through tens of lives; together they take more than 100,000 steps. Hypothesis draws the seeds.
"""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dyade.program.program import Program
from tests.flow.living import PROGRAMS, shipped
from tests.properties import holds
from tests.properties.programs import drawn
from tests.properties.walks import Walk

STEPS = 400
SEEDS = st.integers(0, 2**32)
WALKS = settings(
    max_examples=25,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
"""A seed is as good as another: there is nothing to make smaller."""


def live(program: Program, seed: int, steps: int = STEPS) -> None:
    """Walk, and hold after each step what must hold."""
    walk, mirror, order = Walk(program, seed), holds.Mirror(program), holds.Order()
    for n, step in enumerate(walk.steps(steps)):
        mirror.takes(step)
        order.takes(step)
        holds.changes_nothing_when_refused(program, step)
        holds.final_states_are_final(program, step)
        if n % 5 == 0:
            holds.says_the_same_twice(program, step)
            holds.is_told_in_words(program, step)
        if n % 10 == 0:
            holds.nothing_happens_before_it_is_due(program, step)
        if n % 50 == 49:
            holds.explain_agrees_with_decide(program, walk)
        if n % 200 == 99 and walk.dyad is not None:
            holds.a_late_clock_moves_as_a_patient_one(program, walk.dyad, step.context)
    holds.is_shown_to_anyone(program, walk, "fr" if seed % 2 else "en")
    walk.bury()
    for dyad, records in walk.past:
        holds.comes_back_from_json(program, dyad, records)


@pytest.mark.parametrize("name", sorted(path.stem for path in PROGRAMS.glob("*.yaml") if path.stem.count(".") == 0))
@WALKS
@given(SEEDS)
def test_a_life_of_a_program_we_ship_stays_sound(name, seed):
    """Records fold to the dyad and come back from JSON, refusals change nothing, time is announced, words agree."""
    live(shipped(name), seed)


@pytest.mark.parametrize("group", range(8))
@WALKS
@given(st.integers(0, 4), SEEDS)
def test_a_life_of_any_program_stays_sound(group, program, seed):
    """The same holds over programs drawn at random, five for each group."""
    live(drawn(group * 5 + program), seed)

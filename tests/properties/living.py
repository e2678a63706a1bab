"""One walk, and all that must hold along it; where something does not, the story that shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from dyade.program.program import Program
from tests.properties import holds, secrecy, sharing
from tests.properties.story import story
from tests.properties.walks import Step, Walk


def live(program: Program, seed: int, steps: int, later: Program | None = None) -> Counter[str]:
    """Walk, and hold what must hold; count the records by their kind."""
    walk = Walk(program, seed, later)
    try:
        hold_all(walk, steps)
    except Exception as broken:
        broken.add_note(story(walk, seed, type(broken), hold))
        raise
    return Counter(type(record).__name__ for life in walk.past for record in life.records)


def hold_all(walk: Walk, steps: int) -> None:
    """Walk so many steps, then look back at each life."""
    hold(walk, walk.steps(steps))
    holds.is_shown_to_anyone(walk.program, walk, "fr" if walk.seed % 2 else "en")
    walk.bury_all()
    sharing.adds_up(walk.world)
    for life in walk.past:
        walk.asked = life.asked
        holds.comes_back_from_json(life)
        holds.is_erased_as_time_said(life)


def hold(walk: Walk, steps: Iterable[Step], every: int = 0) -> None:
    """Hold after each step what must hold: what is costly to ask is asked now and then, or every so many steps."""
    mirror, order = holds.Mirror(), holds.Order()
    for n, step in enumerate(steps):
        mirror.takes(step)
        order.takes(step)
        holds.final_states_are_final(step)
        sharing.is_never_passed(step)
        secrecy.sends_no_secret(walk, step)
        if step.forgot is not None:
            holds.forgets_nothing_else(step)
        if n % (every or 3) == 0 or (step.kept is not None and step.kept is not step.outcome):
            holds.changes_nothing_when_refused(step)
        if n % (every or 6) == 0:
            holds.says_the_same_twice(step)
            holds.is_told_in_words(step)
        if n % (every or 7) == 0:
            holds.says_the_same_after_a_tick(step)
        if n % (every or 12) == 0:
            holds.nothing_happens_before_it_is_due(step)
            sharing.is_counted_right(walk)
        if (n + 1) % (every or 50) == 0:
            holds.explain_agrees_with_decide(walk.program, walk)
            secrecy.tells_no_secret(walk, n // 50)
        if (n + 76) % (every or 200) == 0 and walk.dyad is not None:
            holds.a_late_clock_moves_as_a_patient_one(step.then, walk.dyad, step.context)
        if (n + 51) % (every or 250) == 0 and walk.dyad is not None:
            holds.looking_more_often_changes_nothing(step.then, walk.dyad, step.context)

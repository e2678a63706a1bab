"""Whatever is asked of a dyad, in whatever order, at whatever time: does its life stay sound?

A thousand programs that nobody wrote, and those that we ship, are walked through for more than 300,000 steps.
"""

from collections import Counter

import pytest

from dyade.flow import messages as c
from tests.flow.living import PROGRAMS, shipped
from tests.properties import programs
from tests.properties.living import live
from tests.properties.programs import drawn, later

GROUPS = 25
TOGETHER = programs.MANY // GROUPS
STEPS = 250
LIVES, STEPS_OF_A_LIFE = 26, 400
"""Of each program that we ship."""
SHIPPED = sorted(path.stem for path in PROGRAMS.glob("*.yaml") if path.stem.count(".") == 0)
RARE = {
    "Stepped": 5, "Confirmed": 5, "Corrected": 3, "Watched": 1, "Unsigned": 1, "AssentWithdrawn": 1, "Certified": 2,
    "CertificateRevoked": 1, "CertificateReissued": 1, "Excused": 1, "MeetingMoved": 1, "MeetingCancelled": 1,
    "MeetingHeld": 5, "Purged": 1, "Queued": 1, "Spent": 1, "Released": 2, "Migrated": 4, "DataErased": 4,
    "Enrolled": 0, "Revealed": 1, "Reserved": 4,
}  # fmt: skip
"""Records that only some programs can leave; of any other kind there are at least 12 in each group."""
NOT_DRAWN = {
    "Merged": "the register makes one person of two, in a store",
}
"""Those that no walk leaves, and why."""


def test_enough_is_walked():
    """A thousand programs and 300,000 steps: what this file promises."""
    assert GROUPS * TOGETHER >= 1_000
    assert GROUPS * TOGETHER * STEPS + len(SHIPPED) * LIVES * STEPS_OF_A_LIFE >= 300_000


@pytest.mark.parametrize("part", range(2))
@pytest.mark.parametrize("name", SHIPPED)
def test_a_life_of_a_program_we_ship_stays_sound(name, part):
    """Records fold to the dyad and come back from JSON, refusals change nothing, time is announced, words agree."""
    for seed in range(part, LIVES, 2):
        live(shipped(name), seed, STEPS_OF_A_LIFE)


@pytest.mark.parametrize("group", range(GROUPS))
def test_a_life_of_any_program_stays_sound(group):
    """The same holds over programs drawn at random; and every kind of record is left in each group of them."""
    left: Counter[str] = Counter()
    for seed in range(group * TOGETHER, (group + 1) * TOGETHER):
        left += live(drawn(seed), seed, STEPS, later(seed))
    wanted = c.RECORDS.keys() - NOT_DRAWN.keys()
    assert {kind: left[kind] for kind in wanted if left[kind] < RARE.get(kind, 12)} == {}

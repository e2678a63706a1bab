"""Where a walk turns red, is one told enough to see it again?"""

import pytest

from dyade.flow import messages as c
from dyade.flow.decide import HANDLERS
from tests.properties.living import hold, live
from tests.properties.programs import drawn
from tests.properties.story import Told, breaks, shortened
from tests.properties.walks import START, Walk


@pytest.fixture
def broken(monkeypatch):
    """Filling a form changes a field behind the records."""
    sound = HANDLERS[c.Fill]

    def fill(draft, command):
        refused = sound(draft, command)
        if not refused:
            draft.fields = {**draft.fields, "noted": 1}
        return refused

    monkeypatch.setitem(HANDLERS, c.Fill, fill)


@pytest.mark.usefixtures("broken")
def test_a_walk_that_breaks_tells_its_seed_its_program_and_its_commands():
    with pytest.raises(AssertionError) as red:
        live(drawn(2), 4, 260)

    [told] = red.value.__notes__
    assert told.startswith("seed 4, ")
    assert "Fill(actor=" in told
    assert '"dyade": "1.0"' in told


@pytest.mark.usefixtures("broken")
def test_a_story_is_as_short_as_it_still_breaks():
    """A start and a form that is filled: whatever stood between is left out."""
    walk = Walk(drawn(2), 4)
    with pytest.raises(AssertionError):
        hold(walk, walk.steps(260))
    begun = len(walk.asked)

    told = shortened(walk.program, walk.asked, 4, AssertionError, hold)

    assert begun > 3
    assert len(told) <= 3
    assert isinstance(told[-1][1], c.Fill)
    assert breaks(walk.program, told, 4, AssertionError, hold)


def test_a_sound_life_does_not_break():
    asked: Told = [(START, c.Start(c.SYSTEM, {})), (START, c.Tick())]
    assert not breaks(drawn(2), asked, 4, AssertionError, hold)

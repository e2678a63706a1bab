"""Does a clock that jumps stop what fires, for as long as it takes to believe it again?"""

from __future__ import annotations

import pytest

from dyade.service.believing import JUMP, SECOND, STABLE, Belief

NOON = 1_800_000_000 * SECOND


class Clocks:
    """A clock on the wall, and one that nobody sets."""

    def __init__(self) -> None:
        self.wall = NOON
        self.steady = 50.0

    def pass_seconds(self, seconds: float) -> None:
        self.wall += int(seconds * SECOND)
        self.steady += seconds

    def set(self, seconds: float) -> None:
        self.wall += int(seconds * SECOND)


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


@pytest.fixture
def belief(clocks) -> Belief:
    return Belief(lambda: clocks.wall, lambda: clocks.steady)


def test_time_that_passes_is_believed(clocks, belief):
    for seconds in (1, 3_600, 400 * 86_400):
        clocks.pass_seconds(seconds)
        assert belief.holds(clocks.wall)
        assert not belief.moved()


def test_a_clock_that_is_put_right_by_a_little_is_believed_and_noticed(clocks, belief):
    clocks.set(JUMP)
    assert belief.moved()

    assert belief.holds(clocks.wall)
    clocks.set(-JUMP)
    assert belief.holds(clocks.wall)


def test_after_a_jump_ahead_nothing_fires_for_a_minute(clocks, belief, caplog):
    clocks.set(JUMP + 1)

    assert not belief.holds(clocks.wall)
    assert "jumped ahead by 301 s" in caplog.text
    clocks.pass_seconds(STABLE - 1)
    assert not belief.holds(clocks.wall)
    assert belief.held() == pytest.approx(1)
    clocks.pass_seconds(1)
    assert belief.holds(clocks.wall)


def test_a_jump_that_was_seen_by_another_thread_holds_all_the_same(clocks, belief):
    clocks.set(86_400)
    assert belief.moved()

    assert not belief.holds(clocks.wall)


def test_a_clock_that_jumps_and_comes_back_is_waited_for_from_its_return(clocks, belief):
    clocks.set(86_400)
    assert not belief.holds(clocks.wall)
    clocks.pass_seconds(STABLE - 10)
    clocks.set(-86_400)

    assert not belief.holds(clocks.wall)
    clocks.pass_seconds(STABLE)
    assert belief.holds(clocks.wall)


def test_a_clock_that_goes_back_stops_nothing_and_is_told(clocks, belief, caplog):
    clocks.set(-3_600)

    assert belief.holds(clocks.wall)
    assert "went back by 3600 s" in caplog.text

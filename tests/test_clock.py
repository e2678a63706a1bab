"""The clock ticks an engine until it is stopped, whatever happens to one tick."""

from __future__ import annotations

import threading

from dyade.clock import Clock


class Engine:
    """Counts its ticks; the first one fails."""

    def __init__(self) -> None:
        self.ticks = 0
        self.twice = threading.Event()

    def tick(self) -> None:
        self.ticks += 1
        if self.ticks == 1:
            raise RuntimeError("the store is gone")
        self.twice.set()


def test_a_tick_that_fails_does_not_stop_the_clock(caplog):
    engine = Engine()

    with Clock(engine, seconds=0.01):
        assert engine.twice.wait(10)

    assert "will be tried again" in caplog.text


def test_waking_the_clock_does_not_wait_for_its_turn():
    engine = Engine()

    with Clock(engine, seconds=3600) as clock:
        while engine.ticks < 1:
            pass
        clock.wake()
        assert engine.twice.wait(10)


def test_a_stopped_clock_ticks_no_more():
    engine = Engine()
    with Clock(engine, seconds=0.01):
        assert engine.twice.wait(10)

    seen = engine.ticks
    engine.twice.clear()

    assert not engine.twice.wait(0.1)
    assert engine.ticks == seen

"""Does time act when it is due, in a process that stays, whatever others keep and whatever happens to one round?"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from dyade import clock as clocks
from dyade.clock import Clock
from dyade.errors import StoreTrouble
from dyade.service import errands
from dyade.service.rounds import Done as Did
from dyade.service.tick import Done, Ticked

PATIENCE = 10.0
SECOND = 1_000_000


def true_now() -> int:
    return time.time_ns() // 1000


def until(holds: Callable[[], object], seconds: float = PATIENCE) -> bool:
    """Wait until something holds, not longer than one would wait for a fault."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.005)
    return True


class Watch:
    """Tells of what was kept in the engine of these tests."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._seen = engine.kept
        self.closed = False

    def changed(self) -> bool:
        before, self._seen = self._seen, self._engine.kept
        return self._seen != before

    def close(self) -> None:
        self.closed = True


class Engine:
    """Has something due at given instants, and notes when it was done."""

    def __init__(self, *due: int) -> None:
        self.due = sorted(due)
        self.done: list[tuple[int, int]] = []
        self.rounds = 0
        self.kept = 0
        self.trouble: Exception | None = None
        self.watches: list[Watch] = []
        self.inside = threading.Event()
        self.go_on = threading.Event()
        self.go_on.set()

    def now(self) -> int:
        return true_now()

    def ticking(self, now: int | None = None, *, abreast: bool = False):  # noqa: ARG002
        self.rounds += 1
        if self.trouble is not None:
            trouble, self.trouble = self.trouble, None
            raise trouble
        assert now is not None
        while self.due and self.due[0] <= now:
            self.done.append((self.due.pop(0), true_now()))
            self.inside.set()
            assert self.go_on.wait(PATIENCE)
            self.kept += 1
            yield Ticked((Done("D-1", 1, ()),), ())

    def next_due(self, besides=()):  # noqa: ARG002
        return self.due[0] if self.due else None

    def due_count(self, now: int | None = None) -> int:
        return sum(at <= (now or 0) for at in self.due)

    def watch(self) -> Watch:
        self.watches.append(Watch(self))
        return self.watches[-1]

    def keep(self, at: int) -> None:
        """Another process keeps something that makes time act at an instant."""
        self.due = sorted([*self.due, at])
        self.kept += 1


def in_seconds(seconds: float) -> int:
    return true_now() + int(seconds * SECOND)


def test_what_is_due_is_done_at_its_instant_and_not_before():
    engine = Engine(in_seconds(-5), in_seconds(0.3), in_seconds(0.6))

    with Clock(engine):
        assert until(lambda: len(engine.done) == 3)

    assert all(done >= due for due, done in engine.done)
    # Two whole seconds, for a machine that is busy; most are within a hundredth of one.
    assert all(done - due < 2 * SECOND for due, done in engine.done[1:])


def test_between_two_instants_nothing_is_done():
    engine = Engine(in_seconds(-1), in_seconds(3600))

    with Clock(engine, poll=0.01):
        assert until(lambda: engine.done)
        seen = engine.rounds
        assert not until(lambda: engine.rounds > seen + 1, 0.3)


def test_what_another_process_keeps_brings_the_next_round_nearer():
    engine = Engine(in_seconds(3600))

    with Clock(engine, poll=0.01):
        assert until(lambda: engine.rounds)
        engine.keep(in_seconds(0.2))
        assert until(lambda: engine.done)

    assert engine.done[0][1] >= engine.done[0][0]


def test_waking_the_clock_does_not_wait_for_its_turn():
    engine = Engine(in_seconds(3600))

    with Clock(engine, poll=3600) as clock:
        assert until(lambda: engine.rounds == 1)
        clock.wake()
        assert until(lambda: engine.rounds == 2)


def test_a_clock_that_is_woken_while_it_works_works_once_more():
    engine = Engine(in_seconds(-1), in_seconds(3600))
    engine.go_on.clear()

    with Clock(engine, poll=3600) as clock:
        assert engine.inside.wait(PATIENCE)
        clock.wake()
        engine.go_on.set()
        assert until(lambda: engine.rounds == 2)


@pytest.mark.parametrize("trouble", [StoreTrouble("busy"), RuntimeError("gone")])
def test_a_round_that_fails_does_not_stop_the_clock(trouble, monkeypatch, caplog):
    monkeypatch.setattr(clocks, "RETRY", 0.05)
    engine = Engine(in_seconds(-1))
    engine.trouble = trouble

    with Clock(engine):
        assert until(lambda: engine.done)

    assert "will be tried again" in caplog.text


def test_a_watch_that_fails_is_begun_anew(monkeypatch):
    engine = Engine(in_seconds(3600))
    with Clock(engine, poll=0.01):
        assert until(lambda: engine.watches)
        first = engine.watches[0]
        monkeypatch.setattr(first, "changed", lambda: 1 // 0)
        assert until(lambda: len(engine.watches) == 2)
        engine.keep(in_seconds(0))
        assert until(lambda: engine.done)

    assert first.closed
    assert engine.watches[-1].closed


def test_a_stopped_clock_does_no_more_than_the_transaction_at_hand():
    engine = Engine(*(in_seconds(-n) for n in (3, 2, 1)))
    engine.go_on.clear()
    clock = Clock(engine)
    clock.start()
    assert engine.inside.wait(PATIENCE)
    stopping = threading.Thread(target=clock.stop)
    stopping.start()
    assert until(clock._stop.is_set)

    engine.go_on.set()
    stopping.join(PATIENCE)

    assert not stopping.is_alive()
    assert len(engine.done) == 1
    assert len(engine.due) == 2


def test_each_round_is_told():
    told: list[Did] = []
    engine = Engine(in_seconds(-2), in_seconds(-1))

    with Clock(engine, told=told.append):
        assert until(lambda: told)

    assert told[0].dyads == 2


def test_an_errand_is_run_at_once_and_when_something_was_kept_and_holds_up_nothing():
    ran: list[int] = []
    held = threading.Event()

    def errand(goes_on):
        ran.append(true_now())
        if len(ran) == 2:
            until(lambda: not goes_on() or held.is_set())

    engine = Engine(in_seconds(3600))
    with Clock(engine, errands=(errand,), poll=0.01):
        assert until(lambda: ran)
        engine.keep(in_seconds(0.1))
        assert until(lambda: len(ran) >= 2)
        assert until(lambda: engine.done)
        held.set()


def test_an_errand_that_fails_is_run_again(monkeypatch, caplog):
    monkeypatch.setattr(errands, "RETRY", 0.01)
    ran = []

    def errand(_goes_on):
        ran.append(1)
        raise RuntimeError("no")

    with Clock(Engine(), errands=(errand,)):
        assert until(lambda: len(ran) > 1)

    assert "an errand failed (RuntimeError)" in caplog.text

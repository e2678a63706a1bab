"""Does a worker do what is due, at a bounded rate, and know when there is something to do again?"""

from __future__ import annotations

import pytest

from dyade.flow.messages import Reminded
from dyade.service.rounds import LONGEST, Done, Rounds
from dyade.store.writing import Transaction
from tests.service.lives import DAY, SECOND, begin, breaking_after, done, running


class Waiting:
    """Waits in no time, and counts the seconds; it may be told to stop after so many waits."""

    def __init__(self, clock, stop_after: int | None = None) -> None:
        self.clock = clock
        self.pauses: list[float] = []
        self.stop_after = stop_after

    def __call__(self, seconds: float) -> bool:
        if seconds:
            self.pauses.append(seconds)
        return self.stop_after is not None and len(self.pauses) >= self.stop_after


def steady(clock):
    """A clock that agrees with the one on the wall."""
    return lambda: clock.now / SECOND


@pytest.fixture
def rounds(engine, clock):
    """The rounds of a worker on the small program."""

    def make(**given):
        given.setdefault("pause", Waiting(clock))
        given.setdefault("steady", steady(clock))
        return Rounds(engine, **given)

    return make


def reminded(engine, dyad):
    """(n, status) of every reminder of a dyad."""
    return [(k.record.n, k.record.status) for k in engine.history(dyad) if isinstance(k.record, Reminded)]


def test_a_round_does_what_is_due_and_rests_until_the_next(engine, clock, rounds):
    dyad = running(engine)
    worker = rounds()
    assert worker.run() == Done(0, 0, 0)
    due = engine.next_due()
    assert worker.rest() == min((due - clock.now) / SECOND, LONGEST)

    clock.now = due
    assert worker.rest() == 0
    assert worker.run() == Done(1, 1, 0)

    assert reminded(engine, dyad) == [(0, "sent")]
    assert engine.next_due() == due + 3 * DAY
    assert worker.rest() == LONGEST


def test_an_instant_that_is_near_is_waited_for_exactly(engine, clock, rounds):
    running(engine)
    worker = rounds()
    clock.now = engine.next_due() - 2 * SECOND

    assert worker.rest() == 2.0


def test_after_many_days_each_dyad_catches_up_in_the_order_in_which_it_was_due(engine, clock, rounds):
    later = begin(engine)
    first = running(engine)
    clock.pass_days(1)
    done(engine.fire(later, "begin", "ana"))
    clock.pass_days(400)

    assert rounds().run() == Done(2, 4, 0)

    # All were missed but the last, as `once` says.
    assert [[status for _, status in reminded(engine, dyad)] for dyad in (first, later)] == [["missed", "sent"]] * 2
    caused = [one.dyad for one in engine.outbox() if one.kind == "reminder"]
    assert caused == [first, later]


def test_no_more_dyads_are_done_in_a_second_than_was_said(engine, clock, rounds):
    for _ in range(60):
        running(engine)
    clock.pass_days(3)
    waiting = Waiting(clock)

    assert rounds(pause=waiting, rate=10).run() == Done(60, 60, 0)

    # The clock stood still meanwhile: fifty take five seconds, and sixty take six.
    assert waiting.pauses == [5.0, 6.0]


def test_who_is_asked_to_stop_ends_after_the_transaction_at_hand(engine, clock, rounds):
    for _ in range(60):
        running(engine)
    clock.pass_days(3)

    assert rounds(pause=Waiting(clock, stop_after=1), rate=10).run() == Done(50, 50, 0)

    assert engine.due_count() == 10
    assert rounds().run() == Done(10, 10, 0)


def test_a_dyad_in_which_time_cannot_act_holds_up_nobody_and_is_not_asked_all_the_time(
    engine, clock, rounds, monkeypatch, caplog
):
    bad, good = running(engine), running(engine)
    clock.pass_days(3)
    worker = rounds()
    with monkeypatch.context() as broken:
        broken.setattr(Transaction, "keep", breaking_after(bad))
        assert worker.run() == Done(1, 1, 1)
        assert worker.run() == Done(0, 0, 1)

    assert caplog.text.count(f"time could not act in {bad} (ZeroDivisionError)") == 1
    assert worker.rest() == LONGEST
    assert worker.run() == Done(1, 1, 0)
    assert reminded(engine, bad) == reminded(engine, good) == [(0, "sent")]


def test_while_the_clock_is_not_believed_nothing_fires(engine, clock, rounds):
    running(engine)
    passed = [0.0]
    worker = rounds(steady=lambda: passed[0])
    clock.pass_days(3)

    assert worker.run() == Done(0, 0, 0)
    assert worker.rest() == 60.0

    clock.now += 60 * SECOND
    passed[0] += 60
    assert worker.run() == Done(1, 1, 0)


def test_a_clock_set_back_sends_nothing_twice_and_writes_nothing_earlier(engine, clock, rounds):
    dyad = running(engine)
    clock.pass_days(3)
    worker = rounds()
    worker.run()
    kept = [one.record.head.recorded_at for one in engine.history(dyad)]

    clock.pass_days(-2)
    assert worker.run() == Done(0, 0, 0)
    done(engine.fire(dyad, "touch", "ana"))
    clock.pass_days(2)
    worker.run()

    assert reminded(engine, dyad) == [(0, "sent")]
    after = [one.record.head.recorded_at for one in engine.history(dyad)]
    assert after[: len(kept)] == kept
    assert after == sorted(after)


def test_a_long_round_tells_how_far_it_has_come(engine, clock, rounds):
    for _ in range(60):
        running(engine)
    clock.pass_days(3)
    told = []

    rounds(progress=lambda done, total: told.append((done, total))).run()

    assert told == [(50, 60), (60, 60)]


def test_two_workers_in_turns_do_each_thing_once(engine, clock, rounds, again):
    dyads = [running(engine) for _ in range(5)]
    other = again()
    clock.pass_days(3)
    mine, theirs = rounds(), Rounds(other, pause=Waiting(clock), steady=steady(clock))

    assert mine.run() == Done(5, 5, 0)
    assert theirs.run() == Done(0, 0, 0)

    assert [reminded(engine, dyad) for dyad in dyads] == [[(0, "sent")]] * 5
    assert engine.verify().sound

"""Do figures say what was done and how the store stands, by program and by code, and never by person?"""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from dyade.watching.figures import Figures, written
from tests.service.lives import DAY, begin, clock, done, engine, folder, refused, running, url

__all__ = ["clock", "engine", "folder", "url"]
LATE = 25 * 3600
"""Seconds by which a reminder is late after three days: it was due after two, at nine, and it is ten."""


def read(text: bytes) -> dict[tuple[str, ...], float]:
    """(name, labels in the order of their names) → value, as Prometheus reads it."""
    return {
        (one.name, *(one.labels[name] for name in sorted(one.labels))): one.value
        for family in text_string_to_metric_families(text.decode())
        for one in family.samples
    }


@pytest.fixture
def figures(engine) -> Figures:
    made = Figures(engine.standing)
    engine.watched_by(made)
    return made


def test_decisions_refusals_and_records_are_counted_by_program(engine, figures):
    dyad = running(engine)
    refused(engine.fire(dyad, "propose", "ana"))
    refused(engine.start("small", "bob", {"mentee": "ana"}))

    found = read(figures.text())

    assert found["dyade_decisions_total", "start", "small"] == 1
    assert found["dyade_decisions_total", "fire", "small"] == 1
    assert found["dyade_refusals_total", "not_available", "small"] == 1
    assert found["dyade_records_total", "moved", "small"] == 1
    assert found["dyade_work_seconds_count", "act"] == 2


def test_a_command_that_is_answered_again_is_counted_once(engine, figures):
    for _ in range(2):
        done(begun(engine))

    assert read(figures.text())["dyade_decisions_total", "start", "small"] == 1


def begun(engine):
    return engine.start("small", "ana", {"mentee": "ana", "mentor": "bob", "coordinator": "cleo"}, id="once")


def test_how_late_time_acts_is_measured(engine, figures, clock):
    """The reminder is due after two days, at nine; time acts at ten."""
    running(engine)
    clock.pass_days(2)
    engine.tick()

    found = read(figures.text())

    assert found["dyade_timer_lateness_seconds_sum", "small"] == pytest.approx(3600)
    assert found["dyade_timer_lateness_seconds_bucket", "1800.0", "small"] == 0
    assert found["dyade_timer_lateness_seconds_bucket", "7200.0", "small"] == 1


def test_time_that_acts_before_a_command_is_measured_too(engine, figures, clock):
    dyad = running(engine)
    clock.pass_days(3)
    done(engine.fire(dyad, "touch", "ana"))

    assert read(figures.text())["dyade_timer_lateness_seconds_sum", "small"] == pytest.approx(LATE)


def test_the_store_is_looked_at_when_somebody_asks(engine, figures, clock):
    dyads = [running(engine) for _ in range(2)]
    clock.pass_days(3)

    late = read(figures.text())
    engine.tick()
    after = read(figures.text())

    assert (late["dyade_timers_due",], late["dyade_timers_oldest_seconds",]) == (2, LATE)
    assert (late["dyade_outbox_waiting",], late["dyade_outbox_oldest_seconds",]) == (4, 3 * DAY / 1_000_000)
    assert (after["dyade_timers_due",], after["dyade_timers_oldest_seconds",]) == (0, 0)
    assert after["dyade_outbox_waiting",] == 4 + len(dyads)
    assert after["dyade_store_up",] == 1


def test_an_error_is_counted_by_its_code(engine, figures):
    dyad = begin(engine)
    for _ in range(2):
        with pytest.raises(Exception, match="Someone changed"):
            engine.fire(dyad, "begin", "ana", expects=9)

    assert read(figures.text())["dyade_errors_total", "conflict", "act"] == 2


def test_a_store_that_cannot_answer_is_told_and_the_rest_goes_on(engine):
    def away():
        raise OSError

    figures = Figures(away)
    engine.watched_by(figures)
    running(engine)

    found = read(figures.text())
    assert found["dyade_store_up",] == 0
    assert found["dyade_decisions_total", "start", "small"] == 1
    assert read(written(away)) == {("dyade_store_up",): 0}


def test_no_label_is_a_person(engine, figures, clock):
    dyad = running(engine)
    refused(engine.start("small", "ana", {"mentee": "nobody-at-all"}))
    done(engine.set(dyad, "remark", "Words", "ana"))
    clock.pass_days(3)
    engine.tick()

    text = figures.text().decode()
    for said in ("ana", "bob", "cleo", "olga", "nobody-at-all", "Words", dyad):
        assert f'"{said}"' not in text

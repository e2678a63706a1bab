"""Is somebody woken up by whatever becomes due, and made ready for once, by however many processes?"""

from __future__ import annotations

import threading

import pytest
from procrastinate.schema import SchemaManager

from dyade.errors import StoreTrouble
from dyade.workers import queue
from dyade.workers.waking import LAST, moment
from tests.service.lives import DAY, begin, behind, done, running

KINDS = ("postgresql",)


@pytest.fixture
def made(engine):
    """A store on which somebody worked."""
    with engine._desk.store.beside() as connection:
        queue.bring_up_to_date(connection)
    return engine


@pytest.fixture
def jobs(url):
    """The instants of all wake-ups."""

    def look():
        with behind(url) as connection:
            return [at for (at,) in connection.execute("SELECT scheduled_at FROM procrastinate_jobs ORDER BY id")]

    return look


def test_what_becomes_due_wakes_somebody_up_at_its_instant(made, jobs):
    dyad = begin(made)
    assert jobs() == []

    done(made.fire(dyad, "begin", "ana"))

    assert jobs() == [moment(made.next_due())]


def test_what_becomes_due_later_is_seen_to_by_whoever_wakes_up_before(made, jobs, clock):
    running(made)
    clock.pass_days(1)
    running(made)

    assert len(jobs()) == 1
    clock.pass_days(-0.5)
    running(made)
    assert len(jobs()) == 1
    clock.pass_days(-1)
    running(made)
    assert len(jobs()) == 2


def test_a_wake_up_lasts_with_what_makes_it_due_or_not_at_all(made, jobs):
    dyad = begin(made)
    store = made._desk.store
    with store.writing() as transaction:
        row = transaction.dyad(dyad)
        transaction.set_next_due(row, row.revision + DAY)
        store.wake(transaction._connection.connection, DAY)
        assert transaction._one("SELECT COUNT(*) FROM procrastinate_jobs") == (1,)

    assert jobs() == []


def test_a_store_on_which_nobody_works_defers_nothing(engine, url):
    running(engine)

    with behind(url) as connection:
        assert connection.execute("SELECT to_regclass('procrastinate_jobs')").fetchone() == (None,)


def test_several_make_it_ready_at_once_and_again(engine):
    troubles = []

    def make():
        try:
            with engine._desk.store.beside() as connection:
                queue.bring_up_to_date(connection)
        except Exception as error:
            troubles.append(error)

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    make()

    assert troubles == []


def test_what_an_older_one_made_is_brought_up_to_date(engine, tmp_path, monkeypatch):
    """The steps that procrastinate itself brings, one after the other, then one of a version that is to come."""
    steps = sorted(queue._steps())
    with engine._desk.store.beside() as connection:
        queue.bring_up_to_date(connection)
        later = tmp_path / "99.00.00_01_later.sql"
        later.write_text("ALTER TABLE procrastinate_jobs ADD COLUMN later INTEGER", encoding="utf-8")
        monkeypatch.setattr(queue, "_steps", lambda: [*steps, later])
        queue.bring_up_to_date(connection)
        queue.bring_up_to_date(connection)

        assert connection.execute("SELECT COUNT(later) FROM procrastinate_jobs").fetchone() == (0,)
        monkeypatch.setattr(queue, "_steps", lambda: steps)
        with pytest.raises(StoreTrouble) as trouble:
            queue.bring_up_to_date(connection)
    assert trouble.value.reason == "newer"


def test_what_is_cut_short_leaves_nothing(engine, monkeypatch):
    monkeypatch.setattr(SchemaManager, "get_schema", lambda: f"{_SCHEMA}; SELECT 1 / 0")
    with pytest.raises(StoreTrouble), engine._desk.store.beside() as connection:
        queue.bring_up_to_date(connection)

    monkeypatch.undo()
    with engine._desk.store.beside() as connection:
        assert not queue.stands(connection)
        queue.bring_up_to_date(connection)
        assert queue.stands(connection)


_SCHEMA = SchemaManager.get_schema()


def test_tables_that_a_host_made_for_itself_are_left_to_it(engine):
    with engine._desk.store.beside() as connection:
        connection.execute(SchemaManager.get_schema().encode())

        queue.bring_up_to_date(connection)

        assert queue._noted(connection) == ""


def test_an_instant_beyond_all_calendars_is_the_last_one():
    assert moment(2**62) == LAST

"""Do many processes on one store do everything once, whatever becomes of some of them?"""

from __future__ import annotations

import random
import signal
import time
from functools import partial

import psycopg
import pytest

from dyade.service import doctor
from dyade.wiring import Engine, now
from dyade.workers import hands, queue
from tests.service.lives import DAY, behind, running, welcome
from tests.workers.conftest import until
from tests.workers.many import bring_in

KINDS = ("postgresql",)
MANY = 10_000
JOBS = "SELECT COUNT(*) FROM procrastinate_jobs WHERE status = %s"
DOUBLED = """SELECT COUNT(*) FROM (SELECT dyad FROM {table} WHERE {what} GROUP BY dyad HAVING COUNT(*) <> 1) AS other"""


@pytest.fixture
def past(url, folder):
    """An engine that lives three days ago: what it begins is late by now."""
    with Engine.open(url, folder, lambda: now() - 3 * DAY) as engine:
        welcome(engine)
        yield engine


@pytest.fixture
def asked(url):
    """What the server says, behind the back of everybody."""
    with behind(url) as connection:
        yield lambda text, *values: connection.execute(text, values).fetchone()[0]


def each_once(asked, number: int) -> None:
    """Hold the store to one reminder for each dyad: its record, its message, and nothing due."""
    assert asked("SELECT COUNT(*) FROM records WHERE kind = 'Reminded'") == number
    assert asked(DOUBLED.format(table="records", what="kind = 'Reminded'")) == 0
    assert asked("SELECT COUNT(*) FROM outbox WHERE kind = 'reminder'") == number
    assert asked(DOUBLED.format(table="outbox", what="kind = 'reminder'")) == 0
    assert asked("SELECT COUNT(*) FROM dyads WHERE next_due_at <= %s", now()) == 0


def late(asked) -> int:
    return asked("SELECT COUNT(*) FROM dyads WHERE next_due_at <= %s", now())


def test_four_workers_killed_at_random_lose_nothing_and_double_nothing(url, folder, work, asked, monkeypatch):
    bring_in(url, folder, MANY, monkeypatch)
    assert late(asked) == MANY
    chance = random.Random(7)
    workers = [work("--rate", "100000") for _ in range(4)]
    for left in (9000, 7000, 5000, 3000):
        until(partial(lambda left: late(asked) < left, left), 240)
        time.sleep(chance.uniform(0, 0.1))
        killed = workers.pop(chance.randrange(4))
        assert killed.end(signal.SIGKILL)[0] == -signal.SIGKILL
        workers.append(work("--rate", "100000"))

    until(lambda: late(asked) == 0, 240)

    each_once(asked, MANY)
    assert asked("SELECT MAX(revision) - MIN(revision) FROM dyads") == 0
    assert all(worker.end(signal.SIGTERM)[0] == 0 for worker in workers)


def test_a_frozen_worker_holds_nothing_up_for_long_and_changes_nothing_twice(past, asked, url, work):
    """It stands still with some dyads in its hands; once it goes on, others have done them."""
    number = 400
    for _ in range(number):
        running(past)
    with psycopg.connect(url) as slow:
        # Whoever comes to this one waits, with all that it holds.
        slow.execute("SELECT FROM dyads WHERE number = 20 FOR UPDATE")
        slow.execute("LOCK TABLE outbox IN EXCLUSIVE MODE")
        frozen = work()
        until(lambda: asked("SELECT COUNT(*) FROM pg_locks WHERE NOT granted") > 0)
        frozen.process.send_signal(signal.SIGSTOP)
    began = time.monotonic()
    work()

    until(lambda: late(asked) == 0)

    assert time.monotonic() - began < 30
    frozen.process.send_signal(signal.SIGCONT)
    until(lambda: asked("SELECT COUNT(*) FROM procrastinate_jobs WHERE status = 'doing'") == 0)
    assert frozen.end(signal.SIGTERM)[0] == 0
    each_once(asked, number)
    assert past.verify().sound


def test_told_to_stop_it_ends_what_it_holds_and_others_go_on(past, asked, work):
    for _ in range(120):
        running(past)
    # Fifty at once, then five seconds of rest: it does not sit them out.
    worker = work("--rate", "10")
    until(lambda: late(asked) < 120)

    code, out, err = worker.end(signal.SIGTERM)

    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == "Stopped. What is due will be done at the next start."
    assert late(asked) == 70
    assert asked("SELECT COUNT(*) FROM procrastinate_jobs WHERE status = 'doing'") == 0
    assert asked("SELECT COUNT(*) FROM procrastinate_workers") == 0
    work()
    until(lambda: late(asked) == 0)
    each_once(asked, 120)


def test_a_wake_up_that_a_dead_worker_had_begun_is_taken_over_within_seconds(past, asked, work):
    for _ in range(120):
        running(past)
    killed = work("--rate", "10")
    until(lambda: late(asked) < 120)
    assert asked(JOBS, "doing") == 1
    killed.end(signal.SIGKILL)
    assert asked(JOBS, "doing") == 1

    work()

    until(lambda: late(asked) == 0 and asked(JOBS, "doing") == 0, 30)
    each_once(asked, 120)


def test_a_dead_worker_is_told_by_doctor(engine, url):
    with engine._desk.store.beside() as connection:
        queue.bring_up_to_date(connection)
    running(engine)
    with behind(url) as other:
        begun = "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id"
        [one] = other.execute(begun).fetchone()
        other.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s", (one,))

    def found():
        return [one for one in engine._examine_workers() if one.code == "workers_dead"]

    assert [(one.check, one.severity, one.facts["n"]) for one in found()] == [("timers", "error", 1)]
    with behind(url) as other:
        other.execute(
            "UPDATE procrastinate_workers SET last_heartbeat = now() - %s * interval '1 s'", (doctor.SILENT - 9,)
        )
    assert found() == []


def test_where_nobody_ever_worked_doctor_finds_no_dead_worker(engine):
    assert engine._examine_workers() == []


@pytest.mark.usefixtures("past")
def test_with_nothing_to_do_it_rests(asked, work):
    worker = work()
    until(lambda: asked("SELECT to_regclass('procrastinate_workers') IS NOT NULL"))
    until(lambda: asked("SELECT COUNT(*) FROM procrastinate_workers") == 1)
    until(lambda: asked(JOBS, "todo") == 1 and asked(JOBS, "doing") == 0)
    before, last = worker.spent(), asked("SELECT MAX(id) FROM procrastinate_events")

    time.sleep(4)

    assert worker.spent() - before < 0.4
    # It may be the minute in which it looks.
    assert asked("SELECT MAX(id) FROM procrastinate_events") - last <= 6


def test_a_worker_that_loses_the_server_comes_back_by_itself(past, asked, url, folder):
    with Engine.open(url, folder) as engine, engine.working():
        until(lambda: asked("SELECT to_regclass('procrastinate_workers') IS NOT NULL"))
        until(lambda: asked("SELECT COUNT(*) FROM procrastinate_workers") == 1)
        lost = "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'dyade worker'"
        assert asked(lost) > 0
        dyad = running(past)

        until(lambda: late(asked) == 0, 20)

    assert past.dyad(dyad).revision == 3
    each_once(asked, 1)


def test_a_clock_on_a_server_is_one_of_many_hands(engine):
    assert isinstance(engine.working(), hands.Hands)


def test_messages_leave_once_by_two_workers(past, asked, work, tmp_path):
    for _ in range(30):
        running(past)
    settings = tmp_path / "settings.toml"
    settings.write_text('[console]\nchannels = ["email"]\n', encoding="utf-8")
    workers = [work("--settings", str(settings)) for _ in range(2)]

    until(lambda: late(asked) == 0 and asked("SELECT COUNT(*) FROM outbox WHERE status <> 'sent'") == 0)

    said = "".join(worker.end(signal.SIGTERM)[1] for worker in workers)
    sent = [one.id for one in past.outbox()]
    assert len(sent) == 90
    assert [said.count(one) for one in sent] == [1] * 90

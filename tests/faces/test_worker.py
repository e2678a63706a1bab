"""Does `dyade worker`, as a process of its own, do everything once, whatever stops it?"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from dyade.flow.messages import Reminded
from dyade.service.rounds import RATE
from dyade.wiring import Engine, now
from tests.service.lives import DAY, file, folder, running, welcome

__all__ = ["file", "folder"]
PATIENCE = 30.0


@pytest.fixture
def past(file, folder) -> Iterator[Engine]:
    """An engine that lives three days ago: what it begins is late by now."""
    with Engine.open(f"sqlite:///{file}", folder, lambda: now() - 3 * DAY) as engine:
        welcome(engine)
        yield engine


class Worker:
    """A process that works."""

    def __init__(self, file: Path, folder: Path, *options: str) -> None:
        given = {name: value for name, value in os.environ.items() if not name.startswith("DYADE_")}
        command = ["--db", str(file), "--programs", str(folder), "--lang", "en", "worker", *options]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "dyade", *command],
            env={**given, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def end(self, by: signal.Signals) -> tuple[int, str, str]:
        """Send a signal; give the exit code, and what was said."""
        self._process.send_signal(by)
        out, err = self._process.communicate(timeout=PATIENCE)
        return self._process.returncode, out, err


@pytest.fixture
def work(file, folder):
    """Starts workers; none outlives the test."""
    begun: list[Worker] = []

    def start(*options: str) -> Worker:
        begun.append(Worker(file, folder, *options))
        return begun[-1]

    yield start
    for one in begun:
        if one._process.poll() is None:
            one.end(signal.SIGKILL)


def until(holds: Callable[[], object]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def late(engine: Engine) -> int:
    """How many dyads time has still to act in."""
    return engine.due_count(now())


def each_once(engine: Engine, dyads: list[str]) -> bool:
    """Whether each dyad was reminded once, and everything is whole."""
    told = [sum(isinstance(kept.record, Reminded) for kept in engine.history(dyad)) for dyad in dyads]
    reminders = [one.dyad for one in engine.outbox() if one.kind == "reminder"]
    return told == [1] * len(dyads) and sorted(reminders) == sorted(dyads) and engine.verify().sound


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_it_does_what_is_late_and_what_others_begin_until_it_is_told_to_stop(past, work, by):
    dyads = [running(past) for _ in range(3)]
    worker = work()
    until(lambda: late(past) == 0)
    dyads.append(running(past))
    until(lambda: late(past) == 0)

    code, out, err = worker.end(by)

    assert (code, err) == (0, "")
    assert out.splitlines()[0] == "Time acts as soon as something is due; Ctrl-C to stop."
    assert "3 dyads, 3 records" in out
    assert "1 dyad, 1 record" in out
    assert out.splitlines()[-1] == "Stopped. What is due will be done at the next start."
    assert each_once(past, dyads)


def test_what_waits_leaves_as_its_settings_say(past, work, tmp_path):
    """What time sends meanwhile, and what was waiting before."""
    running(past)
    settings = tmp_path / "settings.toml"
    settings.write_text('[console]\nchannels = ["email"]\n', encoding="utf-8")
    worker = work("--settings", str(settings))

    until(lambda: late(past) == 0 and not past.outbox(status="waiting"))

    code, out, _ = worker.end(signal.SIGTERM)
    assert code == 0
    assert all(one.id in out for one in past.outbox())
    assert len(past.outbox()) == 3


def test_tools_are_told_once_it_has_stopped(past, work):
    running(past)
    worker = work("--format", "json")
    until(lambda: late(past) == 0)

    code, out, _ = worker.end(signal.SIGTERM)

    told = json.loads(out)
    assert code == 0
    assert told.pop("rounds") > 0
    assert told == {"outcome": "done", "dyads": 1, "records": 1, "failures": 0}


def test_told_to_stop_in_a_long_round_it_leaves_the_rest_to_the_next(past, work):
    dyads = [running(past) for _ in range(120)]
    # Fifty at once, then five seconds of rest: it does not sit them out.
    worker = work("--rate", "10")
    until(lambda: late(past) < 120)
    began = time.monotonic()

    code, _, _ = worker.end(signal.SIGTERM)

    assert (code, late(past)) == (0, 70)
    assert time.monotonic() - began < 4
    work()
    until(lambda: late(past) == 0)
    assert each_once(past, dyads)


def test_killed_in_a_round_it_loses_nothing_and_doubles_nothing(past, work):
    dyads = [running(past) for _ in range(200)]
    for left in (200, 120):
        worker = work("--rate", "100")
        until(partial(lambda left: late(past) < left, left))
        assert worker.end(signal.SIGKILL)[0] == -signal.SIGKILL
    work()

    until(lambda: late(past) == 0)
    assert each_once(past, dyads)


def test_two_on_one_store_do_everything_once(past, work):
    dyads = [running(past) for _ in range(200)]
    workers = [work("--rate", "200") for _ in range(2)]

    until(lambda: late(past) == 0)

    assert [worker.end(signal.SIGTERM)[::2] for worker in workers] == [(0, "")] * 2
    assert each_once(past, dyads)


def test_the_rate_that_the_help_tells_is_the_true_one():
    from dyade.cli.worker import RATE as TOLD

    assert TOLD == RATE


def test_a_store_that_is_not_there_is_told_at_once(folder, tmp_path):
    worker = Worker(tmp_path / "no.db", folder)

    out, err = worker._process.communicate(timeout=PATIENCE)

    assert (worker._process.returncode, out) == (3, "")
    assert "There is no store there" in err

"""Does a worker whose server is killed, and comes back, go on by itself, and do everything once?"""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest

from dyade.clock import Clock
from dyade.errors import StoreTrouble
from dyade.flow.messages import Reminded
from dyade.wiring import Engine, now
from tests import postgres
from tests.service.lives import DAY, done, folder, running, welcome

__all__ = ["folder"]
PATIENCE = 60.0
MANY = 60


def until(holds, but=()):
    """Wait until something holds, whatever of these is raised meanwhile."""
    end = time.monotonic() + PATIENCE
    while True:
        with suppress(*but):
            if holds():
                return
        assert time.monotonic() < end
        time.sleep(0.02)


def started(server):
    """Start a server; what is left of one that was killed takes a moment to go."""
    server.start()
    return True


@pytest.fixture
def server():
    """A server of our own, that keeps what it is given."""
    made = postgres.Server(Path(os.environ[postgres.PLACE]) / f"killed-{os.getpid()}", fsync="on")
    made.make()
    made.start()
    yield made
    made.stop()


def test_a_worker_whose_server_is_killed_and_comes_back_lets_time_act_once(server, folder, monkeypatch, caplog):
    monkeypatch.setattr("dyade.clock.RETRY", 0.1)
    with Engine.open(server.url, folder, lambda: now() - 3 * DAY) as past, Engine.open(server.url, folder) as engine:
        welcome(past)
        dyads = [running(past) for _ in range(MANY)]
        with Clock(engine, rate=30):
            until(lambda: engine.due_count() < MANY)
            assert engine.due_count() > 0
            os.kill(int((server.data / "postmaster.pid").read_text(encoding="utf-8").split("\n")[0]), signal.SIGKILL)
            began = time.monotonic()
            with pytest.raises(StoreTrouble) as trouble:
                until(lambda: engine.fire(dyads[0], "touch", "ana") is None)
            assert trouble.value.reason == "away"
            # Nobody waits for a server that is not there.
            assert time.monotonic() - began < 30
            until(lambda: "time could not act" in caplog.text)

            until(lambda: started(server), (AssertionError,))

            until(lambda: engine.due_count() == 0, (StoreTrouble,))
        done(engine.fire(dyads[0], "touch", "ana"))

        told = [sum(isinstance(kept.record, Reminded) for kept in engine.history(dyad)) for dyad in dyads]
        reminders = [one.dyad for one in engine.outbox() if one.kind == "reminder"]
        assert told == [1] * MANY
        assert sorted(reminders) == sorted(dyads)
        assert engine.verify().sound

"""The small program on a server, its people and its clock; processes that work on it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.service.lives import again, clock, engine, folder, url

__all__ = ["again", "clock", "engine", "folder", "url"]
PATIENCE = 60.0


class Worker:
    """A process that works."""

    def __init__(self, url: str, folder: Path, *options: str) -> None:
        given = {name: value for name, value in os.environ.items() if not name.startswith("DYADE_")}
        command = ["--db", url, "--programs", str(folder), "--lang", "en", "worker", *options]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dyade", *command],
            env={**given, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def end(self, by: signal.Signals) -> tuple[int, str, str]:
        """Send a signal; give the exit code, and what was said."""
        self.process.send_signal(by)
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out, err

    def spent(self) -> float:
        """Seconds of a processor that it took so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.fixture
def work(url, folder):
    """Starts workers; none outlives the test."""
    begun: list[Worker] = []

    def start(*options: str) -> Worker:
        begun.append(Worker(url, folder, *options))
        return begun[-1]

    yield start
    for one in begun:
        if one.process.poll() is None:
            one.process.send_signal(signal.SIGCONT)
            one.end(signal.SIGKILL)


def until(holds: Callable[[], object], patience: float = PATIENCE) -> None:
    """Wait until something holds."""
    end = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)

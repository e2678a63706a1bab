"""How does the true command behave in front of a true terminal?"""

import os
import pty
import select
import signal
import subprocess
import sys
import time


class Terminal:
    """A command whose input and output are a terminal."""

    def __init__(self, dyade, *arguments: str, **environment: str) -> None:
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("DYADE_", "NO_COLOR"))}
        given = {name: value for name, value in dyade.environment.items() if value is not None}
        self._master, slave = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dyade", *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**ours, **given, "TERM": "xterm", "PYTHONUTF8": "1", **environment},
            start_new_session=True,
        )
        os.close(slave)
        self.shown = ""

    def read_until(self, wanted: str, patience: float = 30) -> str:
        """What the screen shows, up to some words or to the end."""
        end = time.monotonic() + patience
        while wanted not in self.shown and time.monotonic() < end:
            if not select.select([self._master], [], [], 0.1)[0]:
                continue
            try:
                self.shown += os.read(self._master, 4096).decode("utf-8", "replace")
            except OSError:
                break
        return self.shown

    def type(self, text: str) -> None:
        """Type some keys."""
        os.write(self._master, text.encode())

    def end(self) -> int:
        """Wait for the end; the exit code."""
        self.read_until("\0never\0")
        code = self.process.wait(30)
        os.close(self._master)
        return code


def test_colours_are_shown_on_a_terminal(peopled):
    terminal = Terminal(peopled, "verify")

    assert terminal.end() == 0
    assert "\x1b[32m✔" in terminal.shown


def test_colours_are_left_out_where_nobody_wants_them(peopled):
    terminal = Terminal(peopled, "person", "list", NO_COLOR="1")

    assert terminal.end() == 0
    assert "\x1b" not in terminal.shown


def test_an_event_that_needs_something_asks_for_it(peopled):
    for line in (
        "start jumelage mentore=amelie motif=projet --as gilles",
        "assign D-1 mentor bruno --as gilles",
        "accept D-1 --as bruno",
        "advance D-1 jumeler --as gilles",
        "fill D-1 entente objectifs=Un fin=2026-12-01 --as bruno",
        "sign D-1 entente --as bruno",
        "sign D-1 entente --as amelie",
    ):
        peopled.done(*line.split())

    terminal = Terminal(peopled, "advance", "D-1", "prolonger", "--as", "gilles")
    terminal.read_until("Nouvelle fin")
    terminal.type("2027-01-15\n")

    assert terminal.end() == 0
    assert peopled("show", "D-1", "--format", "json").data["fields"]["fin"] == "2027-01-15"


def test_an_interruption_is_a_word_and_keeps_nothing(peopled):
    for line in (
        "start jumelage mentore=amelie motif=projet --as gilles",
        "assign D-1 mentor bruno --as gilles",
        "accept D-1 --as bruno",
        "advance D-1 jumeler --as gilles",
    ):
        peopled.done(*line.split())
    before = peopled("show", "D-1", "--format", "json").data["revision"]
    terminal = Terminal(peopled, "fill", "D-1", "entente", "--as", "amelie")
    terminal.read_until("1>")

    terminal.process.send_signal(signal.SIGINT)
    # A signal that came just before the terminal waited is heard with the next key.
    terminal.type("\n")

    assert terminal.end() == 130
    assert "interrompu" in terminal.shown
    assert "Traceback" not in terminal.shown
    assert peopled("show", "D-1", "--format", "json").data["revision"] == before

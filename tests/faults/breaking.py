"""How is what a process asks of the disk broken, at a chosen call? By a small library that is loaded before all others.

It is compiled once a run. A process that was started with it (`beneath`) arms it for itself, and for what it forks.
"""

import ctypes
import os
import shutil
import subprocess
from enum import IntEnum, IntFlag
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).with_name("breaking.c")


class How(IntEnum):
    """What becomes of the call."""

    NOTHING = 0
    COUNT = 1
    KILL = 2
    TEAR = 3
    """Half of what is written is, in whole sectors; then the process is killed. Of other calls, nothing is done."""
    FAIL = 4
    FAIL_ON = 5
    """It fails, and so do all that come after it."""


class Calls(IntFlag):
    """Which calls: those that may change the disk."""

    WRITE = 1
    SYNC = 2
    NAME = 4
    REMOVE = 8
    SHAPE = 16
    ALL = 31
    ROOM = WRITE | NAME
    """Those that ask for room."""


def compiled(folder: Path) -> Path:
    """Compile the library."""
    compiler = next(filter(None, map(shutil.which, (os.environ.get("CC", ""), "cc", "gcc", "clang"))), None)
    assert compiler is not None, "no compiler for C: install one, or name it in CC"
    made = folder / "breaking.so"
    subprocess.run([compiler, "-O1", "-shared", "-fPIC", "-o", made, SOURCE, "-ldl"], check=True, timeout=60)
    return made


def beneath(library: Path) -> dict[str, str]:
    """The environment of a process in which it is loaded first."""
    return {**os.environ, "LD_PRELOAD": str(library)}


class Disk:
    """What stands beneath this process."""

    def __init__(self) -> None:
        self._library: Any = ctypes.CDLL(None)
        self._library.breaking_calls.restype = ctypes.c_char_p
        self._library.breaking_seen.restype = ctypes.c_long
        self._library.breaking_arm.argtypes = [
            ctypes.c_int,
            ctypes.c_int,
            ctypes.c_long,
            ctypes.c_int,
            ctypes.c_char_p,
        ]

    def arm(self, how: How, word: str | Path, *, at: int = 1, calls: Calls = Calls.ALL, error: int = 0) -> None:
        """Break the call of that number, of those about files whose path holds a word."""
        self._library.breaking_arm(how, calls, at, error, str(word).encode())

    def mend(self) -> None:
        """Let everything be done again."""
        self.arm(How.NOTHING, "")

    @property
    def seen(self) -> int:
        """How many calls there were since it was armed."""
        return int(self._library.breaking_seen())

    @property
    def calls(self) -> list[str]:
        """The calls that were counted: what, and about which file."""
        return [line.decode() for line in self._library.breaking_calls().splitlines()]

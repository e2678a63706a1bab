"""The command line: where a person types a command, and reads what came of it."""

from __future__ import annotations

import gc
import io
import os
import sys

RARELY = 200_000
"""Objects that are made before the collector looks for cycles again: a command ends before there are many."""


def main() -> int:
    """Run the command of this process, which ends with 0 done, 1 refused, 2 usage or invalid program, 3 trouble."""
    gc.set_threshold(RARELY)
    # No command has a use for plugins of pydantic's; to look for them, it reads about every package that is installed.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from dyade.cli.root import cli

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # An output that knows no accents shows marks in their place, rather than an error.
            stream.reconfigure(errors="replace")
    try:
        return cli.main()
    finally:
        # What is left when a process ends goes with it: Python need not look for cycles in it.
        gc.freeze()

"""The command line: where a person types a command, and reads what came of it."""

from __future__ import annotations

import io
import sys


def main() -> int:
    """Run the command of this process, which ends with 0 done, 1 refused, 2 usage or invalid program, 3 trouble."""
    from dyade.cli.root import cli

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # An output that knows no accents shows marks in their place, rather than an error.
            stream.reconfigure(errors="replace")
    return cli.main()

"""The command line: where a person types a command, and reads what came of it."""

from __future__ import annotations


def main() -> int:
    """Run the command of this process, which ends with 0 done, 1 refused, 2 usage or invalid program, 3 trouble."""
    from dyade.cli.root import cli

    return cli.main()

"""Fires in one contender, in a process of its own, as it is told: a line of JSON in, a line of JSON out.

    python -m bench.firing.contender ours sqlite:////tmp/x/dyade.db /tmp/x 10000

A contender is a module of `bench.firing` with `NAME`, `PACKAGE` and `Contender(store, folder, count)`: `prepare(count)`
makes so many due, `fire(count)` fires them; only this is timed.
"""

from __future__ import annotations

import importlib
import json
import sys
from importlib.metadata import version
from pathlib import Path
from time import perf_counter, process_time
from typing import Any


def main() -> None:
    """Make ready and greet, then obey until nobody asks any more."""
    name, store, folder, count = sys.argv[1:]
    module: Any = importlib.import_module(f"bench.firing.{name}")
    contender = module.Contender(store, folder, int(count))
    print(json.dumps({"name": module.NAME, "package": module.PACKAGE, "version": version(module.PACKAGE)}), flush=True)
    for line in sys.stdin:
        asked = int(line)
        contender.prepare(asked)
        began, used = perf_counter(), process_time()
        fired = contender.fire(asked)
        spent, work = perf_counter() - began, process_time() - used
        assert fired == asked, (name, fired, asked)
        print(json.dumps({"seconds": spent, "cpu": work, "resident": resident()}), flush=True)


def resident() -> int | None:
    """The bytes of memory that this process has."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    except OSError:
        return None
    return int(pages) * 4096


if __name__ == "__main__":
    main()

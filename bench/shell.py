"""How long does one wait for the commands of the shell?

    python -m bench.shell

`check` of a shipped program and `advance` of a dyad, each in a process of its own, beside a Python that does nothing.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter_ns

ROOT = Path(__file__).parents[1]
DYADE = Path(sys.executable).with_name("dyade")
ROUNDS = 11
BEFORE = (
    "person add amelie discipline=soins superieur=gilles --name A",
    "person add bruno discipline=soins experimente=oui --name B",
    "person add gilles --name G",
    "start cisss gestionnaire=gilles mentore=amelie motif=nouvel_intervenant --as gilles",
    "assign D-1 mentor bruno --as gilles",
)
"""What brings a dyad to where it may be advanced."""
COMMANDS = {
    "python": [sys.executable, "-c", "pass"],
    "check": [str(DYADE), "check", "cisss"],
    "advance": [str(DYADE), "advance", "D-1", "jumeler", "--as", "gilles"],
}


def measure(folder: Path) -> dict[str, float]:
    """Seconds of each command, in rounds through all of them; `advance` finds the store as it was each time."""
    kept, store = folder / "kept.db", folder / "dyade.db"
    env = os.environ | {
        "DYADE_PROGRAMS": str(ROOT / "programs"),
        "DYADE_LANG": "fr",
        "DYADE_KEYS": str(folder / "keys"),
    }
    # An installed command has its bytecode beside it; from a tree that was just changed, the first round keeps it.
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    for line in BEFORE:
        command = [str(DYADE), "--db", f"sqlite:///{kept}", *line.split()]
        subprocess.run(command, check=True, capture_output=True, env=env)
    env["DYADE_DB"] = f"sqlite:///{store}"
    spent: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for n in range(ROUNDS + 1):
        for name, command in COMMANDS.items():
            for old in folder.glob("dyade.db*"):
                old.unlink()
            shutil.copyfile(kept, store)
            began = perf_counter_ns()
            subprocess.run(command, check=True, capture_output=True, env=env, cwd=folder)
            if n:  # the first one warms up
                spent[name].append((perf_counter_ns() - began) / 1e9)
    return {name: median(times) for name, times in spent.items()}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        print(json.dumps(measure(Path(place))))

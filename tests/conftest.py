"""What every test stands on: compiled sentences, keys of its own, and examples that no slow machine fails."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

import hatch_build

ROOT = Path(__file__).resolve().parents[1]

CONFIGURATION = pytest.StashKey[str]()

settings.register_profile("dyade", deadline=None)
settings.load_profile("dyade")


def pytest_configure(config: pytest.Config) -> None:
    """Compile the sentences that changed, and keep the keys of stores apart, once for all processes."""
    if not hasattr(config, "workerinput"):
        from dyade.store.vault import default_file, make_file

        config.stash[CONFIGURATION] = os.environ["XDG_CONFIG_HOME"] = tempfile.mkdtemp()
        make_file(default_file())
        hatch_build.compile_catalogues(ROOT / hatch_build.LOCALE)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing behind."""
    if CONFIGURATION in config.stash:
        shutil.rmtree(config.stash[CONFIGURATION], ignore_errors=True)

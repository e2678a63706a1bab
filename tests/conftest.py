"""What every test stands on: compiled sentences, and examples that no slow machine fails."""

from pathlib import Path

import pytest
from hypothesis import settings

import hatch_build

ROOT = Path(__file__).resolve().parents[1]

settings.register_profile("dyade", deadline=None)
settings.load_profile("dyade")


def pytest_configure(config: pytest.Config) -> None:
    """Compile the sentences that changed, once for all processes."""
    if not hasattr(config, "workerinput"):
        hatch_build.compile_catalogues(ROOT / hatch_build.LOCALE)

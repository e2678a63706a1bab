"""A disk that breaks when it is told to, and processes that stand on it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import dyade
from tests.faults import breaking

STAGE = Path(__file__).with_name("stage.py")
Staged = Callable[..., Any]


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What stands between a process and its disk."""
    return breaking.compiled(tmp_path_factory.mktemp("breaking"))


@pytest.fixture
def run(library: Path, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a work of the stage, in a process of its own."""
    path = [str(Path(dyade.__file__).parents[1]), str(STAGE.parents[2])]

    def running(work: str, **given: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(STAGE), work, str(tmp_path), json.dumps(given)],
            env=breaking.beneath(library) | {"PYTHONPATH": os.pathsep.join(path)},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    return running


@pytest.fixture
def staged(run: Callable[..., subprocess.CompletedProcess[str]]) -> Staged:
    """The same, that must come to its end: what it told."""

    def stage_it(work: str, **given: Any) -> Any:
        ran = run(work, **given)
        assert ran.returncode == 0, ran.stderr[-5000:]
        return json.loads(ran.stdout)

    return stage_it

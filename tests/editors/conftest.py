"""What the tests of editors have at hand: a folder of programs, and editors that real servers answer."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.editors.client import Editor

ROOT = Path(__file__).resolve().parents[2]
OURS = (sys.executable, "-m", "dyade", "lsp")
SPOKEN = ("DYADE_LANG", "LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of our programs."""
    copy = tmp_path_factory.mktemp("edited")
    for name in ("programs", "schemas"):
        shutil.copytree(ROOT / name, copy / name)
    return copy


@pytest.fixture(scope="module")
def editors(folder: Path) -> Iterator[Callable[..., Editor]]:
    """Makes editors of `dyade lsp`, each with a process of its own, over the folder of the programs."""
    made: list[Editor] = []
    environment = {name: value for name, value in os.environ.items() if name not in SPOKEN}

    def make(*options: str, command: tuple[str, ...] = OURS, **more: str) -> Editor:
        path = f"{ROOT / 'engine'}{os.pathsep}{environment.get('PYTHONPATH', '')}"
        made.append(Editor((*command, *options), folder / "programs", {**environment, "PYTHONPATH": path, **more}))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture(scope="module")
def french(editors: Callable[..., Editor]) -> Editor:
    """An editor that speaks French, with its server, shared by the tests of a file."""
    one = editors("--lang", "fr")
    one.start()
    return one


@pytest.fixture
def editor(french: Editor) -> Iterator[Editor]:
    """The same, with nothing open."""
    yield french
    french.close_all()

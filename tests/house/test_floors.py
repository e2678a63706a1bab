"""Does every module keep to its floor, and do reading and deciding stay pure?"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

LINT_IMPORTS = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"


def contracts(folder: Path, source: Path) -> subprocess.CompletedProcess[str]:
    """Run the contracts of a folder on the package found in `source`."""
    return subprocess.run(
        [sys.executable, "-c", LINT_IMPORTS],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(source)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy(root, engine, tmp_path) -> Path:
    """A copy of the package and of its contracts, to be spoilt."""
    shutil.copytree(engine, tmp_path / "dyade", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(root / ".importlinter", tmp_path)
    return tmp_path


def test_a_module_imports_only_floors_below_its_own(root):
    outcome = contracts(root, root / "engine")

    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


@pytest.mark.parametrize(
    ("module", "line", "told"),
    [
        ("errors.py", "import dyade.program", "dyade.errors -> dyade.program"),
        ("program/__init__.py", "import dyade.flow", "dyade.program -> dyade.flow"),
        ("flow/__init__.py", "def later():\n    import random", "dyade.flow -> random"),
        ("program/__init__.py", "from os import environ", "dyade.program -> os"),
        ("helpful.py", '"""Nobody knows where I live."""', "dyade.helpful"),
    ],
)
def test_a_module_that_leaves_its_floor_is_told(copy, module, line, told):
    """An import upward, a lazy one, an impure one and a module without a floor each turn the contracts red."""
    with (copy / "dyade" / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")

    outcome = contracts(copy, copy)

    assert outcome.returncode != 0
    assert told in outcome.stdout.replace("\n", " ")

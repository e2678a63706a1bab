"""What the tests of the house read: the repository's root, and every file in it that is ours."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MADE = {".git", "__pycache__", "build", "dist"}
"""Folders that tools make; those that begin with `.venv` or end with `_cache` are made as well."""


@pytest.fixture(scope="session")
def root() -> Path:
    """The top of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def engine(root: Path) -> Path:
    """The source of the package."""
    return root / "engine" / "dyade"


@pytest.fixture(scope="session")
def our_files(root: Path) -> tuple[Path, ...]:
    """Every file that a clone holds, and those about to be committed."""
    found = _known_to_git(root) if (root / ".git").exists() and shutil.which("git") else _walked(root)
    return tuple(path for path in found if path.is_file() and not path.is_symlink())


def _known_to_git(root: Path) -> list[Path]:
    command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [root / name for name in sorted(set(listed.split("\0"))) if name]


def _walked(root: Path) -> list[Path]:
    def ours(path: Path) -> bool:
        parts = path.relative_to(root).parts
        return path.suffix not in {".mo", ".pyc"} and not any(
            part in MADE or part.startswith(".venv") or part.endswith("_cache") for part in parts
        )

    return sorted(path for path in root.rglob("*") if ours(path))

"""Which files are meant? Paths, ids of programs, or a whole folder; what stands beside one, and what is in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from dyade.cli.words import say
from dyade.errors import NotFound

PROGRAM, SCENARIOS = ".yaml", ".scenarios.yaml"
JSON = ".json"
"""A program may be JSON, as `export` writes it."""
LARGEST = 1_000_001
"""Bytes that are read of a file: one more than a program may have, so that a larger one is told."""


def found(folder: str, files: Sequence[str], suffix: str) -> list[Path]:
    """The files that are meant: paths, ids of programs, or everything in the folder of the programs."""
    if files:
        return [_meant(folder, name, suffix) for name in files]
    paths = sorted(path for path in Path(folder).glob(f"*{suffix}") if suffix == SCENARIOS or not tells(path))
    if not paths:
        raise NotFound("file", str(Path(folder) / f"*{suffix}"))
    return paths


def tells(path: Path) -> bool:
    """Whether a file tells scenarios."""
    return path.name.endswith(SCENARIOS)


def _meant(folder: str, name: str, suffix: str) -> Path:
    for path in (Path(name), Path(folder) / f"{name}{suffix}"):
        if is_file(path):
            return path
    there = (path for path in Path(folder).glob(f"*{suffix}") if suffix == SCENARIOS or not tells(path))
    raise NotFound("file", name, sorted(path.name.removesuffix(suffix) for path in there))


def beside(path: Path, suffix: str) -> Path:
    """The other file of a program: its scenarios, or the program itself."""
    if path.suffix == JSON and suffix == PROGRAM:
        return path
    base = path.name.removesuffix(SCENARIOS).removesuffix(PROGRAM).removesuffix(JSON)
    return path.with_name(f"{base}{suffix}")


def is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def content(path: Path) -> bytes:
    """The beginning of a file, enough to judge it."""
    try:
        with path.open("rb") as file:
            return file.read(LARGEST)
    except OSError as error:
        raise click.UsageError(
            say("usage.file", path=repr(str(path)), reason=error.strerror or type(error).__name__)
        ) from None

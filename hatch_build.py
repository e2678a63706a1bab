"""Compile the catalogues of sentences: a step of every build, and a command (`python hatch_build.py`)."""

from __future__ import annotations

import io
import os
import tempfile
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LOCALE = Path("engine/dyade/locale")


class CustomBuildHook(BuildHookInterface[Any]):
    """Puts the compiled sentences in the wheel, and beside the sources of an editable install."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 (hatchling's own signature)
        """Compile before the files are collected."""
        compile_catalogues(Path(self.root) / LOCALE)


def compile_catalogues(locale: Path) -> list[Path]:
    """Compile every catalogue whose compiled form is missing or stale, and say which."""
    return [target for source in sorted(locale.glob("*/LC_MESSAGES/*.po")) if (target := _compile(source))]


def _compile(source: Path) -> Path | None:
    target = source.with_suffix(".mo")
    wanted = io.BytesIO()
    with source.open("rb") as text:
        write_mo(wanted, read_po(text, locale=source.parts[-3], abort_invalid=True))
    if target.exists() and target.read_bytes() == wanted.getvalue():
        return None
    _replace(target, wanted.getvalue())
    return target


def _replace(target: Path, content: bytes) -> None:
    """Two test processes may compile at once: a reader never meets half a file."""
    handle, name = tempfile.mkstemp(dir=target.parent, suffix=".tmp")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(name).chmod(0o644)
    Path(name).replace(target)


if __name__ == "__main__":
    for made in compile_catalogues(Path(__file__).parent / LOCALE):
        print(made)

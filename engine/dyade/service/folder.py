"""Which files of programs are there? A folder, out of which nothing is read."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from stat import S_ISREG

LARGEST = 1_000_001
"""One byte more than a file may have: the reader of programs says that it is too big."""


class Folder:
    """The programs of a folder: `<program>.yaml`, and the catalogues that they name."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = Path(path)
        self._root = str(self._path)

    def read(self, name: str) -> bytes | None:
        """Read a file, `None` where there is none; links that lead out of the folder, devices and pipes are none."""
        if "\0" in name:
            return None
        try:
            found = (self._path / name).resolve(strict=True)
            if not found.is_relative_to(self._path.resolve()) or not found.is_file():
                return None
            with found.open("rb") as file:
                return file.read(LARGEST)
        except (OSError, RuntimeError):
            return None

    def signature(self, names: Iterable[str]) -> tuple[object, ...]:
        """Tell, without reading, whether files are what they were."""
        return tuple([_signature(f"{self._root}/{name}") for name in names])

    def programs(self) -> tuple[str, ...]:
        """The ids of the programs that it holds."""
        found = (path.stem for path in self._path.glob("*.yaml") if path.is_file())
        return tuple(sorted(name for name in found if "." not in name))


def _signature(path: str) -> tuple[int, ...] | None:
    try:
        found = os.stat(path)  # noqa: PTH116 (asked at every command: a third of the time of Path.stat)
    except (OSError, ValueError):
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino) if S_ISREG(found.st_mode) else None

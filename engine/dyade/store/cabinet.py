"""Where are the contents of attached files kept? Beside the store, each in a file of its own, hidden under a key.

    FILE.files/new/x    written, and confirmed by the disk, while the transaction that names it is open
    FILE.files/x        named by a row that lasts

Who writes holds the one right to write. So whoever holds it after them knows what a file in `new` is: a row names it,
and it takes its place; or its transaction came to nothing, and it goes.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from dyade.errors import StoreTrouble

NEW = "new"


class Cabinet:
    """A folder of contents."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.doubtful: list[str] = []
        """What was written by a transaction that could not be kept, and that SQLite may still find in its log."""
        self.unconfirmed: StoreTrouble | None = None
        """What the disk said as it did not confirm what was written: nothing more is to be kept."""

    def put(self, content: bytes) -> str:
        """Write a content that no row names yet; give the name that a row is to keep."""
        name = uuid4().hex
        place = self.folder / NEW
        try:
            for folder in (self.folder, place):
                folder.mkdir(exist_ok=True, mode=0o700)
            descriptor = os.open(place / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(descriptor, "wb") as file:  # noqa: PTH123 (a descriptor)
                file.write(content)
                file.flush()
                self._confirm(file.fileno(), place / name)
            if os.name != "nt":
                self._confirm_folder(place)
        except OSError as error:
            self.settle(name, named=False)
            raise trouble(error, place / name) from error
        except StoreTrouble:
            self.settle(name, named=False)
            raise
        return name

    def _confirm(self, descriptor: int, file: Path) -> None:
        """Make what was written last."""
        try:
            os.fsync(descriptor)
        except OSError as error:
            said = trouble(error, file)
            if said.reason == "full":
                raise said from error
            self.unconfirmed = StoreTrouble("unconfirmed", said.detail)
            raise self.unconfirmed from error

    def _confirm_folder(self, folder: Path) -> None:
        """Make the names in a folder last."""
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            self._confirm(descriptor, folder)
        finally:
            os.close(descriptor)

    def read(self, name: str) -> bytes | None:
        """Read a content, `None` where there is none."""
        # It may take its place between two looks.
        for place in (self.folder, self.folder / NEW, self.folder):
            try:
                return (place / name).read_bytes()
            except FileNotFoundError:
                continue
            except OSError as error:
                raise trouble(error, place / name) from error
        return None

    def settle(self, name: str, *, named: bool) -> None:
        """Give a content its place, where a row that lasts names it; else remove it. A second time does nothing."""
        with suppress(OSError):
            # What cannot be done now is done by whoever opens the store next: it is found in `new`.
            if named:
                (self.folder / NEW / name).rename(self.folder / name)
            else:
                (self.folder / NEW / name).unlink()

    def unsettled(self) -> list[str]:
        """List what stands in `new`."""
        try:
            return sorted(one.name for one in (self.folder / NEW).iterdir())
        except OSError:
            return []

    def remove(self, name: str) -> bool:
        """Remove a content for good; whether it is gone."""
        try:
            for place in (self.folder, self.folder / NEW):
                (place / name).unlink(missing_ok=True)
        except OSError:
            return False
        return True

    def strangers(self, named: Collection[str]) -> list[str]:
        """List what stands there and nobody names."""
        try:
            found = {one.name for one in self.folder.iterdir()}
        except OSError:
            return []
        return sorted(found - {NEW, *named})


def why_not(file: Path) -> StoreTrouble | None:
    """Tell why no file can be made beside one, which SQLite does not say; nothing where one can be."""
    trial = file.with_name(f"{file.name}.{uuid4().hex}")
    try:
        os.close(os.open(trial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        trial.unlink()
    except OSError as error:
        return trouble(error, file.parent)
    return None


def trouble(error: OSError, file: Path) -> StoreTrouble:
    """What the system complains of, as ours."""
    import errno

    reasons = {errno.ENOSPC: "full", errno.EDQUOT: "full", errno.EROFS: "read_only", errno.EACCES: "read_only"}
    return StoreTrouble(reasons.get(error.errno or 0, "unreachable"), f"{file}: {error.strerror}")

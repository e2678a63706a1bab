"""How is a file of an author written? Whole or not at all, and never over one that nobody meant to replace."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

import click

from dyade.cli.paper import clean
from dyade.cli.words import say


def rewrite(path: Path, text: str) -> None:
    """Put a new text in a file that is there, at once; it keeps its rights, and a link stays one."""
    target = path.resolve()
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(text.encode("utf-8"))
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(target.stat().st_mode & 0o7777)
            Path(name).replace(target)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        raise _unwritable(path, error) from None


def create(path: Path, text: str) -> bool:
    """Write a file that is not there yet; tell whether it was not."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        return False
    except OSError as error:
        raise _unwritable(path, error) from None
    return True


def _unwritable(path: Path, error: OSError) -> click.UsageError:
    why = str(error.strerror or type(error).__name__)
    return click.UsageError(say("certificate.unwritable", file=clean(str(path)), why=why))

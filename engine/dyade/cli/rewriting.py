"""How is a file of an author written? Whole or not at all, and never over one that nobody meant to replace."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from dyade.cli.paper import clean
from dyade.cli.words import say


def rewrite(path: Path, text: str) -> None:
    """Put a new text in a file that is there, at once; it keeps its rights, and a link stays one."""
    target = path.resolve()
    with _told(path), _drafted(target, text) as draft:
        draft.chmod(target.stat().st_mode & 0o7777)
        draft.replace(target)


def create(path: Path, text: str) -> bool:
    """Write a file that is not there yet; tell whether it was not."""
    return create_all([(path, text)]) is None


def create_all(files: Sequence[tuple[Path, str]]) -> Path | None:
    """Write files that are not there yet, all or none of them; tell which one was there, if one was."""
    made: list[Path] = []
    with contextlib.ExitStack() as drafts:
        ready = []
        for path, text in files:
            with _told(path):
                path.parent.mkdir(parents=True, exist_ok=True)
                ready.append((path, drafts.enter_context(_drafted(path, text))))
        try:
            for path, draft in ready:
                with _told(path):
                    if not _placed(draft, path):
                        _undone(made)
                        return path
                made.append(path)
        except BaseException:
            _undone(made)
            raise
    return None


@contextlib.contextmanager
def _drafted(target: Path, text: str) -> Iterator[Path]:
    """A text on the disk beside the file that it is for, under a name that nobody else has; gone afterwards."""
    draft = target.with_name(f".{target.name[:40]}.{secrets.token_hex(8)}")
    try:
        with draft.open("xb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        yield draft
    finally:
        with contextlib.suppress(OSError):
            draft.unlink()


def _placed(draft: Path, path: Path) -> bool:
    """Give a draft its name; `False` where the name is taken."""
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return False
    except OSError:
        # Some disks have no second names: the name is taken first, then filled.
        try:
            path.open("xb").close()
        except FileExistsError:
            return False
        try:
            draft.replace(path)
        except BaseException:
            _undone([path])
            raise
    return True


def _undone(made: Sequence[Path]) -> None:
    for path in made:
        with contextlib.suppress(OSError):
            path.unlink()


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    """Say of a file why it cannot be written."""
    try:
        yield
    except OSError as error:
        why = str(error.strerror or type(error).__name__)
        raise click.UsageError(say("certificate.unwritable", file=clean(str(path)), why=why)) from None

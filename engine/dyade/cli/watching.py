"""When is something checked again? Each time that a file of it has changed, until whoever watches interrupts."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import click

from dyade.cli.ending import DONE
from dyade.cli.paper import Span, flow
from dyade.cli.session import Page
from dyade.cli.words import say
from dyade.errors import DyadeError

EVERY = 0.25
"""Seconds between two looks at the files."""


def watched(check: Callable[[], Page], files: Callable[[], Iterable[Path]]) -> Page:
    """Check at once, then at each change; end, well, when interrupted."""
    seen: object = None
    with suppress(KeyboardInterrupt):
        while True:
            now = _stamps(files)
            if now != seen:
                seen = now
                _show(check)
            time.sleep(EVERY)
    click.echo()
    return Page({}, list, DONE)


def _stamps(files: Callable[[], Iterable[Path]]) -> object:
    """What changes when a file does; a file that goes and comes, as editors make them, is a change too."""
    try:
        return [(path, _stamp(path)) for path in files()]
    except DyadeError:
        return None, "missing"


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _show(check: Callable[[], Page]) -> None:
    if sys.stdout.isatty():
        click.clear()
    try:
        lines = check().lines()
    except click.UsageError as error:
        lines = [error.format_message()]
    except DyadeError as error:
        from dyade.cli.words import lang
        from dyade.texts import told

        lines = [told(error, lang())]
    for line in lines:
        click.echo(line)
    hour = datetime.now().astimezone().strftime("%H:%M:%S")
    for line in flow(Span(say("check.watching", hour=hour), "quiet")):
        click.echo(line)
    sys.stdout.flush()

"""How far has something long come? A bar, for whoever looks at a terminal; nothing for anybody else."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from dyade.cli.session import Session
    from dyade.service.engine import Engine

LONG = 200
"""How many things make a work long."""


class Progress:
    """Hears how much is done, of how much; draws on the standard error, which answers leave free."""

    def __init__(self, session: Session, label: str, long: int = LONG) -> None:
        self._label = label
        self._long = long
        self.shown = not session.as_json and sys.stderr.isatty()
        self._bar: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def __call__(self, done: int, total: int) -> None:
        """Draw; what is short is over before anybody has read it."""
        if not self.shown or total < self._long:
            return
        if self._bar is None:
            import click

            self._bar = click.progressbar(length=total, label=self._label, file=sys.stderr)
            self._bar.render_progress()
        self._bar.update(min(done, total) - self._bar.pos)

    def end(self) -> None:
        """Leave the line to what comes next."""
        if self._bar is not None:
            self._bar.render_finish()
            self._bar = None


@contextmanager
def waiting(session: Session, engine: Engine, label: str) -> Iterator[None]:
    """Show how far the engine has come with what takes long."""
    with Progress(session, label) as progress:
        engine.tells(progress if progress.shown else None)
        try:
            yield
        finally:
            engine.tells(None)

"""What does a command work with: who acts, in which store, and how is the answer shown?"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from dyade.cli.declare import DEFAULT_DB, DEFAULT_PROGRAMS
from dyade.cli.paper import as_json
from dyade.cli.words import lang, say
from dyade.errors import StoreTrouble

if TYPE_CHECKING:
    from dyade.service.engine import Engine


class Page(NamedTuple):
    """What a command answers: data for tools, lines for people, and the exit code."""

    data: Mapping[str, Any]
    lines: Callable[[], list[str]]
    code: int = 0


class Session:
    """One command: what was given with it."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given = given

    @property
    def lang(self) -> str:
        """The language of the answer."""
        return lang()

    @property
    def asked_lang(self) -> str | None:
        """The language that the command was told to speak, if it was."""
        asked: str | None = self._given.get("lang")
        return asked

    @property
    def db(self) -> str:
        """The address of the store; a path alone is a file of SQLite."""
        address = str(self._given.get("db", DEFAULT_DB))
        return address if "://" in address else f"sqlite:///{address}"

    @property
    def programs(self) -> str:
        """The folder of the programs."""
        return str(self._given.get("programs", DEFAULT_PROGRAMS))

    @property
    def has_store(self) -> bool:
        """Whether there may be a store: of one on a server, only opening it tells."""
        from dyade.store.sqlite import Address

        return on_server(self.db) or Address(self.db).exists

    @property
    def keys(self) -> str | None:
        """The file of the keys, or the address of their database, where it is not the file of whoever runs this."""
        keys: str | None = self._given.get("keys")
        return keys

    @property
    def as_json(self) -> bool:
        """Whether a tool reads the answer."""
        return self.format in ("json", "sarif")

    @property
    def format(self) -> str:
        """How the answer is written."""
        return str(self._given.get("format", "text"))

    @property
    def reader(self) -> str | None:
        """For whom things are shown; nobody: the one who holds the store."""
        reader: str | None = self._given.get("actor")
        return reader

    @property
    def actor(self) -> str:
        """Who does it: the person of `--for` where someone else types, else that of `--as`."""
        typist = self.reader
        if typist is None:
            raise click.UsageError(say("usage.who"), click.get_current_context())
        return str(self._given.get("behalf", typist))

    @property
    def recorded_by(self) -> str | None:
        """Who types, where it is not the one who acts."""
        return self.reader if self.actor != self.reader else None

    @property
    def on(self) -> int | None:
        """The day on which it happened, where it was not today."""
        day: int | None = self._given.get("on")
        return day

    @property
    def id(self) -> str | None:
        """The id that the sender gave to the command."""
        chosen: str | None = self._given.get("id")
        return chosen

    @property
    def expects(self) -> int | None:
        """The revision that the sender has seen."""
        revision: int | None = self._given.get("expects")
        return revision

    @cached_property
    def now(self) -> Callable[[], int] | None:
        """The clock of tests and demonstrations; `None` for the true one."""
        told = os.environ.get("DYADE_NOW")
        return _clock(told) if told else None

    @contextmanager
    def engine(self, *, make: bool = False) -> Iterator[Engine]:
        """The engine over the store and the programs of this command; only adding someone makes a store."""
        from dyade import wiring

        if not make:
            _must_exist(self.db)
        # Whether a server has a store is known once it is asked; one in memory begins with the command.
        making = make or not on_server(self.db)
        with wiring.Engine.open(
            self.db, self.programs, now=self.now or wiring.now, create=making, keys=self.keys
        ) as engine:
            if engine.made_keys is not None and not self.as_json:
                shared = self.keys is not None and on_server(self.keys)
                key = "keys.made.secret" if shared else "keys.made"
                click.echo(say(key, file=str(engine.made_keys)), err=True)
            yield engine

    def answer(self, page: Page) -> int:
        """Show a page; return its exit code."""
        if self.as_json:
            click.echo(as_json(page.data))
        else:
            for line in page.lines():
                click.echo(line)
        return page.code


def on_server(address: str) -> bool:
    """Whether a store is on a server, rather than in a file."""
    from dyade.store.postgres.address import is_ours

    return is_ours(address)


def _must_exist(address: str) -> None:
    """In the wrong folder, an empty store would answer that nothing is known, and stay behind."""
    if on_server(address):
        return
    from dyade.store.sqlite import Address

    place = Address(address)
    if not place.in_memory and not Path(place.path).exists():
        raise StoreTrouble("missing", place.path)


def _clock(told: str) -> Callable[[], int]:
    """A clock that stands still; it is refused where nobody said that this is a test."""
    from datetime import datetime, timedelta, timezone

    if os.environ.get("DYADE_TEST") != "1":
        raise click.UsageError(say("usage.now_refused"))
    try:
        moment = datetime.fromisoformat(told)
    except ValueError:
        raise click.UsageError(say("usage.now", value=repr(told[:40]))) from None
    if moment.tzinfo is None:
        raise click.UsageError(say("usage.now", value=repr(told[:40])))
    instant = (moment - datetime(1970, 1, 1, tzinfo=timezone.utc)) // timedelta(microseconds=1)  # noqa: UP017
    return lambda: instant

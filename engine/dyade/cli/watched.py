"""How is a process that stays watched: its figures and its health on a page, its log as lines that machines read?"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from dyade.cli import health
from dyade.cli.session import Session
from dyade.cli.words import say

if TYPE_CHECKING:
    from dyade.service.engine import Engine
    from dyade.watching.page import Health

HERE = "127.0.0.1"
"""Figures are for this machine, unless another address is named."""


class Address(NamedTuple):
    """Where a page is served."""

    host: str
    port: int


class Place(click.ParamType[Address]):
    """HOST:PORT, or a port of this machine."""

    name = "address"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Address:
        host, _, port = str(value).rpartition(":")
        if host.startswith("[") and host.endswith("]"):
            host = host[1:-1]
        elif ":" in host:
            port = ""
        if not port.isdecimal() or not port.isascii() or len(port) > 5 or int(port) > 65535:
            self.fail(say("usage.address", value=repr(str(value)[:40])), param, ctx)
        return Address(host or HERE, int(port))


@contextmanager
def watched(session: Session, engine: Engine, address: Address | None, log: str) -> Iterator[str | None]:
    """Let a process be watched while it works; gives where its page is."""
    with ExitStack() as stack:
        if log == "json":
            from dyade.watching import logs

            stack.callback(logs.remove, logs.as_json_lines(sys.stderr))
            engine.watched_by(logs.Logged())
        yield stack.enter_context(_page(session, engine, address)) if address is not None else None


@contextmanager
def _page(session: Session, engine: Engine, address: Address) -> Iterator[str]:
    from dyade.watching.figures import Figures
    from dyade.watching.page import Health, Page

    figures = Figures(engine.standing)
    engine.watched_by(figures)
    spoken = copy_context()

    def look() -> Health:
        found = spoken.copy().run(health.found, session)
        return Health(found["outcome"] != "trouble", found)

    try:
        page = Page(address.host, address.port, figures.text, look)
    except OSError as error:
        said = say("usage.address_taken", host=address.host, port=address.port, why=error.strerror or "")
        raise click.UsageError(said, click.get_current_context()) from None
    with page:
        yield page.url

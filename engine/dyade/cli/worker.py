"""Who lets time act, day after day? `worker`, until it is told to stop."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import click

from dyade.cli.declare import KEEPING, Family, command, option
from dyade.cli.ending import DONE
from dyade.cli.paper import Span, flow, mark
from dyade.cli.progress import Progress
from dyade.cli.session import Page, Session
from dyade.cli.watched import Address, Place, watched
from dyade.cli.words import say

if TYPE_CHECKING:
    from dyade.service.errands import Errand
    from dyade.service.rounds import Done
    from dyade.wiring import Engine

COMMANDS: Family = {}
RATE = 1000
"""That of `service.rounds`, which a test holds it to: reading it there would cost each `--help`."""


@command(COMMANDS, "worker", KEEPING)
@option("--rate", type=click.IntRange(min=1), default=RATE)
@option("--settings", envvar="DYADE_SETTINGS", type=click.Path(dir_okay=False, path_type=Path))
@option("--metrics", "page", type=Place())
@option("--log", type=click.Choice(["text", "json"]), default="text", envvar="DYADE_LOG")
def worker(session: Session, rate: int, settings: Path | None, page: Address | None, log: str) -> Page:
    """Let time act on all dyads when they are due, and messages leave."""
    from dyade import wiring

    spoken = copy_context()
    totals = _Totals(session)
    with session.engine() as engine, stopping() as stop, Progress(session, say("worker.progress")) as progress:
        assert isinstance(engine, wiring.Engine)
        errands = () if settings is None else (_post(session, engine, settings),)

        def told(done: Done) -> None:
            progress.end()
            totals.add(done)

        with (
            watched(session, engine, page, log) as url,
            engine.working(
                errands=errands,
                rate=rate,
                told=lambda done: spoken.run(told, done),
                progress=lambda done, total: spoken.run(progress, done, total),
            ),
        ):
            if not session.as_json:
                _tell(say("worker.begins"), "quiet")
                if url is not None:
                    _tell(say("worker.page", url=url), "quiet")
            stop.wait()
    data: dict[str, Any] = {"outcome": "done", **totals.data}
    return Page(data, lambda: flow(Span(say("worker.stopped"), "quiet")), DONE)


def _post(session: Session, engine: Engine, settings: Path) -> Errand:
    """Send what waits, by the ways out that a file of settings says."""
    from dyade.delivery.settings import load

    ways = load(settings, os.environ)

    def write(text: str) -> None:
        click.echo(text, nl=False, err=session.as_json)

    return lambda goes_on: engine.deliver(ways, stop=lambda: not goes_on(), write=write)


class _Totals:
    """What all rounds did together; each that did something is told as it ends."""

    def __init__(self, session: Session) -> None:
        self._silent = session.as_json
        self.data = {"rounds": 0, "dyads": 0, "records": 0, "failures": 0}

    def add(self, done: Done) -> None:
        self.data["rounds"] += 1
        for name, number in done._asdict().items():
            self.data[name] += number
        if self._silent or not (done.dyads or done.failures):
            return
        # The hour of the machine: that of whoever reads the log.
        at = datetime.now().astimezone().strftime("%Y-%m-%d %H:%M:%S")
        counted = ", ".join([say("worker.dyads", done.dyads), say("worker.records", done.records)])
        _tell(f"{at}  {counted}")
        if done.failures:
            _tell(f"{mark('✘', 'x')} {say('worker.failures', done.failures)}", "no")


def _tell(text: str, style: str = "") -> None:
    for line in flow(Span(text, style)):
        click.echo(line)


@contextmanager
def stopping() -> Iterator[Event]:
    """Hear that one is asked to stop; asked a second time by hand, the process ends at once."""
    stop = Event()

    def hear(number: int, _frame: object) -> None:
        if stop.is_set() and number == signal.SIGINT:
            raise KeyboardInterrupt
        stop.set()

    before = {number: signal.signal(number, hear) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

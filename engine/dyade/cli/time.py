"""What has become due? `tick`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from dyade.cli import cards
from dyade.cli.declare import KEEPING, Family, command, option
from dyade.cli.ending import DONE, TROUBLE
from dyade.cli.facts import plain
from dyade.cli.paper import Span, flow, mark
from dyade.cli.progress import Progress
from dyade.cli.session import Page, Session
from dyade.cli.words import lang, say
from dyade.errors import DyadeError
from dyade.texts import told

if TYPE_CHECKING:
    from dyade.flow.telling.timeline import Event
    from dyade.service.engine import Engine
    from dyade.service.tick import Done, Failure

COMMANDS: Family = {}


@command(COMMANDS, "tick", KEEPING)
@option("--limit", type=click.IntRange(min=1))
def tick(session: Session, limit: int | None) -> Page:
    """Do what is due by now."""
    done: list[Done] = []
    failures: list[Failure] = []
    with session.engine() as engine, Progress(session, say("worker.progress")) as progress:
        due = engine.due_count()
        for some in engine.ticking(limit=limit):
            done += some.done
            failures += some.failures
            progress(len(done) + len(failures), due)
        happened = [(one.dyad, _events(engine, one)) for one in done]
    data: dict[str, Any] = {
        "outcome": "failed" if failures else "done",
        "dyads": [{"dyad": dyad, "records": plain(events)} for dyad, events in happened],
        "failures": [{"dyad": one.dyad, "message": _why(one)} for one in failures],
    }
    return Page(data, lambda: _lines(happened, failures), TROUBLE if failures else DONE)


def _events(engine: Engine, done: Done) -> list[Event]:
    mine = {record.head.revision for record in done.records}
    return [event for event in engine.timeline(done.dyad, lang=lang()) if event.revision in mine]


def _why(failure: Failure) -> str:
    error = failure.error
    return told(error, lang()) if isinstance(error, DyadeError) else type(error).__name__


def _lines(happened: list[tuple[str, list[Event]]], failures: list[Failure]) -> list[str]:
    lines: list[str] = []
    for dyad, events in happened:
        unseen: list[str | Span] = [] if events else [" ", Span(say("tick.unseen"), "quiet")]
        lines += [*flow(Span(dyad, "title"), *unseen), *cards.history(events)]
    for failure in failures:
        said = say("tick.failed", dyad=failure.dyad, why=_why(failure))
        lines += flow(said, lead=[Span(mark("✘", "x"), "no"), " "])
    return lines or flow(Span(say("tick.nothing"), "quiet"))

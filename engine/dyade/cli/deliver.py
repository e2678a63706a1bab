"""What leaves now? `deliver`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dyade.cli.declare import KEEPING, Family, command, option
from dyade.cli.ending import DONE, TROUBLE
from dyade.cli.outbox import trouble
from dyade.cli.paper import Span, flow, mark
from dyade.cli.session import Page, Session
from dyade.cli.words import say

if TYPE_CHECKING:
    from dyade.service.deliver import Delivered, Failed

COMMANDS: Family = {}


@command(COMMANDS, "deliver", KEEPING)
@option("--settings", envvar="DYADE_SETTINGS", type=click.Path(dir_okay=False, path_type=Path))
@option("--show", is_flag=True)
@option("--most", type=click.IntRange(min=1), default=10_000)
@option("--seconds", type=click.IntRange(min=1), default=60)
def deliver(session: Session, settings: Path | None, show: bool, most: int, seconds: int) -> Page:
    """Deliver what is due, once."""
    from dyade import wiring
    from dyade.delivery.settings import Settings, load

    if settings is None and not show:
        raise click.UsageError(say("usage.settings"), click.get_current_context())
    with session.engine() as engine:
        if show:
            waiting = {one.message.channel for one in engine.posted("waiting")}
            chosen = Settings(console=tuple(sorted(waiting)))
        else:
            assert settings is not None
            chosen = load(settings, os.environ)
        assert isinstance(engine, wiring.Engine)
        done = engine.deliver(
            chosen, seconds=seconds, limit=most, write=lambda text: click.echo(text, nl=False, err=session.as_json)
        )
    data: dict[str, Any] = {
        "outcome": "failed" if done.failed else "done",
        "sent": done.sent,
        "postponed": done.postponed,
        "held": done.held,
        "failed": [{"message": one.message, "endpoint": one.endpoint, "trouble": one.trouble} for one in done.failed],
    }
    return Page(data, lambda: _lines(done), TROUBLE if done.failed else DONE)


def _lines(done: Delivered) -> list[str]:
    if not (done.sent or done.postponed or done.held or done.failed):
        return flow(Span(say("deliver.nothing"), "quiet"))
    lines: list[str] = []
    if done.sent:
        lines += flow(say("deliver.sent", done.sent), lead=[Span(mark("✔", "+"), "yes"), " "])
    if done.held:
        lines += flow(say("deliver.held", done.held), lead=[Span(mark("·", "-"), "quiet"), " "])
    if done.postponed:
        lines += flow(say("deliver.postponed", done.postponed), lead=[Span("!", "warn"), " "])
    for one in done.failed:
        lines += flow(_failed(one), lead=[Span(mark("✘", "x"), "no"), " "])
    return lines


def _failed(one: Failed) -> str:
    return say("deliver.failed", message=one.message, why=trouble(one.trouble))

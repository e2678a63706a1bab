"""What wants attention, in all the dyads? `todo`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from dyade.cli.declare import READING, Family, command, option
from dyade.cli.paper import Span, flow
from dyade.cli.progress import waiting
from dyade.cli.session import Page, Session
from dyade.cli.words import lang, say

if TYPE_CHECKING:
    from dyade.flow.telling.worklist import Task

COMMANDS: Family = {}
STYLES = {"late": "red", "mine": "cyan", "stuck": "yellow"}


@command(COMMANDS, "todo", READING)
@option("--program", completer="programs")
@option("--late", is_flag=True)
@option("--mine", is_flag=True)
@option("--stuck", is_flag=True)
@option("--idle", type=click.IntRange(min=1))
@option("--limit", type=click.IntRange(min=1))
def todo(
    session: Session, program: str | None, late: bool, mine: bool, stuck: bool, idle: int | None, limit: int | None
) -> Page:
    """List what is late, what the reader can do, what is stuck."""
    if mine and session.reader is None:
        raise click.UsageError(say("usage.who"), click.get_current_context())
    asked = {kind for kind, wanted in (("late", late), ("mine", mine), ("stuck", stuck)) if wanted}
    with session.engine() as engine, waiting(session, engine, say("worker.progress")):
        if program is not None:
            engine.versions(program)
        found = engine.worklist(program, reader=session.reader, lang=lang(), idle=idle)
    listed = [one for one in found if not asked or one.kind in asked]
    counts = {kind: sum(one.kind == kind for one in listed) for kind in STYLES}
    data = {"todo": [one._asdict() for one in listed[:limit]], "counts": counts}
    return Page(data, lambda: _lines(listed, limit))


def _lines(listed: list[Task], limit: int | None) -> list[str]:
    from dyade.cli.tables import Cell, table

    if not listed:
        return flow(Span(say("todo.nothing"), "quiet"))
    rows: list[list[Cell]] = [
        [(say(f"todo.{one.kind}"), STYLES[one.kind]), (one.dyad, "bold"), one.text, one.day, _since(one), one.state]
        for one in listed[:limit]
    ]
    titles = [say(f"todo.title.{title}") for title in ("kind", "dyad", "what", "day", "days", "state")]
    lines = table(titles, rows, right=(4,))
    left = len(listed) - len(rows)
    return [*lines, *flow(Span(say("todo.others", left), "quiet"))] if left else lines


def _since(one: Task) -> Any:
    """Days that have gone by since; nothing for what is still to come."""
    return str(one.days) if one.day and one.days > 0 else ""

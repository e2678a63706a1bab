"""Which programs take new dyads? `programs`."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from dyade.cli.declare import KEEPING, Family, argument, command, option
from dyade.cli.ending import DONE, REFUSED
from dyade.cli.paper import Span, clean, flow, mark
from dyade.cli.root import Telling
from dyade.cli.session import Page, Session
from dyade.cli.words import say

PROGRAMS: Family = {}


class Seasons(Telling):
    """`dyade programs`."""

    key = "programs"


COMMANDS: Family = {"programs": Seasons("programs", commands=PROGRAMS)}


@command(PROGRAMS, "list", KEEPING, key="programs.list")
def list_programs(session: Session) -> Page:
    """List the programs, and those that are closed."""
    with session.engine() as engine:
        closed = {one.program: one for one in engine.closures()}
        rows = [
            {"program": name, "closed": name in closed, "reason": closed[name].reason if name in closed else None}
            for name in sorted({*engine.programs(), *closed})
        ]
    return Page({"programs": rows}, lambda: [line for row in rows for line in _line(row)])


def _line(row: dict[str, str | bool | None]) -> list[str]:
    if not row["closed"]:
        return flow(say("programs.open"), lead=[Span(mark("✔", "+"), "yes"), f" {row['program']}  "])
    said = say("programs.is_closed", reason=clean(str(row["reason"])))
    return flow(said, lead=[Span(mark("✘", "x"), "warn"), f" {row['program']}  "])


@command(PROGRAMS, "close", KEEPING, key="programs.close")
@argument("program", completer="programs")
@option("--reason", required=True)
def close(session: Session, program: str, reason: str) -> Page:
    """Close a program to new dyads."""
    if not reason.strip():
        raise click.UsageError(say("usage.reason"), click.get_current_context())
    with session.engine() as engine:
        made = engine.close_program(program, reason.strip())
        running = len(engine.dyads(program=program, ended=False))
    since = datetime.fromtimestamp(made.at // 1_000_000, UTC).date().isoformat()
    data = {"outcome": "done", "program": program, "reason": made.reason, "since": since, "running": running}
    said = say("programs.closed", running, program=clean(program))
    return Page(data, lambda: flow(said, lead=[Span(mark("✔", "+"), "yes"), " "]))


@command(PROGRAMS, "reopen", KEEPING, key="programs.reopen")
@argument("program", completer="programs")
def reopen(session: Session, program: str) -> Page:
    """Open a program again."""
    with session.engine() as engine:
        done = engine.open_program(program)
    said = say("programs.reopened" if done else "programs.was_open", program=clean(program))
    sign = Span(mark("✔", "+"), "yes") if done else Span(mark("✘", "x"), "no")
    data = {"outcome": "done" if done else "refused", "program": program}
    return Page(data, lambda: flow(said, lead=[sign, " "]), DONE if done else REFUSED)

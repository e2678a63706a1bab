"""Is all well, for a machine that asks every minute, and in figures? `health`, `metrics`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from dyade.cli.declare import KEEPING, Family, command, option
from dyade.cli.doctor import MINUTE, SIGNS, told
from dyade.cli.ending import DONE, TROUBLE
from dyade.cli.paper import Span, flow, mark
from dyade.cli.session import Page, Session
from dyade.cli.words import say

if TYPE_CHECKING:
    from dyade.service.doctor import Finding

COMMANDS: Family = {}


@command(COMMANDS, "health", KEEPING)
@option("--late", "late_by", type=click.IntRange(min=0))
def health(session: Session, late_by: int | None) -> Page:
    """Say whether all is well."""
    data = found(session, late_by)
    return Page(data, lambda: _lines(data), TROUBLE if data["outcome"] == "trouble" else DONE)


def found(session: Session, late_by: int | None = None) -> dict[str, Any]:
    """What `doctor` finds without reading the journal: `trouble` is what loses something, or holds up everybody."""
    from dyade import wiring

    late = None if late_by is None else late_by * MINUTE
    now = session.now or wiring.now
    findings = wiring.examine(session.db, session.programs, now, keys=session.keys, late=late, chains=False)
    worst = {one.severity for one in findings}
    return {
        "outcome": "trouble" if "error" in worst else "warnings" if worst else "sound",
        "findings": [_finding(one) for one in findings],
    }


def _finding(one: Finding) -> dict[str, str]:
    return {"check": one.check, "code": one.code, "severity": one.severity, "message": told(one)}


def _lines(data: dict[str, Any]) -> list[str]:
    good, plain, style = SIGNS[{"trouble": "error", "warnings": "warning", "sound": "sound"}[data["outcome"]]]
    lines = flow(say(f"health.{data['outcome']}"), lead=[Span(mark(good, plain), style), " "])
    for one in data["findings"]:
        lines += flow(one["message"], lead=["  ", Span("-", SIGNS[one["severity"]][2]), " "])
    return lines


@command(COMMANDS, "metrics", KEEPING)
def metrics(session: Session) -> Page:
    """Print the figures of the store, as Prometheus reads them."""
    from dyade.watching import figures

    with session.engine() as engine:
        standing = engine.standing()
        text = "" if session.as_json else figures.written(lambda: standing).decode()
    return Page(dict(standing._asdict()), lambda: text.splitlines())

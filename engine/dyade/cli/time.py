"""What has become due? `tick`."""

from __future__ import annotations

import click

from dyade.cli.declare import KEEPING, Family, command, option
from dyade.cli.session import Page, Session

COMMANDS: Family = {}


@command(COMMANDS, "tick", KEEPING)
@option("--limit", type=click.IntRange(min=1))
def tick(session: Session, limit: int | None) -> Page:
    """Do what is due by now."""
    with session.engine() as engine:
        done = engine.tick(limit=limit)
    raise AssertionError(done)

"""What came of a command: done, with what it changed, or refused, with every reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dyade.cli.session import Page, Session

if TYPE_CHECKING:
    from dyade.flow.messages import Command
    from dyade.flow.outcome import Decision, Refusal
    from dyade.service.engine import Engine


def act(session: Session, engine: Engine, dyad: str, order: Command) -> Page:
    """Do what a command asks, and tell what came of it."""
    return answered(session, engine, engine.act(dyad, order, id=session.id, expects=session.expects))


def answered(session: Session, engine: Engine, outcome: Decision | Refusal) -> Page:
    """Tell what came of a command."""
    return Page({}, lambda: [str(outcome)])

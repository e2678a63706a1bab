"""Which statements have conditions that vary? SQLAlchemy builds them; they run like the others."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.dialects.sqlite import dialect
from sqlalchemy.engine.interfaces import Dialect

from dyade.service.ports import Filter
from dyade.store import schema

Statement = tuple[Any, ...]
"""A text, then its values."""


def dyads(which: Filter) -> Statement:
    """List dyads, without their people."""
    d, h = schema.dyads.c, schema.holdings.c
    wanted = select(
        d.id, d.number, d.program, d.behaviour, d.revision, d.created_at, d.at, d.leaf, d.outcome, d.next_due_at
    ).where(d.number > which.after)
    if which.program is not None:
        wanted = wanted.where(d.program == which.program)
    if which.leaf is not None:
        wanted = wanted.where(or_(d.leaf == which.leaf, d.leaf.startswith(f"{which.leaf}.", autoescape=True)))
    if which.ended is not None:
        wanted = wanted.where(d.outcome.is_not(None) if which.ended else d.outcome.is_(None))
    if which.due_by is not None:
        wanted = wanted.where(d.next_due_at <= which.due_by)
    holder = [
        column == value for column, value in ((h.person, which.person), (h.role, which.role)) if value is not None
    ]
    if holder:
        wanted = wanted.where(d.id.in_(select(h.dyad).where(and_(*holder))))
    return _text(wanted.order_by(d.number).limit(which.limit))


def outbox(dyad: str | None, status: str | None, limit: int | None, kind: str | None = None) -> Statement:
    """List messages."""
    o = schema.outbox.c
    wanted = select(
        o.id, o.dyad, o.seq, o.n, o.kind, o.rule, o.recipient, o.channel, o.priority, o.template, o.subject, o.body,
        o.status, o.created_at,
    )  # fmt: skip
    if dyad is not None:
        wanted = wanted.where(o.dyad == dyad)
    if status is not None:
        wanted = wanted.where(o.status == status)
    if kind is not None:
        wanted = wanted.where(o.kind == kind)
    return _text(wanted.order_by(o.seq, o.n).limit(limit))


def _text(wanted: Select[Any]) -> Statement:
    compiled = wanted.compile(dialect=_dialect(), compile_kwargs={"render_postcompile": True})
    return (str(compiled), *(compiled.params[name] for name in compiled.positiontup or ()))


@cache
def _dialect() -> Dialect:
    made: Dialect = dialect()
    return made

"""How does what is due become a calendar that others subscribe to? A file that is whole whenever it is read."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dyade.cli.paper import Span, flow, mark
from dyade.cli.session import Page, Session
from dyade.cli.words import say

if TYPE_CHECKING:
    from dyade.service.agenda import Planned
    from dyade.service.parcels import Event

READABLE = 0o644
"""A calendar that is subscribed to is read by a server of files."""


def page(session: Session, found: Sequence[Planned], ics: str, now: int, dyad: str | None) -> Page:
    """Write what is due as iCalendar, into a file or (`-`) on the standard output; it names nobody."""
    from dyade.delivery import invitations

    invitations.check_installed()
    titles = list(dict.fromkeys(one.title for one in found))
    name = " · ".join(["dyade", *([dyad] if dyad else []), *(titles if len(titles) == 1 else [])])
    calendar = invitations.subscription([_event(one, dyad) for one in found], name, now)
    if ics == "-" and not session.as_json:
        # A calendar is bytes: no line of it may be cleaned, wrapped or ended otherwise.
        click.echo(calendar, nl=False)
        return Page({}, list)
    if ics == "-":
        raise click.UsageError(say("usage.ics"), click.get_current_context())
    _write(Path(ics), calendar)
    data = {"outcome": "done", "file": ics, "events": len({one.event.id for one in found})}
    told = say("due.written", len(found), file=ics)
    return Page(data, lambda: flow(told, lead=[Span(mark("✔", "+"), "yes"), " "]))


def _event(one: Planned, dyad: str | None) -> tuple[Event, str, str]:
    event = one.event if dyad else one.event._replace(title=f"{one.dyad} · {one.event.title}")
    return event, f"{one.title} · {one.dyad}", one.title


def _write(file: Path, content: bytes) -> None:
    """Put a file in the place of the one before at once: whoever reads it never finds half of it."""
    try:
        descriptor, beside = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
        try:
            with open(descriptor, "wb") as out:  # noqa: PTH123 (a descriptor)
                out.write(content)
            Path(beside).chmod(READABLE)
            os.replace(beside, file)  # noqa: PTH105
        except BaseException:
            with suppress(OSError):
                Path(beside).unlink()
            raise
    except OSError as error:
        raise click.UsageError(say("usage.output", file=str(file), why=error.strerror or "")) from None

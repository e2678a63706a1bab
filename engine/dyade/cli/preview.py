"""Which messages would a whole life send, before anything is sent? `preview`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from dyade.cli.declare import LOOKING, Day, Family, argument, command, option
from dyade.cli.ending import DONE, REFUSED
from dyade.cli.facts import plain
from dyade.cli.paper import Span, clean, flow, mark
from dyade.cli.session import Page, Session
from dyade.cli.sources import PROGRAM, SCENARIOS, beside, content, found
from dyade.cli.words import lang, say
from dyade.errors import NotFound

if TYPE_CHECKING:
    from dyade.authoring.preview import Message, Preview

COMMANDS: Family = {}


@command(COMMANDS, "preview", LOOKING)
@argument("program", completer="program_files")
@option("--from", "first", type=Day())
@option("--scenario", completer="scenarios")
@option("--bodies", is_flag=True)
def preview(session: Session, program: str, first: int | None, scenario: str | None, bodies: bool) -> Page:
    """Show every message of a whole life, before anything is sent."""
    from dyade.authoring import preview as authoring
    from dyade.authoring import scenarios
    from dyade.program.load import load
    from dyade.service.folder import Folder

    [told] = found(session.programs, (program,), SCENARIOS)
    told = beside(told, SCENARIOS)
    source = beside(told, PROGRAM)
    loaded = load(content(source), source.as_posix(), Folder(source.parent).read)
    stories = content(told)
    if any(one.severity == "error" for one in scenarios.check(loaded, stories)):
        raise click.UsageError(say("usage.preview_mistakes", file=told.as_posix()), click.get_current_context())
    day = first if first is not None else datetime.now().astimezone().toordinal()
    seen = authoring.preview(loaded, stories, day, lang(), scenario or "")
    if seen is None:
        if scenario:
            raise NotFound("scenario", scenario)
        raise click.UsageError(say("usage.preview_no_life", file=told.as_posix()), click.get_current_context())
    data = {"outcome": "done" if seen.stopped is None else "refused", "program": loaded.id, **plain(seen)}
    return Page(data, lambda: _lines(seen, bodies), DONE if seen.stopped is None else REFUSED)


def _lines(seen: Preview, bodies: bool) -> list[str]:
    """The life in a line, its messages in a table, then what they leave out."""
    lines = flow(Span(clean(seen.scenario), "title"))
    ended = say("preview.ended", first=seen.first, last=seen.last, state=seen.state, n=len(seen.messages))
    lines += [*flow(Span(ended, "quiet")), "", *(_read(seen) if bodies else _table(seen)), ""]
    if seen.unsent:
        lines += flow(say("preview.unsent", texts=", ".join(seen.unsent)))
    if seen.stopped is not None:
        said = say("preview.stopped", when=seen.stopped.when, act=seen.stopped.act)
        lines += flow(said, lead=[Span(mark("✘", "x"), "no"), " "])
        lines += [line for reason in seen.stopped.reasons for line in flow(reason, lead=["  "])]
    return lines[:-1] if lines[-1] == "" else lines


def _table(seen: Preview) -> list[str]:
    from dyade.cli.tables import Cell, table

    titles = [say(f"preview.{title}") for title in ("when", "to", "kind", "subject")]
    rows: list[list[Cell]] = [
        [(one.when, "bold"), _reader(one), say(f"preview.kind.{one.kind}"), one.subject] for one in seen.messages
    ]
    return table(titles, rows)


def _read(seen: Preview) -> list[str]:
    """Each message in full."""
    lines: list[str] = []
    for one in seen.messages:
        kind = say(f"preview.kind.{one.kind}")
        lines += flow(Span(one.when, "name"), "  ", Span(_reader(one), "strong"), "  ", Span(kind, "quiet"))
        lines += flow(one.subject, lead=["  "])
        lines += [line for told in one.body.split("\n") for line in flow(told, lead=["    "])]
    return lines


def _reader(one: Message) -> str:
    return f"{', '.join(one.roles)} · {one.name}" if one.roles else one.name

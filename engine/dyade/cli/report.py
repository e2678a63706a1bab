"""What became of the dyads of a program, counted? `report`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dyade.cli.declare import KEEPING, Day, Family, argument, command, option
from dyade.cli.paper import Span, flow, mark
from dyade.cli.progress import waiting
from dyade.cli.session import Page, Session
from dyade.cli.words import lang, say

if TYPE_CHECKING:
    from dyade.flow.telling.words import Words
    from dyade.program.program import Program
    from dyade.service.report import Report

COMMANDS: Family = {}
OUTCOMES = ("success", "failure", "withdrawn", "expired", "rejected")
Row = tuple[str, str, int | None, int | None]
"""(section, what is counted, how many, median of days)."""


@command(COMMANDS, "report", KEEPING)
@argument("program", completer="programs")
@option("--from", "first_day", type=Day())
@option("--to", "final_day", type=Day())
@option("--by", "counted_field")
@option("--csv", "csv_file", type=click.Path(dir_okay=False, path_type=Path))
def report(
    session: Session,
    program: str,
    first_day: int | None,
    final_day: int | None,
    counted_field: str | None,
    csv_file: Path | None,
) -> Page:
    """Count the dyads of a program."""
    if first_day is not None and final_day is not None and first_day > final_day:
        raise click.UsageError(say("usage.days_backwards"), click.get_current_context())
    with session.engine() as engine, waiting(session, engine, say("worker.progress")):
        declared = engine.program(program)
        found = engine.report(program, first=first_day, last=final_day, by=counted_field)
    if csv_file is not None:
        _write(csv_file, found, declared, counted_field)
        said = say("report.written", file=str(csv_file))
        return Page(
            {"outcome": "done", "file": str(csv_file)}, lambda: flow(said, lead=[Span(mark("✔", "+"), "yes"), " "])
        )
    return Page(_data(program, found, counted_field), lambda: _lines(found, declared, counted_field))


def _data(program: str, found: Report, by: str | None) -> dict[str, Any]:
    from dyade.cli.quotas import shared_data

    return {
        "program": program,
        "total": found.total,
        "begun": found.begun,
        "states": dict(found.states),
        "outcomes": [one._asdict() for one in found.endings],
        "months": [one._asdict() for one in found.months],
        "by": by,
        "values": [one._asdict() for one in found.values],
        "shared": [shared_data(one) for one in found.shared],
    }


def _write(file: Path, found: Report, program: Program, by: str | None) -> None:
    from dyade.cli.sheet import sheet

    titles = tuple(say(f"report.{title}") for title in ("section", "what", "count", "days"))
    text = sheet([titles, *_rows(found, program, by)])
    try:
        opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise click.UsageError(say("usage.no_write", path=repr(str(file)), reason=reason)) from None
    # The mark at its beginning tells spreadsheets how its letters are written.
    with os.fdopen(opened, "w", encoding="utf-8-sig", newline="") as out:
        out.write(text)


def _rows(found: Report, program: Program, by: str | None) -> Iterator[Row]:
    from dyade.flow.plan import plan_of
    from dyade.flow.telling.words import Words

    words = Words(plan_of(program), lang(), {})
    yield say("report.dyads"), say("report.total"), found.total, None
    yield say("report.dyads"), say("report.begun"), found.begun, None
    for state, count in found.states:
        yield say("report.states"), words.state(state) if state in program.graph.nodes else state, count, None
    for one in found.endings:
        outcome = say(f"outcome.{one.outcome}") if one.outcome in OUTCOMES else say("report.ended")
        yield say("report.outcomes"), outcome, one.number, one.days
    for which in ("begun", "ended"):
        for month in found.months:
            if number := getattr(month, which):
                yield say(f"report.months.{which}"), month.month, number, None
    for value in found.values:
        label = _value(words, program, by or "", value.value)
        yield words.field(by or ""), label, value.number, None
    for share in found.shared:
        if not share.person:
            label = words.budget(share.id) if share.kind == "budget" else words.quota(share.id)
            used = share.used // 100 if share.kind == "budget" else share.used
            yield say(f"report.{share.kind}"), label, used, None


def _value(words: Words, program: Program, by: str, value: str) -> str:
    from dyade.program.conditions.values import parse_value

    if not value:
        return say("report.none")
    kind = program.data["fields", by].type
    raw = {"True": True, "False": False}.get(value, value) if kind.name == "bool" else value
    return words.value(parse_value(kind, raw), kind)


def _lines(found: Report, program: Program, by: str | None) -> list[str]:
    from dyade.cli.tables import Cell, table

    rows: list[list[Cell]] = []
    before = ""
    for section, what, count, days in _rows(found, program, by):
        told = say("report.few") if count is None else str(count)
        rows.append([(section if section != before else "", "bold"), what, told, "" if days is None else str(days)])
        before = section
    return table([say(f"report.{title}") for title in ("section", "what", "count", "days")], rows, right=(2, 3))

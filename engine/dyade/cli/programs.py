"""Does a program live as its scenarios say, what is its schema? `test`, `schema`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dyade.cli.declare import LOOKING, SAYING, Family, argument, command, option
from dyade.cli.ending import DONE, REFUSED, USAGE
from dyade.cli.paper import Span, clean, flow
from dyade.cli.progress import Progress
from dyade.cli.session import Page, Session
from dyade.cli.sources import PROGRAM, SCENARIOS, beside, content, found
from dyade.cli.words import lang, say

if TYPE_CHECKING:
    from dyade.authoring.scenario_report import Report

COMMANDS: Family = {}
VERDICTS = {"passed": DONE, "failed": REFUSED, "invalid": USAGE}
LONG = 50
"""Scenarios that take a while."""


@command(COMMANDS, "test", LOOKING)
@argument("files", nargs=-1, completer="program_files")
@option("--only", "-k")
@option("--transcript", is_flag=True)
@option("--coverage", is_flag=True)
@option("--strict", "whole", is_flag=True)
@option("--suggest", is_flag=True)
@option("--write", "write_scenarios", is_flag=True)
@option("--seconds", "seconds_looked", type=click.FloatRange(min=0.1))
@option("--seed", type=int)
def test(
    session: Session,
    files: tuple[str, ...],
    only: str | None,
    transcript: bool,
    coverage: bool,
    whole: bool,
    suggest: bool,
    write_scenarios: bool,
    seconds_looked: float | None,
    seed: int | None,
) -> Page:
    """Live the scenarios of programs; tell what they touch of them, and which are missing."""
    if whole and not (coverage or suggest):
        raise click.UsageError(say("usage.strict_coverage"), click.get_current_context())
    if not suggest and (write_scenarios or seconds_looked is not None or seed is not None):
        raise click.UsageError(say("usage.with_suggest"), click.get_current_context())
    if suggest:
        from dyade.cli.suggesting import SECONDS, suggested

        if only is not None or transcript or coverage:
            raise click.UsageError(say("usage.suggest_alone"), click.get_current_context())
        sources = [beside(path, PROGRAM) for path in found(session.programs, files, PROGRAM)]
        seconds = SECONDS if seconds_looked is None else seconds_looked
        return suggested(session, sources, seconds=seconds, seed=seed or 0, write=write_scenarios, strict=whole)
    paths = found(session.programs, files, SCENARIOS)
    with Progress(session, say("test.progress"), LONG) as progress:
        reports = [_lived(beside(path, SCENARIOS), only, progress, coverage=coverage) for path in paths]
    code = max(VERDICTS[report.outcome] for report in reports)
    if whole and any(report.coverage is not None and not report.coverage.is_whole for report in reports):
        code = max(code, REFUSED)
    data = {
        "outcome": max((report.outcome for report in reports), key=VERDICTS.__getitem__),
        "files": [report.to_json(lang()) for report in reports],
    }
    return Page(data, lambda: [line for report in reports for line in _told(report, transcript)], code)


def _lived(told: Path, only: str | None, heard: Progress, *, coverage: bool) -> Report:
    from dyade.authoring import scenarios
    from dyade.program.load import load
    from dyade.service.folder import Folder

    source = beside(told, PROGRAM)
    stories = content(told)
    text = content(source)
    program = load(text, source.as_posix(), Folder(source.parent).read)
    observed = scenarios.Observed(text, source.as_posix()) if coverage else None
    return scenarios.run(program, stories, told.as_posix(), lang(), only, observed, heard)


def _told(report: Report, transcript: bool) -> list[str]:
    """The report as it is; what each story says happened, first, where that is wanted."""
    stories = [line for one in report.lived for line in one.transcript.split("\n")] if transcript else []
    lines = [clean(line) for line in [*stories, *report.render(lang()).split("\n")]]
    return [_coloured(line) for line in lines]


def _coloured(line: str) -> str:
    """What held or was found in green, what did not or was expected in red."""
    sign = line.lstrip(" 0123456789")[:2]
    style = {"✔ ": "yes", "✘ ": "no", "- ": "no", "+ ": "yes"}.get(sign, "")
    return "".join(flow(lead=[Span(line, style)]))


@command(COMMANDS, "schema", SAYING)
@argument("which", type=click.Choice(["program", "scenarios"]), required=False)
@option("--write", is_flag=True)
@option("--into")
def schema(session: Session, which: str | None, write: bool, into: str | None) -> Page:  # noqa: ARG001
    """Show or write the schemas."""
    import json

    from dyade.authoring import schemas

    if write or into:
        written = [path.as_posix() for path in schemas.write(Path(into or "schemas"))]
        return Page({"written": written}, lambda: written)
    if which is None:
        raise click.UsageError(say("usage.which_schema"), click.get_current_context())
    text = schemas.schemas()[f"{which}.schema.json"]
    return Page(json.loads(text), lambda: text.rstrip("\n").split("\n"))

"""Is a program sound, does it live as its scenarios say, what is its schema? `check`, `test`, `schema`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from dyade.cli.declare import LOOKING, SAYING, Family, argument, command, option
from dyade.cli.ending import DONE, REFUSED, USAGE
from dyade.cli.paper import Span, clean, flow, mark
from dyade.cli.progress import Progress
from dyade.cli.session import Page, Session
from dyade.cli.words import lang, say
from dyade.errors import NotFound

if TYPE_CHECKING:
    from dyade.authoring.scenario_report import Report
    from dyade.program.diagnostics import Diagnostic

COMMANDS: Family = {}
PROGRAM, SCENARIOS = ".yaml", ".scenarios.yaml"
VERDICTS = {"passed": DONE, "failed": REFUSED, "invalid": USAGE}
LONG = 50
"""Scenarios that take a while."""
LARGEST = 1_000_001
"""Bytes that are read of a file: one more than a program may have, so that a larger one is told."""


class Checked(NamedTuple):
    """A file and what was found in it."""

    file: str
    source: str
    findings: tuple[Diagnostic, ...]

    def count(self, severity: str) -> int:
        """How many findings are this grave."""
        return sum(diagnostic.severity.value == severity for diagnostic in self.findings)


@command(COMMANDS, "check", LOOKING)
@argument("files", nargs=-1, completer="program_files")
@option("--strict", is_flag=True)
def check(session: Session, files: tuple[str, ...], strict: bool) -> Page:
    """Check programs, and the scenarios beside them."""
    checked = [one for path in found(session.programs, files, PROGRAM) for one in _checked(path)]
    code = _verdict(checked, strict)
    return Page(_data(checked, code), lambda: [line for one in checked for line in _lines(one)], code)


def found(folder: str, files: Sequence[str], suffix: str) -> list[Path]:
    """The files that are meant: paths, ids of programs, or everything in the folder of the programs."""
    if files:
        return [_meant(folder, name, suffix) for name in files]
    paths = sorted(path for path in Path(folder).glob(f"*{suffix}") if suffix == SCENARIOS or not _tells(path))
    if not paths:
        raise NotFound("file", str(Path(folder) / f"*{suffix}"))
    return paths


def _tells(path: Path) -> bool:
    """Whether a file tells scenarios."""
    return path.name.endswith(SCENARIOS)


def _meant(folder: str, name: str, suffix: str) -> Path:
    for path in (Path(name), Path(folder) / f"{name}{suffix}"):
        if _is_file(path):
            return path
    raise NotFound("file", name)


def beside(path: Path, suffix: str) -> Path:
    """The other file of a program: its scenarios, or the program itself."""
    base = path.name.removesuffix(SCENARIOS).removesuffix(PROGRAM)
    return path.with_name(f"{base}{suffix}")


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def content(path: Path) -> bytes:
    """The beginning of a file, enough to judge it."""
    try:
        with path.open("rb") as file:
            return file.read(LARGEST)
    except OSError as error:
        raise click.UsageError(
            say("usage.file", path=repr(str(path)), reason=error.strerror or type(error).__name__)
        ) from None


def _checked(path: Path) -> Iterator[Checked]:
    """A program, then the scenarios beside it; or scenarios alone, where they are named."""
    from dyade.program.load import examine
    from dyade.service.folder import Folder

    source = beside(path, PROGRAM)
    raw = content(source)
    loaded = examine(raw, Folder(source.parent).read, datetime.now().astimezone().toordinal())
    if not _tells(path) or loaded.program is None:
        yield Checked(source.as_posix(), raw.decode("utf-8", "replace"), loaded.findings)
    told = beside(path, SCENARIOS)
    if loaded.program is not None and _is_file(told):
        from dyade.authoring import scenarios

        stories = content(told)
        findings = scenarios.check(loaded.program, stories)
        yield Checked(told.as_posix(), stories.decode("utf-8", "replace"), findings)


def _verdict(checked: Iterable[Checked], strict: bool) -> int:
    checked = list(checked)
    if any(one.count("error") for one in checked):
        return USAGE
    return REFUSED if strict and any(one.count("warning") for one in checked) else DONE


def _data(checked: Iterable[Checked], code: int) -> dict[str, Any]:
    from dyade.program.report import to_json

    files = [
        {
            "file": one.file,
            "errors": one.count("error"),
            "warnings": one.count("warning"),
            "diagnostics": [to_json(diagnostic, one.file, lang()) for diagnostic in one.findings],
        }
        for one in checked
    ]
    return {"outcome": {DONE: "done", REFUSED: "refused", USAGE: "program_invalid"}[code], "files": files}


def _lines(one: Checked) -> list[str]:
    from dyade.program.report import render_all

    lines = []
    if one.findings:
        lines += [*render_all(one.findings, one.source, one.file, lang()).split("\n"), ""]
    errors, warnings = one.count("error"), one.count("warning")
    if errors:
        sign, style = mark("✘", "x"), "no"
    elif warnings:
        sign, style = "!", "warn"
    else:
        sign, style = mark("✔", "+"), "yes"
    told = [say("check.errors", errors)] if errors else []
    told += [say("check.warnings", warnings)] if warnings else []
    verdict = ", ".join(told) or say("check.sound")
    return lines + flow(lead=[Span(sign, style), " ", say("check.verdict", file=clean(one.file), verdict=verdict)])


@command(COMMANDS, "test", LOOKING)
@argument("files", nargs=-1, completer="program_files")
@option("--only", "-k")
@option("--transcript", is_flag=True)
@option("--coverage", is_flag=True)
@option("--strict", "whole", is_flag=True)
def test(
    session: Session, files: tuple[str, ...], only: str | None, transcript: bool, coverage: bool, whole: bool
) -> Page:
    """Live the scenarios of programs; tell what they touch of them."""
    if whole and not coverage:
        raise click.UsageError(say("usage.strict_coverage"), click.get_current_context())
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

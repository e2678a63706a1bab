"""How are programs and scenarios laid out? `fmt`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from dyade.cli.declare import LOOKING, Family, argument, command, option
from dyade.cli.ending import DONE, REFUSED, USAGE
from dyade.cli.paper import Span, clean, flow, mark
from dyade.cli.session import Page, Session
from dyade.cli.sources import LARGEST, PROGRAM, SCENARIOS, content, found
from dyade.cli.words import lang, say

if TYPE_CHECKING:
    from dyade.program.diagnostics import Diagnostic

COMMANDS: Family = {}
FATES = {"same": DONE, "done": DONE, "would": REFUSED, "unreadable": USAGE}


class LaidOut(NamedTuple):
    """What became of a file."""

    path: Path
    fate: str
    before: str
    after: str
    findings: tuple[Diagnostic, ...] = ()

    @property
    def file(self) -> str:
        return self.path.as_posix()


@command(COMMANDS, "fmt", LOOKING)
@argument("files", nargs=-1, completer="program_files")
@option("--check", "only_look", is_flag=True)
@option("--diff", "as_diff", is_flag=True)
def fmt(session: Session, files: tuple[str, ...], only_look: bool, as_diff: bool) -> Page:
    """Lay out programs and scenarios."""
    laid = [_laid_out(path, write=not (only_look or as_diff)) for path in _meant(session.programs, files)]
    code = max(FATES[one.fate] for one in laid)
    outcome = {DONE: "done", REFUSED: "refused", USAGE: "program_invalid"}[code]
    data = {"outcome": outcome, "files": [_data(one, diff=as_diff) for one in laid]}
    return Page(data, lambda: _lines(laid, diff=as_diff), code)


def _meant(folder: str, files: Sequence[str]) -> list[Path]:
    """The files that are named, an id naming both files of a program; or all those of the folder."""
    if not files:
        return sorted({*found(folder, (), PROGRAM), *_stories(folder)})
    paths: dict[Path, None] = {}
    for name in files:
        [path] = found(folder, (name,), PROGRAM)
        paths[path] = None
        stories = path.with_name(path.name.removesuffix(PROGRAM) + SCENARIOS)
        if path.name == f"{name}{PROGRAM}" and stories.is_file():
            paths[stories] = None
    return list(paths)


def _stories(folder: str) -> Iterator[Path]:
    yield from Path(folder).glob(f"*{SCENARIOS}")


def _laid_out(path: Path, *, write: bool) -> LaidOut:
    from dyade.authoring.layout.layout import Unreadable, formatted
    from dyade.cli.rewriting import rewrite
    from dyade.program.diagnostics import Findings
    from dyade.program.text import decoded, read

    raw = content(path)
    before = decoded(raw)
    findings = Findings()
    read(raw, findings)
    if len(raw) >= LARGEST or findings.errors:
        return LaidOut(path, "unreadable", before, before, tuple(one for one in findings.sorted() if _is_error(one)))
    try:
        after = formatted(before, "scenarios" if path.name.endswith(SCENARIOS) else "program")
    except Unreadable as error:
        return LaidOut(path, "unreadable", before, before, error.findings)
    if after.encode() == raw:
        return LaidOut(path, "same", before, before)
    if write:
        rewrite(path, after)
    return LaidOut(path, "done" if write else "would", before, after)


def _is_error(found: Diagnostic) -> bool:
    return found.severity.value == "error"


def _changes(one: LaidOut) -> list[str]:
    before, after = one.before.split("\n"), one.after.split("\n")
    return [line.rstrip("\n") for line in unified_diff(before, after, one.file, one.file, n=2, lineterm="")]


def _data(one: LaidOut, *, diff: bool) -> dict[str, Any]:
    from dyade.program.report import to_json

    told: dict[str, Any] = {"file": one.file, "outcome": one.fate}
    if diff:
        told["diff"] = "\n".join(_changes(one))
    if one.findings:
        told["diagnostics"] = [to_json(finding, one.file, lang()) for finding in one.findings]
    return told


def _lines(laid: Sequence[LaidOut], *, diff: bool) -> list[str]:
    from dyade.program.report import render_all

    lines: list[str] = []
    for one in laid:
        if one.findings:
            lines += [*render_all(one.findings, one.before, one.file, lang()).split("\n"), ""]
        if diff and one.fate == "would":
            lines += [_coloured(line) for line in _changes(one)]
        else:
            lines += _verdict(one)
    return lines


def _verdict(one: LaidOut) -> list[str]:
    sign, style = {
        "same": (mark("✔", "+"), "yes"),
        "done": (mark("✔", "+"), "yes"),
        "would": ("!", "warn"),
        "unreadable": (mark("✘", "x"), "no"),
    }[one.fate]
    return flow(lead=[Span(sign, style), " ", say(f"fmt.{one.fate}", file=clean(one.file))])


def _coloured(line: str) -> str:
    style = {"+": "yes", "-": "no", "@": "quiet"}.get(line[:1], "")
    return click.style(clean(line), fg={"yes": "green", "no": "red"}.get(style)) if style else clean(line)

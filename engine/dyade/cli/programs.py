"""Is a program sound, and what does an editor need to know of the language? `check`, `test`, `schema`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from dyade.cli.declare import LOOKING, SAYING, Family, argument, command, option
from dyade.cli.ending import DONE, REFUSED, USAGE
from dyade.cli.paper import Span, clean, flow, mark
from dyade.cli.session import Page, Session
from dyade.cli.words import lang, say
from dyade.errors import NotFound

if TYPE_CHECKING:
    from dyade.program.diagnostics import Diagnostic

COMMANDS: Family = {}
PROGRAM, SCENARIOS = ".yaml", ".scenarios.yaml"
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
    """Check programs, and their scenarios."""
    checked = [_checked(path) for path in found(session.programs, files, PROGRAM)]
    code = _verdict(checked, strict)
    return Page(_data(checked, code), lambda: [line for one in checked for line in _lines(one)], code)


def found(folder: str, files: Sequence[str], suffix: str) -> list[Path]:
    """The files that are meant: paths, ids of programs, or everything in the folder of the programs."""
    if not files:
        paths = sorted(path for path in Path(folder).glob(f"*{suffix}") if _is(path, suffix))
        if not paths:
            raise NotFound("file", str(Path(folder) / f"*{suffix}"))
        return paths
    return [_meant(folder, name, suffix) for name in files]


def _is(path: Path, suffix: str) -> bool:
    return suffix == SCENARIOS or not path.name.endswith(SCENARIOS)


def _meant(folder: str, name: str, suffix: str) -> Path:
    for path in (Path(name), Path(folder) / f"{name}{suffix}"):
        if _is_file(path):
            return path
    raise NotFound("file", name)


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


def _checked(path: Path) -> Checked:
    from dyade.program.load import examine
    from dyade.service.folder import Folder

    raw = content(path)
    findings = examine(raw, Folder(path.parent).read).findings
    return Checked(path.as_posix(), raw.decode("utf-8", "replace"), findings)


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

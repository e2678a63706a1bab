"""What does the life of a program look like? `diagram`: in Mermaid, in DOT, or as a picture; a dyad, coverage on it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dyade.cli.declare import PICTURE, READING, Family, argument, command, option
from dyade.cli.handed import as_path, handed, kind_of
from dyade.cli.session import Page, Session
from dyade.cli.sources import PROGRAM, SCENARIOS, beside, content, found
from dyade.cli.words import say
from dyade.errors import NotFound

if TYPE_CHECKING:
    from dyade.authoring.pictures.chart import Chart, Touched
    from dyade.program.program import Program

COMMANDS: Family = {}
KINDS = {".svg": "svg", ".mmd": "mermaid", ".mermaid": "mermaid", ".dot": "dot", ".gv": "dot"}


@command(COMMANDS, "diagram", (*(name for name in READING if name != PICTURE.name), PICTURE))
@argument("file", completer="program_files")
@option("--to", "notation", type=click.Choice(["mermaid", "dot", "svg"]))
@option("--out", type=as_path)
@option("--force", is_flag=True)
@option("--notes", is_flag=True)
@option("--role", "role", completer="roles_of_file")
@option("--dyad", "drawn_dyad", completer="dyads")
@option("--coverage", "drawn_coverage", is_flag=True)
def diagram(
    session: Session,
    file: str,
    notation: str | None,
    out: Path | None,
    force: bool,
    notes: bool,
    role: str | None,
    drawn_dyad: str | None,
    drawn_coverage: bool,
) -> Page:
    """Draw the life of a program."""
    said = session.format if session.format in KINDS.values() else None
    kind = notation or said or kind_of(out, KINDS, "mermaid")
    if drawn_dyad is not None and (drawn_coverage or role is not None):
        raise click.UsageError(say("usage.dyad_alone"), click.get_current_context())
    [path] = found(session.programs, (file,), PROGRAM)
    chart = (
        _of_dyad(session, drawn_dyad, path) if drawn_dyad is not None else _drawn(session, path, role, drawn_coverage)
    )
    return handed(_written(chart, kind, notes), out, {"program": path.as_posix(), "kind": kind}, force=force)


def _written(chart: Chart, kind: str, notes: bool) -> str:
    if kind == "svg":
        from dyade.authoring.pictures.svg import svg

        return svg(chart, notes=notes)
    if kind == "dot":
        from dyade.authoring.pictures.dot import dot

        return dot(chart)
    from dyade.authoring.pictures.mermaid import mermaid

    return mermaid(chart)


def _drawn(session: Session, path: Path, role: str | None, coverage: bool) -> Chart:
    from dyade.authoring.pictures.chart import chart
    from dyade.program.load import load
    from dyade.service.folder import Folder

    text = content(path)
    program = load(text, path.as_posix(), Folder(path.parent).read)
    known_role(program, role)
    return chart(program, session.lang, role, touched=_touched(program, path, text, session.lang) if coverage else None)


def known_role(program: Program, role: str | None) -> None:
    """Refuse a role that the program does not have."""
    if role is not None and role not in program.model.roles:
        raise NotFound("role", role)


def _touched(program: Program, path: Path, text: bytes, lang: str) -> Touched:
    """What the scenarios beside the program touch of it."""
    from dyade.authoring import scenarios
    from dyade.authoring.pictures.chart import Touched

    told = beside(path, SCENARIOS)
    stories = content(told)
    report = scenarios.run(program, stories, told.as_posix(), lang, None, scenarios.Observed(text, path.as_posix()))
    if report.coverage is None:
        raise click.UsageError(say("usage.stories", file=told.as_posix()))
    touched = [item for item, yes in report.coverage.touched.items() if yes]
    return Touched(
        frozenset(item.name for item in touched if item.kind == "state"),
        frozenset(item.name for item in touched if item.kind == "transition"),
    )


def _of_dyad(session: Session, dyad: str, path: Path) -> Chart:
    """The version that a dyad lives by, with its way on it, as its reader may see it."""
    from dyade.authoring.pictures.chart import chart

    with session.engine() as engine:
        program = engine.show(dyad).program
        if program.id != path.stem and program.id != _id(path):
            raise click.UsageError(say("usage.other_program", dyad=dyad, program=program.id))
        trail, roles = engine.trail(dyad, reader=session.reader)
    # Whoever holds several roles is shown what the first of them sees: too little rather than too much.
    role = roles[0] if roles else None
    return chart(program, session.lang, role if session.reader is not None else None, trail=trail)


def _id(path: Path) -> str:
    from dyade.program.load import load
    from dyade.service.folder import Folder

    return load(content(path), path.as_posix(), Folder(path.parent).read).id

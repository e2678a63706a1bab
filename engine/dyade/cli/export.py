"""How is a program handed to another tool? `export`: as SCXML, BPMN, CEL or JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dyade.cli.declare import INTERCHANGE, Family, argument, command, option
from dyade.cli.handed import as_path, handed, kind_of
from dyade.cli.session import Page, Session
from dyade.cli.sources import PROGRAM, content, found

if TYPE_CHECKING:
    from dyade.program.program import Program

COMMANDS: Family = {}
KINDS = {".scxml": "scxml", ".bpmn": "bpmn", ".cel": "cel", ".json": "json"}


@command(COMMANDS, "export", ("programs", "lang", INTERCHANGE))
@argument("file", completer="program_files")
@option("--to", "interchange", type=click.Choice(["scxml", "bpmn", "cel", "json"]))
@option("--out", type=as_path)
@option("--force", is_flag=True)
def export(session: Session, file: str, interchange: str | None, out: Path | None, force: bool) -> Page:
    """Write a program in the format of another tool."""
    from dyade.program.load import load
    from dyade.service.folder import Folder

    said = session.format if session.format not in ("text", "json") else None
    kind = interchange or said or kind_of(out, KINDS, "json")
    [path] = found(session.programs, (file,), PROGRAM)
    program = load(content(path), path.as_posix(), Folder(path.parent).read)
    made = _written(program, kind, session.lang)
    if out is None and interchange is None and session.format == "json":
        return Page(json.loads(made), list)
    return handed(made, out, {"program": path.as_posix(), "kind": kind}, force=force)


def _written(program: Program, kind: str, lang: str) -> str:
    if kind == "scxml":
        from dyade.authoring.interchange.scxml import scxml

        return scxml(program, lang)
    if kind == "bpmn":
        from dyade.authoring.interchange.bpmn import bpmn

        return bpmn(program, lang)
    if kind == "cel":
        from dyade.authoring.interchange.cel import cel

        return cel(program, lang)
    from dyade.authoring.interchange.whole import whole

    return whole(program)

"""Which files are attached to a dyad, and how does one come out? `file`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dyade.cli.declare import READING, Family, argument, command, option
from dyade.cli.instants import minute, stamp
from dyade.cli.paper import Span, flow, mark
from dyade.cli.root import Telling
from dyade.cli.session import Page, Session
from dyade.cli.words import lang, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dyade.service.engine import Engine
    from dyade.service.files import Filed

FILES: Family = {}


class Files(Telling):
    """`dyade file`."""

    key = "file"


@command(FILES, "list", READING, key="file.list")
@argument("dyad", completer="dyads")
def list_files(session: Session, dyad: str) -> Page:
    """List the files that are attached to a dyad."""
    with session.engine() as engine:
        found = engine.files(dyad, reader=session.reader, lang=session.lang)
        names = engine.show(dyad).names
    return Page({"dyad": dyad, "files": [_told(one) for one in found]}, lambda: _table(found, names))


@command(FILES, "get", READING, key="file.get")
@argument("dyad", completer="dyads")
@argument("number", type=click.IntRange(min=1))
@option("--out", "output", type=click.Path(dir_okay=False, path_type=Path))
def get(session: Session, dyad: str, number: int, output: Path | None) -> Page:
    """Write a file that is attached to a dyad."""
    with session.engine() as engine:
        if output is not None and output.exists():
            # What cannot be written is not read: a reading is noted.
            raise click.UsageError(say("usage.output", file=str(output), why=say("usage.exists"))) from None
        name, content = _content(engine, dyad, number, session.reader)
    path = output if output is not None else Path(name)
    try:
        # What is personal is for its reader alone, and takes the place of nothing.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    except OSError as error:
        raise click.UsageError(say("usage.output", file=str(path), why=error.strerror or "")) from None
    with open(descriptor, "wb") as file:  # noqa: PTH123 (a descriptor)
        file.write(content)
    data = {"outcome": "done", "dyad": dyad, "number": number, "file": str(path), "size": len(content)}
    said = say("file.written", file=str(path), size=_size(len(content)))
    return Page(data, lambda: flow(said, lead=[Span(mark("✔", "+"), "yes"), " "]))


def _content(engine: Engine, dyad: str, number: int, reader: str | None) -> tuple[str, bytes]:
    found = engine.file(dyad, number, reader=reader)
    return found.name, found.content


def _told(one: Filed) -> dict[str, Any]:
    return {
        "number": one.n,
        "name": one.name,
        "size": one.size,
        "type": one.type,
        "path": one.path,
        "label": one.label,
        "at": stamp(one.at),
        "by": one.by,
    }


def _size(size: int) -> str:
    from dyade.flow.telling.refusals import bytes_said

    return bytes_said(size, lang())


def _table(found: tuple[Filed, ...], names: Mapping[str, str]) -> list[str]:
    from dyade.cli.tables import table

    if not found:
        return flow(say("file.none"))
    titles = [say(f"file.column.{key}") for key in ("number", "name", "size", "label", "by", "at")]
    rows = [
        [str(one.n), one.name, _size(one.size), one.label, names.get(one.by, one.by), minute(one.at)[:10]]
        for one in found
    ]
    return table(titles, rows)


COMMANDS: Family = {"file": Files("file", commands=FILES)}

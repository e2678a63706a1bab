"""Which program is meant by a file, an id or `id@version`, and what does it call a state?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dyade.cli.paper import clean
from dyade.cli.session import Session
from dyade.cli.words import lang

if TYPE_CHECKING:
    from dyade.program.program import Program


def named_program(session: Session, name: str) -> Program:
    """A program by its file, by its id, or, of the store, by `id@version`."""
    program, at, version = name.partition("@")
    if at and not Path(name).is_file():
        with session.engine() as engine:
            return engine.version(program, version)
    from dyade.cli.sources import PROGRAM, content, found
    from dyade.program.load import load
    from dyade.service.folder import Folder

    [path] = found(session.programs, (name,), PROGRAM)
    return load(content(path), path.as_posix(), Folder(path.parent).read)


def state_called(program: Program, path: str) -> str:
    from dyade.flow.telling.words import said

    node = program.graph.nodes.get(path)
    return clean(said(node.model.label, lang(), path)) if node is not None else path

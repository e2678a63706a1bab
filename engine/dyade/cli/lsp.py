"""How does an editor reach dyade? `lsp`: it speaks the Language Server Protocol until the editor has had enough."""

from __future__ import annotations

import logging
import sys
from datetime import datetime

from dyade.cli.declare import Family, command
from dyade.cli.session import Page, Session
from dyade.errors import ExtraMissing

COMMANDS: Family = {}
EXTRA = "editor"
LIBRARIES = ("cattrs", "lsprotocol", "pygls")


@command(COMMANDS, "lsp", ("lang",))
def lsp(session: Session) -> Page:
    """Serve an editor, on standard input and output."""
    try:
        from dyade.editor.server import serve
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in LIBRARIES:
            raise
        raise ExtraMissing(EXTRA) from None
    # The standard output is the editor's.
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="dyade lsp: %(levelname)s %(message)s")
    serve(session.lang, session.asked_lang, lambda: datetime.now().astimezone().toordinal())
    return Page({}, list)

"""How is a document put on paper? As a PDF, typeset from its blocks; pictures are set in the letters of the page."""

from __future__ import annotations

import json
from importlib import import_module
from importlib.resources import files
from typing import Any

from dyade.authoring.booklet.pages import Document, plain
from dyade.errors import ExtraMissing

EXTRA = "docs"


def pdf(document: Document) -> bytes:
    """A document on A4. Raises ExtraMissing without the library that typesets."""
    try:
        typst: Any = import_module("typst")
    except ModuleNotFoundError as error:
        if error.name != "typst":
            raise
        raise ExtraMissing(EXTRA) from None
    template = files("dyade.authoring.booklet").joinpath("booklet.typ").read_bytes()
    said = json.dumps(plain(document), ensure_ascii=False)
    # The letters that come with the library: the same page on every machine.
    made: bytes = typst.compile(template, format="pdf", sys_inputs={"said": said}, ignore_system_fonts=True)
    return made

"""Where is a document or a picture written? To a file that does not stand there yet, or to the screen."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from dyade.cli.paper import Span, Text, clean, flow, mark
from dyade.cli.session import Page
from dyade.cli.words import say


def as_path(value: str | None) -> Path | None:
    """What `--out` names."""
    return Path(value) if value is not None else None


def kind_of(out: Path | None, kinds: Mapping[str, str], otherwise: str) -> str:
    """What is to be written, told by the end of the name of its file."""
    if out is None:
        return otherwise
    kind = kinds.get(out.suffix.lower())
    if kind is None:
        raise click.UsageError(say("usage.suffix", file=clean(str(out)), suffixes=", ".join(kinds)))
    return kind


def handed(made: str | bytes, out: Path | None, data: Mapping[str, Any], *, force: bool) -> Page:
    """Write what was made, or show it."""
    if out is None:
        text = made if isinstance(made, str) else ""
        return Page({"outcome": "done", **data, "text": text}, lambda: text.rstrip("\n").split("\n"))
    if out.exists() and not force:
        raise click.UsageError(say("certificate.exists", file=clean(str(out))))
    try:
        out.write_bytes(made.encode() if isinstance(made, str) else made)
    except OSError as error:
        why = str(error.strerror)
        raise click.UsageError(say("certificate.unwritable", file=clean(str(out)), why=why)) from None
    lead: list[Text] = [Span(mark("✔", "+"), "yes"), " "]
    return Page({"outcome": "done", **data, "file": str(out)}, lambda: flow(clean(str(out)), lead=lead))

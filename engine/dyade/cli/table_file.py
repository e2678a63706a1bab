"""How is a table of a spreadsheet read, whoever saved it: which letters, which separator, which line?"""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path
from typing import NamedTuple

import click

from dyade.cli.words import say

SEPARATORS = ",;\t|"
LARGEST = 10_000_000
"""Bytes that are read of a file."""
MOST = 10_000
"""Lines that a file may have."""


class Line(NamedTuple):
    """A line that holds something."""

    number: int
    """The line of the file on which it begins; the titles are on the first."""
    cells: list[str]


class Table(NamedTuple):
    """A table, with its titles."""

    titles: list[str]
    lines: list[Line]
    encoding: str
    separator: str


def read_table(path: Path, encoding: str | None, separator: str | None) -> Table:
    """Read a table; what is not told of it is found out."""
    text, found = _text(_bytes(path), encoding, path)
    apart = separator or _separator(text)
    lines = list(_lines(text, apart, path))
    if not lines or not any(cell.strip() for cell in lines[0].cells):
        raise click.UsageError(say("usage.table_empty", path=repr(str(path))))
    return Table([cell.strip() for cell in lines[0].cells], lines[1:], found, apart)


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise click.UsageError(say("usage.file", path=repr(str(path)), reason=reason)) from None
    if len(raw) > LARGEST:
        raise click.UsageError(say("usage.table_large", path=repr(str(path)), most=LARGEST // 1_000_000))
    return raw


def _text(raw: bytes, encoding: str | None, path: Path) -> tuple[str, str]:
    """The letters: as told, as a mark at the beginning says, UTF-8, else those of an old Windows."""
    marked = next((name for mark, name in _MARKS if raw.startswith(mark)), None)
    for name in (encoding,) if encoding else (marked,) if marked else ("utf-8", "cp1252"):
        try:
            return raw.decode(name).removeprefix("\ufeff"), name
        except LookupError:
            raise click.UsageError(say("usage.encoding", name=repr(name[:40]))) from None
        except UnicodeDecodeError:
            continue
    raise click.UsageError(say("usage.table_letters", path=repr(str(path))))


_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def _separator(text: str) -> str:
    """The separator that stands most often among the titles, outside quotes."""
    titles = "".join(text.lstrip().split("\n", 1)[0].split('"')[::2])
    return max(SEPARATORS, key=lambda sign: (titles.count(sign), -SEPARATORS.index(sign)))


def _lines(text: str, separator: str, path: Path) -> list[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    found: list[Line] = []
    before = 0
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append(Line(before + 1, cells))
            before = reader.line_num
    except csv.Error:
        raise click.UsageError(say("usage.table_line", path=repr(str(path)), line=before + 1)) from None
    if len(found) > MOST + 1:
        raise click.UsageError(say("usage.table_long", path=repr(str(path)), most=MOST))
    return found

"""What is a page made of, whatever it is printed on? Blocks of words, without any markup."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias


class Heading(NamedTuple):
    """The beginning of a part; its level is 2 or more, for the title of the document is the first."""

    level: int
    text: str


class Words(NamedTuple):
    """A paragraph; a quiet one is said in passing."""

    text: str
    quiet: bool = False


class Items(NamedTuple):
    """A list; each item has its depth, from 0."""

    items: Sequence[tuple[int, str]]


class Facts(NamedTuple):
    """Terms, each with what is said of it, in one text or in several."""

    rows: Sequence[tuple[str, Sequence[str]]]


class Table(NamedTuple):
    """Rows under titles; the first cell of a row names it. A cell has one text or several."""

    caption: str
    titles: Sequence[str]
    rows: Sequence[Sequence[Sequence[str]]]


class Picture(NamedTuple):
    """A drawing, and what it shows, for those who do not see it."""

    svg: str
    told: str


class Example(NamedTuple):
    """Lines of a file or of a screen, as they are."""

    text: str


Block: TypeAlias = Heading | Words | Items | Facts | Table | Picture | Example


class Document(NamedTuple):
    """Something to hand out."""

    lang: str
    title: str
    under: str
    """What stands under the title."""
    contents: str
    """What the table of contents is called."""
    blocks: Sequence[Block]
    skip: str = ""
    """What the link to the contents says."""


def table(caption: str, titles: Sequence[str], rows: Iterable[Sequence[str | Sequence[str]]]) -> Iterator[Table]:
    """A table of rows that are there, without the columns that nothing stands in."""
    found = [[(cell,) if isinstance(cell, str) else tuple(cell) for cell in row] for row in rows]
    if not found:
        return
    kept = [i for i in range(len(titles)) if i == 0 or any(any(row[i]) for row in found)]
    yield Table(caption, [titles[i] for i in kept], [[row[i] for i in kept] for row in found])


def facts(rows: Iterable[tuple[str, str | Sequence[str]]]) -> Iterator[Facts]:
    """Terms of which something is said."""
    found = [(term, (said,) if isinstance(said, str) else tuple(said)) for term, said in rows]
    kept = [(term, tuple(filter(None, said))) for term, said in found if any(said)]
    if kept:
        yield Facts(kept)


def anchors(document: Document) -> Iterator[tuple[Block, str]]:
    """Each block, with the name that its heading is linked by; no two are the same."""
    known: dict[str, int] = {}
    for block in document.blocks:
        name = ""
        if isinstance(block, Heading):
            name = slug(block.text)
            known[name] = known.get(name, 0) + 1
            name = f"{name}-{known[name]}" if known[name] > 1 else name
        yield block, name


def slug(text: str) -> str:
    """A text as a name in an address."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "x"


def plain(document: Document) -> Mapping[str, Any]:
    """A document as data, for tools and for what typesets it."""
    return {
        "lang": document.lang,
        "title": document.title,
        "under": document.under,
        "contents": document.contents,
        "blocks": [{"kind": type(block).__name__.lower(), **block._asdict()} for block in document.blocks],
    }

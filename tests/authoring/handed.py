"""The five programs, read once, and what tests read in pages that are handed out."""

from __future__ import annotations

from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from dyade.program.load import load
from dyade.program.program import Program
from dyade.service.folder import Folder

PROGRAMS = Path(__file__).resolve().parents[2] / "programs"
FIVE = ("aqpm", "altimaitre", "cisss", "cscpq", "sct")


@cache
def program(name: str) -> Program:
    """One of the five."""
    path = PROGRAMS / f"{name}.yaml"
    return load(path.read_bytes(), path.name, Folder(PROGRAMS).read)


def changed(name: str, *changes: tuple[str, str]) -> Program:
    """One of the five, with other words in it."""
    path = PROGRAMS / f"{name}.yaml"
    text = path.read_text(encoding="utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return load(text, path.name, Folder(PROGRAMS).read)


class Page(HTMLParser):
    """A page as somebody reads it who does not see it: its tags, its headings, its words."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.headings: list[tuple[int, str]] = []
        self.words: list[str] = []
        self.crossed: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "br", "img"):
            self.open.append(tag)
        if tag in ("h1", "h2", "h3", "h4"):
            self.headings.append((int(tag[1]), ""))

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            self.crossed.append(tag)
        else:
            self.open.pop()

    def handle_data(self, data):
        self.words.append(data)
        if self.open and self.open[-1] in ("h1", "h2", "h3", "h4"):
            level, said = self.headings[-1]
            self.headings[-1] = level, said + data

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]

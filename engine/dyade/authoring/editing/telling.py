"""What is there to say of a name: its kind, what people read, its type, its provisions?"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from dyade.authoring.editing.drafts import Draft, said
from dyade.authoring.editing.mentions import Mentions
from dyade.authoring.editing.names import Name
from dyade.program.catalogue import Provision, Unreadable, read_catalogue
from dyade.program.conditions.problems import type_term
from dyade.program.conditions.types import Type
from dyade.program.load import ReadFile
from dyade.program.tree import Path
from dyade.texts import sentence

TITLES = ("label", "title", "subject", "message", "when", "always")
"""Where a part says what people read, the first that it has."""
DATA = ("field", "entry", "attribute", "input", "item")


class Telling:
    """What a draft says of its names, in a language."""

    def __init__(self, mentions: Mentions, read_file: ReadFile, lang: str) -> None:
        self.mentions = mentions
        self.lang = lang
        self.read_file = read_file

    @property
    def draft(self) -> Draft:
        """The text that is told of."""
        return self.mentions.draft

    def say(self, key: str, **facts: str | int) -> str:
        """A sentence of ours."""
        return sentence("faces", key, self.lang, **facts)

    def kind(self, name: Name) -> str:
        """What it is."""
        if self.mentions.names.is_track(name):
            return sentence("diagnostics", "kind.track", self.lang)
        return sentence("diagnostics", f"kind.{name.kind}", self.lang)

    def part(self, name: Name) -> Any:
        """What the file says of it."""
        return self.draft.value(self.at(name))

    def at(self, name: Name) -> Path:
        """The place of what it names."""
        path, is_key = self.mentions.names.declared[name]
        return path if is_key else path[:-1]

    def label(self, name: Name) -> str:
        """What people read in its place."""
        part = self.part(name)
        if not isinstance(part, dict):
            return said(part, self.lang)
        return next((words for key in TITLES if (words := said(part.get(key), self.lang))), "")

    def help(self, name: Name) -> str:
        """The sentence that goes with it."""
        part = self.part(name)
        return said(part.get("help"), self.lang) if isinstance(part, dict) else ""

    def type(self, name: Name) -> str:
        """The type of a datum or of a param; empty for what has none."""
        ground = self.draft.ground
        kind: Type | None = None
        if ground is not None and name.kind in DATA:
            path = ("fields", *name.path) if name.kind == "field" else name.path
            datum = ground.data.all.get(path)
            kind = datum.type if datum is not None else None
        elif ground is not None and name.kind == "param" and name.word in ground.declared.params:
            kind = ground.declared.params[name.word][0]
        return sentence("diagnostics", type_term(kind), self.lang) if kind is not None else ""

    # ----------------------------------------------------------------------------------------------------- provisions

    def cited(self, name: Name) -> tuple[str, ...]:
        """The provisions that what it names carries."""
        part = self.part(name)
        source = part.get("source") if isinstance(part, dict) else None
        if isinstance(source, list):
            return tuple(str(one) for one in source)
        return (source,) if isinstance(source, str) else ()

    def provision(self, id: str) -> tuple[Provision, str] | None:  # noqa: A002 (as the file calls it)
        """A provision, and the file of its catalogue."""
        return self._provisions.get(id)

    @cached_property
    def _provisions(self) -> dict[str, tuple[Provision, str]]:
        found: dict[str, tuple[Provision, str]] = {}
        for file in self._catalogues():
            raw = self.read_file(file)
            catalogue = read_catalogue(raw) if raw is not None else None
            if catalogue is not None and not isinstance(catalogue, Unreadable):
                found |= {id_: (provision, file) for id_, provision in catalogue.items()}
        return found

    def _catalogues(self) -> Iterator[str]:
        sources = self.draft.value(("sources",))
        for source in sources.values() if isinstance(sources, dict) else ():
            if isinstance(source, dict) and isinstance(source.get("provisions"), str):
                yield source["provisions"]

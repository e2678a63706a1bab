"""What does a catalogue of provisions say? Of each provision: its force, where it stands, and its words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from dyade.program.diagnostics import Findings
from dyade.program.text import read

FORCES = ("mandatory", "should", "may", "fact", "guidance")
"""How binding a provision is, the most binding first."""


class Provision(NamedTuple):
    """One rule of a document, in the words of the catalogue."""

    id: str
    force: str
    """One of `FORCES`; empty where the catalogue does not say."""
    where: str
    text: Mapping[str, str]
    """What it says, by language, as far as the catalogue has it."""

    def lacks(self, locales: list[str]) -> bool:
        """Whether its force is not known, or its words are missing in a language."""
        return self.force not in FORCES or any(not self.text.get(lang, "").strip() for lang in locales)


class Unreadable(NamedTuple):
    """A catalogue that is not one: the line from which it cannot be read."""

    line: int


Catalogue = Mapping[str, Provision]


def read_catalogue(raw: bytes | str) -> Catalogue | Unreadable:
    """The provisions of a catalogue, by id, in the order of its file."""
    findings = Findings()
    tree = read(raw, findings)
    provisions = tree.data.get("provisions") if tree is not None and isinstance(tree.data, dict) else None
    if findings.errors or not isinstance(provisions, dict):
        return Unreadable(next((found.place.line for found in findings), 1))
    return {str(name): _provision(str(name), said) for name, said in provisions.items()}


def _provision(name: str, said: Any) -> Provision:
    parts = said if isinstance(said, dict) else {}
    words = parts.get("text")
    texts = words.items() if isinstance(words, dict) else ()
    text = {str(lang): words for lang, words in texts if isinstance(words, str)}
    force, where = parts.get("force"), parts.get("where")
    return Provision(name, force if isinstance(force, str) else "", "" if where is None else str(where), text)

"""Does a quotation stand in its document, word for word, and if not, which sentence was probably meant?"""

from __future__ import annotations

import re
from functools import cached_property
from unicodedata import normalize

READABLE = (".txt", ".md")
"""The documents that are read: those of which the words are the bytes."""
LONGEST = 400
SENTENCES = 2_000
SOUGHT = 50
"""What is longer, or comes after so many, is not compared: a hostile file must stay cheap."""
ENOUGH = 0.5
"""The share of their words that two sentences must have in common, for one to be meant by the other."""
_ALIKE = str.maketrans({"’": "'", "ʼ": "'", "“": '"', "”": '"', "«": '"', "»": '"', "–": "-", "—": "-", "…": "..."})
_ENDS = re.compile(r"(?<=[.!?;:])\s+|\n\s*\n")


def is_readable(document: str) -> bool:
    """Whether a document is a file whose words can be read as they are."""
    return "://" not in document and document.lower().endswith(READABLE)


class Document:
    """The words of a document, made comparable once for all that is quoted of it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._words = _spelled(text)
        self._left = SOUGHT

    def says(self, quote: str) -> bool:
        """Whether the words of a quotation stand in it, whatever its lines, its spaces and the shape of its quotes."""
        return _spelled(quote) in self._words

    def closest(self, quote: str) -> str | None:
        """The sentence that shares most words with a quotation, if one shares enough."""
        if len(quote) > LONGEST or not self._left:
            return None
        self._left -= 1
        wanted = _set(quote)
        shares = [(len(wanted & words) / (len(wanted | words) or 1), said) for said, words in self._sentences]
        share, said = max(shares, key=lambda one: one[0], default=(0.0, ""))
        return said if share >= ENOUGH else None

    @cached_property
    def _sentences(self) -> list[tuple[str, frozenset[str]]]:
        found = (" ".join(one.split()).rstrip(" ;:") for one in _ENDS.split(self._text)[:SENTENCES])
        return [(said, _set(said)) for said in found if said and len(said) <= 2 * LONGEST]


def _spelled(text: str) -> str:
    spaced = re.sub(r'\s*"\s*', '"', normalize("NFKC", text).translate(_ALIKE))
    return " ".join(spaced.split()).casefold()


def _set(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", _spelled(text)))

"""Does a quotation stand in its document, word for word, and if not, which sentence was probably meant?"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from unicodedata import normalize

READABLE = (".txt", ".md")
"""The documents that are read: those of which the words are the bytes."""
LONGEST = 400
SENTENCES = 2_000
"""A quotation longer than this, and sentences after these, are not compared: a hostile file must stay cheap."""
_ALIKE = str.maketrans({"’": "'", "ʼ": "'", "“": '"', "”": '"', "«": '"', "»": '"', "–": "-", "—": "-", "…": "..."})
_ENDS = re.compile(r"(?<=[.!?;:])\s+|\n\s*\n")


def is_readable(document: str) -> bool:
    """Whether a document is a file whose words can be read as they are."""
    return "://" not in document and document.lower().endswith(READABLE)


def stands_in(quote: str, text: str) -> bool:
    """Whether the words of a quotation stand in a text, whatever its lines, its spaces and the shape of its quotes."""
    return _words(quote) in _words(text)


def closest(quote: str, text: str) -> str | None:
    """The sentence of a text that resembles a quotation most, if one does."""
    if len(quote) > LONGEST:
        return None
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(_words(quote))
    best, found = 0.6, None
    for sentence in [one for one in _ENDS.split(text) if one.strip()][:SENTENCES]:
        matcher.set_seq1(_words(sentence[: 2 * LONGEST]))
        if matcher.real_quick_ratio() > best and matcher.quick_ratio() > best and (alike := matcher.ratio()) > best:
            best, found = alike, " ".join(sentence.split()).rstrip(" ;:")
    return found


def _words(text: str) -> str:
    spaced = re.sub(r'\s*"\s*', '"', normalize("NFKC", text).translate(_ALIKE))
    return " ".join(spaced.split()).casefold()

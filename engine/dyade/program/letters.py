"""Which characters does a file hold? Bytes to text, and the characters that no eye can see.

A character that hides, or that breaks a line without looking like it, is told and then read as if it were not there.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect
from itertools import islice

from dyade.program.diagnostics import Findings, Fix, Place

LARGEST = 1_000_000
"""Bytes of a file."""
MOST_TOLD = 100
PILED = 30
"""Accents on one letter; Unicode's own stream-safe limit. Normalising takes the square of their number."""

# What YAML itself cannot hold, and what some readers take for the end of a line: masked before the parser sees it.
_BREAKS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff9-\ufffc\ufffe\uffff"
# What hides, or turns the text around: taken out of what is read.
_HIDES = (
    r"\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200c"
    r"\u200e\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\uffa0\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    r"\U000e0000-\U000e0fff"
)
# A joiner is seen between two pictures, and nowhere else.
_JOINER = r"(?<![\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])\u200d|\u200d(?![\u2600-\u27bf\U0001f000-\U0001faff])"
ODD = re.compile(rf"\r(?!\n)|[{_BREAKS}{_HIDES}]|{_JOINER}")
_UNREADABLE = re.compile(rf"\r(?!\n)|[{_BREAKS}]")
_MASK = "\u200b"
SPACES = re.compile(r"[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
"""Spaces that are fine in a text, and letters to YAML."""
_FOREIGN = re.compile(rf"[\u0300-\U0010ffff]{{{PILED + 1},}}")


def decoded(raw: bytes | str) -> str:
    """The text of a file, whatever its encoding: what its lines are shown from."""
    if isinstance(raw, str):
        return raw.removeprefix("\ufeff")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def readable(raw: bytes | str, findings: Findings) -> str | None:
    """The text to parse, as many characters long as the file's; `None` where there is nothing to parse."""
    if _too_large(raw):
        findings.add("Y001", Place(1, 1, 1, 1), limit=LARGEST // 1_000_000)
        return None
    text = decoded(raw)
    if isinstance(raw, bytes) and not _is_utf8(raw, text, findings):
        return None
    lines = Lines(text)
    if (pile := piled(text)) is not None:
        findings.add("Y008", lines.place(pile, pile + 1), variant="accents")
        return None
    for odd in islice(ODD.finditer(text), MOST_TOLD):
        place = lines.place(odd.start(), odd.end())
        findings.add("Y008", place, character=named(odd[0]), fixes=[Fix(place=place, text="")])
    return _UNREADABLE.sub(_MASK, text)


def cleaned(text: str) -> str:
    """A text without what hides in it, its accents composed."""
    if text.isascii() and text.isprintable():
        return text
    # In this order: taking characters out could pile accents up.
    return ODD.sub("", text if piled(text) is not None else unicodedata.normalize("NFC", text))


def piled(text: str) -> int | None:
    """Where more accents are piled up than any language does."""
    for run in _FOREIGN.finditer(text):
        height = 0
        for at, character in enumerate(run[0], start=run.start()):
            height = height + 1 if unicodedata.combining(character) else 0
            if height > PILED:
                return at
    return None


def named(character: str) -> str:
    """A character as Unicode numbers it."""
    return f"U+{ord(character):04X}"


class Lines:
    """Where the lines of a text begin."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def place(self, start: int, end: int) -> Place:
        """The place of some characters, counted from the start of the text."""
        return Place(*self._position(start), *self._position(end))

    def offset(self, line: int, column: int) -> int:
        """The number of characters before a place."""
        return self._starts[line - 1] + column - 1

    def _position(self, offset: int) -> tuple[int, int]:
        line = bisect(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


def _too_large(raw: bytes | str) -> bool:
    if isinstance(raw, bytes) or len(raw) > LARGEST:
        return len(raw) > LARGEST
    return len(raw.encode("utf-8", "surrogatepass")) > LARGEST


def _is_utf8(raw: bytes, text: str, findings: Findings) -> bool:
    """Whether there is a text to read; an old encoding is told, then read all the same."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        findings.add("Y008", Place(1, 1, 1, 1), variant="encoding")
        return False
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        # What comes before the first wrong byte is UTF-8: an accent is two bytes there, so two characters in `text`.
        start = len(raw[: error.start].decode("cp1252", "replace"))
        findings.add("Y008", Lines(text).place(start, start + 1), variant="encoding")
    return True

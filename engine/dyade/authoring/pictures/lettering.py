"""How much room do words take, and where are lines broken? Measured by a table, so that every machine draws the same.

The widths are those of Helvetica, which Arial and Liberation Sans share; a reader's own letters may be a little wider,
hence some slack.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

SLACK = 1.12
"""Room for letters that are wider than those that were measured."""
_GROUPS = (
    (222, "'ijl`|ˈ‘’"),
    (278, " !,./:;[]\\ftI·\u00a0\u202fîïíìÎÏ"),
    (333, "()-r“”\"°*"),
    (500, "ckJsvxyzç"),
    (556, "0123456789abdeghnopqu?_#$Lœ«»€àâäéèêëôöùûüñ–"),
    (584, "+<=>~≥≤×÷−^"),
    (611, "FTZ"),
    (667, "ABEKPSVXYÀÂÉÈÊ&"),
    (722, "CDHNRUÇÙÛ"),
    (778, "GOQÔ"),
    (833, "mM"),
    (944, "W"),
    (1000, "—…→@%wŒ"),
)  # fmt: skip
WIDTHS = {letter: width for width, letters in _GROUPS for letter in letters} | {"w": 722, "@": 1015, "%": 889}
USUAL, BOLD = 1000, 1.11
"""What a letter that is not in the table takes at most; how much wider bold letters are."""


@cache
def width(text: str, size: float, bold: bool = False) -> float:
    """The room that a line takes, in points."""
    taken = sum(WIDTHS.get(letter, USUAL if ord(letter) > 0x2E80 else 600) for letter in text)
    return taken * size / 1000 * (BOLD if bold else 1) * SLACK


def broken(text: str, size: float, room: float, bold: bool = False, most: int = 0) -> tuple[str, ...]:
    """The lines of a text in a room; beyond `most` of them, what is left out is marked."""
    lines = list(_lines(" ".join(text.split()), size, room, bold))
    if most and len(lines) > most:
        lines = [*lines[: most - 1], _cut(" ".join(lines[most - 1 :]), size, room, bold)]
    return tuple(lines)


def _lines(text: str, size: float, room: float, bold: bool) -> Iterator[str]:
    line = ""
    for word in (piece for long in text.split(" ") for piece in _pieces(long, size, room, bold)):
        longer = f"{line} {word}" if line else word
        if line and width(longer, size, bold) > room:
            yield line
            line = word
        else:
            line = longer
    if line:
        yield line


def _pieces(word: str, size: float, room: float, bold: bool) -> Iterator[str]:
    """A word that no line holds, in several."""
    while width(word, size, bold) > room and len(word) > 1:
        end = next(n for n in range(len(word), 0, -1) if n == 1 or width(word[:n], size, bold) <= room)
        yield word[:end]
        word = word[end:]
    yield word


def _cut(text: str, size: float, room: float, bold: bool) -> str:
    while text and width(f"{text}…", size, bold) > room:
        text = text[:-1].rstrip()
    return f"{text}…"

"""How far to the right does a line stand that tabs have indented? As far as makes it parse among its neighbours.

All lines of a section are mended together: as long as one tab is left in it, nothing of the section can be read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from dyade.program.diagnostics import Fix, Place

LONGEST: Final = 500
"""Lines that are mended at once, and looked at above the first: a hostile file must stay cheap."""
STEP: Final = 2
"""Spaces of a level, where nothing near says otherwise."""

_BLANKS = re.compile(r"[ \t]*")
_UNFINISHED = re.compile(r":(?: +[|>][+-]?)?$")
_DASHES = re.compile(r" *(?:- +)+")


class _Spot(NamedTuple):
    """A line that tabs have indented, and what stands around it."""

    blanks: str
    holds_more: bool
    opened: Sequence[int]
    """The columns in which it may stand, the innermost last."""
    inside: bool
    """Whether the line above is a key without its value."""
    below: int | None
    """The column of the line below, where no tab indents it."""


_Way = Callable[[_Spot], int]


def untabbed(lines: Sequence[str], first: int) -> tuple[Fix, ...]:
    """The edits that indent a line, and those below it of its section, with spaces alone; none, where none fits."""
    widths = [_of_width(width) for width in (2, 4, 8)]
    # Where tabs are of several depths, they say more by themselves than what stands around them.
    deeper = _blanks(lines[first + 1] if first + 1 < len(lines) else "").startswith(_blanks(lines[first]) + "\t")
    ways = (*widths, _beside) if deeper else (_beside, *widths)
    return next((fixes for way in ways if (fixes := _mended(lines, first, way)) is not None), ())


def _mended(lines: Sequence[str], first: int, way: _Way) -> tuple[Fix, ...] | None:
    """The edits of one way to read tabs; nothing, where a line would not stand in a column that is open."""
    above = [line for line in lines[max(0, first - LONGEST) : first] if _is_written(line)]
    fixes, after_tab = [], False
    for number in range(first, min(len(lines), first + LONGEST)):
        line = lines[number]
        if not _is_written(line):
            continue
        blanks = _blanks(line)
        if number > first and not blanks and not line.startswith("- "):
            break
        opened, inside = _open_columns(above), bool(above) and _holds_more(above[-1])
        column = len(blanks)
        if "\t" in blanks:
            column = way(_Spot(blanks, _holds_more(line), opened, inside, _below(lines, number)))
            fixes.append(Fix(place=Place(number + 1, 1, number + 1, len(blanks) + 1), text=" " * column))
        fits = column in opened or (inside and column > opened[-1])
        if ("\t" in blanks or after_tab) and not fits:
            return None
        after_tab = "\t" in blanks
        above.append(" " * column + line[len(blanks) :])
    return tuple(fixes)


def _beside(spot: _Spot) -> int:
    """With the line above, or inside it; outside of what follows."""
    if spot.inside:
        deeper = spot.below is not None and spot.below > spot.opened[-1] and not spot.holds_more
        return spot.below if deeper and spot.below is not None else spot.opened[-1] + STEP
    if spot.holds_more and spot.below is not None:
        return max((column for column in spot.opened if column < spot.below), default=spot.opened[-1])
    return spot.opened[-1]


def _of_width(width: int) -> _Way:
    return lambda spot: len(spot.blanks.expandtabs(width))


def _open_columns(above: Sequence[str]) -> list[int]:
    """The columns in which a line may go on, the innermost last: of the keys, and of the keys of an item."""
    found: list[int] = []
    for line in reversed(above):
        blanks = len(_blanks(line))
        dashes = _DASHES.match(line)
        for column in (dashes.end() if dashes else blanks, blanks):
            if not found or column < found[-1]:
                found.append(column)
        if not blanks:
            break
    return found[::-1] or [0]


def _holds_more(line: str) -> bool:
    """Whether a line is a key whose value stands below."""
    return _UNFINISHED.search(line.split(" #", 1)[0].rstrip()) is not None


def _below(lines: Sequence[str], number: int) -> int | None:
    below = next((line for line in lines[number + 1 : number + LONGEST] if _is_written(line)), "")
    return None if "\t" in _blanks(below) else len(_blanks(below))


def _blanks(line: str) -> str:
    found = _BLANKS.match(line)
    return found[0] if found else ""


def _is_written(line: str) -> bool:
    return line.strip()[:1] not in ("", "#")

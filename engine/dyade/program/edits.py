"""How is a text edited where its findings point? By places, so that comments and layout stay as they are."""

from __future__ import annotations

from collections.abc import Iterable

from dyade.program.diagnostics import Fix
from dyade.program.letters import Lines

__all__ = ["Overlap", "apply", "disjoint"]


class Overlap(ValueError):
    """Two edits want to change the same characters."""


def apply(text: str, edits: Iterable[Fix]) -> str:
    """A text, decoded as `letters.decoded` does it, with what stands at each place replaced.

    Edits come in any order; those that insert at one place are kept in the order in which they came, and the same edit
    twice is one edit. Raise `Overlap` where two touch the same characters.
    """
    kept, end = [], 0
    for start, stop, written in _located(text, edits):
        if start < end:
            raise Overlap
        kept += [text[end:start], written]
        end = stop
    return "".join((*kept, text[end:]))


def disjoint(text: str, edits: Iterable[Iterable[Fix]]) -> list[Fix]:
    """The edits of as many groups as can be made together, each group whole; the first to come is the first served."""
    chosen: list[Fix] = []
    for group in edits:
        wanted = [*chosen, *group]
        try:
            apply(text, wanted)
        except Overlap:
            continue
        chosen = wanted
    return chosen


def _located(text: str, edits: Iterable[Fix]) -> list[tuple[int, int, str]]:
    """(the characters before it, those before its end, what is written): a place beyond the text is its nearest end."""
    lines = Lines(text)
    found: dict[tuple[int, int, str], None] = {}
    for edit in edits:
        line, column, end_line, end_column = edit.place
        start, end = lines.offset(line, column), lines.offset(end_line, end_column)
        found[start, max(start, end), edit.text] = None
    # Python sorts without disturbing what is equal: insertions at one place keep their order, before what replaces.
    return sorted(found, key=lambda one: one[:2])

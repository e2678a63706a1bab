"""Which edits would mend what is wrong at a place? Those that a finding brings, and what was probably meant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from dyade.authoring.editing.renaming import edited
from dyade.program.diagnostics import Diagnostic, Fix, Place

LONGEST = 60
Judge = Callable[[str], tuple[Diagnostic, ...]]


class Mend(NamedTuple):
    """A way to mend a finding."""

    finding: Diagnostic
    fixes: tuple[Fix, ...]
    shown: str
    """What would be written; empty where that says little."""
    sure: bool


def mends(text: str, findings: tuple[Diagnostic, ...], first: int, last: int, judge: Judge) -> Iterator[Mend]:
    """The ways to mend what is found between two lines."""
    for found in findings:
        if not (found.place.line <= last and found.place.end_line >= first):
            continue
        if found.fixes:
            written = found.fixes[0].text.strip() if len(found.fixes) == 1 else ""
            yield Mend(found, found.fixes, _cut(written), True)
        elif found.suggestion is not None:
            fix = Fix(place=found.place, text=found.suggestion)
            if _helps(text, findings, found, fix, judge):
                yield Mend(found, (fix,), _cut(found.suggestion), False)


def _helps(text: str, before: tuple[Diagnostic, ...], found: Diagnostic, fix: Fix, judge: Judge) -> bool:
    """Whether what was meant, written there, takes the finding away and brings no other."""
    after = judge(edited(text, (fix,)))
    gone = not any(_same(one, found.code, found.place) for one in after)
    return gone and len(after) < len(before)


def _same(one: Diagnostic, code: str, place: Place) -> bool:
    return one.code == code and one.place[:2] == place[:2]


def _cut(text: str) -> str:
    line = text.split("\n")[0]
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"

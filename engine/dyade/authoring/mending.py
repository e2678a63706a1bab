"""Which mistakes can be mended for the author? Edits at the places of the findings, as often as it takes.

Comments and layout stay as they are. A text is only given back if it is better: no edit is kept that makes one worse.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from dyade.program.diagnostics import Diagnostic, Fix, Severity
from dyade.program.edits import apply, disjoint

Judge = Callable[[str], Sequence[Diagnostic]]
"""Tells what is wrong in a text."""

PASSES: Final = 20
"""Times that a text is read again: what one edit uncovers, the next pass mends."""


class Mended(NamedTuple):
    """A text that was mended as far as can be, and what was done to it."""

    text: str
    done: tuple[Diagnostic, ...]
    left: tuple[Diagnostic, ...]
    """What is found in it now."""


def mend(text: str, judge: Judge, *, unsure: bool = False) -> Mended:
    """Make every edit that is sure; with `unsure`, those that guess what was meant too."""
    found = tuple(judge(text))
    done: list[Diagnostic] = []
    seen = {text}
    for _ in range(PASSES):
        wanted = [one for one in found if can_mend(one, unsure=unsure)]
        step = _together(text, found, wanted, judge) or _one_by_one(text, found, wanted, judge)
        if step is None or step.text in seen:
            break
        text, found = step.text, step.left
        done += step.done
        seen.add(text)
    return Mended(text, tuple(done), found)


def can_mend(found: Diagnostic, *, unsure: bool = False) -> bool:
    """Whether there are edits that would mend it."""
    return bool(found.fixes) and (unsure or found.is_sure)


def changes(before: str, after: str, file: str) -> list[str]:
    """What an edit changes, as `diff -u` writes it."""
    diff = difflib.unified_diff(before.split("\n"), after.split("\n"), file, file, lineterm="")
    return [line.rstrip("\r") for line in diff]


def _together(text: str, found: Sequence[Diagnostic], wanted: Sequence[Diagnostic], judge: Judge) -> Mended | None:
    """All edits that do not overlap, if the text is none the worse for it."""
    edits = disjoint(text, (_edits(text, one) for one in wanted))
    if not edits:
        return None
    made = apply(text, edits)
    left = tuple(judge(made))
    done = tuple(one for one in wanted if all(edit in edits for edit in _edits(text, one)))
    return Mended(made, done, left) if made != text and _weight(left) < _weight(found) else None


def _one_by_one(text: str, found: Sequence[Diagnostic], wanted: Sequence[Diagnostic], judge: Judge) -> Mended | None:
    """The first edit that does no harm by itself."""
    tries = (_together(text, found, (one,), judge) for one in wanted) if len(wanted) > 1 else ()
    return next((step for step in tries if step is not None), None)


def _edits(text: str, found: Diagnostic) -> list[Fix]:
    """The edits of a finding, with the ends of lines of the file."""
    if "\r\n" not in text:
        return list(found.fixes)
    return [Fix(place=fix.place, text=fix.text.replace("\n", "\r\n")) for fix in found.fixes]


def _weight(found: Sequence[Diagnostic]) -> tuple[int, ...]:
    """How bad a text is: what cannot be read hides what does not fit, which hides what does not make sense."""
    hidden = sum(int(one.facts["n"]) for one in found if one.code == "Y009")
    errors = [one.code[0] for one in found if one.severity is Severity.ERROR]
    warnings = sum(one.severity is Severity.WARNING for one in found)
    infos = sum(one.severity is Severity.INFO for one in found)
    stages = (errors.count("Y"), errors.count("D"), sum(letter not in "YD" for letter in errors))
    return (*stages, hidden, warnings, infos)

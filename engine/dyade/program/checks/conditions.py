"""What is wrong with a condition, told at its words."""

from __future__ import annotations

from dyade.program.checks.ground import Ground
from dyade.program.checks.remedies import remedies
from dyade.program.typed import BadCondition


def check(ground: Ground) -> None:
    """Tell every problem that the conditions have by themselves."""
    for bad in ground.typed.bad_conditions:
        tell(ground, bad)


def tell(ground: Ground, bad: BadCondition) -> None:
    """Tell one problem, unless it is of something that was told already."""
    error = bad.error
    name = error.facts.get("name")
    if error.code in ("E102", "D011", "E103") and isinstance(name, str) and ground.is_lost(name):
        return
    if ground.is_torn(bad.place):
        return
    if error.code == "E102" and error.suggestion:
        ground.meant.add(error.suggestion)
    place = ground.tree.inner(bad.place, error.start, error.end)
    ground.findings.add(
        error.code,
        place,
        path=ground.tree.dotted(bad.place),
        variant=error.variant,
        suggestion=error.suggestion,
        expected=error.expected,
        fixes=remedies(ground, bad, place),
        facts=error.facts,
    )

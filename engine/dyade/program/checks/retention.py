"""Are personal data erased once it is over, and not before the law lets them go?"""

from __future__ import annotations

from typing import Final

from dyade.program import model as m
from dyade.program.checks.delays import duration_of, said
from dyade.program.checks.ground import Ground, Path
from dyade.program.diagnostics import Term

YEAR: Final = 365
LAWS: Final = frozenset(("quebec_public", "quebec_private", "ontario"))
"""What served to decide about someone is kept for a year at least: each of these laws says so."""


def check(ground: Ground) -> None:
    """Tell what would be erased while it is of use."""
    for index, rule in enumerate(ground.model.retention):
        _states(ground, ("retention", index), rule)
        _long_enough(ground, ("retention", index), rule)


def _states(ground: Ground, path: Path, rule: m.Retention) -> None:
    for at, reference in enumerate(rule.in_state):
        state = ground.graph.find(reference)
        if isinstance(state, str) and not ground.graph.nodes[state].model.final:
            ground.tell("V003", (*path, "in_state", at), rule=rule.id, state=state)


def _long_enough(ground: Ground, path: Path, rule: m.Retention) -> None:
    length = duration_of(ground, rule.keep_for)
    law = ground.model.jurisdiction
    if length is None or law not in LAWS:
        return
    days = length.days + length.months * YEAR // 12 + length.business_days * 7 // 5 + length.hours // 24
    if days < YEAR:
        length_said = said(ground, rule.keep_for)
        ground.tell("V006", (*path, "keep_for"), rule=rule.id, length=length_said, law=Term(f"law.{law}"))

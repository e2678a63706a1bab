"""What is wrong or doubtful in a program that has the right shape? One question per file, all asked in one run."""

from __future__ import annotations

from dyade.program.checks import (
    conditions,
    cycles,
    data,
    delays,
    duplicates,
    emptiness,
    flips,
    forms,
    graph,
    header,
    languages,
    loops,
    names,
    pauses,
    placeholders,
    privacy,
    provenance,
    rivals,
    roles,
    states,
    timers,
    unused,
)
from dyade.program.checks.ground import Ground

CHECKS = (
    header,
    names,
    duplicates,
    data,
    delays,
    conditions,
    cycles,
    states,
    graph,
    loops,
    rivals,
    roles,
    forms,
    emptiness,
    timers,
    pauses,
    flips,
    languages,
    placeholders,
    provenance,
    privacy,
    unused,
)
"""Names first: what they were probably meant to be is taken into account by the rest."""


def run(ground: Ground) -> None:
    """Ask every question."""
    for question in CHECKS:
        question.check(ground)

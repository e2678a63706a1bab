"""What is wrong or doubtful in a program that has the right shape? One question per file, all asked in one run."""

from __future__ import annotations

from dyade.program.checks import (
    certificates,
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
    matching,
    migrations,
    names,
    pauses,
    placeholders,
    privacy,
    provenance,
    quotas,
    retention,
    rivals,
    roles,
    series,
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
    series,
    emptiness,
    timers,
    pauses,
    flips,
    languages,
    placeholders,
    provenance,
    privacy,
    retention,
    migrations,
    certificates,
    quotas,
    matching,
    unused,
)
"""Names first: what they were probably meant to be is taken into account by the rest."""


def run(ground: Ground) -> None:
    """Ask every question."""
    for question in CHECKS:
        question.check(ground)

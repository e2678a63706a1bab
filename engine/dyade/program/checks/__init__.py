"""What is wrong or doubtful in a program that has the right shape? One question per file, all asked in one run."""

from __future__ import annotations

from dyade.program.checks import (
    certificates,
    conditions,
    cycles,
    data,
    delays,
    duplicates,
    editors,
    emptiness,
    flips,
    forms,
    given,
    graph,
    header,
    languages,
    loops,
    matching,
    migrations,
    names,
    outcomes,
    pauses,
    placeholders,
    privacy,
    provenance,
    quorums,
    quotas,
    reminding,
    retention,
    rivals,
    roles,
    series,
    states,
    timers,
    unused,
    waiting,
    wording,
)
from dyade.program.checks.ground import Ground

CHECKS = (
    header,
    editors,
    names,
    duplicates,
    data,
    delays,
    conditions,
    cycles,
    states,
    graph,
    outcomes,
    waiting,
    loops,
    rivals,
    roles,
    quorums,
    forms,
    series,
    given,
    emptiness,
    timers,
    reminding,
    pauses,
    flips,
    languages,
    placeholders,
    wording,
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

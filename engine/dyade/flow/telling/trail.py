"""Where does a dyad stand, and by which way did it come? For one reader, and only what they may see."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from dyade.flow import messages as r
from dyade.flow.draft import Draft
from dyade.flow.dyad import Dyad
from dyade.flow.outcome import Context
from dyade.flow.plan import plan_of
from dyade.flow.telling.visibility import Reader
from dyade.program.graph import MAIN
from dyade.program.program import Program


class Trail(NamedTuple):
    """Where a dyad stands, and the way that it came."""

    leaves: frozenset[str]
    visited: frozenset[str]
    """The states that it has been in, those around them included."""
    fired: frozenset[str]
    """The transitions that moved it."""


def trail(
    program: Program, dyad: Dyad, records: Iterable[r.Record], context: Context, reader: str | None
) -> tuple[Trail, tuple[str, ...]]:
    """The trail of a dyad, and the roles that its reader holds in it; `records` are those of its present version."""
    draft = Draft(plan_of(program), dyad, context)
    eyes = Reader(draft, reader)
    graph = program.graph
    here = {leaf for region, leaf in dyad.leaves.items() if region == MAIN or eyes.sees_track(region)}
    been = {graph.entry_leaf(graph.regions[MAIN].initial), *here}
    fired = set()
    for record in records:
        if isinstance(record, r.Placed):
            been |= {leaf for leaf in record.leaves if eyes.sees_states((leaf,))}
        if not isinstance(record, r.Moved) or not eyes.sees_transition(record.transition, record.head.actor):
            continue
        ends = [state for state in (record.source, record.target) if state is not None]
        if record.target is not None and eyes.sees_states(ends):
            fired.add(record.transition)
            been.update(ends)
    visited = frozenset(state for leaf in been for state in graph.around(leaf))
    return Trail(frozenset(here), visited, frozenset(fired)), tuple(
        role for role in draft.plan.roles if role in eyes.roles
    )

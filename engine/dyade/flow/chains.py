"""By which versions does a dyad come from one version of its program to another? The shortest way that is written down.

What the newest version says wins; what it leaves out, the versions in between may say of themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from dyade.program import model as m

PATIENCE = ("finish_on_old", "ask", "migrate")
"""What is said of the dyads that come by a step: over several, what leaves them most in peace."""


class Step(NamedTuple):
    """From one version to the next."""

    to: str
    """The version that it leads to."""
    migration: m.Migration


def route(version: str, target: m.Program, between: Iterable[m.Program] = ()) -> tuple[Step, ...]:
    """The steps from a version to another one; where none are written down, one step in which all keeps its name."""
    edges = _edges(target, between)
    ways: list[tuple[Step, ...]] = [(Step(to, edges[version][to]),) for to in edges.get(version, ())]
    seen = {version}
    while ways:
        way = ways.pop(0)
        last = way[-1].to
        if last == target.version:
            return way
        if last not in seen:
            seen.add(last)
            ways += [(*way, Step(to, migration)) for to, migration in edges.get(last, {}).items()]
    kept = m.Migration.model_construct(from_=version, to=target.version)
    return (Step(target.version, kept),)


def policy(steps: Iterable[Step]) -> str:
    """Whether dyads come by themselves, when they are named, or not at all."""
    return min((step.migration.policy for step in steps), key=PATIENCE.index)


def _edges(target: m.Program, between: Iterable[m.Program]) -> Mapping[str, Mapping[str, m.Migration]]:
    edges: dict[str, dict[str, m.Migration]] = {}
    own = [one for program in between for one in program.migrations if one.to == program.version]
    for one in (*target.migrations, *own):
        edges.setdefault(one.from_, {}).setdefault(one.to, one)
    return edges

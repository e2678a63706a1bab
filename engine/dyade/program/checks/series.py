"""Can the meetings of each series be planned and held, by people who see them?"""

from __future__ import annotations

from dyade.program import model as m
from dyade.program.checks.ground import Ground
from dyade.program.checks.roles import possible


def check(ground: Ground) -> None:
    """Tell the series that nobody can plan or hold, and who acts on one without seeing it."""
    if not ground.model.series:
        return
    held = possible(ground)
    reached = ground.ways.forward([ground.ways.start()]) if ground.ways.complete else None
    for name, series in ground.model.series.items():
        _people(ground, name, series, held)
        states = ground.states(series.within)
        if reached is not None and states and reached.isdisjoint(states):
            ground.tell("F011", ("series", name, "within"), variant="states", series=name)


def _people(ground: Ground, name: str, series: m.Series, held: frozenset[str]) -> None:
    seen_by = ground.seen_by(series.visibility)
    acting = (("dates_set_by", series.dates_set_by), ("attendance_by", series.attendance_by))
    for key, roles in acting:
        if all(role in ground.model.roles for role in roles) and held.isdisjoint(roles):
            ground.tell("F011", ("series", name, key), series=name)
        for at, role in enumerate(roles):
            if role in ground.model.roles and role not in seen_by:
                ground.tell("R005", ("series", name, key, at), role=role, item=name)

"""Can the meetings of each series be planned and held, by people who see them?"""

from __future__ import annotations

from dyade.program import model as m
from dyade.program.checks.ground import Ground
from dyade.program.checks.roles import possible
from dyade.program.conditions.types import TEXT, TIME, UNKNOWN, Type, type_key
from dyade.program.diagnostics import Term


def check(ground: Ground) -> None:
    """Tell the series that nobody can plan or hold, and who acts on one without seeing it."""
    if not ground.model.series:
        return
    held = possible(ground)
    reached = ground.ways.forward([ground.ways.start()]) if ground.ways.complete else None
    for name, series in ground.model.series.items():
        _people(ground, name, series, held)
        _said_by(ground, (name, "at"), series.at_field, TIME)
        _said_by(ground, (name, "place"), series.place_field, TEXT)
        states = ground.states(series.within)
        if reached is not None and states and reached.isdisjoint(states):
            ground.tell("F011", ("series", name, "within"), variant="states", series=name)


def _said_by(ground: Ground, key: tuple[str, str], field: str | None, wanted: Type) -> None:
    """The field that says when or where is of the type of such things."""
    datum = ground.data.all.get(("fields", field or ""))
    if datum is not None and datum.type not in (wanted, UNKNOWN):
        facts = {"wanted": Term(type_key(wanted)), "value": f"fields.{field}", "found": Term(type_key(datum.type))}
        ground.tell("D021", ("series", *key), variant="here", facts=facts)


def _people(ground: Ground, name: str, series: m.Series, held: frozenset[str]) -> None:
    seen_by = ground.seen_by(series.visibility)
    acting = (("dates_set_by", series.dates_set_by), ("attendance_by", series.attendance_by))
    for key, roles in acting:
        if all(role in ground.model.roles for role in roles) and held.isdisjoint(roles):
            ground.tell("F011", ("series", name, key), series=name)
        for at, role in enumerate(roles):
            if role in ground.model.roles and role not in seen_by:
                ground.tell("R005", ("series", name, key, at), role=role, item=name)

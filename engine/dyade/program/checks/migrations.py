"""Does each migration lead from another version to this one, and into what this one has?

What it reads is of the other version, which is not at hand here: only its grammar is judged; the rest is when it is
tried on dyads.
"""

from __future__ import annotations

from dyade.program import model as m
from dyade.program.checks import conditions
from dyade.program.checks.ground import Ground, Path
from dyade.program.conditions.problems import ConditionError
from dyade.program.conditions.syntax import parse
from dyade.program.graph import Ambiguous
from dyade.program.typed import BadCondition


def check(ground: Ground) -> None:
    """Tell migrations that lead elsewhere, or twice from one version, and what they ask for that cannot be."""
    first: dict[str, int] = {}
    for i, migration in enumerate(ground.model.migrations):
        path: Path = ("migrations", i)
        version = ground.model.version
        if migration.to != version:
            ground.tell("C005", (*path, "to"), version=version, to=migration.to, expected=[version])
        elif migration.from_ == version:
            ground.tell("C005", (*path, "from"), variant="same", version=version)
        if first.setdefault(migration.from_, i) != i:
            place = ground.tree.place(("migrations", first[migration.from_], "from"))
            ground.tell("C006", (*path, "from"), version=migration.from_, related=[(place, "related.first")])
        _states(ground, path, migration)
        _fields(ground, path, migration)


def _states(ground: Ground, path: Path, migration: m.Migration) -> None:
    for old, name in migration.states.items():
        found = ground.graph.find(name)
        here = (*path, "states", old)
        if isinstance(found, Ambiguous):
            ground.tell("D015", here, name=name, choices=", ".join(found.paths))
        elif found is None:
            ground.unknown("D011", here, name, ground.state_names)


def _fields(ground: Ground, path: Path, migration: m.Migration) -> None:
    for name, text in migration.fields.items():
        here = (*path, "fields", name)
        field = ground.model.fields.get(name)
        if field is not None and field.formula is not None:
            ground.tell("D009", here, at_key=True, variant="computed", name=name)
        try:
            parse(text)
        except ConditionError as error:
            conditions.tell(ground, BadCondition(here, error))

"""Does each migration lead from another version to this one, itself or by another, and into what this one has?

What it reads is of the other version, which is not at hand here: only its grammar is judged; the rest is when it is
tried on dyads. So is what a step between two other versions leads into.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

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
    onward = {migration.from_: migration.to for migration in reversed(ground.model.migrations)}
    for i, migration in enumerate(ground.model.migrations):
        path: Path = ("migrations", i)
        version = ground.model.version
        if migration.to != version and not _leads_on(migration.to, version, onward):
            ground.tell("C005", (*path, "to"), version=version, to=migration.to, expected=[version])
        elif migration.from_ == version:
            ground.tell("C005", (*path, "from"), variant="same", version=version)
        if first.setdefault(migration.from_, i) != i:
            place = ground.tree.place(("migrations", first[migration.from_], "from"))
            ground.tell("C006", (*path, "from"), version=migration.from_, related=[(place, "related.first")])
        here = migration.to == version or migration.to not in onward
        if here:
            _states(ground, path, migration)
            _names(ground, path, migration)
        _fields(ground, path, migration, here=here)


def _leads_on(version: str, target: str, onward: Mapping[str, str]) -> bool:
    """Whether one comes from a version to another, step by step."""
    seen: set[str] = set()
    while version != target and version not in seen:
        seen.add(version)
        version = onward.get(version, "")
    return version == target


def _states(ground: Ground, path: Path, migration: m.Migration) -> None:
    for old, name in migration.states.items():
        found = ground.graph.find(name)
        here = (*path, "states", old)
        if isinstance(found, Ambiguous):
            ground.tell("D015", here, name=name, choices=", ".join(found.paths))
        elif found is None:
            ground.unknown("D011", here, name, ground.state_names)


def _names(ground: Ground, path: Path, migration: m.Migration) -> None:
    """What roles, forms and their data are called here."""
    forms = {name: form.entry for name, form in ground.model.forms.items()}
    attributes = {name: role.attributes for name, role in ground.model.roles.items()}
    renamings: tuple[tuple[str, str, Mapping[str, str], Mapping[str, Collection[str]]], ...] = (
        ("roles", "D010", migration.roles, attributes),
        ("forms", "D014", migration.forms, forms),
    )
    for kind, code, names, known in renamings:
        for old, new in names.items():
            whole, _, datum = old.partition(".")
            here = (*path, kind, old)
            if not datum:
                if new not in known:
                    ground.unknown(code, here, new, known)
                continue
            owner = names.get(whole, whole)
            if owner in known and new not in known[owner]:
                ground.unknown("D013", here, new, known[owner])


def _fields(ground: Ground, path: Path, migration: m.Migration, *, here: bool) -> None:
    for name, text in migration.fields.items():
        place = (*path, "fields", name)
        field = ground.model.fields.get(name)
        if here and field is None and not ground.misses("fields"):
            ground.unknown("D013", place, name, ground.model.fields, at_key=True)
        elif here and field is not None and field.formula is not None:
            ground.tell("D009", place, at_key=True, variant="computed", name=name)
        try:
            parse(text)
        except ConditionError as error:
            conditions.tell(ground, BadCondition(place, error))

"""What is something of one version of a program called in another, over all the steps that lead there?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from dyade.flow.carrying import SAME, Names, called
from dyade.flow.messages import Command, SetField, Start, Waive
from dyade.flow.migrating import destinations, migration_from, names_of, renamed
from dyade.program import model as m
from dyade.program.program import Program


class Renaming(NamedTuple):
    """From one version to another."""

    states: Mapping[str, str]
    """{state: state of the other}, for those that are still there."""
    leaves: Mapping[str, str]
    """The same for the leaves of the main region: where a dyad that stands there will stand."""
    names: Names
    """Roles, forms and their data that have another name."""
    given: frozenset[str]
    """The fields that receive a value on the way."""
    fields: Mapping[str, str]
    """{field: field of the other}, for those whose value another one simply receives."""


def renaming(old: Program, steps: Iterable[tuple[Program, m.Migration]]) -> Renaming:
    """Put the steps from a version to another together."""
    same = {path: path for path in old.graph.nodes}
    found = Renaming(same, same, SAME, frozenset(), {name: name for name in old.model.fields})
    at = old
    for new, migration in steps:
        states, leaves = renamed(at, new, migration), destinations(at, new, migration)
        found = Renaming(
            {one: states[now] for one, now in found.states.items() if now in states},
            {one: leaves[now] for one, now in found.leaves.items() if now in leaves},
            _together(old, found.names, names_of(migration)),
            found.given | frozenset(migration.fields),
            _fields(found.fields, new, migration),
        )
        at = new
    return found


def straight(old: Program, new: Program) -> Renaming:
    """What the newer version says of the older one."""
    return renaming(old, [(new, migration_from(new, old.version))])


def _fields(before: Mapping[str, str], new: Program, migration: m.Migration) -> dict[str, str]:
    moved = {text.strip().removeprefix("fields."): name for name, text in migration.fields.items()}
    now = {one: moved.get(name, name) for one, name in before.items()}
    return {one: name for one, name in now.items() if name in new.model.fields}


def _together(old: Program, first: Names, then: Names) -> Names:
    owners = [
        (kind, name) for kind, known in (("roles", old.model.roles), ("forms", old.model.forms)) for name in known
    ]
    data = [path for path in old.data if path[0] in ("roles", "forms")]
    now = {path: called(then, called(first, path)) for path in (*owners, *data)}
    return {".".join(path): name[-1] for path, name in now.items() if path[-1] != name[-1]}


def translated(command: Command, other: Renaming) -> Command:
    """A command in the words of the other version."""
    names = other.names
    if isinstance(command, SetField):
        return command._replace(field=other.fields.get(command.field, command.field))
    if isinstance(command, Start) and command.fields:
        fields = {other.fields.get(name, name): value for name, value in command.fields.items()}
        command = command._replace(fields=fields)
    if not names:
        return command
    change: dict[str, Any] = {}
    said = command._asdict()
    for kind, whole, data in (("forms", "form", "data"), ("roles", "role", "attributes")):
        if whole in said:
            change[whole] = called(names, (kind, said[whole]))[1]
            if said.get(data):
                change[data] = {
                    called(names, (kind, said[whole], name))[2]: value for name, value in said[data].items()
                }
    if isinstance(command, Start):
        change["people"] = {called(names, ("roles", role))[1]: held for role, held in command.people.items()}
    if isinstance(command, Waive):
        change["rule"] = names.get(f"forms.{command.rule}", command.rule)
    return command._replace(**change)


def profile(known: Mapping[str, Any], names: Names) -> Mapping[str, Any]:
    """What is known of a person, in the words of the other version too."""
    of_roles = ((name.split("."), new) for name, new in names.items() if name.startswith("roles."))
    attributes = {path[2]: new for path, new in of_roles if len(path) > 2}
    return {**known, **{attributes[name]: value for name, value in known.items() if name in attributes}}

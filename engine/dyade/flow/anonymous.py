"""What does the history of a dyad say once nobody can be told in it? The same records, of nobody in particular.

Persons become `anonymous-1`, `anonymous-2` … in the order in which they come; what is personal, texts and files were
erased. Done again, it changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from dyade.flow import messages as r
from dyade.flow.messages import CLOCK, SYSTEM
from dyade.flow.retention import textual
from dyade.flow.tagged import ERASED
from dyade.program.conditions.types import EMPTY, ListOf
from dyade.program.conditions.types import Person as PersonType
from dyade.program.program import Program

PREFIX = "anonymous-"
"""What the id of nobody in particular begins with; no person may have such an id."""
PERSONS: Mapping[type, tuple[str, ...]] = {
    r.Reminded: ("to", "escalated"),
    r.MeetingHeld: ("present", "missed"),
}
"""Parts of records that are persons, beside their head and what every record calls `person` or `issuer`."""
WORDS = ("reason", "content", "name")
"""Parts of records that are words of somebody."""
Rename = Callable[[str], str]


class Nobody(dict[str, str]):
    """Person -> who they are in the history from now on, found as they come."""

    def __missing__(self, person: str) -> str:
        if person in ("", CLOCK, SYSTEM):
            return person
        if person.startswith(PREFIX):
            return self.setdefault(person, person)
        known = sum(one.startswith(PREFIX) for one in self.values())
        return self.setdefault(person, f"{PREFIX}{known + 1}")


def anonymous(program: Program, record: r.Record, nobody: Nobody) -> r.Record:
    """A record, of nobody in particular, in the words of the version that it is of."""
    return rewritten(program, record, nobody.__getitem__, _Blank(program, nobody.__getitem__))


class _Blank:
    """Values without what is personal, texts and files; persons under their new names."""

    def __init__(self, program: Program, rename: Rename) -> None:
        self._data = program.data
        self._rename = rename

    def __call__(self, path: tuple[str, ...], value: Any) -> Any:
        datum = self._data.get(path)
        if datum is None or value is None or value is EMPTY or value is ERASED:
            return value
        if datum.private or textual(datum.type):
            return ERASED
        return renamed_value(datum.type, value, self._rename)


def renamed_value(kind: Any, value: Any, rename: Rename) -> Any:
    """A value whose persons, if it is of persons, have other names."""
    if isinstance(kind, PersonType) and isinstance(value, str):
        return rename(value)
    if isinstance(kind, ListOf) and isinstance(kind.item, PersonType) and isinstance(value, tuple):
        return tuple(map(rename, value))
    return value


def rewritten(
    program: Program, record: r.Record, rename: Rename, change: Callable[[tuple[str, ...], Any], Any]
) -> r.Record:
    """A record in which persons have other names, and values are changed one by one."""
    head = record.head
    by = None if head.recorded_by is None else rename(head.recorded_by)
    parts: dict[str, Any] = {"head": head._replace(actor=rename(head.actor), recorded_by=by)}
    for name in record._fields[1:]:
        value = getattr(record, name)
        if name in ("person", "issuer") or (isinstance(record, r.Merged) and name in ("kept", "dropped")):
            parts[name] = None if value is None else rename(value)
        elif name in PERSONS.get(type(record), ()):
            parts[name] = tuple(dict.fromkeys(map(rename, value)))
        elif name in WORDS and isinstance(value, str) and not isinstance(record, r.Migrated):
            parts[name] = ERASED
        elif isinstance(record, r.FieldSet) and name == "value":
            parts[name] = change(("fields", record.field), value)
        elif isinstance(value, Mapping) and not isinstance(record, r.Migrated):
            parts[name] = {key: change(_path(program, record, key), one) for key, one in value.items()}
    return record._replace(**parts)


def _path(program: Program, record: Any, name: str) -> tuple[str, ...]:
    """Where the program declares a value of a record."""
    match record:
        case r.Assigned():
            return ("roles", record.role, name)
        case r.Enrolled():
            return ("enrolments", record.role, name)
        case r.AttributesChanged():
            found: Iterable[tuple[str, ...]] = (p for p in program.data if p[0] == "roles" and p[-1] == name)
            # Roles may share a name: what is personal in one of them is.
            return max(found, key=lambda path: program.data[path].private, default=("roles", "", name))
        case r.Stepped():
            return ("steps", record.form, record.step, name)
        case r.Moved() | r.Assented():
            return ("transitions", record.transition, name)
    return ("forms", record.form, name)

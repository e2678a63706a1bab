"""What is a decision given besides the dyad? Holders of shared roles, and what is known of the persons it names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dyade.flow.dyad import Dyad
from dyade.flow.messages import (
    SYSTEM,
    Assign,
    Command,
    Correct,
    Fill,
    Fire,
    Replace,
    SetField,
    Start,
    Step,
    Tick,
)
from dyade.flow.outcome import Context, Counter
from dyade.service.certificates import Counted
from dyade.service.keep import Before
from dyade.service.notices import Names
from dyade.service.ports import Reading
from dyade.service.programs import Known

NEVER = 2**62
"""Later than anything: time has nothing to do."""
Profiles = Mapping[str, Mapping[str, Any]]
NOBODY: Mapping[str, tuple[str, ...]] = {}
UNCOUNTED: Mapping[tuple[str, str], Counter] = {}
NAMING = (Start, Assign, Replace)
"""The commands that name whoever receives a role."""


class UnknownPerson(Exception):
    """The store knows nobody of that id."""

    def __init__(self, person: str) -> None:
        super().__init__(person)
        self.person = person


def gathered(
    view: Reading,
    known: Known,
    before: Before | None,
    command: Command,
    now: int,
    counters: Mapping[tuple[str, str], Counter] = UNCOUNTED,
) -> Context:
    """Gather the context of a decision; raise `UnknownPerson` where the command names nobody we know."""
    shared = view.shared_roles(known.program.id, known.shared_roles) if known.shared_roles else NOBODY
    roles = dict(_named(known, command)) if known.people or isinstance(command, NAMING) else {}
    for person in (command.actor, command.recorded_by) if not isinstance(command, Tick) else ():
        if person is not None and person not in roles and not _is_present(before, shared, person):
            _find(view, person)
    wanted = {*roles, *_shared_with_attributes(known, shared)} if roles or shared else set()
    if before is not None and known.people:
        wanted.update(_standing(known, before.snapshot.dyad))
    profiles = {person: _profile(view, known, person, roles.get(person)) for person in sorted(wanted)} if wanted else {}
    quiet = None if before is None else NEVER if before.row.next_due is None else before.row.next_due
    context = Context(now, shared, profiles, Names(view), quiet, counters)
    if known.program.model.certificates:
        return context._replace(certified=Counted(view, known.program.id))
    return context


def profiles_of(view: Reading, known: Known, held: Iterable[tuple[str, str]]) -> Profiles:
    """What is known of persons for the roles that they hold: (person, role)."""
    return {person: _profile(view, known, person, role) for person, role in held}


def takes_part(dyad: Dyad, shared: Mapping[str, tuple[str, ...]], person: str) -> bool:
    """Whether someone has, or is offered, a role in a dyad; for anybody else it is not there."""
    return _holds(dyad, person) or _holds_shared(shared, person)


def _holds(dyad: Dyad, person: str) -> bool:
    for holders in dyad.holdings.values():
        for holding in holders:
            if holding.person == person:
                return True
    return False


def _holds_shared(shared: Mapping[str, tuple[str, ...]], person: str) -> bool:
    return any(person in people for people in shared.values()) if shared else False


def _is_present(before: Before | None, shared: Mapping[str, tuple[str, ...]], person: str) -> bool:
    """Whether someone was looked up when they received a role; the host is always there."""
    if person == SYSTEM or _holds_shared(shared, person):
        return True
    return before is not None and _holds(before.snapshot.dyad, person)


def _shared_with_attributes(known: Known, shared: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    roles = known.program.model.roles
    for role, people in shared.items():
        if roles[role].attributes:
            yield from people


def _named(known: Known, command: Command) -> Iterator[tuple[str, str | None]]:
    """The persons that a command names, with the role that each would hold."""
    match command:
        case Start():
            yield from ((person, role) for role, people in command.people.items() for person in people)
        case Assign():
            yield command.person, command.role
        case Replace():
            yield command.new, command.role
    if known.people:
        for path, value in _given(known, command):
            yield from ((person, None) for person in _in(known, path, value))


def _given(known: Known, command: Command) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The values that a command brings, as given: they have not been judged yet."""
    match command:
        case Start():
            yield from ((("fields", name), value) for name, value in command.fields.items())
        case SetField():
            yield ("fields", command.field), command.value
        case Fill() | Correct():
            yield from ((("forms", command.form, name), value) for name, value in command.data.items())
        case Step():
            prefix = ("steps", command.form, command.step)
            yield from (((*prefix, name), value) for name, value in command.input.items())
        case Fire():
            for rule in _fired(known, command.event) if command.input else ():
                yield from ((("transitions", rule, name), value) for name, value in command.input.items())


def _fired(known: Known, event: str) -> list[str]:
    """The transitions that an event may fire."""
    return [rule.id for rule in known.program.model.transitions if event in (rule.id, rule.event)]


def _in(known: Known, path: tuple[str, ...], value: object) -> Iterator[str]:
    """The persons in a value of the program."""
    if path in known.people:
        for one in value if isinstance(value, list | tuple) else (value,):
            if isinstance(one, str) and one:
                yield one


def _standing(known: Known, dyad: Dyad) -> Iterator[str]:
    """The persons in the fields and entries of a dyad: a guard or an effect may be about them."""
    for path in known.people:
        if path[0] == "fields":
            yield from _ids(dyad.fields.get(path[1]))
        elif path[0] == "forms":
            for entry in dyad.entries.get(path[1], ()):
                yield from _ids(entry.data.get(path[2]))


def _ids(value: object) -> Iterator[str]:
    for one in value if isinstance(value, tuple) else (value,):
        if isinstance(one, str):
            yield one


def _profile(view: Reading, known: Known, person: str, role: str | None) -> Mapping[str, Any]:
    """What is known of a person in this program: their own attributes, then their enrolments', this role's last."""
    found = dict(_find(view, person))
    mine = [one for one in view.enrolments_of(person) if one.program == known.program.id]
    for one in sorted(mine, key=lambda one: one.role == role):
        found.update(one.profile)
    return found


def _find(view: Reading, person: str) -> Mapping[str, Any]:
    known = view.person(person)
    # An id that was found to be another's is nobody's any more.
    if known is None or known.id != person:
        raise UnknownPerson(person)
    return known.attributes

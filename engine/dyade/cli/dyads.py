"""Who is in the dyad, and what is known of it: `start`, `assign`, `unassign`, `replace`, `accept`, `decline`, `set`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from dyade.cli.answers import act, begun
from dyade.cli.declare import ACTING, STARTING, Family, argument, command, option
from dyade.cli.session import Page, Session
from dyade.cli.values import from_text, gathered, pairs
from dyade.cli.words import say
from dyade.flow.messages import Answer, Assign, Replace, SetField, Unassign

if TYPE_CHECKING:
    from dyade.program.program import Program

COMMANDS: Family = {}


@command(COMMANDS, "start", STARTING)
@argument("program", completer="programs")
@argument("givens", nargs=-1, completer="roles_to_give")
@option("--data")
def start(session: Session, program: str, givens: tuple[str, ...], data: str | None) -> Page:
    """Begin a dyad."""
    with session.engine() as engine:
        people, fields = _sorted(engine.program(program), givens, data)
        outcome = engine.start(
            program, session.actor, people, fields, recorded_by=session.recorded_by, on=session.on, id=session.id
        )
        return begun(session, engine, program, outcome)


def _sorted(program: Program, givens: tuple[str, ...], data: str | None) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """`role=person` and `field=value`, told apart by the names that the program declares."""
    roles = program.model.roles
    people: dict[str, tuple[str, ...]] = {}
    others = []
    for name, value in pairs(givens):
        if name.removeprefix("roles.") in roles:
            role = name.removeprefix("roles.")
            people[role] = (*people.get(role, ()), value.strip())
        else:
            others.append(f"{name.removeprefix('fields.')}={value}")
    return people, gathered(others, data, lambda name: _field_type(program, name))


def _field_type(program: Program, name: str) -> Any:
    datum = program.data.get(("fields", name))
    return datum.type if datum else None


@command(COMMANDS, "assign", ACTING)
@argument("dyad", completer="dyads")
@argument("role", completer="roles")
@argument("person", completer="people")
@argument("values", nargs=-1)
def assign(session: Session, dyad: str, role: str, person: str, values: tuple[str, ...]) -> Page:
    """Give a role to a person."""
    with session.engine() as engine:
        attributes = _attributes(engine.show(dyad).program, role, values)
        order = Assign(session.actor, role, person, attributes, recorded_by=session.recorded_by, on=session.on)
        return act(session, engine, dyad, order)


@command(COMMANDS, "unassign", ACTING)
@argument("dyad", completer="dyads")
@argument("role", completer="roles")
@argument("person", completer="people")
def unassign(session: Session, dyad: str, role: str, person: str) -> Page:
    """Take a role from a person."""
    with session.engine() as engine:
        order = Unassign(session.actor, role, person, recorded_by=session.recorded_by, on=session.on)
        return act(session, engine, dyad, order)


@command(COMMANDS, "replace", ACTING)
@argument("dyad", completer="dyads")
@argument("role", completer="roles")
@argument("old_person", completer="people")
@argument("new_person", completer="people")
@argument("values", nargs=-1)
def replace(session: Session, dyad: str, role: str, old_person: str, new_person: str, values: tuple[str, ...]) -> Page:
    """Give to one person the role of another."""
    with session.engine() as engine:
        attributes = _attributes(engine.show(dyad).program, role, values)
        order = Replace(
            session.actor, role, old_person, new_person, attributes, recorded_by=session.recorded_by, on=session.on
        )
        return act(session, engine, dyad, order)


def _attributes(program: Program, role: str, values: tuple[str, ...]) -> Mapping[str, Any]:
    def type_of(name: str) -> Any:
        datum = program.data.get(("roles", role, name))
        return datum.type if datum else None

    return gathered(values, None, type_of)


@command(COMMANDS, "accept", ACTING)
@argument("dyad", completer="dyads")
@argument("role", required=False, completer="roles")
def accept(session: Session, dyad: str, role: str | None) -> Page:
    """Accept a role."""
    return _answer(session, dyad, role, accepted=True)


@command(COMMANDS, "decline", ACTING)
@argument("dyad", completer="dyads")
@argument("role", required=False, completer="roles")
def decline(session: Session, dyad: str, role: str | None) -> Page:
    """Decline a role."""
    return _answer(session, dyad, role, accepted=False)


def _answer(session: Session, dyad: str, role: str | None, *, accepted: bool) -> Page:
    with session.engine() as engine:
        offered = role or _offered(session, engine.dyad(dyad).holdings)
        order = Answer(session.actor, offered, accepted, recorded_by=session.recorded_by, on=session.on)
        return act(session, engine, dyad, order)


def _offered(session: Session, holdings: Mapping[str, tuple[Any, ...]]) -> str:
    """The one role that waits for the answer of the person who acts."""
    waiting = [role for role, held in holdings.items() for one in held if one.pending and one.person == session.actor]
    if len(waiting) != 1:
        raise click.UsageError(say("usage.which_role"), click.get_current_context())
    return waiting[0]


@command(COMMANDS, "set", ACTING)
@argument("dyad", completer="dyads")
@argument("given", completer="fields")
def set_field(session: Session, dyad: str, given: str) -> Page:
    """Give a field its value."""
    [(name, text)] = pairs([given])
    name = name.removeprefix("fields.")
    with session.engine() as engine:
        kind = _field_type(engine.show(dyad).program, name)
        value = text if kind is None else from_text(kind, text)
        order = SetField(session.actor, name, value, recorded_by=session.recorded_by, on=session.on)
        return act(session, engine, dyad, order)

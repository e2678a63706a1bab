"""How is one act done to many dyads at once? `bulk`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import click

from dyade.cli.declare import STARTING, Family, argument, command, option
from dyade.cli.paper import Span, flow, mark
from dyade.cli.progress import waiting
from dyade.cli.reached import count, exit_code, row
from dyade.cli.reached import lines as reached_lines
from dyade.cli.root import Telling
from dyade.cli.session import Page, Session
from dyade.cli.values import from_text, gathered, pairs
from dyade.cli.words import say
from dyade.errors import NotFound
from dyade.flow.messages import Assign, Fill, Fire, SetField, Unassign

if TYPE_CHECKING:
    from dyade.flow.messages import Command
    from dyade.program.program import Program

BULK: Family = {}
Order = Callable[["Program"], "Command"]
"""What is asked, once the program is known: it says how values are read."""


class Bulk(Telling):
    """`dyade bulk`."""

    key = "bulk"


COMMANDS: Family = {"bulk": Bulk("bulk", commands=BULK)}


def _choosing(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options by which dyads are chosen, and that which does what was only looked at."""
    for decorate in (
        option("--apply", "carry_out", is_flag=True),
        option("--where", "where", multiple=True, completer="fields"),
        option("--state", "state", completer="states"),
        argument("program", completer="programs"),
    ):
        function = decorate(function)
    return function


@command(BULK, "advance", STARTING, key="bulk.advance")
@_choosing
@argument("event", completer="events")
@argument("values", nargs=-1, completer="inputs")
def advance(session: Session, event: str, values: tuple[str, ...], **chosen: Any) -> Page:
    """Fire an event in many dyads."""
    from dyade.cli.moves import inputs

    def order(program: Program) -> Command:
        if not any(event in (one.id, one.event) for one in program.model.transitions):
            raise NotFound("transition", event)
        wanted = inputs(program, event)
        given = gathered(values, None, lambda name: wanted[name].type if name in wanted else None)
        return Fire(session.actor, event, given)

    return _reach(session, order, **chosen)


@command(BULK, "set", STARTING, key="bulk.set")
@_choosing
@argument("given", completer="fields")
def set_field(session: Session, given: str, **chosen: Any) -> Page:
    """Give a field its value in many dyads."""

    def order(program: Program) -> Command:
        [(name, value)] = _typed(program, (given,)).items()
        return SetField(session.actor, name, value)

    return _reach(session, order, **chosen)


@command(BULK, "fill", STARTING, key="bulk.fill")
@_choosing
@argument("form", completer="forms")
@argument("values", nargs=-1, required=True, completer="data")
def fill(session: Session, form: str, values: tuple[str, ...], **chosen: Any) -> Page:
    """Fill a form in many dyads."""
    from dyade.cli.forms import form_data

    def order(program: Program) -> Command:
        wanted = form_data(program, form)
        given = gathered(values, None, lambda name: wanted[name].type if name in wanted else None)
        return Fill(session.actor, form, given, submit=True, entry=None)

    return _reach(session, order, **chosen)


@command(BULK, "assign", STARTING, key="bulk.assign")
@_choosing
@argument("role", completer="roles")
@argument("person", completer="people")
def assign(session: Session, role: str, person: str, **chosen: Any) -> Page:
    """Give a role to a person in many dyads."""
    return _reach(session, lambda program: Assign(session.actor, _role(program, role), person, {}), **chosen)


@command(BULK, "unassign", STARTING, key="bulk.unassign")
@_choosing
@argument("role", completer="roles")
@argument("person", completer="people")
def unassign(session: Session, role: str, person: str, **chosen: Any) -> Page:
    """Take a role from a person in many dyads."""
    return _reach(session, lambda program: Unassign(session.actor, _role(program, role), person), **chosen)


def _role(program: Program, role: str) -> str:
    if role not in program.model.roles:
        raise NotFound("role", role, program.model.roles)
    return role


def _typed(program: Program, given: tuple[str, ...]) -> Mapping[str, Any]:
    """`field=value`, read by the type of the field."""
    found: dict[str, Any] = {}
    for name, text in pairs(given):
        name = name.removeprefix("fields.")
        datum = program.data.get(("fields", name))
        if datum is None:
            raise NotFound("field", name)
        found[name] = from_text(datum.type, text)
    return found


def _reach(
    session: Session, order: Order, program: str, state: str | None, where: tuple[str, ...], carry_out: bool
) -> Page:
    if carry_out and session.id is None:
        raise click.UsageError(say("usage.batch"), click.get_current_context())
    with session.engine() as engine, waiting(session, engine, say("worker.progress")):
        declared = engine.program(program)
        asked = order(declared)._replace(recorded_by=session.recorded_by, on=session.on)
        chosen = engine.choose(program, state=state, where=_typed(declared, where), reader=session.reader)
        if carry_out and session.id is not None:
            batch, reached = session.id, engine.act_on_all(chosen, asked, id=session.id)
        else:
            batch, reached = engine.foresee_on_all(program, chosen, asked)
        rows = [row(engine, one) for one in reached]
    done = count(rows)
    data = {"applied": carry_out, "batch": batch, "done": done, "dyads": rows}
    code = exit_code(reached)
    return Page(data, lambda: _lines(rows, done, None if carry_out else batch), code)


def _lines(rows: list[dict[str, Any]], done: int, preview: str | None) -> list[str]:
    if not rows:
        return flow(say("bulk.none"), lead=[Span(mark("✘", "x"), "no"), " "])
    lines = flow(Span(say("bulk.done" if preview is None else "bulk.foreseen", done=done, all=len(rows)), "title"))
    lines += reached_lines(rows)
    if preview is not None and done:
        lines += flow(say("bulk.apply", batch=preview), lead=[Span(mark("→", "->"), "name"), " "])
    elif preview is None and done < len(rows):
        lines += flow(say("bulk.again"))
    return lines

"""What moves a dyad, and what lifts an obstacle? `advance`, `withdraw`, `waive`, `reveal`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dyade.cli.answers import act
from dyade.cli.declare import ACTING, Family, argument, command, option
from dyade.cli.ending import DONE
from dyade.cli.paper import flow
from dyade.cli.session import Page, Session
from dyade.cli.values import gathered
from dyade.cli.words import lang, say
from dyade.flow.messages import Fire, Reveal, Waive, WithdrawAssent

if TYPE_CHECKING:
    from dyade.program.data import TypedDatum
    from dyade.program.program import Program

COMMANDS: Family = {}


@command(COMMANDS, "advance", ACTING)
@argument("dyad", completer="dyads")
@argument("event", completer="events")
@argument("values", nargs=-1, completer="inputs")
@option("--data")
@option("--attach", multiple=True)
def advance(
    session: Session, dyad: str, event: str, values: tuple[str, ...], data: str | None, attach: tuple[str, ...]
) -> Page:
    """Fire an event, or agree to a joint one."""
    actor = session.actor
    with session.engine() as engine:
        program = engine.show(dyad).program
        wanted = inputs(program, event)
        typed = not values and data is None and not attach
        if typed and any(d.required for d in wanted.values()) and sys.stdin.isatty():
            given = _asked(program, event, wanted)
        else:
            given = gathered(values, data, lambda name: wanted[name].type if name in wanted else None, attach)
        order = Fire(actor, event, given, recorded_by=session.recorded_by, on=session.on)
        return act(session, engine, dyad, order)


def inputs(program: Program, event: str) -> Mapping[str, TypedDatum]:
    """What an event asks for: the inputs of the transitions that answer to it."""
    return {
        name: program.data["transitions", transition.id, name]
        for transition in program.model.transitions
        if event in (transition.id, transition.event)
        for name in transition.input
    }


def _asked(program: Program, event: str, wanted: Mapping[str, TypedDatum]) -> Mapping[str, Any]:
    from dyade.cli.prompts import ask
    from dyade.flow.telling.words import said

    label = next(t.label for t in program.model.transitions if event in (t.id, t.event))
    return ask(said(label, lang(), event), wanted.values(), {})


@command(COMMANDS, "withdraw", ACTING)
@argument("dyad", completer="dyads")
@argument("event", completer="events")
def withdraw(session: Session, dyad: str, event: str) -> Page:
    """Take back one's assent to a joint act."""
    with session.engine() as engine:
        order = WithdrawAssent(session.actor, event, recorded_by=session.recorded_by, on=session.on)
        return act(session, engine, dyad, order)


@command(COMMANDS, "waive", ACTING)
@argument("dyad", completer="dyads")
@argument("rule", completer="rules")
@argument("clause", completer="clauses")
@option("--reason", required=True)
def waive(session: Session, dyad: str, rule: str, clause: str, reason: str) -> Page:
    """Lift one clause, for the present visit."""
    with session.engine() as engine:
        order = Waive(session.actor, rule, clause, reason, recorded_by=session.recorded_by, on=session.on)
        return act(session, engine, dyad, order)


@command(COMMANDS, "reveal", ACTING)
@argument("dyad", completer="dyads")
@argument("item", completer="glassed")
@option("--reason", required=True)
def reveal(session: Session, dyad: str, item: str, reason: str) -> Page:
    """Open, in an emergency, what one may not see."""
    with session.engine() as engine:
        order = Reveal(session.actor, item, reason, recorded_by=session.recorded_by, on=session.on)
        page = act(session, engine, dyad, order)
    if page.code != DONE:
        return page
    return page._replace(lines=lambda: [*page.lines(), *flow(say("reveal.read", dyad=dyad), lead=["  "])])

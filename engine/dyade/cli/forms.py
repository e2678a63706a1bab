"""What do people fill, sign and confirm? `fill`, `sign`, `unsign`, `confirm`, `step`, `correct`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from dyade.cli.answers import act
from dyade.cli.declare import ACTING, Family, argument, command, option
from dyade.cli.ending import REFUSED
from dyade.cli.paper import Span, flow, mark
from dyade.cli.session import Page, Session
from dyade.cli.values import gathered
from dyade.cli.words import lang, say
from dyade.errors import NotFound
from dyade.flow.decide import decide
from dyade.flow.messages import Confirm, Correct, Fill, Sign, Step, Unsign
from dyade.flow.outcome import Decision, Refusal

if TYPE_CHECKING:
    from dyade.program.data import TypedDatum
    from dyade.program.program import Program
    from dyade.service.engine import Engine

COMMANDS: Family = {}
FIRST = click.IntRange(min=1)


@command(COMMANDS, "fill", ACTING)
@argument("dyad", completer="dyads")
@argument("form", completer="forms")
@argument("values", nargs=-1, completer="data")
@option("--data")
@option("--attach", multiple=True)
@option("--draft", is_flag=True)
@option("--entry", type=FIRST)
def fill(
    session: Session,
    dyad: str,
    form: str,
    values: tuple[str, ...],
    data: str | None,
    attach: tuple[str, ...],
    draft: bool,
    entry: int | None,
) -> Page:
    """Fill a form; ask for each datum where none is given."""
    actor = session.actor
    with session.engine() as engine:
        program = engine.show(dyad).program
        wanted = form_data(program, form)
        given: Mapping[str, Any]
        typed = not values and data is None and not attach
        if typed:
            blank = Fill(actor, form, {}, submit=False, entry=entry, recorded_by=session.recorded_by, on=session.on)
            if engine.ask(dyad, lambda *now: isinstance(decide(now[0], now[1], blank, now[2]), Refusal)):
                # Whoever may not fill it here is told before anything is asked.
                return act(session, engine, dyad, blank)
            given = _asked(program, form, wanted, _draft(engine, program, dyad, form, actor, entry))
        else:
            given = gathered(values, data, lambda name: wanted[name].type if name in wanted else None, attach)
        order = Fill(actor, form, given, submit=not draft, entry=entry, recorded_by=session.recorded_by, on=session.on)
        page = act(session, engine, dyad, order)
        return _with_draft(engine, dyad, order, page) if typed and page.code == REFUSED else page


def _with_draft(engine: Engine, dyad: str, order: Fill, page: Page) -> Page:
    """What was typed at the prompts and refused is kept as a draft where it can be, so that nothing is typed twice."""
    kept = isinstance(engine.act(dyad, order._replace(submit=False)), Decision)
    if not kept:
        return page
    told = flow(say("fill.kept"), lead=["  ", Span(mark("→", "->"), "name"), " "])
    return page._replace(lines=lambda: [*page.lines(), *told])


def form_data(program: Program, form: str) -> Mapping[str, TypedDatum]:
    """The data of a form's entry that people give, by name."""
    if form not in program.model.forms:
        raise NotFound("form", form, program.model.forms)
    names = program.model.forms[form].entry
    data = {name: program.data["forms", form, name] for name in names}
    return {name: datum for name, datum in data.items() if datum.model.formula is None}


def _asked(
    program: Program, form: str, wanted: Mapping[str, TypedDatum], known: Mapping[str, Any]
) -> Mapping[str, Any]:
    from dyade.cli.prompts import ask
    from dyade.flow.telling.words import said

    return ask(said(program.model.forms[form].label, lang(), form), wanted.values(), known)


def _draft(engine: Engine, program: Program, dyad: str, form: str, actor: str, entry: int | None) -> Mapping[str, Any]:
    """What the person's own draft says already, as JSON."""
    from dyade.program.conditions.values import dump_value

    for one in reversed(engine.dyad(dyad).entries.get(form, ())):
        if not one.submitted and one.by == actor and entry in (None, one.n):
            return {name: dump_value(program.data["forms", form, name].type, value) for name, value in one.data.items()}
    return {}


@command(COMMANDS, "sign", ACTING)
@argument("dyad", completer="dyads")
@argument("form", completer="forms")
@option("--entry", type=FIRST)
def sign(session: Session, dyad: str, form: str, entry: int | None) -> Page:
    """Sign an entry."""
    with session.engine() as engine:
        order = Sign(session.actor, form, entry, recorded_by=session.recorded_by, on=session.on)
        return act(session, engine, dyad, order)


@command(COMMANDS, "unsign", ACTING)
@argument("dyad", completer="dyads")
@argument("form", completer="forms")
@option("--entry", type=FIRST)
def unsign(session: Session, dyad: str, form: str, entry: int | None) -> Page:
    """Withdraw a signature."""
    with session.engine() as engine:
        order = Unsign(session.actor, form, entry, recorded_by=session.recorded_by, on=session.on)
        return act(session, engine, dyad, order)


@command(COMMANDS, "confirm", ACTING)
@argument("dyad", completer="dyads")
@argument("form", completer="forms")
@option("--entry", type=FIRST)
def confirm(session: Session, dyad: str, form: str, entry: int | None) -> Page:
    """Confirm an entry."""
    with session.engine() as engine:
        order = Confirm(session.actor, form, entry, recorded_by=session.recorded_by, on=session.on)
        return act(session, engine, dyad, order)


@command(COMMANDS, "step", ACTING)
@argument("dyad", completer="dyads")
@argument("form", completer="forms")
@argument("step", completer="steps")
@argument("values", nargs=-1)
@option("--data")
@option("--attach", multiple=True)
@option("--entry", type=FIRST)
def step(
    session: Session,
    dyad: str,
    form: str,
    step: str,
    values: tuple[str, ...],
    data: str | None,
    attach: tuple[str, ...],
    entry: int | None,
) -> Page:
    """Move an entry through its own small life."""
    with session.engine() as engine:
        known = engine.show(dyad).program.data

        def type_of(name: str) -> Any:
            datum = known.get(("steps", form, step, name))
            return datum.type if datum else None

        given = gathered(values, data, type_of, attach)
        order = Step(session.actor, form, step, entry, given, recorded_by=session.recorded_by, on=session.on)
        return act(session, engine, dyad, order)


@command(COMMANDS, "correct", ACTING)
@argument("dyad", completer="dyads")
@argument("form", completer="forms")
@argument("values", nargs=-1, completer="data")
@option("--data")
@option("--attach", multiple=True)
@option("--entry", type=FIRST)
@option("--reason", required=True)
def correct(
    session: Session,
    dyad: str,
    form: str,
    values: tuple[str, ...],
    data: str | None,
    attach: tuple[str, ...],
    entry: int | None,
    reason: str,
) -> Page:
    """Put right a complete entry."""
    if not values and data is None and not attach:
        raise click.UsageError(say("usage.nothing"), click.get_current_context())
    with session.engine() as engine:
        wanted = form_data(engine.show(dyad).program, form)
        given = gathered(values, data, lambda name: wanted[name].type if name in wanted else None, attach)
        order = Correct(session.actor, form, given, reason, entry, recorded_by=session.recorded_by, on=session.on)
        return act(session, engine, dyad, order)

"""What is it like at present, what happened, what will? `show`, `why`, `list`, `history`, `due`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import click

from dyade.cli import cards, facts
from dyade.cli.declare import READING, Day, Family, argument, command, option
from dyade.cli.paper import Span, flow
from dyade.cli.picture import picture
from dyade.cli.session import Page, Session
from dyade.cli.words import lang, say
from dyade.errors import NotFound

if TYPE_CHECKING:
    from dyade.flow.dyad import Dyad
    from dyade.flow.outcome import Context
    from dyade.flow.telling.cards import Due
    from dyade.flow.telling.words import Words
    from dyade.program.program import Program
    from dyade.service.engine import Engine
    from dyade.service.ports import Listed

COMMANDS: Family = {}
YEAR = 366
"""Days that `due` looks ahead, unless told otherwise."""


# ----------------------------------------------------------------------------------------------------------------- list


@command(COMMANDS, "list", READING)
@option("--program", completer="programs")
@option("--person", completer="people")
@option("--state")
@option("--open", "ongoing", is_flag=True)
@option("--limit", type=click.IntRange(min=1))
def list_dyads(
    session: Session,
    program: str | None,
    person: str | None,
    state: str | None,
    ongoing: bool,
    limit: int | None,
) -> Page:
    """List dyads."""
    with session.engine() as engine:
        found = engine.dyads(program=program, person=person, state=state, ended=False if ongoing else None)
        mine = [one for one in found if _concerns(engine, one, session.reader)][:limit]
        words = _words(engine, mine)
        names = {one.id: one.name for one in engine.people()}
        data = {"dyads": [_listed(one, words[one.behaviour]) for one in mine]}
    return Page(data, lambda: _table(mine, words, names))


def _concerns(engine: Engine, dyad: Listed, reader: str | None) -> bool:
    """Whether a dyad is the reader's: they take part in it, or hold a role of its whole program."""
    if reader is None or any(person == reader for _, person in dyad.people):
        return True
    enrolled = engine.enrolments(person=reader, program=dyad.program)
    return any(one.status == "active" for one in enrolled)


def _words(engine: Engine, dyads: Iterable[Listed]) -> Mapping[str, Words]:
    """The words of each version of a program, looked for once."""
    from dyade.flow.plan import plan_of
    from dyade.flow.telling.words import Words

    found: dict[str, Words] = {}
    for dyad in dyads:
        if dyad.behaviour not in found:
            found[dyad.behaviour] = Words(plan_of(engine.show(dyad.id).program), lang(), {})
    return found


def _listed(dyad: Listed, words: Words) -> dict[str, Any]:
    people: dict[str, list[str]] = {}
    for role, person in dyad.people:
        people.setdefault(role, []).append(person)
    return {
        "dyad": dyad.id,
        "program": dyad.program,
        "revision": dyad.revision,
        "state": dyad.leaf,
        "state_label": words.state(dyad.leaf),
        "outcome": dyad.outcome,
        "people": people,
        "next_due": None if dyad.next_due is None else words.moment(dyad.next_due),
    }


def _table(dyads: list[Listed], words: Mapping[str, Words], names: Mapping[str, str]) -> list[str]:
    from dyade.cli.tables import Cell, table

    if not dyads:
        return flow(say("list.none"))
    titles = [say(f"list.{title}") for title in ("dyad", "program", "state", "people", "next")]
    rows: list[list[Cell]] = []
    for dyad in dyads:
        mine = words[dyad.behaviour]
        style = "" if dyad.outcome is None else "green" if dyad.outcome == "success" else "dim"
        people = ", ".join(dict.fromkeys(names.get(person, person) for _, person in dyad.people))
        due = "" if dyad.next_due is None or dyad.outcome is not None else mine.moment(dyad.next_due)
        rows.append([(dyad.id, "bold"), dyad.program, (mine.state(dyad.leaf), style), people, due])
    return table(titles, rows)


# ---------------------------------------------------------------------------------------------------------- one dyad


@command(COMMANDS, "why", READING)
@argument("dyad", completer="dyads")
@argument("transition", required=False, completer="rules")
def why(session: Session, dyad: str, transition: str | None) -> Page:
    """Say what is open, what blocks, and the way out."""
    with session.engine() as engine:
        explanation = engine.explain(dyad, reader=session.reader, lang=lang(), transition=transition)
    if transition is not None and not explanation.transitions:
        raise NotFound("transition", transition)
    return Page(facts.plain(explanation), lambda: picture(explanation))


@command(COMMANDS, "show", READING)
@argument("dyad", completer="dyads")
def show(session: Session, dyad: str) -> Page:
    """Show a dyad."""
    with session.engine() as engine:
        seen = engine.card(dyad, reader=session.reader, lang=lang())
        data = engine.ask(dyad, lambda p, d, c: facts.of(p, d, c, session.reader)) if session.as_json else {}
    said = {"due": facts.plain(seen.due), "next": facts.plain(seen.next), "guidance": list(seen.guidance)}
    return Page({**data, **said}, lambda: cards.card(seen))


@command(COMMANDS, "history", READING)
@argument("dyad", completer="dyads")
def history(session: Session, dyad: str) -> Page:
    """Tell the story of a dyad."""
    with session.engine() as engine:
        events = engine.timeline(dyad, reader=session.reader, lang=lang())
    return Page({"dyad": dyad, "history": facts.plain(events)}, lambda: cards.history(events))


@command(COMMANDS, "due", READING)
@argument("dyad", required=False, completer="dyads")
@option("--until", type=Day())
@option("--program", completer="programs")
def due(session: Session, dyad: str | None, until: int | None, program: str | None) -> Page:
    """Show what time will do."""
    with session.engine() as engine:
        ids = [dyad] if dyad else [one.id for one in _going_on(engine, session.reader, program)]
        found = [
            (id_, engine.ask(id_, lambda p, d, c: _due(p, d, c, session.reader, until), session.reader)) for id_ in ids
        ]
    listed = [{"dyad": id_, **facts.plain(one)} for id_, dues in found for one in dues]
    return Page({"due": sorted(listed, key=lambda one: str(one["when"]))}, lambda: _agenda(found))


def _going_on(engine: Engine, reader: str | None, program: str | None) -> list[Listed]:
    return [one for one in engine.dyads(program=program, ended=False) if _concerns(engine, one, reader)]


def _due(program: Program, dyad: Dyad, context: Context, reader: str | None, until: int | None) -> tuple[Due, ...]:
    """What time will do until the end of a day, in the program's zone; within a year, where no day is given."""
    from dyade.flow.plan import plan_of
    from dyade.flow.telling.cards import calendar

    clock = plan_of(program).calendar
    last = until if until is not None else clock.local_date(context.now) + YEAR
    end = clock.start_of_day(last + 1) or context.now
    return calendar(program, dyad, context, reader, lang(), end - 1)


def _agenda(found: list[tuple[str, tuple[Due, ...]]]) -> list[str]:
    """One calendar for all the dyads, each line naming its own where there are several."""
    several = len(found) > 1
    dues = [one._replace(text=f"{dyad} · {one.text}") if several else one for dyad, each in found for one in each]
    if not dues:
        return flow(Span(say("due.nothing"), "quiet"))
    return cards.calendar(sorted(dues, key=lambda one: one.when))

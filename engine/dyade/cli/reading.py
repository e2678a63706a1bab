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
    from dyade.flow.telling.words import Words
    from dyade.program.program import Program
    from dyade.service.agenda import Planned
    from dyade.service.engine import Engine
    from dyade.service.ports import Listed

COMMANDS: Family = {}


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
        mine = [one._replace(next_due=_next(engine, one, session.reader)) for one in mine]
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


def _next(engine: Engine, dyad: Listed, reader: str | None) -> int | None:
    """When time next does something there that the reader may foresee."""
    from dyade.flow.draft import Draft
    from dyade.flow.plan import plan_of
    from dyade.flow.telling.upcoming import next_instant
    from dyade.flow.telling.visibility import Reader

    if dyad.next_due is None:
        return None

    def foreseen(program: Program, found: Dyad, context: Context) -> int | None:
        draft = Draft(plan_of(program), found, context)
        return next_instant(draft, Reader(draft, reader))

    return engine.ask(dyad.id, foreseen)


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
@option("--person", completer="people")
@option("--program", completer="programs")
@option("--ics")
def due(
    session: Session, dyad: str | None, until: int | None, person: str | None, program: str | None, ics: str | None
) -> Page:
    """Show what time will do."""
    if dyad is not None and program is not None:
        raise click.UsageError(say("usage.dyad_or_program"), click.get_current_context())
    with session.engine() as engine:
        found = engine.agenda(
            dyad=dyad, person=person, program=program, until=until, reader=session.reader, lang=lang()
        )
        now = engine.now()
    if ics is not None:
        from dyade.cli import subscribing

        return subscribing.page(session, found, ics, now, dyad)
    listed = [{"dyad": one.dyad, **facts.plain(one.due), **_machine(one)} for one in found]
    return Page({"due": sorted(listed, key=lambda one: str(one["when"]))}, lambda: _agenda(found))


def _machine(one: Planned) -> dict[str, Any]:
    """What a tool wants to know of something due."""
    from datetime import UTC, datetime, timedelta

    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=one.at)
    return {"program": one.program, "kind": one.kind, "id": one.id, "at": at.isoformat(), "zone": one.event.zone}


def _agenda(found: list[Planned]) -> list[str]:
    """One calendar for all the dyads, each line naming its own where there are several."""
    several = len({one.dyad for one in found}) > 1
    dues = [one.due._replace(text=f"{one.dyad} · {one.due.text}") if several else one.due for one in found]
    if not dues:
        return flow(Span(say("due.nothing"), "quiet"))
    return cards.calendar(sorted(dues, key=lambda one: one.when))

"""What is it like at present, what happened, what will? `show`, `why`, `list`, `history`, `due`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import click

from dyade.cli.declare import READING, Family, argument, command, option
from dyade.cli.paper import flow
from dyade.cli.session import Page, Session
from dyade.cli.words import lang, say

if TYPE_CHECKING:
    from dyade.flow.words import Words
    from dyade.service.engine import Engine
    from dyade.service.ports import Listed

COMMANDS: Family = {}


# ----------------------------------------------------------------------------------------------------------------- list


@command(COMMANDS, "list", READING)
@option("--program", completer="programs")
@option("--person", completer="people")
@option("--state")
@option("--open", "open", is_flag=True)
@option("--limit", type=click.IntRange(min=1))
def list_dyads(
    session: Session, program: str | None, person: str | None, state: str | None, open: bool, limit: int | None  # noqa: A002
) -> Page:
    """List dyads."""
    with session.engine() as engine:
        found = engine.dyads(program=program, person=person, state=state, ended=False if open else None)
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
    from dyade.flow.words import Words

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

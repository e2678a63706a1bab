"""What was done with personal data? Erasures, readings of what is confidential, incidents: `privacy`."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from dyade.cli.declare import KEEPING, Day, Family, command, option
from dyade.cli.instants import minute, stamp
from dyade.cli.paper import Span, flow, mark
from dyade.cli.root import Telling
from dyade.cli.session import Page, Session
from dyade.cli.words import lang, say
from dyade.flow.telling.words import said

PRIVACY: Family = {}


class Privacy(Telling):
    """`dyade privacy`."""

    key = "privacy"


@command(PRIVACY, "accesses", KEEPING, key="privacy.accesses")
@option("--dyad", completer="dyads")
def accesses(session: Session, dyad: str | None) -> Page:
    """Tell who read what is confidential."""
    with session.engine() as engine:
        found = engine.accesses(dyad)
    data = [{"at": stamp(one.at), "reader": one.reader, "dyad": one.dyad, "what": one.what.split()} for one in found]
    rows = [[minute(one.at), one.reader, one.dyad, ", ".join(one.what.split())] for one in found]
    titles = ("when", "reader", "dyad", "what")
    return Page({"accesses": data}, lambda: _table(titles, rows, "privacy.no_access"))


@command(PRIVACY, "erasures", KEEPING, key="privacy.erasures")
def erasures(session: Session) -> Page:
    """Tell what was erased, and never whose it was."""
    with session.engine() as engine:
        found = engine.erasures()
    data = [
        {"number": n, "at": stamp(at), "dyads": dyads, "values": values} for n, (at, dyads, values) in found.items()
    ]
    rows = [[str(n), minute(at), str(dyads), str(values)] for n, (at, dyads, values) in found.items()]
    return Page({"erasures": data}, lambda: _table(("number", "when", "dyads", "values"), rows, "privacy.no_erasure"))


@command(PRIVACY, "anonymisations", KEEPING, key="privacy.anonymisations")
def anonymisations(session: Session) -> Page:
    """Tell what was made anonymous, by which rule and for what."""
    with session.engine() as engine:
        found = engine.anonymisations()
    data = [
        {
            "number": one.n,
            "at": stamp(one.at),
            "program": one.program,
            "dyad": one.dyad,
            "rule": one.rule,
            "label": one.label,
            "purpose": one.purpose,
            "people": one.persons,
            "values": one.values,
            "head": one.head,
        }
        for one in found
    ]
    rows = [
        [
            str(one.n),
            minute(one.at),
            one.dyad,
            said(one.label, lang(), one.rule),
            said(one.purpose, lang(), ""),
            str(one.persons),
            str(one.values),
        ]
        for one in found
    ]
    titles = ("number", "when", "dyad", "rule", "purpose", "people", "values")
    return Page({"anonymisations": data}, lambda: _table(titles, rows, "privacy.no_anonymisation"))


@command(PRIVACY, "incident", KEEPING, key="privacy.incident")
@option("--what", required=True)
@option("--people", type=click.IntRange(min=0), required=True)
@option("--risk", type=click.Choice(["low", "serious"]), required=True)
@option("--told", default="")
@option("--day", type=Day())
def incident(session: Session, what: str, people: int, risk: str, told: str, day: int | None) -> Page:
    """Register an incident."""
    with session.engine() as engine:
        today = engine.now() // 86_400_000_000 + date(1970, 1, 1).toordinal()
        if day is not None and day > today:
            raise click.UsageError(say("usage.future"), click.get_current_context())
        kept = engine.register_incident(
            what, people=people, risk=risk, told=told, occurred_on=date.fromordinal(day or today)
        )
    lead: list[str | Span] = [Span(mark("✔", "+"), "yes"), " "]
    return Page({"incident": _told(kept)}, lambda: flow(say("privacy.registered", number=kept.n), lead=lead))


@command(PRIVACY, "incidents", KEEPING, key="privacy.incidents")
def incidents(session: Session) -> Page:
    """Tell the incidents."""
    with session.engine() as engine:
        found = [_told(one) for one in engine.incidents()]
    rows = [
        [
            str(one["number"]),
            one["on"],
            say(f"privacy.risk.{one['risk']}"),
            str(one["people"]),
            one["what"],
            one["told"],
        ]
        for one in found
    ]
    titles = ("number", "day", "risk", "people", "what", "told")
    return Page({"incidents": found}, lambda: _table(titles, rows, "privacy.no_incident"))


def _told(one: Any) -> dict[str, Any]:
    return {
        "number": one.n,
        "on": one.occurred_on,
        "registered_at": stamp(one.recorded_at),
        "risk": one.risk,
        "people": one.people,
        "what": one.what,
        "told": one.told,
    }


def _table(titles: tuple[str, ...], rows: list[list[str]], nothing: str) -> list[str]:
    from dyade.cli.tables import table

    if not rows:
        return flow(say(nothing))
    return table([say(f"privacy.column.{title}") for title in titles], rows)


COMMANDS: Family = {"privacy": Privacy("privacy", commands=PRIVACY)}

"""What is handed out of a program? To those who run it, the whole of it; to a role, its own part and what it sees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dyade.authoring.booklet.acts import role_part
from dyade.authoring.booklet.kept import calendar_part, forms_part, shared_part
from dyade.authoring.booklet.pages import Block, Document, Heading, Picture, Words, facts, table
from dyade.authoring.booklet.rules import moves_part, states_part
from dyade.authoring.booklet.telling import Telling
from dyade.authoring.pictures.chart import chart
from dyade.authoring.pictures.svg import svg
from dyade.authoring.plainly import Plainly
from dyade.authoring.provenance import Account, Carrier
from dyade.authoring.seen import Eyes
from dyade.flow.plan import plan_of
from dyade.flow.telling.words import said
from dyade.program.program import Program


def booklet(program: Program, lang: str, role: str | None = None, account: Account | None = None) -> Document:
    """Write the booklet of a program; with its documents where they are accounted for.

    Raises ExtraMissing where the library that lays pictures out is not installed.
    """
    plan = plan_of(program)
    words = Plainly(plan, lang)
    t = Telling(plan, words, Eyes(plan, role))
    title = t.text(program.model.title)
    under = t.say("booklet.under", version=program.version)
    if role is not None:
        under = t.say("booklet.under.role", version=program.version, role=words.role(role))
    return Document(lang, title, under, t.say("booklet.contents"), tuple(_blocks(t, account)), t.say("booklet.skip"))


def _blocks(t: Telling, account: Account | None) -> Iterator[Block]:
    yield from _in_short(t)
    drawn = chart(t.program, t.words.lang, t.role)
    yield Heading(2, t.say("part.life"))
    yield Words(t.say("life.intro"))
    yield from states_part(t)
    yield Picture(svg(drawn, ids="life-"), drawn.alternative())
    yield Heading(2, t.say("part.roles" if t.role is None else "part.role"))
    for role in t.model.roles if t.role is None else (t.role,):
        yield from role_part(t, role)
    yield from moves_part(t)
    yield from forms_part(t)
    yield from calendar_part(t)
    yield from shared_part(t)
    if account is not None and t.role is None:
        yield from _sources(t, account)


def _in_short(t: Telling) -> Iterator[Block]:
    model = t.model
    yield Heading(2, t.say("part.short"))
    yield Words(t.text(model.summary))
    contacts = [t.say("short.contact", role=t.words.role(role), address=address)
                for role, address in model.contacts.items()]  # fmt: skip
    calendar = model.calendar if isinstance(model.calendar, str) else getattr(model.calendar, "region", None)
    yield from facts(
        (
            (t.say("short.owner"), t.text(model.owner)),
            (t.say("short.roles"), [_role(t, role) for role in model.roles]),
            (t.say("short.started"), t.roles(model.started_by)),
            (t.say("short.contacts"), contacts),
            (t.say("short.status"), t.say(f"status.{model.status}")),
            (t.say("short.calendar"), t.say(f"calendar.{calendar}") if calendar else ""),
            (t.say("short.hour"), t.say("short.at", hour=model.day_time, zone=model.timezone)),
            (t.say("short.sources"), [t.text(source.title) for source in model.sources.values()]),
        )
    )
    if t.role is None:
        yield Words(t.say("short.basis"), quiet=True)


def _role(t: Telling, role: str) -> str:
    told = t.text(t.model.roles[role].help)
    return t.say("short.role", role=t.words.role(role), what=told) if told else t.words.role(role)


# -------------------------------------------------------------------------------------------------------------- sources


def _sources(t: Telling, account: Account) -> Iterator[Block]:
    """Each provision of the documents, with what carries it, or why nothing does."""
    if not account.rows:
        return
    yield Heading(2, t.say("part.sources"))
    yield Words(t.say("sources.intro"))
    titles = [t.say(f"title.{one}") for one in ("provision", "says", "carried")]
    for name, source in t.model.sources.items():
        rows = []
        for row in account.rows:
            if row.source != name:
                continue
            carried = [_carrier(t, carrier) for carrier in row.carriers]
            excused = t.say("sources.excused", reason=said(row.reason, t.words.lang)) if row.reason else ""
            cell = list(dict.fromkeys(carried)) or [excused or t.say("sources.forgotten")]
            rows.append((row.provision.id, said(row.provision.text, t.words.lang), cell))
        yield from table(t.text(source.title), titles, rows)


def _carrier(t: Telling, carrier: Carrier) -> str:
    return t.say("carrier.line", kind=t.say(f"carrier.{carrier.kind}"), name=_named(t, carrier.name))


def _named(t: Telling, name: str) -> str:
    """What people call a part of the file; its id in words, where nothing else names it."""
    head, _, rest = name.partition(".")
    first, last = rest.partition(".")[0], name.rpartition(".")[2]
    sections: Mapping[str, Mapping[str, Any]] = {
        "forms": t.model.forms, "roles": t.model.roles, "fields": t.model.fields, "params": t.model.params,
        "series": t.model.series, "deadlines": t.model.deadlines, "quotas": t.model.quotas, "budgets": t.model.budgets,
    }  # fmt: skip
    if first in sections.get(head, ()):
        return t.text(sections[head][first].label)
    retained = {rule.id: rule for rule in t.model.retention}
    match head:
        case "transitions" if first in t.plan.rules:
            return t.words.transition(first)
        case "states" if first in t.model.states:
            return t.text(t.model.states[first].label)
        case "certificates" if first in t.model.certificates:
            return t.words.certificate(first)
        case "enrolments":
            return t.words.role(first)
        case "reminders" if any(one.id == first for one in t.model.reminders):
            return t.words.reminder(first)
        case "retention" if first in retained and retained[first].label:
            return t.text(retained[first].label)
    return t.say("carrier.advice") if name.startswith("guidance") else last.replace("_", " ")

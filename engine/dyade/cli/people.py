"""Who is there? People, what is known of them, and the roles that they may hold: `person`, `enrol`."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dyade.cli.answers import refused, refused_lines
from dyade.cli.declare import KEEPING, READING, Family, argument, command, option
from dyade.cli.ending import REFUSED
from dyade.cli.paper import Span, as_json, clean, flow, mark
from dyade.cli.root import Telling
from dyade.cli.session import Page, Session
from dyade.cli.values import TypeOf, gathered
from dyade.cli.words import lang, say
from dyade.errors import NotFound, ProgramInvalid
from dyade.flow.messages import SYSTEM
from dyade.texts import languages, sentence

if TYPE_CHECKING:
    from dyade.program.program import Program
    from dyade.service.engine import Engine
    from dyade.service.merging import Merging
    from dyade.service.ports import Enrolment, Person

PERSON: Family = {}


class People(Telling):
    """`dyade person`."""

    key = "person"


@command(PERSON, "add", KEEPING, key="person.add")
@argument("new_person")
@option("--name", required=True)
@option("--address")
@option("--language", type=click.Choice(languages()))
@argument("values", nargs=-1)
def add(
    session: Session, new_person: str, name: str, address: str | None, language: str | None, values: tuple[str, ...]
) -> Page:
    """Make someone known to the store."""
    with session.engine(make=True) as engine:
        attributes = gathered(values, None, _declared(engine))
        person = engine.add_person(
            new_person, name=name, address=address, lang=language or lang(), attributes=attributes
        )
    return Page({"person": told(person)}, lambda: flow(_about("person.added", person), lead=_done()))


@command(PERSON, "set", KEEPING, key="person.set")
@argument("person", completer="people")
@argument("values", nargs=-1)
@option("--name")
@option("--address")
@option("--language", type=click.Choice(languages()))
def change(
    session: Session, person: str, values: tuple[str, ...], name: str | None, address: str | None, language: str | None
) -> Page:
    """Change what is known of someone."""
    with session.engine() as engine:
        attributes = gathered(values, None, _declared(engine))
        if attributes:
            engine.set_attributes(person, attributes)
        if name or address is not None or language:
            engine.change_person(person, name=name, address=address, lang=language)
        changed = engine.person(person)
    return Page({"person": told(changed)}, lambda: flow(_about("person.changed", changed), lead=_done()))


@command(PERSON, "show", KEEPING, key="person.show")
@argument("person", completer="people")
def show(session: Session, person: str) -> Page:
    """Show someone, and the roles that they may hold."""
    with session.engine() as engine:
        found = engine.person(person)
        enrolments = engine.enrolments(person=person)
        dyads = engine.dyads(person=person)
    data = {**told(found), "enrolments": [_enrolment(e) for e in enrolments], "dyads": [d.id for d in dyads]}
    return Page({"person": data}, lambda: _card(found, enrolments, [dyad.id for dyad in dyads]))


@command(PERSON, "list", KEEPING, key="person.list")
def list_people(session: Session) -> Page:
    """List everyone."""
    with session.engine() as engine:
        people = engine.people()
        sensitive = frozenset(
            path[-1]
            for program in _sound(engine)
            for path, datum in program.data.items()
            if path[0] in ("roles", "enrolments") and datum.model.privacy == "sensitive"
        )
    return Page({"people": [_in_a_list(person, sensitive) for person in people]}, lambda: _table(people))


@command(PERSON, "export", KEEPING, key="person.export")
@argument("person", completer="people")
@option("--out", "output", type=click.Path(dir_okay=False, path_type=Path))
def export(session: Session, person: str, output: Path | None) -> Page:
    """Give everything that is held on a person, and nothing of anybody else."""
    with session.engine() as engine:
        found = engine.export_person(person)
    if output is None:
        return Page(found, lambda: [as_json(found)])
    try:
        # What is personal is for its reader alone, and takes the place of nothing.
        descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise click.UsageError(say("usage.output", file=str(output), why=error.strerror or "")) from None
    with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123 (a descriptor)
        file.write(f"{as_json(found)}\n")
    said = say("person.exported", file=str(output))
    return Page({"outcome": "done", "file": str(output)}, lambda: flow(said, lead=_done()))


@command(PERSON, "erase", KEEPING, key="person.erase")
@argument("person", completer="people")
@option("--reason", required=True)
def erase(session: Session, person: str, reason: str) -> Page:
    """Erase the data of a person, for ever."""
    with session.engine() as engine:
        done = engine.erase_person(person, reason)
    data = {"outcome": "done", "erasure": done.n, "dyads": list(done.dyads), "values": done.values}
    dyads = say("person.erased.dyads", len(done.dyads))
    said = say("person.erased", done.values, dyads=dyads) if done.n else say("person.erased_before")
    return Page(data, lambda: flow(said, lead=_done()))


@command(PERSON, "reach", KEEPING, key="person.reach")
@argument("person", completer="people")
@option("--timezone")
@option("--quiet")
@option("--digest")
def reach(session: Session, person: str, timezone: str | None, quiet: str | None, digest: str | None) -> Page:
    """Say, or see, when someone wants to be written to."""
    from dyade.cli.reach import changed, lines, told

    change = changed(timezone, quiet, digest)
    with session.engine() as engine:
        found = engine.preference(person) if change is None else engine.prefer(person, change)
    return Page({"person": person, **told(found)}, lambda: lines(found))


@command(PERSON, "merge", KEEPING, key="person.merge")
@argument("keep", completer="people")
@argument("drop", completer="people")
@option("--dry-run", is_flag=True)
def merge(session: Session, keep: str, drop: str, dry_run: bool) -> Page:
    """Bring together two ids of one person."""
    with session.engine() as engine:
        done = engine.merge_persons(keep, drop, keep=not dry_run)
        reasons = [(one.dyad, engine.sentences(one.reasons, lang(), dyad=one.dyad)) for one in done.dyads]
        general = merge_sentences(done)
        labels = {(one.program, role): _label(engine, one.program, role) for one in done.dyads for role in one.roles}
        labels |= {(program, role): _label(engine, program, role) for program, role in done.enrolments}
    data = _merge_json(done, dry_run, [*general, *(message for _, found in reasons for message in found)])
    if done.refused:
        messages = [*general, *(f"{dyad}: {message}" for dyad, found in reasons for message in found)]
        return Page(data, lambda: refused_lines(messages), REFUSED)
    return Page(data, lambda: _merge_lines(done, dry_run, labels))


def _label(engine: Engine, program: str, role: str) -> str:
    """What people call a role."""
    from dyade.flow.telling.words import said

    declared = engine.program(program).model.roles.get(role)
    return said(declared.label, lang(), role) if declared is not None else role


def merge_sentences(done: Merging) -> list[str]:
    """Why two cannot be brought together at all, in words."""
    return [sentence("answers", f"refused.{one.code}", lang(), **one.facts) for one in done.reasons]


def _merge_json(done: Merging, dry_run: bool, messages: list[str]) -> dict[str, Any]:
    return {
        "outcome": "refused" if done.refused else "would_be" if dry_run else "done",
        "kept": done.kept.id,
        "dropped": done.dropped.id,
        "dyads": [{"dyad": one.dyad, "program": one.program, "roles": list(one.roles)} for one in done.dyads],
        "enrolments": [{"program": program, "role": role} for program, role in done.enrolments],
        "reasons": messages,
    }


def _merge_lines(done: Merging, dry_run: bool, labels: Mapping[tuple[str, str], str]) -> list[str]:
    key = "person.would_merge" if dry_run else "person.merged"
    kept = clean(f"{done.kept.name} ({done.kept.id})")
    lines = flow(say(key, kept=kept, dropped=clean(done.dropped.id)), lead=_done())
    for program, role in done.enrolments:
        lines += flow(say("person.merge.enrolled", program=program, role=labels[program, role]), lead=["  "])
    for one in done.dyads:
        held = ", ".join(clean(labels[one.program, role]) for role in one.roles)
        lines += flow(held or say("person.merge.names"), lead=["  ", Span(f"{one.dyad}  ", "name")])
    return lines


COMMANDS: Family = {"person": People("person", commands=PERSON)}


@command(COMMANDS, "enrol", READING)
@argument("person", completer="people")
@argument("program", completer="programs")
@argument("role", completer="roles")
@argument("values", nargs=-1)
@option("--capacity", type=click.IntRange(min=0))
@option("--ended", is_flag=True)
def enrol(
    session: Session,
    person: str,
    program: str,
    role: str,
    values: tuple[str, ...],
    capacity: int | None,
    ended: bool,
) -> Page:
    """Let someone hold a role in a program."""
    with session.engine() as engine:
        data = engine.program(program).data
        profile = gathered(values, None, lambda name: _type(data, role, name))
        status = "ended" if ended else "active"
        actor = session.reader or SYSTEM
        reasons = engine.enrolment_misfits(person, program, role, profile=profile, status=status, actor=actor)
        if reasons:
            return refused(engine, program, reasons)
        engine.enrol(person, program, role, capacity=capacity, profile=profile, status=status, actor=actor)
        name = engine.person(person).name
        [kept] = [e for e in engine.enrolments(person=person, program=program) if e.role == role]
    said = say("enrol.ended" if ended else "enrol.done", person=clean(name), role=role, program=program)
    return Page({"enrolment": _enrolment(kept)}, lambda: flow(said, lead=_done()))


def told(person: Person) -> dict[str, Any]:
    """A person, for tools."""
    return {
        "id": person.id,
        "name": person.name,
        "address": person.address,
        "lang": person.lang,
        "attributes": dict(person.attributes),
    }


def _in_a_list(person: Person, sensitive: frozenset[str]) -> dict[str, Any]:
    """The same, beside others: what is sensitive reaches no list."""
    kept = {name: value for name, value in person.attributes.items() if name not in sensitive}
    return {**told(person), "attributes": kept}


def _enrolment(enrolment: Enrolment) -> dict[str, Any]:
    return {
        "person": enrolment.person,
        "program": enrolment.program,
        "role": enrolment.role,
        "capacity": enrolment.capacity,
        "profile": dict(enrolment.profile),
        "status": enrolment.status,
    }


def _declared(engine: Engine) -> TypeOf:
    """The type of an attribute in the programs that declare it, where they agree; a text otherwise."""

    def type_of(name: str) -> Any:
        kinds = {
            datum.type
            for program in _sound(engine)
            for path, datum in program.data.items()
            if path[0] == "roles" and path[-1] == name
        }
        return kinds.pop() if len(kinds) == 1 else None

    return type_of


def _sound(engine: Engine) -> Iterator[Program]:
    """The programs that can be read: a mistake in one keeps nobody from being added."""
    for name in engine.programs():
        with contextlib.suppress(ProgramInvalid, NotFound):
            yield engine.program(name)


def _type(data: Mapping[tuple[str, ...], Any], role: str, name: str) -> Any:
    datum = data.get(("roles", role, name)) or data.get(("enrolments", role, name))
    return datum.type if datum else None


def _done() -> list[str | Span]:
    return [Span(mark("✔", "+"), "yes"), " "]


def _about(key: str, person: Person) -> str:
    return say(key, person=clean(person.name), id=clean(person.id))


def _card(person: Person, enrolments: list[Enrolment], dyads: list[str]) -> list[str]:
    lines = flow(Span(person.name, "title"), Span(f" · {person.id}", "quiet"))
    facts = [(say("person.address"), person.address or say("value.none")), (say("person.lang"), person.lang)]
    facts += [(name, _value(value)) for name, value in person.attributes.items()]
    for enrolment in enrolments:
        limit = "" if enrolment.capacity is None else " · " + say("person.capacity", enrolment.capacity)
        status = "" if enrolment.status == "active" else f" · {say('person.ended')}"
        facts.append((say("person.enrolled"), f"{enrolment.program} · {enrolment.role}{limit}{status}"))
    if dyads:
        facts.append((say("person.dyads"), ", ".join(dyads)))
    widest = min(24, max(len(name) for name, _ in facts))
    for name, value in facts:
        lines += flow(value, lead=["  ", Span(clean(name).ljust(widest + 2), "quiet")])
    return lines


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return say("value.yes" if value else "value.no")
    if isinstance(value, list):
        return ", ".join(_value(item) for item in value)
    return say("value.none") if value is None else str(value)


def _table(people: list[Person]) -> list[str]:
    from dyade.cli.tables import table

    if not people:
        return flow(say("person.nobody"))
    titles = [say("person.id"), say("person.name"), say("person.address"), say("person.lang")]
    return table(titles, [[p.id, p.name, p.address or "", p.lang] for p in people])

"""Does anybody learn, in the lives of the programs that we ship, what the programs do not let them see?

Every text that someone gives in a story is replaced by a mark that stands nowhere else, and so is every text that is
known of a person. At the end of each life, everything that each reader can be shown is searched for marks. Who may
see what is worked out here from the declarations alone, by rules of this file's own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import pytest

from dyade.authoring import life as lived
from dyade.authoring import living
from dyade.authoring.life import Life
from dyade.authoring.scenarios import run
from dyade.cli import facts
from dyade.errors import NotFound
from dyade.flow import messages as c
from dyade.flow.decide import decide
from dyade.flow.dyad import Dyad
from dyade.flow.outcome import Decision, Refusal
from dyade.flow.telling.cards import calendar, card
from dyade.flow.telling.explain import explain
from dyade.flow.telling.meetings import meetings
from dyade.flow.telling.refusals import refusal_sentences
from dyade.flow.telling.templates import render_template
from dyade.flow.telling.timeline import timeline
from dyade.flow.telling.visibility import Reader
from dyade.flow.telling.worklist import tasks
from dyade.program import model as m
from dyade.program.conditions.types import ListOf
from dyade.program.load import load
from dyade.program.program import Program
from dyade.service.certificates import attested
from tests.scenarios.test_transcripts import PROGRAMS, SCENARIOS, SHIPPED

MARK = re.compile(r"zq(\d+)zq")
DAY = 86_400_000_000
STRANGER = "un_inconnu"
Path = tuple[str, ...]


class Mark(NamedTuple):
    """A secret that was planted."""

    path: Path
    by: str
    """Who gave it; for what is known of a person, that person."""


class Told(NamedTuple):
    """One life at its end, and all that it sent."""

    life: Life
    sent: list[c.Notice]
    marks: dict[int, Mark]

    @property
    def dyad(self) -> Dyad:
        assert self.life.dyad is not None
        return self.life.dyad


# ------------------------------------------------------------------------------------------------------------- planting


class Planter:
    """Lives the stories of a program with marks instead of texts."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.marks: dict[int, Mark] = {}
        self.known: dict[tuple[str, str], str] = {}
        self.sent: list[tuple[c.Notice, str]] = []

    def mark(self, path: Path, by: str) -> str:
        n = len(self.marks) + 1
        self.marks[n] = Mark(path, by)
        return f"zq{n}zq"

    def planted(self, values: Mapping[str, Any], base: Path, by: str) -> dict[str, Any]:
        return {name: self.instead(value, (*base, name), by) for name, value in values.items()}

    def instead(self, value: Any, path: Path, by: str) -> Any:
        datum = self.program.data.get(path)
        if datum is None or not value:
            return value
        several = isinstance(datum.type, ListOf)
        kind = datum.type.item if isinstance(datum.type, ListOf) else datum.type
        if kind.name != "text" or datum.model.pattern is not None or datum.model.max_length is not None:
            return value
        return [self.mark(path, by) for _ in value] if several else self.mark(path, by)

    def command(self, command: c.Command) -> c.Command:
        by = command.actor
        match command:
            case c.Fill() | c.Correct():
                return command._replace(data=self.planted(command.data, ("forms", command.form), by))
            case c.Fire():
                found = [t for t in self.program.model.transitions if command.event in (t.id, t.event)]
                given = dict(command.input)
                for transition in found:
                    given |= self.planted(
                        {k: v for k, v in command.input.items() if k in transition.input},
                        ("transitions", transition.id), by,
                    )  # fmt: skip
                return command._replace(input=given)
            case c.Step():
                return command._replace(input=self.planted(command.input, ("steps", command.form, command.step), by))
            case c.SetField():
                return command._replace(value=self.instead(command.value, ("fields", command.field), by))
        return command

    def profiles(self, profiles: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
        return {
            person: {name: self.attribute(person, name, value) for name, value in known.items()}
            for person, known in profiles.items()
        }

    def attribute(self, person: str, name: str, value: Any) -> Any:
        path = next((p for p in self.program.data if p[0] == "roles" and p[2] == name), None)
        if path is None or not isinstance(value, str):
            return value
        if (person, name) not in self.known:
            found = self.instead(value, path, person)
            if found == value:
                return value
            self.known[person, name] = found
        return self.known[person, name]


@cache
def told(name: str) -> tuple[Told, ...]:
    """Every life of a program, once for each scenario."""
    path = PROGRAMS / f"{name}.yaml"
    program = load(path.read_bytes(), path.name, lambda file: (PROGRAMS / file).read_bytes())
    planter = Planter(program)
    lives: list[Life] = []
    sent: dict[int, list[c.Notice]] = {}
    at_work: list[Life] = []

    def deciding(of: Program, dyad: Any, command: Any, context: Any, dyad_id: str = "") -> Any:
        context = context._replace(profiles=planter.profiles(context.profiles))
        outcome = decide(of, dyad, planter.command(command), context, dyad_id)
        decision = outcome if isinstance(outcome, Decision) else outcome.time
        if decision is not None:
            own = sent.setdefault(id(at_work[-1]), [])
            own += [effect for _, effect in decision.effects if isinstance(effect, c.Notice)]
        return outcome

    def lived_once(course: Any, life: Life, before: Any) -> Any:
        at_work.append(life)
        lives.append(life)
        return lived_as_ever(course, life, before)

    lived_as_ever = living._lived
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lived, "decide", deciding)
        patch.setattr(living, "_lived", lived_once)
        # A story goes on whatever it expects: its texts are others.
        patch.setattr(living, "differences", lambda *_: ())
        patch.setattr(living, "unmet", lambda *_: ())
        run(program, (PROGRAMS / f"{name}{SCENARIOS}").read_bytes(), name, "fr")
    found: dict[int, Told] = {}
    for life in lives:
        if life.dyad is not None:
            life.cast = life.cast._replace(profiles=planter.profiles(life.cast.profiles))
            found.setdefault(life.story.places.index, Told(life, sent.get(id(life), []), planter.marks))
    return tuple(found.values())


# ----------------------------------------------------------------------------------------------------- who may see what


class Rights:
    """Who may see a value, from what a program declares and nothing else."""

    def __init__(self, model: m.Program) -> None:
        self.model = model
        self.everyone = frozenset(model.visibility.default if model.visibility else model.roles)
        self.copies = _copies(model)

    def may(self, mark: Mark, roles: frozenset[str], person: str | None) -> bool:
        """Whether someone in these roles sees a value, where it was given or where the program copies it."""
        if person is not None and person == mark.by:
            return True
        places = [mark.path, *(("fields", field) for field in self.copies.get(mark.path, ()))]
        return any(self._sees(path, roles) for path in places)

    def _sees(self, path: Path, roles: frozenset[str]) -> bool:
        return all(self._among(listed, roles) for listed in self._lists(path))

    def _among(self, listed: list[str] | None, roles: frozenset[str]) -> bool:
        return not roles.isdisjoint(self.everyone if listed is None else listed)

    def _lists(self, path: Path) -> Iterator[list[str] | None]:
        """Each list that one must be on."""
        model = self.model
        match path:
            case ("fields", field):
                yield model.fields[field].visibility
            case ("roles", role, attribute):
                yield model.roles[role].attributes[attribute].visibility
            case ("forms", form, datum):
                yield model.forms[form].visibility
                yield model.forms[form].entry[datum].visibility
            case ("steps", form, step, datum):
                yield model.forms[form].visibility
                yield next(s for s in model.forms[form].steps if s.id == step).input[datum].visibility
            case ("transitions", name, datum):
                transition = next(t for t in model.transitions if t.id == name)
                yield transition.visibility
                yield transition.input[datum].visibility

    def is_sensitive(self, mark: Mark) -> bool:
        """Whether a value is sensitive where it was given."""
        match mark.path:
            case ("fields", field):
                return self.model.fields[field].privacy == "sensitive"
            case ("roles", role, attribute):
                return self.model.roles[role].attributes[attribute].privacy == "sensitive"
            case ("forms", form, datum):
                return self.model.forms[form].entry[datum].privacy == "sensitive"
            case ("steps", form, step, datum):
                return next(s for s in self.model.forms[form].steps if s.id == step).input[datum].privacy == "sensitive"
            case ("transitions", name, datum):
                return next(t for t in self.model.transitions if t.id == name).input[datum].privacy == "sensitive"
        raise AssertionError(mark)


def _copies(model: m.Program) -> dict[Path, list[str]]:
    """Where the program itself copies what is given: into which fields."""
    found: dict[Path, list[str]] = {}
    for form_id, form in model.forms.items():
        for name, field in form.sets.items():
            found.setdefault(("forms", form_id, name), []).append(field)
        for step in form.steps:
            _from_effects(found, step.effects, ("steps", form_id, step.id), form_id)
    for transition in model.transitions:
        form_id = transition.upon.split(".")[1] if transition.upon and transition.upon.startswith("forms.") else ""
        _from_effects(found, transition.effects, ("transitions", transition.id), form_id)
    return found


def _from_effects(found: dict[Path, list[str]], effects: list[m.Effect], given: Path, form: str) -> None:
    for effect in effects:
        for field, text in (effect.set or {}).items():
            for word in re.findall(r"\b(input|entry|forms\.\w+\.last)\.(\w+)", text):
                base = given if word[0] == "input" else ("forms", form)
                base = ("forms", word[0].split(".")[1]) if word[0].startswith("forms.") else base
                found.setdefault((*base, word[1]), []).append(field)


# -------------------------------------------------------------------------------------------------------------- readers


def readers(life: Life) -> Iterator[tuple[str | None, frozenset[str]]]:
    """Everyone who may ask: those of the story, someone unknown, and whoever holds the store, with their roles."""
    draft = life.draft()
    for person in life.cast.names:
        yield person, frozenset(draft.roles_of(person))
    yield STRANGER, frozenset()
    yield None, frozenset()


def shown(one: Told, person: str | None) -> Iterator[tuple[str, str]]:
    """Everything that a reader can be shown of a life: (what, its text)."""
    life = one.life
    here = (life.program, one.dyad)
    context = life.context()
    yield "show", str(card(*here, context, person, "fr"))
    yield "show --format json", json.dumps(facts.of(*here, context, person), default=str)
    yield "why", str(explain(*here, context, person, "fr"))
    yield "history", str(timeline(*here, life.records, context, person, "fr"))
    yield "due", str(calendar(*here, context, person, "fr", context.now + 60 * DAY))
    yield "todo", str(tasks(*here, context, person, "fr", 14))
    yield "series", str(meetings(*here, context, person, "fr"))
    yield "certificate", str(attested(*here, context, life.records, person, str))
    if person is not None:
        yield from refusals(life, person)
        for notice in one.sent:
            if notice.to == person:
                words = render_template(life.program, notice.template, notice.facts, "fr", life.cast.names)
                yield f"message {notice.template}", str(words)


def refusals(life: Life, person: str) -> Iterator[tuple[str, str]]:
    """What someone is answered who tries everything."""
    model = life.program.model
    commands: list[c.Command] = [c.Fire(person, t.event or t.id) for t in model.transitions if t.by is not None]
    for form in model.forms:
        commands += [c.Fill(person, form, {}), c.Sign(person, form), c.Confirm(person, form)]
        commands += [c.Correct(person, form, {}, "Pour voir"), c.Fill(person, form, {}, entry=1)]
    for role in model.roles:
        commands.append(c.Assign(person, role, STRANGER))
    for command in commands:
        outcome = decide(life.program, life.dyad, command, life.context(), "D-1")
        if isinstance(outcome, Refusal):
            yield f"refusal of {command}", " ".join(refusal_sentences(life.program, outcome.reasons, "fr", {}))


def marks_in(text: str) -> list[int]:
    return [int(n) for n in MARK.findall(text)]


# ---------------------------------------------------------------------------------------------------------------- tests


def leaks(name: str) -> list[tuple[str, str, str, Path]]:
    """(story, reader, what, path) of everything that is shown to someone who may not see it."""
    found = set()
    for one in told(name):
        rights = Rights(one.life.program.model)
        for person, roles in readers(one.life):
            opened = {item for item, who in one.dyad.opened if who == person}
            for what, text in shown(one, person):
                for n in marks_in(text):
                    mark = one.marks[n]
                    # Whoever holds the store sees what is kept from nobody.
                    seen = _open_to_all(rights, mark) if person is None else rights.may(mark, roles, person)
                    if not seen and not opened:
                        found.add((one.life.story.name, str(person), what, mark.path))
    return sorted(found)


@pytest.mark.parametrize("name", SHIPPED)
def test_nobody_is_shown_what_the_program_does_not_let_them_see(name):
    assert leaks(name) == []


def test_a_planted_fault_is_found(monkeypatch):
    """Where entries are shown to everybody, or messages say all they know, the marks are there."""
    monkeypatch.setattr(Reader, "sees_entry_datum", lambda *_: True)
    monkeypatch.setattr(Reader, "sees_entry", lambda *_: True)

    assert ("forms", "fiches", "notes") in {path for _, _, _, path in leaks("altimaitre")}


@pytest.mark.parametrize("name", SHIPPED)
def test_nobody_is_told_that_something_happened_which_the_program_keeps_from_them(name):
    """Moves, entries, meetings, certificates and places, whatever is in them; values of every type in JSON."""
    wrong: set[tuple[Any, ...]] = set()
    for one in told(name):
        life, rights = one.life, Rights(one.life.program.model)
        for person, roles in readers(life):
            if any(who == person for _, who in one.dyad.opened):
                continue
            for record in life.records:
                listed = _listed(life.program.model, record)
                author = person is not None and person == _author(one, record)
                if listed is None or not roles.isdisjoint(listed) or (author and "author" in listed):
                    continue
                if author or person in (getattr(record, "person", None), getattr(record, "to", None)):
                    continue
                if timeline(life.program, one.dyad, [record], life.context(), person, "fr"):
                    wrong.add((life.story.name, person, type(record).__name__))
            wrong |= {
                (life.story.name, person, path) for path in _in_json(one, person) if not _may(rights, path, roles)
            }

    assert sorted(map(str, wrong)) == []


def _listed(model: m.Program, record: c.Record) -> list[str] | None:
    """The list of roles that see that something happened, where its program gives one."""
    match record:
        case c.Moved() | c.Assented() | c.AssentWithdrawn():
            return next(t for t in model.transitions if t.id == record.transition).visibility
        case c.Filled() | c.Signed() | c.Unsigned() | c.Confirmed() | c.Stepped() | c.Corrected():
            return model.forms[record.form].visibility
        case c.MeetingsPlanned() | c.MeetingMoved() | c.MeetingCancelled() | c.MeetingHeld() | c.Excused():
            return model.series[record.series].visibility
        case c.Certified() | c.CertificateRevoked() | c.CertificateReissued():
            return model.certificates[record.certificate].visibility
        case c.Reserved() | c.Queued() | c.Released():
            return model.quotas[record.quota].visibility
        case c.FieldSet():
            return model.fields[record.field].visibility
    return None


def _author(one: Told, record: c.Record) -> str:
    """Who filled the entry that a record is about, else who acted."""
    if isinstance(record, c.Signed | c.Unsigned | c.Confirmed | c.Stepped | c.Corrected):
        return one.dyad.entries[record.form][record.entry - 1].by
    return record.head.actor


def _in_json(one: Told, person: str | None) -> Iterator[Path]:
    found = facts.of(one.life.program, one.dyad, one.life.context(), person)
    yield from (("fields", name) for name, value in found["fields"].items() if value is not None)
    for form, several in found["forms"].items():
        yield from (("forms", form, name) for entry in several for name in entry["data"] if entry["by"] != person)


def _may(rights: Rights, path: Path, roles: frozenset[str]) -> bool:
    mark = Mark(path, "")
    return rights.may(mark, roles, None) if roles else _open_to_all(rights, mark)


def _open_to_all(rights: Rights, mark: Mark) -> bool:
    return all(rights.may(mark, frozenset([role]), None) for role in rights.everyone)


@pytest.mark.parametrize("name", SHIPPED)
def test_what_is_sensitive_reaches_no_message_no_list_and_no_certificate(name):
    leaks = []
    for one in told(name):
        rights = Rights(one.life.program.model)
        for person, _ in readers(one.life):
            for what, text in shown(one, person):
                if what.startswith("message") or what in ("todo", "due", "certificate"):
                    leaks += [(what, one.marks[n].path) for n in marks_in(text) if rights.is_sensitive(one.marks[n])]

    assert sorted(set(leaks)) == []


@pytest.mark.parametrize("name", SHIPPED)
def test_the_marks_are_seen_by_those_who_may(name):
    """So that the tests above are about who reads: most of what was planted is shown to somebody."""
    seen: set[Path] = set()
    planted: set[Path] = set()
    for one in told(name):
        planted |= {one.marks[n].path for record in one.life.records for n in marks_in(str(record))}
        for person, _ in readers(one.life):
            for what, text in shown(one, person):
                if what in ("show", "history", "show --format json"):
                    seen |= {one.marks[n].path for n in marks_in(text)}

    assert planted
    assert {path for path in planted - seen if path[0] != "roles"} == set()


def test_a_stranger_is_told_that_there_is_no_such_dyad(tmp_path):
    from dyade.wiring import Engine

    with Engine.open(f"sqlite:///{tmp_path}/d.db", PROGRAMS) as engine:
        for name in ("noemie", "karim", "sylvie", "ailleurs"):
            engine.add_person(name, name.title())
        engine.enrol("sylvie", "altimaitre", "superviseur")
        begun = engine.start("altimaitre", "sylvie", {"mentore": "noemie", "mentor": "karim"})
        assert isinstance(begun, Decision)
        dyad = begun.dyad.id
        for ask in (engine.card, engine.explain, engine.timeline, engine.meetings):
            with pytest.raises(NotFound):
                ask(dyad, reader="ailleurs")
        with pytest.raises(NotFound):
            engine.reveal(dyad, "forms.fiches", "Pour voir", "ailleurs")

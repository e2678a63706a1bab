"""A small program written in a test, people, and a dyad that lives: what the tests of the flow stand on.

`program` completes what a test does not care about (labels, header, templates), then reads the text through the one
door. `Life` moves by argument and, after every command, holds that the records fold to the dyad.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from dyade.errors import ProgramInvalid
from dyade.flow import messages as c
from dyade.flow.decide import decide
from dyade.flow.draft import Draft
from dyade.flow.evolve import fold
from dyade.flow.outcome import Context, Decision, Reason, Refusal
from dyade.flow.plan import plan_of
from dyade.flow.schedule import next_due
from dyade.flow.tagged import ERASED
from dyade.flow.telling.refusals import refusal_sentences
from dyade.program.diagnostics import Findings
from dyade.program.load import load
from dyade.program.model import load_model
from dyade.program.names import Declared
from dyade.program.program import Program
from dyade.program.text import read
from dyade.program.typed import Typed

ZONE = ZoneInfo("America/Toronto")
MINUTE = 60_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
MONDAY = "2026-09-21 10:00"
"""A Monday without a holiday near, in the middle of the day."""

PROGRAMS = Path(__file__).parents[2] / "programs"


# ------------------------------------------------------------------------------------------------------------ programs


@cache
def program(text: str, **header: str) -> Program:
    """Read a program of which only the interesting parts are written."""
    try:
        return load(json.dumps(completed(text) | header), "test.yaml")
    except ProgramInvalid as invalid:
        raise AssertionError([(d.code, d.facts) for d in invalid.diagnostics]) from None


@cache
def unchecked(text: str) -> Program:
    """The same without the checks of the whole: states that nothing reaches, and the like."""
    declared = Declared.of(load_model(completed(text)))
    typed = Typed(declared)
    assert not typed.bad_names, typed.bad_names
    wrong = [bad for bad in typed.bad_conditions if bad.error.code not in ("E110", "E111", "E107")]
    assert not wrong, wrong
    return Program(declared.model, declared, typed)


def completed(text: str) -> dict[str, Any]:
    """The whole of a program, as data."""
    findings = Findings()
    tree = read(text, findings)
    assert tree is not None, list(findings)
    assert not findings.errors, list(findings)
    return whole(tree.data)


def whole(some: dict[str, Any]) -> dict[str, Any]:
    """The same from data that nobody wrote."""
    data: dict[str, Any] = {
        "dyade": "1.0",
        "id": "trial",
        "version": "1",
        "title": "Trial",
        "summary": "A trial.",
        "locales": ["en"],
        "timezone": "America/Toronto",
        **some,
    }
    roles = data.setdefault("roles", {"mentor": {}, "mentee": {}, "coordinator": {}})
    for name in roles:
        roles[name] = {"assigned_by": ["coordinator"], **(roles[name] or {})}
        if roles[name].get("scope") == "program":
            del roles[name]["assigned_by"]
    data.setdefault("started_by", [name for name in roles if roles[name].get("scope") != "program"])
    for effect in _effects(data):
        data.setdefault("templates", {}).setdefault(effect, {"subject": effect, "body": effect})
    _label(data)
    return data


def _effects(data: Any) -> list[str]:
    """Every template that is named anywhere."""
    if isinstance(data, dict):
        inner = [name for value in data.values() for name in _effects(value)]
        return [data["template"], *inner] if isinstance(data.get("template"), str) else inner
    return [name for item in data for name in _effects(item)] if isinstance(data, list) else []


def _label(data: dict[str, Any]) -> None:
    for key in ("params", "roles", "fields", "deadlines", "series"):
        _labelled(data.get(key, {}))
    for role in data["roles"].values():
        _labelled(role.get("attributes", {}))
    for form in _labelled(data.get("forms", {})):
        _labelled(form["entry"])
        for step in form.get("steps", ()):
            step.setdefault("label", step["id"])
            _labelled(step.get("input", {}))
    _label_states(data["states"])
    for transition in data.get("transitions", ()):
        transition.setdefault("label", transition["id"])
        _labelled(transition.get("input", {}))


def _label_states(states: dict[str, Any]) -> None:
    for state in _labelled(states):
        _label_states(state.get("states") or {})
        for track in (state.get("tracks") or {}).values():
            _label_states(track["states"])


def _labelled(items: dict[str, Any]) -> list[dict[str, Any]]:
    for name, item in items.items():
        items[name] = {"label": name, **(item or {})}
        if isinstance(items[name].get("values"), list):
            items[name]["values"] = {value: value for value in items[name]["values"]}
    return list(items.values())


@cache
def shipped(name: str = "cisss") -> Program:
    """A program that comes with the project."""
    folder = PROGRAMS.resolve()
    return load((folder / f"{name}.yaml").read_bytes(), f"{name}.yaml", lambda file: (folder / file).read_bytes())


# ---------------------------------------------------------------------------------------------------------------- time


def at(moment: str) -> int:
    """An instant, from a local day and hour."""
    text = moment if " " in moment else f"{moment} 00:00"
    return int(datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=ZONE).timestamp()) * 1_000_000


def day(text: str) -> int:
    """A day, as the engine holds it."""
    return datetime.strptime(text, "%Y-%m-%d").toordinal()


def moment(instant: int | None) -> str | None:
    """An instant, as a local day and hour."""
    if instant is None:
        return None
    return datetime.fromtimestamp(instant / 1_000_000, ZONE).strftime("%Y-%m-%d %H:%M")


# ---------------------------------------------------------------------------------------------------------------- lives

PEOPLE: dict[str, tuple[str, ...]] = {"mentor": ("bob",), "mentee": ("ana",), "coordinator": ("cleo",)}
Outcome = Decision | Refusal


class Life:
    """One dyad, its records, and the time that it is."""

    def __init__(
        self,
        of: Program,
        people: Mapping[str, tuple[str, ...]] | None = None,
        *,
        now: str = MONDAY,
        fields: Mapping[str, Any] | None = None,
        profiles: Mapping[str, Mapping[str, Any]] | None = None,
        shared: Mapping[str, tuple[str, ...]] | None = None,
        names: Mapping[str, str] | None = None,
        actor: str = c.SYSTEM,
        begin: bool = True,
    ) -> None:
        self.program = of
        self.now = at(now)
        self.profiles = dict(profiles or {})
        self.shared = dict(shared or {})
        self.names = dict(names or {})
        self.dyad: Any = None
        """A `Dyad`, once it has begun."""
        self.records: list[Any] = []
        self.effects: list[Any] = []
        self.last: Any = None
        """The latest outcome."""
        if begin:
            held = people if people is not None else {r: p for r, p in PEOPLE.items() if r in of.model.roles}
            done(self.do(c.Start(actor, held, dict(fields or {}))))

    @property
    def context(self) -> Context:
        """What a decision is given at this instant."""
        return Context(self.now, self.shared, self.profiles, self.names)

    def do(self, command: c.Command) -> Any:
        """Decide, and keep what follows: a `Decision`, or a `Refusal`."""
        before = self.dyad
        outcome = decide(self.program, before, command, self.context, "D-1")
        kept = outcome if isinstance(outcome, Decision) else outcome.time
        if kept is not None:
            self.dyad = kept.dyad
            self.records += kept.records
            self.effects += [effect for _, effect in kept.effects]
            assert fold(self.program, "D-1", self.records) == self.dyad
        self.last = outcome
        return outcome

    def tell(self, command: c.Command) -> Life:
        """Do what must succeed."""
        done(self.do(command))
        return self

    # one call for each thing that people do

    def fire(self, actor: str, event: str, **given: Any) -> Any:
        return self.do(c.Fire(actor, event, given))

    def fill(self, actor: str, form: str, submit: bool = True, **data: Any) -> Any:
        return self.do(c.Fill(actor, form, data, submit))

    def sign(self, actor: str, form: str, entry: int | None = None) -> Any:
        return self.do(c.Sign(actor, form, entry))

    def set(self, actor: str, field: str, value: Any) -> Any:
        return self.do(c.SetField(actor, field, value))

    def forget(self, form: str, *names: str) -> Life:
        """Let some data of the entries of a form be erased, as a store erases them: from the records."""
        gone = dict.fromkeys(names, ERASED)
        self.records = [
            record._replace(data={**record.data, **gone})
            if isinstance(record, c.Filled | c.Corrected) and record.form == form
            else record
            for record in self.records
        ]
        self.dyad = fold(self.program, "D-1", self.records)
        return self

    # time

    def on(self, when: str) -> Life:
        """Let it be then, without anybody noticing."""
        self.now = at(when)
        return self

    def tick(self, when: str | None = None) -> Any:
        """Let time do what is due, now or then."""
        if when is not None:
            self.now = at(when)
        return self.do(c.Tick())

    def live(self, until: str) -> Life:
        """Let time pass as with a clock that is never late: a tick at each instant that was announced."""
        end = at(until)
        while (due := self.due) is not None and due <= end:
            self.now = max(self.now, due)
            done(self.do(c.Tick()))
        self.now = end
        return self

    @property
    def due(self) -> int | None:
        """When time next does something."""
        return next_due(self.draft())

    def draft(self) -> Draft:
        return Draft(plan_of(self.program), self.dyad, self.context)

    # what came of it

    @property
    def state(self) -> str:
        """Where the main region stands."""
        return str(self.dyad.leaves[""])

    @property
    def leaves(self) -> dict[str, str]:
        """Where each region stands."""
        return dict(self.dyad.leaves)

    @property
    def fields(self) -> Mapping[str, Any]:
        return dict(self.dyad.fields)

    def kinds(self, since: int = 0) -> list[str]:
        """The kinds of the records."""
        return [type(record).__name__ for record in self.records[since:]]

    def moves(self) -> list[tuple[str, str | None]]:
        """(transition, target) of every move."""
        return [(r.transition, r.target) for r in self.records if isinstance(r, c.Moved)]

    def reminded(self, status: str | None = None) -> list[tuple[str, str, int, int, str]]:
        """(moment, reminder, n, through, status) of every reminder."""
        return [
            (str(moment(r.head.at)), r.reminder, r.n, r.through, r.status)
            for r in self.records
            if isinstance(r, c.Reminded) and status in (None, r.status)
        ]

    def sent(self) -> list[tuple[str, str]]:
        """(person, template) of every message."""
        return [(effect.to, effect.template) for effect in self.effects if isinstance(effect, c.Notice)]


def done(outcome: Outcome) -> Decision:
    """What was decided, where nothing was refused."""
    assert isinstance(outcome, Decision), [
        (reason.code, reason.about, dict(reason.facts)) for reason in outcome.reasons
    ]
    return outcome


def refused(outcome: Outcome) -> set[tuple[str, str]]:
    """(code, about) of each reason of a refusal."""
    assert isinstance(outcome, Refusal), outcome
    assert outcome.reasons
    return {(reason.code, reason.about) for reason in outcome.reasons}


def codes(outcome: Outcome) -> set[str]:
    """The codes of the reasons of a refusal."""
    return {code for code, _ in refused(outcome)}


def reason(outcome: Outcome) -> Reason:
    """The only reason of a refusal."""
    assert isinstance(outcome, Refusal), outcome
    [found] = outcome.reasons
    return found


def sentences(of: Program, outcome: Outcome, lang: str = "en") -> tuple[str, ...]:
    """The reasons of a refusal, in words."""
    assert isinstance(outcome, Refusal), outcome
    return refusal_sentences(of, outcome.reasons, lang, {})

"""Two dyads that differ only in what a reader may not see: are they told, and answered, the same?"""

from __future__ import annotations

from typing import Any

import pytest

from dyade.flow import messages as c
from dyade.flow.decide import decide
from dyade.flow.outcome import Refusal
from dyade.flow.telling.cards import calendar, card
from dyade.flow.telling.explain import explain
from dyade.flow.telling.refusals import refusal_sentences
from dyade.flow.telling.timeline import timeline
from tests.flow.living import Life, at, done, program

OF = program("""
roles:
  mentor:
    attributes: {rank: {type: int, visibility: [coordinator]}}
    eligible: [{id: ranked, level: should, when: person.rank > 3}]
  mentee: {}
  coordinator: {}
  friend: {count: {min: 0, max: 3}, assigned_by: [coordinator]}
fields:
  secret: {type: int, set_by: [mentor], visibility: [mentor]}
  day: {type: date, set_by: [mentor], visibility: [mentor]}
  derived: {type: int, formula: fields.secret + 1}
  derived_day: {type: date, formula: fields.day + 1 day}
  open: {type: int, default: 1, set_by: [mentor]}
forms:
  diary:
    entry: {mood: {type: int}, felt: {type: date}}
    filled_by: [mentor]
    signed_by: [mentor]
    confirmed_by: [mentor]
    corrected_by: [mentor]
    available_in: a
    repeat: many
    visibility: [mentor]
    due: fields.day
    aggregates: {total: {sum: mood}, last: {max: felt}}
  sheet:
    entry: {x: {type: int}, aside: {type: int, nullable: true, visibility: [mentor]}}
    filled_by: [mentor]
    available_in: a
    repeat: many
    aggregates: {asides: {count: all, where: entry.aside > 3}}
  note:
    entry: {x: {type: int}}
    filled_by: [mentor]
    available_in: upset
initial: a
states:
  a: {tracks: {mood: {initial: calm, states: {calm: {}, upset: {}}}}}
  b: {}
  z: {final: true}
deadlines:
  limit: {at: fields.day}
  later: {at: fields.derived_day}
  while_upset: {at: dyad.created + 1 month, while: upset}
transitions:
  - {id: quarrel, from: calm, to: upset, by: [mentor], visibility: [mentor]}
  - {id: settle, from: upset, to: calm, by: [mentor], visibility: [mentor],
     guard: [{id: settled, when: fields.open > 0}]}
  - {id: cool, from: upset, to: calm, after: 1 month, visibility: [mentor]}
  - id: go
    from: a
    to: b
    by: [mentor]
    guard:
      - {id: high, when: fields.secret > 5}
      - any: [{id: this_way, when: fields.secret > 5}, {id: that_way, when: forms.sheet.count > 2}]
      - {id: ranked_high, when: roles.mentor.rank > 3, waivable_by: [mentor]}
      - {id: total, when: forms.diary.total > 3}
      - {id: asides, when: forms.sheet.asides > 0}
      - {id: peaceful, when: not is_in(upset)}
      - {id: never_upset, when: not visited(upset)}
  - {id: on_secret, from: a, to: b, by: [mentor], guard: [{id: low, when: fields.secret > 5}]}
  - {id: on_choice, from: a, to: b, by: [mentor], guard: [{any: [{id: either, when: fields.derived > 5},
     {id: or_sheets, when: forms.sheet.done}]}]}
  - {id: on_track, from: a, to: b, by: [mentor], guard: [{id: calm_now, when: days_in(upset) == 0 and is_in(calm)}]}
  - {id: alone, from: a, auto: true, guard: [{id: higher, when: fields.derived > 9999999}]}
  - {id: timed, from: a, to: b, at: fields.day}
  - {id: patient, from: a, after: 1 month, guard: [{id: negative, when: fields.secret < 0}]}
  - {id: stop, from: [a, b], to: z, by: [coordinator], guard: [{id: always, level: should, when: fields.secret > 5}]}
  - {id: pair, from: a, to: b, by: {all: [mentor, mentee]}, visibility: [mentor]}
  - {id: win, from: b, to: z, by: [mentor]}
reminders:
  - {id: before, to: [mentor], while: a, at: fields.day - 1 day, template: t}
  - {id: until, to: [mentor], while: a, after: 1 day, every: 1 week, max: 3, stop_when: fields.secret > 5, template: t}
  - {id: where, to: [mentor], while: a, after: 1 day, only_if: fields.secret > 5, template: t}
  - {id: upset, to: [mentor], while: upset, after: 1 day, template: t}
  - {id: each, to: [mentor], while: a, each: forms.diary, at: item.felt + 1 week, template: t}
  - {id: after, to: [mentor], while: b, after: 1 week, template: t}
  - {id: here, to: [mentor], while: a, after: 1 day, every: 1 week, template: t}
invariants:
  - {id: bounded, always: fields.secret < 1000000, while: a}
guidance: [{for: [mentor, mentee], in: [upset], text: Be kind.}]
templates: {t: {subject: Plain, body: "."}}
""")
PEOPLE = {"mentor": ("bob",), "mentee": ("ana",), "coordinator": ("cleo",), "friend": ("fay",)}
SHEET = c.Fill("bob", "sheet", {"x": 1})

DIFFERENCES: dict[str, tuple[tuple[c.Command, ...], tuple[c.Command, ...]]] = {
    # what happened in the one, and in the other
    "a field": ((), (c.SetField("bob", "secret", 10),)),
    "another value": ((c.SetField("bob", "secret", 1),), (c.SetField("bob", "secret", 10),)),
    "a date": ((), (c.SetField("bob", "day", "2026-10-20"),)),
    "another date": ((c.SetField("bob", "day", "2027-01-20"),), (c.SetField("bob", "day", "2026-10-20"),)),
    "an entry": ((), (c.Fill("bob", "diary", {"mood": 9, "felt": "2026-09-20"}),)),
    "a signed entry": ((), (c.Fill("bob", "diary", {"mood": 9, "felt": "2026-09-20"}), c.Sign("bob", "diary"))),
    "a datum of an entry": ((SHEET,), (SHEET._replace(data={"x": 1, "aside": 9}),)),
    "an attribute": ((), (c.ChangeAttributes(c.SYSTEM, "bob", {"rank": 5}),)),
    "a track": ((), (c.Fire("bob", "quarrel"),)),
    "a track that was left again": ((), (c.Fire("bob", "quarrel"), c.Fire("bob", "settle"))),
    "an assent": ((), (c.Fire("bob", "pair"),)),
    "a waiver": ((), (c.Waive("bob", "go", "ranked_high", "It matters little."),)),
}
READERS = ("ana", "fay", "cleo", "zoe", None)
"""Bob sees everything but his rank, which cleo sees; nobody else sees anything of these."""


def lived(commands: tuple[c.Command, ...]) -> Life:
    life = Life(OF, PEOPLE, profiles={"bob": {"rank": 1}})
    for command in commands:
        done(life.do(command))
    return life


def views(life: Life, reader: str | None) -> list[Any]:
    """Everything that a reader is shown, but how many commands there were."""
    assert life.dyad is not None
    known = (life.program, life.dyad)
    found: list[Any] = []
    for lang in ("fr", "en"):
        found += [
            card(*known, life.context, reader, lang)._replace(revision=0),
            *explain(*known, life.context, reader, lang),
            calendar(*known, life.context, reader, lang, at("2027-12-01")),
            [told._replace(revision=0) for told in timeline(*known, life.records, life.context, reader, lang)],
        ]
    return found


def pairs() -> list[Any]:
    return [
        pytest.param(what, reader, id=f"{what}-{reader}")
        for what in DIFFERENCES
        for reader in READERS
        if not (reader == "cleo" and what in ("an attribute", "a waiver"))
    ]


@pytest.mark.parametrize(("what", "reader"), pairs())
def test_what_one_may_not_see_changes_nothing_that_one_is_shown(what, reader):
    one, other = (views(lived(commands), reader) for commands in DIFFERENCES[what])

    assert one == other


@pytest.mark.parametrize("what", DIFFERENCES)
def test_those_who_may_see_are_shown_the_difference(what):
    """So that the test above is about who reads."""
    reader = "cleo" if what in ("an attribute", "a waiver") else "bob"

    one, other = (views(lived(commands), reader) for commands in DIFFERENCES[what])

    assert one != other


def acts(who: str) -> list[c.Command]:
    """Everything that someone may try."""
    events = [c.Fire(who, rule.id) for rule in OF.model.transitions]
    forms = [
        command
        for form in OF.model.forms
        for command in (
            c.Fill(who, form, {"x": 1}), c.Fill(who, form, {}, entry=1), c.Sign(who, form), c.Sign(who, form, 1),
            c.Unsign(who, form), c.Unsign(who, form, 1), c.Confirm(who, form), c.Confirm(who, form, 1),
            c.Correct(who, form, {"x": 2}, "A slip.", 1), c.Step(who, form, "none"),
        )
    ]  # fmt: skip
    rest: list[c.Command] = [
        *(c.SetField(who, field, 1) for field in OF.model.fields),
        *(c.Waive(who, rule, clause, "x") for rule, clause in (("go", "ranked_high"), ("go", "high"), ("settle", "x"))),
        c.WithdrawAssent(who, "pair"), c.Answer(who, "mentor", True), c.Assign(who, "mentor", "dan"),
        c.Unassign(who, "mentee", "ana"), c.Replace(who, "mentor", "bob", "dan"), c.Start(who, {}),
        c.ChangeAttributes(who, "bob", {"rank": 5}),
    ]  # fmt: skip
    return [*events, *forms, *rest]


@pytest.mark.parametrize(("what", "reader"), [param for param in pairs() if param.values[1] is not None])
def test_what_one_may_not_see_changes_nothing_that_one_is_answered(what, reader):
    """The same acts are refused, for the same reasons, in the same words."""
    one, other = (lived(commands) for commands in DIFFERENCES[what])

    for command in acts(reader):
        assert answer(one, command) == answer(other, command), command


def answer(life: Life, command: c.Command) -> Any:
    """What someone is told of their act."""
    outcome = decide(OF, life.dyad, command, life.context)
    if not isinstance(outcome, Refusal):
        return "done"
    return outcome.reasons, refusal_sentences(OF, outcome.reasons, "en", {})

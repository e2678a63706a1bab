"""Programs at random, of every construct: what the random walks walk over.

A program follows from a seed alone. The checker finds no error in it: what it warns of is welcome.
"""

from __future__ import annotations

import json
from functools import cache
from random import Random

from dyade.program.diagnostics import Severity
from dyade.program.load import examine
from dyade.program.program import Program
from tests.flow.living import whole
from tests.properties import (
    drawn_data,
    drawn_ends,
    drawn_forms,
    drawn_openings,
    drawn_pairs,
    drawn_rules,
    drawn_shared,
    drawn_states,
)
from tests.properties.drawing import Data, Drawing
from tests.properties.drawn_versions import changed

PEOPLE = ("ana", "bob", "cleo", "dan", "eve", "fred", "olga", "zed")
"""Olga holds what is shared by all dyads; zed takes part in nothing."""
MANY = 1_000
"""How many programs are drawn in a run of the tests."""


@cache
def drawn(seed: int) -> Program:
    """The program of a seed."""
    return _loaded(seed, described(seed))


@cache
def later(seed: int) -> Program | None:
    """The next version of the program of a seed, where it has one."""
    found = next_described(seed)
    return None if found is None else _loaded(seed, found)


def _loaded(seed: int, said: Data) -> Program:
    loaded = examine(json.dumps(whole(said)))
    assert loaded.program is not None, (
        seed,
        [(one.code, one.facts) for one in loaded.findings if one.severity is Severity.ERROR],
    )
    return loaded.program


def described(seed: int) -> Data:
    """A drawn program, without its labels."""
    return _drawn(seed)[1]


def next_described(seed: int) -> Data | None:
    """Its next version: one program in so many has one."""
    d, program = _drawn(seed)
    return changed(d, program) if d.chance(0.2) else None


def _drawn(seed: int) -> tuple[Drawing, Data]:
    """The program, then what stands beside its states, which is drawn apart."""
    d = Drawing(Random(seed))
    program = _within(d)
    d.rng = Random(f"{seed} beside")
    if d.chance(0.3):
        drawn_shared.meetings(d, program)
    if d.chance(0.3):
        drawn_ends.certificates(d, program)
    if d.chance(0.25):
        drawn_pairs.pairs(d, program)
    if d.chance(0.35):
        drawn_shared.places(d, program)
    if "claim" in d.forms and d.chance(0.7):
        drawn_shared.money(d, program)
    if d.chance(0.3):
        drawn_ends.retention(d, program)
    if "note" in d.fields and program["fields"]["note"]["privacy"] != "sensitive" and d.chance(0.5):
        # Some of those who are written to may not see it.
        program["templates"]["told"]["body"] += " {fields.note}"
    d.rng = Random(f"{seed} narrow")
    if d.chance(0.7):
        drawn_openings.glass(d, program)
    d.rng = Random(f"{seed} later")
    return d, program


def _within(d: Drawing) -> Data:
    drawn_data.names(d)
    drawn_forms.names(d)
    states = drawn_states.names(d)
    clauses = drawn_data.clauses(d)
    forms = drawn_forms.forms(d)
    transitions = drawn_rules.transitions(d)
    entering = drawn_rules.effects(d, least=1) if d.chance(0.3) else []
    reminders = [drawn_rules.reminder(d) for _ in range(d.upto(1, 3, 5))]
    return {
        "id": "drawn",
        **drawn_data.header(d),
        "params": drawn_data.params(),
        "tables": drawn_data.tables(d),
        "clauses": clauses,
        "roles": drawn_data.roles(d),
        "fields": drawn_data.fields(d),
        "forms": forms,
        "initial": d.tops[0],
        "states": drawn_states.completed(d, states, entering),
        "transitions": transitions,
        "deadlines": {"limit": {"at": "fields.ends", **d.maybe(0.3, **{"while": d.some(d.tops)})}},
        "reminders": reminders,
        "templates": drawn_rules.templates(),
        **d.maybe(0.3, invariants=[drawn_rules.invariant(d)]),
    }

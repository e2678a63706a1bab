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
from tests.properties import drawn_data, drawn_forms, drawn_rules, drawn_states
from tests.properties.drawing import Data, Drawing

PEOPLE = ("ana", "bob", "cleo", "dan", "eve", "fred", "olga", "zed")
"""Olga holds what is shared by all dyads; zed takes part in nothing."""
MANY = 1_000
"""How many programs are drawn in a run of the tests."""


@cache
def drawn(seed: int) -> Program:
    """The program of a seed."""
    loaded = examine(written(seed))
    assert loaded.program is not None, (
        seed,
        [(one.code, one.facts) for one in loaded.findings if one.severity is Severity.ERROR],
    )
    return loaded.program


def written(seed: int) -> str:
    """The text of a drawn program."""
    return json.dumps(whole(described(seed)))


def described(seed: int) -> Data:
    """A drawn program, without its labels."""
    d = Drawing(Random(seed))
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

"""Are the answers of clauses noted in a plan that is made for it, and does noting change nothing of them?"""

from __future__ import annotations

import pytest

from dyade.flow import messages as c
from dyade.flow.answers import Answers
from dyade.flow.plan import Plan
from dyade.program.restore import restore
from tests.flow.living import Life, program

GUARDED = """
fields: {x: {type: bool, set_by: [mentor]}, y: {type: bool, set_by: [mentor]}}
clauses: {both: {all: [{id: x_said, when: fields.x}, {id: y_said, when: fields.y}]}}
initial: live
states: {live: , end: {final: true}}
transitions:
  - {id: go, from: live, to: end, by: [mentor], guard: [{use: both}]}
  - {id: leave, from: live, to: end, by: [mentor], guard: [{none: [{use: both}]}]}
"""
X, Y = ("clauses", "both", "all", 0), ("clauses", "both", "all", 1)


def observed() -> tuple[Life, Answers]:
    """A dyad under a plan that notes its answers."""
    model, answers = restore(program(GUARDED).canonical()), Answers()
    model.plan = Plan(model, answers)
    return Life(model), answers


def test_a_clause_is_noted_where_it_is_written_however_many_guards_use_it():
    _, answers = observed()

    assert set(answers.seen) == {X, Y}


@pytest.mark.parametrize(("value", "answer"), [(True, True), (False, False), (None, None)])
def test_each_answer_is_noted_as_it_was(value, answer):
    life, answers = observed()
    if value is not None:
        life.do(c.SetField("bob", "x", value))
    life.do(c.Fire("bob", "go"))

    assert answers.seen[X] == {answer}


def test_a_plan_that_is_made_for_deciding_notes_nothing():
    assert Plan(program(GUARDED)).answers is None

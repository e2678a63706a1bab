"""Does a scenarios file say what its author meant, and are its mistakes told like those of a program?"""

from __future__ import annotations

import pytest

from dyade.authoring.scenario_model import (
    ActStep,
    AssignRole,
    ClockStep,
    Do,
    FillIn,
    Scenarios,
    ThenStep,
    check_scenarios_shape,
    load_scenarios,
)
from dyade.program.diagnostics import Findings
from dyade.program.shape import prune
from dyade.program.text import read

STORY = """\
scenarios_for: small
defaults:
  clock: 2026-09-01 09:00
  people:
    ana: {role: coach, trade: script, hours: 4, boss: null}
scenarios:
  - name: A story
    matrix: {where: [begun, ended]}
    given: {state: $where, forms: {report: [{text: a}, {text: b}]}}
    steps:
      - ana: end
      - ana: {do: end, with: {why: because}}
        refused: {told: any}
      - clock: +10 business days
      - ana: {fill: report, with: {text: Done}, on: 2026-09-03, for: ana}
      - ana: {assign: {coach: ana}}
      - then: {state: ended, outcome: success, blocked: {end: {told: any}}, due: {end: 2026-09-10}}
"""


def codes(text: str) -> list[tuple[str, int, str | None]]:
    findings = Findings()
    tree = read(text, findings)
    assert tree is not None
    check_scenarios_shape(tree, findings)
    return [(found.code, found.place.line, found.suggestion) for found in findings.sorted()]


def story(text: str = STORY) -> Scenarios:
    findings = Findings()
    tree = read(text, findings)
    assert tree is not None
    left = prune(tree, check_scenarios_shape(tree, findings))
    assert left is not None
    return load_scenarios(left.data)


def test_a_step_is_an_act_a_clock_or_a_look():
    steps = story().scenarios[0].steps

    assert [type(step) for step in steps] == [ActStep, ActStep, ClockStep, ActStep, ActStep, ThenStep]


def test_an_act_knows_who_does_what():
    first, second, _, third, fourth, _ = story().scenarios[0].steps

    assert isinstance(first, ActStep)
    assert (first.person, first.act) == ("ana", "end")
    assert isinstance(second, ActStep)
    assert isinstance(second.act, Do)
    assert second.refused == {"told": {"*": "any"}}
    assert isinstance(third, ActStep)
    assert isinstance(third.act, FillIn)
    assert (third.act.on, third.act.for_) == ("2026-09-03", "ana")
    assert isinstance(fourth, ActStep)
    assert isinstance(fourth.act, AssignRole)


def test_what_is_not_a_key_of_a_person_is_an_attribute():
    [ana] = story().defaults.people.values()

    assert ana.role == "coach"
    assert ana.model_extra == {"trade": "script", "hours": 4, "boss": None}


def test_a_story_of_the_right_shape_says_nothing():
    assert codes(STORY) == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("scenarios:\n", "scenario:\n", [("D001", 6, "scenarios")]),
        ("    given:", "    gven:", [("D002", 9, "given")]),
        ("{do: end, with", "{doo: end, with", [("D002", 12, "do")]),
        ("{do: end, with: {why: because}}", "{do: end, sign: end}", [("D007", 12, None)]),
        ("{do: end, with: {why: because}}", "{waive: told}", [("D006", 12, None)]),
        ("      - ana: end\n", "      - {ana: end, bob: end}\n", [("D008", 11, None)]),
        ("      - ana: end\n", "      - {}\n", [("D007", 11, None)]),
        ("clock: +10", "clock: 10", [("D007", 14, "+10 business days")]),
        ("clock: +10 business days", "clock: +1 day\n        ana: end", [("D002", 15, None)]),
        ("outcome: success", "outcome: sucess", [("D007", 17, "success")]),
        ("role: coach", "role: Coach", [("D005", 5, "coach")]),
        ("    matrix: {where: [begun, ended]}", "    matrix: {where: []}", [("D007", 8, None)]),
    ],
)
def test_a_mistake_in_a_story_is_told_once_at_its_place(before, after, expected):
    assert STORY.count(before) == 1

    assert codes(STORY.replace(before, after)) == expected


def test_a_private_key_is_no_person():
    [act, *_] = story(STORY.replace("      - ana: end\n", "      - {ana: end, x-why: 1}\n")).scenarios[0].steps

    assert isinstance(act, ActStep)
    assert act.person == "ana"

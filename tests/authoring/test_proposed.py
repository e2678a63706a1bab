"""Does a scenario tell who of its pool would be proposed, and why the others would not?"""

import pytest

from dyade.authoring import scenarios
from dyade.program.load import load
from tests.service.pool import POOL

PROGRAM = load(POOL, "pool.yaml")
STORY = """
scenarios_for: pool
defaults:
  clock: 2026-09-01 09:00
  people:
    ana: {role: mentee, field: law, level: 1, town: Laval}
    bob: {role: mentor, pool: true, ready: true, town: Laval, field: law, level: 5}
    zoe: {role: mentor, pool: true, ready: true, town: Laval, field: art, level: 3}
    max: {role: mentor, pool: true, ready: false, town: Alma, field: art, level: 0}
    olga: {role: office}
  given: {state: waiting, fields: {wished: law}}
scenarios:
  - name: Pairs
    steps:
"""


def told(*steps):
    return scenarios.run(PROGRAM, STORY + "".join(f"      - {step}\n" for step in steps), "pool.scenarios.yaml", "en")


def test_those_who_may_be_are_told_the_best_first():
    assert told("then: {proposed: [bob, zoe]}").ok


@pytest.mark.parametrize("wrong", ["[zoe, bob]", "[bob]", "[]", "{zoe: {above: any}}", "{max: {}}"])
def test_what_is_not_so_is_told_beside_what_is(wrong):
    found = told(f"then: {{proposed: {wrong}}}")

    assert not found.ok
    assert "proposed" in found.render("en")


def test_the_clauses_in_the_way_are_told_with_their_words():
    assert told(
        "then: {proposed: {max: {ready: Not ready., above: The mentor is not above., not_far: any}, bob: {}}}"
    ).ok


def test_whoever_was_declined_and_whoever_is_offered_are_no_more():
    steps = (
        "olga: {do: offer, with: {person: bob}}",
        "then: {proposed: []}",
        "then: {proposed: {bob: {pair_not_waiting: any}}}",
        "ana: decline",
        "then: {proposed: [zoe]}",
        "then: {proposed: {bob: {pair_declined: any}}}",
    )

    assert told(*steps).ok


@pytest.mark.parametrize("wrong", ["[leo]", "{bob: {abov: any}}", "{leo: {}}"])
def test_what_does_not_exist_is_told(wrong):
    found = told(f"then: {{proposed: {wrong}}}")

    assert [finding.severity for finding in found.findings] == ["error"]


def test_a_status_that_was_never_given_is_told():
    found = told("then: {enrolled: {ana: }}")

    assert found.ok


def test_both_answers_of_a_hard_clause_are_asked_for():
    found = scenarios.run(
        PROGRAM,
        STORY + "      - then: {proposed: [bob, zoe]}\n",
        "pool.scenarios.yaml",
        "en",
        None,
        scenarios.Observed(POOL, "pool.yaml"),
    )
    assert found.coverage is not None
    touched = {(item.name, item.way): yes for item, yes in found.coverage.touched.items() if item.path[0] == "matching"}

    assert touched == {
        ("matching.hard.above", "yes"): True, ("matching.hard.above", "no"): True,
        ("matching.hard.not_far", "yes"): True, ("matching.hard.not_far", "no"): True,
    }  # fmt: skip

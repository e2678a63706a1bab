"""What may a story say of the places and the sums that dyads share?"""

from __future__ import annotations

from pathlib import Path

import pytest

from dyade.authoring.scenario_report import Report
from dyade.authoring.scenarios import check, run
from dyade.program.load import load
from dyade.program.program import Program

PROGRAMS = Path(__file__).parents[2] / "programs"
EXAMPLES = PROGRAMS / "examples"
STORY = """
scenarios_for: alumni
scenarios:
  - name: A place
    clock: 2026-10-05 10:00
    people:
      ravi: {{role: student, year: 3, good_standing: true}}
      grace: {{role: alum, pool: true, graduated: 2015-06-12}}
      olga: {{role: office}}
    given: {{state: waiting}}
    steps:
      - then: {{quota: {{pairs: {before}, students_at_once: null}}}}
      - olga: {{do: offer, with: {{alum: grace}}}}
      - then: {{quota: {{pairs: {after}}}}}
"""


def alumni() -> Program:
    return load((EXAMPLES / "alumni.yaml").read_bytes(), "alumni.yaml")


def lived(before: str, after: str) -> Report:
    return run(alumni(), STORY.format(before=before, after=after).encode(), "alumni", "en")


def test_a_dyad_that_has_no_place_is_told_by_an_empty_value():
    assert lived("null", "held").ok


@pytest.mark.parametrize(("before", "after"), [("held", "held"), ("null", "null")])
def test_a_place_that_is_not_as_told_is_a_difference(before, after):
    told = lived(before, after)

    assert told.findings == ()
    assert not told.ok


def test_a_sum_has_nothing_empty_about_it():
    program = load((PROGRAMS / "aqpm.yaml").read_bytes(), "aqpm.yaml", lambda name: (PROGRAMS / name).read_bytes())
    story = (
        "scenarios_for: aqpm\nscenarios:\n  - name: A sum\n    clock: 2026-10-05 10:00\n"
        "    people: {paula: {role: producteur}}\n    steps:\n      - paula: {start: true}\n"
        "      - then: {quota: {places: null, enveloppe: null}}\n"
    )

    [found] = check(program, story)

    assert (found.code, found.variant, found.path.rpartition(".")[2]) == ("D007", "empty", "enveloppe")

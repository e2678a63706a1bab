"""Are the scenarios that are proposed real: do they pass, touch what none did, and stay short?"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from dyade.authoring.scenarios import Observed, run
from dyade.authoring.trying.searching import Way
from dyade.authoring.trying.setting import Setting
from dyade.authoring.trying.shrinking import fewest, shrunk
from dyade.authoring.trying.suggesting import Suggestions, suggest
from dyade.program.load import load
from tests.authoring.conftest import HEAD

HERE = Path(__file__).parent.parent
PROGRAMS = Path(__file__).parents[3] / "programs"
TODAY = 739_860
TINY = """\
dyade: "1.0"
id: tiny
version: "1"
status: draft
title: {en: Tiny}
summary: {en: Two states.}
locales: [en]
timezone: America/Toronto
started_by: [friend]
roles:
  friend: {label: {en: Friend}, basis: assumed}
initial: here
states:
  here: {label: {en: Here}}
  gone: {label: {en: Gone}, final: true, outcome: success}
transitions:
  - {id: leave, label: {en: Leave}, from: here, to: gone, by: [friend], basis: assumed}
"""


def so_many(looks: int) -> Callable[[], float]:
    """Time that is counted in looks at the clock: the same everywhere."""
    seen = count()
    return lambda: 1 - next(seen) / looks


def suggested(text: str, stories: str | None, looks: int = 900) -> Suggestions:
    program = load(text, "program.yaml")
    return suggest(program, Observed(text, "program.yaml"), stories, "s.yaml", left=so_many(looks), today=TODAY)


@pytest.fixture(scope="module")
def workshop() -> Suggestions:
    text = (HERE / "workshop.yaml").read_text(encoding="utf-8")
    return suggested(text, f"{HEAD}scenarios:\n  # kept\n  - name: Pause\n    steps:\n      - clock: +1 day\n")


def test_what_is_proposed_passes_and_touches_what_it_says(workshop):
    text = (HERE / "workshop.yaml").read_text(encoding="utf-8")
    report = run(load(text, "w.yaml"), workshop.text, "s.yaml", "en", observed=Observed(text, "w.yaml"))

    assert report.ok, report.render("en")
    assert report.coverage is not None
    touched = report.coverage.touched
    assert all(touched[item] for one in workshop.made for item in one.touches)
    assert {item for item, yes in touched.items() if not yes} <= set(workshop.left)


def test_most_of_a_program_is_reached_from_one_idle_scenario(workshop):
    assert workshop.before < 10
    assert workshop.after >= 85


def test_the_file_that_was_there_begins_what_is_proposed(workshop):
    assert workshop.text.startswith(f"{HEAD}scenarios:\n  # kept\n  - name: Pause\n")


def test_a_program_without_scenarios_is_given_a_file_of_its_own():
    found = suggested(TINY, None)

    assert found.left == ()
    assert found.after == 100
    assert found.text.startswith("# yaml-language-server")
    assert "    friend: {role: friend}\n" in found.text
    assert "      - friend: leave\n      - then: {state: gone, outcome: success}\n" in found.text


def test_nothing_is_proposed_where_everything_is_touched():
    found = suggested(TINY, suggested(TINY, None).text)

    assert (found.made, found.left, found.before, found.after) == ((), (), 100, 100)


def test_what_cannot_be_reached_is_told():
    """A form without an entry that could be right."""
    never = TINY.replace(
        "by: [friend], basis",
        'by: [friend], guard: [{id: twice, when: "today < dyad.created", message: {en: No.}, basis: assumed}], basis',
    )
    found = suggested(never, None, looks=200)

    assert {(item.kind, item.name) for item in found.left} >= {("state", "gone"), ("transition", "leave")}


def test_what_is_erased_is_expected_to_be():
    kept = "{id: files, label: {en: Files}, what: dyad, outcome: [success], keep_for: 1 month, basis: assumed}"

    found = suggested(f"{TINY}retention:\n  - {kept}\n", None)

    assert "purged: [files]" in found.text


def test_nothing_is_proposed_for_a_file_with_mistakes():
    found = suggested(TINY, "scenarios_for: tiny\nscenarios:\n  - name: One\n    steps: []\n")

    assert found.is_invalid
    assert found.made == ()


def test_an_item_is_named_in_the_words_of_the_program():
    names = {one.name for one in suggested(TINY, None).made}

    assert "“Leave” happens" in names or "One comes to “Gone”" in names


def test_the_same_seed_proposes_the_same():
    assert suggested(TINY, None).text == suggested(TINY, None).text


def test_the_fewest_parts_are_kept():
    assert fewest([*range(20)], lambda parts: {3, 17} <= set(parts)) == [3, 17]


def test_what_is_given_goes_back_to_the_defaults_where_that_is_enough():
    setting = Setting({"clock": "c", "given": {"state": "b", "fields": {"x": 1, "y": 2}}}, {"given": {"state": "a"}})
    way = Way(setting, ({"ana": {"do": "go", "with": {"why": "So", "more": "!"}}}, {"clock": "+1 day"}))

    def shows(tried: Way) -> bool:
        fields = tried.setting.data["given"].get("fields", {})
        return fields.get("y") == 2 and any("ana" in step for step in tried.steps)

    least = shrunk(way, shows)

    assert least.steps == ({"ana": "go"},)
    assert least.setting.own()["given"] == {"fields": {"y": 2}}


def test_to_be_put_into_a_state_is_not_to_come_there(workshop):
    placed = [
        one
        for one in workshop.made
        if one.touches[0].kind == "state" and one.scenario.get("given", {}).get("state") == one.touches[0].name
    ]

    assert placed == []


def test_a_real_program_gets_its_coverage_back():
    name = "cisss"
    text = (PROGRAMS / f"{name}.yaml").read_text(encoding="utf-8")
    stories = (PROGRAMS / f"{name}.scenarios.yaml").read_text(encoding="utf-8")
    head = stories.split("\nscenarios:")[0] + "\nscenarios:\n  - name: Un jour\n    steps:\n      - clock: +1 day\n"
    program = load(text, f"{name}.yaml", lambda path: (PROGRAMS / path).read_bytes())

    found = suggest(program, Observed(text, name), head, "s.yaml", left=so_many(500), today=TODAY)

    assert found.after >= 85, found.left

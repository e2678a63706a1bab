"""Do the diagnostics that other commands tell have their examples too? Those of two versions, and of what is untested.

`explained/before` holds the earlier version; in every state of it, one dyad stands.
"""

from __future__ import annotations

import pytest

from dyade.authoring.consequences import consequences
from dyade.authoring.differences import differences
from dyade.authoring.explaining import EXAMPLES
from dyade.authoring.scenarios import Observed, run
from dyade.program.codes import CODES
from dyade.program.graph import MAIN
from dyade.program.load import load
from dyade.texts import languages, sentence
from tests.authoring.conftest import HERE

BETWEEN = ("C001", "C002", "C003", "C004")
UNTESTED = ("K001", "K002")
WORKSHOP = (HERE / "workshop.yaml").read_bytes()


def program(folder: str, code: str):
    path = EXAMPLES / folder / f"{code}-{CODES[code].slug}.yaml"
    return load(path.read_bytes(), path.name)


def follows(code: str, side: str):
    """What comes of going from the earlier version to this one."""
    old, new = program("before", code), program(side, code)
    standing = {leaf: 1 for leaf in old.graph.regions[MAIN].leaves if not old.graph.nodes[leaf].model.final}
    return consequences(old, new, differences(old, new), standing)


@pytest.mark.parametrize("code", BETWEEN)
def test_what_a_change_asks_of_running_dyads_is_told(code):
    [found] = follows(code, "wrong")

    assert (found.code, found.slug, found.severity) == (code, CODES[code].slug, CODES[code].severity)
    assert found.stops == (code != "C003")
    for lang in languages():
        assert found.about in sentence("diagnostics", code, lang, found.n, about=found.about)


@pytest.mark.parametrize("code", BETWEEN)
def test_a_change_that_was_thought_of_asks_for_nothing(code):
    assert follows(code, "right") == ()


@pytest.mark.parametrize("code", UNTESTED)
def test_what_no_scenario_shows_is_told_until_one_does(code):
    wrong, right = (left_out(code, side) for side in ("wrong", "right"))

    shown = {"K001": "transitions.go_on.guard.trade_known", "K002": "resume"}[code]
    assert {name for name, _ in wrong - right} == {shown}


def left_out(code: str, side: str) -> set[tuple[str, str]]:
    """(what, its sentence) of all that has this code."""
    text = (EXAMPLES / side / f"{code}-{CODES[code].slug}.scenarios.yaml").read_bytes()
    report = run(load(WORKSHOP, "workshop.yaml"), text, "x.yaml", "en", None, Observed(WORKSHOP, "workshop.yaml"))
    assert report.ok, report.render("en")
    assert report.coverage is not None
    told = report.coverage.to_json("en")["left_out"]
    return {(one["name"], one["message"]) for one in told if one["code"] == code}

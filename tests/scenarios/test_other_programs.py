"""Do the examples of other kinds of programs hold what the five hold: nothing amiss, stories that pass, all touched?"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from dyade.authoring.scenario_report import Report
from dyade.authoring.scenarios import Observed, run
from dyade.program.codes import Severity
from dyade.program.load import Loaded, examine

EXAMPLES = Path(__file__).parents[2] / "programs" / "examples"
SCENARIOS = ".scenarios.yaml"
NAMES = sorted(path.name.removesuffix(SCENARIOS) for path in EXAMPLES.glob(f"*{SCENARIOS}"))


@cache
def read(name: str) -> Loaded:
    return examine((EXAMPLES / f"{name}.yaml").read_bytes(), lambda beside: (EXAMPLES / beside).read_bytes())


@cache
def told(name: str) -> Report:
    program = read(name).program
    assert program is not None
    observed = Observed((EXAMPLES / f"{name}.yaml").read_bytes(), f"{name}.yaml")
    return run(program, (EXAMPLES / f"{name}{SCENARIOS}").read_bytes(), name, "en", observed=observed)


def test_every_example_has_its_scenarios():
    programs = {path.stem for path in EXAMPLES.glob("*.yaml") if not path.name.endswith(SCENARIOS)}

    assert programs == set(NAMES)
    assert len(programs) >= 3


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_amiss_in_an_example_that_is_in_use(name):
    program = read(name).program

    assert program is not None
    assert program.model.status == "active"
    assert [found for found in read(name).findings if found.severity is not Severity.INFO] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_stories_of_an_example_pass(name):
    assert told(name).findings == ()
    assert told(name).ok, told(name).render("en")


@pytest.mark.parametrize("name", NAMES)
def test_the_stories_of_an_example_touch_the_whole_of_it(name):
    coverage = told(name).coverage

    assert coverage is not None
    assert coverage.is_whole, "\n".join(coverage.render("en"))

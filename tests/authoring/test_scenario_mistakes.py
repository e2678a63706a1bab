"""Is each mistake of a scenarios file told as its example says, in both languages?

The product ships an example of each, which `dyade explain` shows. Adding a further case is adding two files:
`err/<code>-<slug>.yaml` with its `.out`.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from dyade.authoring.explaining import EXAMPLES
from dyade.authoring.scenarios import check, run
from dyade.program.codes import CODES, Severity
from dyade.program.load import load
from dyade.program.report import render_all
from tests.authoring.conftest import HEAD

HERE = Path(__file__).parent
OF_COVERAGE = {"K001", "K002"}
"""Told by what looks at all the scenarios of a program; see test_told_elsewhere."""


def code_of(path: Path) -> str:
    return path.name.partition("-")[0]


FOUND = (*(HERE / "err").glob("*.yaml"), *(EXAMPLES / "wrong").glob("*.scenarios.yaml"))
ERR = sorted((path for path in FOUND if code_of(path) not in OF_COVERAGE), key=lambda path: path.name)
STOPPING = [path for path in ERR if CODES[code_of(path)].severity is Severity.ERROR]
RIGHT = sorted((EXAMPLES / "right").glob("*.scenarios.yaml"))


def told(program, path: Path) -> str:
    """What is said of a file, in English then in French."""
    text = path.read_text(encoding="utf-8")
    findings = check(program, text)
    return "\n\n".join(render_all(findings, text, path.name, lang) for lang in ("en", "fr")) + "\n"


@pytest.mark.parametrize("path", ERR, ids=lambda path: path.stem)
def test_a_mistake_is_told_so(workshop, path):
    assert code_of(path) in {found.code for found in check(workshop, path.read_bytes())}
    assert told(workshop, path) == (HERE / "err" / f"{path.stem}.out").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", RIGHT, ids=lambda path: path.stem)
def test_nothing_is_said_where_there_is_no_mistake(workshop, path):
    report = run(workshop, path.read_bytes(), path.name, "en")

    assert report.findings == ()
    assert report.ok


def test_each_mistake_of_scenarios_alone_has_an_example():
    of_scenarios = {code for code in CODES if code.startswith("K")} - OF_COVERAGE

    assert of_scenarios <= {code_of(path) for path in ERR}
    assert {path.stem for path in ERR} == {path.stem for path in (HERE / "err").glob("*.out")}


@pytest.mark.parametrize("path", STOPPING, ids=lambda path: path.stem)
def test_where_there_is_a_mistake_nothing_is_lived(workshop, path):
    report = run(workshop, path.read_bytes(), path.name, "en")

    assert (report.outcome, report.lived, report.ok) == ("invalid", (), False)
    assert report.render() == render_all(report.findings, path.read_text(encoding="utf-8"), path.name, "en")


def test_a_mistake_of_the_matrix_is_told_where_the_matrix_has_it(workshop):
    text = (
        f"{HEAD}scenarios:\n  - name: A\n    matrix: {{n: [1, two]}}\n    steps: [{{leo: {{sign: plan, entry: $n}}}}]\n"
    )

    [found] = [one for one in check(workshop, text) if one.severity == "error"]

    assert found.place.line == text[: text.index("steps")].count("\n") + 1


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"scenarios: []",
        b"scenarios_for: workshop\nscenarios: [{name: A, steps: [{}]}]",
        b"a: &b c",
    ],
)
def test_whatever_the_bytes_they_end_in_a_report(workshop, text):
    report = run(workshop, text, "stories.yaml", "fr")

    assert report.outcome == "invalid"
    assert report.render()


def test_everything_sound_beside_a_mistake_is_looked_at_too(workshop):
    """A step of the wrong shape does not hide a name that means nothing elsewhere."""
    text = f"{HEAD}scenarios:\n  - name: A\n    steps: [{{lea: {{doo: drop}}}}, {{leo: drp}}]\n"

    assert [found.code for found in check(workshop, text)] == ["D002", "D016"]


def test_a_meeting_that_is_given_is_held_or_cancelled_by_people_who_are_there():
    """The workshop has no series: a program that has one."""
    data = yaml.safe_load((HERE / "workshop.yaml").read_text(encoding="utf-8"))
    data["series"] = {"talks": {"label": "Talks", "within": "working", "dates_set_by": "lead", "attendance_by": "lead"}}
    circle = load(json.dumps(data, default=str), "circle.yaml")
    meetings = "[{day: 2026-08-04, present: [leoo]}, {day: 2026-08-05, present: [leo], cancelled: true}]"
    story = (
        f"  - name: A\n    given: {{state: working, series: {{talks: {meetings}}}}}\n    steps: [{{clock: +1 day}}]\n"
    )
    text = f"{HEAD}scenarios:\n{story}"

    assert sorted(found.code for found in check(circle, text)) == ["D009", "D016"]

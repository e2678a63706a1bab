"""A small program, and stories told of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dyade.authoring.scenario_report import Lived, Report
from dyade.authoring.scenarios import run
from dyade.program.load import load
from dyade.program.program import Program

HERE = Path(__file__).parent
HEAD = """\
scenarios_for: workshop
defaults:
  clock: 2026-09-01 09:00
  people:
    lea: {name: Léa, role: lead}
    cora: {role: coach, senior: true}
    leo: {name: Léo, role: learner}
    dana: {role: desk}
"""
BEFORE = HEAD.count("\n") + 1
"""The line of `scenarios:` in a file that begins so."""


@pytest.fixture(scope="session")
def workshop() -> Program:
    path = HERE / "workshop.yaml"
    return load(path.read_bytes(), path.name)


@pytest.fixture
def told(workshop: Program) -> Callable[..., Report]:
    """Live the stories that are written under `scenarios:`."""

    def tell(stories: str, lang: str = "en", only: str | None = None, head: str = HEAD) -> Report:
        return run(workshop, f"{head}scenarios:\n{stories}", "stories.yaml", lang, only)

    return tell


@pytest.fixture
def lived(told: Callable[..., Report]) -> Callable[..., Lived]:
    """Live one story: what is written of it after its name."""

    def live(story: str, lang: str = "en") -> Lived:
        report = told(f"  - name: Story\n{story}", lang)
        assert report.outcome != "invalid", report.render("en")
        [one] = report.lived
        return one

    return live

"""Is a bar drawn for whoever looks at a terminal, and nothing for anybody else?"""

from __future__ import annotations

import sys
from collections import defaultdict

import pytest

from dyade.cli import progress


@pytest.fixture
def drawn(monkeypatch):
    """What each bar was told, as if somebody looked at a terminal."""
    told: dict[str, list[tuple[int, int]]] = defaultdict(list)

    class Seen(progress.Progress):
        def __init__(self, session, label, *_):
            super().__init__(session, label, 0)
            self.shown = not session.as_json

        def __call__(self, done, total):
            told[self._label].append((done, total))

    for module in ("dyade.cli.progress", "dyade.cli.programs", "dyade.cli.time", "dyade.cli.doctor"):
        __import__(module)
        monkeypatch.setattr(sys.modules[module], "Progress", Seen)
    return told


@pytest.fixture
def begun(peopled):
    for _ in range(2):
        peopled.done("start", "jumelage", "mentore=amelie", "motif=projet", "--as", "gilles")
    return peopled


@pytest.mark.parametrize(
    "line",
    [
        "verify",
        "bulk advance jumelage fermer --as gilles",
        "replay jumelage --against jumelage",
        "doctor",
        "report jumelage",
        "todo --as gilles",
    ],
)
def test_what_takes_long_draws_each_dyad(begun, drawn, line):
    begun(*line.split())

    assert drawn["Dyades"] == [(1, 2), (2, 2)]


def test_scenarios_draw_each_life(begun, drawn):
    begun.done("test")

    assert drawn["Scénarios"][-1] == (2, 2)


def test_tools_are_drawn_nothing(begun, drawn):
    begun("verify", "--format", "json")

    assert not drawn


def test_a_pipe_is_drawn_nothing(begun):
    assert begun("verify").err == ""

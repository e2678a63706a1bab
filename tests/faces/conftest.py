"""What the tests of the command line have at hand: a folder of programs, and `dyade`, run as a person runs it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner

from dyade.cli.root import cli

HERE = Path(__file__).parent


class Ran(NamedTuple):
    """What came of a command."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The one object that `--format json` answers with."""
        return json.loads(self.out)


class Dyade:
    """Runs commands in this process, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment: dict[str, str | None] = {
            "DYADE_DB": f"sqlite:///{folder / 'dyade.db'}",
            "DYADE_PROGRAMS": str(folder / "programs"),
            "DYADE_TEST": "1",
            "DYADE_NOW": "2026-09-01T13:00:00+00:00",
            "DYADE_LANG": "fr",
            "DYADE_AS": None,
            "DYADE_DEBUG": None,
            "NO_COLOR": None,
            "COLUMNS": "100",
            "LANGUAGE": None,
        }

    def __call__(self, *arguments: str, stdin: str = "", env: Mapping[str, str | None] | None = None) -> Ran:
        result = CliRunner().invoke(cli, list(arguments), input=stdin, env={**self.environment, **(env or {})})
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ran(result.exit_code, result.stdout, result.stderr)

    def at(self, moment: str) -> None:
        """Let it be that instant from now on."""
        self.environment["DYADE_NOW"] = moment

    def done(self, *arguments: str, stdin: str = "") -> Ran:
        """Run a command that must succeed."""
        ran = self(*arguments, stdin=stdin)
        assert ran.code == 0, f"{arguments}\n{ran.out}\n{ran.err}"
        return ran


@pytest.fixture
def dyade(tmp_path: Path) -> Dyade:
    """The command line, over the little program of these tests."""
    shutil.copytree(HERE / "programs", tmp_path / "programs")
    return Dyade(tmp_path)


@pytest.fixture
def peopled(dyade: Dyade) -> Dyade:
    """The same, with people and the one who coordinates."""
    for person, name in (("amelie", "Amélie Essai"), ("bruno", "Bruno Essai"), ("gilles", "Gilles Essai")):
        dyade.done("person", "add", person, "--name", name, "--address", f"{person}@example.org", "--language", "fr")
    dyade.done("enrol", "gilles", "jumelage", "responsable")
    return dyade

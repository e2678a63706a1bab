"""Does a slip of the pen anywhere in a sound program leave it sound, or is it told where the slip is?

A slip is drawn from a seed: a key left out, written twice or misspelt, a value of another kind or from elsewhere, a
condition cut short, a line moved. It is told at its place where a finding lies on the line that was touched, or on the
one that names the part it is in; what is left out is told, too, where a finding says its name.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cache, partial
from pathlib import Path
from random import Random
from typing import NamedTuple

import jsonschema
import pytest

from dyade.authoring.explaining import EXAMPLES
from dyade.authoring.schemas import schemas
from dyade.program.diagnostics import Diagnostic, Findings, Severity
from dyade.program.load import examine
from dyade.program.text import read
from tests.properties.mutations import KINDS, Mutation, Program

PROGRAMS = sorted(
    path
    for path in (Path(__file__).parents[2] / "programs").glob("*.yaml")
    if not path.name.endswith(".scenarios.yaml")
)
SHIPPED = sorted(path for path in (EXAMPLES / "right").glob("*.yaml") if not path.name.endswith(".scenarios.yaml"))
OF_PROGRAMS, OF_EXAMPLES = 4, 4
"""Slips that are drawn in each."""
AT_LEAST = 0.96
ON_THE_LINE = 0.93


class Slip(NamedTuple):
    """A mutation, and what is found."""

    mutation: Mutation
    findings: tuple[Diagnostic, ...]

    @property
    def is_sound(self) -> bool:
        return not any(found.severity is Severity.ERROR for found in self.findings)

    @property
    def on_the_line(self) -> bool:
        places = [place for one in self.findings for place in (one.place, *(place for place, _ in one.related))]
        return any(place.line <= line <= place.end_line for place in places for line in self.mutation.lines)

    @property
    def says_its_name(self) -> bool:
        said = {f".{fact}." for one in self.findings for fact in one.facts.values()}
        return any(f".{name}." in fact for name in self.mutation.names for fact in said)


@cache
def slips() -> tuple[Slip, ...]:
    return (*_drawn(PROGRAMS, OF_PROGRAMS), *_drawn(SHIPPED, OF_EXAMPLES))


def _drawn(paths: Iterable[Path], each: int) -> Iterator[Slip]:
    for path in paths:
        program = Program(path.read_text(encoding="utf-8"))
        folder = path.parent if path.parent.name == "programs" else EXAMPLES
        for n in range(each):
            mutation = program.mutate(Random(f"{path.name} {n}"))
            if mutation is not None and mutation.text != program.text:
                yield Slip(mutation, examine(mutation.text, partial(_beside, folder)).findings)


def _beside(folder: Path, name: str) -> bytes | None:
    path = folder / name
    return path.read_bytes() if path.is_file() else None


def test_slips_of_every_kind_are_drawn():
    assert {slip.mutation.kind for slip in slips()} == set(KINDS)
    assert len(slips()) > 400


def test_a_slip_leaves_a_program_sound_or_is_told_at_its_place(record_property):
    told = [slip.is_sound or slip.on_the_line or slip.says_its_name for slip in slips()]
    rate = sum(told) / len(told)
    record_property("rate", rate)

    assert rate >= AT_LEAST, f"{rate:.1%} of {len(told)} slips"


def test_a_slip_that_is_told_is_told_on_its_line():
    told = [slip.on_the_line for slip in slips() if not slip.is_sound]

    assert sum(told) / len(told) >= ON_THE_LINE


def test_what_the_schema_rejects_is_rejected():
    validator = jsonschema.Draft7Validator(json.loads(schemas()["program.schema.json"]))
    accepted = []
    rejected = 0
    for slip in slips():
        findings = Findings()
        tree = read(slip.mutation.text, findings)
        if tree is not None and not findings.errors and not validator.is_valid(tree.data):
            rejected += 1
            accepted += [slip.mutation.text] if slip.is_sound else []

    assert rejected > 100
    assert accepted == []


@pytest.mark.parametrize("path", [*PROGRAMS, *SHIPPED], ids=lambda path: path.stem)
def test_what_is_mutated_was_sound(path):
    folder = path.parent if path.parent.name == "programs" else EXAMPLES
    findings = examine(path.read_text(encoding="utf-8"), partial(_beside, folder)).findings

    assert not [found for found in findings if found.severity is Severity.ERROR]

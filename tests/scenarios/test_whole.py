"""Do the programs that we ship account for every provision of their documents, and do their scenarios touch all?"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from dyade.authoring.coverage import Coverage
from dyade.authoring.provenance import Account, account
from dyade.authoring.scenarios import Observed, run
from dyade.program.catalogue import FORCES, Unreadable, read_catalogue
from dyade.program.load import load

PROGRAMS = Path(__file__).parents[2] / "programs"
PROVISIONS = {"aqpm": 31, "cscpq": 48, "altimaitre": 46, "sct": 30, "cisss": 28}
"""How many provisions each document holds."""


def beside(name: str) -> bytes | None:
    path = PROGRAMS / name
    return path.read_bytes() if path.is_file() else None


@cache
def accounted(program: str) -> Account:
    text = (PROGRAMS / f"{program}.yaml").read_bytes()
    return account(load(text, program, beside), text, beside)


@cache
def covered(program: str) -> Coverage:
    text = (PROGRAMS / f"{program}.yaml").read_bytes()
    stories = (PROGRAMS / f"{program}.scenarios.yaml").read_bytes()
    told = run(load(text, program, beside), stories, program, "en", observed=Observed(text, f"{program}.yaml"))
    assert told.coverage is not None, told.render("en")
    return told.coverage


def test_every_shipped_program_has_its_catalogue():
    catalogues = {path.stem for path in (PROGRAMS / "sources").glob("*.yaml")}

    assert catalogues == set(PROVISIONS)
    assert sum(PROVISIONS.values()) == 183


@pytest.mark.parametrize("program", PROVISIONS)
def test_a_catalogue_holds_every_provision_numbered_without_a_gap(program):
    numbers = [int(row.provision.id.rpartition("-")[2]) for row in accounted(program).rows]

    assert sorted(numbers) == list(range(1, PROVISIONS[program] + 1))


@pytest.mark.parametrize("program", PROVISIONS)
def test_each_provision_has_its_force_its_place_and_its_words_in_both_languages(program):
    found = read_catalogue((PROGRAMS / "sources" / f"{program}.yaml").read_bytes())

    assert not isinstance(found, Unreadable)
    assert [one.id for one in found.values() if one.lacks(["fr", "en"]) or not one.where] == []
    assert {one.force for one in found.values()} <= set(FORCES)


@pytest.mark.parametrize("program", PROVISIONS)
def test_no_provision_is_forgotten(program):
    """Each is carried by something, or is out of scope for a reason that is given in both languages."""
    told = accounted(program)

    assert [row.provision.id for row in told.rows if row.fate == "forgotten"] == []
    assert [
        row.provision.id for row in told.rows if row.fate == "out_of_scope" and row.reason.keys() < {"fr", "en"}
    ] == []
    assert told.is_whole


@pytest.mark.parametrize("program", PROVISIONS)
def test_only_a_fact_is_left_out_of_scope(program):
    """What binds, is recommended or is allowed is always carried."""
    left_out = [row.provision for row in accounted(program).rows if row.fate == "out_of_scope"]

    assert {one.force for one in left_out} <= {"fact"}


@pytest.mark.parametrize("program", PROVISIONS)
def test_the_scenarios_touch_the_whole_of_a_program(program):
    told = covered(program)

    assert told.left_out() == [], "\n".join(told.render("en"))
    assert told.is_whole

"""Are certificates numbered one after the other in each program and year, once per dyad, whoever asks at once?"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import dyade
from dyade.errors import Conflict
from dyade.service import certificates
from dyade.store.reading import View
from dyade.wiring import Engine
from tests.service.lives import UNSOUND, behind, done
from tests.store import graduation as _graduation

HERE = Path(_graduation.__file__)
PROGRAM = """\
dyade: "1.0"
id: school
version: "1"
title: School
summary: A school.
locales: [en]
timezone: America/Toronto
owner: School
started_by: [mentor]
roles:
  mentor: {label: Mentor}
  mentee: {label: Mentee, assigned_by: [mentor]}
initial: running
states: {running: {label: Running}, ended: {label: Ended}, over: {label: Over, final: true}}
certificates:
  training: {title: Training, to: mentee, number: "S-{year}-{seq:3}", revoked_by: [mentor]}
transitions:
  - {id: end, label: End, from: running, to: ended, by: [mentor], effects: [{certificate: training}]}
  - {id: again, label: Again, from: ended, to: running, by: [mentor]}
  - {id: close, label: Close, from: ended, to: over, by: [mentor]}
"""


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "programs"
    folder.mkdir()
    (folder / "school.yaml").write_text(PROGRAM, encoding="utf-8")
    return folder


@pytest.fixture
def engine(url, folder, clock):
    with Engine.open(url, folder, clock) as opened:
        for person in ("ana", "bob"):
            opened.add_person(person, person.title(), lang="en")
        yield opened


def begin(engine, many=1):
    return [done(engine.start("school", "bob", {"mentor": "bob", "mentee": "ana"})).dyad.id for _ in range(many)]


def numbers(engine):
    return [one.number for one in engine.certificates("school")]


def test_many_processes_leave_neither_a_gap_nor_a_double(engine, url, folder):
    dyads = begin(engine, 40)
    path = [str(Path(dyade.__file__).parents[1]), str(HERE.parents[2])]

    found = subprocess.run(
        [sys.executable, str(HERE), url, str(folder), json.dumps(dyads)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(path)},
        capture_output=True,
        check=False,
        timeout=120,
    )

    assert found.returncode == 0, found.stderr.decode()
    assert numbers(engine) == [f"S-2026-{n:03}" for n in range(1, 41)]
    assert sorted(one.dyad for one in engine.certificates("school")) == sorted(dyads)
    assert engine.verify().sound


def test_a_number_that_somebody_else_was_given_is_a_conflict_and_keeps_nothing(engine, monkeypatch):
    """Planted: a count that is too old, as where writers do not wait for each other."""
    first, second = begin(engine, 2)
    done(engine.fire(first, "end", "bob"))
    monkeypatch.setattr(certificates.Counted, "__getitem__", lambda *_: 0)

    with pytest.raises(Conflict):
        engine.fire(second, "end", "bob")

    assert numbers(engine) == ["S-2026-001"]
    assert engine.show(second).dyad.leaves[""] == "running"
    assert engine.verify().sound


def test_each_year_begins_at_one(engine, clock):
    first, second = begin(engine, 2)
    done(engine.fire(first, "end", "bob"))
    clock.pass_days(120)
    done(engine.fire(second, "end", "bob"))

    assert numbers(engine) == ["S-2026-001", "S-2027-001"]


def test_a_certificate_exists_once_for_a_dyad(engine):
    [dyad] = begin(engine)
    for event in ("end", "again", "end"):
        done(engine.fire(dyad, event, "bob"))

    assert numbers(engine) == ["S-2026-001"]


def test_issued_anew_the_old_number_is_known_to_be_replaced(engine):
    [dyad] = begin(engine)
    done(engine.fire(dyad, "end", "bob"))
    engine.change_person("ana", name="Anaïs")
    done(engine.reissue_certificate(dyad, "training", "Her name", "bob"))

    old, new = engine.certificates("school")
    assert (old.revoked_on, new.revoked_on, new.replaces) == ("2026-09-21", None, "S-2026-001")
    assert [one.holder for one in engine.attested(dyad)] == ["Ana", "Anaïs"]
    assert engine.verify().sound


def test_a_revoked_certificate_is_known_as_such(engine):
    [dyad] = begin(engine)
    done(engine.fire(dyad, "end", "bob"))
    done(engine.revoke_certificate(dyad, "training", "Forged", "bob", id="once"))
    done(engine.revoke_certificate(dyad, "training", "Forged", "bob", id="once"))

    [one] = engine.certificates(number="S-2026-001")
    assert one.revoked_on == "2026-09-21"


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("DELETE FROM certificates", "never removed"),
        (
            "INSERT INTO certificates SELECT program, year, 9, 'X', dyad, certificate, 'Y', NULL, 0 FROM certificates",
            "after",
        ),
    ],
)
def test_the_database_refuses_a_gap_and_a_removal(engine, url, statement, told):
    [dyad] = begin(engine)
    done(engine.fire(dyad, "end", "bob"))

    with behind(url) as other, pytest.raises(UNSOUND, match=told):
        other.execute(statement)


def test_a_number_changed_behind_the_store_is_seen(engine, url):
    [dyad] = begin(engine)
    done(engine.fire(dyad, "end", "bob"))
    with behind(url) as other:
        other.execute("UPDATE certificates SET revoked_on = '2026-01-01'")

    assert [problem.detail for problem in engine.verify().problems] == ["certificates S-2026-001"]


def test_a_program_without_certificates_asks_the_store_nothing(engine, folder, monkeypatch):
    plain = PROGRAM[: PROGRAM.index("certificates:")] + PROGRAM[PROGRAM.index("transitions:") :]
    plain = plain.replace(", effects: [{certificate: training}]", "").replace("id: school", "id: plain")
    (folder / "plain.yaml").write_text(plain, encoding="utf-8")
    monkeypatch.setattr(View, "certified", None)

    dyad = done(engine.start("plain", "bob", {"mentor": "bob", "mentee": "ana"})).dyad.id

    assert done(engine.fire(dyad, "end", "bob")).dyad.certificates == {}

"""Do stories issue, revoke and issue anew certificates, and look at the one that attests?"""

import pytest

from dyade.authoring.scenarios import check, run
from dyade.program.load import load

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
states: {running: {label: Running}, ended: {label: Ended, final: true}}
certificates:
  training: {title: Training, to: mentee, number: "S-{year}-{seq:3}", revoked_by: [mentor]}
transitions:
  - {id: end, label: End, from: running, to: ended, by: [mentor], effects: [{certificate: training}]}
"""
HEAD = """\
scenarios_for: school
defaults:
  clock: 2026-09-01 09:00
  people: {bob: {role: mentor}, ana: {role: mentee}}
scenarios:
  - name: Story
    steps:
"""


@pytest.fixture(scope="module")
def school():
    return load(PROGRAM, "school.yaml")


def lived(school, steps):
    report = run(school, HEAD + "".join(f"      - {step}\n" for step in steps), "stories.yaml", "en")
    assert report.outcome != "invalid", report.render("en")
    [one] = report.lived
    return one


def test_a_certificate_is_issued_replaced_and_revoked(school):
    one = lived(
        school,
        (
            "then: {certificate: {training: null}}",
            "bob: end",
            "then: {certificate: {training: S-2026-001}}",
            "ana: {revoke: training, reason: No}\n        refused: {not_allowed: any}",
            "bob: {reissue: training, reason: Her name}",
            "then: {certificate: {training: S-2026-002}}",
            "bob: {revoke: training, reason: Forged}",
            "then: {certificate: {training: null}}",
            "bob: {revoke: training, reason: Forged}\n        refused: {already_revoked: revoked already}",
        ),
    )

    assert one.failure is None
    assert "it replaces S-2026-001" in one.transcript


def test_another_number_is_a_difference(school):
    one = lived(school, ("bob: end", "then: {certificate: {training: S-2026-007}}"))

    [(_, difference)] = one.failure.differences
    assert (difference.expected, difference.got) == (
        ("certificate.training: S-2026-007",),
        ("certificate.training: S-2026-001",),
    )


@pytest.mark.parametrize(
    ("step", "code"),
    [
        ("then: {certificate: {trainning: S-1}}", "D016"),
        ("then: {certificate: {}}", "D007"),
        ("bob: {revoke: trainning, reason: No}", "D016"),
        ("bob: {reissue: diploma, reason: No}", "D016"),
        ("ana: {revoke: training, reason: No}", "K003"),
    ],
)
def test_a_mistake_in_a_story_is_told(school, step, code):
    assert code in {found.code for found in check(school, f"{HEAD}      - {step}\n")}

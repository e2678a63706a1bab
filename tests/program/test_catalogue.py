"""Is a catalogue of provisions read for what it says, and for what it lacks?"""

from __future__ import annotations

import pytest

from dyade.program.catalogue import Provision, Unreadable, read_catalogue

WHOLE = """\
provisions:
  GUIDE-02: {force: guidance, where: 2, text: {fr: On en parle., en: One speaks of it.}}
  GUIDE-01: {force: may, where: "1", text: {fr: Le mentor y met fin., en: The mentor ends it.}}
"""


def test_provisions_come_in_the_order_of_the_file():
    found = read_catalogue(WHOLE)

    assert not isinstance(found, Unreadable)
    assert list(found) == ["GUIDE-02", "GUIDE-01"]
    assert found["GUIDE-02"] == Provision(
        "GUIDE-02", "guidance", "2", {"fr": "On en parle.", "en": "One speaks of it."}
    )


@pytest.mark.parametrize(
    ("said", "lacks"),
    [
        ("{force: may, text: {fr: Oui., en: Yes.}}", False),
        ("{force: perhaps, text: {fr: Oui., en: Yes.}}", True),
        ("{text: {fr: Oui., en: Yes.}}", True),
        ("{force: may, text: {fr: Oui.}}", True),
        ('{force: may, text: {fr: Oui., en: " "}}', True),
        ("{force: may, text: Oui.}", True),
        ("{force: [may], text: {fr: Oui., en: Yes.}}", True),
        ("null", True),
    ],
)
def test_a_provision_lacks_what_nobody_could_read(said, lacks):
    found = read_catalogue(f"provisions:\n  G-1: {said}\n")

    assert not isinstance(found, Unreadable)
    assert found["G-1"].lacks(["fr", "en"]) is lacks


@pytest.mark.parametrize(
    ("raw", "line"),
    [(b"", 1), (b"provisions: []", 1), (b"- GUIDE-01", 1), (b"provisions:\n  G-1: {text: [", 2), (b"\xff\xfe\x00", 1)],
)
def test_what_is_no_catalogue_is_told_with_its_line(raw, line):
    assert read_catalogue(raw) == Unreadable(line)

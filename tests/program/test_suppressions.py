"""Is what an author sets aside set aside, and nothing else?"""

from __future__ import annotations

import pytest

from dyade.authoring.explaining import EXAMPLES
from dyade.program.codes import Severity
from dyade.program.edits import apply
from dyade.program.load import examine

WRONG = (EXAMPLES / "wrong" / "M004-endless-reminder.yaml").read_text(encoding="utf-8")
LINE = next(line for line in WRONG.split("\n") if "id: rappel" in line)


def found(text: str) -> list[str]:
    return [one.code for one in examine(text).findings]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (LINE, f"{LINE} # dyade: ignore[M004] une raison"),
        (LINE, f"  # dyade: ignore[M004] une raison\n{LINE}"),
        ("reminders:", "# dyade: ignore[M004] une raison\nreminders:"),
        ("reminders:", "# dyade: ignore[endless-reminder] une raison\n# autre chose\n\nreminders:"),
        ("reminders:", "#dyade:ignore[m004] une raison\nreminders:"),
    ],
    ids=["end_of_line", "line_above", "block_above", "slug", "glued"],
)
def test_what_has_a_reason_is_set_aside(old, new):
    loaded = examine(WRONG.replace(old, new, 1))

    assert [one.code for one in loaded.findings] == []
    assert [(one.diagnostic.code, one.reason) for one in loaded.suppressed] == [("M004", "une raison")]


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        (LINE, f"{LINE} # dyade: ignore[M004]", {"M004", "U011"}),
        (LINE, f"{LINE} # dyade: ignore tout", {"M004", "U011"}),
        (LINE, f"{LINE} # dyade: ignore[M999] une raison", {"M004", "U011"}),
        (LINE, f"{LINE} # dyade: ignore[U001] une raison", {"M004", "U010"}),
        ("templates:", "# dyade: ignore[M004] une raison\ntemplates:", {"M004", "U010"}),
        ("reminders:", "reminders: # dyade: ignore[M004] une raison", {"M004", "U010"}),
        ("Pensez au bilan.", '"Pensez # dyade: ignore[M004] une raison"', {"M004"}),
        ("title: Essai", "title: Essai#dyade:ignore[U001] une raison", {"M004"}),
    ],
    ids=["no_reason", "no_code", "unknown", "useless", "block_below", "line_of_the_key", "in_quotes", "in_a_word"],
)
def test_what_is_not_well_said_sets_nothing_aside(old, new, codes):
    loaded = examine(WRONG.replace(old, new, 1))

    assert {one.code for one in loaded.findings} == codes
    assert loaded.suppressed == ()


def test_a_comment_may_set_several_aside_and_each_must_serve():
    text = WRONG.replace("reminders:", "# dyade: ignore[M004, U001] une raison\nreminders:")

    [useless] = examine(text).findings

    assert (useless.code, useless.facts["name"]) == ("U010", "U001")
    assert useless.fixes == ()


def test_an_error_cannot_be_set_aside():
    text = (EXAMPLES / "wrong" / "E102-unknown-name.yaml").read_text(encoding="utf-8")
    loaded = examine(text.replace("    guard:", "    # dyade: ignore[E102] une raison\n    guard:"))

    assert {one.code for one in loaded.findings} == {"E102", "U011"}
    assert loaded.program is None


def test_a_gap_that_is_set_aside_does_not_stop_an_active_program():
    text = (EXAMPLES / "wrong" / "F004-form-unread.yaml").read_text(encoding="utf-8")
    active = text.replace('version: "1"\n', 'version: "1"\nstatus: active\n')
    aside = active.replace("forms:\n", "# dyade: ignore[F004] facultatif\nforms:\n")

    assert any(one.severity is Severity.ERROR for one in examine(active).findings)
    assert "F004" not in found(aside)
    assert [one.diagnostic.code for one in examine(aside).suppressed] == ["F004"]


def test_lines_of_a_long_text_are_no_comments():
    text = WRONG.replace(
        "body: Pensez au bilan.}",
        "body: x}\n  autre:\n    subject: Autre\n    body: |\n      Un mot\n      # dyade: ignore[U003] une raison",
    )

    assert "U003" in found(text)
    assert "U010" not in found(text)


def test_what_other_commands_tell_is_not_called_useless():
    assert found(WRONG.replace(LINE, f"{LINE} # dyade: ignore[M004,K002] une raison")) == []


def test_a_file_with_errors_is_not_blamed_for_comments_that_may_serve():
    text = WRONG.replace("title: Essai", "title: Essai # dyade: ignore[U001] une raison").replace("to: b", "to: z")

    assert "U010" not in found(text)


@pytest.mark.parametrize(
    ("comment", "mended"),
    [
        ("# dyade : ignorer [M004] une raison", "# dyade: ignore[M004] une raison"),
        ("# dyade: ingore[M04] une raison", "# dyade: ignore[M004] une raison"),
        ("# Dyade [endless-reminder] une raison", "# dyade: ignore[M004] une raison"),
        ("# dyade: ignorer", None),
    ],
    ids=["in_french", "miscounted", "no_word", "no_code"],
)
def test_a_comment_that_is_nearly_understood_is_told_with_the_right_form(comment, mended):
    text = WRONG.replace("reminders:", f"{comment}\nreminders:")
    [told] = [one for one in examine(text).findings if one.code == "U011"]

    assert told.variant == "form"
    assert "M004" in found(text)
    assert [apply(text, told.fixes)] == [text.replace(comment, mended or comment)]


@pytest.mark.parametrize("comment", ["# dyade : un mentor et une personne", "# Dyade", "# la dyade ignore ce délai"])
def test_a_comment_that_speaks_of_dyads_is_left_alone(comment):
    assert found(WRONG.replace("reminders:", f"{comment}\nreminders:")) == ["M004"]


def test_a_code_whose_zeros_are_miscounted_is_told_with_the_right_one():
    text = WRONG.replace("reminders:", "# dyade: ignore[M04] une raison\nreminders:")

    assert [one.suggestion for one in examine(text).findings if one.code == "U011"] == ["M004"]

"""Is what can be mended mended, once and for all, with its comments, and never to the worse?"""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from dyade.authoring.explaining import EXAMPLES, UNSURE
from dyade.authoring.mending import can_mend, changes, mend
from dyade.program.codes import CODES, MENDED
from dyade.program.diagnostics import Diagnostic, Fix, Place, Severity
from dyade.program.load import examine
from tests.properties.mutations import Program

WRONG = sorted(path for path in (EXAMPLES / "wrong").glob("*.yaml") if not path.name.endswith(".scenarios.yaml"))
PROGRAMS = sorted((Path(__file__).parents[2] / "programs").glob("[!.]*[!s].yaml"))


def judged(text: str) -> tuple[Diagnostic, ...]:
    def read_file(name: str) -> bytes | None:
        return (EXAMPLES / name).read_bytes() if (EXAMPLES / name).is_file() else None

    return examine(text, read_file).findings


def errors(found: tuple[Diagnostic, ...]) -> int:
    return sum(one.severity is Severity.ERROR for one in found)


def comments(text: str) -> list[str]:
    return [line.partition("  # ")[2] for line in text.split("\n") if "  # " in line]


def commented(text: str) -> str:
    """The text with a comment at the end of each line that may bear one."""
    lines = text.split("\n")
    return "\n".join(f"{line}  # note {at}" if line.strip() and at != 3 else line for at, line in enumerate(lines))


def test_a_colon_in_a_text_is_put_in_quotes():
    text = "title: Essai\nsummary: Un essai: le mentorat # gardé\n"

    assert mend(text, judged).text == 'title: Essai\nsummary: "Un essai: le mentorat" # gardé\n'


def test_an_accent_is_taken_out_of_a_name_everywhere():
    text = (EXAMPLES / "wrong" / "D005-bad-identifier.yaml").read_text(encoding="utf-8")
    both = text.replace("by: [mentor]}", "by: [mentor, mentoré]}")
    made = mend(both, judged)

    assert "by: [mentor, mentore]}" in made.text
    assert "label: Mentoré" in made.text
    assert errors(made.left) == 0


def test_what_was_probably_meant_is_written_on_demand_only():
    text = (EXAMPLES / "wrong" / "D002-unknown-key.yaml").read_text(encoding="utf-8")

    assert mend(text, judged).text == text
    assert "    guard: []" in mend(text, judged, unsure=True).text


def test_two_ideas_become_two_clauses_with_their_layout():
    text = (EXAMPLES / "wrong" / "E111-compound-clause.yaml").read_text(encoding="utf-8")
    block = text.replace(
        "      - {id: pret, when: forms.bilan.done and forms.suivi.done}",
        "      - id: pret\n        when: forms.bilan.done and forms.suivi.done\n        message: Pas encore.",
    )

    assert "- {id: pret, when: forms.bilan.done}\n      - {id: pret_2, when: forms.suivi.done}\n" in mended(text)
    assert mended(block).endswith(
        "      - id: pret\n        when: forms.bilan.done\n        message: Pas encore.\n"
        "      - id: pret_2\n        when: forms.suivi.done\n        message: Pas encore.\n"
    )


def mended(text: str) -> str:
    return mend(text, judged, unsure=True).text


BARE_NUMBER = (Path(__file__).parents[1] / "program" / "err" / "E110-in-words.yaml").read_text(encoding="utf-8")


def test_a_bare_number_becomes_a_parameter_in_the_words_of_its_clause():
    made = mended(BARE_NUMBER)

    assert "\nparams:\n  pret: {value: 4, label: Il manque des bilans, basis: assumed}\n" in made
    assert "E110" not in {one.code for one in judged(made)}
    assert errors(judged(made)) == 0


@pytest.mark.parametrize("message", ["", ", message: Il en faut {params.autre}."], ids=["none", "with_a_value"])
def test_a_clause_without_words_of_its_own_gives_none_to_a_parameter(message):
    text = BARE_NUMBER.replace(", message: Il manque des bilans.", message)

    assert "params.pret" not in mended(text)


def test_a_parameter_has_the_words_of_every_language():
    words = '{fr: "Il manque : des bilans.", en: Reviews are missing.}'
    text = BARE_NUMBER.replace("locales: [fr]", "locales: [fr, en]").replace("Il manque des bilans.", words)

    assert 'label: {fr: "Il manque : des bilans", en: Reviews are missing}, basis: assumed}' in mended(text)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    to: b\n", "\tto: b\n"),
        ("    label: Finir\n    from: a\n", "\tlabel: Finir\n\tfrom: a\n"),
        ("  - id: finir\n    label: Finir\n", "\t- id: finir\n\t\tlabel: Finir\n"),
        ("  b: {", "\tb: {"),
        ("  mentor: {label: Mentor}\n", "  mentor:\n\tlabel: Mentor\n"),
        ("  mentor: {label: Mentor}\n", "\tmentor:\n    label: Mentor\n"),
        ("locales", "\tlocales"),
        ("  - id: finir\n", "  -\tid: finir\n"),
    ],
    ids=["in_an_item", "two_lines", "two_depths", "last", "inside", "around", "at_the_edge", "after_a_dash"],
)
def test_a_tab_becomes_the_spaces_that_its_neighbours_have(old, new):
    text = (EXAMPLES / "wrong" / "D002-unknown-key.yaml").read_text(encoding="utf-8").replace("    gaurd: []\n", "")
    assert old in text

    assert errors(mend(text.replace(old, new, 1), judged).left) == 0


@pytest.mark.parametrize("unsure", [False, True], ids=["sure", "unsure"])
@pytest.mark.parametrize("path", WRONG, ids=lambda path: path.stem)
def test_mending_again_changes_nothing_and_makes_nothing_worse(path, unsure):
    text = path.read_text(encoding="utf-8")
    made = mend(text, judged, unsure=unsure)

    assert mend(made.text, judged, unsure=unsure).text == made.text
    assert made.left == judged(made.text)
    assert bool(made.done) == (made.text != text)
    assert errors(made.left) <= errors(judged(text)) or "Y" in {one.code[0] for one in made.done}


BESIDE = [path for path in WRONG if path.name[0] != "Y" and not path.name.startswith("U010")]
"""Where a comment may stand at the end of lines, and is not itself what is mended."""


@pytest.mark.parametrize("path", BESIDE, ids=lambda path: path.stem)
def test_comments_stay(path):
    text = commented(path.read_text(encoding="utf-8"))

    assert [one for one in comments(mend(text, judged, unsure=True).text) if one] == comments(text)


@pytest.mark.parametrize("code", sorted(MENDED))
def test_what_is_said_to_be_mended_surely_is(code):
    text = (EXAMPLES / "wrong" / f"{code}-{CODES[code].slug}.yaml").read_text(encoding="utf-8")

    assert code in {one.code for one in mend(text, judged).done}


MEANT = {
    "D007": ("D001-unknown-section", "deadlinez: {}", "status: activ"),
    "E101": ("E110-magic-number", ">= 4", ">= 4 weeks"),
    "M006": ("M006-weekend-date", "    at: ", "    roll: next_business_day\n    at: "),
}
"""Mistakes of which the examples do not tell what was meant: an example, and what is changed in it."""


@pytest.mark.parametrize("code", sorted(UNSURE))
def test_what_is_said_to_be_mended_on_demand_can_be(code):
    folders = (EXAMPLES / "wrong", Path(__file__).parents[1] / "program" / "err")
    texts = [path.read_text(encoding="utf-8") for folder in folders for path in folder.glob(f"{code}-*.yaml")]
    if code in MEANT:
        name, old, new = MEANT[code]
        texts = [(EXAMPLES / "wrong" / f"{name}.yaml").read_text(encoding="utf-8").replace(old, new)]
    found = [one for text in texts for one in judged(text) if one.code == code]

    assert any(can_mend(one, unsure=True) for one in found)


def test_whatever_can_be_mended_is_said_to_be():
    folders = (EXAMPLES / "wrong", Path(__file__).parents[1] / "program" / "err")
    texts = [path.read_text(encoding="utf-8") for folder in folders for path in folder.glob("*[!s].yaml")]
    found = {one.code for text in texts for one in judged(text) if one.fixes}

    assert found <= MENDED | UNSURE


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_a_sound_program_is_left_as_it_is(path):
    text = path.read_text(encoding="utf-8")
    found = examine(text, lambda name: (path.parent / name).read_bytes()).findings

    assert mend(text, lambda _: found).text == text


def test_slips_are_mended_once_and_for_all():
    for path in sorted((EXAMPLES / "right").glob("[DEGM]*.yaml"))[::3]:
        program = Program(path.read_text(encoding="utf-8"))
        mutation = program.mutate(Random(path.name))
        if mutation is not None:
            made = mend(mutation.text, judged, unsure=True)
            assert mend(made.text, judged, unsure=True).text == made.text


def test_lines_end_as_they_did():
    text = "title: Essai\r\nsummary: Un essai: le mentorat\r\n"

    assert mend(text, judged).text == 'title: Essai\r\nsummary: "Un essai: le mentorat"\r\n'


def test_an_edit_that_makes_it_worse_is_not_kept():
    worse = Diagnostic(
        code="D005", place=Place(1, 1, 1, 2), severity=Severity.ERROR, fixes=(Fix(place=Place(1, 1, 1, 2), text="{"),)
    )

    made = mend("a", lambda text: (worse,) if text == "a" else (worse, worse))

    assert (made.text, made.done, made.left) == ("a", (), (worse,))


def test_changes_are_shown_as_a_diff():
    assert changes("a\nb\n", "a\nc\n", "f.yaml")[2:] == ["@@ -1,3 +1,3 @@", " a", "-b", "+c", " "]

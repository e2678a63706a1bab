"""Is a mistake shown under the very letters that are wrong, and is nothing replayed that a terminal would obey?"""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyade.program.diagnostics import Diagnostic, Findings, Fix, Place, Severity, Term
from dyade.program.report import COLUMNS, render, render_all, to_json

SOURCE = """\
transitions:
  - id: declarer
    guard:
      - {id: fait, when: forms.bilan_finale.done}
"""
FOUND = Diagnostic(
    code="E102",
    place=Place(4, 26, 4, 49),
    severity=Severity.ERROR,
    path="transitions.declarer.guard.fait.when",
    facts={"name": "forms.bilan_finale.done"},
    suggestion="forms.bilan_final.done",
)


def found(place, *, code="D010", severity=Severity.ERROR, facts=None, **more):
    return Diagnostic(code=code, place=place, severity=severity, facts=facts or {"name": "x"}, **more)


def columns(text):
    """The columns that a terminal gives to a text."""
    return sum(
        0
        if unicodedata.category(letter) in {"Mn", "Me"}
        else 2
        if unicodedata.east_asian_width(letter) in {"W", "F"}
        else 1
        for letter in text
    )


def test_a_mistake_reads_in_both_languages():
    english = render(FOUND, SOURCE, "programs/a.yaml", "en").split("\n")
    french = render(FOUND, SOURCE, "programs/a.yaml", "fr").split("\n")

    assert english == [
        'programs/a.yaml:4:26: error: unknown name "forms.bilan_finale.done" [E102 unknown-name]',
        "  |",
        "4 |       - {id: fait, when: forms.bilan_finale.done}",
        "  |                          ^~~~~~~~~~~~~~~~~~~~~~~",
        ' = help: did you mean "forms.bilan_final.done"?',
    ]
    assert french == [
        "programs/a.yaml:4:26: erreur : nom inconnu : « forms.bilan_finale.done » [E102 unknown-name]",
        *english[1:4],
        " = aide : vouliez-vous dire « forms.bilan_final.done » ?",
    ]


def test_what_would_be_right_is_listed_up_to_six():
    one = found(Place(1, 1, 1, 2), code="E103", facts={"value": "x"}, expected=tuple("abcdefgh"))

    assert render(one, "x", "a.yaml", "en").endswith(" = help: expected: a, b, c, d, e, f or 2 others")
    assert render(one, "x", "a.yaml", "fr").endswith(" = aide : attendu : a, b, c, d, e, f ou 2 autres")


def test_our_own_words_are_said_in_the_language_of_the_reader():
    facts = {"key": "gaurd", "kind": Term("kind.role"), "name": "kind.form"}
    one = found(Place(1, 1, 1, 2), code="D002", facts=facts, expected=(Term("shape.list"), "x"))

    assert 'unknown key "gaurd" in role "kind.form"' in render(one, "x", "a.yaml", "en")
    assert "clé inconnue : « gaurd » (rôle « kind.form »)" in render(one, "x", "a.yaml", "fr")
    assert "attendu : une liste ou x" in render(one, "x", "a.yaml", "fr")


def test_a_variant_has_its_own_sentence_and_help():
    one = found(Place(1, 4, 1, 9), code="Y002", variant="colon", facts={})

    assert "must be in quotes" in render(one, "a: b: c", "a.yaml", "en")
    assert "YAML" not in render(one, "a: b: c", "a.yaml", "en")


def test_why_replaces_the_help_of_the_code():
    one = found(Place(1, 1, 1, 2), code="E104", facts={}, why="E106.help")

    assert "add a comparison" in render(one, "x", "a.yaml", "en")
    assert "days_between" not in render(one, "x", "a.yaml", "en")


def test_another_place_that_matters_is_noted():
    one = found(Place(2, 1, 2, 2), code="Y003", facts={"key": "a"}, related=((Place(1, 1, 1, 2), "related.first"),))

    assert render(one, "a: 1\na: 2", "a.yaml", "en").endswith(" = note: first written at 1:1")


@pytest.mark.parametrize(
    ("line", "start", "end", "shown", "under"),
    [
        ("a: été", 4, 7, "a: été", "   ^~~"),
        ("\ta: b", 5, 6, "    a: b", "       ^"),
        ("漢字: b", 5, 6, "漢字: b", "      ^"),
        ("a: 漢字", 4, 6, "a: 漢字", "   ^~~~"),
        ("e\u0301te\u0301: b", 8, 9, "e\u0301te\u0301: b", "     ^"),
        ("a: b\u200bc", 5, 6, "a: b\ufffdc", "    ^"),
        ("a: \x1b[31mb", 4, 5, "a: \ufffd[31mb", "   ^"),
        ("a:", 3, 3, "a:", "  ^"),
        ("a: b", 99, 100, "a: b", "    ^"),
        ("a: b\r", 4, 5, "a: b", "   ^"),
    ],
)
def test_the_caret_is_under_the_letter(line, start, end, shown, under):
    _, _, text, caret = render(found(Place(1, start, 1, end)), line, "a.yaml", "en").split("\n")[:4]

    assert text == f"1 | {shown}"
    assert caret == f"  | {under}"


def test_a_mistake_of_several_lines_is_underlined_on_its_first():
    lines = render(found(Place(1, 4, 3, 2)), "a: [b,   \n  c\n]", "a.yaml", "en").split("\n")

    assert lines[2:4] == ["1 | a: [b,", "  |    ^~~"]


def test_a_place_that_no_line_has_shows_none():
    assert "|" not in render(found(Place(9, 1, 9, 2)), "a", "a.yaml", "en")
    assert render(found(Place(1, 1, 1, 1)), "", "a.yaml", "en").split("\n")[1:4] == ["  |", "1 |", "  | ^"]


def test_a_byte_order_mark_moves_no_caret():
    assert render(found(Place(1, 1, 1, 2)), "\ufeffa: 1", "a.yaml", "en").split("\n")[2] == "1 | a: 1"


LETTERS = st.text("ab é漢\t\u0301\u200b\x1b\u2028👩", max_size=400)


@given(LETTERS, st.integers(1, 420), st.integers(0, 300))
def test_no_line_is_wider_than_a_terminal_and_the_caret_never_leaves_it(line, start, length):
    one = found(Place(1, start, 1, start + length))
    _, _, text, caret = render(one, line, "a.yaml", "en").split("\n")[:4]
    at = caret.index("^")
    letter = line[start - 1 : start]

    assert columns(text) <= COLUMNS
    assert columns(caret) <= COLUMNS
    if letter.isalpha():
        before = [n for n in range(len(text) + 1) if columns(text[:n]) == at]
        assert any(text[n : n + 1] == letter for n in before)


def test_a_long_line_is_cut_on_both_sides_of_the_caret():
    lines = render(found(Place(1, 5001, 1, 5004)), "a" * 5000 + "bcd" + "e" * 5000, "a.yaml", "en").split("\n")
    at = lines[3].index("^")

    assert lines[2][at : at + 3] == "bcd"
    assert lines[2].count("…") == 2
    assert lines[3].endswith("^~~")


def test_a_long_name_is_cut():
    shown = render(found(Place(1, 1, 1, 2), facts={"name": "x" * 10_000}), "x", "y" * 10_000, "en")

    assert len(shown) < 600
    assert "x…" in shown


def test_nothing_that_a_terminal_obeys_is_replayed():
    evil = "\x1b[2J\x07\u202e\u2028\r\n\u200b\ud800\x00\x9b"
    one = found(Place(1, 1, 1, 2), facts={"name": evil}, suggestion=evil, expected=(evil,))
    shown = render(one, f"a: {evil}", f"{evil}.yaml", "fr")

    assert {unicodedata.category(letter) for letter in shown if letter != "\n"} & {
        "Cc",
        "Cf",
        "Cs",
        "Zl",
        "Zp",
    } == set()


def test_a_whole_report_stays_below_64_kilobytes_and_says_what_it_leaves_out():
    findings = Findings()
    for line in range(1, 60):
        findings.add(
            "E103", Place(line, 1, line, 150), value="漢" * 500, expected=["漢" * 500 + str(n) for n in range(9)]
        )
    source = "\n".join("漢" * 500 for _ in range(60))
    shown = render_all(findings.sorted(), source, "漢" * 500, "en")

    assert 32 * 1024 < len(shown.encode()) <= 64 * 1024
    assert "more problems are not shown" in shown.split("\n\n")[-1]


def test_a_report_shows_all_mistakes_one_after_the_other():
    findings = Findings()
    findings.add("D010", Place(1, 1, 1, 2), name="x")
    findings.add("D011", Place(2, 1, 2, 2), name="y")
    shown = render_all(findings.sorted(), "x\ny", "a.yaml", "en")

    assert shown == "\n\n".join(render(one, "x\ny", "a.yaml", "en") for one in findings)
    assert render_all((), "x", "a.yaml", "en") == ""


def test_tools_get_plain_data():
    one = found(
        Place(2, 1, 2, 4),
        code="D002",
        facts={"key": "gaurd", "kind": Term("kind.transition"), "name": "t"},
        suggestion="guard",
        expected=("guard", "from"),
        fixes=(Fix(place=Place(2, 1, 2, 6), text="guard"),),
        related=((Place(1, 1, 1, 2), "related.other"),),
        path="transitions.t",
    )

    assert json.loads(json.dumps(to_json(one, "a.yaml", "en"))) == {
        "code": "D002",
        "slug": "unknown-key",
        "severity": "error",
        "file": "a.yaml",
        "start": {"line": 2, "column": 1},
        "end": {"line": 2, "column": 4},
        "path": "transitions.t",
        "message": 'unknown key "gaurd" in transition "t"',
        "help": ['did you mean "guard"?', "expected: guard or from"],
        "suggestion": "guard",
        "expected": ["guard", "from"],
        "more": "dyade explain D002",
        "fixes": [{"start": {"line": 2, "column": 1}, "end": {"line": 2, "column": 6}, "text": "guard", "safe": False}],
        "related": [
            {
                "start": {"line": 1, "column": 1},
                "end": {"line": 1, "column": 2},
                "message": "the other one is at 1:1",
            }
        ],
    }
    assert to_json(one, "a.yaml", "fr")["message"] == "clé inconnue : « gaurd » (transition « t »)"

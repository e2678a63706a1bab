"""How is the text of a program read, whoever wrote it?"""

import json
import os
import subprocess
import sys
import unicodedata
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dyade.program.diagnostics import Findings, Place, Severity
from dyade.program.letters import LARGEST
from dyade.program.report import render_all, to_json
from dyade.program.text import decoded, read
from tests.program.hostile_texts import TEXTS

ROOT = Path(__file__).resolve().parents[2]


def told(raw):
    """What is told of a text: code and variant, line and column."""
    findings = Findings()
    read(raw, findings)
    return [(f"{one.code}.{one.variant}".rstrip("."), *one.place[:2]) for one in findings]


def data(raw):
    findings = Findings()
    tree = read(raw, findings)
    assert tree is not None, list(findings)
    return tree.data


class TestValues:
    """YAML 1.2, and only the plain part of it."""

    def test_groups_lists_and_words_become_plain_values(self):
        assert data("a: {b: [1, 2.50, true, null, ~, x y]}\nc:\n- d\n-\n") == {
            "a": {"b": [1, Decimal("2.50"), True, None, None, "x y"]},
            "c": ["d", None],
        }

    def test_what_is_quoted_is_a_text(self):
        assert data("a: '4'\nb: \"true\"\nc: 'null'\nd: ''\ne: '012'\nf: \"oui\"\n") == {
            "a": "4",
            "b": "true",
            "c": "null",
            "d": "",
            "e": "012",
            "f": "oui",
        }
        assert told("a: '012'\nb: 'oui'\nc: '2026-02-30'\n") == []

    def test_keys_are_texts_as_they_are_written(self):
        assert data("1: a\ntrue: b\nnull: c\n2026-01-01: d\nno: e\n'x y': f\n") == {
            "1": "a",
            "true": "b",
            "null": "c",
            "2026-01-01": "d",
            "no": "e",
            "x y": "f",
        }

    def test_blocks_keep_or_fold_their_lines(self):
        assert data("a: |\n  x\n  y\nb: >-\n  x\n  y\n") == {"a": "x\ny\n", "b": "x y"}

    def test_accents_are_composed(self):
        assert data("e\u0301te\u0301: e\u0301") == {"\u00e9t\u00e9": "\u00e9"}

    @pytest.mark.parametrize("raw", ["", " \n\n", "# rien\n", "---\n", b""])
    def test_an_empty_file_has_no_value(self, raw):
        assert data(raw) is None

    def test_a_byte_order_mark_is_not_a_letter(self):
        assert data(b"\xef\xbb\xbfa: 1") == data("\ufeffa: 1") == {"a": 1}

    def test_windows_line_ends_are_line_ends(self):
        assert data(b"a: 1\r\nb:\r\n  - c\r\n") == {"a": 1, "b": ["c"]}
        assert told(b"a: 1\r\na: 2\r\n") == [("Y003", 2, 1)]

    def test_french_spaces_are_letters_of_a_text(self):
        assert data("fr: «\u00a0Quatre\u00a0» rencontres\u202f!") == {"fr": "«\u00a0Quatre\u00a0» rencontres\u202f!"}
        assert told("fr: Rencontres\u202f: 1 sur 4") == [("Y002.colon", 1, 5)]

    def test_a_family_of_pictures_is_one_picture(self):
        assert told("a: 👩\u200d🏫 et ❤\ufe0f\u200d🔥") == []


class TestRefused:
    """What is told of a text that could be read in two ways."""

    @pytest.mark.parametrize(
        ("raw", "findings"),
        [
            ("a: 1\nb: 2\na: 3\n", [("Y003", 3, 1)]),
            ("a: {b: 1, 'b': 2}\n", [("Y003", 1, 11)]),
            ("\u00e9: 1\ne\u0301: 2\n", [("Y003", 2, 1)]),
            ("a: 1\n---\nb: 2\n", [("Y004", 2, 1)]),
            ("a: &x 1\nb: *x\n", [("Y005", 1, 4), ("Y005", 2, 4)]),
            ("&x a: 1\n*x : 2\n", [("Y005", 1, 1), ("Y005", 2, 1)]),
            ("a: {<<: {b: 1}}\n", [("Y005.merge", 1, 5)]),
            ("a: !!str 1\nb: ! [c]\n", [("Y006", 1, 4), ("Y006", 2, 4)]),
            ("a: !cancelled\n", [("Y006", 1, 4)]),
            ("%YAML 1.1\n---\na: 1\n", [("Y006.directive", 1, 1)]),
            ("[" * 40 + "]" * 40, []),
            ("[" * 41 + "]" * 41, [("Y007", 1, 41)]),
            ("- 1\n" * 20_001, [("Y007.many", 20_000, 3)]),
            ("a: b\u200bc\n", [("Y008", 1, 5)]),
            ("# \u202e\na: 1\n", [("Y008", 1, 3)]),
            ("men\u200dtor: 1\n", [("Y008", 1, 4)]),
            ("a: b\rc: d\n", [("Y008", 1, 5)]),
            ("a: b\u2028c\u0085d\n", [("Y008", 1, 5), ("Y008", 1, 7)]),
            ('a: "\\u202e"\n', [("Y008", 1, 4)]),
            ('a: "\\0"\n', [("Y008", 1, 4)]),
            ('a: "\\u200b"\r\nb: 1\r\n', [("Y008", 1, 4)]),
            ("? a\n  b\u00a0c\n: 1\n", [("Y008.space", 2, 4)]),
            ("a\u00a0b: 1\n", [("Y008.space", 1, 2)]),
            ("a: e" + "\u0301" * 31, [("Y008.accents", 1, 35)]),
            ("a: caf\u00e9\n".encode("cp1252"), [("Y008.encoding", 1, 7)]),
            ("é: é\nb: caf".encode() + b"\xe9\n", [("Y008.encoding", 2, 7)]),
            ("a: 1\n".encode("utf-16"), [("Y008.encoding", 1, 1)]),
            ("a: oui\nb: {fr: Oui, en: Yes}\n", [("Y010", 1, 4)]),
            ("a: 04\n", [("Y011", 1, 4)]),
            ("a: 2026-02-30\n", [("Y013", 1, 4)]),
            ("a: 1e999\n", [("D008.digits", 1, 4)]),
        ],
    )
    def test_what_has_two_meanings_is_told_at_its_place(self, raw, findings):
        assert told(raw) == findings

    def test_what_is_refused_is_read_in_its_plainest_sense(self):
        """So that the rest of the file can be checked."""
        assert data("a: &x 1\nb: *x\n<<: *x\nc: !t 2\na: 3\nd: m\u200bn\n") == {"a": 1, "b": None, "c": "2", "d": "mn"}
        assert data("a: caf\u00e9\n".encode("cp1252")) == {"a": "café"}
        assert data("a: 1\n---\nb: 2\n") == {"a": 1}

    def test_a_duplicate_key_shows_the_first(self):
        findings = Findings()
        read("a: 1\nb:\n  c: 1\n  c: 2\n", findings)

        assert [one.related for one in findings] == [((Place(3, 3, 3, 4), "related.first"),)]

    def test_what_cannot_be_read_gives_no_tree_and_what_came_before_is_told(self):
        findings = Findings()

        assert read("a: 1\na: 04\nb: 'x\n", findings) is None
        assert [one.code for one in findings] == ["Y003", "Y011", "Y002"]

    def test_only_a_warning_is_given_for_a_word_that_looks_like_a_truth(self):
        findings = Findings()
        read("a: oui", findings)

        assert [one.severity for one in findings] == [Severity.WARNING]
        assert not findings.errors

    @pytest.mark.parametrize("raw", [b"a" * (LARGEST + 1), "a" * (LARGEST + 1), "é" * (LARGEST // 2 + 1)])
    def test_a_file_too_large_is_not_looked_into(self, raw):
        assert told(raw) == [("Y001", 1, 1)]

    def test_a_file_of_the_largest_size_is_read(self):
        assert told("#" * LARGEST) == []


@pytest.fixture(scope="module")
def measured():
    """All hostile texts, one after the other in a process of their own."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "engine")))}
    command = [sys.executable, "-m", "tests.program.hostile_texts"]
    run = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    return json.loads(run.stdout)


class TestHostile:
    """Any bytes end in a tree or in findings: within two seconds, 256 MB and 64 KB of report."""

    @pytest.mark.parametrize("name", TEXTS)
    def test_a_hostile_text_costs_little(self, measured, name):
        seconds, shown, first, tree, told, raw_controls = measured["costs"][name]

        assert seconds < 2
        assert shown <= 64 * 1024
        assert tree or first
        assert told <= 51
        assert raw_controls == 0

    def test_no_hostile_text_takes_much_memory(self, measured):
        assert measured["megabytes"] < 256

    @settings(max_examples=300)
    @given(st.binary(max_size=400))
    @example(b"\xff\xfe")
    @example(b"\xef\xbb\xbf")
    @example(b"'a':\n  - \xe9")
    def test_any_bytes_end_in_a_tree_or_in_findings(self, raw):
        holds(raw)

    @settings(max_examples=300)
    @given(st.text("ab:,-?!&*{}[]|>'\"%@`#\\ \n\t\r.019e\u00e9\u200b\u2028\u0301\ud800", max_size=60))
    @example("? - &a ! x\n: *a")
    @example("{a, b: {c}, <<: [d], ? [e]: f")
    @example("a: |2\n    b\n  c")
    def test_any_signs_of_yaml_end_in_a_tree_or_in_findings(self, raw):
        holds(raw)

    @settings(max_examples=300)
    @given(st.data())
    def test_a_program_with_a_few_wrong_letters_ends_in_a_tree_or_in_findings(self, data):
        raw = SAMPLE
        for _ in range(data.draw(st.integers(1, 4))):
            at = data.draw(st.integers(0, len(raw)))
            cut = data.draw(st.integers(0, 6))
            raw = raw[:at] + data.draw(st.sampled_from(MUTATIONS)) + raw[at + cut :]
        holds(raw)


SAMPLE = """\
# Un programme
id: essai
title: {fr: "Programme d'été", en: 'Summer'}
params:
  duree: {value: 6 months, label: {fr: Durée, en: Length}}
states:
  attente:
    label: {fr: En attente (APPR, DSM), en: Waiting}
transitions:
  - id: jumeler
    from: [attente, fin]
    guard:
      - {id: un, when: "forms.x.done and 1 < 2"}
    note: |
      Première ligne
        seconde
"""
MUTATIONS = (
    "", ":", ": ", ", ", "'", '"', "{", "}", "[", "]", "\n", "\t", " ", "- ", "#", " #", "&a ", "*a", "!",
    "%", "|", "\\", "é", "\u00a0", "\u200b", "0", "? ", "<<: ", "---\n",
)  # fmt: skip


def holds(raw):
    """Reading ends well: a tree or an error; places inside the text; the same twice; nothing raw is replayed."""
    findings, again = Findings(), Findings()
    tree = read(raw, findings)
    read(raw, again)
    source = decoded(raw)
    lines = source.split("\n")
    found = findings.sorted()

    assert found == again.sorted()
    assert tree is not None or findings.errors
    for one in found:
        line, column, end_line, end_column = one.place
        assert 1 <= line <= end_line <= len(lines) + 1
        assert column >= 1
        assert (end_line, end_column) >= (line, column)
        assert line > len(lines) or column <= len(lines[line - 1]) + 1
    for lang in ("fr", "en"):
        shown = render_all(found, source, "\x1b[31m.yaml", lang)
        assert not any(
            letter != "\n" and unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for letter in shown
        )
        assert json.dumps([to_json(one, "x", lang) for one in found])
    if tree is not None:
        visit(tree, tree.data, ())


def visit(tree, value, path):
    """Every value and every key has a place, and only plain values are there."""
    assert tree.place(path)[:2] <= tree.place(path)[2:]
    assert tree.key_place(path)
    assert type(value) in {dict, list, str, int, Decimal, bool, type(None)}
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, item in items:
        assert isinstance(step, int if isinstance(value, list) else str)
        visit(tree, item, (*path, step))
    if isinstance(value, str):
        assert tree.inner(path, 0, len(value))

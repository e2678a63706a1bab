"""Does a line fit its terminal, and say nothing to it but text?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyade.cli import paper
from dyade.cli.paper import Span, clean, flow, pad, width


@pytest.fixture(autouse=True)
def _columns(monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")


@pytest.mark.parametrize("letter", ["\x1b", "\x07", "\x9b", "\u202e", "\u2028", "\ue000", "\x00", "\u200b"])
def test_a_character_that_acts_on_the_terminal_is_masked(letter):
    assert clean(f"a{letter}b") == "a\N{REPLACEMENT CHARACTER}b"


def test_a_stored_line_break_cannot_begin_a_line_of_ours():
    assert clean("a\r\n✔ b\tc") == "a  ✔ b c"


def test_accents_and_wide_letters_stay():
    assert clean("é — 日本 ✔") == "é — 日本 ✔"


def test_a_wide_letter_takes_two_columns_and_an_accent_none():
    assert (width("日本"), width("e\u0301"), width("abc")) == (4, 1, 3)
    assert pad("日", 4) == "日  "


def test_words_wrap_under_the_first_one():
    lines = flow("mot " * 30, lead=["  ", Span("x", "yes"), "  "])

    assert len(lines) == 3
    assert all(line.startswith("     mot") for line in lines[1:])


def test_a_word_longer_than_the_line_is_left_whole():
    assert flow("a" * 90) == ["a" * 90]


def test_a_space_that_must_not_break_does_not():
    lines = flow("mot " * 13 + "neuf\u00a0lettres")

    assert lines[-1] == "neuf\u00a0lettres"


@given(st.lists(st.text(max_size=30), max_size=8), st.text(max_size=10))
def test_a_paragraph_loses_no_word_and_stays_in_its_columns(texts, lead):
    lines = flow(*texts, lead=[lead])

    said = [word for line in lines for word in line.replace("\x1b", "").split()]
    assert "".join(said) == "".join(clean(lead + "".join(texts)).split())
    longest = max([0, *(width(word) for word in clean("".join(texts)).split(" "))])
    assert all(
        width(line) <= max(paper.room(), paper.room() // 2 + longest, width(clean(lead)) + longest) for line in lines
    )


@pytest.mark.parametrize(("columns", "expected"), [("10", 40), ("60", 60), ("400", 100)])
def test_a_line_is_neither_too_narrow_nor_too_wide(monkeypatch, columns, expected):
    monkeypatch.setenv("COLUMNS", columns)

    assert paper.room() == expected

"""Where does each value stand?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyade.program.diagnostics import Findings, Place
from dyade.program.text import Tree, read

PROGRAM = """\
id: essai
title: {fr: Programme d'été, en: "Summer program"}
states:
  attente: {label: 'En attente'}
transitions:
  - id: jumeler
    by: [gestionnaire, mentor]
    guard:
      - id: entente_signee
        when: forms.entente.signed
      - eligible: [mentor]
  - to: fin
note: |
  Première ligne
  seconde ligne

vide:
"""


def tree(text: str) -> Tree:
    found = read(text, Findings())
    assert found is not None
    return found


@pytest.fixture(scope="module")
def program():
    return tree(PROGRAM)


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("id",), (1, 5, 1, 10)),
        (("title",), (2, 8, 2, 51)),
        (("title", "fr"), (2, 13, 2, 28)),
        (("title", "en"), (2, 34, 2, 50)),
        (("states", "attente", "label"), (4, 20, 4, 32)),
        (("states",), (4, 3, 4, 33)),
        (("transitions",), (6, 3, 12, 12)),
        (("transitions", 0), (6, 5, 11, 27)),
        (("transitions", 0, "by", 1), (7, 24, 7, 30)),
        (("transitions", 0, "guard", 0, "when"), (10, 15, 10, 35)),
        (("note",), (13, 7, 15, 16)),
        (("vide",), (17, 6, 17, 6)),
        ((), (1, 1, 17, 6)),
    ],
)
def test_a_value_knows_its_place(program, path, place):
    assert program.place(path) == Place(*place)


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("states",), (3, 1, 3, 7)),
        (("title", "en"), (2, 30, 2, 32)),
        (("transitions", 0, "guard", 0, "when"), (10, 9, 10, 13)),
        (("transitions", 1), (12, 5, 12, 12)),
        (("vide",), (17, 1, 17, 5)),
        ((), (1, 1, 17, 6)),
    ],
)
def test_a_key_knows_its_place_and_an_item_stands_for_itself(program, path, place):
    assert program.key_place(path) == Place(*place)


@pytest.mark.parametrize("path", [("title", "de"), ("title", "fr", "x", 3), ("transitions", 7, "by"), ("nothing",)])
def test_what_does_not_exist_stands_where_it_would(program, path):
    parent = {"title": (2, 8, 2, 51), "transitions": (6, 3, 12, 12)}.get(path[0], (1, 1, 17, 6))
    if path == ("title", "fr", "x", 3):
        parent = (2, 13, 2, 28)

    assert program.place(path) == program.key_place(path) == Place(*parent)


@pytest.mark.parametrize(
    ("path", "dotted"),
    [
        (("transitions", 0, "guard", 0, "when"), "transitions.jumeler.guard.entente_signee.when"),
        (("transitions", 0, "guard", 1, "eligible"), "transitions.jumeler.guard[1].eligible"),
        (("transitions", 1, "to"), "transitions[1].to"),
        (("transitions", 0, "by", 1), "transitions.jumeler.by[1]"),
        (("nothing", 3, "x"), "nothing[3].x"),
        ((), ""),
    ],
)
def test_a_path_names_items_by_their_id(program, path, dotted):
    assert program.dotted(path) == dotted


@pytest.mark.parametrize(
    ("text", "word", "place"),
    [
        ("a: un deux", "deux", (1, 7, 1, 11)),
        ("a: 'un deux'", "deux", (1, 8, 1, 12)),
        ('a: "un deux"', "deux", (1, 8, 1, 12)),
        ("a: 'l''un deux'", "deux", (1, 11, 1, 15)),
        ('a: "\\u00e9t\\xe9 deux"', "deux", (1, 17, 1, 21)),
        ("a: un\n   deux trois", "trois", (2, 9, 2, 14)),
        ("a: 'un\n\n   deux trois'", "deux", (3, 4, 3, 8)),
        ("a: |\n  un\n  deux", "deux", (3, 3, 3, 7)),
        ("a: >-\n  un\n  deux trois\n", "trois", (3, 8, 3, 13)),
        ("a: {b: c, d: un deux}", "deux", (1, 17, 1, 21)),
        ("a: été deux", "deux", (1, 8, 1, 12)),
    ],
)
def test_a_word_inside_a_text_has_its_place(text, word, place):
    found = tree(text)
    path = ("a", "d") if "d:" in text else ("a",)
    value = found.data["a"]["d"] if "d:" in text else found.data["a"]
    start = value.index(word)

    assert found.inner(path, start, start + len(word)) == Place(*place)


def test_an_empty_stretch_stands_before_its_letter():
    assert tree("a: un deux").inner(("a",), 3, 3) == Place(1, 7, 1, 7)
    assert tree("a: un").inner(("a",), 2, 2) == Place(1, 6, 1, 6)


def test_letters_that_cannot_be_followed_give_the_whole_text():
    """A composed letter of the value is two in the file."""
    assert tree("a: e\u0301te\u0301 deux").inner(("a",), 4, 8) == Place(1, 4, 1, 14)
    assert tree("a: un").inner(("a",), 0, 99) == Place(1, 4, 1, 6)
    assert tree("a: 4").inner(("a",), 0, 1) == Place(1, 4, 1, 5)
    assert tree("a: un").inner(("b", 3), 0, 1) == Place(1, 1, 1, 6)


WORDS = st.lists(st.text("abcé '\"\\-.", min_size=1, max_size=8), min_size=1, max_size=4).map(" ".join)


@given(WORDS, st.sampled_from("'\""), st.data())
def test_every_letter_of_a_quoted_text_is_found_where_it_is_written(value, quote, data):
    written = value.replace("'", "''") if quote == "'" else value.replace("\\", "\\\\").replace('"', '\\"')
    found = tree(f"a: {quote}{written}{quote}")
    at = data.draw(st.integers(0, len(value) - 1))
    line, column, _, _ = found.inner(("a",), at, at + 1)

    assert found.data["a"] == value
    assert line == 1
    if value[at] != " ":
        assert f"a: {quote}{written}{quote}"[column - 1] in {value[at], "\\"}

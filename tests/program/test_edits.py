"""Are edits made where they say, and nowhere else?"""

import pytest

from dyade.program.diagnostics import Fix, Place
from dyade.program.edits import Overlap, apply, disjoint

TEXT = "a: 1\nb: été\nc: 3\n"


def edit(line, column, end_column, text, end_line=None):
    return Fix(place=Place(line, column, end_line or line, end_column), text=text)


def test_edits_come_in_any_order():
    made = apply(TEXT, [edit(3, 4, 5, "three"), edit(1, 4, 5, "one"), edit(2, 4, 7, "hiver")])

    assert made == "a: one\nb: hiver\nc: three\n"


def test_an_edit_may_insert_delete_and_cross_lines():
    assert apply(TEXT, [edit(1, 1, 1, "# first\n")]) == f"# first\n{TEXT}"
    assert apply(TEXT, [edit(1, 1, 1, "", end_line=2)]) == "b: été\nc: 3\n"


def test_insertions_at_one_place_keep_their_order():
    assert apply("x", [edit(1, 1, 1, "a"), edit(1, 1, 1, "b")]) == "abx"


def test_the_same_edit_twice_is_one_edit():
    assert apply(TEXT, [edit(1, 4, 5, "one"), edit(1, 4, 5, "one")]) == "a: one\nb: été\nc: 3\n"


def test_two_edits_of_the_same_characters_are_refused():
    with pytest.raises(Overlap):
        apply(TEXT, [edit(2, 4, 7, "x"), edit(2, 5, 6, "y")])


def test_windows_line_ends_are_kept():
    assert apply("a: 1\r\nb: 2\r\n", [edit(2, 4, 5, "3")]) == "a: 1\r\nb: 3\r\n"


def test_a_group_of_edits_is_made_whole_or_not_at_all():
    first, other = [edit(1, 4, 5, "one")], [edit(3, 4, 5, "three"), edit(1, 4, 5, "uno")]

    assert apply(TEXT, disjoint(TEXT, [first, other])) == "a: one\nb: été\nc: 3\n"

"""What becomes of the words of a file in the model?"""

from __future__ import annotations

from decimal import Decimal

import pytest
from pydantic import ValidationError

from dyade.program import model as m
from dyade.program.digest import plain
from dyade.program.keys import Key, keys


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ({"label": "Guide"}, {"*": "Guide"}),
        ({"label": {"fr": "Guide"}}, {"fr": "Guide"}),
    ],
)
def test_a_bare_text_is_in_the_authors_language(written, kept):
    assert m.made(m.Role, written).label == kept


def test_a_text_in_the_authors_language_is_read_from_what_was_kept_and_from_no_file():
    kept = plain(m.made(m.Role, {"label": "Guide"}))

    assert m.made(m.Role, kept, kept=True).label == {"*": "Guide"}
    with pytest.raises(m.Misshapen):
        m.made(m.Role, kept)


@pytest.mark.parametrize(("written", "kept"), [(True, "true"), (3, "3"), (Decimal("1.50"), "1.50"), ("a", "a")])
def test_a_value_where_an_expression_may_stand_is_one(written, kept):
    assert m.made(m.Emit, {"name": "told", "data": {"x": written}}).data == {"x": kept}


def test_one_name_where_a_list_may_stand_is_a_list_of_one():
    assert m.made(m.Visibility, {"default": "coach"}).default == ["coach"]


def test_what_is_not_said_is_the_default_and_is_not_told_as_said():
    count = m.made(m.Count, {"max": 2})

    assert (count.min, count.max) == (1, 2)
    assert count.model_fields_set == {"max"}


def test_a_default_that_is_written_out_makes_the_same_part():
    assert m.made(m.Count, {"min": 1, "max": 1}) == m.Count()
    assert m.made(m.Role, {"label": "Guide", "count": {"min": 1}}) == m.made(m.Role, {"label": "Guide"})
    assert m.made(m.Count, {"max": 2}) != m.Count()


def test_a_part_is_never_changed():
    with pytest.raises(ValidationError, match="frozen"):
        m.Count().max = 3  # type: ignore[misc]


@pytest.mark.parametrize("data", [{}, {"use": "x", "odd": 1}, ["x"], None, {"use": None}])
def test_data_of_another_shape_is_refused(data):
    with pytest.raises(m.Misshapen):
        m.made(m.Use, data)


def test_each_fault_has_its_place_and_its_value_and_the_message_shows_neither():
    with pytest.raises(m.Misshapen) as raised:
        m.made(m.Count, {"min": -1, "max": "many"})

    assert raised.value.misfits == ((("min",), -1), (("max",), "many"))
    assert str(raised.value) == ""


def test_the_keys_of_a_part_are_told_as_the_file_writes_them_with_what_they_hold():
    by_name = {key.attribute: key for key in keys(m.Transition)}

    assert by_name["from_"] == Key("from_", "from", "", False, True, None)
    assert by_name["label"] == Key("label", "label", "text", False, True, None)
    assert by_name["after"].kind == "duration"
    assert by_name["at"].kind == "expression"
    assert by_name["effects"].default == []
    assert {key.attribute: (key.kind, key.each) for key in keys(m.Datum)}["values"] == ("text", True)
    assert {key.attribute: key.kind for key in keys(m.Reminder)}["only_if"] == "condition"

"""Are the types of data found through what is said to be like them, and tables looked up by what they are keyed by?"""

import pytest

from dyade.program.conditions.types import PLAIN
from dyade.program.data import row_key
from dyade.program.load import examine
from tests.program.test_checks import SMALLEST

FIELDS = """\
params:
  bas: {value: 2, label: Bas}
fields:
  rang: {type: int, label: Rang, min: params.bas, set_by: [mentor]}
  autre: {like: fields.encore, label: Autre, set_by: [mentor]}
  encore: {like: fields.rang, label: Encore, set_by: [mentor]}
initial:"""


def test_a_datum_has_the_type_of_what_it_is_like():
    program = examine(SMALLEST.replace("initial:", FIELDS)).program

    assert program is not None
    assert program.data["fields", "autre"].type == PLAIN["int"]


def test_a_param_may_stand_where_a_bound_does():
    program = examine(SMALLEST.replace("initial:", FIELDS)).program

    assert program is not None
    assert program.data["fields", "rang"].model.min == 2


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("int", "4", 4),
        ("int", "quatre", None),
        ("bool", "true", True),
        ("text", "4", "4"),
        ("date", "2026-02-30", None),
    ],
)
def test_the_key_of_a_row_is_read_by_the_type_of_the_table(kind, text, value):
    assert row_key(PLAIN[kind], text) == value

"""Is a part what pydantic makes of the same data, though pydantic is not asked?"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from dyade.authoring.scenario_model import Scenarios
from dyade.program import model as m
from dyade.program.diagnostics import Findings
from dyade.program.part import OTHERS, Misshapen, Part, built, keys
from dyade.program.text import read
from dyade.program.twins import twin

HERE = Path(__file__).parent
FILES = (HERE / "whole.yaml", *sorted((HERE.parents[1] / "programs").glob("*.yaml")))


def data_of(path: Path) -> Any:
    tree = read(path.read_bytes(), Findings())
    assert tree is not None
    return tree.data


def kind_of(path: Path) -> type[Part]:
    return Scenarios if path.stem.endswith(".scenarios") else m.Program


def plain(value: Any) -> Any:
    """A value with the names of the models that it is made of, ours or pydantic's."""
    if isinstance(value, Part):
        said = {key.attribute: plain(getattr(value, key.attribute)) for key in keys(type(value))}
        return type(value).__name__, said, plain(getattr(value, OTHERS, None))
    if isinstance(value, BaseModel):
        said = {name: plain(getattr(value, name)) for name in type(value).model_fields}
        return type(value).__name__, said, plain(value.model_extra)
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return type(value).__name__, value


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_is_made_of_the_same_parts_as_pydantic_finds_in_it(path):
    data, kind = data_of(path), kind_of(path)

    assert plain(built(kind, data)) == plain(twin(kind).model_validate(data))


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ({"label": "Guide"}, {"*": "Guide"}),
        ({"label": {"fr": "Guide"}}, {"fr": "Guide"}),
    ],
)
def test_a_bare_text_is_in_the_authors_language(written, kept):
    assert built(m.Role, written).label == kept


@pytest.mark.parametrize(("written", "kept"), [(True, "true"), (3, "3"), (Decimal("1.50"), "1.50"), ("a", "a")])
def test_a_value_where_an_expression_may_stand_is_one(written, kept):
    assert built(m.Emit, {"name": "told", "data": {"x": written}}).data == {"x": kept}


def test_one_name_where_a_list_may_stand_is_a_list_of_one():
    assert built(m.Visibility, {"default": "coach"}).default == ["coach"]


def test_what_is_not_said_is_the_default_and_is_not_told_as_said():
    count = built(m.Count, {"max": 2})

    assert (count.min, count.max) == (1, 2)
    assert count.model_fields_set == {"max"}


def test_a_default_that_is_written_out_makes_the_same_part():
    assert built(m.Count, {"min": 1, "max": 1}) == m.Count()
    assert hash(built(m.Count, {"min": 1})) == hash(m.Count())
    assert built(m.Count, {"max": 2}) != m.Count()
    assert m.Use(use="x") != m.Emit(name="x")


def test_a_part_is_never_changed():
    with pytest.raises(AttributeError):
        m.Count().max = 3


def test_a_copy_says_something_anew():
    part = built(m.Count, {"max": 2})

    assert part.model_copy({"max": 3}) == built(m.Count, {"max": 3})
    assert part.max == 2


@pytest.mark.parametrize("data", [{}, {"use": "x", "odd": 1}, ["x"], None])
def test_data_of_another_shape_is_not_taken_in_silence(data):
    with pytest.raises(Misshapen):
        built(m.Use, data)


def test_where_it_is_pydantic_that_judges_each_fault_has_its_place_and_its_value():
    with pytest.raises(Misshapen) as raised:
        m.Count.model_validate({"min": -1, "max": "many"})

    assert raised.value.misfits == ((("min",), -1), (("max",), "many"))
    assert "many" not in str(raised.value)

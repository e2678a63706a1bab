"""Do the published schemas say what the models say, in both languages, and nothing else?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from jsonschema import Draft7Validator
from referencing import Registry

import dyade
from dyade.authoring.scenario_model import Scenarios
from dyade.authoring.schemas import schemas, write
from dyade.program import model as m
from dyade.program.diagnostics import Findings
from dyade.program.keys import keys
from dyade.program.schema import EXACTLY_ONE, EXAMPLES, TOGETHER, structure, words
from dyade.program.snippets import ENUMS, FRAGMENTS, SNIPPETS
from dyade.program.text import read
from tests.program.make_structure import TABLES, table

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PUBLISHED = ("program", "scenarios")
STRUCTURES = {"program": structure(m.Program), "scenarios": structure(Scenarios)}
MODELS = {"program": m.Program, "scenarios": Scenarios}


def published(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((ROOT / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8"))
    return schema


def data_of(path: Path) -> Any:
    tree = read(path.read_bytes(), Findings())
    assert tree is not None
    return tree.data


def nodes(schema: Any) -> Iterator[dict[str, Any]]:
    """Every group of keys of a schema."""
    if isinstance(schema, dict):
        yield schema
    inside = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ()
    for value in inside:
        yield from nodes(value)


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_published_schema_is_the_model_s(name):
    """If it differs: `make schemas`."""
    text = (ROOT / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")

    assert text == schemas()[f"{name}.schema.json"]


def test_writing_the_schemas_makes_those_files_and_no_other(tmp_path):
    written = write(tmp_path / "schemas")

    assert sorted(path.name for path in written) == ["program.schema.json", "scenarios.schema.json"]
    assert {path.name: path.read_text(encoding="utf-8") for path in written} == schemas()


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_published_schema_is_draft_7(name):
    schema = published(name)

    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    Draft7Validator.check_schema(schema)


def files() -> list[tuple[str, Path]]:
    found = [*(ROOT / "programs").glob("*.yaml"), HERE / "whole.yaml"]
    return [("scenarios" if path.stem.endswith(".scenarios") else "program", path) for path in sorted(found)]


@pytest.mark.parametrize(("name", "path"), files(), ids=lambda value: getattr(value, "name", value))
def test_every_program_fits_the_published_schema(name, path):
    validator = Draft7Validator(published(name), registry=Registry())

    assert [error.json_path for error in validator.iter_errors(data_of(path))] == []


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_key_and_every_part_says_what_it_is_in_both_languages(name):
    schema = published(name)
    parts = [schema, *schema["definitions"].values()]
    keys = [value for part in parts for value in part.get("properties", {}).values()]

    assert [part for part in (*parts, *keys) if len(part.get("description", "").split("\n\n")) != 2] == []


@pytest.mark.parametrize("name", PUBLISHED)
def test_nothing_of_the_generator_s_noise_is_left(name):
    """A key that may be left out takes no `null`, and no title repeats its name."""
    schema = published(name)

    assert "$defs" not in schema
    assert [node for node in nodes(schema["definitions"]) if isinstance(node.get("title"), str)] == []
    assert [node for node in nodes(schema) if "default" in node and node["default"] in (None, [], {})] == []
    if name == "program":
        assert [node for node in nodes(schema) if node.get("type") == "null"] == []


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_closed_group_lets_private_keys_pass(name):
    closed = [node for node in nodes(published(name)) if node.get("additionalProperties") is False]

    assert closed
    assert [node for node in closed if node.get("patternProperties") != {"^x-": {}}] == []


def catalogue(lang: str) -> Mapping[str, str]:
    """English sentence -> what the catalogue says, as a reader sees it."""
    path = Path(dyade.__file__).parent / "locale" / lang / "LC_MESSAGES" / "language.po"
    with path.open("rb") as file:
        return {str(said.id): str(said.string).format() for said in read_po(file) if said.id}


def test_the_catalogue_has_every_sentence_of_the_models_and_no_other():
    """A docstring that changes wants its French anew."""
    wanted = {text for made in STRUCTURES.values() for text in words(made)}

    for lang in ("fr", "en"):
        said = catalogue(lang)
        assert wanted - said.keys() == set()
        assert said.keys() - wanted == set()
        assert [key for key, text in said.items() if not text] == []


def test_in_english_the_catalogue_says_what_the_models_say():
    assert [key for key, text in catalogue("en").items() if key != text] == []


def test_the_french_names_the_same_keys():
    """What stands between backquotes is typed as it is, but for the names that an author invents."""
    free = re.compile(r"fields\.\w+|forms\.\w+|tables\.\w+|history\(|each: \[|\$n|\d+ ")

    def typed(text: str) -> set[str]:
        return {name for name in re.findall(r"`([^`]+)`", text) if not free.search(name)}

    assert {key: text for key, text in catalogue("fr").items() if typed(key) != typed(text)} == {}


def test_what_is_added_to_the_models_is_about_something_that_they_have():
    every = [node for made in STRUCTURES.values() for node in nodes(made)]
    definitions = {name for made in STRUCTURES.values() for name in made["definitions"]}
    enums = {tuple(node["enum"]) for node in every if isinstance(node.get("enum"), list)}
    patterned = [node["examples"] for node in every if "examples" in node]

    assert {*EXACTLY_ONE, *TOGETHER, *SNIPPETS, *FRAGMENTS} - definitions == set()
    assert ENUMS.keys() - enums == set()
    assert [list(examples) for examples in EXAMPLES.values() if list(examples) not in patterned] == []
    assert [choices for choices, told in ENUMS.items() if len(choices) != len(told)] == []


def snippets() -> list[tuple[str, Any]]:
    return [(name, body) for name, pieces in SNIPPETS.items() for _, body in pieces]


@pytest.mark.parametrize(("name", "body"), snippets(), ids=[name for name, _ in snippets()])
def test_what_an_editor_inserts_fits(name, body):
    schema = published("program")
    filled = json.loads(re.sub(r"\$\{\d:([^}]*)\}", r"\1", json.dumps(body)))

    validator = Draft7Validator({**schema["definitions"][name], "definitions": schema["definitions"]})

    assert [error.message for error in validator.iter_errors(filled)] == []


def test_the_sample_of_the_language_has_every_key_of_the_models():
    """What the sample lacks would be tested by nothing here."""
    program = m.Program.model_validate(data_of(HERE / "whole.yaml"))
    written = {(kind, key) for part in parts(program) for kind in type(part).__mro__ for key in part.model_fields_set}
    kinds = [kind for kind in vars(m).values() if isinstance(kind, type) and issubclass(kind, m.Part)]

    own = [(kind, key) for kind in kinds for key in kind.__annotations__ if key in kind.model_fields]

    assert [(kind.__name__, key) for kind, key in own if (kind, key) not in written] == []


def parts(value: Any) -> Iterator[m.Part]:
    if isinstance(value, m.Part):
        yield value
        for key in keys(type(value)):
            yield from parts(getattr(value, key.attribute))
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from parts(item)


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_files_are_held_against_the_models_own_schema(path):
    """If it differs: `make schemas`."""
    assert path.read_text(encoding="utf-8") == table(path)

"""Is everything that has not the shape of the language told, once, at its place, with what was meant?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from functools import cache, reduce
from operator import getitem
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator, ValidationError, validators
from referencing import Registry

from dyade.authoring.scenario_model import Scenarios, check_scenarios_shape
from dyade.program.diagnostics import Diagnostic, Findings
from dyade.program.model import LARGEST, Misshapen, Part, Program, made
from dyade.program.report import render
from dyade.program.schema import structure
from dyade.program.shape import Shape, check_program_shape, check_shape, prune
from dyade.program.text import read
from dyade.program.tree import Node, Tree

HERE = Path(__file__).parent
PROGRAMS = sorted((HERE.parents[1] / "programs").glob("*.yaml"))
WHOLE = (HERE / "whole.yaml").read_text(encoding="utf-8")
SMALL = """\
dyade: "1.0"
id: small
version: "1"
title: Small
summary: A small program
locales: [fr, en]
timezone: America/Toronto
started_by: [coach]
roles:
  coach: {label: Coach}
fields:
  hours: {type: int, label: Hours}
forms:
  report:
    label: Report
    entry: {text: {type: text, label: Text}}
    filled_by: [coach]
    available_in: [begun]
initial: begun
states:
  begun: {label: Begun}
  ended: {label: Ended, final: true}
transitions:
  - id: end
    label: End
    from: begun
    to: ended
    by: [coach]
    guard:
      - {id: told, when: forms.report.done}
    effects:
      - set: {hours: 3}
"""


def tree_of(text: str) -> Tree:
    tree = read(text, Findings())
    assert tree is not None
    return tree


def bare(data: Any) -> Tree:
    """A tree without a text."""
    return Tree(data, Node((0, 0), (0, 0)), [])


def found_in(text: str) -> tuple[Diagnostic, ...]:
    findings = Findings()
    check_program_shape(tree_of(text), findings)
    return findings.sorted()


def changed(before: str, after: str, text: str = SMALL) -> str:
    assert text.count(before) == 1
    return text.replace(before, after)


def at(found: Diagnostic, text: str) -> str:
    """What stands at the place of a finding."""
    place = found.place
    line = text.split("\n")[place.line - 1]
    return line[place.column - 1 : place.end_column - 1 if place.end_line == place.line else None]


def told(before: str, after: str) -> list[tuple[str, str, str | None]]:
    """The code, the words at the place and the suggestion of every mistake of a small program that was changed."""
    text = changed(before, after)
    return [(found.code, at(found, text), found.suggestion) for found in found_in(text)]


@pytest.mark.parametrize("text", [SMALL, WHOLE], ids=["small", "whole"])
def test_a_program_of_the_right_shape_says_nothing(text):
    findings = Findings()

    shape = check_program_shape(tree_of(text), findings)

    assert shape._replace(made=None) == Shape(ok=True)
    assert shape.made == made(Program, tree_of(text).data)
    assert findings.sorted() == ()


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.name)
def test_the_programs_have_the_right_shape(path):
    tree = tree_of(path.read_text(encoding="utf-8"))
    findings = Findings()

    check = check_scenarios_shape if path.stem.endswith(".scenarios") else check_program_shape
    shape = check(tree, findings)

    assert findings.sorted() == ()
    assert shape.ok


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        # Keys.
        ("fields:\n", "feilds:\n", [("D001", "feilds", "fields")]),
        ("started_by: [coach]", "started_by: [coach]\nquota: {}", [("D001", "quota", "quotas")]),
        ("states:\n", "x-more: 1\nstates:\n", []),
        ("    guard:", "    gaurd:", [("D002", "gaurd", "guard")]),
        ("    label: End\n", "    lable: End\n", [("D002", "lable", "label")]),
        ("    label: End\n", "    label: End\n    x-label: {a: [1]}\n", []),
        ("    label: End\n", "    label: End\n    labels: Ends\n", [("D002", "labels", "label")]),
        ("    label: End\n", "", [("D006", "end", None)]),
        ("  - id: end\n    label: End\n", "  - label: End\n", [("D006", "label", None)]),
        ("    filled_by: [coach]\n", "", [("D006", "report", None)]),
        ("initial: begun\n", "", [("D006", "dyade", None)]),
        ("  coach: {label: Coach}", "  coach: {}", [("D007", "coach", None)]),
        ("  coach: {label: Coach}", "  coach:", [("D007", "", None)]),
        ("  coach: {label: Coach}", "  Entraîneur: {label: Coach}", [("D005", "Entraîneur", "entraineur")]),
        ("  coach: {label: Coach}", "  coach: {label: {fr: C, eng: C}}", [("T002", "eng", "en")]),
        # Kinds.
        ('dyade: "1.0"', "dyade: 1.0", [("D021", "1.0", None)]),
        ("title: Small", "title: 4", [("D021", "4", None)]),
        ("title: Small", "title: [Small]", [("D007", "[Small]", None)]),
        ("title: Small", "title: {fr: 4, en: Small}", [("D021", "4", None)]),
        ("by: [coach]\n    g", "by: coach\n    g", [("D021", "coach", "[coach]")]),
        ("final: true", "final: oui", [("D021", "oui", None)]),
        ("{hours: 3}", "{hours: [3]}", [("D007", "[3]", None)]),
        ("when: forms.report.done", "when: 3", [("D021", "3", None)]),
        ("      - {id: told, when: forms.report.done}", "      - told", [("D021", "told", "use: told")]),
        ("transitions:\n  - id", "transitions:\n  - 4\n  - id", [("D021", "4", None)]),
        # Values.
        ("type: int", "type: integer", [("D007", "integer", "int")]),
        ("type: int", "type: dat", [("D007", "dat", "date")]),
        ("final: true", "final: true, outcome: succes", [("D007", "succes", "success")]),
        ("to: ended", "to: history(begun", [("D007", "history(begun", None)]),
        ("from: begun", "from: Été long", [("D005", "Été long", "ete_long")]),
        ("by: [coach]\n    g", "auto: false\n    g", [("D007", "false", None)]),
        ("label: Coach", "label: Coach, count: {max: 0}", [("D008", "0", None)]),
        ("label: Coach", "label: Coach, count: {max: 5000}", [("D008", "5000", None)]),
        ("type: int", "type: int, min: 2000000000000000", [("D008", "2000000000000000", None)]),
        ("locales: [fr, en]", "locales: []", [("D007", "[]", None)]),
        ("set: {hours: 3}", "set: {x-a: 3}", [("D007", "{x-a: 3}", None)]),
        # One of several.
        ("    by: [coach]\n", "", [("D004", "end", None)]),
        ("    by: [coach]\n", "    by: [coach]\n    auto: true\n", [("D004", "end", None)]),
        ("    by: [coach]\n", "    bye: [coach]\n", [("D002", "bye", "by")]),
        ("type: int, label", "label", [("D006", "hours", None)]),
        ("type: int", "type: int, like: fields.x", [("D007", "like", None)]),
        ("{id: told, when:", "{id: told, wen:", [("D002", "wen", "when")]),
        ("{id: told, when: forms.report.done}", "{usse: told}", [("D002", "usse", "use")]),
        ("{id: told, when: forms.report.done}", "{id: told, use: told}", [("D007", "told", None)]),
        ("{id: told, when: forms.report.done}", "{level: should}", [("D006", "level", None)] * 2),
        ("{id: told, when: forms.report.done}", "{zzz: 1, id: told}", [("D002", "zzz", None), ("D006", "told", None)]),
        ("{id: told, when: forms.report.done}", "{}", [("D007", "{}", None)]),
        ("by: [coach]\n    g", "by: {al: [coach]}\n    g", [("D002", "al", "all")]),
        ("by: [coach]\n    g", "by: {all: [coach], of: [coach]}\n    g", [("D007", "by", None)]),
        ("by: [coach]\n    g", "by: {quorum: 2, off: [coach]}\n    g", [("D002", "off", "of")]),
        ("set: {hours: 3}", "sett: {hours: 3}", [("D002", "sett", "set")]),
        ("set: {hours: 3}", "{set: {hours: 3}, clear: hours}", [("D007", "clear", None)]),
        ("filled_by: [coach]\n", "filled_by: [coach]\n    repeat: daily\n", [("D007", "daily", None)]),
        ("filled_by: [coach]\n", "filled_by: [coach]\n    repeat: {every: 1 week}\n", [("D006", "repeat", None)] * 2),
        ("ended: {label: Ended", "ended: {label: Ended, states: {a: {label: A}}", [("D006", "ended", None)]),
    ],
)
def test_a_mistake_is_told_once_at_its_place(before, after, expected):
    assert sorted(told(before, after), key=repr) == sorted(expected, key=repr)


def test_every_finding_can_be_said_in_both_languages():
    """A sentence that lacks a fact would raise."""
    broken = (HERE / "broken.yaml").read_text(encoding="utf-8")
    findings = found_in(broken)

    said = [render(found, broken, "broken.yaml", lang) for found in findings for lang in ("fr", "en")]

    assert {found.code for found in findings} >= {
        "D001",
        "D002",
        "D004",
        "D005",
        "D006",
        "D007",
        "D008",
        "D021",
        "T002",
    }
    assert not [text for text in said if "Decimal" in text or "under any of the given schemas" in text]


def test_a_choice_names_what_may_be_chosen():
    [found] = found_in(changed("{id: told, when: forms.report.done}", "{}"))

    assert found.expected == ("when", "use", "eligible", "all", "any", "none")


def test_an_unknown_key_says_in_which_thing():
    [found] = found_in(changed("    guard:", "    gaurd:"))

    assert (found.facts["kind"], found.facts["name"]) == ("kind.transition", "end")
    assert found.path == "transitions.end.gaurd"
    assert [(fix.place, fix.text) for fix in found.fixes] == [(found.place, "guard")]


def test_a_key_that_stands_already_is_not_offered_as_an_edit():
    [found] = found_in(changed("    label: End\n", "    label: End\n    labels: Ends\n"))

    assert found.suggestion == "label"
    assert found.fixes == ()


@pytest.mark.parametrize("text", ["", "[]", "3", "text", "null"])
def test_a_file_that_is_no_group_of_keys_is_told(text):
    findings = Findings()
    tree = tree_of(text)

    shape = check_program_shape(tree, findings)

    assert [found.code for found in findings.sorted()] in (["D007"], ["D021"])
    assert prune(tree, shape) is None


# What is left.


def left_of(text: str) -> tuple[Shape, Tree, Program]:
    tree = tree_of(text)
    shape = check_program_shape(tree, Findings())
    left = prune(tree, shape)
    assert left is not None
    return shape, left, Program.model_validate(left.data)


def test_a_program_without_mistakes_is_left_as_it_is():
    tree = tree_of(SMALL)

    assert prune(tree, Shape(ok=True)) is tree


def test_private_keys_are_left_out_at_any_depth():
    text = changed("    label: End\n", "    label: End\n    x-a: 1\n", changed("locales", "x-b: {c: 1}\nlocales"))

    shape, left, program = left_of(text)

    assert shape.ok
    assert set(shape.private) == {("x-b",), ("transitions", 0, "x-a")}
    assert program == Program.model_validate(tree_of(SMALL).data)
    assert left.place(("transitions", 0, "from")) == tree_of(text).place(("transitions", 0, "from"))


def test_keys_that_are_data_are_never_private():
    table = "tables:\n  days: {key: {size: {type: text}}, value: int, rows: {x-large: 3, small: 1}}\n"

    _, _, program = left_of(changed("fields:\n", table + "fields:\n"))

    assert program.tables["days"].rows == {"x-large": 3, "small": 1}


def test_a_key_that_is_not_known_leaves_the_rest_of_its_part():
    _, _, program = left_of(changed("    guard:", "    gaurd:"))

    assert program.transitions[0].id == "end"
    assert program.transitions[0].guard == []


def test_a_missing_label_does_not_take_its_part_away():
    """Else every mention of a state without a label would be told as unknown."""
    shape, _, program = left_of(changed("  begun: {label: Begun}", "  begun: {help: x}"))

    assert program.states["begun"].label == {"fr": "begun", "en": "begun"}
    assert shape.filled == ((("states", "begun", "label"), {"fr": "begun", "en": "begun"}),)


def test_a_part_that_cannot_stand_is_left_out_whole_and_the_others_keep_their_places():
    text = changed("  - id: end\n", "  - {id: bad, label: Bad, form: begun, auto: true}\n  - id: end\n")

    shape, left, program = left_of(text)

    assert [transition.id for transition in program.transitions] == ["end"]
    assert ("transitions", 0) in shape.broken
    assert left.place(("transitions", 0, "id")) == tree_of(text).place(("transitions", 1, "id"))
    assert left.key_place(("transitions", 0, "to")) == tree_of(text).key_place(("transitions", 1, "to"))
    assert left.dotted(("transitions", 0, "to")) == "transitions.end.to"


def test_nothing_is_left_where_a_section_that_is_needed_is_broken():
    tree = tree_of(changed("  coach: {label: Coach}", "  - coach"))

    shape = check_program_shape(tree, Findings())

    assert shape.broken == ((),)
    assert prune(tree, shape) is None


def test_another_kind_of_file_is_not_picked_to_pieces():
    tree = tree_of(SMALL + "".join(f"  - {{odd{number}: 1}}\n" for number in range(2000)))
    findings = Findings()

    shape = check_program_shape(tree, findings)

    assert len(findings.sorted()) == 51
    assert prune(tree, shape) is None


# The schema, the model and the checker agree.

ODD: tuple[Any, ...] = (
    None, True, 0, -1, 3, Decimal("1.5"), Decimal("NaN"), 10**16, "", "x", "Été", "en_cours", "a.b", "history(x)",
    "list<text>", "6 months", "2026-09-01", "true", [], {}, ["x"], [1], [{}], {"x": 1}, {"x": "x"}, {"fr": "a"},
    {"fra": "a"}, {"all": ["x"]}, {"each": ["x"]}, {"quorum": 1, "of": ["x"]}, {"use": "x"}, {"id": "x", "when": "x"},
    [{"use": "x"}], [{"id": "x", "when": "x"}], {"label": "x"}, {"type": "text", "label": "x"}, {"x": {"label": "x"}},
    {"do": "x"}, {"sign": "x", "on": "2026-09-01"}, {"clock": "2026-09-01"}, {"then": {}}, {"gilles": "x"},
    "5", "x\n", Decimal(5), Decimal("1E20"), LARGEST, -LARGEST - 1, [None], {"x": None}, {"*": "a"}, {"en": None},
    {"with": {"x": 1}}, {"with": {"x": 1}, "x": 1}, {"clock": "x"}, {"gilles": "x", "anna": "x"}, {"start": 1},
)  # fmt: skip
KEYS = (
    "x",
    "Été",
    "label",
    "when",
    "use",
    "all",
    "by",
    "auto",
    "type",
    "states",
    "initial",
    "x-own",
    "then",
    "refused",
    "clock",
    "with",
    "from_",
    "after",
    "*",
)


def short(path: Path) -> tuple[type[Part], Any]:
    """A file, with its first scenarios only: judging all of them again and again takes long."""
    data = tree_of(path.read_text(encoding="utf-8")).data
    if path.stem.endswith(".scenarios"):
        return Scenarios, {**data, "scenarios": data["scenarios"][:3]}
    return Program, data


FILES = {path.stem: short(path) for path in (HERE / "whole.yaml", *PROGRAMS)}


def paths(data: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, value in items:
        yield from paths(value, (*path, step))


def mutated(data: Any, path: tuple[str | int, ...], change: str, key: str, value: Any) -> Any:
    """Copy what leads to a path, and change what stands there."""
    if path:
        copy: Any = dict(data) if isinstance(data, dict) else list(data)
        if len(path) == 1 and change == "delete":
            del copy[path[0]]
        elif len(path) == 1 and change == "rename" and isinstance(copy, dict):
            copy[key] = copy.pop(path[0])
        else:
            copy[path[0]] = mutated(copy[path[0]], path[1:], change, key, value)
        return copy
    if change == "insert" and isinstance(data, dict):
        return {**data, key: value}
    return [*data, value] if change == "insert" and isinstance(data, list) else value


EDITS = st.lists(
    st.tuples(
        st.integers(0, 2000),
        st.sampled_from(("delete", "rename", "insert", "replace")),
        st.sampled_from(KEYS),
        st.sampled_from(ODD),
    ),
    min_size=1,
    max_size=4,
)


@cache
def plain(model: type[Part]) -> Any:
    """The published schema, as any validator reads it."""
    numbers = Draft7Validator.TYPE_CHECKER.redefine("number", lambda _, value: is_number(value))
    keywords = {"x-others": others, "pattern": as_written}
    kind = validators.extend(Draft7Validator, keywords, type_checker=numbers)
    return kind(structure(model), registry=Registry())


def is_number(value: object) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite()
    return isinstance(value, int) and not isinstance(value, bool)


def as_written(_validator: Any, pattern: str, instance: Any, _schema: Any) -> Iterator[ValidationError]:
    """As JSON Schema has it, `$` is the end of the text; Python's also stands before a last newline."""
    if isinstance(instance, str) and re.search(pattern.replace("$", r"\Z"), instance) is None:
        yield ValidationError(pattern)


def others(_validator: Any, wanted: int, instance: Any, schema: Any) -> Iterator[ValidationError]:
    """The one thing that JSON Schema cannot say."""
    if isinstance(instance, dict):
        keys = [key for key in instance if key not in schema["properties"] and not key.startswith("x-")]
        if len(keys) != wanted:
            yield ValidationError("others")


def by_the_schema(data: Any, model: type[Part]) -> Shape:
    """What the schema says of a file of which the model would say nothing."""
    with patch("dyade.program.shape.made", side_effect=Misshapen):
        return check_shape(bare(data), model, Findings())


@given(st.sampled_from(sorted(FILES)), EDITS)
def test_what_the_schema_accepts_is_what_we_accept_and_the_model_loads_it(name, edits):
    """A file that was changed in a few places is judged the same way by the published schema, by ours and the model."""
    model, data = FILES[name]
    for number, change, key, value in edits:
        places = tuple(paths(data))
        data = mutated(data, places[number % len(places)], change, key, value)
    findings = Findings()

    shape = check_shape(bare(data), model, findings)

    # JSON Schema counts private keys where it counts keys.
    assert shape.private or shape.ok == plain(model).is_valid(data)
    assert shape.ok == (not findings.errors)
    assert shape._replace(made=None) == by_the_schema(data, model)
    assert (shape.made is not None) == (shape.ok and not shape.private)
    left = prune(bare(data), shape)
    if left is not None:
        made(model, left.data)


def likenesses(value: Any) -> Iterator[Any]:
    """What a lax reader takes for a value."""
    yield None
    match value:
        case bool():
            yield from (int(value), Decimal(int(value)), str(value).lower())
        case int() | Decimal():
            yield from (str(value), Decimal(f"{int(value)}.0"), bool(value), value + 10 * LARGEST)
        case str():
            yield from ([value], {"*": value}, {"eng": value}, f"{value}\n", f" {value}", value.upper())
        case list():
            yield from ([*value, None], value[0], dict.fromkeys("ab", value))
        case dict():
            yield from ([value], value | {"*": "x"}, value | {"x": None}, {f"{key}_": value[key] for key in value})


@pytest.mark.parametrize("name", ["whole", "cisss.scenarios"])
def test_the_model_takes_nothing_for_what_it_is_like(name):
    """Whatever place of a file says something alike, the model refuses it where the published schema does."""
    model, data = FILES[name]
    taken = []
    for path in paths(data):
        for value in likenesses(at_path(data, path)):
            changed = mutated(data, path, "replace", "", value)
            with suppress(Misshapen):
                made(model, changed)
                taken.append((path, value, changed))

    assert len(taken) > 100
    assert [(path, value) for path, value, changed in taken if not plain(model).is_valid(changed)] == []


def at_path(data: Any, path: tuple[str | int, ...]) -> Any:
    return reduce(getitem, path, data)


def test_a_line_feed_at_the_end_of_a_name_is_seen():
    """In Python's patterns, a dollar lets it pass."""
    findings = Findings()

    check_program_shape(bare({**tree_of(SMALL).data, "id": "small\n"}), findings)

    assert [found.code for found in findings.sorted()] == ["D005"]

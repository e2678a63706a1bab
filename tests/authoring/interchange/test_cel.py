"""Do conditions answer the same in CEL as they do here? Both are asked, over values that are drawn."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import celpy
import pytest
from celpy import celtypes
from celpy.adapter import json_to_cel
from celpy.evaluation import CELEvalError

from dyade.authoring.interchange.cel import asked, cel
from dyade.authoring.interchange.cel_terms import Said, say
from dyade.flow.plan import plan_of
from dyade.program.conditions.compile import compile_condition, compile_value
from dyade.program.conditions.tree import Node, Read, ReadNode, calls, reads, walk
from dyade.program.conditions.types import BOOL, EMPTY, PLAIN, Enum, ListOf, Type
from dyade.program.load import load
from dyade.program.program import Program
from tests.authoring.handed import FIVE
from tests.authoring.handed import program as _read

PEOPLE = ("ana", "bo", "cy")
ENVIRONMENT = celpy.Environment()
UNKNOWN = object()

EXPRESSIONS = """
    fields.n + 2 * fields.m > 3 and not fields.b
    fields.d + 10 days >= fields.e
    fields.d - 2 weeks < fields.e or fields.b
    days_between(fields.d, fields.e) > 3
    2 * days_between(fields.d, fields.e) + 1 == 7
    weeks_between(fields.d, fields.e) >= 1
    midpoint(fields.d, fields.e) == fields.d
    overlap(fields.d, fields.e, fields.x, fields.y) > 0
    min(fields.d, fields.e) == fields.d
    max(fields.n, fields.m) > 2
    max(fields.n, fields.v) > 2
    fields.v >= fields.n
    fields.v == 2 or fields.v in [1, 2.5]
    fields.v in [1, 2] or fields.n in [1, 2.5]
    fields.cost > 1
    fields.on_leave == fields.e
    fields.on_leave != fields.back
    fields.on_leave == fields.back
    fields.e != fields.on_leave
    not (fields.on_leave < fields.e)
    is_set(fields.on_leave) and not is_set(fields.d)
    first_set(fields.on_leave, fields.d) > fields.e
    fields.kind in [a, b] or fields.kind == c
    fields.kind != a
    fields.who in fields.team
    "x" in fields.tags
    tables.days(fields.kind) > 2
    tables.rest(fields.kind) > 2
    is_in(open) or visited(done)
    days_in(open) > 2
    fields.at_ + 5 hours < fields.then
    fields.hour >= fields.end
    not (fields.b or fields.d > fields.e)
    fields.b and fields.d > fields.e
    fields.maybe or fields.b
"""
WORKSHOP = """
dyade: "1.0"
id: cel
version: "1"
title: A
summary: B
locales: [en]
timezone: America/Toronto
started_by: [lead]
roles: {lead: {label: Lead}}
fields:
  n: {type: int, label: N}
  m: {type: int, label: M}
  v: {type: decimal, label: V}
  cost: {type: money, currency: CAD, label: Cost}
  b: {type: bool, label: B}
  maybe: {type: bool, nullable: true, label: Maybe}
  d: {type: date, label: D}
  e: {type: date, label: E}
  x: {type: date, label: X}
  y: {type: date, label: Y}
  on_leave: {type: date, nullable: true, label: L}
  back: {type: date, nullable: true, label: K}
  at_: {type: datetime, label: At}
  then: {type: datetime, label: Then}
  hour: {type: time, label: Hour}
  end: {type: time, label: End}
  kind: {type: enum, values: {a: A, b: B, c: C}, label: Kind}
  who: {type: person, label: Who}
  team: {type: list<person>, label: Team}
  tags: {type: list<text>, label: Tags}
tables:
  days: {key: {kind: {like: fields.kind}}, value: int, rows: {a: 1, b: 3, c: 5}}
  rest: {key: {kind: {like: fields.kind}}, value: int, rows: {a: 1}, default: 4}
initial: open
states:
  open: {label: Open}
  done: {label: Done, final: true, outcome: success}
transitions:
  - {id: finish, label: Finish, from: open, to: done, by: [lead]}
invariants:
"""


def _workshop() -> Program:
    lines = [line.strip() for line in EXPRESSIONS.strip().splitlines()]
    stated = "".join(f"  - {{id: i{i}, always: {json.dumps(line)}}}\n" for i, line in enumerate(lines))
    return load(WORKSHOP + stated, "cel.yaml")


def _said(program: Program) -> Iterator[tuple[Node, Said]]:
    """Every expression of a program that asks nothing of a host, whatever its type."""
    plan = plan_of(program)
    rows = {name: (PLAIN[program.model.tables[name].value], rows) for name, rows in plan.tables.items()}
    for node in program.typed.nodes.values():
        said = say(node, rows)
        if said.exact:
            yield node, said
    for one in asked(program):
        if one.said.exact:
            yield one.node, one.said


# -------------------------------------------------------------------------------------------------------- drawn values


def _drawn(kind: Type, rng: Random) -> Any:
    if isinstance(kind, ListOf):
        return tuple(_drawn(kind.item, rng) for _ in range(rng.randint(0, 3)))
    if isinstance(kind, Enum):
        return rng.choice(kind.values)
    match kind.name:
        case "bool":
            return rng.random() < 0.5
        case "int":
            return rng.randint(-2, 6)
        case "decimal":
            return Decimal(rng.choice(("0", "1", "2", "2.5", "144", "0.1")))
        case "money":
            return Decimal(rng.choice(("0.00", "1.00", "12.34")))
        case "date":
            return date(2026, 1, 1).toordinal() + rng.randint(-9, 9)
        case "datetime":
            return (1_767_400_000 + rng.randint(-90_000, 90_000)) * 1_000_000
        case "time":
            return rng.randint(0, 1439)
        case "person":
            return rng.choice(PEOPLE)
    return rng.choice(("x", "y", "é \"'"))


def _value(read: Read, rng: Random) -> Any:
    roll = rng.random()
    if roll < 0.12 and read.parts != ("today",) and read.parts != ("now",):
        return None
    return EMPTY if read.nullable and roll < 0.35 else _drawn(read.type, rng)


def _in_cel(kind: Type, value: Any) -> Any:
    if value is EMPTY:
        return None
    if isinstance(kind, ListOf):
        return celtypes.ListType([_in_cel(kind.item, item) for item in value])
    if kind == PLAIN["date"]:
        return celtypes.TimestampType(datetime.combine(date.fromordinal(value), datetime.min.time(), UTC))
    if kind == PLAIN["datetime"]:
        return celtypes.TimestampType(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=value))
    if isinstance(value, Decimal):
        return celtypes.DoubleType(float(value))
    return json_to_cel(value)


def _variables(values: Mapping[tuple[str, ...], Any], kinds: Mapping[tuple[str, ...], Type], states: Any) -> Any:
    """What is known, as nested maps; what is not known is not there."""
    found: dict[str, Any] = {}
    for parts, value in values.items():
        *around, last = parts
        inside = found
        for part in around:
            inside = inside.setdefault(celtypes.StringType(part), celtypes.MapType())
        if value is not None:
            inside[celtypes.StringType(last)] = _in_cel(kinds[parts], value)
    found["states"] = json_to_cel(states)
    return found


def _answer_in_cel(program: Any, variables: Mapping[str, Any]) -> Any:
    try:
        return program.evaluate(variables)
    except CELEvalError:
        return UNKNOWN


# ------------------------------------------------------------------------------------------------------------ the tests


@pytest.mark.parametrize("name", [*FIVE, "workshop"])
def test_a_condition_answers_the_same_in_cel(name):
    """Unknown is an error in CEL, and goes through `and`, `or` and `not` alike."""
    program = _workshop() if name == "workshop" else _read(name)
    tables = plan_of(program).tables
    rng = Random(name)
    answers: set[Any] = set()
    for node, said in {said.text: (node, said) for node, said in _said(program)}.values():
        compiled = ENVIRONMENT.program(ENVIRONMENT.compile(said.text))
        kinds = {read.parts: read.type for read in reads(node) if read.constant is None}
        asked_of = {read.parts: read for read in reads(node) if read.constant is None}
        about = [call.of for call in calls(node) if call.of and call.name != "tables"]
        compile_ = compile_condition if node.type == BOOL else compile_value
        ours = compile_(node, lambda read: lambda env, p=read.parts: env[0][p], _bound(tables))  # type: ignore[misc]
        for _ in range(30):
            values = {parts: _value(read, rng) for parts, read in asked_of.items()}
            states = {
                "active": [state for state in about if rng.random() < 0.5],
                "visited": [state for state in about if rng.random() < 0.5],
                "days": {state: rng.randint(0, 5) for state in about},
            }
            mine = ours((values, states))
            theirs = _answer_in_cel(compiled, _variables(values, kinds, states))
            wanted = None if mine is None else _in_cel(node.type, mine)
            # A null answer is no answer, here and there.
            got = None if theirs is UNKNOWN else theirs
            assert got == wanted, (said.text, values, states)
            answers.add(str(wanted))
    assert {"True", "False", "None"} <= {answer.removeprefix("BoolType(").rstrip(")") for answer in answers}


def _bound(tables: Mapping[str, Any]) -> Any:
    """What only a dyad can tell, told by what was drawn."""

    def bind(name: str, node: Any) -> Any:
        match name:
            case "is_in" | "visited":
                key = "active" if name == "is_in" else "visited"
                return lambda env, _: node.of in env[1][key]
            case "days_in":
                return lambda env, _: env[1]["days"].get(node.of)
            case "tables":
                rows = tables[node.of]
                return lambda _env, args: rows.get(args[0], rows.get(None))
        raise AssertionError(f"{name} is asked of a host")

    return bind


def test_most_conditions_of_real_programs_are_exact():
    """What is not says why."""
    found = [one for name in FIVE for one in asked(_read(name))]
    assert sum(one.said.exact for one in found) > 0.95 * len(found)
    assert all(one.said.exact is not bool(one.said.functions) or "decimal" in one.said.reasons for one in found)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_document_declares_all_that_its_expressions_read(lang):
    """Each variable with its type, each function with its signature, each condition with its place."""
    program = _read("cisss")
    told = json.loads(cel(program, lang))
    assert told["program"] == "cisss"
    read = {".".join(n.read.parts) for one in asked(program) for n in walk(one.node)
            if isinstance(n, ReadNode) and n.read.constant is None}  # fmt: skip
    assert read <= told["variables"].keys()
    assert told["functions"] == {"add": "add(timestamp, string) -> timestamp"}
    [clause] = [one for one in told["conditions"] if one["path"] == "forms.entente.valid" and not one["exact"]]
    assert clause["id"] == "duree_entente"
    assert len(clause["reasons"]) == 2


def test_words_that_cel_keeps_for_itself_are_read_between_brackets():
    """A field may be called `in`, or `package`."""
    read = Read(parts=("fields", "package"), type=BOOL, nullable=True)
    said = say(ReadNode(read=read, start=0, end=0), {})
    assert said.text == 'fields["package"]'
    compiled = ENVIRONMENT.program(ENVIRONMENT.compile(said.text))
    assert compiled.evaluate({"fields": json_to_cel({"package": True})}) == celtypes.BoolType(True)

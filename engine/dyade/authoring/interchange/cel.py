"""How are the conditions of a program said in CEL, with what they read and what a host provides? As JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from dyade.authoring.interchange.cel_terms import FUNCTIONS, Said, path, say
from dyade.authoring.plainly import Plainly
from dyade.flow.plan import Plan, plan_of
from dyade.program.conditions.tree import Node, reads
from dyade.program.conditions.types import BOOL, PLAIN, ListOf, Type
from dyade.program.data import Place
from dyade.program.program import Program
from dyade.program.typed import leaves
from dyade.texts import sentence

TERMS = {
    "date": "timestamp",
    "datetime": "timestamp",
    "time": "int",
    "duration": "string",
    "text": "string",
    "enum": "string",
    "person": "string",
    "decimal": "double",
    "money": "double",
    "file": "map",
}


class Asked(NamedTuple):
    """A condition of a program, where it is asked."""

    path: str
    id: str
    """The name of a clause; empty where a condition has none."""
    node: Node
    said: Said


def asked(program: Program) -> Iterator[Asked]:
    """Every condition, and every clause of every guard, in the order of the file."""
    plan = plan_of(program)
    rows = {name: (PLAIN[program.model.tables[name].value], rows) for name, rows in plan.tables.items()}
    for place, guard in program.typed.guards.items():
        for leaf in leaves(guard):
            yield Asked(_dotted(program, place), leaf.id, leaf.when, say(leaf.when, rows))
    for place, node in program.typed.nodes.items():
        if node.type == BOOL:
            yield Asked(_dotted(program, place), "", node, say(node, rows))


def cel(program: Program, lang: str) -> str:
    """Write the conditions of a program as CEL expressions, with their declarations."""
    found = tuple(asked(program))
    return json.dumps(_document(plan_of(program), found, lang), ensure_ascii=False, indent=2) + "\n"


def _document(plan: Plan, found: tuple[Asked, ...], lang: str) -> dict[str, Any]:
    model = plan.program.model
    functions = {name for one in found for name in one.said.functions}
    return {
        "program": model.id,
        "version": model.version,
        "language": "cel",
        "about": sentence("booklets", "cel.how", lang),
        "variables": _variables(plan, found, lang),
        "functions": {name: FUNCTIONS[name] for name in sorted(functions)},
        "conditions": [_condition(one, lang) for one in found],
    }


def _condition(one: Asked, lang: str) -> dict[str, Any]:
    known: dict[str, Any] = {"path": one.path} | ({"id": one.id} if one.id else {})
    known |= {"cel": one.said.text, "exact": one.said.exact}
    if not one.said.exact:
        why = [sentence("booklets", f"cel.why.{reason}", lang) for reason in sorted(one.said.reasons)]
        known |= {"reasons": why, "functions": sorted(one.said.functions)}
    return known


def _variables(plan: Plan, found: tuple[Asked, ...], lang: str) -> dict[str, Any]:
    words = Plainly(plan, lang)
    declared: dict[str, Any] = {}
    for one in found:
        for read in reads(one.node):
            if read.constant is None:
                declared[path(read.parts)] = {"type": _term(read.type), "of": _named(read.type)} | (
                    {"nullable": True} if read.nullable else {}
                )
    known = {name: declared[name] for name in sorted(declared)}
    states = {"states.active": "list(string)", "states.visited": "list(string)", "states.days": "map(string, int)"}
    text = "\n".join(one.said.text for one in found)
    asks: dict[str, Any] = {name: {"type": kind} for name, kind in states.items() if name in text}
    if asks:
        labels = {path_: words.state(path_) for path_ in plan.graph.nodes}
        asks = {name: {**kind, "values": labels} for name, kind in asks.items()}
    return known | asks


def _term(kind: Type) -> str:
    return f"list({_term(kind.item)})" if isinstance(kind, ListOf) else TERMS.get(kind.name, kind.name)


def _named(kind: Type) -> str:
    return f"list<{_named(kind.item)}>" if isinstance(kind, ListOf) else kind.name


def _dotted(program: Program, place: Place) -> str:
    """A place for people: a transition by its id, what else stands in a list by its number."""
    words: list[str] = []
    model = program.model
    for at, step in enumerate(place):
        if isinstance(step, int) and at == 1 and place[0] in ("transitions", "reminders", "invariants"):
            words.append(f".{getattr(model, str(place[0]))[step].id}")
        else:
            words.append(f"[{step}]" if isinstance(step, int) else f".{step}")
    return "".join(words).removeprefix(".")

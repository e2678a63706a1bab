"""A small invented program, as the conditions of these tests see it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dyade.program.conditions.check import Checked, check
from dyade.program.conditions.compile import compile_value
from dyade.program.conditions.scope import Problem, Table, Wanted
from dyade.program.conditions.tree import Node, Read
from dyade.program.conditions.types import (
    BOOL,
    DATE,
    DATETIME,
    DECIMAL,
    DURATION,
    FILE,
    INT,
    MONEY,
    TEXT,
    TIME,
    Enum,
    ListOf,
    Person,
    Type,
)
from dyade.program.durations import Duration

TRADE = Enum("fields.trade", ("baker", "welder", "weaver"))
LEVEL = Enum("fields.level", ("beginner", "expert"))

READS: Mapping[str, Type] = {
    "today": DATE,
    "now": DATETIME,
    "state.entered": DATE,
    "fields.start": DATE,
    "fields.end": DATE,
    "fields.left_on": DATE,
    "fields.signed_at": DATETIME,
    "fields.hour": TIME,
    "fields.count": INT,
    "fields.other_count": INT,
    "fields.rate": DECIMAL,
    "fields.cost": MONEY,
    "fields.other_cost": MONEY,
    "fields.name": TEXT,
    "fields.ready": BOOL,
    "fields.sure": BOOL,
    "fields.trade": TRADE,
    "fields.level": LEVEL,
    "fields.trades": ListOf(TRADE),
    "fields.counts": ListOf(INT),
    "fields.length": DURATION,
    "fields.other_length": DURATION,
    "fields.scan": FILE,
    "roles.mentor.id": Person("mentor"),
    "roles.mentor.people": ListOf(Person("mentor")),
    "roles.mentee.manager": Person(),
    "forms.final_review.done": BOOL,
    "params.at_most": INT,
    "params.longest": DURATION,
    "params.delay": DURATION,
    "params.strict": BOOL,
}
CONSTANTS: Mapping[str, Any] = {
    "params.at_most": 4,
    "params.longest": Duration(months=6),
    "params.delay": Duration(business_days=10),
    "params.strict": True,
}
NULLABLE = frozenset(
    ("fields.left_on", "roles.mentee.manager", "fields.other_cost", "fields.sure", "fields.other_length")
)


class InventedScope:
    """A scope that knows the names above."""

    def resolve(self, parts: tuple[str, ...], /) -> Read | Problem | None:
        name = ".".join(parts)
        if name == "roles.coach.id":
            return Problem("E114", {"role": "coach", "name": "id"}, "roles.coach.people")
        kind = READS.get(name)
        if kind is None:
            return None
        return Read(parts=parts, type=kind, nullable=name in NULLABLE, constant=CONSTANTS.get(name))

    def state(self, name: str, /) -> str | Problem | None:
        if name == "waiting":
            return Problem("D015", {"name": name, "choices": "a.waiting, b.waiting"}, "a.waiting")
        return {"running": "running", "half": "running.half", "running.half": "running.half"}.get(name)

    def table(self, name: str, /) -> Table | None:
        return Table((TRADE, INT), INT) if name == "days" else None

    def candidates(self, wanted: Wanted, /) -> Iterable[str]:
        if wanted == "state":
            return ("running", "running.half")
        return tuple(READS) if wanted == "read" else ("tables.days",)


def checked(text: str, expected: Type | None = BOOL, *, clause: bool | None = None) -> Checked:
    """A condition, read in the invented program."""
    return check(text, InventedScope(), expected, clause=clause)


def understood(text: str, expected: Type | None = None) -> Node:
    """The tree of a condition without errors."""
    found = checked(text, expected, clause=False)
    assert not found.problems
    assert found.tree is not None
    return found.tree


def value(text: str, /, **env: Any) -> Any:
    """What a condition gives where the fields have these values (`roles.mentor.id` is written `roles_mentor_id`)."""
    return evaluator(text)(env)


def evaluator(text: str) -> Any:
    """The closure of a condition, over a plain mapping."""

    def bind(read: Read) -> Any:
        key = read.parts[-1] if read.parts[0] in ("fields", "today", "now") else "_".join(read.parts)
        return lambda env: env.get(key)

    def bind_call(name: str, node: Any) -> Any:
        return lambda env, args: env[name](getattr(node, "of", None), *args)

    return compile_value(understood(text), bind, bind_call)

"""What became of the dyads of a program, counted? By state, by outcome, by month; nothing that says who.

Where a field concerns people, counts under five are not told, nor what would let them be worked out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from statistics import median
from typing import Final, NamedTuple

from dyade.errors import NotFound
from dyade.flow.draft import Draft
from dyade.flow.outcome import Context
from dyade.flow.plan import plan_of
from dyade.program.conditions.types import EMPTY
from dyade.program.conditions.values import dump_value
from dyade.program.program import Program
from dyade.service.counted import counted
from dyade.service.counting import Shared, shared
from dyade.service.desk import Desk
from dyade.service.ports import Filter, Reading

FEWEST: Final = 5
"""A smaller count of what concerns people might tell who they are."""
COUNTED: Final = ("bool", "enum")
"""The types of fields that dyads are counted by."""


class Ending(NamedTuple):
    """One way in which dyads ended."""

    outcome: str
    number: int
    days: int
    """The median of the days that they lasted."""


class Month(NamedTuple):
    """What one month saw."""

    month: str
    begun: int
    ended: int


class Value(NamedTuple):
    """How many dyads have a value."""

    value: str
    """As JSON says it; empty where there is none."""
    number: int | None
    """`None` where it is too small to be told, or would let another be worked out."""


class Report(NamedTuple):
    """The figures of a program, of the dyads that lived at some time between two days."""

    total: int
    begun: int
    """Those that began between the days."""
    states: tuple[tuple[str, int], ...]
    """(state, how many stand in it now), of those that go on."""
    endings: tuple[Ending, ...]
    """Of those that ended between the days."""
    months: tuple[Month, ...]
    values: tuple[Value, ...]
    """By the field that was asked for."""
    shared: tuple[Shared, ...]
    """Places and money, as they are now."""


class _Life(NamedTuple):
    began: int
    ended: int | None
    leaf: str
    outcome: str | None
    value: str


def report(desk: Desk, program: str, first: int | None, last: int | None, by: str | None) -> Report:
    """Count the dyads of a program between two days, both included."""
    declared = desk.look(lambda _: desk.programs.current(program)).program
    if by is not None and not _is_counted(declared, by):
        raise NotFound("counted_field", by)
    all_of_them = desk.look(lambda view: list(_lives(desk, view, program, by)))
    lives = [
        one
        for one in all_of_them
        if (last is None or one.began <= last) and (first is None or one.ended is None or one.ended >= first)
    ]
    return Report(
        len(lives),
        sum(_within(one.began, first, last) for one in lives),
        tuple(sorted(Counter(one.leaf for one in lives if one.ended is None).items())),
        tuple(_endings([one for one in lives if one.ended is not None and _within(one.ended, first, last)])),
        tuple(_months(lives, first, last)),
        () if by is None else tuple(_values(declared, by, Counter(one.value for one in lives))),
        shared(desk, program),
    )


def _is_counted(program: Program, field: str) -> bool:
    """Whether dyads are counted by a field: what is sensitive reaches no list."""
    datum = program.data.get(("fields", field))
    return datum is not None and datum.type.name in COUNTED and datum.model.privacy != "sensitive"


def _within(day: int, first: int | None, last: int | None) -> bool:
    return (first is None or day >= first) and (last is None or day <= last)


def _lives(desk: Desk, view: Reading, program: str, by: str | None) -> Iterator[_Life]:
    for line in counted(desk.heard, view.dyads(Filter(program=program))):
        found = desk.found(view, line.id)
        if found is None:
            continue
        known, before = found
        dyad = before.snapshot.dyad
        plan = plan_of(known.program)
        ended = None if line.outcome is None else dyad.stays[dyad.leaves[""]].entered_on
        value = ""
        if by is not None and by in known.program.model.fields:
            held = plan.field(by)(Draft(plan, dyad, Context(desk.now())))
            if held is not None and held is not EMPTY:
                value = str(dump_value(known.program.data["fields", by].type, held))
        yield _Life(plan.calendar.local_date(line.created_at), ended, line.leaf, line.outcome, value)


def _endings(lives: Iterable[_Life]) -> Iterator[Ending]:
    lasted: dict[str, list[int]] = {}
    for one in lives:
        assert one.ended is not None
        lasted.setdefault(one.outcome or "", []).append(one.ended - one.began)
    for outcome, days in sorted(lasted.items()):
        yield Ending(outcome, len(days), int(median(days)))


def _months(lives: Iterable[_Life], first: int | None, last: int | None) -> Iterator[Month]:
    lives = list(lives)
    begun = Counter(_month(one.began) for one in lives if _within(one.began, first, last))
    ended = Counter(_month(one.ended) for one in lives if one.ended is not None and _within(one.ended, first, last))
    for month in sorted({*begun, *ended}):
        yield Month(month, begun[month], ended[month])


def _month(day: int) -> str:
    return date.fromordinal(day).isoformat()[:7]


def _values(program: Program, by: str, counts: Counter[str]) -> Iterator[Value]:
    """The counts of each value; those of what concerns people are hidden where they are small."""
    datum = program.data["fields", by]
    hidden = _hidden(counts) if datum.private or datum.model.visibility is not None else set()
    for value, count in sorted(counts.items()):
        yield Value(value, None if value in hidden else count)


def _hidden(counts: Counter[str]) -> set[str]:
    """The values whose count is too small; if the total would give it away, the next smallest too."""
    small = {value for value, count in counts.items() if count < FEWEST}
    if len(small) == 1 or (small and sum(counts[value] for value in small) < FEWEST):
        others = [value for value in counts if value not in small]
        small.update(sorted(others, key=lambda value: (counts[value], value))[:1])
    return small

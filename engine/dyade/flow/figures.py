"""What do the entries of a form, or the holders of a role, add up to? A sum, a count, the least, the greatest.

A figure that reads nothing but entries is kept with them, and goes on from what it was before the last one came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from dyade.flow.draft import Draft
from dyade.flow.dyad import NO_ENTRIES, Entry
from dyade.flow.tagged import ERASED
from dyade.program import model as m
from dyade.program.conditions.compile import Getter
from dyade.program.conditions.tree import Node, ReadNode, calls, reads
from dyade.program.conditions.types import EMPTY
from dyade.program.data import Place
from dyade.program.durations import negated

if TYPE_CHECKING:
    from dyade.flow.plan import Plan


def of_role(plan: Plan, role: str, name: str) -> Getter:
    """The getter of a figure over the holders of a role."""
    aggregate = plan.program.model.roles[role].aggregates[name]
    where = plan.known(("roles", role, "aggregates", name, "where"))
    datum = _datum(aggregate)

    def figure(d: Draft) -> Any:
        before = d.person
        values = []
        for person in d.holders(role):
            d.person = person
            if where is None or where(d) is True:
                values.append(d.attribute(person, role, datum) if datum else person)
        d.person = before
        return _figure(aggregate, values)

    return figure


def of_form(plan: Plan, form: str, name: str) -> Getter:
    """The getter of a figure over the entries of a form: one for each plan, whoever reads it."""
    known = plan.figures.get((form, name))
    if known is None:
        known = plan.figures[form, name] = _of_form(plan, form, name)
    return known


def _of_form(plan: Plan, form: str, name: str) -> Getter:
    aggregate = plan.program.model.forms[form].aggregates[name]
    place = ("forms", form, "aggregates", name)
    where, counted = plan.known((*place, "where")), _counted(plan, place, aggregate)
    datum = _datum(aggregate)

    def values(d: Draft, entries: Iterable[Entry]) -> list[Any]:
        before, found = d.entry, []
        for entry in entries:
            if counted is not None and not counted(d, entry):
                continue
            d.entry = entry
            if where is None or where(d) is True:
                found.append(entry.data.get(datum) if datum else 1)
        d.entry = before
        return found

    if aggregate.count and counted is None and where is None:
        return lambda d: len(d.entries.get(form, NO_ENTRIES).complete)
    if counted is not None or not _reads_entries_alone(plan.program.node((*place, "where"))):
        return lambda d: _figure(aggregate, values(d, d.entries.get(form, NO_ENTRIES).complete))
    return _found_once(aggregate, form, values)


def _datum(aggregate: m.Aggregate) -> str | None:
    return aggregate.sum or aggregate.min or aggregate.max or aggregate.count_distinct


def _counted(plan: Plan, place: Place, aggregate: m.Aggregate) -> Callable[[Draft, Entry], bool] | None:
    """Whether an entry is recent enough."""
    if aggregate.window is not None:
        back = negated(plan.duration(aggregate.window))
        calendar = plan.calendar
        return lambda d, entry: entry.on > (calendar.add(d.today, back) or 0)
    node = plan.program.node((*place, "since"))
    if isinstance(node, ReadNode) and node.read.parts == ("state", "entered"):
        states = plan.program.site((*place, "since")).states
        # Facts of one day are ordered by their records.
        return lambda d, entry: (
            (stay := d.stay_among(states)) is not None and (entry.complete_rank >= stay.entered_rank)
        )
    since = plan.known((*place, "since"))
    if since is None:
        return None
    return lambda d, entry: (day := since(d)) is not None and entry.on >= day


def _reads_entries_alone(where: Node | None) -> bool:
    """Whether what is asked of an entry reads nothing but the entry."""
    if where is None:
        return True
    if any(call.name in ("is_in", "visited", "days_in") for call in calls(where)):
        return False
    found = (read for read in reads(where) if read.constant is None)
    return all(read.parts[0] == "entry" and len(read.parts) == 2 for read in found)


def _found_once(aggregate: m.Aggregate, form_id: str, values: Callable[[Draft, Iterable[Entry]], list[Any]]) -> Getter:
    """A figure that is kept with the entries that it is of, and goes on from what it was before the last one."""
    adds = bool(aggregate.count or aggregate.sum)
    extends = adds or bool(aggregate.min or aggregate.max)

    def figure(d: Draft) -> Any:
        log = d.entries.get(form_id)
        if log is None:
            return _figure(aggregate, [])
        found = log.figures.get(figure, log)
        if found is not log:
            return found
        known = log.before.get(figure) if extends else None
        if known is None:
            found = _figure(aggregate, values(d, log.complete))
        else:
            last = values(d, log.complete[-1:])
            found = known + _figure(aggregate, last) if adds else _figure(aggregate, [known, *last])
        log.figures[figure] = found
        return found

    return figure


def _figure(aggregate: m.Aggregate, values: list[Any]) -> Any:
    known = [value for value in values if value is not None and value is not EMPTY and value is not ERASED]
    if aggregate.count:
        return len(known)
    if aggregate.count_distinct:
        return len(set(known))
    if aggregate.sum:
        return sum(known)
    if not known:
        return None
    return min(known) if aggregate.min else max(known)

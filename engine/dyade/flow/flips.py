"""At which instant may a condition that reads the clock change its answer?

`today >= fields.x + 2 weeks` changes at the start of that day, or of the day after; `deadlines.x.missed` at the start
of the day after the deadline. Where nothing can be computed, the next local midnight will do: the answer of anything
that counts in days changes there at the earliest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from dyade.flow import entries, series
from dyade.flow.draft import Draft
from dyade.flow.reads import Binder
from dyade.program.conditions.compile import Getter
from dyade.program.conditions.tree import Call, Compare, Node, Read, ReadNode, children, walk
from dyade.program.data import Place
from dyade.program.names import SERIES_CLOCK, Site
from dyade.program.typed import Eligible, Group, Guard, Leaf

if TYPE_CHECKING:
    from dyade.flow.plan import Plan
    from dyade.flow.rules import Rule

Flip = Callable[[Draft], "int | None"]


def of_guard(plan: Plan, guard: Guard) -> tuple[Flip, ...]:
    """The flips of every clause of a guard."""
    found: list[Flip] = []
    match guard:
        case Leaf():
            found += of_node(plan, guard.site, guard.when)
        case Group():
            for item in guard.items:
                found += of_guard(plan, item)
        case Eligible():
            person = None if guard.person is None else Binder(plan, guard.site).condition(guard.person)
            found += [_for_persons(guard.role, person, flip) for flip in of_guard(plan, guard.guard)]
    return tuple(dict.fromkeys(found))


def of_places(plan: Plan, rule: Rule) -> tuple[Flip, ...]:
    """A transition that nobody fires finds no place: other dyads give theirs back, and this one hears nothing of it.

    Where all else holds it is looked at again each night, whatever is free by now: the past is gone through again.
    """
    if not rule.reserves:
        return ()
    later = midnight(plan)

    def again(draft: Draft) -> int | None:
        from dyade.flow.firing import holds

        leaf = next((leaf for leaf in draft.leaves.values() if leaf in rule.sources), None)
        return later(draft) if leaf is not None and holds(draft, rule, leaf) else None

    return (again,)


def of_place(plan: Plan, place: Place) -> tuple[Flip, ...]:
    """The flips of the condition at a place of the file."""
    node = plan.program.node(place)
    return tuple(of_node(plan, plan.program.site(place), node)) if node is not None else ()


def of_node(plan: Plan, site: Site, node: Node) -> Iterator[Flip]:
    """The flips of a condition; each is an instant to look again, some of them in vain."""
    if isinstance(node, Compare):
        for clock, other in ((node.left, node.right), (node.right, node.left)):
            if is_clock(clock) and not reads_clock(plan, other):
                yield _comparison(plan, clock, Binder(plan, site).value(other))
                return
    if isinstance(node, ReadNode):
        yield from _of_read(plan, node.read)
        return
    if isinstance(node, Call) and node.name == "days_in":
        yield midnight(plan)
    for child in children(node):
        yield from of_node(plan, site, child)


def is_clock(node: Node) -> bool:
    """Whether a node is `today` or `now` alone."""
    return isinstance(node, ReadNode) and node.read.parts in (("today",), ("now",))


def reads_clock(plan: Plan, node: Node) -> bool:
    """Whether a node's value moves with time alone, through formulas and figures too."""
    for inner in walk(node):
        if isinstance(inner, ReadNode) and any(True for _ in _of_read(plan, inner.read)):
            return True
        if isinstance(inner, Call) and inner.name == "days_in":
            return True
    return False


def _comparison(plan: Plan, clock: Node, value: Getter) -> Flip:
    calendar = plan.calendar
    days = isinstance(clock, ReadNode) and clock.read.parts == ("today",)

    def turn(draft: Draft, found: Any) -> int | None:
        if not isinstance(found, int):
            return None
        if not days:
            return found if found > draft.now else found + 1
        start = calendar.start_of_day(found)
        return start if start is not None and start > draft.now else calendar.start_of_day(found + 1)

    def flip(draft: Draft) -> int | None:
        found = value(draft)
        if isinstance(found, tuple):
            return _soonest(draft, [turn(draft, item) for item in found])
        return turn(draft, found)

    return flip


def _of_read(plan: Plan, read: Read) -> Iterator[Flip]:
    """The flips of what one read stands for."""
    parts = read.parts
    if parts in (("today",), ("now",)):
        yield midnight(plan)
    elif parts[0] == "fields" and len(parts) == 2:
        place = ("fields", parts[1], "formula")
        node = plan.program.node(place)
        if node is not None:
            yield from of_node(plan, plan.program.site(place), node)
    elif parts[0] == "deadlines" and parts[2] in ("missed", "left"):
        yield _after_day(plan, plan.deadline(parts[1])) if parts[2] == "missed" else midnight(plan)
    elif parts[0] == "series" and parts[2] in SERIES_CLOCK:
        yield _after_day(plan, lambda d: series.next_day(d, parts[1]))
    elif parts[0] == "roles":
        yield from _of_aggregate(plan, ("roles", parts[1], "aggregates", parts[2]))
    elif parts[0] == "forms" and len(parts) == 3:
        yield from _of_form(plan, parts[1], parts[2])


def _of_form(plan: Plan, form_id: str, name: str) -> Iterator[Flip]:
    aggregates = plan.program.model.forms[form_id].aggregates
    if name in aggregates:
        if aggregates[name].window is not None:
            yield midnight(plan)
        yield from _of_aggregate(plan, ("forms", form_id, "aggregates", name))
    elif name == "overdue":
        yield _after_day(plan, lambda d: entries.last_day_before_late(d, plan.forms[form_id]))


def _of_aggregate(plan: Plan, place: Place) -> Iterator[Flip]:
    """The flips of a figure: of what it asks of each entry, or of each holder, and of its first day."""
    about = str(place[1])
    for flip in of_place(plan, (*place, "where")):
        yield _for_entries(about, flip) if place[0] == "forms" else _for_persons(about, None, flip)
    yield from of_place(plan, (*place, "since"))


def _for_entries(form: str, flip: Flip) -> Flip:
    """The first flip among the entries of a form."""

    def first(draft: Draft) -> int | None:
        before, found = draft.entry, []
        for entry in entries.complete(draft, form):
            draft.entry = entry
            found.append(flip(draft))
        draft.entry = before
        return _soonest(draft, found)

    return first


def _for_persons(role: str, person: Getter | None, flip: Flip) -> Flip:
    """The first flip among the holders of a role, or that of one person."""

    def first(draft: Draft) -> int | None:
        before, found = (draft.person, draft.person_role), []
        persons = draft.holders(role) if person is None else (person(draft),)
        for one in persons:
            draft.person, draft.person_role = one, role
            found.append(flip(draft))
        draft.person, draft.person_role = before
        return _soonest(draft, found)

    return first


def _soonest(draft: Draft, found: list[int | None]) -> int | None:
    return min((at for at in found if at is not None and at > draft.now), default=None)


def _after_day(plan: Plan, day: Getter) -> Flip:
    def flip(draft: Draft) -> int | None:
        found = day(draft)
        return plan.calendar.start_of_day(found + 1) if isinstance(found, int) else None

    return flip


def midnight(plan: Plan) -> Flip:
    """The start of the next local day."""
    return plan.midnight

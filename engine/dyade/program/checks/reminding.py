"""Does a message of time come when it is of use, and to somebody who may do something about it?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dyade.program import model as m
from dyade.program.checks.anchors import Anchored, anchored, follow, gap, same_base
from dyade.program.checks.ground import Ground, Path
from dyade.program.checks.roles import possible
from dyade.program.checks.ways import ANYWHERE
from dyade.program.conditions.operators import constant_duration
from dyade.program.conditions.tree import Arith, Call, Compare, Logic, Node, ReadNode
from dyade.program.diagnostics import Fix

LOST = ("failure", "withdrawn", "expired", "rejected")
"""Outcomes that nobody hopes for."""
NEAR = 3
"""Days of notice that a long weekend may eat up."""


def check(ground: Ground) -> None:
    """Tell reminders that serve nobody, and what time takes away without a word."""
    held = possible(ground)
    for index, reminder in enumerate(ground.model.reminders):
        path: Path = ("reminders", index)
        _stopped(ground, path, reminder)
        _rolled_past(ground, path, reminder)
        _relayed(ground, path, reminder)
    if not ground.misses("roles"):
        _heard(ground, held)
    if ground.ways.complete and not ground.misses("reminders"):
        _unannounced(ground)


# ----------------------------------------------------------------------------------------------- stopped from the start


def _stopped(ground: Ground, path: Path, reminder: m.Reminder) -> None:
    """`stop_when` holds wherever, or whenever, the reminder could be sent."""
    node = ground.typed.nodes.get((*path, "stop_when"))
    if node is None:
        return
    states = ground.states(reminder.while_)
    due = anchored(ground, (*path, "at")) if reminder.at is not None else None
    for part in _choices(node):
        if _is_there(ground, part, states, len(reminder.while_)) or _is_past(ground, (*path, "stop_when"), part, due):
            ground.tell("M003", (*path, "stop_when"), inside=(part.start, part.end), reminder=reminder.id)
            return


def _choices(node: Node) -> Iterator[Node]:
    """The parts of which one is enough."""
    if isinstance(node, Logic) and node.op == "or":
        for item in node.items:
            yield from _choices(item)
    else:
        yield node


def _is_there(ground: Ground, node: Node, states: tuple[str, ...], named: int) -> bool:
    """`is_in(x)`, where the reminder is sent in `x` alone."""
    if not (isinstance(node, Call) and node.name == "is_in" and node.of in ground.graph.nodes) or len(states) < named:
        return False
    inside = ground.ways.inside(node.of)
    return bool(states) and all(state in inside for state in states)


def _is_past(ground: Ground, place: Path, node: Node, due: Anchored | None) -> bool:
    """`today > x`, where the reminder is due on a day after `x`."""
    if not isinstance(node, Compare) or node.op not in (">", ">=", "<", "<=") or due is None:
        return False
    clock, other = (node.left, node.right) if node.op in (">", ">=") else (node.right, node.left)
    if not (isinstance(clock, ReadNode) and clock.read.parts == ("today",)):
        return False
    limit = follow(ground, place, other)
    later = gap(due, limit) if limit is not None and same_base(due, limit) else -1
    return later > 0 or (later == 0 and node.op in (">=", "<="))


# ------------------------------------------------------------------------------------------------------------- too late


def _rolled_past(ground: Ground, path: Path, reminder: m.Reminder) -> None:
    """A notice of a few days that waits for the next business day may come after what it announces."""
    node = ground.typed.nodes.get((*path, "at"))
    rolled = reminder.roll == "next_business_day" or (reminder.roll is None and reminder.each is None)
    if not rolled or not isinstance(node, Arith) or node.op != "-" or reminder.every is not None:
        return
    length = constant_duration(node.right)
    if length is None or length.months or length.business_days or length.hours or not 0 < length.days <= NEAR:
        return
    fixes = []
    if reminder.roll is not None:
        fixes = [Fix(place=ground.tree.place((*path, "roll")), text="previous_business_day")]
    ground.tell("M006", (*path, "at"), reminder=reminder.id, fixes=fixes)


# ----------------------------------------------------------------------------------------------------------- for nobody


def _relayed(ground: Ground, path: Path, reminder: m.Reminder) -> None:
    """The relay goes to those who were reminded."""
    relay = reminder.escalate
    if relay is not None and set(relay.to) <= set(reminder.to) and all(to in ground.model.roles for to in relay.to):
        ground.tell("M014", (*path, "escalate", "to"), reminder=reminder.id, role=relay.to[0])


def _heard(ground: Ground, held: Iterable[str]) -> None:
    """Messages whose every addressee is a role that nobody can come to hold."""
    for path, part in ground.parts:
        if isinstance(part, m.Reminder | m.Escalation | m.Notify):
            roles = [role for role in part.to if role in ground.model.roles]
            if roles and len(roles) == len(part.to) and set(roles).isdisjoint(held):
                ground.tell("M013", (*path, "to"), role=roles[0])


# ---------------------------------------------------------------------------------------------------------- unannounced


def _unannounced(ground: Ground) -> None:
    """What time ends badly, and neither a reminder nor a day that people see announced."""
    named = [state for reminder in ground.model.reminders for state in reminder.while_]
    named += [state for deadline in ground.model.deadlines.values() for state in deadline.while_ or ("any",)]
    warned = (
        set(ground.graph.nodes)
        if "any" in named
        else {
            part for path in {*ground.states(named)} for part in (*ground.graph.around(path), *ground.ways.inside(path))
        }
    )
    for way in ground.ways.all:
        if way.number < 0 or way.target is None or way.history:
            continue
        transition = ground.model.transitions[way.number]
        if transition.after is None and transition.at is None:
            continue
        target = ground.graph.nodes[ground.graph.entry_leaf(way.target)].model
        sources = [source for source in way.sources if source != ANYWHERE]
        if target.final and target.outcome in LOST and sources and warned.isdisjoint(sources):
            key = "after" if transition.after is not None else "at"
            ground.tell("M005", ("transitions", way.number, key), transition=transition.id, state=sources[0])

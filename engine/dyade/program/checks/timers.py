"""Does time ever do what it is asked: is each reminder sent, and each timed transition taken?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from dyade.program import model as m
from dyade.program.checks.anchors import Anchored, anchored, gap, same_base, since_entry
from dyade.program.checks.delays import duration_of, said
from dyade.program.checks.ground import Ground, Path
from dyade.program.checks.guards import is_open
from dyade.program.checks.names import MISSING
from dyade.program.conditions.tree import Const, ReadNode, walk
from dyade.program.conditions.types import DATE


class Exit(NamedTuple):
    """A transition that time alone makes, from a state."""

    number: int
    at: Anchored
    said: str


def check(ground: Ground) -> None:
    """Tell what time can never do, and what it would do for ever."""
    exits = _exits(ground)
    for index, reminder in enumerate(ground.model.reminders):
        _reminder(ground, ("reminders", index), reminder, exits)
    for index, transition in enumerate(ground.model.transitions):
        if transition.after is not None or transition.at is not None:
            _transition(ground, index, transition, exits)
    if ground.today is not None:
        _past_dates(ground, ground.today)


def _exits(ground: Ground) -> dict[str, list[Exit]]:
    """What surely leaves each state by time, under the state that it leaves."""
    found: dict[str, list[Exit]] = {}
    for way in ground.ways.all:
        if way.number < 0 or way.target is None or way.history:
            continue
        transition = ground.model.transitions[way.number]
        if not is_open(ground.typed.guards["transitions", way.number, "guard"]):
            continue
        for source in way.sources:
            at = _instant(ground, ("transitions", way.number), transition, source)
            if at is not None and source and way.target not in ground.ways.inside(source):
                found.setdefault(source, []).append(Exit(way.number, at, _wait(ground, transition)))
    return found


def _instant(ground: Ground, place: Path, rule: m.Transition | m.Reminder, state: str) -> Anchored | None:
    """When a timed rule is due in a state."""
    if rule.after is not None:
        length = duration_of(ground, rule.after)
        return since_entry(state, length) if length is not None else None
    return anchored(ground, (*place, "at")) if rule.at is not None else None


def _wait(ground: Ground, rule: m.Transition | m.Reminder) -> str:
    return said(ground, rule.after) if rule.after is not None else rule.at or ""


# ------------------------------------------------------------------------------------------------------------ reminders


def _reminder(ground: Ground, path: Path, reminder: m.Reminder, exits: dict[str, list[Exit]]) -> None:
    waits = reminder.each is not None and reminder.each.endswith(".waiting")
    form = ground.model.forms.get(reminder.each.split(".")[1]) if waits and reminder.each is not None else None
    if waits and form is not None and not (form.signed_by or form.confirmed_by):
        ground.tell("M001", (*path, "each"), variant="waiting", reminder=reminder.id)
    if MISSING in reminder.to and not waits:
        ground.tell("D009", (*path, "to", reminder.to.index(MISSING)), variant="waiting", name=MISSING)
    if reminder.every is not None and reminder.max is None and reminder.stop_when is None:
        every = said(ground, reminder.every)
        ground.tell("M004", (*path, "every"), reminder=reminder.id, every=every)
    most = reminder.max if reminder.every is not None else 1
    if reminder.escalate is not None and most is not None and reminder.escalate.after > most:
        ground.tell("M009", (*path, "escalate", "after"), after=reminder.escalate.after, max=most)
    if reminder.roll == "previous_business_day" or reminder.each is not None:
        return
    states = ground.states(reminder.while_)
    before = [_first_exit(ground, path, reminder, state, exits) for state in states]
    sooner = [found for found in before if found is not None]
    if sooner and len(sooner) == len(reminder.while_):
        _never_sent(ground, path, reminder, states[0], sooner[0])


def _never_sent(ground: Ground, path: Path, reminder: m.Reminder, state: str, sooner: Exit) -> None:
    name = ground.model.transitions[sooner.number].id
    key = "after" if reminder.after is not None else "at"
    place = ground.tree.place(("transitions", sooner.number, "id"))
    facts = {"wait": _wait(ground, reminder), "transition": name, "state": state, "limit": sooner.said}
    variant = "left" if reminder.after is not None and ground.model.transitions[sooner.number].after else "at"
    related = [(place, "related.because")]
    ground.tell("M001", (*path, key), variant=variant, reminder=reminder.id, related=related, facts=facts)


def _first_exit(
    ground: Ground, path: Path, rule: m.Transition | m.Reminder, state: str, exits: dict[str, list[Exit]], own: int = -1
) -> Exit | None:
    """A transition by time that surely leaves a state before the rule is due there."""
    due = _instant(ground, path, rule, state)
    for around in ground.graph.around(state) if due is not None else ():
        for exit_ in exits.get(around, ()):
            if exit_.number != own and due is not None and _is_sooner(exit_, due, rule, around):
                return exit_
    return None


def _is_sooner(exit_: Exit, due: Anchored, rule: m.Transition | m.Reminder, around: str) -> bool:
    """A state around was entered no later than the one inside: what it waits for ends no later."""
    by_entry = exit_.at.base == around and isinstance(due.base, str)
    if not by_entry and not same_base(due, exit_.at):
        return False
    later = gap(due, exit_.at)
    # On one day, what moves the dyad comes at its start, a reminder at the hour of reminders.
    return later > 0 or (later == 0 and isinstance(rule, m.Reminder) and not isinstance(due.base, str))


# ---------------------------------------------------------------------------------------------------------- transitions


def _transition(ground: Ground, index: int, transition: m.Transition, exits: dict[str, list[Exit]]) -> None:
    states: Sequence[str] = ground.states(transition.from_)
    path: Path = ("transitions", index)
    before = [_first_exit(ground, path, transition, state, exits, index) for state in states]
    sooner = [found for found in before if found is not None]
    if sooner and len(sooner) == len(transition.from_):
        key = "after" if transition.after is not None else "at"
        name = ground.model.transitions[sooner[0].number].id
        place = ground.tree.place(("transitions", sooner[0].number, "id"))
        facts = {"name": transition.id, "wait": _wait(ground, transition), "transition": name, "limit": sooner[0].said}
        ground.tell("M002", (*path, key), related=[(place, "related.because")], facts=facts)


# ----------------------------------------------------------------------------------------------------------- past dates


def _past_dates(ground: Ground, today: int) -> None:
    """Dates in so many words on which time should still do something."""
    told: set[Path] = set()
    for path, day in _fixed_dates(ground):
        if day < today and path not in told:
            told.add(path)
            ground.tell("M008", path, date=str(ground.value(path)))


def _fixed_dates(ground: Ground) -> Iterator[tuple[Path, int]]:
    for place, node in ground.typed.nodes.items():
        if place[-1] not in ("at", "due", "until"):
            continue
        for part in walk(node):
            if part.type != DATE:
                continue
            if isinstance(part, Const) and isinstance(part.value, int):
                yield place, part.value
            elif isinstance(part, ReadNode) and isinstance(part.read.constant, int) and part.read.parts[0] == "params":
                yield ("params", part.read.parts[1], "value"), part.read.constant

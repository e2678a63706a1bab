"""What is alive where a dyad stands? Found once for each configuration of states, whatever the dyads in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dyade.flow.moves import Passage
    from dyade.flow.plan import Plan
    from dyade.flow.rules import Rule

Placed = tuple["Rule", str]
"""A rule, and the leaf that it would leave."""


class Situation:
    """One configuration: a leaf for each region, and what may happen there."""

    __slots__ = (
        "_innermost", "active", "automatic", "events", "flipping", "invariants", "is_final", "leaves", "passages",
        "reminders", "resuming", "timed", "upon",
    )  # fmt: skip

    def __init__(self, plan: Plan, leaves: tuple[str, ...]) -> None:
        self.leaves: Mapping[str, str] = {plan.region_of(leaf): leaf for leaf in leaves}
        """region → leaf, shared by the dyads that stand here."""
        self.active = frozenset(path for leaf in leaves for path in plan.graph.around(leaf))
        self.is_final = bool(leaves) and plan.is_final(leaves[0])
        self._innermost: dict[tuple[str, ...], str | None] = {}
        self.reminders = tuple((r, path) for r in plan.reminders if (path := self.innermost(r.states)) is not None)
        self.resuming = tuple((reminder, path) for reminder, path in self.reminders if reminder.flips)
        """Those whose end may be undone by time alone."""
        watched = ((i, self.innermost(i.states)) for i in plan.invariants)
        self.invariants = tuple((i, path) for i, path in watched if path is not None or not i.states)
        """(invariant, the state that it is watched in); the others hold."""
        self.timed = tuple((rule, leaf) for leaf in leaves for rule in plan.timed_at[leaf])
        self.automatic = _in_order((rule, leaf) for leaf in leaves for rule in plan.automatic_at[leaf])
        self.flipping = tuple((rule, leaf) for rule, leaf in self.automatic if plan.flips[rule.id])
        """Those whose guard may open by time alone."""
        self.events = _by_name(leaves, plan.events_at)
        """What can be fired, by the event's name or the rule's own."""
        self.upon = _by_name(leaves, plan.upon_at)
        self.passages: dict[tuple[str, str], Passage] = {}
        """(rule, leaf that it leads to) → what the move does here: filled as dyads go through it."""

    def without(self, rules: frozenset[str]) -> Situation:
        """The same, as if some transitions did not fire by themselves."""
        found = copy(self)
        found.timed = tuple(item for item in self.timed if item[0].id not in rules)
        found.automatic = tuple(item for item in self.automatic if item[0].id not in rules)
        found.flipping = tuple(item for item in self.flipping if item[0].id not in rules)
        return found

    def innermost(self, states: tuple[str, ...]) -> str | None:
        """The innermost active one of these states; `""` stands for where the main region stands."""
        if states not in self._innermost:
            main = self.leaves.get("", "")
            active = (path for path in (state or main for state in states) if path in self.active)
            self._innermost[states] = max(active, key=lambda path: path.count("."), default=None)
        return self._innermost[states]


def _in_order(found: Iterable[Placed]) -> tuple[Placed, ...]:
    """Innermost source first, then in document order."""
    return tuple(sorted(found, key=lambda item: (-item[0].depths[item[1]], item[0].index)))


def _by_name(
    leaves: tuple[str, ...], rules_at: Mapping[str, Mapping[str, tuple[Rule, ...]]]
) -> Mapping[str, tuple[Placed, ...]]:
    names = dict.fromkeys(name for leaf in leaves for name in rules_at[leaf])
    return {name: _in_order((rule, leaf) for leaf in leaves for rule in rules_at[leaf].get(name, ())) for name in names}

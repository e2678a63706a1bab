"""Transitions that fire: whether one is open, making it, and what then fires by itself."""

from __future__ import annotations

from typing import Any

from dyade.flow import messages as r
from dyade.flow import sharing
from dyade.flow.draft import Draft
from dyade.flow.effects import on_enter, perform, uncomputable
from dyade.flow.evolve import visit_of
from dyade.flow.guards import NONE_WAIVED, Waived
from dyade.flow.machine import EndlessLoop
from dyade.flow.moves import target_leaf
from dyade.flow.recording import record
from dyade.flow.rules import Rule

MOST_AUTOMATIC = 100
"""Automatic steps that may follow one another; the checker refuses programs that could go on without end."""


def waived(draft: Draft, rule: Rule) -> Waived:
    """The clauses of a rule that are lifted in the present visit of its source."""
    if not draft.waivers or not rule.guard.waivable:
        return NONE_WAIVED
    visit = visit_of(draft, rule.id)
    return frozenset(
        clause for clause in rule.guard.waivable if draft.waivers.get((rule.id, clause)) == visit and visit
    )


def opens(draft: Draft, rule: Rule, leaf: str) -> bool:
    """Whether a rule may fire from a leaf: its guard holds, its effects can be computed, its places are there."""
    return rule.is_free or (holds(draft, rule, leaf) and not (rule.reserves and sharing.lacking(draft, rule)))


def holds(draft: Draft, rule: Rule, leaf: str) -> bool:
    """Whether its guard holds, and its effects can be computed."""
    draft.entered = draft.stays.get(rule.anchors[leaf])
    lifted = waived(draft, rule) if draft.waivers else NONE_WAIVED
    found = rule.guard.opens(draft, lifted) and (not rule.can_fail or uncomputable(draft, rule.effects) is None)
    draft.entered = None
    return found


def fire(draft: Draft, rule: Rule, leaf: str, due: int | None = None) -> None:
    """Make a transition that is open: move, then effects in order, then what entering does."""
    plan = draft.plan
    draft.entered = draft.stays.get(rule.anchors[leaf])
    advice = rule.guard.advice(draft) if rule.guard.advices else ()
    lifted = tuple(sorted(waived(draft, rule))) if draft.waivers else ()
    target = rule.leaf
    if target is None and rule.target is not None:
        target = target_leaf(draft, rule.target)
    before = draft.rank, draft.situation.active
    visits: dict[str, int] = {}
    if plan.on_enter:
        visits = {path: known.visit for path, known in draft.stays.items() if known.left_on is None}
    record(draft, r.Moved, rule.id, leaf, target, draft.input, due, advice, lifted)
    index = len(draft.records) - 1
    for effect in rule.effects:
        perform(draft, effect, ("rule", rule.id), index)
    draft.entered = None
    if target is not None and plan.on_enter:
        on_enter(draft, plan, visits, index)
    if plan.shared is not None:
        sharing.moved(draft, plan.shared, rule, before)


def settle(draft: Draft) -> None:
    """Fire what fires by itself, until nothing does: what time has armed first, then automatic transitions."""
    for _ in range(MOST_AUTOMATIC):
        here = draft.situation
        if not (here.timed and _one_timed(draft, here.timed)) and not (
            here.automatic and _one_by_itself(draft, here.automatic)
        ):
            return
    raise EndlessLoop(draft.program)


def _one_timed(draft: Draft, timed: tuple[tuple[Rule, str], ...]) -> bool:
    """Fire the first transition that time has armed and that is open, the earliest due first."""
    armed: list[tuple[int, int, Rule, str]] = []
    for rule, leaf in timed:
        due = due_of(draft, rule, leaf)
        if due is not None and due <= draft.now and not _already(draft, rule, due):
            armed.append((due, rule.index, rule, leaf))
    if len(armed) > 1:
        armed.sort(key=lambda found: found[:2])
    for due, _, rule, leaf in armed:
        if opens(draft, rule, leaf):
            fire(draft, rule, leaf, due)
            return True
    return False


def _one_by_itself(draft: Draft, automatic: tuple[tuple[Rule, str], ...]) -> bool:
    """Fire the first open transition that nobody has to fire, innermost source first, then in document order."""
    for rule, leaf in automatic:
        if opens(draft, rule, leaf) and not _already(draft, rule, -1):
            fire(draft, rule, leaf)
            return True
    return False


def _already(draft: Draft, rule: Rule, due: int) -> bool:
    """An internal transition fires by itself once a visit, or once for each instant."""
    if rule.target is not None or rule.id not in draft.fired:
        return False
    return draft.fired[rule.id] == (visit_of(draft, rule.id), due)


def due_of(draft: Draft, rule: Rule, leaf: str) -> int | None:
    """The instant at which time arms a rule; `None` while its anchor is unknown."""
    stay = draft.stays.get(rule.anchors[leaf])
    if stay is None:
        return None
    if rule.elapsed is not None:
        return rule.elapsed(stay.entered_at, stay.paused_days)
    assert rule.at is not None
    draft.entered = stay
    day_due = rule.at(draft)
    draft.entered = None
    return draft.plan.calendar.start_of_day(day_due) if isinstance(day_due, int) else None


def happened(draft: Draft, what: str, entry: Any) -> None:
    """Something was filled, signed, moved on, answered …: the first open transition that waits for it fires."""
    for rule, leaf in draft.situation.upon.get(what, ()):
        draft.entry = entry
        if opens(draft, rule, leaf):
            fire(draft, rule, leaf)
            break
    draft.entry = None

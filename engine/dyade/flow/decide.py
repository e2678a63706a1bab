"""decide(program, dyad, command, context) -> Decision | Refusal: the whole of deciding, without looking around.

1  time first: everything due at or before `now`, each item with its own instant
2  the command: refused with every reason, or recorded
3  what follows by itself, until nothing does
4  reminders whose day had passed already, invariants
5  when time must look again
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dyade.flow import advancing, clockwork, filling, people
from dyade.flow import messages as c
from dyade.flow.acts import open_head, settle
from dyade.flow.draft import EMPTY_DYAD, Draft
from dyade.flow.dyad import Dyad
from dyade.flow.outcome import Context, Decision, Reason, Refusal
from dyade.flow.plan import plan_of
from dyade.flow.schedule import Occurrence, next_due
from dyade.program.program import Program

Handler = Callable[[Draft, Any], tuple[Reason, ...]]

HANDLERS: dict[type, Handler] = {
    c.Start: people.start,
    c.Assign: people.assign,
    c.Unassign: people.unassign,
    c.Replace: people.replace,
    c.Answer: people.answer,
    c.ChangeAttributes: people.change_attributes,
    c.SetField: filling.set_field,
    c.Fill: filling.fill,
    c.Sign: filling.sign,
    c.Unsign: filling.unsign,
    c.Confirm: filling.confirm,
    c.Step: filling.step,
    c.Correct: filling.correct,
    c.Fire: advancing.fire,
    c.WithdrawAssent: advancing.withdraw_assent,
    c.Waive: advancing.waive,
}


def decide(
    program: Program, dyad: Dyad | None, command: c.Command, context: Context, dyad_id: str = ""
) -> Decision | Refusal:
    """Say what follows from a command. `dyad` is absent, and `dyad_id` given, only for `Start`."""
    draft = Draft(plan_of(program), dyad or EMPTY_DYAD._replace(id=dyad_id), context)
    if dyad is not None and (context.quiet_until is None or context.quiet_until <= draft.now):
        clockwork.run(draft, draft.now)
    if isinstance(command, c.Tick):
        return _decision(draft)
    time = _Before(draft, dyad)
    reasons = _handle(draft, command) or _follow(draft, command, time)
    if reasons:
        return Refusal(reasons, time.decision(draft))
    return _decision(draft, clockwork.miss_what_has_passed(draft))


class _Before:
    """The draft as it was after time and before the command, for a refusal."""

    __slots__ = ("dyad", "effects", "records")

    def __init__(self, draft: Draft, dyad: Dyad | None) -> None:
        self.dyad = draft.frozen() if draft.records or dyad is None else dyad
        self.records = len(draft.records)
        self.effects = len(draft.effects)

    def broken(self, draft: Draft) -> list[str]:
        """The invariants that did not hold then."""
        return clockwork.broken(Draft(draft.plan, self.dyad, draft.context)) if self.dyad.leaves else []

    def decision(self, draft: Draft) -> Decision | None:
        """What time did, when it did anything."""
        if not self.records:
            return None
        again = Draft(draft.plan, self.dyad, draft.context)
        effects = tuple(draft.effects[: self.effects])
        return Decision(self.dyad, tuple(draft.records[: self.records]), effects, next_due(again))


def _handle(draft: Draft, command: c.Command) -> tuple[Reason, ...]:
    reasons = people.entitled(draft, command)
    if reasons:
        return reasons
    open_head(draft, command.actor, draft.now, command.recorded_by, command.on)
    return HANDLERS[type(command)](draft, command)


def _follow(draft: Draft, command: c.Command, time: _Before) -> tuple[Reason, ...]:
    """What follows by itself; then no invariant may be newly broken, unless nobody can be refused."""
    settle(draft)
    failing = clockwork.broken(draft)
    if failing and not isinstance(command, c.ChangeAttributes):
        # A command is not refused for what time broke before it.
        before = time.broken(draft)
        newly = [name for name in failing if name not in before]
        if newly:
            return tuple(advancing.invariant_reason(draft, name) for name in newly)
    if failing or draft.broken:
        clockwork.watch(draft)
    return ()


def _decision(draft: Draft, occurrences: list[Occurrence] | None = None) -> Decision:
    return Decision(
        draft.frozen(),
        tuple(draft.records),
        tuple(draft.effects),
        next_due(draft, occurrences),
        tuple(draft.advice),
        advancing.waiting_for(draft),
    )

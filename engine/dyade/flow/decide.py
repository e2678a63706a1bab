"""decide(program, dyad, command, context) -> Decision | Refusal: the whole of deciding, without looking around.

1  time first: everything due at or before `now`, each item with its own instant
2  the command: refused with every reason, or recorded
3  what follows by itself, until nothing does
4  reminders whose day had passed already, invariants
5  when time must look again
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dyade.flow import (
    advancing,
    certifying,
    clockwork,
    erasing,
    filling,
    joining,
    meeting,
    opening,
    people,
    sharing,
    signing,
    stepping,
)
from dyade.flow import messages as c
from dyade.flow.draft import EMPTY_DYAD, Draft
from dyade.flow.dyad import Dyad, new
from dyade.flow.firing import settle
from dyade.flow.outcome import Context, Decision, Reason, Refusal
from dyade.flow.plan import plan_of
from dyade.flow.recording import open_head
from dyade.flow.schedule import Occurrence, next_due, pending
from dyade.program.program import Program

Handler = Callable[[Draft, Any], tuple[Reason, ...]]
Bounds = Mapping[tuple[str, str], int]

HANDLERS: dict[type, Handler] = {
    c.Start: people.start,
    c.Assign: people.assign,
    c.Unassign: people.unassign,
    c.Replace: people.replace,
    c.Answer: people.answer,
    c.ChangeAttributes: people.change_attributes,
    c.SetField: filling.set_field,
    c.Fill: filling.fill,
    c.Sign: signing.sign,
    c.Unsign: signing.unsign,
    c.Confirm: signing.confirm,
    c.Step: stepping.step,
    c.Correct: filling.correct,
    c.PlanMeetings: meeting.plan,
    c.MoveMeeting: meeting.move,
    c.CancelMeeting: meeting.cancel,
    c.Attend: meeting.attend,
    c.Excuse: meeting.excuse,
    c.Fire: advancing.fire,
    c.Offer: advancing.offer,
    c.WithdrawAssent: advancing.withdraw_assent,
    c.Waive: advancing.waive,
    c.NoteErasure: erasing.note,
    c.MergePersons: joining.merge,
    c.Reveal: opening.reveal,
    c.RevokeCertificate: certifying.revoke,
    c.ReissueCertificate: certifying.reissue,
}


def decide(
    program: Program, dyad: Dyad | None, command: c.Command, context: Context, dyad_id: str = ""
) -> Decision | Refusal:
    """Say what follows from a command. `dyad` is absent, and `dyad_id` given, only for `Start`."""
    draft = Draft(program.plan or plan_of(program), dyad or EMPTY_DYAD._replace(id=dyad_id), context)
    if dyad is not None and (context.quiet_until is None or context.quiet_until <= draft.now):
        clockwork.run(draft, draft.now)
    if type(command) is c.Tick:
        return _decision(draft, pending(draft))
    # The dyad as it was after time and before the command, for a refusal.
    before = draft.frozen() if draft.records or dyad is None else dyad
    records, effects, bounds = len(draft.records), len(draft.effects), draft.bounds
    reasons = _handle(draft, command)
    if not reasons:
        settle(draft)
        if draft.plan.shared is not None:
            reasons = sharing.settled(draft, draft.plan.shared, records)
        if not reasons and (draft.situation.invariants or draft.broken):
            reasons = _broken(draft, command, before)
    if reasons:
        return Refusal(reasons, _of_time(draft, before, records, effects, bounds) if records else None)
    return _decision(draft, clockwork.miss_what_has_passed(draft))


def _of_time(draft: Draft, before: Dyad, records: int, effects: int, bounds: Bounds) -> Decision:
    """What time did before a command that is refused: the first of so many records and effects."""
    due = next_due(Draft(draft.plan, before, draft.context))
    kept = tuple(draft.records[:records]), tuple(draft.effects[:effects])
    return Decision(before, *kept, due, bounds=bounds)


def _handle(draft: Draft, command: c.Command) -> tuple[Reason, ...]:
    if command.on is not None or command.recorded_by is not None:
        reasons = people.entitled(draft, command)
        if reasons:
            return reasons
    open_head(draft, command.actor, draft.now, command.recorded_by, command.on)
    return HANDLERS[type(command)](draft, command)


def _broken(draft: Draft, command: c.Command, before: Dyad) -> tuple[Reason, ...]:
    """No invariant may be newly broken, unless nobody can be refused."""
    failing = clockwork.broken(draft)
    if failing and not isinstance(command, (c.ChangeAttributes, c.NoteErasure)):
        # A command is not refused for what time broke before it.
        already = clockwork.broken(Draft(draft.plan, before, draft.context)) if before.leaves else []
        newly = [name for name in failing if name not in already]
        if newly:
            return tuple(advancing.invariant_reason(draft, name) for name in newly)
    if failing or draft.broken:
        clockwork.watch(draft)
    return ()


def _decision(draft: Draft, occurrences: Sequence[Occurrence]) -> Decision:
    waiting = advancing.waiting_for(draft, draft.joint) if draft.joint is not None else ()
    due = next_due(draft, occurrences)
    parts = draft.frozen(), tuple(draft.records), tuple(draft.effects), due, tuple(draft.advice), waiting, draft.bounds
    return new(Decision, parts)

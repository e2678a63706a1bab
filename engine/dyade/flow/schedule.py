"""What will time do to this dyad, and when next?

Everything is derived from facts: an anchor plus a duration, in the program's calendar. Nothing is counted down, nothing
has to be cancelled. An occurrence is (reminder, visit, item, anchor, n); `marks` tells those that left a record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from dyade.flow import entries, firing, retention, series
from dyade.flow.draft import Draft
from dyade.flow.dyad import Entry, Meeting, Stay, new
from dyade.program.conditions.compile import Getter

if TYPE_CHECKING:
    from dyade.flow.flips import Flip
    from dyade.flow.reminders import ReminderPlan

Item = Entry | Meeting | None
"""What one occurrence is about, where its reminder is about several."""
ONCE: Sequence[Item] = (None,)
UNMARKED = (0, 0)
FAR = 20_000
"""Occurrences of one reminder that are looked through at most in one go."""


class Occurrence(NamedTuple):
    """One time that a reminder is due."""

    at: int
    reminder: "ReminderPlan"  # noqa: UP037 (compiled, it would be looked up)
    item: Item
    visit: int
    anchor: int
    """What the series is known by: the day of the first, as if the stay had never paused."""
    first: int
    """The day of the first, pauses counted."""
    n: int
    sent: int
    """How many of this series were sent before."""

    @property
    def key(self) -> tuple[str, int, int, int]:
        """What its series is marked by."""
        return self.reminder.model.id, self.item.n if self.item else 0, self.visit, self.anchor


# ------------------------------------------------------------------------------------------------------------ reminders


def pending(draft: Draft) -> list[Occurrence]:
    """The next occurrence of every reminder that is alive now."""
    found: list[Occurrence] = []
    stays = draft.stays
    for reminder, state in draft.situation.reminders:
        if reminder.model.each is None:
            occurrence = _next_of(draft, reminder, stays[state], None)
            if occurrence is not None:
                found.append(occurrence)
        else:
            each = [_next_of(draft, reminder, stays[state], item) for item in _items(draft, reminder)]
            found += [occurrence for occurrence in each if occurrence is not None]
    return found


def _items(draft: Draft, reminder: ReminderPlan) -> Sequence[Item]:
    if reminder.meeting is not None:
        return series.planned(draft, reminder.meeting)
    if reminder.item is None:
        return ONCE
    return entries.waiting(draft, reminder.item) if reminder.waits else entries.complete(draft, reminder.item)


def _next_of(draft: Draft, reminder: ReminderPlan, stay: Stay, item: Item) -> Occurrence | None:
    draft.item, draft.entered = item, stay
    if reminder.at is None:
        anchor, first = reminder.begins(stay.entered_on, 0), reminder.begins(stay.entered_on, stay.paused_days)
    else:
        anchor, first = _days(draft, reminder.at, stay)
    stopped = reminder.stop_when is not None and anchor is not None and reminder.stop_when(draft) is True
    draft.item = draft.entered = None
    if stopped or anchor is None or first is None:
        return None
    n = sent = 0
    if draft.marks:
        n, sent = draft.marks.get((reminder.id, item.n if item else 0, stay.visit, anchor), UNMARKED)
        if n if reminder.every is None else reminder.most is not None and sent >= reminder.most:
            return None
    at = reminder.moment(first, n)
    return None if at is None else new(Occurrence, (at, reminder, item, stay.visit, anchor, first, n, sent))


def _days(draft: Draft, at: Getter, stay: Stay) -> tuple[int | None, int | None]:
    """The day of the first occurrence, before it is rolled to a business day: without the pauses, and with them.

    A pause moves a series; it does not make another, which would be sent from its beginning.
    """
    first = anchor = at(draft)
    if stay.paused_days:
        draft.entered = stay._replace(paused_days=0)
        anchor = at(draft)
        draft.entered = stay
    return (anchor, first) if isinstance(anchor, int) and isinstance(first, int) else (None, None)


def last_together(occurrence: Occurrence) -> int:
    """The greatest n of the series that is due at the same instant: the days of a weekend are rolled to one."""
    n = occurrence.n
    while occurrence.reminder.every is not None:
        if occurrence.reminder.moment(occurrence.first, n + 1) != occurrence.at:
            break
        n += 1
    return n


def last_before(occurrence: Occurrence, now: int) -> int:
    """The greatest n of the series that is due before an instant; `occurrence` is."""
    n = occurrence.n
    if occurrence.reminder.every is None:
        return n
    while n - occurrence.n < FAR:
        following = occurrence.reminder.moment(occurrence.first, n + 1)
        if following is None or following >= now:
            break
        n += 1
    return n


# ------------------------------------------------------------------------------------------------------------ what next


def next_due(draft: Draft, occurrences: Iterable[Occurrence] | None = None) -> int | None:
    """The next instant after the draft's at which time may do something; for reminders, also the present one.

    `occurrences` are those of `pending`, where they were just asked for.
    """
    situation = draft.situation
    found = None
    for occurrence in pending(draft) if occurrences is None else occurrences:
        if found is None or occurrence.at < found:
            found = occurrence.at
    if not situation.is_final:
        for rule, leaf in situation.timed:
            due = firing.due_of(draft, rule, leaf)
            if due is not None and due <= draft.now:
                due = min(_flips(draft, draft.plan.flips[rule.id]), default=None)
            if due is not None and (found is None or due < found):
                found = due
    if situation.resuming or situation.flipping:
        turns = [found] if found is not None else []
        for reminder, state in situation.resuming:
            turns += _resumptions(draft, reminder, draft.stays[state])
        for rule, _ in situation.flipping if not situation.is_final else ():
            turns += _flips(draft, draft.plan.flips[rule.id])
        found = min(turns, default=None)
    return found if not draft.plan.retention else _sooner(draft, found)


def _sooner(draft: Draft, found: int | None) -> int | None:
    """The sooner of an instant and of the next at which personal data are erased."""
    erasures = [erasure.at for erasure in retention.pending(draft)]
    return min(erasures if found is None else [found, *erasures], default=None)


def _resumptions(draft: Draft, reminder: ReminderPlan, stay: Stay) -> Iterator[int]:
    """When what stops a reminder may stop it no more."""
    for item in _items(draft, reminder):
        draft.item, draft.entered = item, stay
        yield from list(_flips(draft, reminder.flips))
        draft.item = draft.entered = None


def _flips(draft: Draft, flips: tuple[Flip, ...]) -> Iterator[int]:
    """The next instant at which each time comparison of a condition may change its answer."""
    for flip in flips:
        at = flip(draft)
        if at is not None and at > draft.now:
            yield at

"""What will time do to this dyad, and when next?

Everything is derived from facts: an anchor plus a duration, in the program's calendar. Nothing is counted down, nothing
has to be cancelled. An occurrence is (reminder, visit, item, anchor, n); `marks` tells those that left a record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from dyade.flow import entries, firing
from dyade.flow.draft import Draft
from dyade.flow.dyad import Entry, Stay, new

if TYPE_CHECKING:
    from dyade.flow.flips import Flip
    from dyade.flow.reminders import ReminderPlan

ONCE: Sequence[Entry | None] = (None,)
UNMARKED = (0, 0)
FAR = 20_000
"""Occurrences of one reminder that are looked through at most in one go."""


class Occurrence(NamedTuple):
    """One time that a reminder is due."""

    at: int
    reminder: ReminderPlan
    item: Entry | None
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
    for reminder, state in draft.situation.reminders:
        stay = draft.stays[state]
        for item in ONCE if reminder.item is None else _items(draft, reminder):
            occurrence = _next_of(draft, reminder, stay, item)
            if occurrence is not None:
                found.append(occurrence)
    return found


def _items(draft: Draft, reminder: ReminderPlan) -> Sequence[Entry | None]:
    if reminder.item is None:
        return ONCE
    return entries.waiting(draft, reminder.item) if reminder.waits else entries.complete(draft, reminder.item)


def _next_of(draft: Draft, reminder: ReminderPlan, stay: Stay, item: Entry | None) -> Occurrence | None:
    draft.item, draft.entered = item, stay
    first = anchor = _first_day(draft, reminder, stay)
    if stay.paused_days:
        # A pause moves a series; it does not make another, which would be sent from its beginning.
        draft.entered = stay._replace(paused_days=0)
        anchor = _first_day(draft, reminder, draft.entered)
        draft.entered = stay
    stopped = anchor is not None and reminder.stop_when is not None and reminder.stop_when(draft) is True
    draft.item = draft.entered = None
    if anchor is None or first is None or stopped:
        return None
    key = (reminder.model.id, item.n if item else 0, stay.visit, anchor)
    n, sent = draft.marks.get(key, UNMARKED) if draft.marks else UNMARKED
    if n if reminder.every is None else reminder.most is not None and sent >= reminder.most:
        return None
    at = reminder.moment(first, n)
    return None if at is None else new(Occurrence, (at, reminder, item, stay.visit, anchor, first, n, sent))


def _first_day(draft: Draft, reminder: ReminderPlan, stay: Stay) -> int | None:
    """The day of the first occurrence, before it is rolled to a business day."""
    if reminder.at is None:
        return reminder.begins(stay.entered_on + stay.paused_days)
    day = reminder.at(draft)
    return day if isinstance(day, int) else None


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
    situation, flips, now = draft.situation, draft.plan.flips, draft.now
    found = [occurrence.at for occurrence in (pending(draft) if occurrences is None else occurrences)]
    for reminder, state in situation.resuming:
        found += _resumptions(draft, reminder, draft.stays[state])
    if not situation.is_final:
        for rule, leaf in situation.timed:
            due = firing.due_of(draft, rule, leaf)
            if due is not None and due > now:
                found.append(due)
            elif due is not None:
                found += _flips(draft, flips[rule.id])
        for rule, _ in situation.flipping:
            found += _flips(draft, flips[rule.id])
    return min(found) if found else None


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

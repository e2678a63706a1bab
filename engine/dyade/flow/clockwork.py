"""What time does: every due instant in order, each item as a command of the clock with its own instant as `now`.

At one instant: transitions by time, then automatic ones, then reminders; document order inside each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dyade.flow import entries, retention
from dyade.flow import messages as r
from dyade.flow.draft import Draft
from dyade.flow.dyad import Entry
from dyade.flow.firing import settle
from dyade.flow.recording import open_head, record
from dyade.flow.reminders import ReminderPlan
from dyade.flow.schedule import Occurrence, last_before, last_together, next_due, pending
from dyade.flow.sending import recipients, send
from dyade.flow.sharing import followed

MOST_SENT = 20
"""`catch_up: all` sends so many late messages of one reminder, the latest; older ones are missed."""
MISSING = "missing"
"""In the `to` of a reminder about entries that wait: those for whom its entry waits."""


def run(draft: Draft, wall: int) -> None:
    """Let time do, in order, everything that is due at or before `wall`; the draft ends at that instant."""
    draft.turn_to(draft.at)
    foreseen = _Foreseen(draft, wall)

    def remind(occurrence: Occurrence) -> None:
        late = _missed_through(draft, occurrence, wall, foreseen)
        if late is None:
            _one(draft, occurrence)
        else:
            _leave_record(draft, occurrence, late, "missed", (), ())

    for _ in _pass_time(draft, wall, wall, remind):
        pass
    draft.turn_to(wall)


def pass_unsent(draft: Draft, wall: int) -> None:
    """Let time do all that is due at or before `wall`, but for reminders: they are missed, each at its instant."""

    def miss(occurrence: Occurrence) -> None:
        _leave_record(draft, occurrence, occurrence.n, "missed", (), ())

    for _ in _pass_time(draft, wall, wall, miss):
        pass
    draft.turn_to(wall)


def live_on(draft: Draft, until: int, veiled: frozenset[str]) -> Iterator[Draft]:
    """Let time pass on a copy with a clock that is never late; give the copy after each instant at which time acts.

    It is lived as if the transitions that are veiled did not exist.
    """
    ahead = Draft(draft.plan, draft.frozen(), draft.context._replace(quiet_until=None))
    ahead.veil(veiled)
    run(ahead, ahead.now)
    yield ahead
    for _ in _pass_time(ahead, until, None, lambda occurrence: _one(ahead, occurrence)):
        yield ahead


def _pass_time(draft: Draft, until: int, wall: int | None, remind: Callable[[Occurrence], None]) -> Iterator[int]:
    """Go from one due instant to the next, and do what is due; what is done is written at `wall`, else at once."""
    while (due := next_due(draft)) is not None and due <= until:
        draft.turn_to(max(due, draft.now))
        _act(draft, draft.now if wall is None else wall, remind)
        yield draft.now


def _act(draft: Draft, wall: int, remind: Callable[[Occurrence], None]) -> None:
    """What fires by itself, as one command of the clock; then the reminders, each as one."""
    open_head(draft, r.CLOCK, wall)
    before = len(draft.records)
    settle(draft)
    if draft.plan.shared is not None and len(draft.records) > before:
        # Places follow the people at the instant at which these come, however late the clock is.
        followed(draft, draft.plan.shared)
    waiting = pending(draft)
    _miss(draft, [occurrence for occurrence in waiting if occurrence.at < draft.now])
    if len(draft.records) > before:
        watch(draft)
    due = [occurrence for occurrence in waiting if occurrence.at == draft.now]
    for occurrence in sorted(due, key=lambda o: o.reminder.rank) if len(due) > 1 else due:
        open_head(draft, r.CLOCK, wall)
        remind(occurrence)
    if draft.plan.retention:
        for erasure in [one for one in retention.pending(draft) if one.at <= draft.now]:
            open_head(draft, r.CLOCK, wall)
            rule = erasure.rule
            record(draft, r.Purged, rule.id, rule.what, erasure.visit, erasure.anchor, rule.then, rule.keep)


def _one(draft: Draft, occurrence: Occurrence) -> None:
    """Send a reminder on its day, or skip it; occurrences that were rolled to one day are one message."""
    reminder = occurrence.reminder
    draft.item = occurrence.item
    draft.entered = draft.stay_among(reminder.states)
    wanted = reminder.only_if is None or reminder.only_if(draft) is True
    to = _recipients(draft, reminder) if wanted else ()
    if not to:
        _leave_record(draft, occurrence, last_together(occurrence), "skipped", (), ())
    else:
        _send(draft, occurrence, to)
    draft.item = draft.entered = None


def _recipients(draft: Draft, reminder: ReminderPlan) -> tuple[str, ...]:
    """Whom a reminder is for; `missing` are those for whom its entry waits."""
    roles = list(reminder.model.to)
    if MISSING not in roles or reminder.item is None or not isinstance(draft.item, Entry):
        return recipients(draft, roles)
    awaited = entries.awaited(draft, draft.plan.forms[reminder.item], draft.item)
    return tuple(dict.fromkeys((*recipients(draft, [role for role in roles if role != MISSING]), *awaited)))


def _send(draft: Draft, occurrence: Occurrence, to: tuple[str, ...]) -> None:
    model = occurrence.reminder.model
    escalate = model.escalate
    escalated: tuple[str, ...] = ()
    if escalate is not None and occurrence.sent + 1 == escalate.after:
        escalated = recipients(draft, list(escalate.to))
    _leave_record(draft, occurrence, last_together(occurrence), "sent", to, escalated)
    index = len(draft.records) - 1
    key = ("reminder", occurrence.reminder.rank)
    send(draft, to, model.template, key, index, "reminder", model.id, channel=model.channel)
    if escalate is not None and escalated:
        send(draft, escalated, escalate.template, key, index, "escalation", model.id, channel=model.channel)


def _missed_through(draft: Draft, occurrence: Occurrence, wall: int, foreseen: _Foreseen) -> int | None:
    """The last occurrence of the series that its catch-up policy gives up at once, `None` when this one is sent."""
    if wall <= occurrence.at:
        return None
    last, at = foreseen.last(occurrence)
    policy = occurrence.reminder.model.catch_up
    keep = 1 if policy == "once" else MOST_SENT
    if policy == "skip":
        calendar = draft.plan.calendar
        keep = 1 if calendar.local_date(wall) == calendar.local_date(at) else 0
    given_up = last - keep
    return given_up if given_up >= occurrence.n else None


class _Foreseen:
    """Which occurrence of each late series is the last to fall due before `wall`, if nobody acts?

    The state may be left by then, or the date moved: what will never be due is not missed. Reminders change nothing
    that decides of it, so that time is lived once ahead without them.
    """

    __slots__ = ("_draft", "_last", "_wall")

    def __init__(self, draft: Draft, wall: int) -> None:
        self._draft = draft
        self._wall = wall
        self._last: dict[tuple[str, int, int, int], tuple[int, int]] | None = None

    def last(self, occurrence: Occurrence) -> tuple[int, int]:
        """(n, instant) of the last occurrence of a series."""
        if occurrence.reminder.every is None:
            return occurrence.n, occurrence.at
        following = occurrence.reminder.moment(occurrence.first, occurrence.n + 1)
        if following is None or following > self._wall:
            return occurrence.n, occurrence.at
        if self._last is None:
            self._last = self._live_on()
        return self._last.get(occurrence.key, (occurrence.n, occurrence.at))

    def _live_on(self) -> dict[tuple[str, int, int, int], tuple[int, int]]:
        ahead = Draft(self._draft.plan, self._draft.frozen(), self._draft.context)
        ahead.veil(self._draft.veiled)
        ahead.turn_to(self._draft.now)
        found: dict[tuple[str, int, int, int], tuple[int, int]] = {}

        def note(occurrence: Occurrence) -> None:
            found[occurrence.key] = occurrence.n, occurrence.at
            _leave_record(ahead, occurrence, occurrence.n, "missed", (), ())

        for _ in _pass_time(ahead, self._wall, self._wall, note):
            pass
        return found


def _leave_record(
    draft: Draft, o: Occurrence, through: int, status: str, to: tuple[str, ...], escalated: tuple[str, ...]
) -> None:
    item = o.item.n if o.item else 0
    record(draft, r.Reminded, o.reminder.model.id, item, o.visit, o.anchor, o.n, through, status, to, escalated)


def miss_what_has_passed(draft: Draft) -> list[Occurrence]:
    """Record, unsent, the reminders whose instant had passed when their date was set, or when nothing stopped them.

    Return those that are still to come.
    """
    occurrences = pending(draft) if draft.situation.reminders else []
    if not occurrences:
        return occurrences
    now = draft.now
    for occurrence in occurrences:
        if occurrence.at < now:
            break
    else:
        return occurrences
    _miss(draft, [occurrence for occurrence in occurrences if occurrence.at < now])
    return pending(draft)


def _miss(draft: Draft, passed: list[Occurrence]) -> None:
    for occurrence in passed:
        through = last_before(occurrence, draft.now)
        _leave_record(draft, occurrence, through, "missed", (), ())


def watch(draft: Draft) -> None:
    """Record the invariants that cease to hold, or hold again, by an act that nobody can be refused."""
    for name, holds in invariants(draft):
        if holds == (name in draft.broken):
            record(draft, r.Watched, name, holds)


def invariants(draft: Draft) -> list[tuple[str, bool]]:
    """(invariant, whether it holds); one that is not watched here, or that cannot be computed, is not broken."""
    failing = broken(draft)
    return [(invariant.model.id, invariant.model.id not in failing) for invariant in draft.plan.invariants]


def broken(draft: Draft) -> list[str]:
    """The invariants that do not hold now."""
    found: list[str] = []
    for invariant, state in draft.situation.invariants:
        draft.entered = None if state is None else draft.stays[state]
        if invariant.test(draft) is False:
            found.append(invariant.model.id)
    draft.entered = None
    return found

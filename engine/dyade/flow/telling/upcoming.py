"""Everything that time will do to a dyad if nothing changes: transitions, reminders, deadlines, forms that fall due.

Time is let run on a copy, by the same rules as ever: what a transition by time will put an end to is not announced. To
someone who may not foresee a transition, the forecast is what would come without it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from dyade.flow import clockwork, entries, series
from dyade.flow import messages as r
from dyade.flow.draft import Draft
from dyade.flow.schedule import next_due
from dyade.flow.telling.visibility import Reader
from dyade.flow.telling.words import Words, said

MOST = 200
"""Things that are announced at most."""
FAR = 400
"""Days that are looked ahead when no limit is given."""
DAY = 86_400_000_000


class Coming(NamedTuple):
    """One thing that a day will bring."""

    at: int
    kind: str
    """`transition`, `reminder`, `deadline`, `form` or `meeting`."""
    id: str
    late: bool = False
    timed: bool = False
    """Whether it has an hour, where others of its kind may have a day alone."""
    place: str | None = None
    """Where, for a meeting, as its series says it."""

    def label(self, words: Words) -> str:
        """What people call it."""
        model = words.model
        match self.kind:
            case "transition":
                return words.transition(self.id)
            case "deadline":
                return said(model.deadlines[self.id].label, words.lang, self.id)
            case "form":
                return words.form(self.id)
            case "meeting":
                return words.series(self.id)
        return words.reminder(self.id)


def upcoming(draft: Draft, reader: Reader, until: int | None = None) -> list[Coming]:
    """What time will do, in order; without a limit, the first of each kind over a year or so."""
    ahead = list(_simulated(draft, reader, until if until is not None else draft.now + FAR * DAY))
    found = [*ahead, *expected(draft, reader)]
    kept = sorted((c for c in found if until is None or c.at <= until), key=lambda c: (c.at, c.kind, c.id))
    return kept[:MOST] if until is not None else _firsts(kept)


def next_instant(draft: Draft, reader: Reader) -> int | None:
    """When time next does something that this reader may foresee."""
    rules = [rule for rule in draft.plan.rules.values() if rule.timed or rule.auto]
    if all(map(reader.sees_reminder, draft.plan.reminders)) and all(map(reader.sees_due, rules)):
        return next_due(draft)
    return min((coming.at for coming in _simulated(draft, reader, draft.now + FAR * DAY)), default=None)


def expected(draft: Draft, reader: Reader) -> list[Coming]:
    """What has a day without any simulation: deadlines, forms that are wanted, meetings; what is late too."""
    return [*_deadlines(draft, reader), *_forms(draft, reader), *_meetings(draft, reader)]


def _firsts(found: list[Coming]) -> list[Coming]:
    first: dict[tuple[str, str], Coming] = {}
    for coming in found:
        first.setdefault((coming.kind, coming.id), coming)
    return list(first.values())


def _simulated(draft: Draft, reader: Reader, until: int) -> Iterator[Coming]:
    """Let time run on a copy, one due instant after the other, as a clock that is never late would."""
    read = 0
    for ahead in islice(clockwork.live_on(draft, until, _veiled(reader)), MOST):
        yield from (coming for record in ahead.records[read:] if (coming := _of_record(record, reader)) is not None)
        read = len(ahead.records)


def _veiled(reader: Reader) -> frozenset[str]:
    """What would come after a transition that a reader may not foresee would tell them of it."""
    rules = reader.draft.plan.rules.values()
    return frozenset(rule.id for rule in rules if (rule.timed or rule.auto) and not reader.sees_due(rule))


def _of_record(record: r.Record, reader: Reader) -> Coming | None:
    """What a record of the future announces to a reader: a date tells what it was computed from."""
    plan = reader.draft.plan
    if (
        isinstance(record, r.Reminded)
        and record.status == "sent"
        and reader.sees_reminder(plan.reminder(record.reminder))
    ):
        return Coming(record.head.at, "reminder", record.reminder)
    if isinstance(record, r.Moved) and reader.sees_due(plan.rules[record.transition]):
        return Coming(record.head.at, "transition", record.transition)
    return None


def _deadlines(draft: Draft, reader: Reader) -> list[Coming]:
    found: list[Coming] = []
    for name, deadline in draft.plan.program.model.deadlines.items():
        states = [draft.plan.graph.path(reference) for reference in deadline.while_ or ()]
        if not any(draft.is_in(state) for state in states) if states else draft.is_final:
            continue
        node = draft.plan.program.node(("deadlines", name, "at"))
        due = draft.plan.deadline(name)(draft)
        if isinstance(due, int) and reader.sees_node(node) and reader.sees_states(states):
            at = draft.plan.calendar.start_of_day(due)
            found += [Coming(at, "deadline", name, late=draft.today > due)] if at is not None else []
    return found


def _meetings(draft: Draft, reader: Reader) -> list[Coming]:
    """The planned meetings; those whose day has passed are late: their attendance is."""
    found: list[Coming] = []
    for name in draft.plan.series if not draft.is_final else ():
        for meeting in series.planned(draft, name) if reader.sees_series(name) else ():
            hour = draft.plan.series[name].hour(draft, meeting) if reader.sees_hour(name) else None
            at = draft.plan.calendar.instant(meeting.on, hour or 0)
            place = draft.plan.series[name].place(draft) if reader.sees_place(name) else None
            late = meeting.on < draft.today
            found += [Coming(at, "meeting", name, late, hour is not None, place)] if at is not None else []
    return found


def _forms(draft: Draft, reader: Reader) -> list[Coming]:
    found: list[Coming] = []
    for form in draft.plan.forms.values():
        if not reader.sees_form_due(form.id) or not reader.sees_form_open(form):
            continue
        due, last = entries.due_days(draft, form)
        at = draft.plan.calendar.start_of_day(due) if due is not None else None
        if at is not None:
            found.append(Coming(at, "form", form.id, late=last is not None and draft.today > last))
    return found

"""Everything that time will do to a dyad if nothing changes: transitions, reminders, deadlines, forms that fall due."""

from __future__ import annotations

from typing import NamedTuple

from dyade.flow import acts, entries
from dyade.flow.draft import Draft
from dyade.flow.schedule import Occurrence, instant_of, pending
from dyade.flow.visibility import Reader
from dyade.flow.words import Words, said

MOST = 200


class Coming(NamedTuple):
    """One thing that a day will bring."""

    at: int
    kind: str
    """`transition`, `reminder`, `deadline` or `form`."""
    id: str
    item: int = 0
    late: bool = False

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
        reminder = next(r for r in model.reminders if r.id == self.id)
        subject = said(model.templates[reminder.template].subject, words.lang, self.id)
        return said(reminder.label, words.lang) or (subject if "{" not in subject else self.id)


def upcoming(draft: Draft, reader: Reader, until: int | None = None) -> list[Coming]:
    """What time will do, in order, each series up to `until` (only its next occurrence where there is no limit)."""
    found = [*_transitions(draft), *_reminders(draft, reader, until), *_deadlines(draft, reader), *_forms(draft, reader)]
    kept = [coming for coming in found if until is None or coming.at <= until]
    return sorted(kept, key=lambda coming: (coming.at, coming.kind, coming.id))[:MOST]


def _transitions(draft: Draft) -> list[Coming]:
    found: dict[str, Coming] = {}
    for leaf in draft.leaves.values():
        for rule in draft.plan.timed_at[leaf]:
            due = acts.due_of(draft, rule, leaf)
            if due is not None and due > draft.now:
                found.setdefault(rule.id, Coming(due, "transition", rule.id))
    return list(found.values())


def _reminders(draft: Draft, reader: Reader, until: int | None) -> list[Coming]:
    found: list[Coming] = []
    for occurrence in pending(draft):
        if occurrence.reminder.item and not reader.sees_form(occurrence.reminder.item):
            continue
        item = occurrence.item.n if occurrence.item else 0
        found += [Coming(at, "reminder", occurrence.reminder.model.id, item) for at in _series(draft, occurrence, until)]
    return found


def _series(draft: Draft, occurrence: Occurrence, until: int | None) -> list[int]:
    reminder = occurrence.reminder
    found = [occurrence.at]
    if reminder.every is None or until is None:
        return found
    most = (reminder.model.max or MOST) - occurrence.sent
    while len(found) < most:
        following = instant_of(draft, reminder, occurrence.anchor, occurrence.n + len(found))
        if following is None or following > until:
            break
        found.append(following)
    return found


def _deadlines(draft: Draft, reader: Reader) -> list[Coming]:
    found: list[Coming] = []
    for name, deadline in draft.plan.program.model.deadlines.items():
        states = [draft.plan.graph.path(reference) for reference in deadline.while_ or ()]
        if states and not any(draft.is_in(state) for state in states):
            continue
        if draft.is_final and not states:
            continue
        node = draft.plan.program.node(("deadlines", name, "at"))
        due = draft.plan.deadline(name)(draft)
        if isinstance(due, int) and node is not None and reader.sees_node(node):
            at = draft.plan.calendar.start_of_day(due)
            found += [Coming(at, "deadline", name, late=draft.today > due)] if at is not None else []
    return found


def _forms(draft: Draft, reader: Reader) -> list[Coming]:
    found: list[Coming] = []
    for form in draft.plan.forms.values():
        if not reader.sees_form(form.id) or not any(draft.is_in(state) for state in form.states):
            continue
        due, last = entries.due_days(draft, form)
        at = draft.plan.calendar.start_of_day(due) if due is not None else None
        if at is not None:
            found.append(Coming(at, "form", form.id, late=last is not None and draft.today > last))
    return found

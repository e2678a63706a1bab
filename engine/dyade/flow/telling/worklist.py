"""What does one dyad want of people now: what is late, what can this reader do, does nothing move any more?

Nothing is simulated: a list of thousands of dyads asks this of each. What a reader may not see is no work of theirs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dyade.flow import advancing, entries, firing, series
from dyade.flow.draft import Draft
from dyade.flow.dyad import Dyad
from dyade.flow.forms import FormPlan
from dyade.flow.outcome import Context
from dyade.flow.plan import plan_of
from dyade.flow.telling.todo import form_todo, series_todo
from dyade.flow.telling.upcoming import Coming, expected
from dyade.flow.telling.visibility import Reader
from dyade.flow.telling.ways import shortest
from dyade.flow.telling.words import Words, day
from dyade.program import model as m
from dyade.program.program import Program
from dyade.texts import sentence

LATE, MINE, STUCK = "late", "mine", "stuck"


class Task(NamedTuple):
    """One thing that somebody should look at."""

    dyad: str
    program: str
    state: str
    """Where the dyad stands, in words."""
    kind: str
    """`late`, `mine` or `stuck`."""
    text: str
    day: str
    """The day by which it was, or is, wanted; of what is stuck, the day on which something last happened."""
    days: int
    """How many days ago that was; negative where it is still to come, 0 where there is no day."""


def tasks(program: Program, dyad: Dyad, context: Context, reader: str | None, lang: str, idle: int) -> list[Task]:
    """Tell a reader (the operator of the store, where there is none) what a dyad that goes on wants now.

    `idle` is the days without any record after which a dyad is stuck.
    """
    draft = Draft(plan_of(program), dyad, context)
    if draft.is_final:
        return []
    work = _Work(program.id, draft, Reader(draft, reader), Words(draft.plan, lang, context.names))
    known = expected(draft, work.reader)
    late = [work.late(one) for one in known if one.late]
    mine = list(work.mine()) if reader is not None else []
    return [*late, *mine, *work.stuck(known, idle)]


class _Work:
    """One dyad, as one reader may see it."""

    def __init__(self, program: str, draft: Draft, reader: Reader, words: Words) -> None:
        self.program = program
        self.draft = draft
        self.plan = draft.plan
        self.reader = reader
        self.words = words

    def _task(self, kind: str, text: str, on: int | None) -> Task:
        state = self.words.state(self.draft.leaves[""])
        days = 0 if on is None else self.draft.today - on
        return Task(self.draft.id, self.program, state, kind, text, "" if on is None else day(on), days)

    def late(self, coming: Coming) -> Task:
        """Something whose day has passed, as an act where it is one that this reader may know of."""
        on = self.plan.calendar.local_date(coming.at)
        if coming.kind == "form" and self.reader.sees_form(coming.id):
            return self._task(LATE, form_todo(self.draft, self.plan.forms[coming.id], self.words, self.reader), on)
        if coming.kind == "meeting":
            return self._task(LATE, series_todo(self.draft, coming.id, self.words), on)
        name = coming.label(self.words)
        return self._task(LATE, sentence("answers", f"coming.{coming.kind}", self.words.lang, name=name), on)

    def stuck(self, known: list[Coming], idle: int) -> Iterator[Task]:
        """A dyad in which nothing has happened for long, while no act is late or has a day."""
        last = self.plan.calendar.local_date(self.draft.at)
        waits = any(one.late or one.kind in ("form", "meeting") for one in known)
        if not waits and self.draft.today - last >= idle:
            text = sentence("answers", "work.stuck", self.words.lang, self.draft.today - last)
            yield self._task(STUCK, text, last)

    # ------------------------------------------------------------------------------------------------------------ mine

    def mine(self) -> Iterator[Task]:
        """What this reader can do now, and is waited for."""
        yield from self._offers()
        for form in self.plan.forms.values():
            yield from self._of_form(form)
        yield from self._attendance()
        yield from self._moves()

    def _offers(self) -> Iterator[Task]:
        """Roles that wait for their answer."""
        person = self._me()
        for role, held in self.draft.holdings.items():
            for holding in held:
                if holding.pending and holding.person == person:
                    facts = {"role": self.words.role(role), "who": self.words.person(person)}
                    yield self._task(MINE, sentence("answers", "todo.accept", self.words.lang, **facts), None)

    def _of_form(self, form: FormPlan) -> Iterator[Task]:
        """An entry to sign or to confirm, or one to fill where the form is open and wants it."""
        person = self._me()
        for entry in entries.waiting(self.draft, form.id):
            seen = self.reader.sees_entry(form.id, entry.by)
            if seen and person in entries.awaited(self.draft, form, entry):
                signs = next(entries.unsigned(self.draft, form, entry), None) is not None
                yield self._form_task("work.sign" if signs else "work.confirm", form)
        if form.states_set.isdisjoint(self.draft.situation.active) or not self._wants_entry(form):
            return
        if self.draft.role_among(person, form.fillers) is not None and person in self._unfilled(form):
            yield self._form_task("work.fill", form)

    def _wants_entry(self, form: FormPlan) -> bool:
        """Whether an entry is wanted: forms that may be filled again and again want none until one is due."""
        if isinstance(form.model.repeat, m.Every):
            return entries.due_days(self.draft, form)[0] is not None
        return not form.repeats and not entries.is_done(self.draft, form)

    def _unfilled(self, form: FormPlan) -> tuple[str, ...]:
        """Those whose entry is wanted; none while one that serves for all waits for its signatures."""
        if not form.each_copy and entries.waiting(self.draft, form.id):
            return ()
        return entries.missing(self.draft, form)

    def _form_task(self, key: str, form: FormPlan) -> Task:
        due = entries.due_days(self.draft, form)[0] if self.reader.sees_form_due(form.id) else None
        return self._task(MINE, sentence("answers", key, self.words.lang, form=self.words.form(form.id)), due)

    def _attendance(self) -> Iterator[Task]:
        """Meetings whose day has passed and whose attendance this reader takes."""
        for name, plan in self.plan.series.items():
            late = series.overdue(self.draft, name)
            by = tuple(plan.model.attendance_by)
            if late and self.reader.sees_series(name) and self.draft.role_among(self._me(), by) is not None:
                yield self._task(MINE, series_todo(self.draft, name, self.words), late[0].on)

    def _moves(self) -> Iterator[Task]:
        """The next move towards a good end, and joint acts that others have assented to."""
        way = shortest(self.draft, self.reader) or []
        for rule in self.plan.rules.values():
            leaf = next((leaf for leaf in self.draft.leaves.values() if leaf in rule.sources), None)
            role = advancing.acting_role(self.draft, rule, self._me()) if rule.by else None
            if leaf is None or role is None:
                continue
            given = advancing.assents(self.draft, rule) if rule.joint else ()
            if any(one.person == self._me() for one in given) or not (given or rule in way[:1]):
                continue
            self.draft.actor, self.draft.actor_role = self._me(), role
            is_open = firing.opens(self.draft, rule, leaf) or (
                bool(rule.data) and not advancing.blocked_without_input(self.draft, rule, leaf)
            )
            if is_open:
                yield self._task(MINE, self.words.transition(rule.id), None)

    def _me(self) -> str:
        return self.reader.person or ""

"""A dyad on one card: people, where it stands, what is known, what is due, what is next; for one reader."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from dyade.flow import entries, series
from dyade.flow.draft import Draft
from dyade.flow.dyad import Dyad, Entry
from dyade.flow.forms import FormPlan
from dyade.flow.outcome import Context
from dyade.flow.plan import plan_of
from dyade.flow.telling.explain import explain
from dyade.flow.telling.meetings import when
from dyade.flow.telling.places import of_shared
from dyade.flow.telling.upcoming import Coming, upcoming
from dyade.flow.telling.visibility import Reader
from dyade.flow.telling.words import Words, day, said
from dyade.program.conditions.types import EMPTY
from dyade.program.program import Program
from dyade.texts import sentence


class Line(NamedTuple):
    """A label and what it says."""

    label: str
    value: str


class Due(NamedTuple):
    """Something that a day brings."""

    when: str
    text: str
    late: bool


class Next(NamedTuple):
    """Something that can be done, or not yet."""

    id: str
    label: str
    status: str
    who: tuple[str, ...]


class Card(NamedTuple):
    """Everything that a coordinator wants to see at a glance."""

    dyad: str
    program: str
    version: str
    states: tuple[tuple[str, str], ...]
    outcome: str
    since: str
    revision: int
    people: tuple[Line, ...]
    fields: tuple[Line, ...]
    forms: tuple[Line, ...]
    shared: tuple[Line, ...]
    """Places and money that dyads share."""
    due: tuple[Due, ...]
    next: tuple[Next, ...]
    guidance: tuple[str, ...]
    broken: tuple[str, ...]
    """Invariants that do not hold."""
    certificates: tuple[Line, ...] = ()
    meetings: tuple[Line, ...] = ()


def card(program: Program, dyad: Dyad, context: Context, reader: str | None, lang: str) -> Card:
    """Show a dyad to a reader."""
    draft = Draft(plan_of(program), dyad, context)
    view = _CardView(draft, Reader(draft, reader), Words(draft.plan, lang, context.names))
    told = explain(program, dyad, context, reader, lang)
    stay = draft.stays.get(dyad.leaves[""])
    shown = [t for t in told.transitions if t.status in ("open", "waiting", "blocked") and t.who]
    return Card(
        dyad.id,
        said(program.model.title, lang),
        program.version,
        told.states,
        told.outcome,
        day(stay.entered_on) if stay else "",
        dyad.revision,
        tuple(view.people()),
        tuple(view.fields()),
        tuple(view.forms()),
        tuple(Line(label, value) for label, value in of_shared(draft, view.reader, view.words)),
        tuple(view.due()),
        tuple(Next(t.id, t.label, t.status, t.who) for t in shown),
        tuple(view.guidance()),
        tuple(view.broken()),
        tuple(view.certificates()),
        tuple(view.meetings()),
    )


class _CardView:
    def __init__(self, draft: Draft, reader: Reader, words: Words) -> None:
        self.draft = draft
        self.plan = draft.plan
        self.reader = reader
        self.words = words
        self.lang = words.lang

    def people(self) -> Iterator[Line]:
        for role in self.plan.roles:
            shown = [self.words.person(person) for person in self.draft.holders(role)]
            for holding in self.draft.holdings.get(role, ()):
                if holding.pending:
                    name = self.words.person(holding.person)
                    shown.append(sentence("answers", "card.pending", self.lang, name=name))
            if shown or role not in self.plan.program_roles:
                yield Line(self.words.role(role), ", ".join(shown) or self._nobody(role))

    def _nobody(self, role: str) -> str:
        """A role that nobody holds, and where one is named for it, if that is not everywhere."""
        states = self.plan.program.model.roles[role].assigned_in
        if states is None:
            return sentence("answers", "card.nobody", self.lang)
        return sentence("answers", "card.nobody.in", self.lang, states=self.words.states(states))

    def fields(self) -> Iterator[Line]:
        for name in self.plan.program.model.fields:
            datum = self.plan.program.data["fields", name]
            value = self.plan.field(name)(self.draft)
            if value is not None and value is not EMPTY and self.reader.sees_datum(datum.path):
                yield Line(self.words.field(name), self.words.value(value, datum.type))

    def forms(self) -> Iterator[Line]:
        for form in self.plan.forms.values():
            filled = [e for e in self.draft.entries.get(form.id, ()) if self.reader.sees_entry(form.id, e.by)]
            if filled or (self.reader.sees_form(form.id) and self.reader.sees_form_open(form)):
                yield Line(self.words.form(form.id), self._form(form, filled))

    def meetings(self) -> Iterator[Line]:
        """How many meetings were held, which is next, and which wait for their attendance."""
        for name in self.plan.series:
            if not self.draft.meetings.get(name) or not self.reader.sees_series(name):
                continue
            held = series.of_series(name, "held")(self.draft)
            told = [sentence("answers", "card.held", self.lang, held)]
            coming, late = series.coming(self.draft, name), series.overdue(self.draft, name)
            if coming is not None:
                on = when(self.draft, self.reader, self.words, name, coming)
                told.append(sentence("answers", "card.next", self.lang, day=on))
            told += [sentence("answers", "card.attendance", self.lang, len(late))] if late else []
            yield Line(self.words.series(name), " · ".join(told))

    def _form(self, form: FormPlan, filled: Sequence[Entry]) -> str:
        """How far a form has come, by the entries that this reader sees."""
        done = [entry for entry in filled if entry.complete]
        if form.repeats:
            told = sentence("answers", "card.entries", self.lang, len(done))
            waiting = sum(1 for entry in filled if not entry.complete)
            return f"{told} · {sentence('answers', 'card.waiting', self.lang, waiting)}" if waiting else told
        if done:
            return sentence("answers", "card.done", self.lang, day=day(done[-1].complete_on or done[-1].on))
        if not filled:
            return sentence("answers", "card.to_fill", self.lang, who=self.words.roles(form.fillers))
        entry = filled[-1]
        if not entry.submitted:
            return sentence("answers", "card.draft", self.lang, who=self.words.person(entry.by))
        wanted = [person or role for role, person in entries.unsigned(self.draft, form, entry)]
        names = dict.fromkeys(self.words.role(w) if w in self.plan.roles else self.words.person(w) for w in wanted)
        if names:
            return sentence("answers", "card.to_sign", self.lang, who=", ".join(names))
        return sentence("answers", "card.to_confirm", self.lang, who=self.words.roles(form.confirmed_by))

    def certificates(self) -> Iterator[Line]:
        for name, several in self.draft.certificates.items():
            for one in several:
                if not self.reader.sees_certificate(name, one.person):
                    continue
                key = "card.certificate" if one.revoked_on is None else "card.certificate.revoked"
                on = day(one.on if one.revoked_on is None else one.revoked_on)
                person = self.words.person(one.person)
                told = sentence("answers", key, self.lang, number=one.number, person=person, day=on)
                yield Line(self.words.certificate(name), told)

    def due(self) -> Iterator[Due]:
        for coming in upcoming(self.draft, self.reader):
            yield due_line(coming, self.words)

    def broken(self) -> Iterator[str]:
        for invariant in self.plan.invariants:
            if invariant.model.id in self.draft.broken and self.reader.sees_invariant(invariant):
                yield invariant.model.id

    def guidance(self) -> Iterator[str]:
        for guidance in self.plan.program.model.guidance:
            states = [self.plan.graph.path(reference) for reference in guidance.in_ or ()]
            meant = self.reader.person is None or bool(self.reader.roles & set(guidance.for_))
            here = (self.draft.is_in(state) and self.reader.sees_states((state,)) for state in states)
            if meant and (not states or any(here)):
                yield said(guidance.text, self.lang)


def due_line(coming: Coming, words: Words) -> Due:
    """One thing that time will do, in words."""
    dated = coming.kind in ("deadline", "form", "meeting") and not coming.timed
    on = day(words.plan.calendar.local_date(coming.at)) if dated else words.moment(coming.at)
    name = coming.label(words)
    if coming.place is not None:
        name = f"{name}, {words.place(coming.id, coming.place)}"
    return Due(on, sentence("answers", f"coming.{coming.kind}", words.lang, name=name), coming.late)


def calendar(
    program: Program, dyad: Dyad, context: Context, reader: str | None, lang: str, until: int
) -> tuple[Due, ...]:
    """Everything that time will do to a dyad until an instant, if nothing changes."""
    draft = Draft(plan_of(program), dyad, context)
    words = Words(draft.plan, lang, context.names)
    return tuple(due_line(coming, words) for coming in upcoming(draft, Reader(draft, reader), until))

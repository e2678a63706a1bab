"""What has happened in a story, for people to read: when, who did what, what followed, who was told, what was refused.

The text depends on the story alone, so that a change of behaviour is a readable difference between two of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from dyade.flow import messages as r
from dyade.flow.dyad import Dyad
from dyade.flow.outcome import Context, Decision, Reason
from dyade.flow.plan import plan_of
from dyade.flow.telling.refusals import reason_sentence
from dyade.flow.telling.templates import render_template
from dyade.flow.telling.timeline import timeline
from dyade.flow.telling.words import Words
from dyade.program.conditions.types import EMPTY
from dyade.program.program import Program
from dyade.texts import sentence

DEEPER = "  "


class Transcript:
    """Writes a story down as it is lived, for its author: nothing is hidden."""

    def __init__(self, program: Program, lang: str, names: Mapping[str, str]) -> None:
        self.program = program
        self.words = Words(plan_of(program), lang, names)
        self.lang = lang
        self.lines: list[str] = []
        self._heading = ""
        self._shown: set[str] = set()

    def text(self) -> str:
        """The whole of it."""
        return "\n".join(self.lines) + "\n"

    def say(self, key: str, **facts: str | int) -> str:
        """A sentence of this domain."""
        return sentence("scenarios", key, self.lang, **facts)

    def title(self, name: str, people: Iterable[tuple[str, Sequence[str], bool]], after: str = "") -> None:
        """Open a story: what it is called, and who takes part (person, roles, whether they hold one yet)."""
        self.lines = [name, "=" * len(name), ""]
        if after:
            self.lines.append(self.say("transcript.after", name=after))
        shown = [self._someone(*someone) for someone in people]
        self.lines.append(self.say("transcript.people", people=", ".join(shown)))
        self._heading = ""

    def _someone(self, person: str, roles: Sequence[str], waits: bool) -> str:
        labels = [self.words.role(role) for role in roles]
        if waits:
            labels.append(self.say("transcript.pool"))
        name = self.words.person(person)
        return f"{name} ({', '.join(labels)})" if labels else name

    def placed(self, decision: Decision, moment: int) -> None:
        """Tell where a story begins, and what is given."""
        states = " · ".join(self.words.state(leaf) for leaf in decision.dyad.leaves.values())
        self.lines.append(self.say("transcript.given", moment=self.words.moment(moment), states=states))
        for record in decision.records:
            match record:
                case r.Filled():
                    self._line(self.words.form(record.form))
                    base = ("forms", record.form)
                    self.lines += [f"{DEEPER * 3}{line}" for line in self._values(record.data, base)]
                case r.FieldSet() if not record.cause:
                    value = {record.field: record.value}
                    self.lines += [f"{DEEPER}{line}" for line in self._values(value, ("fields",))]

    def _values(self, data: Mapping[str, Any], base: tuple[str, ...]) -> Iterator[str]:
        for name, value in data.items():
            datum = self.program.data[*base, name]
            if value is not None and value is not EMPTY:
                shown = self.words.value(value, datum.type)
                yield sentence("answers", "history.value", self.lang, label=self.words.datum(datum.path), value=shown)

    def did(self, decision: Decision, context: Context) -> None:
        """Tell what a command, or time, has done."""
        notices = _notices(decision)
        records = list(enumerate(decision.records))
        for revision, some in groupby(records, key=lambda found: found[1].head.revision):
            batch = list(some)
            last = revision == decision.dyad.revision
            advice = decision.advice if last and batch[0][1].head.actor != r.CLOCK else ()
            self._batch(decision.dyad, batch, notices, decision.effects, advice, context)
        if decision.waiting:
            names = dict.fromkeys(self._wanted(decision.dyad, name) for name in decision.waiting)
            self._line(self.say("transcript.waiting", people=", ".join(names)))

    def _wanted(self, dyad: Dyad, name: str) -> str:
        if name not in self.words.plan.roles:
            return self.words.person(name)
        held = [holding.person for holding in dyad.holdings.get(name, ()) if not holding.pending]
        return self.words.person(held[0]) if len(held) == 1 else self.words.role(name)

    def _batch(
        self,
        dyad: Dyad,
        batch: Sequence[tuple[int, r.Record]],
        notices: Mapping[int, list[r.Notice]],
        effects: Iterable[tuple[int, r.Effect]],
        advice: tuple[Reason, ...],
        context: Context,
    ) -> None:
        """The records of one command, then what it is advised against, then what it sends."""
        for index, record in batch:
            follows = index != batch[0][0]
            bare = _bare(record, self.words.plan.calendar.local_date(record.head.at) if follows else None)
            for event in timeline(self.program, dyad, [bare], context, None, self.lang, everything=True):
                self._head(event.when, event.who)
                if isinstance(record, r.Reminded) and record.status == "sent":
                    continue  # its messages tell it
                self._line(event.what)
                self.lines += [f"{DEEPER * 3}{detail}" for detail in event.details]
        for reason in advice:
            self._line(f"! {reason_sentence(reason, self.words)}")
        for index, _ in batch:
            self._messages(notices.get(index, ()))
            self.lines += [f"{DEEPER}{line}" for line in self._sent_out(effects, index)]

    def _sent_out(self, effects: Iterable[tuple[int, r.Effect]], index: int) -> Iterator[str]:
        """What leaves for the host application, and the dyads that are asked for."""
        for at, effect in effects:
            match effect:
                case r.Emitted() if at == index:
                    yield self.say("transcript.emitted", name=effect.name)
                case r.NewDyad() if at == index:
                    yield self.say("transcript.other_dyad", name=effect.program)

    def refused(self, moment: int, who: str, act: str, reasons: Sequence[Reason]) -> None:
        """Tell what was refused, and every reason."""
        self._head(self.words.moment(moment), who)
        self._line(f"✘ {act}")
        told = dict.fromkeys(reason_sentence(reason, self.words) for reason in reasons)
        self.lines += [f"{DEEPER * 3}{text}" for text in told]

    def others(self, moment: int, uses: Iterable[tuple[str, str]]) -> None:
        """Tell what the other dyads use of what is shared from now on: (label, amount)."""
        self._head(self.words.moment(moment), self.say("transcript.others"))
        for label, amount in uses:
            self._line(sentence("answers", "history.value", self.lang, label=label, value=amount))

    def _messages(self, notices: Iterable[r.Notice]) -> None:
        for (template, facts, kind), some in groupby(notices, key=lambda n: (n.template, n.facts, n.kind)):
            people = ", ".join(dict.fromkeys(self.words.person(notice.to) for notice in some))
            subject, body = render_template(self.program, template, facts, self.lang, self.words.names)
            self._line(self.say(f"transcript.{kind}", people=people, subject=subject))
            if body not in self._shown:
                self._shown.add(body)
                self.lines += [f"{DEEPER * 4}{line}".rstrip() for line in body.split("\n")]

    def ended(self, moment: int, states: Sequence[tuple[str, str]], outcome: str) -> None:
        """Tell where the story ends."""
        where = " · ".join(f"{region} : {state}" if region else state for region, state in states)
        told = f"{where} ({sentence('faces', f'outcome.{outcome}', self.lang)})" if outcome else where
        self.lines += ["", self.say("transcript.end", moment=self.words.moment(moment), states=told)]

    def _head(self, when: str, who: str) -> None:
        heading = f"{when}  {who}"
        if heading != self._heading:
            self.lines += ["", heading]
            self._heading = heading

    def _line(self, text: str) -> None:
        self.lines.append(f"{DEEPER}{text}")


def _notices(decision: Decision) -> dict[int, list[r.Notice]]:
    found: dict[int, list[r.Notice]] = {}
    for index, effect in decision.effects:
        if isinstance(effect, r.Notice):
            found.setdefault(index, []).append(effect)
    return found


def _bare(record: r.Record, today: int | None) -> r.Record:
    """A record without what is told beside it: the advice, whom a reminder reaches, the day of what follows an act."""
    match record:
        case r.Reminded():
            return record._replace(to=(), escalated=())
        case r.Filled() | r.Moved() | r.Stepped():
            record = record._replace(advice=())
    return record if today is None else record._replace(head=record.head._replace(on=today))

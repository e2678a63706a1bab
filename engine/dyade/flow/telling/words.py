"""How are values and names written for people, in their language?

Days are written 2026-09-15 and instants 2026-09-15 09:00, local; persons by their name. Labels come from the program,
in the reader's language where it has it, else in its first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from dyade.flow.messages import HIDDEN
from dyade.flow.tagged import ERASED
from dyade.program import model as m
from dyade.program.conditions.tree import Read
from dyade.program.conditions.types import EMPTY, TIME, Enum, ListOf, Person, Type
from dyade.program.durations import format_duration
from dyade.texts import quote_list, sentence

if TYPE_CHECKING:
    from dyade.flow.plan import Plan


_DECIMALS = re.compile(r"-?[0-9]+\.[0-9]+")


def said(text: Mapping[str, str] | None, lang: str, fallback: str = "") -> str:
    """A text of the program in a language, else in the first one that it has."""
    if not text:
        return fallback
    found = text.get(lang) or text.get("*") or next(iter(text.values()))
    return found.strip()


def figures(value: object, lang: str) -> str:
    """A number as people write it: in French, its decimals come after a comma. Any other text is left as it is."""
    text = str(value)
    return text.replace(".", ",") if lang == "fr" and _DECIMALS.fullmatch(text) else text


def day(ordinal: int) -> str:
    """A day, as people here write it."""
    return date.fromordinal(ordinal).isoformat()


class Words:
    """The words of one program, for one reader's language."""

    def __init__(self, plan: Plan, lang: str, names: Mapping[str, str]) -> None:
        self.plan = plan
        self.model = plan.program.model
        self.lang: str = lang
        self.names = names

    # ---------------------------------------------------------------------------------------------------------- values

    def person(self, person: str) -> str:
        """The name of a person, else their id."""
        if person in ("clock", "system"):
            return sentence("answers", f"actor.{person}", self.lang)
        return self.names.get(person, person)

    def moment(self, instant: int) -> str:
        """An instant, in the program's zone."""
        calendar = self.plan.calendar
        minutes = calendar.local_minutes(instant)
        return f"{day(calendar.local_date(instant))} {minutes // 60:02}:{minutes % 60:02}"

    def value(self, value: Any, kind: Type) -> str:
        """A value, as people write it."""
        if value is None or value is EMPTY:
            return sentence("answers", "value.empty", self.lang)
        if value is HIDDEN:
            return sentence("answers", "value.hidden", self.lang)
        if value is ERASED:
            return sentence("answers", "value.erased", self.lang)
        match kind:
            case Enum():
                return self.choice(kind, value)
            case Person():
                return self.person(value)
            case ListOf():
                return ", ".join(self.value(item, kind.item) for item in value)
        return self._plain(value, kind)

    def _plain(self, value: Any, kind: Type) -> str:
        write = self._WRITE.get(kind.name)
        return write(self, value) if write else str(value)

    # A sum of nothing, and a whole number that an amount is compared with, are no decimals.
    def _amount(self, value: Decimal | int) -> str:
        shown = f"{value:.0f}" if value == int(value) else f"{value:.2f}"
        return f"{shown.replace('.', ',')} $" if self.lang == "fr" else f"${shown}"

    def _decimal(self, value: Decimal | int) -> str:
        shown = f"{Decimal(value).normalize():f}"
        return shown.replace(".", ",") if self.lang == "fr" else shown

    _WRITE: ClassVar[Mapping[str, Callable[[Words, Any], str]]] = {
        "bool": lambda words, value: sentence("answers", "value.yes" if value else "value.no", words.lang),
        "date": lambda _words, value: day(value),
        "datetime": lambda words, value: words.moment(value),
        "time": lambda _words, value: f"{value // 60:02}:{value % 60:02}",
        "duration": lambda words, value: format_duration(value, words.lang),
        "money": _amount,
        "decimal": _decimal,
        "file": lambda _words, value: str(value.get("name", "")),
    }

    def choice(self, kind: Enum, value: str) -> str:
        """The label of a choice."""
        path = tuple(kind.id.split("."))
        if path == ("roles",):
            return self.role(value)
        if path[:1] == ("series",):
            return self.place(path[1], value)
        datum = self.plan.program.data.get(path)
        if datum is not None and datum.model.values and value in datum.model.values:
            return said(datum.model.values[value], self.lang, value)
        if path[:1] == ("forms",) and path[2:] == ("step",):
            return self.step(path[1], value)
        return value

    def step(self, form: str, step: str) -> str:
        """The label of the situation of an entry."""
        for declared in self.model.forms[form].steps:
            if declared.to == step and declared.to_label:
                return said(declared.to_label, self.lang, step)
        return sentence("answers", "step.submitted", self.lang) if step == "submitted" else step

    # ---------------------------------------------------------------------------------------------------------- labels

    def role(self, role: str) -> str:
        """The label of a role."""
        if role == "system":
            return sentence("answers", "actor.system", self.lang)
        declared = self.model.roles.get(role)
        return said(declared.label, self.lang, role) if declared else role

    def roles(self, roles: tuple[str, ...]) -> str:
        """Labels of roles, one after the other."""
        return ", ".join(self.role(role) for role in roles)

    def form(self, form: str) -> str:
        """The label of a form."""
        declared = self.model.forms.get(form)
        return said(declared.label, self.lang, form) if declared else form

    def series(self, series: str) -> str:
        """The label of a series of meetings."""
        declared = self.model.series.get(series)
        return said(declared.label, self.lang, series) if declared else series

    def place(self, series: str, place: str) -> str:
        """Where the meetings of a series are held: what people gave, else the words of the program."""
        declared = self.model.series[series]
        return place if declared.place_field else said(declared.place, self.lang, place)

    def hour(self, minutes: int) -> str:
        """An hour of the day."""
        return self.value(minutes, TIME)

    def quota(self, quota: str) -> str:
        """The label of a quota."""
        declared = self.model.quotas.get(quota)
        return said(declared.label, self.lang, quota) if declared else quota

    def enrolment_status(self, role: str, status: str) -> str:
        """The label of a status of enrolments."""
        declared = self.model.enrolments.get(role)
        known = declared.statuses.get(status) if declared is not None else None
        return said(known.label, self.lang, status) if known is not None else status

    def budget(self, budget: str) -> str:
        """The label of a budget."""
        declared = self.model.budgets.get(budget)
        return said(declared.label, self.lang, budget) if declared else budget

    def field(self, field: str) -> str:
        """The label of a field."""
        declared = self.model.fields.get(field)
        return said(declared.label, self.lang, field) if declared else field

    def state(self, path: str) -> str:
        """The label of a state; `any` is every state."""
        node = self.plan.graph.nodes.get(path)
        if node is None:
            return sentence("answers", "state.any", self.lang)
        return said(node.model.label, self.lang, path)

    def states(self, references: Iterable[str]) -> str:
        """Labels of states, one or another."""
        found = map(self.plan.graph.find, references)
        return quote_list([self.state(path) for path in found if isinstance(path, str)], self.lang)

    def region(self, region: str) -> str:
        """The label of a track."""
        owner, _, name = region.rpartition(".")
        node = self.plan.graph.nodes.get(owner)
        track = (node.model.tracks or {}).get(name) if node else None
        return said(track.label, self.lang, name) if track and track.label else name

    def transition(self, transition: str) -> str:
        """The label of a transition, or of the first that an event fires."""
        rule = self.plan.rules.get(transition)
        if rule is None:
            found = self.plan.rules_of(transition)
            return said(found[0].model.label, self.lang, transition) if found else transition
        return said(rule.model.label, self.lang, transition)

    def certificate(self, certificate: str) -> str:
        """The title of a certificate."""
        declared = self.model.certificates.get(certificate)
        return said(declared.title, self.lang, certificate) if declared else certificate

    def reminder(self, reminder: str) -> str:
        """The label of a reminder, else the subject of its message."""
        declared = next(found for found in self.model.reminders if found.id == reminder)
        subject = said(self.model.templates[declared.template].subject, self.lang, reminder)
        return said(declared.label, self.lang) or (subject if "{" not in subject else reminder)

    def clause(self, rule: str, clause: str) -> str:
        """What people call a clause of a rule: its label, else its message where that stands alone, else its id."""
        leaf = self.plan.clause(rule, clause)
        if leaf is None:
            return clause
        message = said(leaf.clause.message, self.lang).rstrip(".")
        return said(leaf.clause.label, self.lang) or (message if message and "{" not in message else clause)

    def datum(self, path: tuple[str, ...]) -> str:
        """The label of a datum."""
        datum = self.plan.program.data.get(path)
        return said(datum.model.label, self.lang, path[-1]) if datum else path[-1]

    def item(self, item: str) -> str:
        """The label of what may be opened in an emergency."""
        head, name, *rest = item.split(".")
        if head == "fields":
            return self.field(name)
        label = {"forms": self.form, "transitions": self.transition, "roles": self.role}[head](name)
        return f"{label} › {self.datum((head, name, *rest))}" if rest else label

    def read(self, read: Read, input_path: tuple[str, ...] = (), form: str = "") -> str:
        """What people call the thing that a condition reads."""
        head, rest = read.parts[0], read.parts[1:]
        match head:
            case "params":
                return said(self.model.params[rest[0]].label, self.lang, rest[0])
            case "fields":
                return self.field(rest[0])
            case "input":
                return self.datum((*input_path, rest[0]))
            case "form" | "entry" | "item":
                # Only a meeting is an item of no form.
                in_meeting = f"read.meeting.{rest[0]}"
                return self.datum(("forms", form, rest[0])) if form else sentence("answers", in_meeting, self.lang)
            case "deadlines":
                return said(self.model.deadlines[rest[0]].label, self.lang, rest[0])
            case "series" | "quotas" | "budgets":
                label = {"series": self.series, "quotas": self.quota, "budgets": self.budget}[head](rest[0])
                return sentence("answers", f"read.{head}.{rest[1]}", self.lang, label=label)
            case "certificates":
                return self.certificate(rest[0])
            case "forms":
                return self._form_read(rest)
            case "roles":
                return self._role_read(rest)
            case "person" | "actor":
                return self._person_read(head, rest)
            case "today" | "now" | "state" | "dyad":
                return sentence("answers", f"read.{head}", self.lang)
        return read.name

    def _form_read(self, rest: tuple[str, ...]) -> str:
        form = self.model.forms[rest[0]]
        if rest[1] == "last":
            return self.datum(("forms", rest[0], rest[2]))
        aggregate = form.aggregates.get(rest[1])
        return said(aggregate.label, self.lang) if aggregate and aggregate.label else self.form(rest[0])

    def _role_read(self, rest: tuple[str, ...]) -> str:
        if rest[1] in ("id", "name", "assigned", "people"):
            return self.role(rest[0])
        aggregate: m.Aggregate | None = self.model.roles[rest[0]].aggregates.get(rest[1])
        if aggregate is not None:
            return said(aggregate.label, self.lang, self.role(rest[0]))
        return f"{self.datum(('roles', *rest))} ({self.role(rest[0])})"

    def _person_read(self, head: str, rest: tuple[str, ...]) -> str:
        if rest and rest[0] not in ("id", "name", "role"):
            for role in self.model.roles:
                if ("roles", role, rest[0]) in self.plan.program.data:
                    return self.datum(("roles", role, rest[0]))
        return sentence("answers", f"read.{head}", self.lang)

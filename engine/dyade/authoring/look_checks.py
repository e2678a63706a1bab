"""Does a look of a scenario (`then`) name what exists: states, people, messages, clauses, items that are seen?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from dyade.authoring import scenario_model as s
from dyade.authoring.lookup import Lookup
from dyade.authoring.reasons import FAMILIES
from dyade.flow.limits import limit_id
from dyade.program.names import SERIES_READS
from dyade.program.tree import Path

LACKS = ("quota_full", "quota_waiting")
"""What keeps a transition closed where dyads share places."""
UNPAIRED = ("pair_declined", "pair_not_waiting")
"""Why a pair is not proposed, besides its clauses."""
NEVER_EMPTY = ("tracks", "fields", "certificate", "quota", "visible", "hidden", "due", "series", "enrolled")
"""Keys under which nothing would mean nothing; under the others, it means that nothing is there."""
NULL_FOR_NONE = ("fields", "certificate", "quota", "due", "enrolled")
"""Of these, those that say `null` of what has nothing."""


class LookCheck:
    """Looks at the looks of one story."""

    def __init__(self, names: Lookup) -> None:
        self.names = names
        self.plan = names.plan

    def check(self, at: Path, then: s.Then) -> None:
        self._looks_at_something(at, then)
        if then.state:
            self.names.state(then.state, (*at, "state"))
        for track, state in (then.tracks or {}).items():
            self.names.track(track, state, (*at, "tracks", track))
        for name, value in (then.fields or {}).items():
            path: Path = (*at, "fields", name)
            if self.names.known("field", name, path, self.names.model.fields, at_key=True) and value is not None:
                self.names.value(self.names.data["fields", name], value, path)
        certificates = self.names.model.certificates
        for name in then.certificate or {}:
            self.names.known("certificate", name, (*at, "certificate", name), certificates, at_key=True)
        rules = {rule.id for rule in self.names.model.retention}
        for i, name in enumerate(then.purged or ()):
            self.names.known("retention", name, (*at, "purged", i), rules)
        self._messages(at, then)
        self._clauses((*at, "blocked"), then.blocked or {}, ())
        self._clauses((*at, "advised"), then.advised or {}, (*self.names.model.forms, *self.names.model.roles))
        for key, seen in (("visible", then.visible), ("hidden", then.hidden)):
            for person, items in (seen or {}).items():
                self.names.someone(person, (*at, key, person), at_key=True)
                for i, item in enumerate(items):
                    self.names.known("item", item, (*at, key, person, i), self._items())
        timed = {rule.id for rule in self.plan.rules.values() if rule.timed}
        for name, told in (then.quota or {}).items():
            self._quota((*at, "quota", name), name, told)
        self._series((*at, "series"), then.series or {})
        self._enrolled((*at, "enrolled"), then.enrolled or {})
        self._proposed((*at, "proposed"), then.proposed)
        model = self.names.model
        due = {*timed, *self._reminders(), *model.deadlines, *model.forms, *model.series}
        for name in then.due or {}:
            self.names.known("due", name, (*at, "due", name), due, at_key=True)

    def _enrolled(self, at: Path, given: Mapping[str, str | None]) -> None:
        statuses = {status for one in self.names.model.enrolments.values() for status in one.statuses}
        for person, status in given.items():
            self.names.someone(person, (*at, person), at_key=True)
            if status is not None:
                self.names.known("item", status, (*at, person), statuses)

    def _proposed(self, at: Path, wanted: list[str] | Mapping[str, Mapping[str, Any]] | None) -> None:
        matching = self.names.model.matching
        if wanted is None:
            return
        if matching is None:
            self.names.known("item", "proposed", at, (), at_key=True)
            return
        for i, person in enumerate(wanted):
            here = (*at, i) if isinstance(wanted, list) else (*at, person)
            self.names.someone(person, here, at_key=not isinstance(wanted, list))
        for person, clauses in wanted.items() if not isinstance(wanted, list) else ():
            known = {*self._clauses_of(matching.roles[0]), *(one.id for one in matching.hard), *UNPAIRED}
            for clause in clauses:
                self.names.known("clause", clause, (*at, person, clause), known, at_key=True)

    def _series(self, at: Path, looks: Mapping[str, Mapping[str, Any]]) -> None:
        for name, reads in looks.items():
            if self.names.known("series", name, (*at, name), self.names.model.series, at_key=True):
                for what in reads:
                    self.names.known("item", what, (*at, name, what), SERIES_READS, at_key=True)

    def _looks_at_something(self, at: Path, then: s.Then) -> None:
        """A look that no life could fail proves nothing."""
        # A key that is not known says what the look was about, and is told already.
        empty: list[Path] = [()] if not then.model_fields_set and not self.names.has_unknown_key(at) else []
        empty += [(key,) for key in NEVER_EMPTY if getattr(then, key) == {}]
        for key in ("visible", "hidden", "series"):
            empty += [(key, person) for person, items in (getattr(then, key) or {}).items() if not items]
        for path in empty:
            by_name = {"why": "D007.nothing.help", "key": path[0]} if path in {(key,) for key in NULL_FOR_NONE} else {}
            self.names.tell("D007", (*at, *path), at_key=True, variant="empty", **by_name)

    def _quota(self, at: Path, name: str, told: Any) -> None:
        quotas, budgets = self.names.model.quotas, self.names.model.budgets
        if not self.names.known("quota", name, at, (*quotas, *budgets), at_key=True):
            return
        if told is None and name in budgets:
            self.names.tell("D007", at, variant="empty")
        elif isinstance(told, str) and (name in quotas or not is_amount(told)):
            self.names.known("item", told, at, ("held", "waiting") if name in quotas else ())

    def _messages(self, at: Path, then: s.Then) -> None:
        if isinstance(then.notified, list):
            for i, person in enumerate(then.notified):
                self.names.someone(person, (*at, "notified", i))
        elif then.notified is not None:
            self._sent((*at, "notified"), "template", then.notified, self.names.model.templates)
        self._sent((*at, "reminded"), "reminder", then.reminded or {}, self._reminders())
        escalating = {r.id for r in self.names.model.reminders if r.escalate is not None}
        self._sent((*at, "escalated"), "reminder", then.escalated or {}, escalating)
        joint = {rule.id for rule in self.plan.rules.values() if rule.joint}
        self._sent((*at, "waiting_for"), "transition", then.waiting_for or {}, joint, also=self.names.model.roles)

    def _sent(
        self, at: Path, kind: str, named: Mapping[str, list[str]], among: Collection[str], also: Collection[str] = ()
    ) -> None:
        for name, people in named.items():
            self.names.known(kind, name, (*at, name), among, at_key=True)
            for i, person in enumerate(people):
                if person not in also:
                    self.names.someone(person, (*at, name, i))

    def _reminders(self) -> set[str]:
        return {reminder.id for reminder in self.names.model.reminders}

    def _clauses(self, at: Path, named: Mapping[str, Mapping[str, Any]], also: Collection[str]) -> None:
        rules = {name for rule in self.plan.rules.values() for name in (rule.id, rule.event_name)}
        for name, clauses in named.items():
            if self.names.known("transition", name, (*at, name), {*rules, *also}, at_key=True):
                known = {
                    *self._clauses_of(name),
                    *FAMILIES,
                    "nobody_holds",
                    "effect_unknown",
                    *(LACKS if self.plan.shared is not None else ()),
                }
                for clause in clauses:
                    self.names.known("clause", clause, (*at, name, clause), known, at_key=True)

    def _clauses_of(self, name: str) -> Iterator[str]:
        for rule in self.plan.rules.values():
            if name in (rule.id, rule.event_name):
                yield from (leaf.id for leaf in rule.guard.clauses)
        if name in self.plan.forms:
            form = self.plan.forms[name]
            yield from (leaf.id for leaf in form.valid.clauses)
            yield from (limit_id(limit) for limit in form.model.limits)
        if name in self.plan.eligible:
            yield from (leaf.id for leaf in self.plan.eligible[name].clauses)

    def _items(self) -> set[str]:
        """What may be seen or hidden: forms, fields, attributes, transitions, and the data in them."""
        found = {".".join(path) for path in self.names.data if path[0] in ("fields", "forms", "transitions", "roles")}
        found |= {f"forms.{name}" for name in self.names.model.forms}
        found |= {f"transitions.{name}" for name in self.plan.rules}
        found |= {f"forms.{f}.{name}" for f, form in self.names.model.forms.items() for name in form.aggregates}
        found |= {f"series.{name}" for name in self.names.model.series}
        return found | {f"deadlines.{name}" for name in self.names.model.deadlines}


def is_amount(said: Any) -> bool:
    """Whether something is a number, or an amount that is written as one."""
    try:
        return not isinstance(said, bool) and Decimal(said).is_finite()
    except (InvalidOperation, TypeError, ValueError):
        return False

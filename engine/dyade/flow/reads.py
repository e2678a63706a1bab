"""How does a draft answer what a condition reads? One getter for each name, built once per place."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dyade.flow import entries as e
from dyade.flow import figures, moves, quotas, series
from dyade.flow.draft import Draft
from dyade.flow.dyad import NO_ENTRIES, Entry
from dyade.flow.tagged import ERASED
from dyade.program import model as m
from dyade.program.conditions.compile import Getter, compile_condition, compile_value
from dyade.program.conditions.tree import Arith, Call, Node, Read
from dyade.program.conditions.types import EMPTY
from dyade.program.names import Site

if TYPE_CHECKING:
    from dyade.flow.plan import Plan

CallGetter = Callable[[Draft, tuple[Any, ...]], Any]


class Binder:
    """Binds the reads of one place of a program."""

    def __init__(self, plan: Plan, site: Site) -> None:
        self.plan = plan
        self.site = site

    def value(self, node: Node) -> Getter:
        """The closure of an expression."""
        return compile_value(node, self.read, self.call)

    def condition(self, node: Node) -> Getter:
        """The closure of a clause: yes, no or unknown (`None`); of any expression, where empty is unknown too."""
        return compile_condition(node, self.read, self.call)

    # ----------------------------------------------------------------------------------------------------------- reads

    def read(self, read: Read) -> Getter:
        """The getter of a read."""
        head, rest = read.parts[0], read.parts[1:]
        build: Callable[..., Getter] = getattr(self, f"_{head}")
        get = build(read, *rest)
        return _unless_erased(get) if self.plan.private.intersection(read.parts) else get

    def _today(self, _read: Read) -> Getter:
        return lambda d: d.today

    def _now(self, _read: Read) -> Getter:
        return lambda d: d.now

    def _dyad(self, _read: Read, _created: str) -> Getter:
        calendar = self.plan.calendar
        return lambda d: calendar.local_date(d.created_at)

    def _fields(self, read: Read, name: str, attribute: str = "") -> Getter:
        get = self.plan.field(name)
        return self._about(read, get, attribute) if attribute else get

    def _about(self, read: Read, person_of: Getter, attribute: str) -> Getter:
        """An attribute of a person that another read names."""
        if attribute in ("id", "name"):
            return person_of
        role = self.plan.role_with(read, self.site)
        empty = EMPTY if read.nullable else None

        def about(d: Draft) -> Any:
            person = person_of(d)
            if person is None or person is EMPTY:
                return None
            found = d.attribute(person, role, attribute)
            return empty if found is None else found

        return about

    def _input(self, read: Read, name: str, attribute: str = "") -> Getter:
        empty = EMPTY if read.nullable and not attribute else None

        def given(d: Draft) -> Any:
            return d.input.get(name, empty)

        return self._about(read, given, attribute) if attribute else given

    def _form(self, read: Read, name: str, attribute: str = "") -> Getter:
        empty = EMPTY if read.nullable and not attribute else None

        def filled(d: Draft) -> Any:
            return d.form.get(name, empty)

        return self._about(read, filled, attribute) if attribute else filled

    def _entry(self, read: Read, name: str, attribute: str = "") -> Getter:
        return self._of_entry(read, lambda d: d.entry, self.site.entry or "", name, attribute)

    def _item(self, read: Read, name: str, attribute: str = "") -> Getter:
        if self.site.meeting is not None:
            return series.of_item(self.site.meeting, name)
        about = self.site.item or ""
        return self._of_entry(read, lambda d: d.item if isinstance(d.item, Entry) else None, about, name, attribute)

    def _of_entry(
        self, read: Read, entry_of: Callable[[Draft], Entry | None], form: str, name: str, attribute: str
    ) -> Getter:
        declared = ("forms", form, name) in self.plan.program.data
        empty = EMPTY if read.nullable and not attribute else None
        column = None if declared else {"by": "by", "step": "step", "dated": "on"}.get(name)
        if name == "recorded" and not declared:
            calendar = self.plan.calendar
            return lambda d: None if (entry := entry_of(d)) is None else calendar.local_date(entry.at)

        def of_entry(d: Draft) -> Any:
            entry = entry_of(d)
            if entry is None:
                return None
            return entry.data.get(name, empty) if column is None else getattr(entry, column)

        return self._about(read, of_entry, attribute) if attribute else of_entry

    def _person(self, read: Read, name: str = "id") -> Getter:
        return self._about(read, lambda d: d.person, name)

    def _actor(self, read: Read, name: str = "id") -> Getter:
        if name == "role":
            return lambda d: d.actor_role
        if name in ("id", "name"):
            return lambda d: d.actor
        empty = EMPTY if read.nullable else None

        def of_actor(d: Draft) -> Any:
            found = d.attribute(d.actor, d.actor_role, name)
            return empty if found is None else found

        return of_actor

    def _state(self, _read: Read, _entered: str) -> Getter:
        states = self.site.states

        def entered(d: Draft) -> int | None:
            stay = d.entered or d.stay_among(states)
            return None if stay is None else stay.entered_on + stay.paused_days

        return entered

    def _roles(self, read: Read, role: str, name: str) -> Getter:
        if name == "assigned":
            return lambda d: bool(d.holders(role))
        if name == "people":
            return lambda d: d.holders(role)
        declared = self.plan.program.model.roles[role]
        if name in declared.aggregates:
            return figures.of_role(self.plan, role, name)
        empty = EMPTY if read.nullable else None
        single = name in ("id", "name")

        def of_holder(d: Draft) -> Any:
            for holding in d.holdings.get(role, ()):
                if not holding.pending:
                    if single:
                        return holding.person
                    found = holding.attributes.get(name)
                    return empty if found is None else found
            return None

        return of_holder

    def _series(self, _read: Read, name: str, what: str) -> Getter:
        return series.of_series(name, what)

    def _certificates(self, _read: Read, name: str, what: str) -> Getter:
        def issued(d: Draft) -> Any:
            last = d.certificates[name][-1] if name in d.certificates else None
            stands = last is not None and last.revoked_on is None
            return stands if what == "issued" else last.number if last is not None and stands else None

        return issued

    def _deadlines(self, _read: Read, name: str, what: str) -> Getter:
        day = self.plan.deadline(name)
        if what == "date":
            return day
        if what == "missed_on":
            return lambda d: None if (due := day(d)) is None else due + 1
        if what == "missed":
            return lambda d: None if (due := day(d)) is None else d.today > due
        return lambda d: None if (due := day(d)) is None else due - d.today

    def _quotas(self, _read: Read, name: str, what: str) -> Getter:
        return quotas.quota_read(self.plan, name, what)

    def _budgets(self, _read: Read, name: str, what: str) -> Getter:
        return quotas.budget_read(self.plan, name, what)

    def _forms(self, read: Read, form_id: str, name: str, *rest: str) -> Getter:
        if name == "last":
            return self._last(read, form_id, *rest)
        declared = self.plan.program.model.forms[form_id]
        if name in declared.aggregates:
            return figures.of_form(self.plan, form_id, name)
        forms = self.plan.forms  # filled while plans are built: a form may read another, or itself
        match name:
            case "done" if not isinstance(declared.repeat, m.Every) and not isinstance(declared.filled_by, m.EachOf):
                return lambda d: bool(d.entries.get(form_id, NO_ENTRIES).complete)
            case "done":
                return lambda d: e.is_done(d, forms[form_id])
            case "signed":
                return lambda d: any(_signed(d, forms[form_id], entry) for entry in d.entries.get(form_id, ()))
            case "in_force_on":
                return lambda d: found[-1].complete_on if (found := e.complete(d, form_id)) else None
            case "count":
                return lambda d: len(e.complete(d, form_id))
            case "overdue":
                return lambda d: e.overdue(d, forms[form_id])
        return lambda d: e.missing(d, forms[form_id])

    def _last(self, read: Read, form_id: str, name: str, attribute: str = "") -> Getter:
        def last(d: Draft) -> Entry | None:
            found = d.entries.get(form_id, NO_ENTRIES).complete
            return found[-1] if found else None

        return self._of_entry(read, last, form_id, name, attribute)

    # ----------------------------------------------------------------------------------------------------------- calls

    def call(self, name: str, node: Arith | Call) -> CallGetter:
        """What only the dyad, its calendar or its program can tell."""
        calendar = self.plan.calendar
        of = (node.of or "") if isinstance(node, Call) else ""
        match name:
            case "is_in":
                return lambda d, _args: d.is_in(of)
            case "visited":
                return lambda d, _args: of in d.stays
            case "days_in":
                return lambda d, _args: moves.days_in(d, of)
            case "business_days_between":
                return lambda _d, args: calendar.business_days_between(args[0], args[1])
            case "add_business_days":
                return lambda _d, args: calendar.add_business_days(args[0], args[1])
            case "add_to_instant":
                return lambda _d, args: calendar.add_instant(args[0], args[1])
        table = self.plan.tables[of]
        return lambda _d, args: table.get(args[0], table.get(None))


def _unless_erased(get: Getter) -> Getter:
    """The same, where what was erased is unknown."""

    def answer(d: Draft) -> Any:
        value = get(d)
        return None if value is ERASED else value

    return answer


def _signed(draft: Draft, form: Any, entry: Entry) -> bool:
    return entry.complete or (entry.submitted and e.is_signed(draft, form, entry))

"""How does a draft answer what a condition reads? One getter for each name, built once per place."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dyade.flow import entries as e
from dyade.flow import moves
from dyade.flow.draft import Draft
from dyade.flow.dyad import Entry
from dyade.program import model as m
from dyade.program.conditions.compile import Getter, compile_condition, compile_value
from dyade.program.conditions.tree import Arith, Call, Node, Read, ReadNode
from dyade.program.conditions.types import EMPTY
from dyade.program.durations import negated
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
        return build(read, *rest)

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
        return self._of_entry(read, lambda d: d.item, self.site.item or "", name, attribute)

    def _of_entry(
        self, read: Read, entry_of: Callable[[Draft], Entry | None], form: str, name: str, attribute: str
    ) -> Getter:
        declared = ("forms", form, name) in self.plan.program.data
        empty = EMPTY if read.nullable and not attribute else None
        column = None if declared else {"by": "by", "step": "step", "dated": "on"}.get(name)

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
            return self._role_aggregate(role, declared.aggregates[name], name)
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

    def _role_aggregate(self, role: str, aggregate: m.Aggregate, name: str) -> Getter:
        where = self._where(("roles", role, "aggregates", name, "where"))
        datum = aggregate.sum or aggregate.min or aggregate.max or aggregate.count_distinct

        def figure(d: Draft) -> Any:
            before = d.person
            values = []
            for person in d.holders(role):
                d.person = person
                if where is None or where(d) is True:
                    values.append(d.attribute(person, role, datum) if datum else person)
            d.person = before
            return _figure(aggregate, values)

        return figure

    def _deadlines(self, _read: Read, name: str, what: str) -> Getter:
        day = self.plan.deadline(name)
        if what == "date":
            return day
        if what == "missed_on":
            return lambda d: None if (due := day(d)) is None else due + 1
        if what == "missed":
            return lambda d: None if (due := day(d)) is None else d.today > due
        return lambda d: None if (due := day(d)) is None else due - d.today

    def _forms(self, read: Read, form_id: str, name: str, *rest: str) -> Getter:
        if name == "last":
            return self._last(read, form_id, *rest)
        declared = self.plan.program.model.forms[form_id]
        if name in declared.aggregates:
            return self._aggregate(form_id, declared.aggregates[name], name)
        forms = self.plan.forms  # filled while plans are built: a form may read another, or itself
        match name:
            case "done":
                return lambda d: e.is_done(d, forms[form_id])
            case "signed":
                return lambda d: any(_signed(d, forms[form_id], entry) for entry in d.entries.get(form_id, ()))
            case "in_force_on":
                return lambda d: next((x.complete_on for x in reversed(d.entries.get(form_id, ())) if x.complete), None)
            case "count":
                return lambda d: len(e.complete(d, form_id))
            case "overdue":
                return lambda d: e.overdue(d, forms[form_id])
        return lambda d: e.missing(d, forms[form_id])

    def _last(self, read: Read, form_id: str, name: str, attribute: str = "") -> Getter:
        def last(d: Draft) -> Entry | None:
            return next((entry for entry in reversed(d.entries.get(form_id, ())) if entry.complete), None)

        return self._of_entry(read, last, form_id, name, attribute)

    def _aggregate(self, form_id: str, aggregate: m.Aggregate, name: str) -> Getter:
        place = ("forms", form_id, "aggregates", name)
        where, counted = self._where((*place, "where")), self._counted(place, aggregate)
        datum = aggregate.sum or aggregate.min or aggregate.max or aggregate.count_distinct

        def figure(d: Draft) -> Any:
            before = d.entry
            values = []
            for entry in d.entries.get(form_id, ()):
                if not entry.complete or (counted is not None and not counted(d, entry)):
                    continue
                d.entry = entry
                if where is None or where(d) is True:
                    values.append(entry.data.get(datum) if datum else 1)
            d.entry = before
            return _figure(aggregate, values)

        return figure

    def _where(self, place: tuple[str | int, ...]) -> Getter | None:
        node = self.plan.program.node(place)
        return Binder(self.plan, self.plan.program.site(place)).condition(node) if node is not None else None

    def _counted(self, place: tuple[str | int, ...], aggregate: m.Aggregate) -> Callable[[Draft, Entry], bool] | None:
        """Whether an entry is recent enough."""
        if aggregate.window is not None:
            back = negated(self.plan.duration(aggregate.window))
            calendar = self.plan.calendar
            return lambda d, entry: entry.on > (calendar.add(d.today, back) or 0)
        node = self.plan.program.node((*place, "since"))
        if node is None:
            return None
        site = self.plan.program.site((*place, "since"))
        if isinstance(node, ReadNode) and node.read.parts == ("state", "entered"):
            # Facts of one day are ordered by their records.
            return lambda d, entry: (
                (stay := d.stay_among(site.states)) is not None and (entry.complete_rank >= stay.entered_rank)
            )
        since = Binder(self.plan, site).condition(node)
        return lambda d, entry: (day := since(d)) is not None and entry.on >= day

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


def _signed(draft: Draft, form: Any, entry: Entry) -> bool:
    return entry.complete or (entry.submitted and e.is_signed(draft, form, entry))


def _figure(aggregate: m.Aggregate, values: list[Any]) -> Any:
    known = [value for value in values if value is not None and value is not EMPTY]
    if aggregate.count:
        return len(known)
    if aggregate.count_distinct:
        return len(set(known))
    if aggregate.sum:
        return sum(known)
    if not known:
        return None
    return min(known) if aggregate.min else max(known)

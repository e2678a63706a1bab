"""Who may see what, and what follows from it? The strictest wins, and nothing derived from data is shown to someone who
may not see the data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from dyade.flow.draft import Draft
from dyade.flow.dyad import Entry
from dyade.flow.messages import CLOCK, HIDDEN, SYSTEM
from dyade.program import model as m
from dyade.program.conditions.tree import Node, calls, reads
from dyade.program.conditions.types import Person
from dyade.program.data import Place
from dyade.program.graph import MAIN
from dyade.program.names import Site
from dyade.program.placeholders import names, pieces
from dyade.program.sensitive import is_sensitive
from dyade.program.typed import Leaf

if TYPE_CHECKING:
    from dyade.flow.forms import FormPlan
    from dyade.flow.plan import Plan
    from dyade.flow.reminders import ReminderPlan
    from dyade.flow.rules import InvariantPlan, Rule

Roles = frozenset[str]
Audiences = tuple[Roles | None, ...]
ANYWHERE = Site()
NONE: frozenset[Roles | None] = frozenset()
NOTHING: frozenset[str] = frozenset()
STATE_CALLS = ("is_in", "visited", "days_in")
AUTHOR = "author"
NOBODY: tuple[str, frozenset[Roles | None]] = ("", frozenset((frozenset(),)))
"""What no message tells, whoever receives it: a letter leaves the place where its readers are known."""
ITS_AUTHOR = "entry.author"
"""Stands among the roles that see an entry for whoever filled it; no role is called so."""


class Reader:
    """Someone who reads about a dyad; without a person, the operator of the store, who sees what nothing narrows."""

    __slots__ = ("draft", "everything", "is_author", "opened", "person", "roles")

    def __init__(self, draft: Draft, person: str | None, *, everything: bool = False, as_ever: bool = False) -> None:
        self.draft = draft
        self.person = person
        self.roles = frozenset(draft.roles_of(person)) if person else frozenset()
        self.everything = everything
        """The engine itself, where nothing is shown to anybody."""
        self.is_author = person is not None and person == _author(draft)
        """Whether the entry at hand, where there is one, is theirs."""
        self.opened = _opened(draft, person, self.roles) if draft.opened and not as_ever else NOTHING
        """What is open to them in an emergency: the things themselves, and nothing that is worked out from them."""

    def sees(self, roles: Roles | None) -> bool:
        """Whether this reader is among those who see; `None` where nothing narrows."""
        if self.everything:
            return True
        default = self.draft.plan.default_visibility
        if self.person is None:
            # A list that leaves out nobody of the dyad narrows nothing.
            return roles is None or roles >= (default if default is not None else frozenset(self.draft.plan.roles))
        if roles is None:
            return bool(self.roles & default) if default is not None else bool(self.roles)
        return bool(self.roles & roles) or (self.is_author and ITS_AUTHOR in roles)

    def sees_node(self, node: Node | None, site: Site = ANYWHERE) -> bool:
        """Whether this reader may see everything that a condition reads."""
        return all(self.sees(roles) for roles in of_node(self.draft.plan, node, site))

    def sees_clause(self, leaf: Leaf) -> bool:
        """Whether this reader may be told about a clause: all that it reads, and all that its words show."""
        return all(self.sees(roles) for roles in of_clause(self.draft.plan, leaf))

    def sees_form(self, form: str) -> bool:
        """Whether this reader sees the entries of a form, whoever filled them."""
        listed = self.draft.plan.program.model.forms[form].visibility
        return self.sees(_as_roles(listed)) or f"forms.{form}" in self.opened

    def sees_entry(self, form: str, by: str) -> bool:
        """Whether this reader sees an entry, by who filled it."""
        listed = self.draft.plan.program.model.forms[form].visibility
        return self.sees_form(form) or self._is_by_author(listed, by)

    def sees_entry_datum(self, form: str, name: str, by: str) -> bool:
        """Whether this reader sees one datum of an entry, by who filled it."""
        listed = self.draft.plan.program.model.forms[form].entry[name].visibility
        return self.sees_entry(form, by) and (
            (f"forms.{form}" if listed is None else f"forms.{form}.{name}") in self.opened
            or (listed is None and self._is_by_author(self.draft.plan.program.model.forms[form].visibility, by))
            or self.sees(_as_roles(listed))
            or self._is_by_author(listed, by)
        )

    def _is_by_author(self, listed: list[str] | None, by: str) -> bool:
        return listed is not None and AUTHOR in listed and by == self.person

    def sees_series(self, series: str) -> bool:
        """Whether this reader sees the days of a series, and who was there."""
        return self.sees(_as_roles(self.draft.plan.program.model.series[series].visibility))

    def sees_hour(self, series: str) -> bool:
        """Whether this reader, who sees the days of a series, may be told at what time its meetings begin."""
        field = self.draft.plan.program.model.series[series].at_field
        return field is None or self.sees_datum(("fields", field))

    def sees_place(self, series: str) -> bool:
        """Whether this reader, who sees the days of a series, may be told where its meetings are held."""
        field = self.draft.plan.program.model.series[series].place_field
        return field is None or self.sees_datum(("fields", field))

    def sees_form_due(self, form: str) -> bool:
        """Whether this reader may know by when a form is wanted."""
        return all(self.sees(roles) for roles in audiences(self.draft.plan, ("forms", form, "overdue")))

    def sees_form_open(self, form: FormPlan) -> bool:
        """Whether a form can be filled where the dyad stands, as far as this reader may know; who fills it can try."""
        fills = bool(self.roles & {*form.fillers})
        return any(self.draft.is_in(state) and (fills or self.sees_states((state,))) for state in form.states)

    def sees_datum(self, path: tuple[str, ...]) -> bool:
        """Whether this reader sees one datum; what is computed is seen by who sees all that it is computed from."""
        around = path[0] != "forms" or self.sees_form(path[1])
        if self.opened and ".".join(path) in self.opened:
            return around
        narrowed = audiences(self.draft.plan, path) if path[0] == "fields" else _of_datum(self.draft.plan, path)
        return around and all(self.sees(roles) for roles in narrowed)

    def sees_transition(self, transition: str, author: str | None = None) -> bool:
        """Whether this reader sees that a transition happened."""
        listed = self.draft.plan.rules[transition].model.visibility
        if listed is not None and "author" in listed and author is not None and author == self.person:
            return True
        return self.sees(_as_roles(listed)) or f"transitions.{transition}" in self.opened

    def sees_item(self, item: str) -> bool:
        """Whether this reader sees what may be opened in an emergency, whoever gave it."""
        path = tuple(item.split("."))
        if path[0] == "forms":
            return self.sees_form(path[1]) if len(path) == 2 else self.sees_entry_datum(path[1], path[2], "")
        if path[0] == "transitions":
            return self.sees_transition(path[1]) and (len(path) == 2 or self.sees_datum(path))
        return self.sees_datum(path)

    def sees_certificate(self, certificate: str, holder: str) -> bool:
        """Whether this reader sees that a certificate was issued: its holder does, even once they have left."""
        listed = self.draft.plan.program.model.certificates[certificate].visibility
        return (self.person is not None and self.person == holder) or self.sees(_as_roles(listed))

    def sees_listed(self, listed: list[str] | None) -> bool:
        """Whether this reader is among the roles that an item lists."""
        return self.sees(_as_roles(listed))

    def sees_budget(self, budget: str) -> bool:
        """Whether this reader may know how much of a budget is left."""
        return all(self.sees(roles) for roles in of_budget(self.draft.plan, budget))

    def sees_track(self, region: str) -> bool:
        """Whether this reader sees where a track stands: whoever may not know of a move in it does not."""
        return all(self.sees(roles) for roles in of_track(self.draft.plan, region))

    def sees_states(self, states: Iterable[str]) -> bool:
        """Whether this reader sees where every track stands that some states are part of."""
        regions = {self.draft.plan.region_of(state) for state in states if state}
        return all(self.sees_track(region) for region in regions if region != MAIN)

    def sees_reminder(self, reminder: ReminderPlan) -> bool:
        """Whether this reader may know when a reminder is sent: those who receive it do."""
        model = reminder.model
        if self.roles & {*model.to, *(model.escalate.to if model.escalate else ())}:
            return True
        if "missing" in model.to and reminder.item is not None:
            form = self.draft.plan.forms[reminder.item]
            if self.roles & {*form.signers, *form.confirmed_by}:
                return True
        places = (("reminders", reminder.rank, key) for key in ("at", "stop_when", "only_if"))
        return (
            (reminder.item is None or self.sees_form(reminder.item))
            and (reminder.meeting is None or self.sees_series(reminder.meeting))
            and self.sees_states(reminder.states)
            and all(self.sees(roles) for place in places for roles in of_place(self.draft.plan, place))
        )

    def sees_due(self, rule: Rule) -> bool:
        """Whether this reader may know when time fires a transition: its date, and all that its guard reads."""
        narrowed = of_place(self.draft.plan, ("transitions", rule.index, "at"))
        return (
            all(self.sees(roles) for roles in narrowed)
            and self.sees_transition(rule.id)
            and self.sees_states(rule.sources)
            and all(self.sees_clause(leaf) for leaf in rule.guard.clauses)
        )

    def sees_invariant(self, invariant: InvariantPlan) -> bool:
        """Whether this reader may be told about an invariant: all that it reads, and all that its words show."""
        plan = self.draft.plan
        read = of_place(plan, ("invariants", plan.invariants.index(invariant), "always"))
        found = {*read, *of_texts(plan, ANYWHERE, invariant.model.message)}
        return self.sees_states(invariant.states) and all(self.sees(roles) for roles in found)


def _opened(draft: Draft, person: str | None, roles: frozenset[str]) -> frozenset[str]:
    """What a person opened not long ago, in a role that they still hold."""
    glass = draft.plan.glass
    if glass is None or roles.isdisjoint(glass.by):
        return NOTHING
    return frozenset(item for (item, who), until in draft.opened.items() if who == person and draft.now < until)


def _author(draft: Draft) -> str | None:
    """Who filled the entry at hand: the one that is judged, that something follows, that a reminder is about."""
    entry = draft.entry if draft.entry is not None else draft.item
    if entry is not None:
        return entry.by if isinstance(entry, Entry) else None
    return draft.actor if draft.form else None


# ------------------------------------------------------------------------------------------------------------ audiences


def of_node(plan: Plan, node: Node | None, site: Site) -> frozenset[Roles | None]:
    """The audiences that one must belong to, all of them, to see what a condition says."""
    if node is None:
        return NONE
    states = [call.of for call in calls(node) if call.name in STATE_CALLS and call.of]
    read = (a for read in reads(node) for a in audiences(plan, read.parts, site))
    return frozenset((*read, *(a for state in states for a in of_track(plan, plan.region_of(state)))))


def of_track(plan: Plan, region: str) -> Audiences:
    """The audiences of where a track stands: whoever may not know of a move in it does not."""
    return tuple(
        frozenset(rule.model.visibility)
        for rule in plan.rules.values()
        if region != MAIN
        and rule.model.visibility is not None
        and rule.target is not None
        and plan.region_of(rule.target.state) == region
    )


def of_clause(plan: Plan, leaf: Leaf) -> frozenset[Roles | None]:
    """The audiences of a clause, with those of its words; found once."""
    key = (leaf.place, leaf.site)
    if key not in plan.audiences:
        words = of_texts(plan, leaf.site, leaf.clause.message, leaf.clause.hint)
        plan.audiences[key] = of_node(plan, leaf.when, leaf.site) | words
    return plan.audiences[key]


def of_texts(plan: Plan, site: Site, *texts: m.Text | None) -> frozenset[Roles | None]:
    """The audiences of what the placeholders of some texts show."""
    shown = (part.name for text in texts if text for words in text.values() for part in names(pieces(words)))
    return frozenset(a for name in shown for a in audiences(plan, name, site))


def acting(draft: Draft) -> Reader:
    """Whoever acts, as a reader; the clock and the host are shown everything, for they show it to nobody."""
    actor = draft.actor if draft.actor not in (CLOCK, SYSTEM) else None
    return Reader(draft, actor, everything=actor is None)


def facts_for(
    draft: Draft, person: str, template: str, key: tuple[Any, ...], facts: tuple[Any, ...]
) -> tuple[Any, ...]:
    """The facts of a message, `HIDDEN` where its recipient may not see them; what someone gave is known to them."""
    narrowed = of_message(draft.plan, template, key)
    if not any(roles for _, roles in narrowed):
        return facts
    reader = Reader(draft, person)
    if key[0] == "role":
        # Whoever is invited reads with the eyes of the role that waits for them.
        reader.roles |= {key[1]}
    gave = {"input": draft.actor, "entry": draft.entry.by if draft.entry else ""}
    return tuple(
        fact if gave.get(head) == person or all(map(reader.sees, roles)) else (HIDDEN, fact[1])
        for fact, (head, roles) in zip(facts, narrowed, strict=True)
    )


def of_message(plan: Plan, template: str, key: tuple[Any, ...]) -> tuple[tuple[str, frozenset[Roles | None]], ...]:
    """(namespace, audiences) of each placeholder of a message, where it is sent; found once."""
    found = plan.message_audiences.get((template, *key))
    if found is None:
        site = plan.sending_site(key)
        found = tuple(
            (name[0], _of_placeholder(plan, name, site)) if not is_sensitive(plan.program.typed, name, site) else NOBODY
            for name in plan.placeholders(template)
        )
        plan.message_audiences[template, *key] = found
    return found


def _of_placeholder(plan: Plan, name: tuple[str, ...], site: Site) -> frozenset[Roles | None]:
    own = _of_datum(plan, (*site.input, *name[1:2])) if name[0] == "input" and site.input else ()
    found = frozenset((*own, *audiences(plan, name, site)))
    # Whoever is written to holds a role: where there is no default, nothing is kept from them by saying nothing.
    return found if plan.default_visibility is not None else found - {None}


def audiences(plan: Plan, parts: tuple[str, ...], site: Site = ANYWHERE) -> tuple[Roles | None, ...]:
    """The audiences that one must belong to, all of them, to see what a read says at a place."""
    head, rest = parts[0], parts[1:]
    found = _AUDIENCES.get(head)
    return found(plan, rest, site) if found and rest else ()


def _fields(plan: Plan, rest: tuple[str, ...], _site: Site) -> Audiences:
    path = ("fields", rest[0])
    return (*_of_datum(plan, path), *of_place(plan, (*path, "formula")), *_of_attribute(plan, path, rest[1:]))


def _forms(plan: Plan, rest: tuple[str, ...], _site: Site) -> Audiences:
    form, name = rest[0], rest[1] if len(rest) > 1 else ""
    if name == "last":
        return _of_entry(plan, form, rest[2:])
    model = plan.program.model.forms[form]
    place: Place = ("forms", form)
    found = [*_of_form(plan, form)]
    if name in model.aggregates:
        found += _of_aggregate(plan, (*place, "aggregates", name), model.aggregates[name], place)
    elif name == "overdue" or not isinstance(model.repeat, str):
        for key in (("due",), ("repeat", "from"), ("repeat", "until")):
            found += of_place(plan, (*place, *key))
    return tuple(found)


def _roles(plan: Plan, rest: tuple[str, ...], _site: Site) -> Audiences:
    role = plan.program.model.roles.get(rest[0])
    if role is None or len(rest) < 2:
        return ()
    place: Place = ("roles", rest[0])
    if rest[1] in role.aggregates:
        return _of_aggregate(plan, (*place, "aggregates", rest[1]), role.aggregates[rest[1]], place)
    return _of_datum(plan, ("roles", *rest[:2]))


def _series(plan: Plan, rest: tuple[str, ...], site: Site) -> Audiences:
    declared = plan.program.model.series[rest[0]]
    said_by = {"next_at": declared.at_field, "next_place": declared.place_field}
    field = said_by.get(rest[1]) if len(rest) > 1 else None
    return (_as_roles(declared.visibility), *(_fields(plan, (field,), site) if field else ()))


def _certificates(plan: Plan, rest: tuple[str, ...], _site: Site) -> Audiences:
    declared = plan.program.model.certificates[rest[0]]
    listed = _as_roles(declared.visibility)
    return (listed if listed is None else listed | {declared.to},)


def _deadlines(plan: Plan, rest: tuple[str, ...], _site: Site) -> Audiences:
    return of_place(plan, ("deadlines", rest[0], "at"))


def _quotas(plan: Plan, rest: tuple[str, ...], _site: Site) -> Audiences:
    return (_as_roles(plan.program.model.quotas[rest[0]].visibility),)


def _budgets(plan: Plan, rest: tuple[str, ...], _site: Site) -> Audiences:
    return of_budget(plan, rest[0])


def of_budget(plan: Plan, budget: str) -> Audiences:
    """The audiences of a budget, and of what it adds up."""
    model = plan.program.model.budgets[budget]
    return (
        _as_roles(model.visibility),
        *(a for figure in model.spent for a in audiences(plan, tuple(figure.split(".")))),
    )


def _state(plan: Plan, _rest: tuple[str, ...], site: Site) -> Audiences:
    regions = {plan.region_of(state) for state in site.states if state}
    return tuple(a for region in regions for a in of_track(plan, region))


def _person(plan: Plan, rest: tuple[str, ...], site: Site) -> Audiences:
    return _of_datum(plan, ("roles", site.person or "", rest[0]))


def _actor(plan: Plan, rest: tuple[str, ...], site: Site) -> Audiences:
    return tuple(a for role in site.actor or () for a in _of_datum(plan, ("roles", role, rest[0])))


def _input(plan: Plan, rest: tuple[str, ...], site: Site) -> Audiences:
    """What someone gives is known to them; what is known of a person that they name is not."""
    return _of_attribute(plan, (*(site.input or ()), rest[0]), rest[1:])


def _entry(plan: Plan, rest: tuple[str, ...], site: Site) -> Audiences:
    if site.meeting is not None:
        return _series(plan, (site.meeting, *(f"next_{name}" for name in rest[:1])), site)
    form = site.form or site.entry or site.item
    return tuple(map(_by_author, _of_entry(plan, form, rest))) if form else ()


def _by_author(roles: Roles | None) -> Roles | None:
    """Of one entry, who filled it may be among those who see; of all of them together, nobody is the author."""
    return roles if roles is None or AUTHOR not in roles else roles | {ITS_AUTHOR}


_AUDIENCES: Mapping[str, Callable[[Plan, tuple[str, ...], Site], Audiences]] = {
    "fields": _fields,
    "forms": _forms,
    "roles": _roles,
    "series": _series,
    "deadlines": _deadlines,
    "certificates": _certificates,
    "quotas": _quotas,
    "budgets": _budgets,
    "state": _state,
    "person": _person,
    "actor": _actor,
    "input": _input,
    "form": _entry,
    "entry": _entry,
    "item": _entry,
}


def of_place(plan: Plan, place: Place) -> Audiences:
    """The audiences of the condition at a place of the file; none where there is none."""
    node = plan.program.node(place)
    return tuple(of_node(plan, node, plan.program.site(place))) if node is not None else ()


def _of_datum(plan: Plan, path: tuple[str, ...]) -> Audiences:
    datum = plan.program.data.get(path)
    return (_as_roles(datum.model.visibility),) if datum is not None else ()


def _of_attribute(plan: Plan, path: tuple[str, ...], rest: tuple[str, ...]) -> Audiences:
    """The audience of an attribute of the person that a datum names."""
    datum = plan.program.data.get(path)
    role = datum.type.role if datum is not None and isinstance(datum.type, Person) else None
    return _of_datum(plan, ("roles", role, rest[0])) if role and rest else ()


def _of_form(plan: Plan, form: str) -> Audiences:
    return (_as_roles(plan.program.model.forms[form].visibility),)


def _of_entry(plan: Plan, form: str, rest: tuple[str, ...]) -> Audiences:
    path = ("forms", form, rest[0])
    return (*_of_form(plan, form), *_of_datum(plan, path), *_of_attribute(plan, path, rest[1:]))


def _of_aggregate(plan: Plan, place: Place, aggregate: m.Aggregate, of: Place) -> Audiences:
    datum = aggregate.sum or aggregate.min or aggregate.max or aggregate.count_distinct
    found = _of_datum(plan, (*map(str, of), datum)) if datum else ()
    return (*found, *of_place(plan, (*place, "where")), *of_place(plan, (*place, "since")))


def _as_roles(listed: list[str] | None) -> Roles | None:
    return frozenset(listed) if listed is not None else None

"""Every condition and every guard of a program, parsed and typed, each at its place.

What a condition may read depends on where it stands; a named clause is typed again at each place that uses it. Problems
are collected, never raised: a condition that is wrong becomes a `Broken` tree, and the rest goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from dyade.program import model as m
from dyade.program.conditions.check import check
from dyade.program.conditions.problems import ConditionError
from dyade.program.conditions.tree import Broken, Node
from dyade.program.conditions.types import BOOL, DATE, INT, UNKNOWN, Person, Type
from dyade.program.data import Place
from dyade.program.names import Declared, Patience, Site, SiteScope

MOST_CLAUSES = 10_000
"""Clauses and groups in all the guards of a program, those of named clauses counted at each use."""
DEEPEST = 20
"""Named clauses that one may use, one through another."""


class Leaf(NamedTuple):
    """A clause, where it is used."""

    id: str
    must: bool
    clause: m.Clause
    place: Place
    """Where the clause is written: in the guard, in `clauses` or in a role."""
    when: Node
    site: Site


class Group(NamedTuple):
    """`all`, `any` or `none` of several."""

    op: str
    items: tuple[Guard, ...]


class Eligible(NamedTuple):
    """A role's clauses, for each holder or for one named person."""

    role: str
    person: Node | None
    guard: Group
    place: Place
    site: Site
    """Where it is used: what the expression of the person may read."""


Guard = Leaf | Group | Eligible


class BadCondition(NamedTuple):
    """A problem in the text of a condition."""

    place: Place
    error: ConditionError


class BadName(NamedTuple):
    """A name that a guard uses and that does not exist."""

    place: Place
    kind: str
    name: str


class Typed:
    """The typed conditions of a program, by place, with their problems."""

    def __init__(self, declared: Declared) -> None:
        self.declared = declared
        self.model = declared.model
        self.nodes: dict[Place, Node] = {}
        self.sites: dict[Place, Site] = {}
        self.guards: dict[Place, Group] = {}
        self.bad_conditions: list[BadCondition] = []
        self.bad_names: list[BadName] = []
        self._used: set[str] = set()
        self._certified: set[str] = set()
        self._patience = Patience()
        self._shared: dict[tuple[str, Site], tuple[tuple[Guard, ...], int]] = {}
        self._clauses = 0
        self._judging: list[str] = []
        self._everything()

    # ----------------------------------------------------------------------------------------------------------- places

    def _everything(self) -> None:
        for role_id, role in self.model.roles.items():
            self._role(role_id, role)
        for name, field in self.model.fields.items():
            if field.formula is not None:
                self._add(("fields", name, "formula"), field.formula, self._datum_type(("fields", name)), Site())
        for form_id, form in self.model.forms.items():
            self._form(form_id, form)
        for path, node in self.declared.graph.nodes.items():
            self._effects(node.place, "on_enter", node.model.on_enter, Site(states=(path,)))
        for i, transition in enumerate(self.model.transitions):
            self._transition(("transitions", i), transition)
        for name, deadline in self.model.deadlines.items():
            site = Site(states=self._states(deadline.while_ or ()), clock=False)
            self._add(("deadlines", name, "at"), deadline.at, DATE, site)
        for i, reminder in enumerate(self.model.reminders):
            self._reminder(("reminders", i), reminder)
        self._whole()
        for i, rule in enumerate(self.model.retention):
            if rule.from_ is not None:
                self._add(("retention", i, "from"), rule.from_, DATE, Site(states=self._over(rule), clock=False))
        if self.model.matching is not None:
            self._matching(self.model.matching)
        self._unused()

    def _over(self, rule: m.Retention) -> tuple[str, ...]:
        """The final states after which a retention rule applies."""
        return (*self._states(rule.in_state), *self.declared.graph.ended(rule.outcome))

    def _whole(self) -> None:
        """What is said of the whole of a dyad."""
        for i, invariant in enumerate(self.model.invariants):
            site = Site(states=self._states(invariant.while_ or ()))
            self._add(("invariants", i, "always"), invariant.always, BOOL, site)
        glass = self.model.visibility.break_glass if self.model.visibility else None
        if glass is not None and glass.when is not None:
            self._add(("visibility", "break_glass", "when"), glass.when, BOOL, Site())

    def _unused(self) -> None:
        """What no rule asks for is typed on its own: a mistake in it is told all the same."""
        for name, certificate in self.model.certificates.items():
            if name not in self._certified:
                self._guard(("certificates", name, "guard"), certificate.guard, Site())
        for name in self.model.clauses:
            if name not in self._used:
                self._guard(("clauses", name), [m.Use(use=name)], Site())

    def _matching(self, matching: m.Matching) -> None:
        sought, waiting = matching.roles
        site = Site(states=self._states(matching.in_), pair=(sought, waiting))
        for i, clause in enumerate(matching.hard):
            self._add(("matching", "hard", i, "when"), clause.when, BOOL, site)
        for i, part in enumerate(matching.score):
            self._add(("matching", "score", i, "value"), part.value, None, site)

    def _role(self, role_id: str, role: m.Role) -> None:
        self._guard(("roles", role_id, "eligible"), role.eligible, Site(person=role_id))
        for name, aggregate in role.aggregates.items():
            self._aggregate(("roles", role_id, "aggregates", name), aggregate, Site(person=role_id))

    def _aggregate(self, place: Place, aggregate: m.Aggregate, site: Site) -> None:
        if aggregate.where is not None:
            self._add((*place, "where"), aggregate.where, BOOL, site)
        if aggregate.since is not None:
            self._add((*place, "since"), aggregate.since, DATE, site)

    def _form(self, form_id: str, form: m.Form) -> None:
        place: Place = ("forms", form_id)
        states = self._states(form.available_in)
        fillers = form.filled_by.each if isinstance(form.filled_by, m.EachOf) else form.filled_by
        self._guard((*place, "valid"), form.valid, Site(states=states, form=form_id, actor=tuple(fillers)))
        if form.due is not None:
            self._add((*place, "due"), form.due, DATE, Site(states=states, clock=False))
        if isinstance(form.repeat, m.Every):
            for key, text in (("from", form.repeat.from_), ("until", form.repeat.until)):
                self._add((*place, "repeat", key), text, DATE, Site(states=states, clock=False))
        for name, aggregate in form.aggregates.items():
            self._aggregate((*place, "aggregates", name), aggregate, Site(states=states, entry=form_id))
        for i, step in enumerate(form.steps):
            site = Site(states=states, input=("steps", form_id, step.id), entry=form_id, actor=tuple(step.by))
            self._guard((*place, "steps", i, "guard"), step.guard, site)
            self._effects((*place, "steps", i), "effects", step.effects, site)

    def _transition(self, place: Place, transition: m.Transition) -> None:
        site = self.transition_site(transition)
        self._guard((*place, "guard"), transition.guard, site)
        for name in issued(transition):
            self._certificate((*place, "guard"), name, site)
        if transition.at is not None:
            self._add((*place, "at"), transition.at, DATE, Site(states=site.states, clock=False))
        if isinstance(transition.by, m.JointQuorum):
            self._add((*place, "by", "quorum"), transition.by.quorum, INT, Site(states=site.states))
        self._effects(place, "effects", transition.effects, site)

    def _certificate(self, place: Place, name: str, site: Site) -> None:
        """What a certificate asks for is asked of the transition that issues it."""
        declared = self.model.certificates.get(name)
        if declared is None or not declared.guard:
            return
        self._certified.add(name)
        here: Place = ("certificates", name, "guard")
        found = self._once(here, f"certificates.{name}", site, self._items(here, declared.guard, site, ()))
        known = {leaf.place for leaf in leaves(self.guards[place])}
        # What both ask for is asked, and told, once.
        wanted = tuple(item for item in found if not {leaf.place for leaf in leaves(item)} <= known)
        self.guards[place] = Group("all", (*self.guards[place].items, *wanted))

    def transition_site(self, transition: m.Transition) -> Site:
        """What the guard and the effects of a transition may read."""
        what, entry = transition.upon.split(".")[:2] if transition.upon else ("", None)
        answered = entry if what == "roles" else None
        if what == "quotas":
            return Site(
                states=self._states(transition.from_),
                input=("transitions", transition.id) if transition.input else None,
            )
        meeting = entry if what == "series" and entry in self.model.series else None
        return Site(
            states=self._states(transition.from_),
            input=("transitions", transition.id) if transition.input else None,
            entry=entry if what == "forms" and entry in self.model.forms else None,
            meeting=meeting,
            actor=(answered,) if answered else actors(transition) if transition.by is not None or entry else None,
        )

    def _reminder(self, place: Place, reminder: m.Reminder) -> None:
        what, item = reminder.each.split(".")[:2] if reminder.each else ("", "")
        site = Site(
            states=self._states(reminder.while_),
            item=item if what == "forms" and item in self.model.forms else None,
            meeting=item if what == "series" and item in self.model.series else None,
        )
        if reminder.at is not None:
            self._add((*place, "at"), reminder.at, DATE, site._replace(clock=False))
        for key, text in (("stop_when", reminder.stop_when), ("only_if", reminder.only_if)):
            if text is not None:
                self._add((*place, key), text, BOOL, site)

    def _effects(self, place: Place, key: str, effects: Sequence[m.Effect], site: Site) -> None:
        for i, effect in enumerate(effects):
            here: Place = (*place, key, i)
            if effect.only_if is not None:
                self._add((*here, "only_if"), effect.only_if, BOOL, site)
            for field, text in (effect.set or {}).items():
                self._add((*here, "set", field), text, self._datum_type(("fields", field)), site)
            for verb, given in (("assign", effect.assign), ("unassign", effect.unassign)):
                for role, text in (given or {}).items():
                    self._add((*here, verb, role), text, Person(role), site)
            for name, text in ((effect.enrolment.set or {}) if effect.enrolment else {}).items():
                assert effect.enrolment is not None
                wanted = self._datum_type(("enrolments", effect.enrolment.role, name))
                self._add((*here, "enrolment", "set", name), text, wanted, site)
            for name, text in (effect.emit.data if effect.emit else {}).items():
                self._add((*here, "emit", "data", name), text, None, site)
            for name, text in (effect.start.with_ if effect.start else {}).items():
                self._add((*here, "start", "with", name), text, None, site)

    def _states(self, references: Sequence[str]) -> tuple[str, ...]:
        graph = self.declared.graph
        found = (graph.find(reference) for reference in references)
        paths = tuple(path for path in found if isinstance(path, str))
        return paths or (("",) if "any" in references else ())

    def _datum_type(self, path: tuple[str, ...]) -> Type | None:
        datum = self.declared.data.all.get(path)
        return datum.type if datum else UNKNOWN

    # ------------------------------------------------------------------------------------------------------- conditions

    def _add(self, place: Place, text: str, expected: Type | None, site: Site) -> None:
        self.sites[place] = site
        self.nodes[place] = self._checked(place, text, expected, site, lone=True)

    def _checked(self, place: Place, text: str, expected: Type | None, site: Site, *, lone: bool = False) -> Node:
        """Type a condition; one that stands alone, outside any guard, may well hold two ideas."""
        wanted = None if expected in (None, UNKNOWN) else expected
        checked = check(text, SiteScope(self.declared, site, self._patience), wanted)
        problems = (problem for problem in checked.problems if not (lone and problem.code == "E111"))
        self.bad_conditions.extend(BadCondition(place, problem) for problem in problems)
        return checked.tree or Broken(start=0, end=len(text))

    # ----------------------------------------------------------------------------------------------------------- guards

    def _guard(self, place: Place, items: Sequence[m.GuardItem], site: Site) -> None:
        self.guards[place] = Group("all", tuple(self._items(place, items, site, ())))

    def _items(
        self, place: Place, items: Sequence[m.GuardItem | m.NamedGuard], site: Site, using: tuple[str, ...]
    ) -> Iterator[Guard]:
        for i, item in enumerate(items):
            yield from self._item((*place, i), item, site, using)

    def _item(
        self, place: Place, item: m.GuardItem | m.NamedGuard, site: Site, using: tuple[str, ...], name: str = ""
    ) -> Iterator[Guard]:
        self._clauses += 1
        match item:
            case m.Clause():
                when = self._checked((*place, "when"), item.when, BOOL, site)
                yield Leaf(item.id or name, item.level == "must", item, place, when, site)
            case m.Use():
                yield from self._named(place, item.use, site, using)
            case m.EligibleClause():
                yield from self._eligible(place, item, site)
            case m.AllOf():
                yield Group("all", tuple(self._items((*place, "all"), item.all, site, using)))
            case m.AnyOf():
                yield Group("any", tuple(self._items((*place, "any"), item.any, site, using)))
            case m.NoneOf():
                yield Group("none", tuple(self._items((*place, "none"), item.none, site, using)))

    def _named(self, place: Place, name: str, site: Site, using: tuple[str, ...]) -> Iterator[Guard]:
        named = self.model.clauses.get(name)
        if named is None or name in using:
            self.bad_names.append(BadName((*place, "use"), "clause" if named is None else "circular", name))
            return
        self._used.add(name)
        items = self._item(("clauses", name), named, site, (*using, name), name)
        yield from self._once((*place, "use"), name, site, items if len(using) < DEEPEST else None)

    def _once(self, place: Place, name: str, site: Site, items: Iterator[Guard] | None) -> tuple[Guard, ...]:
        """Clauses that are used in many places are typed once for all those where the same can be read."""
        found: tuple[Guard, ...] | None
        known = self._shared.get((name, site))
        before = self._clauses
        if known is not None:
            found, size = known
            self._clauses += size
        elif items is not None and before <= MOST_CLAUSES:
            found = tuple(items)
            self._shared[name, site] = found, self._clauses - before
        else:
            found = None
        if found is None or self._clauses > MOST_CLAUSES:
            self.bad_names.append(BadName(place, "many", name))
            return ()
        return found

    def _eligible(self, place: Place, item: m.EligibleClause, site: Site) -> Iterator[Guard]:
        named: Mapping[str, str | None] = (
            item.eligible if isinstance(item.eligible, dict) else dict.fromkeys(item.eligible)
        )
        for i, (role_id, text) in enumerate(named.items()):
            where: Place = (*place, "eligible", role_id if text is not None else i)
            role = self.model.roles.get(role_id)
            if role is None:
                self.bad_names.append(BadName(where, "role", role_id))
                continue
            if role_id in self._judging:
                self.bad_names.append(BadName(where, "circular", f"roles.{role_id}"))
                continue
            person = self._checked(where, text, Person(role_id), site) if text is not None else None
            self._judging.append(role_id)
            about = Site(person=role_id)
            items = self._items(("roles", role_id, "eligible"), role.eligible, about, ())
            guard = Group("all", self._once(where, f"roles.{role_id}", about, items))
            self._judging.pop()
            yield Eligible(role_id, person, guard, where, site)


def issued(transition: m.Transition) -> tuple[str, ...]:
    """The certificates that a transition issues."""
    return tuple(dict.fromkeys(e.certificate for e in transition.effects if e.certificate is not None))


def actors(transition: m.Transition) -> tuple[str, ...]:
    """The roles that may act in a transition."""
    match transition.by:
        case None:
            return ()
        case m.JointAll():
            return tuple(transition.by.all)
        case m.JointEach():
            return tuple(transition.by.each)
        case m.JointQuorum():
            return tuple(transition.by.of)
    return tuple(transition.by)


def leaves(guard: Guard) -> Iterator[Leaf]:
    """The clauses of a guard, in order."""
    waiting: list[Guard] = [guard]
    while waiting:
        found = waiting.pop()
        if isinstance(found, Leaf):
            yield found
        elif isinstance(found, Group):
            waiting += reversed(found.items)
        else:
            waiting.append(found.guard)

"""A program made ready to decide: its machines, its rules by leaf and event, its conditions as closures.

Built once per program version and shared by every dyad and thread; nothing in it changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dyade.flow import flips, retention
from dyade.flow.answers import OBSERVED, Answers
from dyade.flow.calendar import Calendar
from dyade.flow.forms import FormPlan
from dyade.flow.guards import compile_guard
from dyade.flow.machine import RegionMachine, Trigger, build
from dyade.flow.quotas import shared_plan
from dyade.flow.reads import Binder
from dyade.flow.reminders import ReminderPlan, reminder_plan
from dyade.flow.rules import CompiledEffect, Rule, effects_of, invariant_plan
from dyade.flow.series import SeriesPlan
from dyade.flow.situation import Situation
from dyade.program import model as m
from dyade.program.conditions.compile import Getter
from dyade.program.conditions.tree import Read
from dyade.program.conditions.types import EMPTY, PLAIN, Person
from dyade.program.conditions.values import ValueRefused, parse_value
from dyade.program.data import Place, row_key
from dyade.program.durations import Duration, parse_duration
from dyade.program.names import Site, SiteScope, key_type
from dyade.program.placeholders import names as placeholder_parts
from dyade.program.placeholders import pieces
from dyade.program.program import Program
from dyade.program.typed import Leaf

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Plan:
    """Everything that deciding needs of a program."""

    def __init__(self, program: Program, answers: Answers | None = None) -> None:
        model = program.model
        self.program = program
        self.answers = answers
        """Where its clauses note what they answer, for whoever observes lives; nowhere, otherwise."""
        self.graph = program.graph
        self.calendar = calendar_of(program)
        self.day_time = int(model.day_time[:2]) * 60 + int(model.day_time[3:])
        self.roles = tuple(model.roles)
        self.program_roles = frozenset(name for name, role in model.roles.items() if role.scope == "program")
        self.tables = {name: _rows(program, table) for name, table in model.tables.items()}
        default = model.visibility.default if model.visibility else None
        self.default_visibility = frozenset(default) if default is not None else None
        self.glass = model.visibility.break_glass if model.visibility else None
        """What may be opened in an emergency; `None` where nothing may be."""
        self.midnight: Getter = lambda d: self.calendar.start_of_day(d.today + 1)
        self._fields: dict[str, Getter] = {}
        self._deadlines: dict[str, Getter] = {}
        self.figures: dict[tuple[str, str], Getter] = {}
        """The figure of each aggregate of a form that something reads."""
        self._templates: dict[tuple[Any, ...], tuple[tuple[Getter, Any], ...]] = {}
        self._placeholders: dict[str, tuple[tuple[str, ...], ...]] = {}
        self.audiences: dict[Any, frozenset[frozenset[str] | None]] = {}
        """Who must see what for a clause to be told, by clause: filled as they are told."""
        self.message_audiences: dict[Any, tuple[tuple[str, frozenset[frozenset[str] | None]], ...]] = {}
        """The same for each placeholder of a message, by template and by where it is sent."""
        self.private = retention.hidden_names(self)
        """The names of the data that may be erased: what was is unknown."""
        self.shared = shared_plan(self) if model.quotas or model.budgets else None
        """What its dyads share; `None` where they share nothing."""
        self.forms: dict[str, FormPlan] = {}
        for name, form in model.forms.items():
            self.forms[name] = FormPlan(self, name, form)
        self.series = {name: SeriesPlan(self, name, series) for name, series in model.series.items()}
        self.rules = {t.id: Rule(self, i, t) for i, t in enumerate(model.transitions)}
        self.eligible = {name: compile_guard(self, program.guard(("roles", name, "eligible"))) for name in model.roles}
        self.reminders = tuple(reminder_plan(self, i, reminder) for i, reminder in enumerate(model.reminders))
        self.invariants = tuple(invariant_plan(self, i, invariant) for i, invariant in enumerate(model.invariants))
        self.on_enter = {
            path: self.effects((*node.place, "on_enter"), node.model.on_enter)
            for path, node in self.graph.nodes.items()
            if node.model.on_enter
        }
        self.retention = retention.plans(self)
        """How long personal data are kept once it is over."""
        self.pauses = any("pause" in node.model.delays.values() for node in self.graph.nodes.values())
        """Whether any state pauses the delays of another."""
        self._finals = frozenset(path for path, node in self.graph.nodes.items() if node.model.final)
        self.machines: dict[str, RegionMachine] = _machines(self)
        self.flips = {
            rule.id: (
                *flips.of_guard(self, program.guard(("transitions", rule.index, "guard"))),
                *flips.of_places(self, rule),
            )
            if rule.auto or rule.timed
            else ()
            for rule in self.rules.values()
        }
        self._index()
        self._situations: dict[tuple[str, ...], Situation] = {}
        self.nowhere = self.situation(())

    # -------------------------------------------------------------------------------------------------------- closures

    def value(self, place: Place) -> Getter | None:
        """The closure of the expression at a place; `None` where there is none."""
        node = self.program.node(place)
        return None if node is None else Binder(self, self.program.site(place)).value(node)

    def known(self, place: Place) -> Getter | None:
        """The same, where a value that was left empty is unknown; for a condition: yes, no or unknown."""
        node = self.program.node(place)
        if node is None:
            return None
        found = Binder(self, self.program.site(place)).condition(node)
        noted = self.answers is not None and place[-1] in OBSERVED
        return self.answers.noting_at(place, found) if noted and self.answers is not None else found

    def field(self, name: str) -> Getter:
        """The getter of a field, computed or kept."""
        if name not in self._fields:
            # A formula may read a field whose formula is still being built: the checker refuses circles.
            self._fields[name] = self.known(("fields", name, "formula")) or _kept_field(self.program, name)
        return self._fields[name]

    def deadline(self, name: str) -> Getter:
        """The getter of a deadline's day."""
        if name not in self._deadlines:
            found = self.known(("deadlines", name, "at"))
            assert found is not None, name
            self._deadlines[name] = found
        return self._deadlines[name]

    def duration(self, text: str) -> Duration:
        """A duration in so many words, or the param that holds it."""
        if text.startswith("params."):
            value = self.program.declared.params[text.removeprefix("params.")][1]
            assert isinstance(value, Duration), text
            return value
        return parse_duration(text)

    def role_with(self, read: Read, site: Site) -> str | None:
        """The role whose attribute a read of a person wants."""
        head, rest = read.parts[0], read.parts[1:]
        data = self.program.data
        paths = {
            "fields": ("fields", *rest[:1]),
            "input": (*(site.input or ()), *rest[:1]),
            "form": ("forms", site.form or "", *rest[:1]),
            "entry": ("forms", site.entry or "", *rest[:1]),
            "item": ("forms", site.item or "", *rest[:1]),
            "forms": ("forms", rest[0] if rest else "", *rest[2:3]),
        }
        if head == "person":
            return site.person
        datum = data.get(tuple(paths.get(head, ())))
        return datum.type.role if datum is not None and isinstance(datum.type, Person) else None

    def profile_value(self, role: str, name: str, raw: Any) -> Any:
        """An attribute of a profile, as a value; unknown where it does not fit."""
        datum = self.program.data.get(("roles", role, name))
        if datum is None:
            return None
        try:
            return parse_value(datum.type, raw, nullable=datum.nullable)
        except ValueRefused:
            return None

    def effects(self, place: Place, effects: list[m.Effect]) -> tuple[CompiledEffect, ...]:
        """The effects of a rule, ready, in order."""
        return tuple(found for i, effect in enumerate(effects) for found in effects_of(self, (*place, i), effect))

    # -------------------------------------------------------------------------------------------------------- messages

    def placeholders(self, template: str) -> tuple[tuple[str, ...], ...]:
        """The names between braces in a template, every language together, each once, in order of appearance."""
        known = self._placeholders.get(template)
        if known is None:
            declared = self.program.model.templates[template]
            texts = (words for text in (declared.subject, declared.body) for words in text.values())
            # Each name once, where it first stands.
            found = dict.fromkeys(part.name for words in texts for part in placeholder_parts(pieces(words)))
            known = self._placeholders[template] = tuple(found)
        return known

    def template_getters(self, template: str, key: tuple[Any, ...]) -> tuple[tuple[Getter, Any], ...]:
        """(closure, type) of each placeholder of a template, where it is sent: ("rule", id), ("reminder", index), …"""
        known = self._templates.get((template, *key))
        if known is None:
            known = tuple(self._placeholder(name, self.sending_site(key)) for name in self.placeholders(template))
            self._templates[template, *key] = known
        return known

    def _placeholder(self, name: tuple[str, ...], site: Site) -> tuple[Getter, Any]:
        found = SiteScope(self.program.declared, site).resolve(name)
        if not isinstance(found, Read):
            return lambda _d: None, PLAIN["text"]
        if found.constant is not None:
            value = found.constant
            return lambda _d: value, found.type
        return Binder(self, site).read(found), found.type

    def sending_site(self, key: tuple[Any, ...]) -> Site:
        """What the placeholders of a message may read, where it is sent."""
        kind, name = key
        if kind == "reminder":
            reminder = self.reminders[name]
            return Site(states=reminder.states, item=reminder.item, meeting=reminder.meeting)
        if kind == "step":
            form, step = name
            return Site(
                states=self.forms[form].states,
                input=("steps", form, step),
                entry=form,
                actor=tuple(self.forms[form].steps[step].model.by),
            )
        if kind == "role":
            return Site(person=name)
        if kind == "glass":
            return Site(actor=tuple(name))
        rule = self.rules.get(name)
        return self.program.typed.transition_site(rule.model) if rule is not None else Site(states=(name,))

    # ---------------------------------------------------------------------------------------------------------- states

    def is_final(self, leaf: str) -> bool:
        """Whether nothing leaves this leaf."""
        return leaf in self._finals

    def region_of(self, leaf: str) -> str:
        """The region that a state stands in."""
        return self.graph.nodes[leaf].region

    def regions_around(self, leaf: str) -> tuple[str, ...]:
        """The regions that lead to a leaf, outermost first."""
        region = self.region_of(leaf)
        found = [region]
        while (owner := self.graph.regions[region].owner) is not None:
            region = self.region_of(owner)
            found.insert(0, region)
        return tuple(found)

    def leaf_in(self, region: str, leaf: str) -> str:
        """The leaf that a region must stand in for this one to be active."""
        if self.region_of(leaf) == region:
            return leaf
        return next(p for p in reversed(self.graph.nodes[leaf].ancestors) if self.region_of(p) == region)

    def delay_mode(self, origin: tuple[str, ...], state: str) -> str:
        """What the delays of a state did while the dyad stood in `origin`: run, pause or restart."""
        wanted = (state, *reversed(self.graph.nodes[state].ancestors))
        for path in origin:
            modes = {self.graph.path(ref): mode for ref, mode in self.graph.nodes[path].model.delays.items()}
            for around in wanted:
                if around in modes:
                    return modes[around]
        return "run"

    # ----------------------------------------------------------------------------------------------------------- index

    def situation(self, leaves: tuple[str, ...]) -> Situation:
        """What is alive while the regions stand in these leaves."""
        found = self._situations.get(leaves)
        if found is None:
            # Two threads may both make it: they make the same.
            found = self._situations[leaves] = Situation(self, leaves)
        return found

    def _index(self) -> None:
        """Rules by leaf: what can be fired, what time arms, what fires by itself, what follows something."""
        self.events_at: dict[str, dict[str, tuple[Rule, ...]]] = {}
        self.automatic_at: dict[str, tuple[Rule, ...]] = {}
        self.timed_at: dict[str, tuple[Rule, ...]] = {}
        self.upon_at: dict[str, dict[str, tuple[Rule, ...]]] = {}
        named: dict[str, list[Rule]] = {}
        for rule in self.rules.values():
            for name in dict.fromkeys((rule.event_name, rule.id)) if rule.by else ():
                named.setdefault(name, []).append(rule)
        self._named = {name: tuple(rules) for name, rules in named.items()}
        for leaf in (leaf for region in self.graph.regions.values() for leaf in region.leaves):
            rules = sorted(
                (rule for rule in self.rules.values() if leaf in rule.sources),
                key=lambda rule: (-rule.depths[leaf], rule.index),
            )
            events: dict[str, list[Rule]] = {}
            upon: dict[str, list[Rule]] = {}
            for rule in rules:
                if rule.by or rule.model.by is not None:
                    for name in dict.fromkeys((rule.event_name, rule.id)):
                        events.setdefault(name, []).append(rule)
                if rule.upon:
                    upon.setdefault(rule.upon, []).append(rule)
            self.events_at[leaf] = {name: tuple(found) for name, found in events.items()}
            self.upon_at[leaf] = {name: tuple(found) for name, found in upon.items()}
            self.automatic_at[leaf] = tuple(rule for rule in rules if rule.auto)
            self.timed_at[leaf] = tuple(rule for rule in rules if rule.timed)

    def clause(self, rule: str, clause: str) -> Leaf | None:
        """A clause of a transition, or of a form, by its id."""
        transition, form = self.rules.get(rule), self.forms.get(rule)
        guard = transition.guard if transition else form.valid if form else None
        return next((leaf for leaf in guard.clauses if leaf.id == clause), None) if guard else None

    def reminder(self, name: str) -> ReminderPlan:
        """A reminder, by its id."""
        return next(reminder for reminder in self.reminders if reminder.model.id == name)

    def rules_of(self, event: str) -> tuple[Rule, ...]:
        """Every rule that an event may fire, wherever it starts from."""
        return self._named.get(event, ())


def plan_of(program: Program) -> Plan:
    """The plan of a program, built at its first use."""
    if program.plan is None:
        program.plan = Plan(program)
    found: Plan = program.plan
    return found


def calendar_of(program: Program) -> Calendar:
    """The calendar in which a program counts."""
    declared = program.model.calendar
    weekend = declared.weekend if isinstance(declared, m.WorkCalendar) else ["saturday", "sunday"]
    days = frozenset(day for day, _label in program.holidays)
    return Calendar(program.zone, weekend=[WEEKDAYS.index(day) for day in weekend], holidays=days)


def _kept_field(program: Program, name: str) -> Getter:
    datum = program.data["fields", name]
    default = datum.default if datum.default is not None else EMPTY if datum.nullable else None
    return lambda d: d.fields.get(name, default)


def _rows(program: Program, table: m.Table) -> Mapping[Any, Any]:
    keys = [key_type(program.declared, key) for key in table.key.values()]
    value = PLAIN[table.value]
    rows = {row_key(keys[0], key): parse_value(value, raw) for key, raw in table.rows.items()}
    if table.default is not None:
        rows[None] = parse_value(value, table.default)
    return rows


def _machines(plan: Plan) -> dict[str, RegionMachine]:
    """One machine per region, with every move that a rule can ask for; each rule is tied to its events."""
    moves: dict[str, list[tuple[str, str, str]]] = {name: [] for name in plan.graph.regions}
    ties: list[tuple[Rule, str, str, str]] = []
    for rule in plan.rules.values():
        for region, source, leaf in _moves(plan, rule):
            trigger = f"{rule.id} > {leaf}"
            moves[region].append((trigger, source, leaf))
            ties.append((rule, region, leaf, trigger))
    machines = {
        name: build(region.leaves, plan.graph.entry_leaf(region.initial), moves[name])
        for name, region in plan.graph.regions.items()
    }
    for rule, region, leaf, trigger in ties:
        event = machines[region].events[trigger]
        assert isinstance(event, Trigger)
        rule.tie(region, leaf, event)
    return machines


def _moves(plan: Plan, rule: Rule) -> set[tuple[str, str, str]]:
    """(region, source, leaf) for everything that a rule may do to a machine."""
    if rule.target is None:
        return set()
    graph = plan.graph
    wanted = graph.leaves(rule.target.state) if rule.target.history else (graph.entry_leaf(rule.target.state),)
    found: set[tuple[str, str, str]] = set()
    for source in rule.sources:
        for leaf in wanted:
            for region in plan.regions_around(leaf):
                required = plan.leaf_in(region, leaf)
                if region in plan.regions_around(source):
                    found.add((region, plan.leaf_in(region, source), required))
                elif graph.regions[region].owner in graph.around(source):
                    found.update((region, inside, required) for inside in graph.regions[region].leaves)
    return found

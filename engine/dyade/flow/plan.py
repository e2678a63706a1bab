"""A program made ready to decide: its machines, its rules by leaf and event, its conditions as closures.

Built once per program version and shared by every dyad and thread; nothing in it changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from dyade.flow import entries, flips
from dyade.flow.calendar import Calendar
from dyade.flow.guards import CompiledGuard, compile_guard
from dyade.flow.machine import RegionMachine, Trigger, build
from dyade.flow.moves import Target
from dyade.flow.reads import Binder
from dyade.program import model as m
from dyade.program.conditions.compile import Getter
from dyade.program.conditions.tree import Read
from dyade.program.conditions.types import EMPTY, PLAIN, Person
from dyade.program.conditions.values import ValueRefused, parse_value
from dyade.program.data import Place, TypedDatum, row_key
from dyade.program.durations import Duration, multiplied, parse_duration
from dyade.program.graph import Graph
from dyade.program.names import Site, SiteScope, key_type
from dyade.program.placeholders import names as placeholder_parts
from dyade.program.placeholders import pieces
from dyade.program.program import Program
from dyade.program.typed import Leaf, actors

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SET, CLEAR, ASSIGN, UNASSIGN, NOTIFY, START, EMIT = range(7)


class CompiledEffect(NamedTuple):
    """One thing that follows, with the closure of its value."""

    kind: int
    name: str
    """A field, a role, a template, a program or an event of the host."""
    value: Getter | None
    model: m.Effect
    given: tuple[tuple[str, Getter, Any], ...] = ()
    """(name, closure, type) for what `emit` and `start` carry."""


class Rule:
    """A transition, ready to fire."""

    __slots__ = (
        "_events", "after", "at", "auto", "by", "data", "depths", "distinct", "effects", "event_name", "guard", "id", "index",
        "input_path", "joint", "model", "quorum", "sources", "states", "target", "upon", "validator", "within",
    )  # fmt: skip

    def __init__(self, plan: Plan, index: int, model: m.Transition) -> None:
        place: Place = ("transitions", index)
        self.id = model.id
        self.index = index
        self.model = model
        self.event_name = model.event or model.id
        self.sources: dict[str, str] = {}
        """leaf → the state of `from` that covers it, the innermost where several do."""
        for reference in model.from_:
            for leaf, state in plan.graph.sources(reference):
                if leaf not in self.sources or state.count(".") > self.sources[leaf].count("."):
                    self.sources[leaf] = state
        self.depths = {leaf: _depth(state) for leaf, state in self.sources.items()}
        self.states = tuple(dict.fromkeys(self.sources.values()))
        self.target = _target(plan.graph, model.to)
        self.guard: CompiledGuard = compile_guard(plan, plan.program.guard((*place, "guard")))
        self.effects = plan.effects((*place, "effects"), model.effects)
        self.auto = bool(model.auto)
        self.upon = model.upon
        self.after = plan.duration(model.after) if model.after else None
        self.at: Getter | None = plan.known((*place, "at"))
        self.by = actors(model)
        self.joint = _joint(model)
        self.quorum = plan.known((*place, "by", "quorum")) if isinstance(model.by, m.JointQuorum) else None
        self.distinct = model.by.count_distinct if isinstance(model.by, m.JointQuorum) else None
        within = getattr(model.by, "within", None)
        self.within = plan.duration(within) if within else None
        self.input_path = ("transitions", model.id)
        self.data = {name: plan.program.data[*self.input_path, name] for name in model.input}
        self.validator: Any = None
        self._events: dict[tuple[str, str], Trigger] = {}

    @property
    def timed(self) -> bool:
        """Whether time arms it."""
        return self.after is not None or self.at is not None

    def event(self, region: str, leaf: str) -> Trigger:
        """The machine's event that moves a region to a leaf by this rule."""
        return self._events[region, leaf]

    def tie(self, region: str, leaf: str, event: Trigger) -> None:
        """Remember the machine's event for a destination (while the plan is built)."""
        self._events[region, leaf] = event


class Every(NamedTuple):
    """Periods that each want an entry."""

    start: Getter
    until: Getter
    length: Callable[[int], Duration]
    """The duration of the first n periods together."""
    grace: Duration | None


class FormPlan:
    """A form, ready to be filled."""

    __slots__ = (
        "aggregates", "confirmed_by", "data", "due", "each_copy", "every", "fillers", "id", "model", "quorum", "repeats",
        "sets", "signature_mode", "signers", "states", "steps", "valid", "validator",
    )  # fmt: skip

    def __init__(self, plan: Plan, form_id: str, model: m.Form) -> None:
        place: Place = ("forms", form_id)
        self.id = form_id
        self.model = model
        self.fillers = entries.fillers(model)
        self.each_copy = isinstance(model.filled_by, m.EachOf)
        self.signature_mode, signers, self.quorum = entries.signers(model)
        self.signers = tuple(signers)
        self.confirmed_by = tuple(model.confirmed_by or ())
        self.states = tuple(plan.graph.path(reference) for reference in model.available_in)
        self.repeats = model.repeat != "once"
        self.due = plan.known((*place, "due"))
        self.every = _every(plan, place, model)
        self.valid = compile_guard(plan, plan.program.guard((*place, "valid")))
        self.sets = tuple(model.sets.items())
        self.data: dict[str, TypedDatum] = {name: plan.program.data["forms", form_id, name] for name in model.entry}
        self.steps = {
            step.id: StepPlan(
                step,
                compile_guard(plan, plan.program.guard((*place, "steps", i, "guard"))),
                plan.effects((*place, "steps", i, "effects"), step.effects),
                {name: plan.program.data["steps", form_id, step.id, name] for name in step.input},
            )
            for i, step in enumerate(model.steps)
        }
        self.validator: Any = None


class StepPlan(NamedTuple):
    """A step of an entry's own small life, ready."""

    model: m.FormStep
    guard: CompiledGuard
    effects: tuple[CompiledEffect, ...]
    data: Mapping[str, TypedDatum]


class ReminderPlan(NamedTuple):
    """A reminder, ready."""

    rank: int
    model: m.Reminder
    states: tuple[str, ...]
    after: Duration | None
    at: Getter | None
    every: Duration | None
    stop_when: Getter | None
    only_if: Getter | None
    item: str | None
    roll: str
    flips: tuple[flips.Flip, ...]
    """When what stops it may change its answer by time alone."""


class InvariantPlan(NamedTuple):
    """An invariant, ready."""

    model: m.Invariant
    test: Getter
    states: tuple[str, ...]


class Plan:
    """Everything that deciding needs of a program."""

    def __init__(self, program: Program) -> None:
        model = program.model
        self.program = program
        self.graph = program.graph
        self.calendar = calendar_of(program)
        self.day_time = int(model.day_time[:2]) * 60 + int(model.day_time[3:])
        self.roles = tuple(model.roles)
        self.program_roles = frozenset(name for name, role in model.roles.items() if role.scope == "program")
        self.tables = {name: _rows(program, name, table) for name, table in model.tables.items()}
        default = model.visibility.default if model.visibility else None
        self.default_visibility = frozenset(default) if default is not None else None
        self.midnight: Getter = lambda d: self.calendar.start_of_day(d.today + 1)
        self._fields: dict[str, Getter] = {}
        self._deadlines: dict[str, Getter] = {}
        self._templates: dict[tuple[Any, ...], tuple[tuple[Getter, Any], ...]] = {}
        self.audiences: dict[Any, frozenset[frozenset[str] | None]] = {}
        """Who must see what for a clause to be told, by clause: filled as they are told."""
        self.forms: dict[str, FormPlan] = {}
        for name, form in model.forms.items():
            self.forms[name] = FormPlan(self, name, form)
        self.rules = {t.id: Rule(self, i, t) for i, t in enumerate(model.transitions)}
        self.eligible = {name: compile_guard(self, program.guard(("roles", name, "eligible"))) for name in model.roles}
        self.reminders = tuple(_reminder(self, i, reminder) for i, reminder in enumerate(model.reminders))
        self.invariants = tuple(_invariant(self, i, invariant) for i, invariant in enumerate(model.invariants))
        self.on_enter = {
            path: self.effects((*node.place, "on_enter"), node.model.on_enter)
            for path, node in self.graph.nodes.items()
            if node.model.on_enter
        }
        self.pauses = any("pause" in node.model.delays.values() for node in self.graph.nodes.values())
        """Whether any state pauses the delays of another."""
        self._finals = frozenset(path for path, node in self.graph.nodes.items() if node.model.final)
        self.machines: dict[str, RegionMachine] = _machines(self)
        self.flips = {
            rule.id: flips.of_guard(self, program.guard(("transitions", rule.index, "guard")))
            if rule.auto or rule.timed
            else ()
            for rule in self.rules.values()
        }
        self._index()

    # -------------------------------------------------------------------------------------------------------- closures

    def value(self, place: Place) -> Getter | None:
        """The closure of the expression at a place; `None` where there is none."""
        node = self.program.node(place)
        return None if node is None else Binder(self, self.program.site(place)).value(node)

    def known(self, place: Place) -> Getter | None:
        """The same, where a value that was left empty is unknown; for a condition: yes, no or unknown."""
        node = self.program.node(place)
        return None if node is None else Binder(self, self.program.site(place)).condition(node)

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
        return tuple(found for i, effect in enumerate(effects) for found in _effect(self, (*place, i), effect))

    # ---------------------------------------------------------------------------------------------------------- messages

    def placeholders(self, template: str) -> tuple[tuple[str, ...], ...]:
        """The names between braces in a template, every language together, each once, in order of appearance."""
        declared = self.program.model.templates[template]
        found: dict[tuple[str, ...], None] = {}
        for text in (declared.subject, declared.body):
            for words in text.values():
                for part in placeholder_parts(pieces(words)):
                    found.setdefault(part.name)
        return tuple(found)

    def template_getters(self, template: str, key: tuple[Any, ...]) -> tuple[tuple[Getter, Any], ...]:
        """(closure, type) of each placeholder of a template, where it is sent: ("rule", id) or ("reminder", index)."""
        known = self._templates.get((template, *key))
        if known is None:
            known = tuple(self._placeholder(name, self._sending_site(key)) for name in self.placeholders(template))
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

    def _sending_site(self, key: tuple[Any, ...]) -> Site:
        kind, name = key
        if kind == "reminder":
            reminder = self.reminders[name]
            return Site(states=reminder.states, item=reminder.item)
        if kind == "step":
            form, step = name
            return Site(
                states=self.forms[form].states,
                input=("steps", form, step),
                entry=form,
                actor=tuple(self.forms[form].steps[step].model.by),
            )
        rule = self.rules.get(name)
        return self.program.typed.transition_site(rule.model) if rule is not None else Site(states=(name,))

    # ------------------------------------------------------------------------------------------------------------ states

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

    # ------------------------------------------------------------------------------------------------------------- index

    def _index(self) -> None:
        """Rules by leaf: what can be fired, what time arms, what fires by itself, what follows something."""
        self.events_at: dict[str, dict[str, tuple[Rule, ...]]] = {}
        self.automatic_at: dict[str, tuple[Rule, ...]] = {}
        self.timed_at: dict[str, tuple[Rule, ...]] = {}
        self.upon_at: dict[str, dict[str, tuple[Rule, ...]]] = {}
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
        return tuple(rule for rule in self.rules.values() if rule.by and event in (rule.event_name, rule.id))


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


def _depth(path: str) -> int:
    return path.count(".") + 1 if path else 0


def _target(graph: Graph, to: str | None) -> Target | None:
    if to is None:
        return None
    if to.startswith("history("):
        return Target(graph.path(to.removeprefix("history(").removesuffix(")")), True)
    return Target(graph.path(to), False)


def _joint(model: m.Transition) -> str:
    match model.by:
        case m.JointAll():
            return "all"
        case m.JointEach():
            return "each"
        case m.JointQuorum():
            return "quorum"
    return ""


def _every(plan: Plan, place: Place, model: m.Form) -> Every | None:
    if not isinstance(model.repeat, m.Every):
        return None
    start, until = plan.known((*place, "repeat", "from")), plan.known((*place, "repeat", "until"))
    assert start is not None
    assert until is not None
    length = plan.duration(model.repeat.every)
    grace = plan.duration(model.repeat.grace) if model.repeat.grace else None
    return Every(start, until, lambda n: multiplied(length, n) or length, grace)


def _kept_field(program: Program, name: str) -> Getter:
    datum = program.data["fields", name]
    default = datum.default if datum.default is not None else EMPTY if datum.nullable else None
    return lambda d: d.fields.get(name, default)


def _rows(program: Program, name: str, table: m.Table) -> Mapping[Any, Any]:
    keys = [key_type(program.declared, key) for key in table.key.values()]
    value = PLAIN[table.value]
    rows = {row_key(keys[0], key): parse_value(value, raw) for key, raw in table.rows.items()}
    if table.default is not None:
        rows[None] = parse_value(value, table.default)
    return rows


def _reminder(plan: Plan, index: int, model: m.Reminder) -> ReminderPlan:
    place: Place = ("reminders", index)
    item = model.each.split(".")[1] if model.each else None
    return ReminderPlan(
        index,
        model,
        tuple(plan.graph.path(reference) for reference in model.while_),
        plan.duration(model.after) if model.after else None,
        plan.known((*place, "at")),
        plan.duration(model.every) if model.every else None,
        plan.known((*place, "stop_when")),
        plan.known((*place, "only_if")),
        item,
        model.roll or ("none" if item else "next_business_day"),
        flips.of_place(plan, (*place, "stop_when")),
    )


def _invariant(plan: Plan, index: int, model: m.Invariant) -> InvariantPlan:
    test = plan.known(("invariants", index, "always"))
    assert test is not None
    return InvariantPlan(model, test, tuple(plan.graph.path(ref) for ref in model.while_ or ()))


def _effect(plan: Plan, place: Place, effect: m.Effect) -> list[CompiledEffect]:
    found: list[CompiledEffect] = []
    for field in effect.set or {}:
        nullable = plan.program.data["fields", field].nullable
        value = plan.value((*place, "set", field)) if nullable else plan.known((*place, "set", field))
        found.append(CompiledEffect(SET, field, value, effect))
    for field in effect.clear or ():
        found.append(CompiledEffect(CLEAR, field, None, effect))
    for kind, verb, given in ((ASSIGN, "assign", effect.assign), (UNASSIGN, "unassign", effect.unassign)):
        for role in given or {}:
            found.append(CompiledEffect(kind, role, plan.value((*place, verb, role)), effect))
    if effect.notify is not None:
        found.append(CompiledEffect(NOTIFY, effect.notify.template, None, effect))
    if effect.start is not None:
        found.append(CompiledEffect(START, effect.start.program, None, effect, _given(plan, (*place, "start", "with"))))
    if effect.emit is not None:
        found.append(CompiledEffect(EMIT, effect.emit.name, None, effect, _given(plan, (*place, "emit", "data"))))
    return found


def _given(plan: Plan, place: Place) -> tuple[tuple[str, Getter, Any], ...]:
    found: list[tuple[str, Getter, Any]] = []
    for path, node in plan.program.typed.nodes.items():
        if path[:-1] == place:
            getter = plan.value(path)
            assert getter is not None
            found.append((str(path[-1]), getter, node.type))
    return tuple(found)


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



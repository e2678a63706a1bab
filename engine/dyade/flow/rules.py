"""The rules of a program made ready: transitions, forms, reminders, invariants, effects, with their closures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from dyade.flow import entries, flips
from dyade.flow.guards import CompiledGuard, compile_guard
from dyade.flow.machine import Trigger
from dyade.flow.moves import Target
from dyade.program import model as m
from dyade.program.conditions.compile import Getter
from dyade.program.data import Place, TypedDatum
from dyade.program.durations import Duration, multiplied
from dyade.program.graph import Graph
from dyade.program.typed import actors

if TYPE_CHECKING:
    from dyade.flow.plan import Plan

SET, CLEAR, ASSIGN, UNASSIGN, NOTIFY, START, EMIT = range(7)
"""What an effect does."""


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
        "_events", "after", "at", "auto", "by", "data", "depths", "distinct", "effects", "event_name", "guard", "id",
        "index",
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
        self.depths = {leaf: depth_of(state) for leaf, state in self.sources.items()}
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
        "aggregates", "confirmed_by", "data", "due", "each_copy", "every", "fillers", "id", "model", "quorum",
        "repeats",
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


def reminder_plan(plan: Plan, index: int, model: m.Reminder) -> ReminderPlan:
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


def invariant_plan(plan: Plan, index: int, model: m.Invariant) -> InvariantPlan:
    test = plan.known(("invariants", index, "always"))
    assert test is not None
    return InvariantPlan(model, test, tuple(plan.graph.path(ref) for ref in model.while_ or ()))


def effects_of(plan: Plan, place: Place, effect: m.Effect) -> list[CompiledEffect]:
    found: list[CompiledEffect] = []
    for field in effect.set or {}:
        nullable = plan.program.data["fields", field].nullable
        value = plan.value((*place, "set", field)) if nullable else plan.known((*place, "set", field))
        found.append(CompiledEffect(SET, field, value, effect))
    found += [CompiledEffect(CLEAR, field, None, effect) for field in effect.clear or ()]
    for kind, verb, given in ((ASSIGN, "assign", effect.assign), (UNASSIGN, "unassign", effect.unassign)):
        found += [CompiledEffect(kind, role, plan.value((*place, verb, role)), effect) for role in given or {}]
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


def depth_of(path: str) -> int:
    return path.count(".") + 1 if path else 0

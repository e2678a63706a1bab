"""Transitions, invariants and effects made ready, with their closures."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from dyade.flow.given import Asked
from dyade.flow.guards import CompiledGuard, compile_guard
from dyade.flow.machine import Trigger
from dyade.flow.messages import SYSTEM
from dyade.flow.moves import Target
from dyade.program import model as m
from dyade.program.conditions.compile import Getter
from dyade.program.data import Place
from dyade.program.durations import Duration
from dyade.program.graph import Graph
from dyade.program.typed import actors

if TYPE_CHECKING:
    from dyade.flow.calendar import Calendar
    from dyade.flow.plan import Plan


MOST_REMEMBERED = 4096
"""Instants that a rule, or a reminder, remembers having computed."""


SET, CLEAR, ASSIGN, UNASSIGN, NOTIFY, START, EMIT, IF, CERTIFY, ENROL = range(10)
"""What an effect does."""


class CompiledEffect(NamedTuple):
    """One thing that follows, with the closure of its value."""

    kind: int
    name: str
    """A field, a role, a template, a certificate, a program or an event of the host."""
    value: Getter | None
    """For `IF`, the condition of what is inside."""
    model: m.Effect
    given: tuple[tuple[str, Getter, Any], ...] = ()
    """(name, closure, type) for what `emit` and `start` carry, and `enrolment` sets."""
    inside: tuple[CompiledEffect, ...] = ()
    """For `IF`, what is done where its condition is a yes: asked once, before any of it."""


class Rule:
    """A transition, ready to fire."""

    __slots__ = (
        "_events", "after", "anchors", "asked", "at", "auto", "by", "can_fail", "data", "depths", "distinct", "effects",
        "elapsed", "event_name", "guard", "id", "index", "input_path", "is_free", "joint", "leaf", "model", "quorum",
        "reserves", "roles", "sources", "states", "target", "upon", "within",
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
        self.anchors = {leaf: state or leaf for leaf, state in self.sources.items()}
        """leaf → the state whose stay the rule's delay, and `state.entered`, count from."""
        self.states = tuple(dict.fromkeys(self.sources.values()))
        self.target = _target(plan.graph, model.to)
        self.leaf = plan.graph.entry_leaf(self.target.state) if self.target and not self.target.history else None
        """Where it always leads; `None` where history says, or where it leads nowhere."""
        self.guard: CompiledGuard = compile_guard(plan, plan.program.guard((*place, "guard")))
        self.effects = plan.effects((*place, "effects"), model.effects)
        self.can_fail = any(effect.kind in (SET, ASSIGN, IF, CERTIFY) for effect in self.effects)
        """Whether an effect may turn out not to be possible."""
        self.is_free = not self.guard.has_musts and not self.can_fail
        """Whether it is always open."""
        self.reserves = bool(plan.shared is not None and model.id in plan.shared.reserving)
        """Whether it takes a place, and is closed while there is none."""
        self.is_free = self.is_free and not self.reserves
        self.auto = bool(model.auto)
        self.upon = model.upon
        self.after = plan.duration(model.after) if model.after else None
        self.elapsed = _elapsed(plan.calendar, self.after) if self.after is not None else None
        """(instant entered, days paused) → the instant at which `after` has passed."""
        self.at: Getter | None = plan.known((*place, "at"))
        self.by = actors(model)
        self.roles = tuple(role for role in self.by if role != SYSTEM)
        self.joint = _joint(model)
        self.quorum = plan.known((*place, "by", "quorum")) if isinstance(model.by, m.JointQuorum) else None
        self.distinct = model.by.count_distinct if isinstance(model.by, m.JointQuorum) else None
        within = getattr(model.by, "within", None)
        self.within = plan.duration(within) if within else None
        self.input_path = ("transitions", model.id)
        self.data = {name: plan.program.data[*self.input_path, name] for name in model.input}
        self.asked = Asked(self.data)
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


def _elapsed(calendar: Calendar, after: Duration) -> Callable[[int, int], int | None]:
    @lru_cache(maxsize=MOST_REMEMBERED)
    def elapsed(entered: int, paused_days: int) -> int | None:
        if paused_days:
            day = calendar.local_date(entered) + paused_days
            moved = calendar.instant(day, calendar.local_minutes(entered))
            entered = moved if moved is not None else entered
        return calendar.add_instant(entered, after)

    return elapsed


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
    if effect.certificate is not None:
        found.append(CompiledEffect(CERTIFY, effect.certificate, None, effect))
    if effect.start is not None:
        found.append(CompiledEffect(START, effect.start.program, None, effect, _given(plan, (*place, "start", "with"))))
    if effect.emit is not None:
        found.append(CompiledEffect(EMIT, effect.emit.name, None, effect, _given(plan, (*place, "emit", "data"))))
    if effect.enrolment is not None:
        said = _profile(plan, place, effect.enrolment)
        found.append(CompiledEffect(ENROL, effect.enrolment.role, None, effect, said))
    if effect.only_if is None:
        return found
    return [CompiledEffect(IF, "", plan.known((*place, "only_if")), effect, inside=tuple(found))]


def _profile(plan: Plan, place: Place, effect: m.EnrolmentEffect) -> tuple[tuple[str, Getter, Any], ...]:
    """What an enrolment is given, in its order."""
    found: list[tuple[str, Getter, Any]] = []
    for name in effect.set or {}:
        datum = plan.program.data["enrolments", effect.role, name]
        at = (*place, "enrolment", "set", name)
        getter = plan.value(at) if datum.nullable else plan.known(at)
        assert getter is not None
        found.append((name, getter, datum.type))
    return tuple(found)


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

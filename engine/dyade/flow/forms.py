"""A form made ready to be filled: who fills and signs it, where, what it asks for, the steps of its entries."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from dyade.flow import entries
from dyade.flow.given import Asked
from dyade.flow.guards import CompiledGuard, compile_guard
from dyade.flow.rules import CompiledEffect
from dyade.program import model as m
from dyade.program.conditions.compile import Getter
from dyade.program.data import Place, TypedDatum
from dyade.program.durations import Duration, multiplied

if TYPE_CHECKING:
    from dyade.flow.plan import Plan


class FormPlan:
    """A form, ready to be filled."""

    __slots__ = (
        "asked", "confirmed_by", "data", "due", "each_copy", "every", "fillers", "id", "is_judged", "model",
        "narrowed", "quorum", "repeats", "sets", "signature_mode", "signers", "states", "states_set", "steps", "valid",
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
        self.states_set = frozenset(self.states)
        self.narrowed = {
            name: tuple(datum.filled_by) for name, datum in model.entry.items() if datum.filled_by is not None
        }
        """The data that only some of those who fill the form may give."""
        self.repeats = model.repeat != "once"
        self.due = plan.known((*place, "due"))
        self.every = _every(plan, place, model)
        self.valid = compile_guard(plan, plan.program.guard((*place, "valid")))
        self.is_judged = bool(self.valid.clauses or model.limits or model.unique)
        """Whether an entry has to satisfy more than what each datum asks for."""
        self.sets = tuple(model.sets.items())
        self.data: dict[str, TypedDatum] = {name: plan.program.data["forms", form_id, name] for name in model.entry}
        self.steps = {
            step.id: StepPlan(
                step,
                compile_guard(plan, plan.program.guard((*place, "steps", i, "guard"))),
                plan.effects((*place, "steps", i, "effects"), step.effects),
                Asked({name: plan.program.data["steps", form_id, step.id, name] for name in step.input}),
            )
            for i, step in enumerate(model.steps)
        }
        self.asked = Asked(self.data)


class StepPlan(NamedTuple):
    """A step of an entry's own small life, ready."""

    model: m.FormStep
    guard: CompiledGuard
    effects: tuple[CompiledEffect, ...]
    asked: Asked


class Every(NamedTuple):
    """Periods that each want an entry."""

    start: Getter
    until: Getter
    length: Callable[[int], Duration]
    """The duration of the first n periods together."""
    grace: Duration | None


def _every(plan: Plan, place: Place, model: m.Form) -> Every | None:
    if not isinstance(model.repeat, m.Every):
        return None
    start, until = plan.known((*place, "repeat", "from")), plan.known((*place, "repeat", "until"))
    assert start is not None
    assert until is not None
    length = plan.duration(model.repeat.every)
    grace = plan.duration(model.repeat.grace) if model.repeat.grace else None
    return Every(start, until, lambda n: multiplied(length, n) or length, grace)

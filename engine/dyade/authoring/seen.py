"""What may a role be told of a program? What no dyad would hide from it, and nothing that is derived from the rest."""

from __future__ import annotations

from collections.abc import Iterable

from dyade.flow.plan import Plan
from dyade.flow.reminders import ReminderPlan
from dyade.flow.rules import Rule
from dyade.flow.telling.visibility import (
    AUTHOR,
    ITS_AUTHOR,
    Roles,
    audiences,
    of_budget,
    of_clause,
    of_place,
    of_texts,
    of_track,
)
from dyade.program import model as m
from dyade.program.data import Place
from dyade.program.graph import MAIN
from dyade.program.names import Site
from dyade.program.typed import Leaf


class Eyes:
    """The eyes of whoever holds one role; without a role, those of who runs the program and reads its file."""

    def __init__(self, plan: Plan, role: str | None, *, as_author: bool = False) -> None:
        self.plan = plan
        self.role = role
        self.as_author = as_author
        """Whether what is told is about what they give themselves."""

    def sees(self, roles: Roles | None) -> bool:
        """Whether this role is among those who see; `None` where nothing narrows."""
        if self.role is None:
            return True
        if roles is None:
            default = self.plan.default_visibility
            return default is None or self.role in default
        return self.role in roles or (self.as_author and ITS_AUTHOR in roles)

    def all(self, found: Iterable[Roles | None]) -> bool:
        """Whether this role is among all of those who see."""
        return all(self.sees(roles) for roles in found)

    def listed(self, visibility: list[str] | None, acts: Iterable[str] = ()) -> bool:
        """Whether this role sees what lists its readers; whoever acts is the author, where the author sees."""
        if self.sees(frozenset(visibility) if visibility is not None else None):
            return True
        return visibility is not None and AUTHOR in visibility and self.role in tuple(acts)

    def form(self, form: str) -> bool:
        """Whether this role sees entries of a form: all of them, or its own."""
        plan = self.plan.forms[form]
        return self.listed(plan.model.visibility, plan.fillers)

    def datum(self, form: str, name: str) -> bool:
        """Whether this role sees a datum of the entries of a form, or gives it."""
        plan = self.plan.forms[form]
        datum = plan.model.entry[name]
        if self.role in (datum.filled_by if datum.filled_by is not None else plan.fillers):
            return True
        return self.form(form) and self.listed(datum.visibility, plan.fillers)

    def fills(self, form: str) -> bool:
        """Whether this role has something to do with a form."""
        plan = self.plan.forms[form]
        steps = (role for step in plan.model.steps for role in step.by)
        acting = {*plan.fillers, *plan.signers, *plan.confirmed_by, *(plan.model.corrected_by or ()), *steps}
        return self.role is None or self.role in acting

    def transition(self, rule: Rule) -> bool:
        """Whether this role fires a transition, or sees that it happened and where it leads."""
        if self.role in rule.by:
            return True
        return self.listed(rule.model.visibility) and self.states(rule.sources)

    def states(self, states: Iterable[str]) -> bool:
        """Whether this role sees where every track stands that some states are part of."""
        return all(self.track(self.plan.region_of(state)) for state in states if state)

    def track(self, region: str) -> bool:
        """Whether this role sees where a track stands."""
        return region == MAIN or self.all(of_track(self.plan, region))

    def clause(self, leaf: Leaf) -> bool:
        """Whether this role may be told about a clause: all that it reads, and all that its words show."""
        return self.all(of_clause(self.plan, leaf))

    def place(self, place: Place) -> bool:
        """Whether this role may be told about the condition, or the day, at a place of the file."""
        return self.all(of_place(self.plan, place))

    def texts(self, site: Site, *texts: m.Text | None) -> bool:
        """Whether this role may read what the placeholders of some texts show."""
        return self.all(of_texts(self.plan, site, *texts))

    def due(self, form: str) -> bool:
        """Whether this role may know by when a form is wanted."""
        return self.all(audiences(self.plan, ("forms", form, "overdue")))

    def figure(self, form: str, figure: str) -> bool:
        """Whether this role may know of what is computed from the entries of a form."""
        return self.all(audiences(self.plan, ("forms", form, figure)))

    def field(self, field: str) -> bool:
        """Whether this role sees a field, and all that it is computed from."""
        return self.all(audiences(self.plan, ("fields", field)))

    def reminder(self, reminder: ReminderPlan) -> bool:
        """Whether this role receives a reminder, or may know of it."""
        model = reminder.model
        told = {*model.to, *(model.escalate.to if model.escalate else ())}
        if "missing" in told and reminder.item is not None:
            form = self.plan.forms[reminder.item]
            told |= {*form.signers, *form.confirmed_by}
        if self.role is None or self.role in told:
            return True
        places: list[Place] = [("reminders", reminder.rank, key) for key in ("at", "stop_when", "only_if")]
        return (
            (reminder.item is None or self.form(reminder.item))
            and (reminder.meeting is None or self.listed(self.plan.series[reminder.meeting].model.visibility))
            and self.states(reminder.states)
            and all(self.place(place) for place in places)
        )

    def quota(self, quota: str) -> bool:
        """Whether this role sees how many places there are."""
        return self.listed(self.plan.program.model.quotas[quota].visibility)

    def budget(self, budget: str) -> bool:
        """Whether this role sees how much money there is."""
        return self.all(of_budget(self.plan, budget))

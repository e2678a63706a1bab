"""How long are personal data kept once it is over? When time erases them, and what is then left of a dyad."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from dyade.flow import messages as r
from dyade.flow.draft import Draft
from dyade.flow.dyad import Entry, Log
from dyade.flow.tagged import ERASED
from dyade.program.conditions.types import EMPTY
from dyade.program.durations import Duration

if TYPE_CHECKING:
    from dyade.flow.plan import Plan

ALL = "dyad"
Key = tuple[str, int, int, int]


class RetentionPlan(NamedTuple):
    """A rule, made ready."""

    id: str
    what: tuple[str, ...]
    states: tuple[str, ...]
    keep_for: Duration

    @property
    def mark(self) -> str:
        """What it is marked by among the reminders: no name of these holds a point."""
        return f"retention.{self.id}"


class Due(NamedTuple):
    """An erasure that is to come."""

    at: int
    rule: RetentionPlan
    visit: int
    anchor: int


def plans(plan: Plan) -> tuple[RetentionPlan, ...]:
    """Make the rules of a program ready."""
    return tuple(
        RetentionPlan(
            rule.id,
            tuple(rule.what),
            tuple(plan.graph.path(reference) for reference in rule.in_state),
            plan.duration(rule.keep_for),
        )
        for rule in plan.program.model.retention
    )


def pending(draft: Draft) -> Iterator[Due]:
    """The erasures that are to come, or are due, where the dyad stands."""
    calendar = draft.plan.calendar
    for rule in draft.plan.retention:
        for state in rule.states:
            stay = draft.stays.get(state) if draft.is_in(state) else None
            if stay is None or (rule.mark, 0, stay.visit, stay.entered_on) in draft.marks:
                continue
            day = calendar.add(stay.entered_on, rule.keep_for)
            at = None if day is None else calendar.start_of_day(day)
            if at is not None:
                yield Due(at, rule, stay.visit, stay.entered_on)


def purged(draft: Draft, record: r.Purged) -> None:
    """What is left of a dyad: what says nothing of a person."""
    key: Key = (f"retention.{record.rule}", 0, record.visit, record.anchor)
    draft.marks = {**draft.marks, key: (1, 0)}
    data = draft.plan.program.data
    private = {path for path, datum in data.items() if datum.private}

    def erased(base: tuple[str, ...], values: Mapping[str, Any]) -> Mapping[str, Any]:
        return {name: ERASED if (*base, name) in private and _is_kept(v) else v for name, v in values.items()}

    def blank(form: str, entry: Entry) -> Entry:
        return entry._replace(data=erased(("forms", form), entry.data))

    draft.entries = {
        form: Log.of(blank(form, entry) for entry in log)
        if ALL in record.what or f"forms.{form}" in record.what
        else log
        for form, log in draft.entries.items()
    }
    if ALL in record.what:
        draft.fields = erased(("fields",), draft.fields)
        draft.holdings = {
            role: tuple(one._replace(attributes=erased(("roles", role), one.attributes)) for one in held)
            for role, held in draft.holdings.items()
        }
        draft.assents = {
            rule: tuple(one._replace(input=erased(("transitions", rule), one.input)) for one in given)
            for rule, given in draft.assents.items()
        }


def _is_kept(value: Any) -> bool:
    return value is not None and value is not EMPTY

"""How long are personal data kept once it is over? When time erases them, and what is then left of a dyad."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from dyade.flow import messages as r
from dyade.flow.draft import Draft
from dyade.flow.dyad import Entry, Log
from dyade.flow.tagged import ERASED
from dyade.program.conditions.types import EMPTY, ListOf, Plain, Type
from dyade.program.durations import Duration

if TYPE_CHECKING:
    from dyade.flow.plan import Plan

ALL, ENROLMENT, ANONYMOUS, CERTIFICATE = "dyad", "enrolment", "anonymous", "certificate"
ANONYMISE = "anonymise"
Key = tuple[str, int, int, int]


class RetentionPlan(NamedTuple):
    """A rule, made ready."""

    id: str
    what: tuple[str, ...]
    states: tuple[str, ...]
    since: Any
    """The closure of the day from which it runs; `None` where that is the end."""
    keep_for: Duration
    then: str | None
    """`anonymise`, or `None`: to erase needs no word in a record."""
    keep: tuple[str, ...]

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


class Scope(NamedTuple):
    """What is erased of a dyad, as the registers write it: `dyad`, `forms.x`, `dyad -certificate -forms.y`."""

    form: str | None
    """The form whose entries alone are erased; `None` for everything."""
    spared: tuple[str, ...]
    """The forms that stay."""
    spares_certificates: bool
    anonymous: bool


def scope_of(what: str) -> Scope:
    """Read what a register says."""
    base, *spared = what.split(" -")
    form = base.removeprefix("forms.") if base.startswith("forms.") else None
    forms = tuple(one.removeprefix("forms.") for one in spared if one != CERTIFICATE)
    return Scope(form, forms, CERTIFICATE in spared, base == ANONYMOUS)


def scopes(record: r.Purged) -> tuple[str, ...]:
    """What a record says to be erased, as the registers write it."""
    if record.then == ANONYMISE:
        return (ANONYMOUS,)
    return tuple(" -".join((what, *record.keep)) if what == ALL else what for what in record.what)


def plans(plan: Plan) -> tuple[RetentionPlan, ...]:
    """Make the rules of a program ready, those of enrolments apart: they are of no dyad."""
    return tuple(
        RetentionPlan(
            rule.id,
            tuple(rule.what),
            (*map(plan.graph.path, rule.in_state), *plan.graph.ended(rule.outcome)),
            plan.known(("retention", i, "from")),
            plan.duration(rule.keep_for),
            ANONYMISE if rule.then == ANONYMISE else None,
            tuple(rule.keep),
        )
        for i, rule in enumerate(plan.program.model.retention)
        if ENROLMENT not in rule.what
    )


def textual(kind: Type) -> bool:
    """Whether anything at all may be written in a value: a text, or a file."""
    return textual(kind.item) if isinstance(kind, ListOf) else isinstance(kind, Plain) and kind.name in ("text", "file")


def hidden_names(plan: Plan) -> frozenset[str]:
    """The names of the data that may be erased: what was is unknown."""
    anonymous = any(rule.then == ANONYMISE for rule in plan.program.model.retention)
    data = plan.program.data.items()
    return frozenset(path[-1] for path, datum in data if datum.private or (anonymous and textual(datum.type)))


def pending(draft: Draft) -> Iterator[Due]:
    """The erasures that are to come, or are due, where the dyad stands."""
    calendar = draft.plan.calendar
    for rule in draft.plan.retention:
        for state in rule.states:
            stay = draft.stays.get(state) if draft.is_in(state) else None
            if stay is None or (rule.mark, 0, stay.visit, stay.entered_on) in draft.marks:
                continue
            since = None if rule.since is None else rule.since(draft)
            day = calendar.add(since if isinstance(since, int) else stay.entered_on, rule.keep_for)
            at = None if day is None else calendar.start_of_day(max(day, stay.entered_on))
            if at is not None:
                yield Due(at, rule, stay.visit, stay.entered_on)


def purged(draft: Draft, record: r.Purged) -> None:
    """What is left of a dyad: what says nothing of a person."""
    key: Key = (f"retention.{record.rule}", 0, record.visit, record.anchor)
    draft.marks = {**draft.marks, key: (1, 0)}
    data = draft.plan.program.data
    everything = record.then == ANONYMISE
    gone = {path for path, datum in data.items() if datum.private or (everything and textual(datum.type))}

    def erased(base: tuple[str, ...], values: Mapping[str, Any]) -> Mapping[str, Any]:
        return {name: ERASED if (*base, name) in gone and _is_kept(v) else v for name, v in values.items()}

    def blank(form: str, entry: Entry) -> Entry:
        return entry._replace(data=erased(("forms", form), entry.data))

    named = {what for what in record.what if what != ALL}
    if ALL in record.what:
        named |= {f"forms.{form}" for form in draft.entries} - set(record.keep)
    draft.entries = {
        form: Log.of(blank(form, entry) for entry in log) if f"forms.{form}" in named else log
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

"""Which commands led to these records? Told again from the journal, so that they can be decided again.

What time did is told by nobody: it is done again. A value that was erased cannot be given again, nor a dyad that was
put where it stands be started.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, NamedTuple

from dyade.flow import messages as m
from dyade.flow.plan import Plan, plan_of
from dyade.flow.tagged import ERASED
from dyade.program.conditions.types import EMPTY
from dyade.program.conditions.values import dump_value
from dyade.program.data import DatumPath
from dyade.program.program import Program

Records = tuple[m.Record, ...]


class Untold(Exception):
    """A command that cannot be told again; `why` is `erased`, `placed` or `other`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Act(NamedTuple):
    """A command that was accepted, as it can be given again."""

    revision: int
    now: int
    command: m.Command | None
    """`None` where it cannot be told again."""
    why: str
    """Why not."""
    name: str
    """The kind of its first record."""
    about: str
    """The transition, form, role or field that it is about."""
    records: Records
    profiles: Mapping[str, Mapping[str, Any]]
    """What was read of the persons that it names, as JSON."""


def acts(program: Program, records: Iterable[m.Record]) -> Iterator[Act]:
    """The commands behind the records of one version of a program, those of time left out."""
    teller = _Teller(plan_of(program))
    for revision, group in groupby(records, key=lambda record: record.head.revision):
        found = tuple(group)
        first = found[0]
        if first.head.actor == m.CLOCK:
            continue
        try:
            command, why = teller.command(found), ""
        except Untold as untold:
            command, why = None, untold.why
        profiles = {
            one.person: _known(teller, one) for one in found if isinstance(one, m.Assigned) and command is not None
        }
        yield Act(revision, first.head.recorded_at, command, why, type(first).__name__, _about(first), found, profiles)


def _known(teller: _Teller, record: m.Assigned) -> Mapping[str, Any]:
    return teller.json(("roles", record.role), record.attributes)


def _about(record: m.Record) -> str:
    for name in ("transition", "form", "field", "role", "rule", "person"):
        if hasattr(record, name):
            return str(getattr(record, name))
    return ""


class _Teller:
    """Tells commands of one version, in order: a draft that is gone on with is known by its number."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._data = plan.program.data

    def command(self, records: Records) -> m.Command:
        first = records[0]
        tell = _COMMANDS.get(type(first))
        if tell is None or any(isinstance(record, m.Placed) for record in records):
            raise Untold("placed" if tell is not None else "other")
        made: m.Command = tell(self, first, records)
        head = first.head
        day = self._plan.calendar.local_date(head.at)
        return made._replace(recorded_by=head.recorded_by, on=None if head.on == day else head.on)

    def json(self, prefix: DatumPath, values: Mapping[str, Any]) -> dict[str, Any]:
        """Values as they were given."""
        return {name: self.value((*prefix, name), value) for name, value in values.items()}

    def value(self, path: DatumPath, value: Any) -> Any:
        """One value as it was given."""
        if value is ERASED:
            raise Untold("erased")
        datum = self._data.get(path)
        return None if value is None or value is EMPTY or datum is None else dump_value(datum.type, value)

    def event(self, transition: str) -> str:
        """The name under which a transition is fired."""
        return self._plan.rules[transition].event_name

    def words(self, said: Any) -> str:
        """What someone wrote."""
        if not isinstance(said, str):
            raise Untold("erased")
        return said


def _start(t: _Teller, record: m.Started, records: Records) -> m.Command:
    people: dict[str, tuple[str, ...]] = {}
    fields: dict[str, Any] = {}
    for one in records[1:]:
        if isinstance(one, m.Assigned):
            people[one.role] = (*people.get(one.role, ()), one.person)
        elif isinstance(one, m.FieldSet) and not one.cause:
            fields[one.field] = t.value(("fields", one.field), one.value)
        else:
            break
    return m.Start(record.head.actor, people, fields)


def _assign(t: _Teller, record: m.Assigned, _records: Records) -> m.Command:
    own = t.json(("roles", record.role), record.attributes)
    declared = t._plan.program.model.roles[record.role].attributes
    given = {name: value for name, value in own.items() if declared[name].per == "dyad"}
    return m.Assign(record.head.actor, record.role, record.person, given)


def _unassign(_t: _Teller, record: m.Unassigned, records: Records) -> m.Command:
    following = records[1] if len(records) > 1 else None
    if isinstance(following, m.Assigned) and following.role == record.role:
        return m.Replace(record.head.actor, record.role, record.person, following.person)
    return m.Unassign(record.head.actor, record.role, record.person)


def _fill(t: _Teller, record: m.Filled, _records: Records) -> m.Command:
    data = {name: value for name, value in t.json(("forms", record.form), record.data).items() if value is not None}
    return m.Fill(record.head.actor, record.form, data, record.submitted)


def _correct(t: _Teller, record: m.Corrected, _records: Records) -> m.Command:
    data = t.json(("forms", record.form), record.data)
    return m.Correct(record.head.actor, record.form, data, t.words(record.reason), record.entry)


def _fire(t: _Teller, record: m.Moved | m.Assented, _records: Records) -> m.Command:
    given = t.json(("transitions", record.transition), record.input)
    return m.Fire(record.head.actor, t.event(record.transition), given)


def _step(t: _Teller, record: m.Stepped, _records: Records) -> m.Command:
    given = t.json(("steps", record.form, record.step), record.input)
    return m.Step(record.head.actor, record.form, record.step, record.entry, given)


def _learn(t: _Teller, record: m.AttributesChanged, _records: Records) -> m.Command:
    known = next((path[:2] for path in t._data if path[0] == "roles" and path[2] in record.attributes), ("roles", ""))
    return m.ChangeAttributes(record.head.actor, record.person, t.json(known, record.attributes))


_COMMANDS: Mapping[type, Callable[[_Teller, Any, Records], Any]] = {
    m.Started: _start,
    m.Assigned: _assign,
    m.Unassigned: _unassign,
    m.Answered: lambda _t, one, _: m.Answer(one.head.actor, one.role, one.accepted),
    m.FieldSet: lambda t, one, _: m.SetField(one.head.actor, one.field, t.value(("fields", one.field), one.value)),
    m.Filled: _fill,
    m.Signed: lambda _t, one, _: m.Sign(one.head.actor, one.form, one.entry),
    m.Unsigned: lambda _t, one, _: m.Unsign(one.head.actor, one.form, one.entry),
    m.Confirmed: lambda _t, one, _: m.Confirm(one.head.actor, one.form, one.entry),
    m.Stepped: _step,
    m.Corrected: _correct,
    m.Assented: _fire,
    m.AssentWithdrawn: lambda t, one, _: m.WithdrawAssent(one.head.actor, t.event(one.transition)),
    m.Moved: _fire,
    m.Waived: lambda t, one, _: m.Waive(one.head.actor, one.rule, one.clause, t.words(one.reason)),
    m.Revealed: lambda t, one, _: m.Reveal(one.head.actor, one.item, t.words(one.reason)),
    m.AttributesChanged: _learn,
    m.Merged: lambda _t, one, _: m.MergePersons(one.head.actor, one.kept, one.dropped),
}

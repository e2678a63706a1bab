"""What may a condition read, and of what type, at each place of a program?

Reads of persons give the person's id; `.name` is another word for it, and a face shows the name. The engine binds each
read to its getter by `Read.parts`, at the same `Site`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from dyade.program import model as m
from dyade.program.conditions.scope import Problem, Table, Wanted
from dyade.program.conditions.tree import Read
from dyade.program.conditions.types import (
    BOOL,
    DATE,
    DATETIME,
    INT,
    MONEY,
    PLAIN,
    TEXT,
    TIME,
    UNKNOWN,
    Enum,
    ListOf,
    Person,
    Type,
    Value,
)
from dyade.program.data import Data, DatumPath, TypedDatum, param_values
from dyade.program.diagnostics import COMPARED
from dyade.program.graph import Ambiguous, Graph
from dyade.program.nearest import MOST

CLOCK_READS = frozenset((("today",), ("now",)))
ENTRY_READS = ("by", "step", "dated", "recorded")
"""What an entry tells beside its data: who filled it, its situation, the day it happened, and when it was recorded."""


class Site(NamedTuple):
    """A place where a condition stands, by what it adds to the names that every place has."""

    states: tuple[str, ...] = ()
    """The states of `from`, `while` or `available_in`: `state.entered` is the entry of the innermost active one."""
    input: DatumPath | None = None
    """("transitions", id) or ("steps", form, id)."""
    form: str | None = None
    entry: str | None = None
    item: str | None = None
    meeting: str | None = None
    """The series whose meeting is `item`."""
    person: str | None = None
    """The role that `person` would hold."""
    actor: tuple[str, ...] | None = None
    """The roles that may act here."""
    pair: tuple[str, str] | None = None
    """The two roles of a pair that is judged, whose names read what is known of each."""
    clock: bool = True
    """May it read `today` and `now`? An anchor of time may not."""


class Declared(NamedTuple):
    """What a program declares, typed: the ground on which every scope stands."""

    model: m.Program
    data: Data
    graph: Graph
    params: Mapping[str, tuple[Type, Value]]

    @classmethod
    def of(cls, model: m.Program) -> Declared:
        return cls(model, Data(model), Graph(model.initial, model.states), param_values(model))

    @property
    def size(self) -> int:
        """About how many names there are to read."""
        return len(self.data.all) + len(self.params) + len(self.graph.nodes)

    def under(self, base: DatumPath) -> tuple[TypedDatum, ...]:
        """The data of a form, a role, an input …, in the order of the program."""
        return tuple(datum for path, datum in self.data.all.items() if path[:-1] == base)

    def role_attributes(self, role: str | None) -> Mapping[str, TypedDatum]:
        """The attributes that a person in (or meant for) this role has."""
        declared = self.model.roles.get(role or "")
        return {a: self.data.all["roles", role or "", a] for a in declared.attributes} if declared else {}

    def aggregate_type(self, aggregate: m.Aggregate, datum_type: Type | None) -> Type:
        """The type of a figure over entries or holders."""
        if aggregate.count or aggregate.count_distinct:
            return INT
        return datum_type or UNKNOWN


class Patience:
    """How many names may still be compared in search of what was meant: a hostile file must stay cheap."""

    __slots__ = ("left",)

    def __init__(self, left: int = COMPARED) -> None:
        self.left = left

    def allows(self, number: int) -> bool:
        """Take so many comparisons, while there are any left."""
        self.left -= min(number, MOST)
        return self.left >= 0


class SiteScope:
    """The names of one place: a `Scope` for the checker of conditions."""

    def __init__(self, declared: Declared, site: Site, patience: Patience | None = None) -> None:
        self.declared = declared
        self.site = site
        self.patience = patience

    # ----------------------------------------------------------------------------------------------------- the protocol

    def resolve(self, parts: tuple[str, ...], /) -> Read | Problem | None:
        """Return what a dotted name reads here."""
        head, rest = parts[0], parts[1:]
        if self.site.pair is not None and head in self.site.pair:
            return self._of_pair(parts, head, rest)
        handler = NAMESPACES.get(head)
        return handler(self, parts, rest) if handler else None

    def state(self, name: str, /) -> str | Problem | None:
        """Return the full path of a state."""
        found = self.declared.graph.find(name)
        if isinstance(found, Ambiguous):
            return Problem("D015", {"name": name, "choices": ", ".join(found.paths)})
        return found

    def table(self, name: str, /) -> Table | None:
        """Return the types of a table."""
        table = self.declared.model.tables.get(name)
        if table is None:
            return None
        return Table(tuple(self.key_type(key) for key in table.key.values()), PLAIN.get(table.value, UNKNOWN))

    def key_type(self, key: m.TableKey) -> Type:
        """The type of a table's key."""
        return key_type(self.declared, key)

    def candidates(self, wanted: Wanted, /) -> Iterable[str]:
        """List every full name, as long as somebody may still compare them."""
        if self.patience is not None and not self.patience.allows(self.declared.size):
            return ()
        if wanted == "state":
            return self.declared.graph.names()
        if wanted == "table":
            return (f"tables.{name}" for name in self.declared.model.tables)
        return self._reads()

    # ------------------------------------------------------------------------------------------------------- namespaces

    def _params(self, parts: tuple[str, ...], rest: tuple[str, ...]) -> Read | None:
        found = self.declared.params.get(rest[0]) if len(rest) == 1 else None
        if found is None:
            return None
        kind, value = found
        return Read(parts=parts, type=kind, may_be_unknown=False, constant=value)

    def _fields(self, parts: tuple[str, ...], rest: tuple[str, ...]) -> Read | None:
        return self._datum(parts, ("fields",), rest)

    def _datum(self, parts: tuple[str, ...], base: DatumPath, rest: tuple[str, ...]) -> Read | None:
        if not rest:
            return None
        datum = self.declared.data.all.get((*base, rest[0]))
        if datum is None:
            return None
        if len(rest) == 1:
            unknown = datum.default is None and not (datum.nullable and datum.model.formula is None)
            return Read(parts=parts, type=datum.type, may_be_unknown=unknown, nullable=datum.nullable)
        if isinstance(datum.type, Person) and len(rest) == 2:
            return self._of_person(parts, datum.type.role, rest[1])
        return None

    def _of_person(self, parts: tuple[str, ...], role: str | None, name: str) -> Read | None:
        if name in ("id", "name"):
            return Read(parts=parts, type=Person(role))
        attribute = self.declared.role_attributes(role).get(name)
        return Read(parts=parts, type=attribute.type, nullable=attribute.nullable) if attribute else None

    def _roles(self, parts: tuple[str, ...], rest: tuple[str, ...]) -> Read | Problem | None:
        role = self.declared.model.roles.get(rest[0]) if len(rest) == 2 else None
        if role is None:
            return None
        name = rest[1]
        if name == "assigned":
            return Read(parts=parts, type=BOOL, may_be_unknown=False)
        if name == "people":
            return Read(parts=parts, type=ListOf(Person(rest[0])), may_be_unknown=False)
        if name in role.aggregates:
            of = self.declared.data.all.get(("roles", rest[0], _aggregated(role.aggregates[name]) or ""))
            kind = self.declared.aggregate_type(role.aggregates[name], of.type if of else None)
            return Read(parts=parts, type=kind, may_be_unknown=kind != INT)
        several = role.count.max > 1 or role.scope == "program"
        if several and (name in ("id", "name") or name in role.attributes):
            return Problem("E114", {"role": rest[0], "name": name}, f"roles.{rest[0]}.people")
        return self._of_person(parts, rest[0], name)

    def _forms(self, parts: tuple[str, ...], rest: tuple[str, ...]) -> Read | None:
        form = self.declared.model.forms.get(rest[0]) if rest else None
        if form is None:
            return None
        if len(rest) >= 3 and rest[1] == "last":
            return self._last(parts, rest)
        if len(rest) != 2:
            return None
        name = rest[1]
        if name in form.aggregates:
            return self._aggregate(parts, rest[0], form.aggregates[name])
        kind = form_reads(form).get(name)
        return Read(parts=parts, type=kind, may_be_unknown=name == "in_force_on") if kind else None

    def _last(self, parts: tuple[str, ...], rest: tuple[str, ...]) -> Read | None:
        found = self._entry_read(parts, rest[0], rest[2:])
        return Read(parts=parts, type=found.type, nullable=found.nullable) if found else None

    def _aggregate(self, parts: tuple[str, ...], form: str, aggregate: m.Aggregate) -> Read:
        of = self.declared.data.all.get(("forms", form, _aggregated(aggregate) or ""))
        kind = self.declared.aggregate_type(aggregate, of.type if of else None)
        return Read(parts=parts, type=kind, may_be_unknown=bool(aggregate.min or aggregate.max))

    def _series(self, parts: tuple[str, ...], rest: tuple[str, ...]) -> Read | Problem | None:
        if len(rest) != 2 or rest[0] not in self.declared.model.series:
            return None
        kind = place_type(self.declared.model, rest[0]) if rest[1] == "next_place" else SERIES_READS.get(rest[1])
        if rest[1] in SERIES_CLOCK and not self.site.clock:
            return Problem("M012", {"name": ".".join(parts)})
        return Read(parts=parts, type=kind, may_be_unknown=kind != INT) if kind else None

    def _deadlines(self, parts: tuple[str, ...], rest: tuple[str, ...]) -> Read | Problem | None:
        if len(rest) != 2 or rest[0] not in self.declared.model.deadlines:
            return None
        kind = DEADLINE_READS.get(rest[1])
        if kind in (INT, BOOL) and not self.site.clock:
            return Problem("M012", {"name": ".".join(parts)})
        return Read(parts=parts, type=kind) if kind else None

    def _quotas(self, parts: tuple[str, ...], rest: tuple[str, ...]) -> Read | Problem | None:
        if len(rest) != 2 or rest[0] not in self.declared.model.quotas:
            return None
        kind = QUOTA_READS.get(rest[1])
        if kind is not None and not self.site.clock:
            return Problem("M012", {"name": ".".join(parts)})
        personal = self.declared.model.quotas[rest[0]].per != "program" and rest[1] != "held"
        return Read(parts=parts, type=kind, may_be_unknown=personal) if kind else None

    def _budgets(self, parts: tuple[str, ...], rest: tuple[str, ...]) -> Read | Problem | None:
        if len(rest) != 2 or rest[0] not in self.declared.model.budgets or rest[1] not in BUDGET_READS:
            return None
        if not self.site.clock:
            return Problem("M012", {"name": ".".join(parts)})
        return Read(parts=parts, type=MONEY, may_be_unknown=False)

    def _certificates(self, parts: tuple[str, ...], rest: tuple[str, ...]) -> Read | None:
        if len(rest) != 2 or rest[0] not in self.declared.model.certificates or rest[1] not in CERTIFICATE_READS:
            return None
        return Read(parts=parts, type=CERTIFICATE_READS[rest[1]], may_be_unknown=rest[1] == "number")

    def _input(self, parts: tuple[str, ...], rest: tuple[str, ...]) -> Read | None:
        return self._datum(parts, self.site.input, rest) if self.site.input else None

    def _form(self, parts: tuple[str, ...], rest: tuple[str, ...]) -> Read | None:
        return self._datum(parts, ("forms", self.site.form), rest) if self.site.form else None

    def _entry(self, parts: tuple[str, ...], rest: tuple[str, ...]) -> Read | None:
        return self._entry_read(parts, self.site.entry, rest) if self.site.entry else None

    def _item(self, parts: tuple[str, ...], rest: tuple[str, ...]) -> Read | None:
        if self.site.meeting is not None:
            if len(rest) != 1:
                return None
            is_place = rest[0] == "place"
            kind = place_type(self.declared.model, self.site.meeting) if is_place else MEETING_READS.get(rest[0])
            return Read(parts=parts, type=kind, may_be_unknown=rest[0] in ("at", "place")) if kind else None
        return self._entry_read(parts, self.site.item, rest) if self.site.item else None

    def _entry_read(self, parts: tuple[str, ...], form: str, rest: tuple[str, ...]) -> Read | None:
        if len(rest) == 1 and rest[0] in ENTRY_READS and ("forms", form, rest[0]) not in self.declared.data.all:
            return Read(parts=parts, type=self._entry_reads(form)[rest[0]], may_be_unknown=False)
        return self._datum(parts, ("forms", form), rest)

    def _entry_reads(self, form: str) -> Mapping[str, Type]:
        return {
            "by": Person(),
            "dated": DATE,
            "recorded": DATE,
            "step": Enum(f"forms.{form}.step", form_steps(self.declared.model.forms[form])),
        }

    def _person(self, parts: tuple[str, ...], rest: tuple[str, ...]) -> Read | None:
        if self.site.person is None or len(rest) > 1:
            return None
        return self._of_person(parts, self.site.person, rest[0] if rest else "id")

    def _of_pair(self, parts: tuple[str, ...], role: str, rest: tuple[str, ...]) -> Read | None:
        if len(rest) == 1:
            said = self.declared.data.all.get(("enrolments", role, rest[0]))
            if said is not None:
                return Read(parts=parts, type=said.type, nullable=said.nullable)
        return self._of_person(parts, role, rest[0] if rest else "id") if len(rest) < 2 else None

    def _actor(self, parts: tuple[str, ...], rest: tuple[str, ...]) -> Read | None:
        if self.site.actor is None or len(rest) > 1:
            return None
        if rest == ("role",):
            return Read(parts=parts, type=Enum("roles", tuple(self.declared.model.roles)), may_be_unknown=False)
        for role in self.site.actor:
            found = self._of_person(parts, role, rest[0] if rest else "id")
            if found:
                return found
        return self._of_person(parts, None, rest[0] if rest else "id")

    def _state(self, parts: tuple[str, ...], rest: tuple[str, ...]) -> Read | None:
        return Read(parts=parts, type=DATE) if rest == ("entered",) and self.site.states else None

    def _dyad(self, parts: tuple[str, ...], rest: tuple[str, ...]) -> Read | None:
        return Read(parts=parts, type=DATE, may_be_unknown=False) if rest == ("created",) else None

    def _clock(self, parts: tuple[str, ...], rest: tuple[str, ...]) -> Read | Problem | None:
        if rest:
            return None
        if not self.site.clock:
            return Problem("M012", {"name": parts[0]})
        return Read(parts=parts, type=DATE if parts[0] == "today" else DATETIME, may_be_unknown=False)

    # ------------------------------------------------------------------------------------------------------- candidates

    def _reads(self) -> Iterator[str]:
        model = self.declared.model
        yield from (f"params.{name}" for name in model.params)
        yield from (f"fields.{name}" for name in model.fields)
        for form_id, form in model.forms.items():
            yield from (f"forms.{form_id}.{name}" for name in (*form_reads(form), *form.aggregates))
            yield from (f"forms.{form_id}.last.{name}" for name in form.entry)
        for role_id, role in model.roles.items():
            simple = () if role.count.max > 1 else ("id", "name", *role.attributes)
            yield from (f"roles.{role_id}.{name}" for name in ("assigned", "people", *simple, *role.aggregates))
        for name in model.series:
            yield from (f"series.{name}.{read}" for read in SERIES_READS)
            yield from (f"series.{name}.next_place",) if model.series[name].place is not None else ()
        yield from (f"deadlines.{name}.{read}" for name in model.deadlines for read in DEADLINE_READS)
        yield from (f"certificates.{name}.{read}" for name in model.certificates for read in CERTIFICATE_READS)
        yield from (f"quotas.{name}.{read}" for name in model.quotas for read in QUOTA_READS)
        yield from (f"budgets.{name}.{read}" for name in model.budgets for read in BUDGET_READS)
        yield from self._local_reads()
        yield "dyad.created"
        if self.site.clock:
            yield from ("today", "now")

    def _local_reads(self) -> Iterator[str]:
        site, data, model = self.site, self.declared.data.all, self.declared.model
        bases = (("input", site.input), ("form", site.form and ("forms", site.form)))
        for name, base in bases:
            if base:
                yield from (f"{name}.{path[-1]}" for path in data if path[:-1] == base)
        for name, form in (("entry", site.entry), ("item", site.item)):
            if form:
                yield from (f"{name}.{read}" for read in ENTRY_READS)
                yield from (f"{name}.{path[-1]}" for path in data if path[:-1] == ("forms", form))
        if site.meeting:
            yield from (f"item.{read}" for read in MEETING_READS)
            yield from ("item.place",) if model.series[site.meeting].place is not None else ()
        persons = (("person", (site.person,) if site.person else ()), ("actor", site.actor or ()))
        for name, roles in persons:
            for role in roles:
                yield from (f"{name}.{read}" for read in ("id", "name", *self.declared.role_attributes(role)))
        for role in site.pair or ():
            said = (path[-1] for path in data if path[:2] == ("enrolments", role))
            yield from (f"{role}.{read}" for read in ("id", "name", *self.declared.role_attributes(role), *said))
        if site.states:
            yield "state.entered"


NAMESPACES = {
    "params": SiteScope._params,
    "fields": SiteScope._fields,
    "forms": SiteScope._forms,
    "roles": SiteScope._roles,
    "series": SiteScope._series,
    "deadlines": SiteScope._deadlines,
    "certificates": SiteScope._certificates,
    "quotas": SiteScope._quotas,
    "budgets": SiteScope._budgets,
    "input": SiteScope._input,
    "form": SiteScope._form,
    "entry": SiteScope._entry,
    "item": SiteScope._item,
    "person": SiteScope._person,
    "actor": SiteScope._actor,
    "state": SiteScope._state,
    "dyad": SiteScope._dyad,
    "today": SiteScope._clock,
    "now": SiteScope._clock,
}

SERIES_READS: Mapping[str, Type] = {
    "planned": INT,
    "held": INT,
    "attended": INT,
    "missed": INT,
    "excused": INT,
    "overdue": INT,
    "next": DATE,
    "next_at": TIME,
    "last": DATE,
}
"""What every series offers to conditions."""
SERIES_CLOCK = ("overdue", "next", "next_at", "next_place")
"""Those that time alone changes."""
MEETING_READS: Mapping[str, Type] = {"date": DATE, "at": TIME, "attended": BOOL, "missed": BOOL, "excused": BOOL}
"""What one meeting tells, as `item`."""


def place_type(model: m.Program, series: str) -> Type | None:
    """The type of the place of a series, where it has one: what people gave, or the words of the file."""
    declared = model.series[series]
    if declared.place is None:
        return None
    return TEXT if declared.place_field else Enum(f"series.{series}.place", ("place",))


CERTIFICATE_READS: Mapping[str, Type] = {"issued": BOOL, "number": PLAIN["text"]}
"""Whether it attests at present, and under which number."""
DEADLINE_READS: Mapping[str, Type] = {"date": DATE, "left": INT, "missed": BOOL, "missed_on": DATE}
"""What a deadline offers to conditions."""
QUOTA_READS: Mapping[str, Type] = {"used": INT, "left": INT, "waiting": INT, "held": BOOL}
"""What a quota offers to conditions."""
BUDGET_READS = ("used", "left")
"""What a budget offers to conditions, in money."""


def key_type(declared: Declared, key: m.TableKey) -> Type:
    """The type of a table's key."""
    if key.like is not None:
        found = declared.data.all.get(tuple(key.like.split(".")))
        return found.type if found else UNKNOWN
    return PLAIN.get(key.type or "text", UNKNOWN)


def form_reads(form: m.Form) -> Mapping[str, Type]:
    """What every form offers to conditions."""
    overdue = INT if isinstance(form.repeat, m.Every) else BOOL
    return {
        "done": BOOL,
        "signed": BOOL,
        "in_force_on": DATE,
        "count": INT,
        "overdue": overdue,
        "missing": ListOf(Person()),
    }


def form_steps(form: m.Form) -> tuple[str, ...]:
    """The situations of an entry's own small life, `submitted` first."""
    return tuple(dict.fromkeys(("submitted", *(s for step in form.steps for s in (*step_sources(step), step.to)))))


def step_sources(step: m.FormStep) -> tuple[str, ...]:
    """The situations that a step leaves."""
    return (step.from_,) if isinstance(step.from_, str) else tuple(step.from_)


def _aggregated(aggregate: m.Aggregate) -> str | None:
    return aggregate.sum or aggregate.min or aggregate.max or aggregate.count_distinct

"""What may a condition read, as variables, and what is certain of each?

Fields are read in a frame, which says what they are at one moment; all else is read at a step, and may be anything at
another one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

import z3

from dyade.authoring.proofs.meaning import FALSE, TRUE, Meant, conj, disj, neg, variable
from dyade.program import model as m
from dyade.program.conditions.arithmetic import FINEST
from dyade.program.conditions.tree import Read
from dyade.program.conditions.types import DATE, INT, MONEY, Enum, Person
from dyade.program.conditions.values import ValueRefused, parse_value
from dyade.program.data import DatumPath, TypedDatum
from dyade.program.durations import LAST_ORDINAL
from dyade.program.graph import MAIN
from dyade.program.names import Site
from dyade.program.program import Program

Key = tuple[Any, ...]
LARGEST = 10**15


class Frame(NamedTuple):
    """One moment: its name, and the fields that are no longer what they were at first."""

    step: str = ""
    """What is read beside fields is shared by all frames of one step."""
    name: str = ""
    fields: Mapping[str, Meant] = {}


class Variable(NamedTuple):
    """Something read, with what it is called and its formulas."""

    key: Key
    read: Read
    site: Site
    meant: Meant


class Variables:
    """The variables of a set of questions, each made once."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.axioms: list[Any] = []
        self.made: dict[Key, Variable] = {}
        self.active: dict[tuple[str, str], Any] = {}
        self.visits: dict[tuple[str, str], Any] = {}
        self._words: dict[str, int] = {}
        self._number = 0

    # ------------------------------------------------------------------------------------------------------------ words

    def word(self, text: str) -> int:
        """The number of a text, an id or a choice."""
        return self._words.setdefault(text, len(self._words))

    def text(self, number: int) -> str:
        """The text of a number; one that nobody wrote gets a name."""
        return next((text for text, known in self._words.items() if known == number), f"#{number}")

    # ------------------------------------------------------------------------------------------------------------ reads

    def of(self, read: Read, site: Site, frame: Frame) -> Meant:
        """What is read of a name."""
        if read.parts[0] == "fields" and len(read.parts) == 2 and read.parts[1] in frame.fields:
            return frame.fields[read.parts[1]]
        key = self.key(read, site, frame)
        if key not in self.made:
            self.made[key] = Variable(key, read, site, self._fresh(read, site))
        return self.made[key].meant

    @staticmethod
    def key(read: Read, site: Site, frame: Frame) -> Key:
        """What tells one variable from another."""
        head = read.parts[0]
        if head == "fields" and len(read.parts) == 2:
            return ("", *read.parts)
        if head == "fields" and read.parts[1] in frame.fields:
            # It is about another person by now.
            return (frame.step, frame.name, *read.parts)
        about: Key = ()
        match head:
            case "input":
                about = (repr(read.type),)
            case "form":
                about = (site.form,)
            case "entry":
                about = (site.entry,)
            case "item":
                about = (site.item, site.meeting)
            case "state":
                about = site.states
            case "person":
                about = (site.person,)
            case _ if site.pair and head in site.pair:
                about = site.pair
        return (frame.step, *read.parts, *about)

    def _fresh(self, read: Read, site: Site) -> Meant:
        self._number += 1
        name = f"{'.'.join(read.parts)}!{self._number}"
        known = z3.Bool(f"{name}?") if read.may_be_unknown else TRUE
        empty = z3.Bool(f"{name}~") if read.nullable else FALSE
        meant = Meant(variable(name, read.type), known, empty)
        if meant.term is not None:
            self.axioms += [formula for formula in self._certain(read, site, meant) if not z3.is_true(formula)]
        if read.nullable:
            self.axioms.append(z3.Implies(empty, known))
        return meant

    def _certain(self, read: Read, site: Site, meant: Meant) -> Iterator[Any]:
        """What holds of a value whatever happens."""
        kind, term = read.type, meant.term
        if kind == DATE:
            yield conj(term >= 1, term <= LAST_ORDINAL)
        elif isinstance(kind, Enum):
            yield disj(*(term == self.word(value) for value in kind.values))
        elif kind == INT or z3.is_real(term):
            yield conj(term >= -LARGEST, term <= LARGEST)
        if z3.is_real(term):
            yield z3.IsInt(term * (100 if kind == MONEY else 10**FINEST))
        if kind == INT and _counts(self.program.model, read.parts):
            yield term >= 0
        datum = self.datum(read, site)
        if datum is not None:
            bounds = _bounds(datum, read, term, summed=_is_sum(self.program.model, read.parts))
            yield from (z3.Or(meant.empty, z3.Not(meant.known), bound) for bound in bounds)

    def datum(self, read: Read, site: Site) -> TypedDatum | None:
        """What the program declares of what is read."""
        path = _declared(self.program.model, read.parts, site)
        return self.program.data.get(path) if path else None

    # ----------------------------------------------------------------------------------------------------------- states

    def is_in(self, state: str, step: str) -> Any:
        """Whether a state is active, at a step."""
        if not any(known == step for known, _ in self.active):
            self._stand(step)
        return self.active.get((step, state), FALSE)

    def _stand(self, step: str) -> None:
        """Where a dyad may stand: one leaf of each region that is open, and what is around it."""
        graph = self.program.graph
        for path in graph.nodes:
            self.active[step, path] = z3.Bool(f"in {path}@{step}")
        for region in graph.regions.values():
            leaves = [self.active[step, leaf] for leaf in region.leaves]
            opened = TRUE if region.name == MAIN else self.active[step, region.owner or ""]
            self.axioms += [z3.AtMost(*leaves, 1), disj(*leaves) == opened]
        for path, node in graph.nodes.items():
            if not node.is_leaf:
                self.axioms.append(self.active[step, path] == disj(*(self.active[step, x] for x in graph.leaves(path))))

    def visited(self, state: str, step: str) -> Any:
        """Whether a state was ever entered."""
        if (step, state) not in self.visits:
            self.visits[step, state] = z3.Bool(f"visited {state}@{step}")
            self.axioms.append(z3.Implies(self.is_in(state, step), self.visits[step, state]))
        return self.visits[step, state]

    def standing(self, states: Iterator[str] | tuple[str, ...], step: str) -> Any:
        """That one of these states is active; the name of nothing stands for all but the final ones."""
        graph = self.program.graph
        if "" in (found := tuple(states)):
            return neg(disj(*(self.is_in(p, step) for p, node in graph.nodes.items() if node.model.final)))
        return disj(*(self.is_in(state, step) for state in found))


def _counts(model: m.Program, parts: tuple[str, ...]) -> bool:
    """Whether a whole number counts something."""
    match parts:
        case ("forms", form, name):
            aggregate = model.forms[form].aggregates.get(name)
            return aggregate is None or bool(aggregate.count or aggregate.count_distinct)
        case ("series", _, _) | ("quotas", _, "used" | "waiting"):
            return True
        case ("roles", role, name):
            figure = model.roles[role].aggregates.get(name)
            return figure is not None and bool(figure.count or figure.count_distinct)
    return False


def _declared(model: m.Program, parts: tuple[str, ...], site: Site) -> DatumPath | None:
    """The path of the datum that a name reads, where people give it, or a figure adds it up."""
    match parts:
        case ("input", name):
            return (*site.input, name) if site.input else None
        case ("form", name):
            return ("forms", site.form or "", name)
        case ("entry", name):
            return ("forms", site.entry or "", name)
        case ("item", name):
            return ("forms", site.item or "", name)
        case ("forms", form, "last", name):
            return ("forms", form, name)
        case ("forms", form, name):
            aggregate = model.forms[form].aggregates.get(name)
            about = aggregate and (aggregate.sum or aggregate.min or aggregate.max)
            return ("forms", form, about) if about else None
        case ("roles", role, name):
            return ("roles", role, name)
        case ("person" | "actor", name):
            return ("roles", site.person, name) if site.person else None
        case ("fields", name):
            return ("fields", name)
    return None


def _is_sum(model: m.Program, parts: tuple[str, ...]) -> bool:
    match parts:
        case ("forms", form, name):
            aggregate = model.forms[form].aggregates.get(name)
            return aggregate is not None and aggregate.sum is not None
    return False


def _bounds(datum: TypedDatum, read: Read, term: Any, *, summed: bool) -> Iterator[Any]:
    """The least and the most that people may give; a sum is only known not to be less than nothing."""
    if read.parts[0] == "fields" or isinstance(datum.type, Person):
        return
    for bound, least in ((datum.model.min, True), (datum.model.max, False)):
        value = _value(datum, bound)
        if value is None:
            continue
        number = value if isinstance(value, int) else z3.RealVal(str(value))
        if not summed:
            yield term >= number if least else term <= number
    least_of_all = _value(datum, datum.model.min)
    if summed and least_of_all is not None and least_of_all >= 0:
        yield term >= 0


def _value(datum: TypedDatum, bound: Any) -> int | Decimal | None:
    if bound is None:
        return None
    try:
        value = parse_value(datum.type, bound)
    except ValueRefused:
        return None
    return value if isinstance(value, int | Decimal) and not isinstance(value, bool) else None

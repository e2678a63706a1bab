"""What is confidential in what a reader sees of a dyad? What another gave, that not everybody in it may see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from dyade.flow import messages as r
from dyade.flow.draft import Draft
from dyade.flow.dyad import Dyad
from dyade.flow.outcome import Context
from dyade.flow.plan import Plan, plan_of
from dyade.flow.tagged import ERASED
from dyade.flow.telling.explain import Explanation
from dyade.flow.telling.visibility import Reader
from dyade.program.conditions.tree import reads
from dyade.program.conditions.types import EMPTY
from dyade.program.data import TypedDatum
from dyade.program.program import Program


def confidential(
    program: Program, dyad: Dyad, context: Context, person: str, records: Sequence[r.Record] = ()
) -> tuple[str, ...]:
    """The paths of what this person sees, is confidential, and says nothing of themselves nor comes from them.

    Of `records`, which a history tells, the inputs count too.
    """
    return _Seen(Draft(plan_of(program), dyad, context), person).paths(records)


def touched(paths: tuple[str, ...], names: frozenset[str]) -> tuple[str, ...]:
    """Those of the paths that names of conditions read something of."""
    found = tuple(path for path in paths if path != GLASS and any(_meet(path, name) for name in names))
    return (GLASS, *found) if found and paths[0] == GLASS else found


def told_in(plan: Plan, explanation: Explanation) -> frozenset[str]:
    """The names that the conditions of an explanation read, with those that computed fields read."""
    found: set[str] = set()
    nodes = [leaf.when for one in explanation.transitions for leaf in plan.rules[one.id].guard.clauses]
    while nodes:
        node = nodes.pop()
        for read in reads(node):
            name = ".".join(read.parts[:3])
            formula = plan.program.node((*read.parts[:2], "formula")) if read.parts[0] == "fields" else None
            if formula is not None and name not in found:
                nodes.append(formula)
            found.add(name)
    return frozenset(found)


GLASS: Final = "visibility.break_glass"
"""Stands before the paths of what is seen because it was opened in an emergency."""


def _meet(path: str, item: str) -> bool:
    return f"{path}.".startswith(f"{item}.") or f"{item}.".startswith(f"{path}.")


class _Seen:
    def __init__(self, draft: Draft, person: str) -> None:
        self.draft = draft
        self.person = person
        self.reader = Reader(draft, person)
        self.everybody = frozenset(draft.plan.roles)

    def paths(self, records: Sequence[r.Record]) -> tuple[str, ...]:
        found = tuple(dict.fromkeys((*self._fields(), *self._attributes(), *self._forms(), *self._inputs(records))))
        through = any(_meet(path, item) for path in found for item in self.reader.opened)
        return (GLASS, *found) if through else found

    def _fields(self) -> Iterator[str]:
        for name, value in self.draft.fields.items():
            datum = self.draft.plan.program.data.get(("fields", name))
            if datum and self._is_kept(datum, value) and self.reader.sees_datum(datum.path):
                yield f"fields.{name}"

    def _attributes(self) -> Iterator[str]:
        data = self.draft.plan.program.data
        for role, held in self.draft.holdings.items():
            others = [one.attributes for one in held if one.person != self.person]
            for name in dict.fromkeys(name for attributes in others for name in attributes):
                datum = data.get(("roles", role, name))
                told = datum and any(self._is_kept(datum, one.get(name)) for one in others)
                if datum and told and self.reader.sees_datum(datum.path):
                    yield f"roles.{role}.{name}"

    def _forms(self) -> Iterator[str]:
        for form, entries in self.draft.entries.items():
            model = self.draft.plan.program.model.forms[form]
            others = [one for one in entries if one.by != self.person and self.reader.sees_entry(form, one.by)]
            if others and self._narrows(model.visibility):
                yield f"forms.{form}"
                continue
            for name in model.entry:
                datum = self.draft.plan.program.data["forms", form, name]
                if any(
                    self._is_kept(datum, one.data.get(name)) and self.reader.sees_entry_datum(form, name, one.by)
                    for one in others
                ):
                    yield f"forms.{form}.{name}"

    def _inputs(self, records: Sequence[r.Record]) -> Iterator[str]:
        """What others gave as they moved the dyad, or an entry of it."""
        for record in records:
            if record.head.actor == self.person:
                continue
            if isinstance(record, r.Moved | r.Assented) and record.transition in self.draft.plan.rules:
                if self.reader.sees_transition(record.transition, record.head.actor):
                    narrow = self._narrows(self.draft.plan.rules[record.transition].model.visibility)
                    yield from self._given(("transitions", record.transition), record.input, narrow)
            elif isinstance(record, r.Stepped) and record.form in self.draft.plan.forms:
                by = self.draft.entries[record.form][record.entry - 1].by
                if self.reader.sees_entry(record.form, by):
                    narrow = self._narrows(self.draft.plan.forms[record.form].model.visibility)
                    yield from self._given(("steps", record.form, record.step), record.input, narrow)

    def _given(self, base: tuple[str, ...], given: Mapping[str, object], narrow: bool) -> Iterator[str]:
        for name, value in given.items():
            datum = self.draft.plan.program.data.get((*base, name))
            if datum and self.reader.sees_datum(datum.path) and self._is_kept(datum, value, narrow=narrow):
                yield ".".join(datum.path)

    def _is_kept(self, datum: TypedDatum, value: object, *, narrow: bool = False) -> bool:
        """Whether a value is there, is confidential, and is about somebody else."""
        if value is None or value is EMPTY or value is ERASED:
            return False
        if datum.subject is not None and self.draft.holds(self.person, datum.subject):
            return False
        return datum.model.privacy == "sensitive" or (
            datum.private and (narrow or self._narrows(datum.model.visibility))
        )

    def _narrows(self, listed: Iterable[str] | None) -> bool:
        return listed is not None and not self.everybody.issubset(listed)

"""What is confidential in what a reader sees of a dyad? What another gave, that not everybody in it may see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dyade.flow.draft import Draft
from dyade.flow.dyad import Dyad
from dyade.flow.outcome import Context
from dyade.flow.plan import plan_of
from dyade.flow.tagged import ERASED
from dyade.flow.telling.visibility import Reader
from dyade.program.conditions.types import EMPTY
from dyade.program.data import TypedDatum
from dyade.program.program import Program


def confidential(program: Program, dyad: Dyad, context: Context, person: str) -> tuple[str, ...]:
    """The paths of what this person sees, is confidential, and says nothing of themselves nor comes from them."""
    return _Seen(Draft(plan_of(program), dyad, context), person).paths()


class _Seen:
    def __init__(self, draft: Draft, person: str) -> None:
        self.draft = draft
        self.person = person
        self.reader = Reader(draft, person)
        self.everybody = frozenset(draft.plan.roles)

    def paths(self) -> tuple[str, ...]:
        return (*self._fields(), *self._attributes(), *self._forms())

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

    def _is_kept(self, datum: TypedDatum, value: object) -> bool:
        """Whether a value is there, is confidential, and is about somebody else."""
        if value is None or value is EMPTY or value is ERASED:
            return False
        if datum.subject is not None and self.draft.holds(self.person, datum.subject):
            return False
        return datum.model.privacy == "sensitive" or (datum.private and self._narrows(datum.model.visibility))

    def _narrows(self, listed: Iterable[str] | None) -> bool:
        return listed is not None and not self.everybody.issubset(listed)

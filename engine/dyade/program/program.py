"""A program as the engine uses it: the model, its types, its conditions, its identity."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from dyade.program import digest
from dyade.program import model as m
from dyade.program.conditions.tree import Node
from dyade.program.data import DatumPath, Place, TypedDatum
from dyade.program.graph import Graph
from dyade.program.holidays import Holidays, resolve
from dyade.program.names import Declared, Site
from dyade.program.typed import Group, Typed

FIRST_YEAR, LAST_YEAR = 2015, 2045
"""Holidays are resolved once, for these years, when a version of a program is read."""


class Program:
    """A program that passed its checks; immutable. `plan` is where the next floor keeps what it compiled from it."""

    __slots__ = ("behaviour", "declared", "holidays", "model", "plan", "provisions", "text", "typed")

    def __init__(
        self,
        model: m.Program,
        declared: Declared,
        typed: Typed,
        holidays: Holidays | None = None,
        provisions: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
    ) -> None:
        self.model = model
        self.declared = declared
        self.typed = typed
        self.holidays = resolve_holidays(model) if holidays is None else holidays
        self.provisions = provisions
        """What the provisions that its rules cite say, in the catalogues' own words."""
        self.behaviour: str = digest.behaviour_digest(model, self._days_off())
        self.text: str = digest.text_digest(model, self.resolved())
        self.plan: Any = None

    def _days_off(self) -> Mapping[str, Any]:
        return {"holidays": [[day, dict(label)] for day, label in self.holidays]}

    def resolved(self) -> Mapping[str, Any]:
        """What was looked up when this version was read, and is pinned with it."""
        return {**self._days_off(), "provisions": {name: dict(text) for name, text in self.provisions.items()}}

    @property
    def id(self) -> str:
        """The stable name of the program."""
        return self.model.id

    @property
    def version(self) -> str:
        """The version that its authors gave it."""
        return self.model.version

    @property
    def status(self) -> str:
        """`draft`, `active` or `retired`."""
        return self.model.status

    @property
    def zone(self) -> str:
        """The IANA name of the zone in which its days are read."""
        return self.model.timezone

    @property
    def graph(self) -> Graph:
        """Its states."""
        return self.declared.graph

    @property
    def data(self) -> Mapping[DatumPath, TypedDatum]:
        """Every datum, by path."""
        return self.declared.data.all

    def node(self, place: Place) -> Node | None:
        """The typed condition that stands at a place of the file."""
        return self.typed.nodes.get(place)

    def site(self, place: Place) -> Site:
        """What the condition at a place may read."""
        return self.typed.sites[place]

    def guard(self, place: Place) -> Group:
        """The typed guard that stands at a place of the file."""
        return self.typed.guards[place]

    def canonical(self) -> str:
        """The whole program as JSON, from which `restore` makes it again."""
        return digest.canonical(self.model, texts=True, extra=self.resolved()).decode()

    def behaviour_form(self) -> str:
        """What decides, as JSON, without the texts."""
        return digest.canonical(self.model, texts=False, extra=self._days_off()).decode()


def resolve_holidays(model: m.Program) -> Holidays:
    """The days off of a program, with their names."""
    calendar = model.calendar
    if calendar is None:
        return ()
    spec = calendar if isinstance(calendar, str) else digest.plain(calendar)
    return resolve(spec, range(FIRST_YEAR, LAST_YEAR + 1))

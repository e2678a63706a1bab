"""How is a life told that went on under several versions of its program? Each part in the words of its own version.

Who reads is who they are today. What the present version shows to fewer people than the one under which it happened is
shown to those alone: the strictest wins.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from dyade.flow import messages as r
from dyade.flow.draft import Draft
from dyade.flow.dyad import Dyad
from dyade.flow.outcome import Context
from dyade.flow.plan import plan_of
from dyade.flow.telling.timeline import Event, tell, timeline
from dyade.flow.telling.visibility import Reader
from dyade.program.program import Program


class Chapter(Protocol):
    """A part of a life."""

    @property
    def program(self) -> Program: ...
    @property
    def dyad(self) -> Dyad: ...
    @property
    def records(self) -> tuple[r.Record, ...]: ...


def told(
    program: Program, dyad: Dyad, chapters: Sequence[Chapter], context: Context, reader: str | None, lang: str
) -> tuple[Event, ...]:
    """Tell a whole life, oldest first."""
    *past, present = chapters
    events: list[Event] = []
    for chapter in past:
        roles = chapter.program.model.roles
        held = {role: holders for role, holders in dyad.holdings.items() if role in roles}
        then = Draft(plan_of(chapter.program), chapter.dyad._replace(holdings=held), context)
        today = Reader(Draft(plan_of(program), dyad, context), reader)
        events += tell(Stricter(then, today), chapter.records, context.names, lang)
    return (*events, *timeline(program, dyad, present.records, context, reader, lang))


class Stricter(Reader):
    """Someone who reads of the past, and learns what they may see by the rules of then and of today."""

    __slots__ = ("_today",)

    def __init__(self, then: Draft, today: Reader) -> None:
        super().__init__(then, today.person)
        self._today = today
        self.opened = today.opened

    def sees_datum(self, path: tuple[str, ...]) -> bool:
        """Whether both versions show a datum; one that is gone is shown as it was."""
        gone = path not in self._today.draft.plan.program.data
        return super().sees_datum(path) and (gone or self._today.sees_datum(path))

    def sees_entry(self, form: str, by: str) -> bool:
        """Whether both versions show an entry."""
        gone = form not in self._today.draft.plan.forms
        return super().sees_entry(form, by) and (gone or self._today.sees_entry(form, by))

    def sees_entry_datum(self, form: str, name: str, by: str) -> bool:
        """Whether both versions show a datum of an entry."""
        gone = ("forms", form, name) not in self._today.draft.plan.program.data
        return super().sees_entry_datum(form, name, by) and (gone or self._today.sees_entry_datum(form, name, by))

    def sees_transition(self, transition: str, author: str | None = None) -> bool:
        """Whether both versions show that a transition happened."""
        gone = transition not in self._today.draft.plan.rules
        return super().sees_transition(transition, author) and (gone or self._today.sees_transition(transition, author))

"""Which dyads does someone mean who acts on many? Those of a program, asked one by one, as far as the reader may know.

A dyad that the reader takes no part in is as if it were not there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from dyade.errors import NotFound
from dyade.flow.dyad import Dyad
from dyade.flow.outcome import Context
from dyade.program.program import Program
from dyade.service import queries
from dyade.service.desk import Desk
from dyade.service.ports import Filter, Listed

PAGE = 500
T = TypeVar("T")
Question = Callable[[Program, Dyad, Context], T]
"""What is asked of a dyad as it now stands; `None` leaves it out."""


def answering(
    desk: Desk, which: Filter, question: Question[T | None], reader: str | None
) -> Iterator[tuple[Listed, T]]:
    """The dyads of a list that have an answer, by number, each with its answer."""
    after = which.after
    while listed := _page(desk, which._replace(after=after, limit=PAGE)):
        for one in listed:
            try:
                answer = queries.at_present(desk, one.id, question, reader)
            except NotFound:
                continue
            if answer is not None:
                yield one, answer
        after = listed[-1].number


def _page(desk: Desk, which: Filter) -> list[Listed]:
    return desk.look(lambda view: view.dyads(which))

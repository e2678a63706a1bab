"""Who read what is confidential, and when; and what went wrong with personal data?

A reading is noted before it is given: what cannot be noted is not read.
"""

from __future__ import annotations

from typing import NamedTuple

from dyade.service.desk import Desk
from dyade.service.ports import Writing
from dyade.service.queries import Asked, Result, at_present


class Access(NamedTuple):
    """Someone read something confidential that another wrote."""

    at: int
    reader: str
    dyad: str
    what: str
    """Paths of the program, such as `forms.notes`, with a space between them."""


class Incident(NamedTuple):
    """A breach of confidentiality, as the law wants it registered."""

    n: int
    occurred_on: str
    recorded_at: int
    risk: str
    """`serious` where harm is to be feared, else `low`."""
    told: str
    """Who was told of it."""
    people: int
    """How many people it concerns."""
    what: str


def noted(desk: Desk, dyad: str, question: Asked[Result], reader: str | None) -> Result:
    """Answer a question about a dyad for a reader, and note what is confidential in what they see."""
    if reader is None:
        return at_present(desk, dyad, question, None)
    from dyade.flow.telling.confidential import confidential

    answer, seen = at_present(desk, dyad, lambda p, d, c: (question(p, d, c), confidential(p, d, c, reader)), reader)
    if seen:
        access = Access(desk.now(), reader, dyad, " ".join(seen))

        def work(transaction: Writing) -> None:
            transaction.note_access(*access)
            transaction.commit()

        desk.write(work)
    return answer


def accesses(desk: Desk, dyad: str | None) -> list[Access]:
    """List who read what, oldest first."""
    return [Access._make(row) for row in desk.look(lambda view: view.accesses(dyad))]


def register(desk: Desk, occurred_on: str, risk: str, told: str, people: int, what: str) -> Incident:
    """Register an incident; nothing ever removes one."""

    def work(transaction: Writing) -> Incident:
        at = desk.now()
        n = transaction.note_incident(occurred_on, at, risk, told, people, what)
        transaction.commit()
        return Incident(n, occurred_on, at, risk, told, people, what)

    return desk.write(work)


def incidents(desk: Desk) -> list[Incident]:
    """List the incidents, oldest first."""
    return [Incident._make(row) for row in desk.look(lambda view: view.incidents())]

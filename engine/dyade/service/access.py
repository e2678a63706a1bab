"""Who read what is confidential, and when; and what went wrong with personal data?

A reading is noted before it is given: what cannot be noted is not read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple

from dyade.flow.dyad import Dyad
from dyade.flow.messages import Record
from dyade.flow.outcome import Context
from dyade.flow.plan import Plan, plan_of
from dyade.program.program import Program
from dyade.service.desk import Desk
from dyade.service.journal import Kept
from dyade.service.ports import Writing
from dyade.service.queries import Asked, Result, at_present, history

EVERYTHING: Final = "dyad"
"""Stands for all that a dyad keeps of people."""


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


Among = Callable[[Plan, Result], frozenset[str]]
"""What an answer says something of, by the names that conditions read."""


def noted(
    desk: Desk,
    dyad: str,
    question: Asked[Result],
    reader: str | None,
    records: Sequence[Record] = (),
    among: Among[Result] | None = None,
) -> Result:
    """Answer a question about a dyad for a reader, and note what is confidential in what they see.

    `records` are those whose inputs are told too; `among` keeps what the answer says something of.
    """
    if reader is None:
        return at_present(desk, dyad, question, None)
    from dyade.flow.telling.confidential import confidential, touched

    def asked(program: Program, found: Dyad, context: Context) -> tuple[Result, tuple[str, ...]]:
        answer = question(program, found, context)
        seen = confidential(program, found, context, reader, records)
        return answer, touched(seen, among(plan_of(program), answer)) if among is not None and seen else seen

    answer, seen = at_present(desk, dyad, asked, reader)
    note(desk, reader, [(dyad, seen)])
    return answer


def note(desk: Desk, reader: str, read: Iterable[tuple[str, Iterable[str]]]) -> None:
    """Note what was read of some dyads: (dyad, paths)."""
    now = desk.now()
    accesses = [Access(now, reader, dyad, " ".join(paths)) for dyad, paths in read if paths]
    if not accesses:
        return

    def work(transaction: Writing) -> None:
        for access in accesses:
            transaction.note_access(*access)
        transaction.commit()

    desk.write(work)


def raw(desk: Desk, dyad: str, reader: str) -> tuple[Kept, ...]:
    """Read the journal of a dyad as it was written, and note that all that it says of people was read."""
    found = history(desk, dyad)
    seals = desk.look(lambda view: view.sealed(dyad))
    if any(seal.value is not None for places in seals.values() for seal in places.values()):
        note(desk, reader, [(dyad, (EVERYTHING,))])
    return found


def exported(desk: Desk, person: str, reader: str) -> dict[str, Any]:
    """Give all that is held on someone, and note each value of theirs that a dyad holds."""
    from dyade.service.portrait import portrait

    found = portrait(desk, person)
    dyads = ((one["dyad"], dict.fromkeys(value["path"] for value in one["values"])) for one in _dyads(found))
    note(desk, reader, dyads)
    return found


def _dyads(found: dict[str, Any]) -> list[dict[str, Any]]:
    dyads: list[dict[str, Any]] = found["collected"]["dyads"]
    return dyads


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

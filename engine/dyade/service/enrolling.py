"""What is an enrolment, once its status counts? Whether it is in force, and what a dyad has made of it."""

from __future__ import annotations

from collections.abc import Iterable

from dyade.flow.messages import Enrolled, Record
from dyade.program import model as m
from dyade.program.data import STATUS
from dyade.service.ports import ACTIVE, Enrolment, Reading, Writing
from dyade.service.programs import Known


def with_status(known: Known, wanted: Enrolment, before: Enrolment | None) -> Enrolment:
    """An enrolment with its status: the one that is given, else the one that it had, else the first.

    Whoever asks for the end of an enrolment has it, whatever its status.
    """
    declared = known.program.model.enrolments.get(wanted.role)
    if declared is None or not declared.statuses:
        return wanted
    kept = before.profile.get(STATUS) if before is not None else None
    profile = {STATUS: kept or next(iter(declared.statuses)), **wanted.profile}
    return wanted._replace(profile=profile, status=_in_force(declared, profile[STATUS], wanted.status))


def _in_force(declared: m.Enrolment, status: object, asked: str) -> str:
    one = declared.statuses.get(status) if isinstance(status, str) else None
    return "ended" if one is not None and not one.active else asked


def found(view: Reading, program: str, role: str, person: str) -> Enrolment | None:
    """An enrolment, as the register has it."""
    return next((one for one in view.enrolments_of(person) if (one.program, one.role) == (program, role)), None)


def follow(transaction: Writing, known: Known, records: Iterable[Record], now: int) -> None:
    """Give enrolments the statuses that a dyad gives them, in the transaction of what gave them."""
    for record in records:
        if type(record) is not Enrolled:
            continue
        program, role, person = known.program.id, record.role, record.person
        declared = known.program.model.enrolments[role]
        before = found(transaction, program, role, person)
        blank = Enrolment(person, program, role, None, {}, ACTIVE)
        kept = before or blank
        changed = kept._replace(profile={**kept.profile, STATUS: record.status})
        transaction.enrol(changed._replace(status=_in_force(declared, record.status, ACTIVE)), now)

"""What is an enrolment, once its status counts? Whether it is in force, and what a dyad has made of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dyade.flow.messages import Enrolled, Record
from dyade.program import model as m
from dyade.program.conditions.types import EMPTY
from dyade.program.conditions.values import dump_value
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
    """Give enrolments the statuses and the data that a dyad gives them, in the transaction of what gave them."""
    for record in records:
        if type(record) is not Enrolled:
            continue
        program, role, person = known.program.id, record.role, record.person
        declared = known.program.model.enrolments[role]
        before = found(transaction, program, role, person)
        blank = Enrolment(person, program, role, None, {}, ACTIVE)
        kept = before or blank
        profile = {**kept.profile, **_written(known, record)}
        if record.status is not None:
            profile[STATUS] = record.status
        elif before is None and declared.statuses:
            profile[STATUS] = next(iter(declared.statuses))
        said = {name: value for name, value in profile.items() if value is not None}
        status = kept.status if record.status is None else _in_force(declared, record.status, ACTIVE)
        transaction.enrol(kept._replace(profile=said, status=status), now)


def _written(known: Known, record: Enrolled) -> dict[str, Any]:
    """What a dyad gives an enrolment, as the register writes it; `None` for what becomes empty."""
    data = known.program.data
    return {
        name: None if value is EMPTY else dump_value(data["enrolments", record.role, name].type, value)
        for name, value in record.data.items()
    }

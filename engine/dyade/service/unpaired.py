"""Who was enrolled, found no pair, and for too long? What was said of them is erased by time, and a register says so.

An enrolment is outside any dyad: what time does to it leaves no record, but a line in the register of erasures.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dyade.errors import NotFound, ProgramInvalid
from dyade.flow.plan import plan_of
from dyade.flow.retention import ENROLMENT
from dyade.service.desk import Desk
from dyade.service.ports import Enrolment, Reading, Writing


class Overdue(NamedTuple):
    """An enrolment that was kept long enough."""

    program: str
    role: str
    person: str
    rule: str


def forget(desk: Desk) -> int:
    """Erase what was said of those who found no pair in the time that their program allows; count them."""
    waiting = desk.look(lambda view: list(_overdue(desk, view)))
    if not waiting:
        return 0

    def work(transaction: Writing) -> int:
        # Somebody may have been paired, or enrolled again, since.
        found = [one for one in _overdue(desk, transaction) if one in waiting]
        for one in found:
            _erase(desk, transaction, one)
        transaction.commit()
        return len(found)

    return desk.write(work)


def _overdue(desk: Desk, view: Reading) -> Iterator[Overdue]:
    for program in view.programs_with_enrolments():
        try:
            known = desk.programs.current(program)
        except (NotFound, ProgramInvalid):
            continue  # a program that cannot be read erases nothing
        rules = [rule for rule in known.program.model.retention if ENROLMENT in rule.what]
        if not rules:
            continue
        plan = plan_of(known.program)
        today = plan.calendar.local_date(desk.now())
        for person, role, at in view.unpaired(program):
            if role in plan.program_roles:
                continue  # who holds a role of the whole program waits for nobody
            for rule in rules:
                day = plan.calendar.add(plan.calendar.local_date(at), plan.duration(rule.keep_for))
                if day is not None and day <= today:
                    yield Overdue(program, role, person, rule.id)
                    break


def _erase(desk: Desk, transaction: Writing, one: Overdue) -> None:
    transaction.alone()
    at = desk.now()
    enrolled = next(e for e in transaction.enrolments_of(one.person) if (e.program, e.role) == (one.program, one.role))
    what = f"{ENROLMENT} {one.program} {one.role}"
    n = desk.store.vault.ask_to_erase(one.person, "", what, one.rule, at)
    transaction.erase_enrolment(n, enrolled, at)
    transaction.note_erasure(n, at, 0, len(enrolled.profile))


def erase_again(desk: Desk, n: int, person: str, what: str) -> None:
    """Erase from an older copy an enrolment that time had erased."""
    _, program, role = what.split()

    def work(transaction: Writing) -> None:
        if n in transaction.erasures():
            return
        at = desk.now()
        mine = transaction.enrolments_of(person) if person else []
        enrolled: Enrolment | None = next((e for e in mine if (e.program, e.role) == (program, role)), None)
        if enrolled is not None:
            transaction.erase_enrolment(n, enrolled, at)
        transaction.note_erasure(n, at, 0, 0 if enrolled is None else len(enrolled.profile))
        transaction.commit()

    desk.write(work)
    desk.store.vault.destroy(n)

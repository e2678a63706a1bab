"""How is a program closed to new dyads while its dyads go on, and opened again?"""

from __future__ import annotations

from dyade.flow.codec import normal
from dyade.service.desk import Desk
from dyade.service.ports import Closure, Writing


def close(desk: Desk, program: str, reason: str) -> Closure:
    """Let no dyad begin in a program any more; what was said first stays."""

    def work(transaction: Writing) -> Closure:
        id_ = desk.programs.current(program).program.id
        transaction.close_program(Closure(id_, normal(reason), desk.now()))
        transaction.commit()
        return next(one for one in transaction.closures() if one.program == id_)

    return desk.write(work)


def reopen(desk: Desk, program: str) -> bool:
    """Let dyads begin in a program again; `False` if it was not closed."""

    def work(transaction: Writing) -> bool:
        done = transaction.open_program(desk.programs.current(program).program.id)
        transaction.commit()
        return done

    return desk.write(work)

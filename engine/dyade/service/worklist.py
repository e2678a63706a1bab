"""What do all the dyads want of people now? The most urgent first; one view of the store for all of them."""

from __future__ import annotations

from dyade.flow.decide import decide
from dyade.flow.messages import Tick
from dyade.flow.outcome import Context, Decision
from dyade.flow.telling.worklist import LATE, MINE, STUCK, Task, tasks
from dyade.service.context import gathered, takes_part
from dyade.service.counted import counted
from dyade.service.counting import counters_for
from dyade.service.desk import Desk
from dyade.service.ports import Filter, Reading

IDLE = 30
"""Days without any record after which a dyad is stuck, unless told otherwise."""
_RANK = {LATE: 0, MINE: 1, STUCK: 2}


def worklist(desk: Desk, program: str | None, reader: str | None, lang: str, idle: int = IDLE) -> list[Task]:
    """List what is late, what the reader can do and what is stuck, in the dyads that go on and that they know of."""

    def look(view: Reading) -> list[Task]:
        listed = view.dyads(Filter(program=program, ended=False))
        return [task for one in counted(desk.heard, listed) for task in _of(desk, view, one.id, reader, lang, idle)]

    return sorted(desk.look(look), key=_urgency)


def _urgency(task: Task) -> tuple[int, bool, int]:
    """What is late, then what can be done, then what is stuck; inside each, the oldest day first."""
    return _RANK[task.kind], not task.day, -task.days


def _of(desk: Desk, view: Reading, dyad_id: str, reader: str | None, lang: str, idle: int) -> list[Task]:
    found = desk.found(view, dyad_id)
    if found is None:
        return []
    known, before = found
    now = desk.now()
    context: Context = gathered(view, known, before, Tick(), now, counters_for(desk, view, known))
    dyad = before.snapshot.dyad
    if reader is not None and not takes_part(dyad, context.program_roles, reader):
        return []
    if before.row.next_due is not None and before.row.next_due <= now:
        outcome = decide(known.program, dyad, Tick(), context)
        dyad = outcome.dyad if isinstance(outcome, Decision) else dyad
    return tasks(known.program, dyad, context._replace(quiet_until=None), reader, lang, idle)

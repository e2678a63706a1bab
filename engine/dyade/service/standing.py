"""How does the store stand: how much is late, how much waits to leave, and since when?"""

from __future__ import annotations

from typing import NamedTuple

from dyade.service.desk import Desk
from dyade.service.notices import FAILED, WAITING
from dyade.service.ports import Reading
from dyade.service.tick import BEGINNING


class Standing(NamedTuple):
    """Numbers that say whether all is well; ages are in microseconds."""

    timers_due: int
    """Dyads that time should have acted in by now."""
    timers_late: int
    """The age of the oldest instant that is due."""
    outbox_waiting: int
    outbox_age: int
    """That of the oldest message that waits; quiet hours and digests make messages wait too."""
    outbox_failed: int
    endpoints_resting: int
    """Endpoints that are left alone for now, or for good."""


def standing(desk: Desk) -> Standing:
    """Look at the store, by its indexes alone."""
    now = desk.now()

    def look(view: Reading) -> Standing:
        due = view.due(now, BEGINNING, 1)
        waiting, oldest = view.outbox_before(WAITING, now + 1)
        failed, _ = view.outbox_before(FAILED, now + 1)
        resting = sum(bool(one.stopped) or one.rests_until > now for one in view.endpoints())
        late = now - due[0][0] if due else 0
        return Standing(view.due_count(now), late, waiting, now - oldest if waiting else 0, failed, resting)

    return desk.look(look)

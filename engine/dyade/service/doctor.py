"""What is wrong with a store, and with the way in which it is run? Each finding names what to do about it.

An error is what loses something, or holds up everybody; a warning is what will, one day.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from dyade.errors import StoreTrouble
from dyade.service.desk import Desk
from dyade.service.notices import FAILED, WAITING
from dyade.service.ports import Reading
from dyade.service.tick import BEGINNING
from dyade.service.verify import verify

SECOND: Final = 1_000_000
LATE: Final = 5 * 60 * SECOND
"""By how much time may be late, where a worker runs."""
FORWARD: Final = 60 * SECOND
"""By how much the clocks of two machines may differ."""
STUCK: Final = 24 * 3600 * SECOND
"""How long a message may wait: longer than quiet hours, and than what is gathered for a day."""
SILENT: Final = 30
"""Seconds after which a worker of which nothing is heard is dead; others take over long before."""
NAMED: Final = 5
"""How many dyads are named; the others are counted."""

Check = Literal["store", "settings", "keys", "clock", "timers", "outbox", "chain"]
CHECKS: Final[tuple[Check, ...]] = ("store", "settings", "keys", "clock", "timers", "outbox", "chain")
"""What is looked at, in order."""


class Finding(NamedTuple):
    """Something that is not as it should be."""

    check: Check
    code: str
    severity: Literal["error", "warning"]
    facts: dict[str, str | int]

    @property
    def key(self) -> str:
        """The key of its sentence; what has a sentence elsewhere is told by that one."""
        return self.code if "." in self.code else f"doctor.{self.code}"


def told_by(trouble: StoreTrouble) -> Finding:
    """What keeps a store from being opened, as a finding."""
    return Finding("keys" if trouble.reason.startswith("keys") else "store", trouble.key, "error", dict(trouble.facts))


def stalled(number: int, since: int) -> Finding:
    """Wake-ups that dead workers had begun and that nobody has taken over, as a finding; `since` in seconds."""
    return Finding("timers", "workers_dead", "error", {"n": number, "since": since * SECOND})


def examine(desk: Desk, *, late: int = LATE, chains: bool = True) -> list[Finding]:
    """Look at what a store that could be opened says of time, messages and journal; `late` in microseconds."""
    now = desk.now()
    found = desk.look(lambda view: [*_clock(view, now), *_timers(view, now, late), *_outbox(view, now)])
    if chains:
        for one in desk.look(lambda view: verify(view, desk.programs, desk.heard)).problems:
            facts: dict[str, str | int] = {"dyad": one.dyad, "seq": one.seq, "detail": one.detail}
            found.append(Finding("chain", f"verify.{one.code}", "error", facts))
    return found


def _clock(view: Reading, now: int) -> Iterator[Finding]:
    """What was kept in the future was kept by a clock that ran ahead, or this one is behind."""
    number, latest = view.ahead(now + FORWARD)
    if number:
        facts: dict[str, str | int] = {"n": number, "latest": latest, "now": now}
        yield Finding("clock", "clock_behind", "error", facts)


def _timers(view: Reading, now: int, late: int) -> Iterator[Finding]:
    number = view.due_count(now - late)
    if number:
        oldest = view.due(now - late, BEGINNING, NAMED)
        dyads = ", ".join(id_ for _, _, id_ in oldest) + (" …" if number > NAMED else "")
        facts: dict[str, str | int] = {"n": number, "since": oldest[0][0], "dyads": dyads}
        yield Finding("timers", "timers_late", "error", facts)


def _outbox(view: Reading, now: int) -> Iterator[Finding]:
    waiting, oldest = view.outbox_before(WAITING, now - STUCK)
    if waiting:
        yield Finding("outbox", "outbox_stuck", "error", {"n": waiting, "since": oldest})
    failed, _ = view.outbox_before(FAILED, now)
    if failed:
        yield Finding("outbox", "outbox_failed", "warning", {"n": failed})

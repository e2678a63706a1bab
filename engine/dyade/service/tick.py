"""What does time do? Every dyad whose next due instant has come goes through the door, as with any command.

Many dyads share a transaction; each has its own place to come back to, so that one that cannot go on stops no other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from dyade.flow.messages import Record, Tick
from dyade.flow.outcome import Decision
from dyade.service.desk import Desk
from dyade.service.door import act_within
from dyade.service.ports import Writing
from dyade.service.programs import Unread

TOGETHER = 50
"""How many dyads share a transaction: one sync of the disk for all, and no long wait for the others."""


class Done(NamedTuple):
    """What time did to one dyad."""

    dyad: str
    revision: int
    records: tuple[Record, ...]


class Failure(NamedTuple):
    """A dyad on which time could not act; it will be tried again."""

    dyad: str
    error: Exception


class Ticked(NamedTuple):
    """What time did."""

    done: tuple[Done, ...]
    failures: tuple[Failure, ...]


Batch = tuple[list[Done], list[Failure]]


def tick(desk: Desk, now: int | None = None, limit: int | None = None) -> Ticked:
    """Let time do what is due at `now`, oldest first, to at most so many dyads."""
    instant = desk.now() if now is None else now
    done: list[Done] = []
    failures: list[Failure] = []
    after = (-(2**62), 0)
    left = 2**62 if limit is None else limit
    while left > 0 and (due := _due(desk, instant, after, min(left, TOGETHER))):
        some, failed = _batch(desk, [id_ for _, _, id_ in due], instant)
        done += some
        failures += failed
        left -= len(due)
        after = due[-1][:2]
    return Ticked(tuple(done), tuple(failures))


def _due(desk: Desk, now: int, after: tuple[int, int], most: int) -> list[tuple[int, int, str]]:
    return desk.look(lambda view: view.due(now, after, most))


def _batch(desk: Desk, ids: list[str], now: int) -> Batch:
    return desk.write(lambda transaction: _together(desk, transaction, ids, now))


def _together(desk: Desk, transaction: Writing, ids: list[str], now: int) -> Batch:
    done: list[Done] = []
    failures: list[Failure] = []
    lasting: list[Callable[[], None]] = []
    for id_ in ids:
        transaction.savepoint()
        try:
            found = _one(desk, transaction, id_, now)
        except Unread:
            raise
        except Exception as error:
            transaction.back_to_savepoint()
            failures.append(Failure(id_, error))
        else:
            transaction.release()
            if found is not None:
                done.append(found[0])
                lasting.append(found[1])
    transaction.commit()
    for lasts in lasting:
        lasts()
    return done, failures


def _one(desk: Desk, transaction: Writing, id_: str, now: int) -> tuple[Done, Callable[[], None]] | None:
    row = transaction.dyad(id_)
    if row is None or row.next_due is None or row.next_due > now:
        # Another process was there first.
        return None
    outcome, lasts = act_within(desk, transaction, row, Tick(), now)
    if not isinstance(outcome, Decision) or not outcome.records:
        return None
    return Done(id_, outcome.dyad.revision, outcome.records), lasts

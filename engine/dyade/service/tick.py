"""What does time do? Every dyad whose next due instant has come goes through the door, as with any command.

Many dyads share a transaction, and are done in one go. Where one of them cannot be done, the transaction is begun anew,
and each has its own place to come back to, so that one that cannot go on stops no other.
What a transaction is about to do, it holds first: others who do the same take what comes after.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from typing import NamedTuple

from dyade.errors import StoreTrouble
from dyade.flow.messages import Record, Tick
from dyade.flow.outcome import Decision, Refusal
from dyade.service.desk import Desk
from dyade.service.door import act_within
from dyade.service.ports import Again, Writing
from dyade.service.programs import Unread

TOGETHER = 50
"""How many dyads share a transaction: one sync of the disk for all, and no long wait for the others."""
ABREAST = 4
"""How many times as many, where several transactions are under way at once and hold nothing but their dyads."""
BEGINNING = (-(2**62), 0)
"""Before the first place in the list of what is due."""


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
    left: tuple[str, ...] = ()
    """The dyads in which time was to act, and that it left as they were."""


def tick(desk: Desk, now: int | None = None, limit: int | None = None) -> Ticked:
    """Let time do what is due at `now`, oldest first, to at most so many dyads."""
    done: list[Done] = []
    failures: list[Failure] = []
    left: list[str] = []
    for some in batches(desk, now, limit):
        done += some.done
        failures += some.failures
        left += some.left
    return Ticked(tuple(done), tuple(failures), tuple(left))


def batches(desk: Desk, now: int | None = None, limit: int | None = None, *, abreast: bool = False) -> Iterator[Ticked]:
    """The same, told after each transaction, so that whoever asks may wait, or stop, between two.

    `abreast`, a store that lets several write at once is given some transactions at once; what is under way is ended.
    """
    instant = desk.now() if now is None else now
    left = 2**62 if limit is None else limit
    # Whoever only looks holds up nobody.
    if left > 0 and _due(desk, instant, BEGINNING, 1):
        yield from (_abreast if abreast and desk.store.abreast > 1 else _in_turn)(desk, instant, left)


def _in_turn(desk: Desk, now: int, left: int) -> Iterator[Ticked]:
    """One transaction after the other, until nothing is left that nobody else is about."""
    after = BEGINNING
    while left > 0:
        some, held = _batch(desk, now, after, min(left, TOGETHER))
        if held:
            yield some
        left -= len(held)
        if len(held) < TOGETHER:
            return
        after = held[-1][:2]


def _abreast(desk: Desk, now: int, left: int) -> Iterator[Ticked]:
    """Some transactions at once: while a server keeps what one has decided, another decides."""
    after = BEGINNING
    failing: set[str] = set()
    under_way: dict[Future[tuple[Ticked, Held]], int] = {}
    with ThreadPoolExecutor(desk.store.abreast, "dyade time") as pool:
        while True:
            while left > 0 and len(under_way) < desk.store.abreast:
                most = min(left, ABREAST * TOGETHER)
                left -= most
                # What looks on knows by the context to what a thing belongs.
                under_way[pool.submit(copy_context().run, _batch, desk, now, after, most)] = most
            if not under_way:
                return
            ended, _ = wait(under_way, return_when=FIRST_COMPLETED)
            for one in ended:
                most = under_way.pop(one)
                some, held = one.result()
                if held:
                    # What one lets go of as it begins again, another may have tried too.
                    failures = tuple(failure for failure in some.failures if failure.dyad not in failing)
                    failing.update(failure.dyad for failure in failures)
                    yield some._replace(failures=failures)
                    after = max(after, held[-1][:2])
                # What is not held is nobody's, or somebody else is about it.
                left = left + most - len(held) if len(held) == most else 0


def next_due(desk: Desk, besides: Collection[str] = ()) -> int | None:
    """The next instant at which time has something to do, in other dyads than these."""
    due = _due(desk, 2**62, BEGINNING, len(besides) + 1)
    return next((at for at, _, id_ in due if id_ not in besides), None)


def _due(desk: Desk, now: int, after: tuple[int, int], most: int) -> list[tuple[int, int, str]]:
    return desk.look(lambda view: view.due(now, after, most))


Held = list[tuple[int, int, str]]
Acted = tuple[Decision | Refusal, Callable[[], None]]


def _batch(desk: Desk, now: int, after: tuple[int, int], most: int) -> tuple[Ticked, Held]:
    def work(transaction: Writing, *, apart: bool) -> tuple[Ticked, Held]:
        held = transaction.claim_due(now, after, most)
        return _together(desk, transaction, [id_ for _, _, id_ in held], now, apart=apart), held

    try:
        return desk.write(lambda transaction: work(transaction, apart=False))
    except Exception as error:
        if isinstance(error, StoreTrouble) and error.stops_all:
            raise
        # One that cannot be done has undone them all.
        return desk.write(lambda transaction: work(transaction, apart=True))


def _together(desk: Desk, transaction: Writing, ids: list[str], now: int, *, apart: bool) -> Ticked:
    """Do them all or none; or `apart`, each by itself: then only those that cannot be done are left."""
    done: list[Done] = []
    failures: list[Failure] = []
    left: list[str] = []
    lasting: list[Callable[[], None]] = []
    if not apart:
        transaction.take_together(ids)
    for id_ in ids:
        found = (_apart if apart else _one)(desk, transaction, id_, now)
        if isinstance(found, Failure):
            failures.append(found)
        elif found is not None:
            outcome, lasts = found
            decision = outcome if isinstance(outcome, Decision) else outcome.time
            if decision is None or (decision.next_due is not None and decision.next_due <= now):
                left.append(id_)
            if isinstance(outcome, Decision) and outcome.records:
                done.append(Done(id_, outcome.dyad.revision, outcome.records))
                lasting.append(lasts)
    if not apart:
        transaction.keep_together()
    transaction.commit()
    for lasts in lasting:
        lasts()
    return Ticked(tuple(done), tuple(failures), tuple(left))


def _apart(desk: Desk, transaction: Writing, id_: str, now: int) -> Acted | Failure | None:
    transaction.savepoint()
    try:
        found = _one(desk, transaction, id_, now)
    except (Again, Unread):
        raise
    except Exception as error:
        if isinstance(error, StoreTrouble) and error.stops_all:
            raise
        transaction.back_to_savepoint()
        return Failure(id_, error)
    transaction.release()
    return found


def _one(desk: Desk, transaction: Writing, id_: str, now: int) -> Acted | None:
    row = transaction.dyad(id_)
    if row is None or row.next_due is None or row.next_due > now:
        # Another process was there first.
        return None
    return act_within(desk, transaction, row, Tick(), now, remembers=False)

"""How do messages leave the outbox? At least once each, under an id that never changes; or they are shown as failed.

One round: hold what is due, write its letters, hand each to the lane of its endpoint, note what came of it. A message
that is held by a deliverer that died is due again when its lease ends; so it may arrive twice, always as the same one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from threading import Condition
from time import monotonic
from typing import Final, NamedTuple
from uuid import UUID, uuid4, uuid5

from dyade.errors import DyadeError, StoreTrouble
from dyade.service.desk import Desk
from dyade.service.hours import chosen, leave_at, local_day, wants_digest
from dyade.service.lanes import LONGEST_WAIT, RESTING, STOPPED, Held, Lane
from dyade.service.letters import letter
from dyade.service.looking_on import Left, during, tell
from dyade.service.notices import FAILED, SENT, WAITING
from dyade.service.parcels import Channel, Letter, Outcome, Parcel, Routes
from dyade.service.ports import Endpoint, Outgoing, Posted, Preference, Writing

log = logging.getLogger(__name__)
Chance = Callable[[], float]
"""Gives a number from 0 to 1, another each time."""
MINUTE: Final = 60_000_000
HOUR: Final = 60 * MINUTE
LEASE: Final = 10 * MINUTE
"""How long a message is held; longer than any attempt."""
DELAYS: Final = tuple(round(minutes * MINUTE) for minutes in (0.5, 2, 10, 30, 60, 180, 360, 720, 1440, 1440, 1440))
"""Between one attempt and the next: more than three days in all."""
MOST_ATTEMPTS: Final = len(DELAYS) + 1
AT_ONCE: Final = 50
POLL: Final = 0.25
NO_WAY, NO_ADDRESS, UNREADABLE = "no_way", "no_address", "unreadable"
URGENT = "urgent"


class Failed(NamedTuple):
    """A message that did not leave, and will not by itself."""

    message: str
    endpoint: str
    trouble: str


class Delivered(NamedTuple):
    """What came of a round."""

    sent: int
    postponed: int
    """Will be tried again."""
    held: int
    """Wait for an hour, or for a digest."""
    failed: tuple[Failed, ...]


def retry_after(attempts: int, chance: float) -> int:
    """How long to wait after so many attempts, in microseconds; a chance from 0 to 1 spreads them."""
    return round(DELAYS[min(attempts, len(DELAYS)) - 1] * (1 + chance / 4))


def deliver_round(
    desk: Desk,
    routes: Routes,
    chance: Chance,
    *,
    seconds: float = 60.0,
    limit: int = 10_000,
    stop: Callable[[], bool] = lambda: False,
) -> Delivered:
    """Deliver what is due, at most so many messages and for about so long; `stop` ends it early.

    Safe beside other deliverers, in this process and in others.
    """
    return _Round(desk, routes, chance).run(monotonic() + seconds, limit, stop)


class _Round:
    """The work of one round; lanes write into it from their threads."""

    def __init__(self, desk: Desk, routes: Routes, chance: Chance) -> None:
        self.desk = desk
        self.routes = routes
        self.chance = chance
        self.lease = uuid4().hex
        self._progress = Condition()
        self._lanes: dict[str, Lane] = {}
        self._sent = self._postponed = self._held = 0
        self._failed: list[Failed] = []

    def now(self) -> int:
        """The present instant."""
        return self.desk.now()

    def run(self, end: float, limit: int, stop: Callable[[], bool]) -> Delivered:
        taken = 0
        try:
            while monotonic() < end and taken < limit and not stop():
                found = self._take(min(AT_ONCE, limit - taken))
                taken += found
                if not found and not self._busy_for(POLL):
                    break
            # What is queued is finished within the time of the round; then it goes back to the store.
            while monotonic() < end and not stop() and self._busy_for(POLL):
                pass
        finally:
            for lane in self._lanes.values():
                lane.stop()
            for lane in self._lanes.values():
                lane.join()
        return Delivered(self._sent, self._postponed, self._held, tuple(self._failed))

    def _busy_for(self, seconds: float) -> bool:
        """Wait until something moves; `False` at once where nothing is under way."""
        with self._progress:
            if not any(lane.load for lane in self._lanes.values()):
                return False
            self._progress.wait(seconds)
            return True

    # ------------------------------------------------------------------------------------------------- what is taken

    def _take(self, limit: int) -> int:
        """Hold what is due and hand it out; say how many messages there were."""
        if not self.routes.channels:
            return 0

        def hold(transaction: Writing) -> _Sorting:
            sorting = _Sorting(self, transaction)
            sorting.sort(transaction.claim(self.routes.channels, sorting.now, sorting.until, self.lease, limit))
            transaction.commit()
            return sorting

        taken = self.desk.write(hold)
        self._count(postponed=taken.postponed, held=taken.held, failed=taken.failed)
        since = monotonic()
        for channel, id_, posts in taken.groups:
            letters = self._letters(channel, posts)
            if letters is not None:
                address = self._address(posts[0].message) if channel.to_people else ""
                parcel = Parcel(id_, tuple(post.message for post in posts), letters, address)
                self._lane(channel).put(Held(parcel, posts, self.lease, since))
        return taken.count

    def _address(self, message: Outgoing) -> str:
        person = self.desk.look(lambda view: view.person(message.recipient or ""))
        return (person.address or "") if person is not None else ""

    def _lane(self, channel: Channel) -> Lane:
        if channel.name not in self._lanes:
            known = {one.name: one for one in self.desk.look(lambda view: view.endpoints())}
            endpoint = known.get(channel.name, Endpoint(channel.name))
            self._lanes[channel.name] = Lane(channel, endpoint, self, self.chance, self._progress)
        return self._lanes[channel.name]

    def has_room(self, channel: Channel) -> bool:
        """Whether one more may be handed to an endpoint."""
        lane = self._lanes.get(channel.name)
        return lane is None or not lane.is_full

    def _letters(self, channel: Channel, posts: tuple[Posted, ...]) -> tuple[Letter, ...] | None:
        """The letters, each as it was written for its first attempt; where one cannot be, they wait."""
        try:
            letters = [Letter.read(post.letter) if post.letter else letter(self.desk, post.message) for post in posts]
        except DyadeError as error:
            log.warning("no letter could be written: %s, %s", posts[0].message.id, error.code)
            parcel = Parcel(posts[0].message.id, tuple(post.message for post in posts), (), "")
            self.ended(Held(parcel, posts, self.lease, 0), Outcome(UNREADABLE), Endpoint(channel.name))
            return None

        def freeze(transaction: Writing) -> None:
            for post, written in zip(posts, letters, strict=True):
                transaction.freeze(post.message, written.written(), self.lease)
            transaction.commit()

        if not all(post.letter for post in posts):
            self.desk.write(freeze)
        return tuple(letters)

    # --------------------------------------------------------------------------------------------- what came of it

    def sending(self, endpoint: str) -> AbstractContextManager[object]:
        """Let those who look on stay while a parcel is sent."""
        return during(self.desk, "deliver", "", endpoint)

    def ended(self, held: Held, outcome: Outcome, endpoint: Endpoint) -> None:
        """Note what came of a parcel, all of it at once; called from the threads of the lanes."""
        now, first = self.now(), held.posts[0]
        if outcome.trouble not in (RESTING, STOPPED):
            tell(self.desk, Left(endpoint.name, len(held.posts), outcome.trouble))
        ids = [post.message.id for post in held.posts]
        if not outcome.trouble:
            self._settle(ids, SENT, now, "")
            self._count(sent=len(ids))
        elif outcome.lasting or outcome.gone or first.attempts >= MOST_ATTEMPTS:
            self._settle(ids, FAILED, now, outcome.trouble)
            log.warning("not delivered: %s to %s, %s", first.message.id, endpoint.name, outcome.trouble)
            self._count(failed=[Failed(id_, endpoint.name, outcome.trouble) for id_ in ids])
        else:
            wait = max(retry_after(first.attempts, self.chance()), min(outcome.wait, LONGEST_WAIT))
            self._put_off(held.posts, max(now + wait, endpoint.rests_until), outcome.trouble, 0)
            log.info("later: %s to %s, %s", first.message.id, endpoint.name, outcome.trouble)
            self._count(postponed=len(ids))

    def _settle(self, ids: list[str], status: str, now: int, trouble: str) -> None:
        def work(transaction: Writing) -> None:
            for id_ in ids:
                if not transaction.settle(id_, self.lease, status, now, trouble):
                    log.warning("somebody else held it meanwhile: %s", id_)

        self._patiently(work)

    def _put_off(self, posts: tuple[Posted, ...], at: int, trouble: str, untried: int) -> None:
        def work(transaction: Writing) -> None:
            for post in posts:
                transaction.postpone(post.message.id, self.lease, at, post.attempts - untried, trouble)

        self._patiently(work)

    def _count(self, sent: int = 0, postponed: int = 0, held: int = 0, failed: Sequence[Failed] = ()) -> None:
        with self._progress:
            self._sent += sent
            self._postponed += postponed
            self._held += held
            self._failed += failed

    def let_go(self, held: Held) -> None:
        """Give back what was not tried."""
        self._put_off(held.posts, self.now(), held.posts[0].trouble, 1)

    def keep(self, endpoint: Endpoint) -> None:
        """Keep what was learnt of an endpoint."""
        self._patiently(lambda t: t.keep_endpoint(endpoint))
        if endpoint.stopped or endpoint.rests_until:
            log.warning("%s fails (%s), %d in a row", endpoint.name, endpoint.trouble, endpoint.failures)

    def _patiently(self, work: Callable[[Writing], object]) -> None:
        """Write what came of something; while the store is busy, try again: it cannot be learnt a second time."""

        def write(transaction: Writing) -> None:
            work(transaction)
            transaction.commit()

        for _ in range(3):
            try:
                self.desk.write(write)
            except StoreTrouble as trouble:
                log.warning("the store does not take what came of a message: %s", trouble.reason)
            else:
                return


class _Sorting:
    """Of what was claimed, what leaves now and together; within the transaction that claimed it."""

    def __init__(self, turn: _Round, transaction: Writing) -> None:
        self._desk = turn.desk
        self._routes = turn.routes
        self._has_room = turn.has_room
        self._lease = turn.lease
        self._transaction = transaction
        self.now = turn.now()
        self.until = self.now + LEASE
        self._chance = turn.chance
        self._endpoints: dict[str, Endpoint] | None = None
        self._done: set[str] = set()
        self.groups: list[tuple[Channel, str, tuple[Posted, ...]]] = []
        """(way, id, messages) of what leaves."""
        self.count = self.held = self.postponed = 0
        self.failed: list[Failed] = []

    def sort(self, claimed: list[Posted]) -> None:
        """Find the parcels that leave; put off, or bury, the rest."""
        self.count = len(claimed)
        for post in claimed:
            if post.message.id not in self._done:
                self._done.add(post.message.id)
                channel = self._way(post)
                if channel is not None and (group := self._group(channel, post, claimed)):
                    self.groups.append((channel, _parcel_id(group), group))

    def _way(self, post: Posted) -> Channel | None:
        """Where a message goes; one that goes nowhere, or cannot be reached, is settled here."""
        message = post.message
        channel = self._routes.way(message, self._transaction.head(message.dyad).program)
        if channel is None:
            self._wait(post, self.now + HOUR, NO_WAY)
            return None
        if not self._has_room(channel):
            self._wait(post, self.now + LEASE // 60, post.trouble)
            return None
        if self._endpoint(channel).rests_until > self.now and post.attempts < MOST_ATTEMPTS:
            at = max(self.now + retry_after(post.attempts, self._chance()), self._endpoint(channel).rests_until)
            self._transaction.postpone(message.id, self._lease, at, post.attempts, RESTING)
            self.postponed += 1
            return None
        if channel.to_people and not self._is_reached(message):
            self._transaction.settle(message.id, self._lease, FAILED, self.now, NO_ADDRESS)
            self.failed.append(Failed(message.id, channel.name, NO_ADDRESS))
            return None
        return channel

    def _endpoint(self, channel: Channel) -> Endpoint:
        if self._endpoints is None:
            self._endpoints = {one.name: one for one in self._transaction.endpoints()}
        return self._endpoints.get(channel.name, Endpoint(channel.name))

    def _is_reached(self, message: Outgoing) -> bool:
        person = self._transaction.person(message.recipient or "")
        return person is not None and bool(person.address)

    def _wait(self, post: Posted, at: int, trouble: str) -> None:
        """Put off without having tried."""
        self._transaction.postpone(post.message.id, self._lease, at, post.attempts - 1, trouble)
        self.held += at > self.now

    def _group(self, channel: Channel, post: Posted, claimed: list[Posted]) -> tuple[Posted, ...]:
        """What leaves with a message; nothing where it has to wait."""
        if not channel.to_people:
            return (post,)
        wish = self._wish(post.message)
        group = self._gathered(post, claimed) if post.parcel else (post,)
        if _goes_alone(post) or post.parcel:
            # What was tried before is in no digest to come, yet wakes nobody.
            wish = wish._replace(digest_at=None)
        at = leave_at(wish, post.message.created_at, self.now)
        if at > self.now and post.message.priority != URGENT:
            for one in group:
                self._wait(one, at, one.trouble)
            return ()
        return self._digest(post, wish, claimed) if wants_digest(wish) else group

    def _wish(self, message: Outgoing) -> Preference:
        row = self._transaction.head(message.dyad)
        zone = self._desk.programs.pinned(row.program, row.behaviour).program.model.timezone
        known = self._transaction.person(message.recipient or "")
        person = known.id if known is not None else ""
        return chosen(self._transaction.preference(person), self._routes.hours._replace(person=person), zone)

    def _with(self, post: Posted, claimed: list[Posted]) -> list[Posted]:
        """Everything of the same person, channel and parcel that is held by now."""
        message, parcel = post.message, post.parcel
        mine = (message.recipient, message.channel, parcel)
        here = [one for one in claimed if (one.message.recipient, one.message.channel, one.parcel) == mine]
        return here + self._transaction.claim_of(message, parcel, self.now, self.until, self._lease)

    def _digest(self, post: Posted, wish: Preference, claimed: list[Posted]) -> tuple[Posted, ...]:
        """The messages of a day, under the name of the first; those that go alone are left to go alone."""
        ready = []
        for one in self._with(post, claimed):
            if not _goes_alone(one):
                self._done.add(one.message.id)
                ready.append(one)
            elif one not in claimed:
                self._wait(one, self.now, one.trouble)
        group = _in_order(ready)
        if len(group) > 1:
            parcel = group[0].message.id
            self._transaction.gather([one.message.id for one in group], parcel, self._lease)
            group = tuple(one._replace(parcel=parcel) for one in group)
        own = self._transaction.preference(wish.person) or Preference(wish.person)
        self._transaction.keep_preference(own._replace(digested_on=local_day(wish, self.now)))
        return group

    def _gathered(self, post: Posted, claimed: list[Posted]) -> tuple[Posted, ...]:
        """A digest that is tried again: all of it, or nothing for now."""
        here = self._with(post, claimed)
        self._done |= {one.message.id for one in here}
        all_of_it = self._transaction.with_parcel(post.parcel, post.message.recipient or "")
        waiting = {one.message.id for one in all_of_it if one.message.status == WAITING}
        if {one.message.id for one in here} == waiting:
            return _in_order(here)
        for one in here:
            self._wait(one, self.now + MINUTE, one.trouble)
        return ()


def _goes_alone(post: Posted) -> bool:
    """Whether a message waits for no digest: it is urgent, or it has been tried before."""
    return post.message.priority == URGENT or post.attempts > 1


def _in_order(posts: list[Posted]) -> tuple[Posted, ...]:
    return tuple(sorted(posts, key=lambda one: (one.message.seq, one.message.n)))


def _parcel_id(group: tuple[Posted, ...]) -> str:
    """The id of what leaves: that of its message, or one of its own for a digest."""
    first = group[0]
    return str(uuid5(UUID(first.parcel), "digest")) if first.parcel else first.message.id

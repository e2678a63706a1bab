"""How do dyads that are already under way come in? All of a file in one transaction, or none.

Looking first is the same work, without keeping it. A dyad comes in once: the same people, in the same state, since the
same day, are told to be there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Final, NamedTuple

from dyade.errors import Conflict
from dyade.flow.messages import CLOCK, SYSTEM, Start
from dyade.flow.outcome import Context, Decision, Reason, Refusal
from dyade.flow.placing import Placement, bring_in
from dyade.flow.plan import plan_of
from dyade.flow.quotas import PROGRAM
from dyade.flow.tagged import sorted_json
from dyade.program.conditions import types
from dyade.program.conditions.values import ValueRefused, parse_value
from dyade.service.answers import spell, to_remember
from dyade.service.attaching import Contents, NotAttached, detached, too_much, with_files
from dyade.service.context import UnknownPerson, gathered
from dyade.service.counted import counted
from dyade.service.counting import counters_for
from dyade.service.desk import Desk
from dyade.service.door import ATTEMPTS
from dyade.service.keep import Before, kept
from dyade.service.notices import wording
from dyade.service.ports import Person, Share, Writing
from dyade.service.programs import Known

NONE: Final[Mapping[str, Any]] = {}


class Arrival(NamedTuple):
    """A dyad as a line of a file gives it; days are ordinals."""

    line: int
    leaf: str
    people: Mapping[str, tuple[str, ...]]
    fields: Mapping[str, Any]
    """As JSON; a file is an `Attachment`."""
    since: int
    """The day on which it entered the state where it stands."""
    began: int
    """The day on which it began."""
    names: Mapping[str, str] = NONE
    """The names of those who become known by this file."""


class Arrived(NamedTuple):
    """What came of one line."""

    line: int
    dyad: str | None
    """The dyad that it is, or would be; `None` where it cannot come in."""
    reasons: tuple[Reason, ...] = ()
    places: tuple[tuple[str, str], ...] = ()
    """(quota, person, or empty) of the shared places that it has."""


def import_all(
    desk: Desk, program: str, arrivals: Sequence[Arrival], lang: str, *, keep: bool, beyond: bool = False
) -> list[Arrived]:
    """Bring dyads in; where one cannot come, or where they are only looked at, nothing is kept.

    `beyond`: the shared places that they have are counted even where none is left.
    """

    def work(transaction: Writing) -> list[Arrived]:
        coming = _Coming(desk, transaction, program, lang, beyond=beyond)
        found = [coming.one(arrival) for arrival in counted(desk.heard, arrivals)]
        if keep and not any(one.reasons for one in found):
            transaction.commit()
            coming.lasts()
        return found

    attempt = 1
    while True:
        try:
            return desk.write(work)
        except Conflict:
            # What dyads share may have been taken meanwhile, where a store does not queue its writers.
            if attempt == ATTEMPTS:
                raise
            attempt += 1


class _Coming:
    """The dyads of one file, in one transaction."""

    def __init__(self, desk: Desk, transaction: Writing, program: str, lang: str, *, beyond: bool) -> None:
        self._beyond = beyond
        self._desk = desk
        self._t = transaction
        self._lang = lang
        self._now = desk.now()
        self._known: Known = desk.programs.current(program)
        self._fresh: list[Before] = []
        if not self._known.is_kept:
            transaction.publish(self._known.publication(self._now))

    def lasts(self) -> None:
        """Remember what was kept, now that it lasts."""
        self._known.is_kept = True
        for seen in self._fresh:
            self._desk.recent.put(seen)

    def one(self, arrival: Arrival) -> Arrived:
        """Bring one dyad in, within the transaction."""
        command, files = detached(Start(SYSTEM, arrival.people, dict(arrival.fields)))
        command = command._replace(fields=spell(dict(command.fields)))
        if files and (refusal := too_much(files)) is not None:
            return Arrived(arrival.line, None, refusal.reasons)
        id_ = self._id(arrival)
        before = self._t.answered(SYSTEM, id_)
        if before is not None:
            return Arrived(arrival.line, None, (Reason("imported_before", before.dyad, {"dyad": before.dyad}),))
        try:
            self._welcome(arrival.names)
            context = gathered(
                self._t, self._known, None, command, self._now, counters_for(self._desk, self._t, self._known)
            )
        except UnknownPerson as unknown:
            facts = {"person": unknown.person}
            return Arrived(arrival.line, None, (Reason("unknown_person", unknown.person, facts),))
        except ValueRefused as refused:
            return Arrived(arrival.line, None, (Reason("bad_person_id", str(refused), {}),))
        try:
            return self._placed(arrival, command, context, id_, files)
        except NotAttached as missing:
            return Arrived(arrival.line, None, (missing.reason,))

    def _id(self, arrival: Arrival) -> str:
        """The same for the same dyad, in whatever file and on whatever line; nothing private is in it."""
        people = {role: list(held) for role, held in arrival.people.items()}
        content = [self._known.program.id, arrival.leaf, people, arrival.since, arrival.began]
        return f"import:{sha256(sorted_json(content).encode()).hexdigest()}"

    def _welcome(self, names: Mapping[str, str]) -> None:
        """Make those known whom nobody knows yet."""
        for id_, name in names.items():
            parse_value(types.Person(), id_)
            if id_ in (CLOCK, SYSTEM):
                raise UnknownPerson(id_)
            if self._t.person(id_) is None:
                self._t.add_person(Person(id_, spell(name), None, self._lang, {}), self._now)

    def _placed(self, arrival: Arrival, command: Start, context: Context, id_: str, files: Contents) -> Arrived:
        known, number = self._known, self._t.next_number()
        calendar = plan_of(known.program).calendar
        days = (calendar.start_of_day(day) or self._now for day in (arrival.began, arrival.since))
        began, since = (min(at, self._now) for at in days)
        placement = Placement((arrival.leaf,), arrival.people, command.fields)
        outcome: Decision | Refusal = bring_in(
            known.program, f"D-{number}", placement, context, began, since, beyond=self._beyond
        )
        if isinstance(outcome, Refusal):
            return Arrived(arrival.line, None, outcome.reasons)
        keep, snapshot = kept(known, None, number, outcome, self._desk.salt, wording(self._t, known.program))
        if known.attached:
            keep = with_files(self._t, keep, known.attached, files)
        self._t.keep(keep)
        self._t.remember(to_remember(id_, command, id_, 0, outcome, self._now))
        self._fresh.append(Before(keep.dyad, snapshot))
        places = tuple(
            (share.counter.removeprefix("quotas."), share.person)
            for share in keep.shares
            if share.after and share.counter.startswith("quotas.") and (share.person or not _personal(known, share))
        )
        return Arrived(arrival.line, keep.dyad.id, places=places)


def _personal(known: Known, share: Share) -> bool:
    """Whether the places of a quota are those of its people: what then stands under no person is a mark."""
    return known.program.model.quotas[share.counter.removeprefix("quotas.")].per != PROGRAM

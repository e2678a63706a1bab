"""How do dyads that are already under way come in? All of a file in one transaction, or none.

Looking first is the same work, without keeping it. A dyad comes in once: the same people, in the same state, since the
same day, are told to be there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Final, NamedTuple

from dyade.flow.messages import CLOCK, SYSTEM, Start
from dyade.flow.outcome import Context, Decision, Reason, Refusal
from dyade.flow.placing import Placement, bring_in
from dyade.flow.plan import plan_of
from dyade.flow.tagged import sorted_json
from dyade.program.conditions import types
from dyade.program.conditions.values import ValueRefused, parse_value
from dyade.service.answers import spell, to_remember
from dyade.service.context import UnknownPerson, gathered
from dyade.service.counting import counters_for
from dyade.service.desk import Desk
from dyade.service.keep import Before, kept
from dyade.service.notices import wording
from dyade.service.ports import Person, Writing
from dyade.service.programs import Known

NONE: Final[Mapping[str, Any]] = {}


class Arrival(NamedTuple):
    """A dyad as a line of a file gives it; days are ordinals."""

    line: int
    leaf: str
    people: Mapping[str, tuple[str, ...]]
    fields: Mapping[str, Any]
    """As JSON."""
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


def import_all(desk: Desk, program: str, arrivals: Sequence[Arrival], lang: str, *, keep: bool) -> list[Arrived]:
    """Bring dyads in; where one cannot come, or where they are only looked at, nothing is kept."""

    def work(transaction: Writing) -> list[Arrived]:
        coming = _Coming(desk, transaction, program, lang)
        found = [coming.one(arrival) for arrival in arrivals]
        if keep and not any(one.reasons for one in found):
            transaction.commit()
            coming.lasts()
        return found

    return desk.write(work)


class _Coming:
    """The dyads of one file, in one transaction."""

    def __init__(self, desk: Desk, transaction: Writing, program: str, lang: str) -> None:
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
        command = Start(SYSTEM, arrival.people, spell(dict(arrival.fields)))
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
        return self._placed(arrival, command, context, id_)

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

    def _placed(self, arrival: Arrival, command: Start, context: Context, id_: str) -> Arrived:
        known, number = self._known, self._t.next_number()
        calendar = plan_of(known.program).calendar
        days = (calendar.start_of_day(day) or self._now for day in (arrival.began, arrival.since))
        began, since = (min(at, self._now) for at in days)
        placement = Placement((arrival.leaf,), arrival.people, command.fields)
        outcome: Decision | Refusal = bring_in(known.program, f"D-{number}", placement, context, began, since)
        if isinstance(outcome, Refusal):
            return Arrived(arrival.line, None, outcome.reasons)
        keep, snapshot = kept(known, None, number, outcome, self._desk.salt, wording(self._t, known.program))
        self._t.keep(keep)
        self._t.remember(to_remember(id_, command, id_, 0, outcome, self._now))
        self._fresh.append(Before(keep.dyad, snapshot))
        return Arrived(arrival.line, keep.dyad.id)

"""How does one life go, when people are late, away, or give up? The acts of the model, decided by the real core.

Chance follows from the seed and the number of the life alone, and each act draws as often whatever the rates: two
forecasts of one seed differ by their rates, never by their luck.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from math import log
from random import Random
from typing import Any

from dyade.authoring import scenario_model as s
from dyade.authoring.forecast.course import Act, Model
from dyade.authoring.forecast.rates import Rates
from dyade.authoring.life import Life, Unsound
from dyade.authoring.moments import put_off
from dyade.authoring.steps import Asked, orders
from dyade.authoring.trying.trial import Silent
from dyade.flow import messages as c
from dyade.flow.outcome import Counter, Decision, Reason
from dyade.flow.plan import Plan, plan_of
from dyade.flow.rules import Rule
from dyade.program.graph import MAIN
from dyade.program.program import Program

DAY = 86_400_000_000
WAITS = (1, 2, 4, 8, 16, 32)
"""Days after which somebody who was refused tries again."""
HURRY = 2
"""How many times as fast as the model people go, where they are late."""
WITHDRAWN = "withdrawn"


@dataclass(slots=True, kw_only=True)
class Lived:
    """What a life shows of itself."""

    start: int
    end: int = 0
    """When it ended, or was last looked at."""
    state: str = ""
    outcome: str | None = None
    """`None` where it goes on."""
    days: dict[str, float] = field(default_factory=dict)
    """Main state → the days spent there."""
    sent: list[tuple[int, str, str]] = field(default_factory=list)
    """(when, role, `notice`, `reminder` or `escalation`)."""
    refused: dict[str, int] = field(default_factory=dict)
    """What refused somebody who tried → how often."""
    held: list[tuple[int, str, int]] = field(default_factory=list)
    """(when, quota, +1 or -1)."""
    kept: dict[str, bool] = field(default_factory=dict)
    """Deadline → whether its day came while it still counted: `False` then."""


class Taken:
    """The places of the program that earlier lives take, instant by instant; a waiting list is not followed."""

    def __init__(self, plan: Plan) -> None:
        self.changes: dict[str, list[tuple[int, int]]] = {
            name: []
            for name, quota in plan.program.model.quotas.items()
            if quota.per == "program" and quota.when_full == "refuse"
        }
        self._sums: dict[str, list[int]] = {name: [0] for name in self.changes}

    def add(self, held: list[tuple[int, str, int]]) -> None:
        """Count one more life."""
        for name in {name for _, name, _ in held} & self.changes.keys():
            changes = sorted([*self.changes[name], *((at, by) for at, what, by in held if what == name)])
            self.changes[name] = changes
            self._sums[name] = [0, *accumulate(by for _, by in changes)]

    def at(self, instant: int) -> Iterator[tuple[str, int]]:
        """How much is taken of each at an instant."""
        for name, changes in self.changes.items():
            yield name, self._sums[name][bisect_right(changes, (instant, 2))]


class Quick(Life):
    """A life that is watched, and written nowhere."""

    def __init__(self, program: Program, model: Model, now: int, lang: str, taken: Taken) -> None:
        super().__init__(program, model.story, model.cast, now, lang, None)
        self.taken = taken
        self.transcript = Silent(program, lang, model.cast.names)
        self.lived = Lived(start=now)
        self._since = now
        self._deadlines = [
            (name, self.plan.deadline(name), tuple(map(self.plan.graph.path, one.while_ or ())))
            for name, one in program.model.deadlines.items()
        ]

    def _counters(self) -> dict[tuple[str, str], Counter]:
        """Whoever came before has taken what they have at this instant."""
        for name, used in self.taken.at(self.now):
            self.others[f"quotas.{name}", ""] = used
        return super()._counters()

    def _kept(self, decision: Decision) -> None:
        self.dyad = decision.dyad
        self.next_due = decision.next_due
        for record in decision.records:
            self._note(record)
        for sent in self.sent:
            self.lived.sent.append((sent.at, sent.roles[0] if sent.roles else "", sent.notice.kind))
        self.sent, self.notices, self.advice = [], [], []
        self._look()

    def _note(self, record: c.Record) -> None:
        lived, at = self.lived, record.head.at
        match record:
            case c.Placed():
                lived.state, self._since = record.leaves[0], at
            case c.Started():
                lived.state, self._since = self.plan.graph.entry_leaf(self.plan.graph.regions[MAIN].initial), at
                lived.start = at
            case c.Reserved():
                lived.held.append((at, record.quota, 1))
            case c.Released():
                lived.held.append((at, record.quota, -1))
        if isinstance(record, c.Moved) and record.target is not None:
            self._moved(self.plan.region_of(record.target), record, at)

    def _moved(self, region: str, record: c.Moved, at: int) -> None:
        """Where the main region stands; a move inside a track leaves it where it is."""
        if region != MAIN:
            target = self.plan.graph.nodes[record.target or ""]
            main = [path for path in target.ancestors if self.plan.region_of(path) == MAIN]
            target_leaf = main[-1]
        else:
            target_leaf = record.target or ""
        if target_leaf == self.lived.state:
            return
        self._spend(at)
        self.lived.state = target_leaf

    def _spend(self, at: int) -> None:
        days = max(0, at - self._since) / DAY
        self.lived.days[self.lived.state] = self.lived.days.get(self.lived.state, 0) + days
        self._since = at

    def _look(self) -> None:
        """Which deadlines have come, and which were met: theirs no longer count."""
        if not self._deadlines:
            return
        draft = self.draft()
        for name, day, states in self._deadlines:
            if draft.is_final or (states and not any(map(draft.is_in, states))):
                continue
            due = day(draft)
            if due is not None:
                self.lived.kept[name] = self.lived.kept.get(name, True) and draft.today < due

    def ended(self, now: int) -> Lived:
        """What the life shows, at its end or where one stops looking."""
        lived = self.lived
        assert self.dyad is not None
        leaf = self.dyad.leaves[MAIN]
        if self.plan.is_final(leaf):
            lived.end, lived.outcome = self._since, self.plan.graph.nodes[leaf].model.outcome or "final"
        else:
            self._look()
            self._spend(now)
            lived.end = now
        lived.state = leaf
        return lived


class Luck:
    """The chances of one act, drawn whatever comes of them."""

    def __init__(self, rng: Random) -> None:
        self.late, self.away, self.stay, self.never = (rng.random() for _ in range(4))

    def delay(self, rates: Rates, roles: tuple[str, ...]) -> float:
        """How many days later than in the model somebody acts."""
        days = -log(1 - self.late) * rates.of_roles("delay_days", roles)
        if self.away < rates.plain["absences"]:
            days += self.stay * 2 * rates.plain["absence_days"]
        return days

    def is_done(self, rates: Rates, roles: tuple[str, ...]) -> bool:
        """Whether it is ever done."""
        return self.never < rates.of_roles("answers", roles)


class Living:
    """Lives of one program, one after the other."""

    def __init__(self, program: Program, model: Model, rates: Rates, seed: int, lang: str) -> None:
        self.program = program
        self.model = model
        self.rates = rates
        self.seed = seed
        self.lang = lang
        self.taken = Taken(plan_of(program))
        self.reasons: dict[str, Reason] = {}
        """What refused somebody, as it was said the first time."""

    def lives(self, many: int, start: int, until: int) -> Iterator[Lived | None]:
        """So many lives, begun one after the other as people arrive; `None` for one that nobody could begin."""
        arrivals = Random(f"{self.seed} arrivals")
        weeks = self.rates.plain["arrival_weeks"]
        for number, come in enumerate(sorted(arrivals.random() for _ in range(many))):
            lived = self._one(number, start + int(come * weeks * 7) * DAY, until)
            if lived is not None:
                self.taken.add(lived.held)
            yield lived

    def _one(self, number: int, start: int, until: int) -> Lived | None:
        rng = Random(f"{self.seed} {number}")
        leaves, when = rng.random() < self.rates.plain["withdraws"], rng.randint(1, max(1, len(self.model.acts) - 1))
        life = Quick(self.program, self.model, self._day(start), self.lang, self.taken)
        try:
            if self.model.given is not None:
                life.begin(self.model.given)
            before, begun = self.model.start, life.now
            for i, act in enumerate(self.model.acts):
                luck = Luck(rng)
                if leaves and i == when and life.dyad is not None:
                    self._withdraws(life)
                    break
                pace = self.rates.plain["pace"]
                wanted = begun + int((act.at - self.model.start) / pace)
                # Whoever is late catches up, but does not do at once what takes weeks.
                soonest = life.now + int((act.at - before) / pace / HURRY)
                before = act.at
                self._act(life, act, luck, wanted, soonest, until)
            if life.dyad is None:
                return None
            life.travel(max(life.now, until))
        except Unsound:
            # Time that never rests, or an invariant that breaks: the life stops there.
            if life.dyad is None:
                return None
        return life.ended(life.now)

    def _day(self, at: int) -> int:
        """The same hour as in the model, on the day that somebody arrives."""
        calendar = plan_of(self.program).calendar
        found = calendar.instant(calendar.local_date(at), calendar.local_minutes(self.model.start))
        return found if found is not None else at

    def _act(self, life: Quick, act: Act, luck: Luck, wanted: int, soonest: int, until: int) -> None:
        step = act.step
        if isinstance(step, s.AttributesStep):
            life.travel(max(life.now, min(wanted, until)))
            for person, known in step.attributes.items():
                life.inform(person, known)
            return
        if isinstance(step, s.OthersStep):
            return
        roles = self.model.cast.roles.get(step.person, ())
        arrives = life.dyad is None
        if not arrives and not luck.is_done(self.rates, roles):
            return
        at = wanted if arrives else max(soonest, wanted + int(luck.delay(self.rates, roles) * DAY))
        for wait in (0, *WAITS):
            at += wait * DAY
            if at > until or not self._goes_on(life):
                return
            life.travel(max(life.now, at))
            if self._done(life, act):
                return

    def _goes_on(self, life: Quick) -> bool:
        return life.dyad is None or not life.plan.is_final(life.dyad.leaves[MAIN])

    def _done(self, life: Quick, act: Act) -> bool:
        """Ask for what the model does, its days as much later as today is."""
        assert isinstance(act.step, s.ActStep)
        calendar = life.plan.calendar
        days = calendar.local_date(life.now) - calendar.local_date(act.at)
        people = life.cast.holders(life.plan, shared=False)
        for order in orders(act.step, Asked(life.plan, life.dyad, people)):
            reasons = life.act(_later(order, days))
            if reasons:
                for reason in reasons:
                    name = f"{reason.code} {reason.about}"
                    self.reasons.setdefault(name, reason)
                    life.lived.refused[name] = life.lived.refused.get(name, 0) + 1
                return False
        return True

    def _withdraws(self, life: Quick) -> None:
        """Somebody leaves by the way that the program gives, if there is one from here; else, nobody acts any more."""
        assert life.dyad is not None
        for rule in life.plan.rules.values():
            if rule.roles and self._leads_out(life, rule):
                actor = next((p for role in rule.roles for p in life.draft().holders(role)), None)
                given = self.model.inputs.get(rule.event_name, {})
                if actor is not None and not life.act(c.Fire(actor, rule.event_name, given)):
                    return

    def _leads_out(self, life: Quick, rule: Rule) -> bool:
        assert life.dyad is not None
        if rule.target is None or life.dyad.leaves[MAIN] not in rule.sources:
            return False
        nodes = life.plan.graph.nodes
        return nodes[life.plan.graph.entry_leaf(rule.target.state)].model.outcome == WITHDRAWN


def _later(order: c.Command, days: int) -> c.Command:
    """A command, every day in it so many days later."""
    if not days:
        return order
    moved: dict[str, Any] = {}
    for name, value in order._asdict().items():
        if isinstance(value, dict):
            moved[name] = put_off(value, days)
        elif name in ("on", "day", "to", "until") and isinstance(value, int):
            moved[name] = value + days
        elif name == "days":
            moved[name] = tuple(day + days for day in value)
    return order._replace(**moved)

"""A life that is tried out, step by step: it goes on from any point in several ways, and each step may be taken back.

A step is what a scenarios file holds under `steps`, as data: what is tried can be written down as it is.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from dyade.authoring import scenario_model as s
from dyade.authoring.life import Life, Unsound, cast_of
from dyade.authoring.moments import instant
from dyade.authoring.observing import Observer, Watch
from dyade.authoring.proposing import proposed
from dyade.authoring.steps import Asked, called, orders
from dyade.authoring.stories import Places, Story
from dyade.authoring.transcript import Transcript
from dyade.authoring.trying.setting import Setting
from dyade.flow import messages as c
from dyade.flow.outcome import Context, Decision, Reason
from dyade.flow.plan import plan_of
from dyade.flow.telling.words import Words
from dyade.program.diagnostics import Findings
from dyade.program.durations import DurationError
from dyade.program.model import Misshapen, made
from dyade.program.program import Program
from dyade.program.text import read

Step = Mapping[str, Any]
ABOUT = ("clause", "pair_clause", "limit", "invariant", "hidden")
"""Reasons that a scenario names by what they are about."""


class Misread(Exception):
    """What was asked is no step; `key` names the sentence that says why."""

    def __init__(self, key: str, **facts: str) -> None:
        super().__init__(key)
        self.key = key
        self.facts = facts


class Taken(NamedTuple):
    """A step that was taken, and why it was refused, if it was."""

    step: Step
    reasons: tuple[Reason, ...]

    def told(self) -> dict[str, Any]:
        """The step as a scenario writes it, with the refusal that it expects."""
        if not self.reasons:
            return dict(self.step)
        return {**self.step, "refused": dict.fromkeys(map(named, self.reasons), "any")}


def named(reason: Reason) -> str:
    """What a scenario calls a reason."""
    return reason.about if reason.code in ABOUT else reason.code


class Silent(Transcript):
    """Writes nothing: what is only searched is read by nobody."""

    def placed(self, decision: Decision, moment: int) -> None:
        """Say nothing."""

    def did(self, decision: Decision, context: Context) -> None:
        """Say nothing."""

    def others(self, moment: int, uses: Iterable[tuple[str, str]]) -> None:
        """Say nothing."""


@lru_cache(maxsize=1)
def _untold() -> Story:
    """A story of which nothing is written yet."""
    tree = read("{}", Findings())
    assert tree is not None
    scenario = made(s.Scenario, {"name": "-", "steps": [{"clock": "+1 day"}]})
    return Story(name="-", scenario=scenario, places=Places(tree, 0, {}), begins=False)


class Trial(Life):
    """A life without a file."""

    def __init__(
        self, program: Program, setting: Setting, lang: str, observer: Observer | None = None, *, aloud: bool = False
    ) -> None:
        people = {name: made(s.Person, person or {}) for name, person in (setting.data.get("people") or {}).items()}
        plan = plan_of(program)
        now = instant(plan.calendar, plan.day_time, str(setting.data.get("clock")), 0)
        watch = Watch(observer) if observer is not None else None
        super().__init__(program, _untold(), cast_of(people), now or 0, lang, None, watch)
        self.aloud = aloud
        self.given = made(s.Given, setting.data.get("given") or {})
        if not aloud:
            self.transcript = Silent(program, lang, self.cast.names)

    def begun(self) -> Trial:
        """The same, where its setting puts it; raise `Unsound` where it cannot stay there."""
        self.begin(self.given)
        return self

    def split(self) -> Trial:
        """Another life that has been the same until now."""
        twin = copy.copy(self)
        twin.records, twin.notices = [*self.records], [*self.notices]
        twin.advice, twin.sent, twin.others = [*self.advice], [*self.sent], {**self.others}
        twin.watch = self.watch.copy() if self.watch is not None else None
        if self.aloud:
            twin.transcript = copy.copy(self.transcript)
            twin.transcript.lines = [*self.transcript.lines]
        return twin

    # ------------------------------------------------------------------------------------------------------------ doing

    def take(self, step: Step) -> Taken:
        """Take a step; raise `Misread` where it is none, `Unsound` where the life cannot go on."""
        try:
            read_step = s.load_step(step)
        except Misshapen:
            raise Misread("try.no_step") from None
        reasons: tuple[Reason, ...] = ()
        match read_step:
            case s.ClockStep():
                self.travel(self.reached(read_step.clock))
            case s.AttributesStep():
                for person, attributes in read_step.attributes.items():
                    self.inform(person, attributes)
            case s.OthersStep():
                self.share(read_step.others)
            case s.ThenStep():
                if read_step.then.proposed is not None:
                    tuple(proposed(self, []))
            case s.ActStep():
                reasons = self._acted(read_step)
        return Taken(step, reasons)

    def reached(self, clock: str) -> int:
        """The instant to which a clock leads; raise `Misread` where it cannot be read, or goes back."""
        try:
            found = instant(self.plan.calendar, self.plan.day_time, clock, self.now)
        except DurationError:
            found = None
        if found is None:
            raise Misread("try.no_moment", text=clock)
        if found < self.now:
            raise Misread("try.back", now=self.words(self.transcript.lang).moment(self.now))
        return found

    def _acted(self, step: s.ActStep) -> tuple[Reason, ...]:
        people = self.cast.holders(self.plan, shared=False)
        for order in orders(step, Asked(self.plan, self.dyad, people)):
            reasons = self.act(order)
            if reasons:
                who = self.words(self.transcript.lang).person(step.person)
                if self.aloud:
                    self.transcript.refused(self.now, who, called(order, self.transcript.words), reasons)
                return reasons
        return ()

    # ------------------------------------------------------------------------------------------------------ being lived

    def _done(self, decision: Decision) -> None:
        if self.aloud:
            super()._done(decision)
            return
        self.notices += [effect for _, effect in decision.effects if isinstance(effect, c.Notice)]
        self.advice += decision.advice
        self._kept(decision)

    def _kept(self, decision: Decision) -> None:
        if self.aloud:
            super()._kept(decision)
            return
        self.records += decision.records
        self.dyad = decision.dyad
        self.next_due = decision.next_due
        if self.watch is not None:
            self.watch.happened(self, decision.records)
        if decision.dyad.broken:
            raise Unsound("failed.invariant", invariant=", ".join(decision.dyad.broken))


def lived(
    program: Program, setting: Setting, steps: Sequence[Step], lang: str, observer: Observer | None = None
) -> tuple[Trial, list[Taken]]:
    """A life of these steps, from its beginning, which may be its first step; raise as a step does."""
    trial = Trial(program, setting, lang, observer)
    if not starts(steps):
        trial.begun()
    return trial, [trial.take(step) for step in steps]


def starts(steps: Sequence[Step]) -> bool:
    """Whether the first step starts the dyad: nothing is given then."""
    acts = steps[0].values() if steps else ()
    return any(isinstance(act, dict) and "start" in act for act in acts)


def moment_text(words: Words, at: int) -> str:
    """An instant, as a clock step writes it: to the minute, never before it."""
    minute = 60_000_000
    return words.moment(-(-at // minute) * minute)

"""How does a dyad live a story? Its acts one after the other, and between them time, as a worker would let it pass.

Nothing is kept but in memory. After each act the records must fold to the dyad, and its invariants must hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from dyade.authoring import scenario_model as s
from dyade.authoring.moments import ordinal
from dyade.authoring.steps import hour
from dyade.authoring.stories import Story
from dyade.authoring.transcript import Transcript
from dyade.flow import messages as c
from dyade.flow.decide import decide
from dyade.flow.draft import Draft
from dyade.flow.dyad import Dyad
from dyade.flow.evolve import fold
from dyade.flow.outcome import Context, Counter, Decision, Reason, Refusal
from dyade.flow.placing import Entered, Gathering, Placement, place
from dyade.flow.plan import Plan, plan_of
from dyade.flow.quotas import CENTS
from dyade.flow.telling.words import Words
from dyade.program.conditions.types import MONEY
from dyade.program.graph import MAIN
from dyade.program.program import Program

if TYPE_CHECKING:
    from dyade.authoring.observing import Watch

DYAD = "D-1"
MOST_TICKS = 50_000
"""Instants at which time may act between two steps; more is a program that never rests."""


class Cast(NamedTuple):
    """Everyone of a story."""

    names: Mapping[str, str]
    roles: Mapping[str, tuple[str, ...]]
    """The roles of each person."""
    waiting: frozenset[str]
    """Those who hold none yet."""
    profiles: Mapping[str, Mapping[str, Any]]

    def holders(self, plan: Plan, *, shared: bool) -> dict[str, tuple[str, ...]]:
        """Who holds each role from the start: of the whole program, or of the dyad."""
        found: dict[str, tuple[str, ...]] = {}
        for role in plan.roles:
            held = tuple(p for p, roles in self.roles.items() if role in roles and p not in self.waiting)
            if held and (role in plan.program_roles) == shared:
                found[role] = held
        return found


def cast_of(people: Mapping[str, s.Person]) -> Cast:
    """Read who takes part."""
    roles = {name: tuple(person.roles or ([person.role] if person.role else ())) for name, person in people.items()}
    return Cast(
        {name: person.name or name for name, person in people.items()},
        roles,
        frozenset(name for name, person in people.items() if person.pool),
        {name: person.model_extra or {} for name, person in people.items()},
    )


class Sent(NamedTuple):
    """A message, when it was sent, and what its reader was in the dyad by then."""

    at: int
    notice: c.Notice
    roles: tuple[str, ...]


class Unsound(Exception):
    """A story cannot go on; `key` names the sentence that says why."""

    def __init__(self, key: str, reasons: tuple[Reason, ...] = (), **facts: str) -> None:
        super().__init__(key)
        self.key = key
        self.reasons = reasons
        self.facts = facts


class Life:
    """One story, being lived."""

    def __init__(
        self,
        program: Program,
        story: Story,
        cast: Cast,
        now: int,
        lang: str,
        before: Life | None,
        watch: Watch | None = None,
    ) -> None:
        self.program = program
        self.plan = plan_of(program)
        self.story = story
        self.cast = cast
        self.shared = cast.holders(self.plan, shared=True)
        self.now = now
        self.dyad: Dyad | None = before.dyad if before else None
        self.records: list[c.Record] = list(before.records) if before else []
        self.next_due: int | None = before.next_due if before else None
        self.others: dict[tuple[str, str], int] = dict(before.others) if before else {}
        """What the other dyads use of what is shared."""
        self.transcript = Transcript(program, lang, cast.names)
        self.notices: list[c.Notice] = []
        """Sent since the last look."""
        self.advice: list[Reason] = []
        """Given since the last look."""
        self.sent: list[Sent] = list(before.sent) if before else []
        """Everything that was sent since the dyad began."""
        self.watch = watch

    def context(self, now: int | None = None) -> Context:
        """What is decided with."""
        context = Context(self.now if now is None else now, self.shared, self.cast.profiles, self.cast.names)
        return context if self.plan.shared is None else context._replace(counters=self._counters())

    def _counters(self) -> dict[tuple[str, str], Counter]:
        """How much is used of what dyads share: by the others of the story, and by this one."""
        own = self.dyad.shares if self.dyad is not None else {}
        found = {}
        for key in dict.fromkeys((*self.others, *own)):
            waits = key[0].startswith("quotas.") and own.get(key) == 0
            found[key] = Counter(self.others.get(key, 0) + own.get(key, 0), int(waits), DYAD if waits else "")
        return found

    def draft(self) -> Draft:
        """The dyad, to be asked questions."""
        assert self.dyad is not None
        return Draft(self.plan, self.dyad, self.context())

    def words(self, lang: str) -> Words:
        """The words of the story in a language."""
        return Words(self.plan, lang, self.cast.names)

    # ---------------------------------------------------------------------------------------------------------- begin

    def open(self, after: str) -> None:
        """Write down who takes part."""
        cast = self.cast
        people = [(name, cast.roles.get(name, ()), name in cast.waiting) for name in cast.names]
        self.transcript.title(self.story.name, people, after)

    def close(self) -> None:
        """Write down where the story ends."""
        if self.dyad is not None:
            words = self.transcript.words
            states = [(words.region(region), words.state(leaf)) for region, leaf in self.dyad.leaves.items()]
            outcome = self.plan.graph.nodes[self.dyad.leaves[MAIN]].model.outcome or ""
            self.transcript.ended(self.now, [("", states[0][1]), *states[1:]], outcome)

    def begin(self, given: s.Given) -> None:
        """Put the dyad where the story begins; raise `Unsound` where it cannot be or stay there."""
        main = self.plan.graph.path(given.state) if given.state else self.plan.graph.regions[MAIN].initial
        leaves = (self.plan.graph.entry_leaf(main), *self._track_leaves(given))
        forms = {name: tuple(map(_entered, s.several(filled))) for name, filled in given.forms.items()}
        meetings = {name: tuple(map(_gathered, several)) for name, several in given.series.items()}
        people = self.cast.holders(self.plan, shared=False)
        outcome = place(self.program, DYAD, Placement(leaves, people, given.fields, forms, meetings), self.context())
        if isinstance(outcome, Refusal):
            raise Unsound("failed.given", outcome.reasons)
        left = next((record for record in outcome.records if isinstance(record, c.Moved)), None)
        if left is not None and any(leaf not in outcome.dyad.leaves.values() for leaf in self._said(given, leaves)):
            raise Unsound("failed.leaves", transition=left.transition, state=left.source)
        self.transcript.placed(outcome, self.now)
        self._kept(outcome)

    def _track_leaves(self, given: s.Given) -> list[str]:
        return [self.plan.graph.entry_leaf(self.plan.graph.path(state)) for state in given.tracks.values()]

    def _said(self, given: s.Given, leaves: tuple[str, ...]) -> tuple[str, ...]:
        """Where the file says that the dyad stands; of a track, the file may say nothing."""
        return leaves if given.state else leaves[1:]

    # ------------------------------------------------------------------------------------------------------------ act

    def act(self, command: c.Command) -> tuple[Reason, ...]:
        """Do what a command asks; return the reasons where it is refused."""
        outcome = decide(self.program, self.dyad, command, self.context(), DYAD)
        if isinstance(outcome, Refusal):
            if outcome.time is not None:
                self._done(outcome.time)
            if self.watch is not None:
                self.watch.refused(outcome.reasons)
            return outcome.reasons
        self._done(outcome)
        return ()

    def inform(self, person: str, attributes: Mapping[str, Any]) -> None:
        """Change what is known of a person: in the register, and in the dyad if they take part in it."""
        known = self.cast.profiles
        self.cast = self.cast._replace(profiles={**known, person: {**known.get(person, {}), **attributes}})
        reasons = self.act(c.ChangeAttributes(c.SYSTEM, person, attributes)) if self._lives() else ()
        # Nothing changes in a dyad that does not read it, or in which they hold no role yet.
        if any(reason.code != "nothing_changed" for reason in reasons):
            raise Unsound("failed.refused", reasons)

    def share(self, others: Mapping[str, Any]) -> None:
        """Let the other dyads use so much of what is shared; a place that this one waits for is offered to it."""
        for name, used in others.items():
            quota = name in self.program.model.quotas
            for person, amount in (used if isinstance(used, dict) else {"": used}).items():
                key = (f"quotas.{name}" if quota else f"budgets.{name}", person)
                self.others[key] = int(amount) if quota else int(Decimal(amount) * CENTS)
        self.transcript.others(self.now, self._uses(others))
        for (name, person), share in tuple(self.dyad.shares.items()) if self.dyad is not None else ():
            if share == 0 and name.startswith("quotas."):
                self.act(c.Offer(c.SYSTEM, name.removeprefix("quotas."), person))

    def _uses(self, others: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """What the others use, in words."""
        words = self.transcript.words
        for name, used in others.items():
            for person, amount in (used if isinstance(used, dict) else {"": used}).items():
                if name in self.program.model.budgets:
                    yield words.budget(name), words.value(Decimal(amount), MONEY)
                else:
                    label = words.quota(name)
                    yield f"{label} ({words.person(person)})" if person else label, str(amount)

    def _lives(self) -> bool:
        return self.dyad is not None and not self.plan.is_final(self.dyad.leaves[MAIN])

    def travel(self, until: int) -> None:
        """Let time pass, through every instant at which it has something to do."""
        for _ in range(MOST_TICKS):
            due = self.next_due
            if self.dyad is None or due is None or due > until:
                self.now = until
                if self.watch is not None:
                    self.watch.passed(self)
                return
            self.now = max(self.now, due)
            outcome = decide(self.program, self.dyad, c.Tick(), self.context())
            assert isinstance(outcome, Decision)
            self._done(outcome)
            if self.next_due is not None and self.next_due <= due:
                break
        raise Unsound("failed.time", moment=self.words("fr").moment(self.now))

    def _done(self, decision: Decision) -> None:
        self.transcript.did(decision, self.context())
        for index, effect in decision.effects:
            if isinstance(effect, c.Notice):
                self.notices.append(effect)
                at = decision.records[index].head.at
                self.sent.append(Sent(at, effect, self._roles(decision.dyad, effect.to)))
        self.advice += decision.advice
        self._kept(decision)

    def _roles(self, dyad: Dyad, person: str) -> tuple[str, ...]:
        held = {role: tuple(holding.person for holding in several) for role, several in dyad.holdings.items()}
        return tuple(role for role in self.plan.roles if person in (*held.get(role, ()), *self.shared.get(role, ())))

    def _kept(self, decision: Decision) -> None:
        """Keep what was decided, and see that all is well."""
        self.records += decision.records
        self.dyad = decision.dyad
        self.next_due = decision.next_due
        if self.watch is not None:
            self.watch.happened(self, decision.records)
        if fold(self.program, DYAD, self.records) != self.dyad:
            raise Unsound("failed.fold")
        if self.dyad.broken:
            raise Unsound("failed.invariant", invariant=", ".join(self.dyad.broken))

    def looked(self) -> None:
        """A look covers what has happened since the one before."""
        self.notices = []
        self.advice = []


def _gathered(one: s.GivenMeeting) -> Gathering:
    """A meeting that is given, and what the file says became of it."""
    present = tuple(one.present) if one.present is not None else None
    # A day that no calendar has is for the placement to refuse.
    return Gathering(ordinal(one.day) or 0, hour(one.at), present, tuple(one.excused or ()), bool(one.cancelled))


def _entered(filled: s.Entry) -> Entered:
    """An entry that is given, as far as the file says that it has come."""
    if not isinstance(filled, s.GivenEntry):
        return Entered(filled)
    return Entered(
        filled.with_,
        filled.by,
        ordinal(filled.on) if filled.on else None,
        tuple(filled.signed_by) if filled.signed_by is not None else None,
        tuple(filled.confirmed_by) if filled.confirmed_by is not None else None,
        filled.step or "submitted",
    )

"""A dyad being worked on: what a command has changed so far, and what conditions read meanwhile.

A draft is opened from a dyad, changed by records only (`evolve`), and frozen again. Its mappings are replaced, never
changed in place, so that the dyad it came from stays as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dyade.flow.dyad import Assent, Dyad, Entry, Holding, Issued, Log, Meeting, Stay, new
from dyade.flow.messages import CLOCK, NOTHING, Effect, Head, Record
from dyade.flow.outcome import Context, Reason

if TYPE_CHECKING:
    from dyade.flow.plan import Plan
    from dyade.flow.situation import Situation

NO_RULES: frozenset[str] = frozenset()
NO_BOUNDS: Mapping[tuple[str, str], int] = {}
EMPTY_DYAD = Dyad("", "", "", 0, 0, 0, 0, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, ())


class Draft:
    """A working copy of a dyad; the environment of every condition."""

    __slots__ = (
        "actor", "actor_role", "advice", "assents", "at", "behaviour", "bounds", "broken", "certificates",
        "context", "created_at", "effects",
        "entered", "entries", "entry", "fields", "fired", "form", "head", "holdings", "id", "input", "item", "joint",
        "leaves",
        "marks", "meetings", "memory", "now", "opened", "person", "person_role", "plan", "program", "rank", "records",
        "revision", "shared_before", "shares", "situation", "stays", "today", "veiled", "waivers",
    )  # fmt: skip

    id: str
    program: str
    behaviour: str
    revision: int
    created_at: int
    at: int
    rank: int
    leaves: Mapping[str, str]
    stays: Mapping[str, Stay]
    memory: Mapping[str, str]
    holdings: Mapping[str, tuple[Holding, ...]]
    fields: Mapping[str, Any]
    entries: Mapping[str, Log]
    assents: Mapping[str, tuple[Assent, ...]]
    waivers: Mapping[tuple[str, str], int]
    marks: Mapping[tuple[str, int, int, int], tuple[int, int]]
    fired: Mapping[str, tuple[int, int]]
    broken: tuple[str, ...]
    certificates: Mapping[str, tuple[Issued, ...]]
    shares: Mapping[tuple[str, str], int]
    meetings: Mapping[str, tuple[Meeting, ...]]
    opened: Mapping[tuple[str, str], int]

    def __init__(self, plan: Plan, dyad: Dyad, context: Context) -> None:
        (
            self.id, self.program, self.behaviour, self.revision, self.created_at, self.at, self.rank, self.leaves,
            self.stays, self.memory, self.holdings, self.fields, self.entries, self.assents, self.waivers, self.marks,
            self.fired, self.broken, self.certificates, self.shares,
            self.meetings, self.opened,
        ) = dyad  # fmt: skip
        self.shared_before = self.shares
        """Its part of what dyads share, as the counters of the context know it."""
        self.bounds = NO_BOUNDS
        """What the use of a counter was judged against."""
        self.plan = plan
        self.situation = plan.situation(tuple(self.leaves.values()))
        self.leaves = self.situation.leaves
        self.context = context
        self.records: list[Record] = []
        self.effects: list[tuple[int, Effect]] = []
        self.advice: list[Reason] = []
        self.joint: str | None = None
        """The joint act that has just received an assent."""
        self.head: Head | None = None
        self.input: Mapping[str, Any] = NOTHING
        self.form: Mapping[str, Any] = NOTHING
        self.entry: Entry | None = None
        self.item: Entry | Meeting | None = None
        self.person: str | None = None
        self.person_role: str | None = None
        self.actor: str = CLOCK
        self.actor_role: str | None = None
        self.entered: Stay | None = None
        """The stay that `state.entered` reads while a rule is at work; otherwise found from the site's states."""
        self.veiled: frozenset[str] = NO_RULES
        self.now = now = context.now if context.now > self.at else self.at
        self.today = plan.calendar.local_date(now)

    def stand_in(self, situation: Situation) -> None:
        """Stand where a configuration says."""
        self.situation = situation.without(self.veiled) if self.veiled else situation
        self.leaves = situation.leaves

    def veil(self, rules: frozenset[str]) -> None:
        """Go on as if some transitions did not fire by themselves: the reader of a forecast may not foresee them."""
        self.veiled = rules
        self.stand_in(self.plan.situation(tuple(self.leaves.values())))

    def turn_to(self, now: int) -> None:
        """Let it be that instant; time never goes back for a dyad, the caller sees to it."""
        self.now = now
        self.today = self.plan.calendar.local_date(now)

    def frozen(self) -> Dyad:
        """The dyad as it now stands."""
        return new(Dyad, (
            self.id, self.program, self.behaviour, self.revision, self.created_at, self.at, self.rank, self.leaves,
            self.stays, self.memory, self.holdings, self.fields, self.entries, self.assents, self.waivers, self.marks,
            self.fired, self.broken, self.certificates, self.shares,
            self.meetings, self.opened,
        ))  # fmt: skip

    # ---------------------------------------------------------------------------------------------------------- people

    def holders(self, role: str) -> tuple[str, ...]:
        """The persons who hold a role; those who have not accepted yet do not."""
        if role in self.plan.program_roles:
            return tuple(self.context.program_roles.get(role, ()))
        return tuple([holding.person for holding in self.holdings.get(role, ()) if not holding.pending])

    def holds(self, person: str, role: str) -> bool:
        """Whether a person holds a role."""
        if role in self.plan.program_roles:
            return person in self.context.program_roles.get(role, ())
        for holding in self.holdings.get(role, ()):
            if holding.person == person:
                return not holding.pending
        return False

    def role_among(self, person: str, roles: tuple[str, ...]) -> str | None:
        """The first of these roles that a person holds."""
        for role in roles:
            if self.holds(person, role):
                return role
        return None

    def roles_of(self, person: str) -> tuple[str, ...]:
        """Every role that a person holds here."""
        return tuple(role for role in self.plan.roles if self.holds(person, role))

    def holding(self, role: str, person: str) -> Holding | None:
        """A person's holding of a role, accepted or not."""
        for holding in self.holdings.get(role, ()):
            if holding.person == person:
                return holding
        return None

    def attribute(self, person: str | None, role: str | None, name: str) -> Any:
        """What is known of a person for a role: kept with the holding, else given with the context."""
        if person is None or role is None:
            return None
        holding = self.holding(role, person)
        if holding is not None:
            return holding.attributes.get(name)
        profile = self.context.profiles.get(person)
        return self.plan.profile_value(role, name, profile.get(name)) if profile else None

    # ---------------------------------------------------------------------------------------------------------- places

    def is_in(self, state: str) -> bool:
        """Whether the dyad stands in a state, or in a state inside it."""
        return state in self.situation.active

    def stay_among(self, states: tuple[str, ...]) -> Stay | None:
        """The stay in the innermost active one of these states (`""` stands for where the main region stands)."""
        path = self.path_among(states)
        return None if path is None else self.stays[path]

    def path_among(self, states: tuple[str, ...]) -> str | None:
        """The innermost active one of these states (`""` stands for where the main region stands)."""
        return self.situation.innermost(states)

    @property
    def is_final(self) -> bool:
        """Whether the dyad has ended."""
        return self.situation.is_final

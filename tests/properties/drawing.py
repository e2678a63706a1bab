"""The words that programs are drawn from: chance, identifiers, conditions, clauses, days, delays."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any, TypeVar

Data = dict[str, Any]
Any_ = TypeVar("Any_")

SHARED = "office"
"""The role that all the dyads of a program share."""

OF_FIELDS = {
    "starts": (
        "today >= fields.starts",
        "weeks_between(fields.starts, today) >= 2",
        "max(fields.starts, today) == today",
    ),
    "ends": ("today >= fields.ends - 1 week", "today < fields.ends", "business_days_between(today, fields.ends) > 3"),
    "points": (
        "tables.scale(fields.points) > 3",
        "fields.points >= params.most",
        "fields.points < 3",
        "fields.points * 2 - 1 in [1, 3, 5]",
    ),
    "ready": ("fields.ready", "not fields.ready", "fields.ready or fields.points > 2"),
    "kind": ("fields.kind == one", "fields.kind in [one, three]", "fields.points < tables.quota(fields.kind)"),
    "twin": ("fields.twin != two",),
    "choice": ("is_set(fields.choice)", "fields.choice in roles.mentee.people"),
    "middle": ("fields.middle <= today", "first_set(fields.middle, dyad.created) < today"),
    "fee": ("fields.fee / 2 <= params.price", "max(fields.fee, params.price) > 10"),
    "hour": ("is_set(fields.hour)",),
    "moment": ("now >= fields.moment", "fields.moment > now"),
    "span": ("today >= dyad.created + fields.span",),
    "tags": ("blue in fields.tags",),
    "late": ("fields.late",),
}
"""Conditions, by the field that they are about."""

OF_FORMS = {
    "pact": (
        "forms.pact.signed", "forms.pact.done", "roles.mentor.id in forms.pact.missing",
        "forms.pact.in_force_on < today", 'forms.pact.last.goal != "x"',
    ),
    "log": (
        "forms.log.number >= 2", "forms.log.total >= 5", "forms.log.recent > 0", "forms.log.here > 0",
        "forms.log.long <= 1", "forms.log.latest > fields.starts", "forms.log.shortest < 3", "forms.log.days > 1",
        "forms.log.last.hours > 1", "forms.log.mine > 0",
    ),
    "view": (
        "forms.view.done", "forms.view.overdue", "forms.view.count > 1",
        "overlap(fields.starts, fields.ends, dyad.created, today) > 5",
    ),
    "claim": ("forms.claim.spent > 100", "forms.claim.count > 0"),
    "sheet": ("forms.sheet.overdue > 0", "forms.sheet.count >= params.most", "forms.sheet.done"),
}  # fmt: skip
"""Conditions, by the form that they are about."""

OF_PEOPLE = (
    "roles.mentor.assigned", "roles.mentor.level > 3", "roles.mentor.apt", "roles.mentor.id != roles.coordinator.id",
    "roles.office.assigned",
)  # fmt: skip
OF_TIME = (
    "deadlines.limit.missed", "deadlines.limit.left > 5", "today >= deadlines.limit.date - 2 days",
    "days_between(dyad.created, today) > 20",
)  # fmt: skip
OF_FORMULAS = {"twin": "kind", "late": "ends", "middle": "starts"}


class Drawing:
    """What one program is drawn from: chance, and the names that it has so far."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.n = 0
        self.size = rng.choices(("small", "middling", "big"), (70, 24, 6))[0]
        self.roles = ["mentor", "mentee", "coordinator"]
        self.seen_by = self.some(self.roles, 2) if self.chance(0.3) else []
        """The roles that see what says nothing, where the program says it."""
        self.fields: list[str] = []
        self.forms: list[str] = []
        self.confirmed = False
        """Whether claims are confirmed."""
        self.accepts = self.chance(0.35)
        """Whether a mentor is asked first."""
        self.clauses: list[str] = []
        self.figures: list[str] = []
        self.many: dict[str, int] = {}
        self.tops: list[str] = []
        self.leaves: list[str] = []
        self.remembered: list[str] = []
        """States that `history` may restore."""
        self.rows: list[list[str]] = []
        """States that follow one another: the tops, the children of a state, those of a track."""

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def one(self, *items: Any_) -> Any_:
        return self.rng.choice(items)

    def some(self, items: Sequence[Any_], least: int = 1) -> list[Any_]:
        return self.rng.sample(items, self.rng.randint(least, len(items)))

    def upto(self, small: int, middling: int, big: int) -> int:
        """How many of something, by the size of the program."""
        return self.rng.randint(0, {"small": small, "middling": middling, "big": big}[self.size])

    def maybe(self, probability: float, **given: Any) -> Data:
        return given if self.chance(probability) else {}

    def id(self, kind: str) -> str:
        self.n += 1
        return f"{kind}{self.n}"

    def level(self) -> str:
        return self.one("must", "must", "should")

    # ------------------------------------------------------------------------------------------------------ conditions

    def condition(self) -> str:
        """A condition that may be read anywhere."""
        found = [*OF_TIME, *(one for field in self.fields for one in OF_FIELDS.get(field, ()))]
        found += [one for form in self.forms for one in OF_FORMS[form] * 2]
        found += OF_PEOPLE
        found += [f"roles.mentor.{figure} > 1" for figure in self.figures]
        if self.tops:
            first, last = self.tops[0], self.tops[-1]
            found += [
                f"days_in({first}) > 10",
                f"visited({last})",
                f"not is_in({last})",
                f"is_in({self.one(*self.leaves)})",
            ]
        return self.rng.choice([one for one in found if self._is_about_one(one)])

    def _is_about_one(self, condition: str) -> bool:
        """Whether a condition asks what is known of one person only of roles that one person holds."""
        of = (role for role, many in self.many.items() if many > 1)
        alone = ("id", "level", "apt")
        return not any(f"roles.{role}.{name} " in f"{condition} " for role in of for name in alone)

    def clause(self, condition: str = "", **given: Any) -> Data:
        made: Data = {"id": self.id("c"), "when": condition or self.condition()}
        made |= self.maybe(0.2, level="should") | self.maybe(0.25, waivable_by=self.some(self.roles))
        return made | self.maybe(0.2, message="It must hold: {fields.points}.", hint="Make it hold.") | given

    def group(self, depth: int = 1) -> Data:
        """Several clauses as one: now and then with groups inside."""
        inner = [self.group(depth - 1) if depth and self.chance(0.25) else self.clause() for _ in range(2)]
        return {self.one("any", "any", "all", "none"): inner}

    def guard(self, most: int) -> list[Data]:
        items: list[Data] = []
        for _ in range(self.rng.randint(0, most)):
            roll = self.rng.random()
            if roll < 0.24:
                items.append(self.group())
            elif roll < 0.3:
                items.append({"eligible": ["mentor"]})
            elif roll < 0.34 and "choice" in self.fields:
                items.append({"eligible": {"mentor": "fields.choice"}})
            elif roll < 0.46 and (unused := [c for c in self.clauses if {"use": c} not in items]):
                items.append({"use": self.one(*unused)})
            else:
                items.append(self.clause())
        return items

    # ------------------------------------------------------------------------------------------------------------ time

    def delay(self) -> str:
        return self.one("1 day", "3 days", "2 weeks", "1 month", "5 business days", "36 hours", "params.wait")

    def day(self) -> str:
        """A day that something falls on."""
        found = ["fields.ends", "fields.starts + 2 weeks", "deadlines.limit.missed_on", "state.entered + params.wait"]
        found += ["fields.middle"] if "middle" in self.fields else []
        found += ["first_set(forms.log.latest, state.entered) + 10 days"] if "log" in self.forms else []
        found += ["forms.pact.in_force_on + 1 month"] if "pact" in self.forms else []
        found += ["dyad.created + fields.span"] if "span" in self.fields else []
        return self.rng.choice(found)

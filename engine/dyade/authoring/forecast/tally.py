"""What do many lives say together? How they end, where they wait, what is sent, what stops people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import sqrt
from typing import Any, NamedTuple

from dyade.authoring.forecast.lives import DAY, Lived
from dyade.flow.plan import Plan
from dyade.program import model as m

WEEK = 7 * DAY
OPEN = "open"
"""What becomes of a dyad that goes on."""
UNBEGUN = "unbegun"
SURE = 1.96
"""So many standard deviations hold 95 % of what chance does."""
MOST = 6


class Waited(NamedTuple):
    """How long dyads stayed in a state."""

    state: str
    dyads: int
    median: float
    ninetieth: float
    still: int
    """How many are there when one stops looking."""


class Sent(NamedTuple):
    """What the holders of a role receive."""

    role: str
    notices: int
    reminders: int
    escalations: int
    busiest: int
    """Messages in the fullest week."""


class Week(NamedTuple):
    """One week of the forecast."""

    start: int
    begun: int
    ended: int
    messages: int
    reminders: int


class Shared(NamedTuple):
    """The most places that were taken at once, of how many there are."""

    quota: str
    most: int
    places: int | None
    """`None` where dyads of the forecast did not wait for one another: it is how many they would have needed."""


class Forecast(NamedTuple):
    """What many lives say together."""

    dyads: int
    well: int
    low: float
    high: float
    """Between which the share that ends well lies, 95 times in 100."""
    ends: Mapping[str, int]
    """Outcome, `open` or `unbegun` → how many."""
    days: float | None
    """The median length of those that end well."""
    waited: Sequence[Waited]
    sent: Sequence[Sent]
    weeks: Sequence[Week]
    deadlines: Mapping[str, tuple[int, int]]
    """Deadline → how many met it, how many did not."""
    shared: Sequence[Shared]
    refused: Sequence[tuple[str, int]]
    """What refused people most often."""


def tally(plan: Plan, lives: Sequence[Lived | None], start: int) -> Forecast:
    """Put lives together; the order of states and roles is that of the program."""
    begun = [one for one in lives if one is not None]
    well = [one for one in begun if one.outcome == "success"]
    ends = Counter(UNBEGUN if one is None else one.outcome or OPEN for one in lives)
    low, high = wilson(len(well), len(lives))
    return Forecast(
        len(lives),
        len(well),
        low,
        high,
        dict(ends.most_common()),
        quantile([(one.end - one.start) / DAY for one in well], 0.5) if well else None,
        tuple(_waited(plan, begun)),
        tuple(_sent(plan, begun, start)),
        tuple(_weeks(begun, start)),
        _deadlines(plan, begun),
        tuple(_shared(plan, begun)),
        tuple(_refused(begun)),
    )


def wilson(good: int, all_: int) -> tuple[float, float]:
    """The interval of Wilson, which stays between 0 and 1."""
    if not all_:
        return 0.0, 1.0
    share, spread = good / all_, SURE**2 / all_
    middle = (share + spread / 2) / (1 + spread)
    half = SURE / (1 + spread) * sqrt(share * (1 - share) / all_ + spread / (4 * all_))
    return max(0.0, middle - half), min(1.0, middle + half)


def quantile(values: Iterable[float], part: float) -> float:
    """The value under which such a part of them lies; there is at least one."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(part * len(ranked)))]


def _waited(plan: Plan, lives: Sequence[Lived]) -> Iterable[Waited]:
    for leaf in plan.graph.regions[""].leaves:
        days = [one.days[leaf] for one in lives if leaf in one.days]
        if days and not plan.is_final(leaf):
            still = sum(one.state == leaf for one in lives)
            yield Waited(leaf, len(days), quantile(days, 0.5), quantile(days, 0.9), still)


def _sent(plan: Plan, lives: Sequence[Lived], start: int) -> Iterable[Sent]:
    for role in plan.roles:
        kinds = Counter(kind for one in lives for _, to, kind in one.sent if to == role)
        weeks = Counter((at - start) // WEEK for one in lives for at, to, _ in one.sent if to == role)
        if kinds:
            yield Sent(role, kinds["notice"], kinds["reminder"], kinds["escalation"], max(weeks.values()))


def _weeks(lives: Sequence[Lived], start: int) -> Iterable[Week]:
    begun = Counter((one.start - start) // WEEK for one in lives)
    ended = Counter((one.end - start) // WEEK for one in lives if one.outcome is not None)
    messages = Counter((at - start) // WEEK for one in lives for at, _, _ in one.sent)
    reminders = Counter((at - start) // WEEK for one in lives for at, _, kind in one.sent if kind != "notice")
    for week in range(max((*begun, *ended, *messages), default=-1) + 1):
        yield Week(start + week * WEEK, begun[week], ended[week], messages[week], reminders[week])


def _deadlines(plan: Plan, lives: Sequence[Lived]) -> dict[str, tuple[int, int]]:
    found = {}
    for name in plan.program.model.deadlines:
        met = [one.kept[name] for one in lives if name in one.kept]
        if met:
            found[name] = (sum(met), len(met) - sum(met))
    return found


def _shared(plan: Plan, lives: Sequence[Lived]) -> Iterable[Shared]:
    for name, quota in plan.program.model.quotas.items():
        # A place that is given back is free for whoever comes at that instant.
        changes = sorted((at, by) for one in lives for at, what, by in one.held if what == name)
        taken = most = 0
        for _, by in changes:
            taken += by
            most = max(most, taken)
        if changes:
            yield Shared(name, most, _places(plan, quota.max) if _is_held(quota) else None)


def _is_held(quota: m.Quota) -> bool:
    return quota.per == "program" and quota.when_full == "refuse"


def _places(plan: Plan, said: Any) -> int:
    if isinstance(said, str):
        return int(plan.program.declared.params[said.removeprefix("params.")][1])  # type: ignore[arg-type]
    return int(said)


def _refused(lives: Sequence[Lived]) -> Iterable[tuple[str, int]]:
    """Clauses by how many dyads they stopped at least once."""
    found = Counter(name for one in lives for name in one.refused)
    return found.most_common(MOST)

"""Who could be brought together? The dyads that wait, beside the people who are enrolled and have room.

Nothing is kept: a proposal is computed from what stands, and lasts until somebody decides on it. What decides is an act
like any other, through the door.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from dyade.errors import ExtraMissing, NotFound
from dyade.flow.outcome import Reason
from dyade.flow.pairs import PairPlan, beside
from dyade.flow.telling.pairing import pair_reasons
from dyade.service.desk import Desk
from dyade.service.pool import Pool, Row, Waiting
from dyade.service.ports import Reading

EXTRA = "matching"


class Worth(NamedTuple):
    """What one part of the score gives to a pair."""

    id: str
    label: Mapping[str, str]
    points: Decimal
    most: Decimal | None
    """What it could give: its weight, where it is a condition."""


class Pair(NamedTuple):
    """A dyad that waits, and somebody sought for it."""

    dyad: str | None
    """`None` for somebody who waits without one: it begins by the decision."""
    person: str
    """Who is sought."""
    status: str
    """`proposed`; `possible`; `full` (no room left); `elsewhere` (proposed to others), `declined`
    (they were offered before) or `blocked`."""
    score: Decimal | None
    """`None` where it cannot be."""
    worth: tuple[Worth, ...]
    reasons: tuple[Reason, ...] = ()
    """What is in the way."""
    waiting: str | None = None
    """The person who waits."""


class Proposals(NamedTuple):
    """What is proposed for a pool."""

    program: str
    roles: tuple[str, str]
    """(sought, waiting)."""
    pairs: tuple[Pair, ...]
    """One for each dyad that somebody is proposed for, those that began first first."""
    waiting: tuple[Waiting, ...]
    """Everybody who waits."""
    room: Mapping[str, int]
    """person → how many more dyads: everybody who is enrolled."""
    left_out: tuple[Waiting, ...]
    """Those for whom nobody is proposed."""


# ------------------------------------------------------------------------------------------------------------ proposing


def propose(desk: Desk, program: str, reader: str | None = None) -> Proposals:
    """Propose pairs for the dyads that wait: as many as can be, then the best ones together.

    `reader` learns of the dyads on which they decide; without one, whoever holds the store learns of all.
    """

    def look(view: Reading) -> Proposals:
        pool = Pool(desk, view, program, reader)
        found = _solved(pool)
        pairs = [
            _pair(pool, row, pool.people[found[at]], "proposed") for at, row in enumerate(pool.rows) if at in found
        ]
        waiting = tuple(row.who for row in pool.rows)
        left_out = tuple(row.who for at, row in enumerate(pool.rows) if at not in found)
        return Proposals(program, (pool.sought, pool.waiting), tuple(pairs), waiting, pool.room, left_out)

    return desk.look(look)


def explain(desk: Desk, program: str, who: str, reader: str | None = None) -> tuple[Pair, ...]:
    """Tell of everybody who could be paired with somebody (or with a dyad), what stands for it, and what against it.

    Those proposed come first, then the others who may be, the best first.
    """

    def look(view: Reading) -> tuple[Pair, ...]:
        pool = Pool(desk, view, program, reader)
        found = _solved(pool)
        taken: dict[str, int] = {}
        for column in found.values():
            taken[pool.people[column]] = taken.get(pool.people[column], 0) + 1
        mine = [at for at, row in enumerate(pool.rows) if who in (row.draft.waits, row.dyad)]
        if not mine and who not in pool.room:
            raise NotFound("person", who)
        cells = [(at, person) for at in mine for person in pool.people] or [(at, who) for at in range(len(pool.rows))]
        pairs = []
        for at, person in cells:
            chosen = at in found and pool.people[found[at]] == person
            away = taken.get(person, 0) >= pool.room[person]
            pairs.append(
                _pair(pool, pool.rows[at], person, "proposed" if chosen else "elsewhere" if away else "possible")
            )
        return tuple(sorted(pairs, key=_rank))

    return desk.look(look)


_STATUSES = ("proposed", "possible", "elsewhere", "full", "declined", "blocked")


def _rank(pair: Pair) -> tuple[int, Decimal, str, str]:
    known = _STATUSES.index(pair.status)
    return (known if known in (0, 5) else 1, -(pair.score or Decimal(0)), pair.person, pair.dyad or "")


def _solved(pool: Pool) -> dict[int, int]:
    """Row -> the person proposed for it."""
    try:
        from dyade.service import matrix
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] not in ("numpy", "scipy"):
            raise
        raise ExtraMissing(EXTRA) from None
    versions: dict[PairPlan, list[int]] = {}
    for at, row in enumerate(pool.rows):
        versions.setdefault(row.plan, []).append(at)
    order = [at for rows in versions.values() for at in rows]
    pools = [
        matrix.Pool(plan, [pool.rows[at].draft for at in rows], pool.profiles(plan)) for plan, rows in versions.items()
    ]
    possible = matrix.stacked([one.possible() for one in pools], len(pool.people))
    score = matrix.stacked([one.score() for one in pools], len(pool.people))
    number = {person: column for column, person in enumerate(pool.people)}
    for line, at in enumerate(order):
        for person in pool.rows[at].declined & number.keys():
            possible[line, number[person]] = False
    by_dyad = sorted(range(len(order)), key=lambda line: order[line])
    room = [pool.room[person] for person in pool.people]
    return dict(matrix.chosen(possible[by_dyad], score[by_dyad], room))


def _pair(pool: Pool, row: Row, person: str, status: str) -> Pair:
    draft, plan = row.draft, row.plan
    beside(draft, person, plan.known(pool.sought, pool.raw(person, pool.sought)))
    reasons = pair_reasons(row.plan, row.draft)
    if reasons:
        return Pair(row.dyad, person, "blocked", None, (), reasons, draft.waits)
    worth = plan.worth(draft)
    parts = tuple(
        Worth(part.model.id, part.model.label, points, None if part.test is None else Decimal(part.model.weight))
        for part, points in worth
    )
    if person in row.declined:
        status = "declined"
    elif not pool.room[person]:
        status = "full"
    return Pair(row.dyad, person, status, sum((points for _, points in worth), Decimal(0)), parts, (), draft.waits)

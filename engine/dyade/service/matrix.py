"""Which pairs, of all that are possible? As many as can be made, then those that are best together.

People who are alike in what a test reads are judged once; numbers of a few million pairs stay in arrays of bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np
from scipy.optimize import linear_sum_assignment

from dyade.flow.pairs import Alike, Cell, Joined, PairDraft, PairPlan, Part, Test, beside
from dyade.flow.pairs import Known as Profile

Grid: TypeAlias = Any
"""An array of numbers: a row for each dyad that waits, a column for each person sought."""
NO, UNKNOWN, YES = 0, 1, 2
Sought: TypeAlias = Sequence[tuple[str, Profile]]


class Pool:
    """The dyads of one version that wait, beside everybody who is sought."""

    def __init__(self, plan: PairPlan, drafts: Sequence[PairDraft], sought: Sought) -> None:
        self._plan = plan
        self._drafts = drafts
        self._sought = sought

    def possible(self) -> Grid:
        """Which pairs may be proposed at all."""
        found = np.ones((len(self._drafts), len(self._sought)), dtype=bool)
        if found.size:
            for test in (self._plan.fit, *(wanted.test for wanted in self._plan.wanted)):
                found &= self._judged(test) == YES
        return found

    def score(self) -> Grid:
        """What each pair is worth."""
        total = np.zeros((len(self._drafts), len(self._sought)))
        if total.size:
            for part in self._plan.score:
                weight = float(part.model.weight)
                if part.test is not None:
                    total += weight * (self._judged(part.test) == YES)
                else:
                    total += weight * self._computed(part.cell, _amount(part), float)
        return total

    # --------------------------------------------------------------------------------------------------------- tests

    def _judged(self, test: Test) -> Grid:
        match test:
            case Joined():
                return self._joined(test)
            case Alike():
                return self._alike(test)
            case Cell():
                return self._computed(test, lambda draft: _code(test.value(draft)), np.int8)

    def _joined(self, test: Joined) -> Grid:
        shape = len(self._drafts), len(self._sought)
        found = np.full(shape, YES if test.op == "all" else NO, dtype=np.int8)
        for one in test.tests:
            (np.minimum if test.op == "all" else np.maximum)(found, self._judged(one), out=found)
        return YES - found if test.op == "none" else found

    def _alike(self, test: Alike) -> Grid:
        codes: dict[Hashable, int] = {}
        near = _numbered(self._of_people([test.near], lambda values: values[0]), codes)
        far = _numbered((test.far(draft) for draft in self._drafts), codes)
        found = np.where((far[:, None] == near[None, :]) == test.equal, YES, NO).astype(np.int8)
        found[far < 0, :] = UNKNOWN
        found[:, near < 0] = UNKNOWN
        return found

    def _computed(self, cell: Cell, value: Callable[[PairDraft], Any], kind: Any) -> Grid:
        """A test that is computed once for each pair of different readings, and spread over those who share them."""
        near = _grouped(self._of_people(cell.near, _hashable))
        apart = cell.apart
        far = _grouped(
            (draft.id if apart else "", *_hashable([get(draft) for get in cell.far])) for draft in self._drafts
        )
        firsts = [self._sought[at] for at in near[1]]
        grid = np.empty((len(far[1]), len(firsts)), dtype=kind)
        for row, at in enumerate(far[1]):
            draft = self._drafts[at]
            grid[row] = [value(beside(draft, person, known)) for person, known in firsts]
        return grid[np.ix_(far[0], near[0])]

    def _of_people(
        self, getters: Sequence[Callable[[PairDraft], Any]], put: Callable[[Sequence[Any]], Any]
    ) -> Iterable[Any]:
        """What is read of each person sought; no matter beside which dyad."""
        draft = self._drafts[0]
        return [put([get(beside(draft, person, known)) for get in getters]) for person, known in self._sought]


def _amount(part: Part) -> Callable[[PairDraft], float]:
    return lambda draft: float(part.worth(draft))


def _code(verdict: bool | None) -> int:
    return UNKNOWN if verdict is None else YES if verdict else NO


def _hashable(values: Sequence[Any]) -> tuple[Hashable, ...]:
    return tuple(value if isinstance(value, Hashable) else repr(value) for value in values)


def _numbered(values: Iterable[Hashable], codes: dict[Hashable, int]) -> Grid:
    """Each value as a number, the same one where it is the same; -1 where it is unknown."""
    return np.array([-1 if value is None else codes.setdefault(value, len(codes)) for value in values], dtype=np.int64)


def _grouped(values: Iterable[Hashable]) -> tuple[Grid, list[int]]:
    """(the group of each, the first of each group)."""
    groups: dict[Hashable, int] = {}
    firsts: list[int] = []
    found = []
    for at, value in enumerate(values):
        if value not in groups:
            groups[value] = len(firsts)
            firsts.append(at)
        found.append(groups[value])
    return np.array(found, dtype=np.int64), firsts


# ------------------------------------------------------------------------------------------------------------- choosing


def stacked(grids: Sequence[Grid], columns: int) -> Grid:
    """The rows of several pools over the same people."""
    return np.vstack(grids) if grids else np.zeros((0, columns))


def chosen(possible: Grid, score: Grid, room: Sequence[int]) -> list[tuple[int, int]]:
    """The pairs (row, column): as many as can be made, then those whose scores together are highest.

    A person is taken as many times as they have room. The same pools give the same pairs.
    """
    rows = len(possible)
    columns = np.array([at for at, left in enumerate(room) for _ in range(min(left, rows))], dtype=np.int64)
    if not rows or not len(columns):
        return []
    allowed = possible[:, columns]
    worth = np.where(allowed, score[:, columns], 0.0)
    worth -= worth.min()
    # One more pair is worth more than the best scores of all the others.
    one_more = (float(worth.max()) + 1.0) * (min(rows, len(columns)) + 1)
    gain = np.where(allowed, worth + one_more, 0.0)
    found = linear_sum_assignment(gain, maximize=True)
    return [(int(row), int(columns[at])) for row, at in zip(*found, strict=True) if allowed[row, at]]

"""Where does each node of a process stand? In columns from the beginning on, in the band of its lane."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping
from typing import NamedTuple

from dyade.authoring.interchange.bpmn_flow import Drawn, Flow, Process, Step

SIZES: Mapping[str, tuple[int, int]] = {"receiveTask": (120, 70)}
GATEWAY, EVENT = (50, 50), (36, 36)
GAP, ROW, EDGE = 70, 50, 30
TITLE = 30
"""The width of the heading of the pool, and of each lane."""


class Bounds(NamedTuple):
    """A rectangle."""

    x: int
    y: int
    width: int
    height: int


class Places(NamedTuple):
    """Where everything stands."""

    pool: Bounds
    lanes: Mapping[str, Bounds]
    steps: Mapping[str, Bounds]
    flows: Mapping[str, tuple[tuple[int, int], ...]]


def placed(drawn: Drawn) -> Places:
    """Find a place for everything."""
    found = _Placing()
    heights = found.heights(drawn.process, [lane for lane, _ in drawn.lanes])
    left, top = 2 * TITLE, 0
    width = found.width(drawn.process)
    lanes = {}
    for lane, _ in drawn.lanes:
        lanes[lane] = Bounds(TITLE, top, width + TITLE, heights[lane])
        top += heights[lane]
    found.place(drawn.process, left, {lane: bounds.y for lane, bounds in lanes.items()})
    found.route(drawn.process)
    return Places(Bounds(0, 0, width + left, top), lanes, found.steps, found.flows)


class _Placing:
    def __init__(self) -> None:
        self.steps: dict[str, Bounds] = {}
        self.flows: dict[str, tuple[tuple[int, int], ...]] = {}

    def size(self, step: Step) -> tuple[int, int]:
        """How much room a node takes."""
        if step.inside is not None:
            return max(self.width(step.inside), 160), self.heights(step.inside, [""], alike=True)[""] + EDGE
        if step.kind.endswith("Gateway"):
            return GATEWAY
        return SIZES.get(step.kind, EVENT)

    def width(self, process: Process) -> int:
        """The width of all the columns."""
        return sum(self._columns(process).values()) + EDGE

    def heights(self, process: Process, lanes: list[str], *, alike: bool = False) -> dict[str, int]:
        """The height of each lane: that of its fullest column."""
        found = {}
        for lane in lanes:
            cells: dict[int, int] = defaultdict(int)
            for step, column in self._ranked(process):
                if alike or step.lane == lane:
                    cells[column] += self.size(step)[1] + ROW
            found[lane] = max(cells.values(), default=0) + EDGE
        return found

    def _columns(self, process: Process) -> dict[int, int]:
        widths: dict[int, int] = defaultdict(int)
        for step, column in self._ranked(process):
            widths[column] = max(widths[column], self.size(step)[0] + GAP)
        return dict(sorted(widths.items()))

    def _ranked(self, process: Process) -> list[tuple[Step, int]]:
        """Each node with its column: how many flows away from the beginning it is; what stands alone comes last."""
        ranks = _ranks(process)
        last = max(ranks.values(), default=0) + 1
        return [(step, ranks.get(step.id, last)) for step in process.steps if not step.on]

    def place(self, process: Process, left: int, tops: Mapping[str, int]) -> None:
        """Put the nodes in their columns, under the top of their lane; one lane alone is under the empty name."""
        columns = self._columns(process)
        starts = {column: left + sum(w for c, w in columns.items() if c < column) for column in columns}
        used: dict[tuple[str, int], int] = defaultdict(int)
        for step, column in self._ranked(process):
            lane = step.lane if step.lane in tops else ""
            wide, high = self.size(step)
            x = starts[column] + (columns[column] - wide) // 2
            y = tops[lane] + EDGE + used[lane, column]
            used[lane, column] += high + ROW
            self.steps[step.id] = Bounds(x, y, wide, high)
            if step.inside is not None:
                self.place(step.inside, x + EDGE // 2, {"": y})
                self.route(step.inside)
        self._borders(process)

    def _borders(self, process: Process) -> None:
        """Boundary events stand along the lower edge of what they interrupt."""
        for_each: dict[str, int] = defaultdict(int)
        for step in process.steps:
            if step.on:
                around = self.steps[step.on]
                x = around.x + EDGE + for_each[step.on] * (EVENT[0] + EDGE)
                for_each[step.on] += 1
                self.steps[step.id] = Bounds(x, around.y + around.height - EVENT[1] // 2, *EVENT)

    def route(self, process: Process) -> None:
        """Draw the flows: across, down or up, then across; around where they go back."""
        borders = {step.id for step in process.steps if step.on}
        for flow in process.flows:
            self.flows[flow.id] = self._way(flow, flow.source in borders)

    def _way(self, flow: Flow, from_border: bool) -> tuple[tuple[int, int], ...]:
        one, other = self.steps[flow.source], self.steps[flow.target]
        end = (other.x, other.y + other.height // 2)
        if from_border:
            start = (one.x + one.width // 2, one.y + one.height)
            down = start[1] + 15
            return (start, (start[0], down), (end[0] - 15, down), (end[0] - 15, end[1]), end)
        start = (one.x + one.width, one.y + one.height // 2)
        if start[0] < end[0]:
            middle = end[0] - GAP // 2
            straight = start[1] == end[1]
            return (start, end) if straight else (start, (middle, start[1]), (middle, end[1]), end)
        below = max(one.y + one.height, other.y + other.height) + 15
        return (
            start,
            (start[0] + 15, start[1]),
            (start[0] + 15, below),
            (end[0] - 15, below),
            (end[0] - 15, end[1]),
            end,
        )


def _ranks(process: Process) -> dict[str, int]:
    following: dict[str, list[str]] = defaultdict(list)
    for flow in process.flows:
        following[flow.source].append(flow.target)
    for step in process.steps:
        if step.on:
            following[step.on].append(step.id)
    first = process.steps[0].id
    ranks = {first: 0}
    waiting = deque([first])
    while waiting:
        here = waiting.popleft()
        for then in following[here]:
            if then not in ranks:
                ranks[then] = ranks[here] + 1
                waiting.append(then)
    return ranks

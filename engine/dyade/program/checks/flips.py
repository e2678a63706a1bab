"""Can the instant be computed at which a guard that time watches changes its answer?"""

from __future__ import annotations

from collections.abc import Iterator

from dyade.program.checks.ground import Ground
from dyade.program.conditions.tree import Call, Compare, Node, ReadNode, children, walk
from dyade.program.names import CLOCK_READS
from dyade.program.typed import leaves


def check(ground: Ground) -> None:
    """Tell comparisons with the clock that are looked at each midnight, for want of anything better."""
    for index, transition in enumerate(ground.model.transitions):
        if not (transition.auto or transition.after is not None or transition.at is not None):
            continue
        for leaf in leaves(ground.typed.guards["transitions", index, "guard"]):
            for node in _unforeseen(leaf.when):
                place = (*leaf.place, "when")
                where = ground.tree.inner(place, node.start, node.end)
                ground.findings.add("M011", where, path=ground.tree.dotted(place))


def _unforeseen(node: Node) -> Iterator[Node]:
    """The widest parts that move with time in a way that is not followed."""
    if isinstance(node, Compare):
        if _is_foreseen(node):
            return
        if any(_reads_clock(side) for side in (node.left, node.right)):
            yield node
            return
    for child in children(node):
        yield from _unforeseen(child)


def _is_foreseen(node: Compare) -> bool:
    """`today` or `now` alone, beside something that does not move with time."""
    pairs = ((node.left, node.right), (node.right, node.left))
    return any(_is_clock(clock) and not _reads_clock(other) for clock, other in pairs)


def _is_clock(node: Node) -> bool:
    return isinstance(node, ReadNode) and node.read.parts in CLOCK_READS


def _reads_clock(node: Node) -> bool:
    return any(_is_clock(part) or _counts(part) for part in walk(node))


def _counts(node: Node) -> bool:
    """A number of days that time changes."""
    if isinstance(node, Call):
        return node.name == "days_in"
    return isinstance(node, ReadNode) and node.read.parts[0] == "deadlines" and node.read.parts[2] == "left"

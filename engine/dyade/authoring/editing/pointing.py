"""Which key or value stands under a position of a text?"""

from __future__ import annotations

from typing import NamedTuple

from dyade.program.diagnostics import Place
from dyade.program.tree import Mark, Node, Path, Tree


class Pointed(NamedTuple):
    """A key or a value, where it stands."""

    path: Path
    is_key: bool
    place: Place


def pointed(tree: Tree, line: int, column: int) -> Pointed | None:
    """The key or the value at a line and a column, both from 1."""
    mark = (line - 1, column - 1)
    node = tree._root
    path: Path = ()
    while True:
        key = next((key for key, (start, end) in node.keys.items() if start <= mark <= end), None)
        if key is not None:
            return Pointed((*path, key), True, tree.key_place((*path, key)))
        step = next((step for step, inner in node.items.items() if _holds(inner, mark)), None)
        if step is None:
            return Pointed(path, False, node.place) if path and not node.items else None
        node, path = node.items[step], (*path, step)


def _holds(node: Node, mark: Mark) -> bool:
    return node.start <= mark <= node.end


def covers(place: Place, line: int, column: int) -> bool:
    """Whether a position is in a place, or at its end."""
    return (place.line, place.column) <= (line, column) <= (place.end_line, place.end_column)

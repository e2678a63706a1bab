"""What is left of a file once what does not fit is taken out? The same values, each still at its own place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from dyade.program.tree import Node, Path, Tree


class Gone:
    """Stands for an item taken out of a list, so that the others keep their numbers."""


GONE: Final = Gone()


def copied(data: Any) -> Any:
    """Copy groups and lists, so that they can be changed."""
    if isinstance(data, dict):
        return {key: copied(value) for key, value in data.items()}
    return [copied(item) for item in data] if isinstance(data, list) else data


def put(data: Any, path: Path, value: Any) -> None:
    """Set what stands at a path, or take it out with `GONE`; the path may lead through what is gone already."""
    for step in path[:-1]:
        inside = (isinstance(data, dict) and step in data) or isinstance(data, list)
        data = data[step] if inside else None
    last = path[-1]
    if isinstance(data, dict) and value is GONE:
        data.pop(last, None)
    elif isinstance(data, dict | list):
        data[last] = value  # type: ignore[index]


def pruned(tree: Tree, out: Iterable[Path], filled: Mapping[Path, Any]) -> Tree:
    """Make the tree of what is left; the items of a list are counted anew, and keep their places in the text."""
    data = copied(tree.data)
    for path in out:
        put(data, path, GONE)
    for path, value in filled.items():
        put(data, path, value)
    return Tree(*_left(data, tree._root), tree._lines)


def _left(data: Any, node: Node) -> tuple[Any, Node]:
    """What is left of a value, and its node; what was put in stands where its holder does."""
    left = Node(node.start, node.end, node.style)
    if isinstance(data, dict):
        left.keys = {key: marks for key, marks in node.keys.items() if key in data}
        kept = {}
        for key, value in data.items():
            kept[key], left.items[key] = _left(value, node.items.get(key, node))
        return kept, left
    if isinstance(data, list):
        items = [_left(item, node.items.get(at, node)) for at, item in enumerate(data) if item is not GONE]
        left.items.update(enumerate(inner for _, inner in items))
        return [item for item, _ in items], left
    return data, left

"""Where does each value of a program stand in its text?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from typing import Any, TypeAlias

from dyade.program.diagnostics import Place

Path: TypeAlias = tuple[str | int, ...]
"""Keys and numbers of items, from the top of the file."""
Mark: TypeAlias = tuple[int, int]
"""A line and a column, from 0, as the parser counts."""
FOLLOWED = 20_000
"""Letters of one text that are followed in the file, at most."""
_ESCAPES = {"x": 4, "u": 6, "U": 10}


class Node:
    """The extent of a value, of its keys and of what it holds."""

    __slots__ = ("end", "items", "keys", "start", "style")

    def __init__(self, start: Mark, end: Mark, style: str = "") -> None:
        self.start = start
        self.end = end
        self.style = style
        self.keys: dict[str, tuple[Mark, Mark]] = {}
        self.items: dict[str | int, Node] = {}

    @property
    def place(self) -> Place:
        """The extent as people count."""
        return extent(self.start, self.end)


def extent(start: Mark, end: Mark) -> Place:
    """A place from the marks of the parser."""
    return Place(start[0] + 1, start[1] + 1, end[0] + 1, end[1] + 1)


class Tree:
    """The values of a text, and the place of each.

    `data` is made of dict, list, str, int, Decimal, bool and None; every key is a str, as it is written.
    """

    def __init__(self, data: Any, root: Node, lines: Sequence[str]) -> None:
        self.data = data
        self._root = root
        self._lines = lines

    @property
    def lines(self) -> Sequence[str]:
        """The lines of the file."""
        return self._lines

    def texts(self) -> Iterator[tuple[Mark, Mark, str]]:
        """The extent and the style of every key, and of every value that is a single word or text."""
        waiting = [self._root]
        while waiting:
            node = waiting.pop()
            yield from ((start, end, "") for start, end in node.keys.values())
            waiting += node.items.values()
            if not node.items:
                yield node.start, node.end, node.style

    def place(self, path: Path) -> Place:
        """The place of a value; of the nearest that holds it, where it does not exist."""
        return self._nearest(path)[0].place

    def key_place(self, path: Path) -> Place:
        """The place of the key that leads to a value; of the value, where no key does."""
        holder, rest = self._nearest(path[:-1])
        if path and not rest and path[-1] in holder.keys:
            return extent(*holder.keys[str(path[-1])])
        return self.place(path)

    def inner(self, path: Path, start: int, end: int) -> Place:
        """The place of some characters of a text; of the whole text, where they cannot be found one by one."""
        node, rest = self._nearest(path)
        value = self.value(path)
        if rest or not isinstance(value, str) or not 0 <= start <= end <= min(len(value), FOLLOWED):
            return node.place
        wanted = value[: max(end, start + 1)]
        marks = list(_letters(wanted, node, self._lines))
        if not marks or len(marks) < len(wanted):
            return node.place
        after = [(line, column + 1) for line, column in marks]
        first = marks[start] if start < len(marks) else after[-1]
        return extent(first, after[end - 1] if end > start else first)

    def dotted(self, path: Path) -> str:
        """A path for people: an item of a list is named by its id, where it has one."""
        words = []
        data = self.data
        for step in path:
            data = _inside(data, step)
            name = data.get("id") if isinstance(step, int) and isinstance(data, dict) else None
            words.append(f".{name}" if isinstance(name, str) else f"[{step}]" if isinstance(step, int) else f".{step}")
        return "".join(words).removeprefix(".")

    def _nearest(self, path: Path) -> tuple[Node, Path]:
        """The last node on the way, and what is left of the way."""
        node = self._root
        for at, step in enumerate(path):
            if step not in node.items:
                return node, path[at:]
            node = node.items[step]
        return node, ()

    def written(self, place: Place) -> str:
        """What the file says at a place, as it is."""
        lines = [*self._lines[place.line - 1 : place.end_line]]
        if not lines:
            return ""
        lines[-1] = lines[-1][: place.end_column - 1]
        lines[0] = lines[0][place.column - 1 :]
        return "\n".join(lines)

    def value(self, path: Path) -> Any:
        """What stands at a path; nothing, where it leads nowhere."""
        data = self.data
        for step in path:
            data = _inside(data, step)
        return data


def _inside(data: Any, step: str | int) -> Any:
    if isinstance(data, dict):
        return data.get(step)
    if isinstance(data, list) and isinstance(step, int) and -1 < step < len(data):
        return data[step]
    return None


def _letters(value: str, node: Node, lines: Sequence[str]) -> Iterator[Mark]:
    """The mark of each letter of a text, as long as they can be followed in the file.

    A run of spaces of the value is any run of blanks of the file, folded lines included; an escape is one letter.
    """
    written = list(islice(_written(node, lines), 4 * FOLLOWED))
    at = 0
    for letter, after in pairwise(f"{value}\0"):
        if letter.isspace():
            yield written[at][0] if at < len(written) else node.end
            blank = at < len(written) and written[at][1].isspace()
            at += blank
            while blank and not after.isspace() and at < len(written) and written[at][1].isspace():
                at += 1
        else:
            while at < len(written) and written[at][1].isspace() and not letter.isspace():
                at += 1
            if at >= len(written) or written[at][1] not in {letter, ""}:
                return
            yield written[at][0]
            at += 1


def _written(node: Node, lines: Sequence[str]) -> Iterator[tuple[Mark, str]]:
    """The letters of the file that make a text, without quotes, dashes of a block and escapes ("" for those)."""
    for number in range(node.start[0] + (node.style in {"|", ">"}), min(node.end[0] + 1, len(lines))):
        line = lines[number]
        first = node.start[1] + (node.style in {"'", '"'}) if number == node.start[0] else 0
        last = node.end[1] - (node.style in {"'", '"'}) if number == node.end[0] else len(line)
        if number > node.start[0] and node.style not in {"|", ">"}:
            first = len(line) - len(line.lstrip())
        yield from _on_line(node.style, number, line, first, min(last, len(line)))
        yield (number, last), "\n"


def _on_line(style: str, number: int, line: str, first: int, last: int) -> Iterator[tuple[Mark, str]]:
    at = first
    while at < last:
        letter, length = line[at], 1
        if style == "'" and line[at : at + 2] == "''":
            length = 2
        elif style == '"' and letter == "\\":
            letter, length = "", _ESCAPES.get(line[at + 1 : at + 2], 2)
        yield (number, at), letter
        at += length

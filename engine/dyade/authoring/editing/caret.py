"""Where in a file is the author about to write? The text is read with a mark at the caret, then the mark is found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from dyade.authoring.editing.drafts import legible
from dyade.program.diagnostics import Findings, Place
from dyade.program.text import read
from dyade.program.tree import Node, Path, Tree

MARK = "xxcaretxx"
_WORD = re.compile(r"[^\W\d]?[\w-]*$")
_CLOSED = {"[": "]", "{": "}", '"': '"'}
_REST = re.compile(r"[\w-]*")


class Caret(NamedTuple):
    """The place where something is being written."""

    tree: Tree
    """The file, with the mark in it."""
    path: Path
    is_key: bool
    alone: bool
    """Whether nothing else stands on the line, but for the dash of an item."""
    before: str
    """What stands before it in the same value."""
    word: Place
    """The word that is being written, which what is chosen takes the place of."""


def caret(text: str, line: int, column: int) -> Caret | None:
    """The place of a caret, its line and column counted from 1; nothing where the text cannot be read around it."""
    lines = text.replace("\r\n", "\n").split("\n")
    if not 0 < line <= len(lines):
        return None
    written = lines[line - 1]
    head, tail = written[: column - 1], written[column - 1 :]
    word = _WORD.search(head)
    rest = _REST.match(tail)
    start = word.start() if word else len(head)
    place = Place(line, start + 1, line, column + (rest.end() if rest else 0))
    alone = head[:start].strip() in ("", "-") and not tail[rest.end() if rest else 0 :].strip()
    for tree in _marked(lines, line - 1, head, tail):
        found = _find(tree._root, (), tree)
        if found is not None:
            path, is_key, value = found
            return Caret(tree, path, is_key, alone, value.partition(MARK)[0], place)
    return None


def _marked(lines: list[str], at: int, head: str, tail: str) -> Iterator[Tree]:
    """The text with a mark for a value, then for a key; then without the lines that are in the way."""
    as_key = not tail.strip() or tail.lstrip()[:1] in (",", "}")
    closed = _closing(head) if not tail.strip() else ""
    tries = [f"{head}{MARK}{tail}", *([f"{head}{MARK}: {tail}"] if as_key else [])]
    tries += [f"{head}{MARK}{closed}", f"{head}{MARK}: {closed}"] if closed else []
    texts = ["\n".join([*lines[:at], written, *lines[at + 1 :]]) for written in tries]
    for text in texts:
        tree = read(text, Findings())
        if tree is not None and isinstance(tree.data, dict):
            yield tree
    for text in texts:
        left = legible(text)
        if left is not None:
            yield left


def _closing(head: str) -> str:
    """What would close the brackets, the braces and the quotes that a line leaves open."""
    waiting: list[str] = []
    for letter in head:
        if waiting and letter == waiting[-1]:
            waiting.pop()
        elif letter in _CLOSED and not (waiting and waiting[-1] in "\"'"):
            waiting.append(_CLOSED[letter])
    return "".join(reversed(waiting))


def _find(node: Node, path: Path, tree: Tree) -> tuple[Path, bool, str] | None:
    """The path of what holds the mark, and its text."""
    for key in node.keys:
        if MARK in key:
            return (*path, key), True, key
    for step, inner in node.items.items():
        found = _find(inner, (*path, step), tree)
        if found is not None:
            return found
    value = tree.value(path)
    return (path, False, value) if isinstance(value, str) and MARK in value else None

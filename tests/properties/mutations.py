"""What may go wrong while a program is typed? One thing at a time, drawn from a seed, and the lines that it touches."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from dyade.program.diagnostics import Findings, Place
from dyade.program.letters import Lines
from dyade.program.text import read
from dyade.program.tree import Path, Tree

CONDITIONS = ("when", "always", "at", "only_if", "stop_when", "formula", "due")


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """A text that was touched, where, and the names that are no longer what they were."""

    kind: str
    text: str
    lines: frozenset[int]
    names: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A key and its value, or an item of a list."""

    path: Path
    key: Place | None
    value: Place
    data: Any


class Program:
    """A text that can be mutated."""

    def __init__(self, text: str) -> None:
        self.text = text
        tree = read(text, Findings())
        assert tree is not None
        self.tree: Tree = tree
        self.lines = Lines(text)
        self.entries = list(self._entries(tree.data, ()))
        self.scalars = [one for one in self.entries if isinstance(one.data, str | int) and self.written(one.value)]

    def _entries(self, data: Any, path: Path) -> Iterator[Entry]:
        items: Any = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
        for step, value in items:
            if str(step).startswith("x-"):
                continue
            here = (*path, step)
            key = self.tree.key_place(here) if isinstance(data, dict) else None
            yield Entry(path=here, key=key, value=self.tree.place(here), data=value)
            yield from self._entries(value, here)

    def written(self, place: Place) -> str:
        return self.tree.written(place)

    def mutate(self, rng: Random) -> Mutation | None:
        """Do one thing; nothing, where what was drawn cannot be done here."""
        kind = rng.choice(sorted(KINDS))
        return KINDS[kind](self, rng)

    # What the edits share.

    def edited(self, kind: str, place: Place, text: str, *names: object, about: set[int] | None = None) -> Mutation:
        start = self.lines.offset(place.line, place.column)
        end = self.lines.offset(place.end_line, place.end_column)
        made = self.text[:start] + text + self.text[end:]
        lines = set(range(place.line, place.line + text.count("\n") + 1)) | (about or set())
        return Mutation(kind=kind, text=made, lines=frozenset(lines), names=frozenset(str(name) for name in names))

    def holder(self, entry: Entry) -> set[int]:
        """The lines on which the part that holds an entry shows who it is: its key, its id, its first key."""
        path = entry.path[:-1]
        if not path:
            return {1}
        lines = {self.tree.place(path).line, self.tree.key_place(path).line}
        for key in ("id", "name"):
            lines.add(self.tree.place((*path, key)).line)
        return lines

    def whole(self, entry: Entry) -> tuple[Place, str] | None:
        """The extent to take away for an entry to be gone, and what is left there, where that is an edit."""
        start, end = entry.key or entry.value, entry.value
        before = self.tree.lines[start.line - 1][: start.column - 1]
        after = self.tree.lines[end.end_line - 1][end.end_column - 1 :]
        if not before.strip() or (entry.key is None and before.strip() == "-"):
            return (Place(start.line, 1, end.end_line + 1, 1), "") if not after.split("#")[0].strip() else None
        if after.lstrip().startswith(","):
            gone = len(after) - len(after.lstrip()[1:].lstrip())
            return Place(start.line, start.column, end.end_line, end.end_column + gone), ""
        cut = re.search(r",\s*$", before)
        if cut:
            return Place(start.line, cut.start() + 1, end.end_line, end.end_column), ""
        return None


def delete(program: Program, rng: Random) -> Mutation | None:
    entry = rng.choice(program.entries)
    gone = program.whole(entry)
    if gone is None:
        return None
    place, left = gone
    names = {str(entry.path[-1]), *_names(entry.data)}
    return program.edited("delete", place, left, *names, about=program.holder(entry))


def _names(data: Any) -> Iterator[str]:
    """What is no longer there, or no longer spoken of."""
    if isinstance(data, dict):
        yield from data
        for value in data.values():
            yield from _names(value)
    elif isinstance(data, list):
        for value in data:
            yield from _names(value)
    elif isinstance(data, str):
        yield data


def duplicate(program: Program, rng: Random) -> Mutation | None:
    entry = rng.choice([one for one in program.entries if one.key is not None])
    assert entry.key is not None
    place = Place(entry.key.line, entry.key.column, entry.value.end_line, entry.value.end_column)
    before = program.tree.lines[place.line - 1][: place.column - 1]
    text = program.written(place)
    if not before.strip(" -"):
        between = "\n" + " " * len(before)
    elif before.rstrip()[-1:] in ("{", ","):
        between = ", "
    else:
        return None
    return program.edited("duplicate", place, text + between + text)


def rename_key(program: Program, rng: Random) -> Mutation | None:
    entry = rng.choice([one for one in program.entries if one.key is not None and len(str(one.path[-1])) > 2])
    assert entry.key is not None
    key = program.written(entry.key)
    return program.edited("rename", entry.key, _typo(key, rng), key, about=program.holder(entry))


def typo(program: Program, rng: Random) -> Mutation | None:
    words = [one for one in program.scalars if re.fullmatch(r"[a-z][a-z0-9_.]{2,}", program.written(one.value))]
    entry = rng.choice(words)
    word = program.written(entry.value)
    return program.edited("typo", entry.value, _typo(word, rng), word)


def _typo(word: str, rng: Random) -> str:
    at = rng.randrange(len(word) - 1)
    left, right = word[:at], word[at + 1 :]
    made = rng.choice((left + right, left + word[at] * 2 + right, left + right[:1] + word[at] + right[1:]))
    return made if made != word else word + "s"


def swap(program: Program, rng: Random) -> Mutation | None:
    entry, other = rng.choice(program.scalars), rng.choice(program.scalars)
    text = program.written(other.value)
    if "\n" in text or "\n" in program.written(entry.value):
        return None
    return program.edited("swap", entry.value, text, program.written(entry.value))


def retype(program: Program, rng: Random) -> Mutation | None:
    entry = rng.choice(program.scalars)
    text = rng.choice(("[]", "{}", "12", "true", "''", "quatre", "2026-02-30", "[a, b]", "4 moons", "-1", "~"))
    return program.edited("retype", entry.value, text, program.written(entry.value))


def break_condition(program: Program, rng: Random) -> Mutation | None:
    texts = [one for one in program.scalars if one.path[-1] in CONDITIONS and isinstance(one.data, str)]
    if not texts:
        return None
    entry = rng.choice(texts)
    text = program.written(entry.value)
    words = text.split(" ")
    at = rng.randrange(len(words))
    made = rng.choice((
        words[:at] + words[at + 1 :],
        [*words[: at + 1], *words[at:]],
        [*words[:at], words[at].replace(".", "..", 1), *words[at + 1 :]],
        [*words[:at], words[at].replace("_", "", 1), *words[at + 1 :]],
        [*words[:at], words[at].replace("(", "", 1), *words[at + 1 :]],
        [*words[:at], words[at][:-1], *words[at + 1 :]],
    ))  # fmt: skip
    return program.edited("condition", entry.value, " ".join(made))


def indent(program: Program, rng: Random) -> Mutation | None:
    number = rng.randrange(1, len(program.tree.lines))
    line = program.tree.lines[number]
    if not line.strip() or line.lstrip().startswith("#"):
        return None
    place = Place(number + 1, 1, number + 1, 1)
    return program.edited("indent", place, " " * rng.choice((1, 2, 3)), about={number, number + 2})


KINDS: dict[str, Callable[[Program, Random], Mutation | None]] = {
    "delete": delete,
    "duplicate": duplicate,
    "rename": rename_key,
    "typo": typo,
    "swap": swap,
    "retype": retype,
    "condition": break_condition,
    "indent": indent,
}

"""What can be read of a text that is still being written?

Where YAML itself cannot read it, the lines that are in the way are left out, so that the others keep their places; a
part that has not the shape of the language is left out of the model, and keeps its names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from dyade.program import model as m
from dyade.program.checks.ground import Ground
from dyade.program.checks.placeholders import sites as sites_of_texts
from dyade.program.diagnostics import Findings, Place
from dyade.program.load import ReadFile, no_file
from dyade.program.names import Declared, Site
from dyade.program.shape import check_program_shape, prune
from dyade.program.text import read
from dyade.program.tree import Path, Tree
from dyade.program.typed import Eligible, Guard, Leaf, Typed

PATIENCE = 12
"""Lines that are left out, at most."""
EMPTY = Site()


def legible(text: str) -> Tree | None:
    """The tree of a text, without the lines that cannot be read."""
    lines = text.replace("\r\n", "\n").removeprefix("\ufeff").split("\n")
    for _ in range(PATIENCE):
        findings = Findings()
        tree = read("\n".join(lines), findings)
        if tree is not None and isinstance(tree.data, dict):
            return Tree(tree.data, tree._root, lines)
        wrong = _in_the_way(findings, lines)
        if wrong is None:
            return None
        lines[wrong] = ""
    return None


def _in_the_way(findings: Findings, lines: Sequence[str]) -> int | None:
    """The next line to leave out."""
    told = [found.place.line - 1 for found in findings if found.severity == "error"]
    # What is not closed is told where it begins; what is told late was often meant one line before.
    tries = [*told, *(line - 1 for line in told), *(line + 1 for line in told)]
    return next((line for line in tries if 0 <= line < len(lines) and lines[line].strip()), None)


def _asked(guard: Guard) -> Iterator[tuple[Path, Site]]:
    """The conditions of a guard, the persons whom it judges included, each with what it may read."""
    waiting: list[Guard] = [guard]
    while waiting:
        found = waiting.pop()
        if isinstance(found, Leaf):
            yield (*found.place, "when"), found.site
        elif isinstance(found, Eligible):
            yield found.place, found.site
            waiting.append(found.guard)
        else:
            waiting += found.items


class Draft:
    """A program, as far as its text can be read."""

    def __init__(self, text: str, tree: Tree, read_file: ReadFile = no_file, before: Ground | None = None) -> None:
        self.text = text
        self.tree = tree
        self._read_file = read_file
        self._before = before

    @property
    def ground(self) -> Ground | None:
        """The program and its types; as they were before, where too little has the shape of a program now."""
        return self._own or self._before

    @cached_property
    def _own(self) -> Ground | None:
        findings = Findings()
        shape = check_program_shape(self.tree, findings)
        left = prune(self.tree, shape)
        if left is None:
            return None
        try:
            declared = Declared.of(shape.made or m.load_model(left.data))
        except m.Misshapen:
            return None
        return Ground(declared, Typed(declared), left, findings, self._read_file, shape.broken, self.tree.data)

    @cached_property
    def _sites(self) -> dict[Place, dict[Site, None]]:
        """What may be read by the condition, or in the texts of the part, that stands at a place of the file."""
        found: dict[Place, dict[Site, None]] = {}
        ground = self._own
        if ground is None:
            return found

        def note(path: Path, site: Site | None) -> None:
            found.setdefault(ground.tree.place(path), {})[site or EMPTY] = None

        for path, site in ground.typed.sites.items():
            note(path, site)
        for guard in ground.typed.guards.values():
            for where, site in _asked(guard):
                note(where, site)
        for path, several in sites_of_texts(ground).items():
            for one in several:
                note(path, one)
        return found

    def sites(self, path: Path) -> tuple[Site, ...]:
        """What may be read at a path: of a condition, or of a part whose texts are filled in."""
        return tuple(self._sites.get(self.tree.place(path), {EMPTY: None}))

    def text_of(self, path: Path, lang: str) -> str:
        """A text of the program in a language, or in its author's."""
        return said(self.value(path), lang)

    def value(self, path: Path) -> Any:
        """What the file says at a path."""
        return follow(self.tree.data, path)


def follow(data: Any, path: Path) -> Any:
    """What data hold at a path, `None` where there is nothing."""
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def said(text: Any, lang: str) -> str:
    """A text in a language, or in whichever it has."""
    if isinstance(text, dict):
        spoken = [words for words in (text.get(lang), *text.values()) if isinstance(words, str)]
        return spoken[0] if spoken else ""
    return text if isinstance(text, str) else ""


def drafted(text: str, read_file: ReadFile = no_file, before: Ground | None = None) -> Draft | None:
    """What can be read of a program, of which `before` was known."""
    tree = legible(text)
    return Draft(text, tree, read_file, before) if tree is not None else None

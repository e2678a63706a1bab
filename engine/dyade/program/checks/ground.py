"""What does every check stand on? The program, its types, the places of its text, and what was found so far."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from dyade.program import model as m
from dyade.program.checks.parts import parts
from dyade.program.checks.ways import Ways
from dyade.program.conditions.tree import Node, Read, ReadNode, walk
from dyade.program.data import Data
from dyade.program.diagnostics import COMPARED, Findings, Severity
from dyade.program.diagnostics import Place as DiagnosticPlace
from dyade.program.graph import Graph
from dyade.program.names import Declared
from dyade.program.nearest import MOST, nearest
from dyade.program.text import Tree
from dyade.program.typed import Leaf, Typed, leaves

Path = tuple[str | int, ...]
DOUBTFUL = 20
"""Lines of one error whose words are doubtful, at most."""
_NAMES = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*")


class Ground:
    """What every check gets. Paths lead into the tree, whose parts that do not fit are left out."""

    def __init__(
        self,
        declared: Declared,
        typed: Typed,
        tree: Tree,
        findings: Findings,
        read_file: Callable[[str], bytes | None],
        broken: Sequence[Path] = (),
        whole: Any = None,
        today: int | None = None,
        *,
        proves: bool = False,
    ) -> None:
        self.declared = declared
        self.typed = typed
        self.tree = tree
        self.findings = findings
        self.read_file = read_file
        self.broken = tuple(broken)
        """What was left out because it has not the shape of the language."""
        self.whole = tree.data if whole is None else whole
        """The data of the file, what was left out included."""
        self.today = today
        """The day on which the program is checked, where whoever asks tells it."""
        self.proves = proves
        """Whether somebody proves what the checks only suspect."""
        self.meant: set[str] = set()
        """Names that unknown ones were probably meant to be: they are not unused."""
        self.provisions: dict[str, Mapping[str, str]] = {}
        """What the cited provisions say, as read in their catalogues."""
        self._compared = 0
        self._torn = frozenset(found.place for found in findings if found.code.startswith("Y"))

    @property
    def model(self) -> m.Program:
        """The program as its file says it."""
        return self.declared.model

    @property
    def graph(self) -> Graph:
        """Its states."""
        return self.declared.graph

    @property
    def data(self) -> Data:
        """Its data, typed."""
        return self.declared.data

    @cached_property
    def parts(self) -> tuple[tuple[Path, m.Part], ...]:
        """Every part of the program, in the order of the file."""
        return tuple(parts(self.model))

    @cached_property
    def leaves(self) -> Mapping[Path, Leaf]:
        """Every clause, by the place where it is written."""
        return {leaf.place: leaf for guard in self.typed.guards.values() for leaf in leaves(guard)}

    @cached_property
    def clause_ids(self) -> frozenset[str]:
        """The ids of all clauses."""
        return frozenset(leaf.id for leaf in self.leaves.values())

    @cached_property
    def rules(self) -> Mapping[Path, m.Rule]:
        """Whatever can cite a source, by path."""
        return dict(self.of(m.Rule))

    @cached_property
    def ways(self) -> Ways:
        """How a dyad may pass from state to state."""
        return Ways(self.graph, self.model.transitions, self._left_out_transitions())

    @cached_property
    def state_at(self) -> Mapping[Path, str]:
        """The state that stands at each place of the file."""
        return {node.place: path for path, node in self.graph.nodes.items()}

    @cached_property
    def state_names(self) -> tuple[str, ...]:
        """Every way to name a state."""
        return tuple(self.graph.names())

    def states(self, references: Iterable[str]) -> tuple[str, ...]:
        """The states that are named, those that exist."""
        found = (self.graph.find(reference) for reference in references)
        return tuple(path for path in found if isinstance(path, str))

    def of(self, kind: type[m.Part]) -> Iterator[tuple[Path, Any]]:
        """The parts of one kind."""
        return ((path, part) for path, part in self.parts if isinstance(part, kind))

    # --------------------------------------------------------------------------------------------------------- telling

    def tell(
        self, code: str, path: Path, *, at_key: bool = False, inside: tuple[int, int] | None = None, **about: Any
    ) -> None:
        """Note a mistake at a value, at some characters inside it, or at the key that leads to it."""
        real = self._real(path)
        if inside:
            place = self.tree.inner(real, *inside)
        else:
            place = self.tree.key_place(real) if at_key else self.tree.place(real)
        if not self.is_torn(real):
            self.findings.add(code, place, path=self.tree.dotted(real), **about)

    def is_torn(self, path: Path) -> bool:
        """Whether YAML itself was wrong at a value: what it would say there is not known."""
        return bool(self._torn) and self.tree.place(path) in self._torn

    def read_place(self, path: Path, node: Node, read: Read) -> DiagnosticPlace:
        """The place of the words that read something, in the condition at a path."""
        found = next((n for n in walk(node) if isinstance(n, ReadNode) and n.read == read), node)
        return self.tree.inner(self._real(path), found.start, found.end)

    def unknown(self, code: str, path: Path, name: str, candidates: Collection[str], **about: Any) -> str | None:
        """Note a name that does not exist, unless what it names was left out; return what was probably meant."""
        if self.is_lost(name):
            return None
        meant = self.near(name, candidates)
        if meant:
            self.meant.add(meant)
        self.tell(code, path, name=name, suggestion=meant, **about)
        return meant

    def near(self, name: str, candidates: Collection[str]) -> str | None:
        """What a name was probably meant to be; a hostile file gets no more comparisons than one run may cost."""
        self._compared += min(len(candidates), MOST)
        return nearest(name, candidates) if self._compared <= COMPARED else None

    def _real(self, path: Path) -> Path:
        """The part of a path that is in the text: a lone value may stand for a list of one."""
        data = self.tree.data
        for at, step in enumerate(path):
            if not isinstance(data, dict | list):
                return path[:at]
            try:
                data = data[step]  # type: ignore[index]
            except (KeyError, IndexError, TypeError):
                return path
        return path

    # ------------------------------------------------------------------------------------------------ what was left out

    def is_lost(self, name: str) -> bool:
        """Whether a name is of something that was left out, and told already."""
        return bool(self._lost) and not self._lost.isdisjoint(name.split("."))

    @cached_property
    def _lost(self) -> frozenset[str]:
        return frozenset(str(path[-1]) for path in self.broken if path and isinstance(path[-1], str))

    def misses(self, *sections: str) -> bool:
        """Whether something of these sections was left out."""
        return any(path[:1] == (section,) for path in self.broken for section in sections)

    def _left_out_transitions(self) -> Iterator[dict[str, Any] | None]:
        for path in self.broken:
            if path[:1] in (("states",), ("initial",)) or path == ("transitions",):
                yield None
            elif path[:1] == ("transitions",):
                yield self._at(path[:2])

    def _at(self, path: Path) -> dict[str, Any] | None:
        found = _follow(self.whole, path)
        return found if isinstance(found, dict) else None

    def value(self, path: Path) -> Any:
        """What the file says at a path."""
        return _follow(self.tree.data, path)

    @cached_property
    def words(self) -> frozenset[str]:
        """Every dotted name written in the file, in conditions and in braces, and what they begin with."""
        found: set[str] = set()
        for text in _strings(self.whole):
            if "." in text:
                for name in _NAMES.findall(text):
                    while "." in name and name not in found:
                        found.add(name)
                        name = name.rpartition(".")[0]
        return frozenset(found)

    @cached_property
    def left_out_words(self) -> frozenset[str]:
        """Every word written in the parts that were left out."""
        inside = (_follow(self.whole, path) for path in self.broken)
        return frozenset(word for value in inside for text in _strings(value) for word in re.findall(r"\w+", text))

    @cached_property
    def doubtful_words(self) -> frozenset[str]:
        """Every word of the conditions that have a mistake, and of the lines where an error was told so far."""
        texts = [text for bad in self.typed.bad_conditions if isinstance(text := self.value(bad.place), str)]
        for found in self.findings:
            if found.severity is Severity.ERROR:
                last = min(found.place.end_line, found.place.line + DOUBTFUL)
                texts += self.tree.lines[found.place.line - 1 : last]
        return frozenset(word for text in texts for word in re.findall(r"\w+", text))

    # ------------------------------------------------------------------------------------------------------ visibility

    @cached_property
    def everyone(self) -> tuple[str, ...]:
        """The roles that see what says nothing."""
        return tuple(self.model.visibility.default if self.model.visibility else self.model.roles)

    def seen_by(self, visibility: Iterable[str] | None) -> frozenset[str]:
        """The roles that see an item."""
        return frozenset(self.everyone if visibility is None else visibility)


def _follow(data: Any, path: Path) -> Any:
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _strings(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)

"""With which values does it happen? In the reader's words, once the engine's own evaluation has agreed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from dyade.authoring.plainly import Plainly
from dyade.authoring.proofs.encoding import Encoding, value_of
from dyade.authoring.proofs.guards import counts
from dyade.authoring.proofs.variables import Frame, Key, Variables
from dyade.flow.plan import plan_of
from dyade.flow.reads import Binder
from dyade.program.conditions.compile import Getter, compile_condition, compile_value
from dyade.program.conditions.tree import Arith, Call, Node, Read, ReadNode, walk
from dyade.program.conditions.types import EMPTY, Enum, Person, Type
from dyade.program.diagnostics import Passage
from dyade.program.names import Site
from dyade.program.typed import Eligible, Group, Guard, Leaf, leaves

MOST = 6
"""Values that one example tells."""


class Unplayable(Exception):
    """A value that no solver tells."""


class Example:
    """Values with which something holds, by what reads them."""

    def __init__(self, encoding: Encoding, model: Any) -> None:
        self.encoding = encoding
        self.model = model
        self.program = encoding.program
        variables = encoding.variables
        self.values: Mapping[Key, Any] = {key: self._value(key) for key in variables.made}
        self.active = {path: value_of(model, term) for (step, path), term in variables.active.items() if not step}
        self.visits = {path: value_of(model, term) for (step, path), term in variables.visits.items() if not step}

    def _value(self, key: Key) -> Any:
        made = self.encoding.variables.made[key]
        if not value_of(self.model, made.meant.known):
            return None
        if value_of(self.model, made.meant.empty):
            return EMPTY
        if made.meant.term is None:
            return Unplayable
        value = value_of(self.model, made.meant.term)
        kind = made.read.type
        worded = isinstance(kind, Enum | Person) or kind.name == "text"
        return self.encoding.variables.text(value) if worded else value

    # ------------------------------------------------------------------------------------------ the engine's evaluation

    def judged(self, guard: Guard) -> bool | None:
        """What the engine answers of a guard with these values; raise `Unplayable` where it cannot be asked."""
        if isinstance(guard, Leaf):
            return self.condition(guard.when, guard.site)
        if isinstance(guard, Eligible):
            raise Unplayable
        found = [self.judged(item) for item in guard.items if counts(item)]
        if guard.op == "all":
            return False if False in found else None if None in found else True
        some = True if True in found else None if None in found else False
        return some if guard.op == "any" else None if some is None else not some

    def condition(self, node: Node, site: Site) -> bool | None:
        """What the engine answers of a condition."""
        return compile_condition(node, self._bind(site), self._call)(None)

    def _bind(self, site: Site) -> Callable[[Read], Getter]:
        def bind(read: Read) -> Getter:
            place = self._computed(read)
            if place is not None:
                node = self.program.typed.nodes[place]
                get = compile_value(node, self._bind(self.program.site(place)), self._call)
                if read.parts[0] == "deadlines":
                    return self._deadline(read.parts[2], get)
                return get
            value = self.values.get(Variables.key(read, site, Frame()), Unplayable)
            if value is Unplayable:
                raise Unplayable
            return lambda _env: value

        return bind

    def _computed(self, read: Read) -> tuple[str | int, ...] | None:
        if read.parts[0] == "deadlines":
            return ("deadlines", read.parts[1], "at")
        if read.parts[0] == "fields" and len(read.parts) == 2:
            formula = self.program.model.fields[read.parts[1]].formula
            return ("fields", read.parts[1], "formula") if formula is not None else None
        return None

    def _deadline(self, what: str, get: Getter) -> Getter:
        today = self.values.get(("", "today"), 0)

        def told(env: Any) -> Any:
            day = get(env)
            if day is None or day is EMPTY:
                return None
            return {"date": day, "missed_on": day + 1, "missed": today > day, "left": day - today}[what]

        return told

    def _call(self, name: str, node: Arith | Call) -> Callable[[Any, tuple[Any, ...]], Any]:
        of = (node.of or "") if isinstance(node, Call) else ""
        if name == "is_in":
            return lambda _env, _args: self.active.get(of, False)
        if name == "visited":
            return lambda _env, _args: self.visits.get(of, False)
        if name == "days_in":
            raise Unplayable
        found: Callable[[Any, tuple[Any, ...]], Any] = Binder(plan_of(self.program), Site()).call(name, node)
        return found

    # ----------------------------------------------------------------------------------------------- the reader's words

    def told(self, guards: Iterable[Guard | tuple[Node, Site]], lang: str) -> Passage:
        """What is read by these, with its values: "Date de fin = 2026-09-15; aujourd'hui = 2026-09-14"."""
        words = Plainly(plan_of(self.program), lang)
        found: dict[Key, str] = {}
        for guard in guards:
            for node, site in _conditions(guard):
                for read, at in self._read_in(node, site):
                    key = Variables.key(read, at, Frame())
                    if key in self.values and self.values[key] is not Unplayable and key not in found:
                        found[key] = f"{words.label(read, at)} = {self._shown(self.values[key], read.type, words)}"
        return Passage("; ".join([*found.values()][:MOST]))

    def _shown(self, value: Any, kind: Type, words: Plainly) -> str:
        return words.value(value, kind)

    def _read_in(self, node: Node, site: Site) -> Iterator[tuple[Read, Site]]:
        """What a condition reads in the end, formulas opened."""
        for part in walk(node):
            if not isinstance(part, ReadNode) or part.read.constant is not None:
                continue
            place = self._computed(part.read)
            if place is None:
                yield part.read, site
            else:
                yield from self._read_in(self.program.typed.nodes[place], self.program.site(place))


def _conditions(guard: Guard | tuple[Node, Site]) -> Iterator[tuple[Node, Site]]:
    if isinstance(guard, Leaf | Group | Eligible):
        for leaf in leaves(guard):
            if leaf.must:
                yield leaf.when, leaf.site
    else:
        yield guard

"""What do the stories of a program touch of it, and what do they leave out?

A clause has two ways, yes and no: an answer that cannot be computed is neither. So has a deadline: it is kept where
what it runs in is left before its day, and its day comes otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any, NamedTuple

from dyade.program import report
from dyade.program.codes import CODES
from dyade.program.diagnostics import Diagnostic
from dyade.program.program import Program
from dyade.program.tree import Path, Tree
from dyade.program.typed import leaves
from dyade.texts import sentence

KINDS = (
    "state", "transition", "clause", "deadline", "reminder", "escalation", "step", "series", "quota",
    "budget", "certificate", "guidance", "branch", "limit", "invariant", "retention", "outcome",
)  # fmt: skip
YES, NO, BOTH = "yes", "no", "both"
KEPT, COME = "kept", "come"
HELD, ABSENT, EXCUSED = "held", "missed", "excused"
TAKEN, FULL = "taken", "full"
SPENT, PASSED = "spent", "passed"
ANSWERED = ("clause", "branch", "limit", "invariant")
"""Kinds that answer yes or no."""
TOGETHER = ("clause", "deadline", "branch", "limit")
"""Kinds of which one sentence says that both ways are left out."""


class Item(NamedTuple):
    """Something that a story can touch; `way` says which answer of a clause, which end of a deadline."""

    kind: str
    name: str
    way: str
    path: Path
    """Where the program says it."""


# --------------------------------------------------------------------------------------------------------------- items


def items(program: Program, tree: Tree) -> tuple[Item, ...]:
    """Everything that stories can touch, kind by kind, in the order of the file."""
    model = program.model
    found = [Item("state", path, "", node.place) for path, node in program.graph.nodes.items()]
    found += [Item("transition", one.id, "", ("transitions", i)) for i, one in enumerate(model.transitions)]
    clauses = dict.fromkeys(leaf.place for guard in program.typed.guards.values() for leaf in leaves(guard))
    found += [Item("clause", tree.dotted(path), way, path) for path in clauses for way in (YES, NO)]
    hard = model.matching.hard if model.matching is not None else ()
    pairing: list[Path] = [("matching", "hard", i) for i in range(len(hard))]
    found += [Item("clause", tree.dotted(path), way, path) for path in pairing for way in (YES, NO)]
    found += [Item("deadline", name, way, ("deadlines", name)) for name in model.deadlines for way in (KEPT, COME)]
    for i, reminder in enumerate(model.reminders):
        found.append(Item("reminder", reminder.id, "", ("reminders", i)))
        if reminder.escalate is not None:
            found.append(Item("escalation", reminder.id, "", ("reminders", i, "escalate")))
    for form, declared in model.forms.items():
        found += [
            Item("step", f"{form}.{step.id}", "", ("forms", form, "steps", i)) for i, step in enumerate(declared.steps)
        ]
    for name, series in model.series.items():
        ways = [HELD, *([ABSENT] if series.mandatory else []), *([EXCUSED] if series.absence is not None else [])]
        found += [Item("series", name, way, ("series", name)) for way in ways]
    found += [Item("quota", name, way, ("quotas", name)) for name in model.quotas for way in (TAKEN, FULL)]
    found += [Item("budget", name, way, ("budgets", name)) for name in model.budgets for way in (SPENT, PASSED)]
    found += [Item("certificate", name, "", ("certificates", name)) for name in model.certificates]
    found += [Item("guidance", f"guidance[{i}]", "", ("guidance", i)) for i in range(len(model.guidance))]
    found += _answered(program, tree)
    outcomes: dict[str, Path] = {}
    for node in program.graph.nodes.values():
        if node.model.outcome:
            outcomes.setdefault(node.model.outcome, (*node.place, "outcome"))
    found += [Item("outcome", name, "", path) for name, path in outcomes.items()]
    return tuple(found)


def _answered(program: Program, tree: Tree) -> Iterator[Item]:
    """What answers outside guards. An invariant that holds has one way: where it would not, nothing is ever kept."""
    model = program.model
    for path in program.typed.nodes:
        if path[-1] == "only_if":
            yield from (Item("branch", tree.dotted(path), way, path) for way in (YES, NO))
    for form, declared in model.forms.items():
        for i in range(len(declared.limits)):
            path = ("forms", form, "limits", i)
            yield from (Item("limit", tree.dotted(path), way, path) for way in (YES, NO))
    for i, invariant in enumerate(model.invariants):
        yield Item("invariant", invariant.id, YES, ("invariants", i, "always"))
    for i, rule in enumerate(model.retention):
        # What was said of those who found no pair is outside any dyad, and any story.
        if "enrolment" not in rule.what:
            yield Item("retention", rule.id, "", ("retention", i))


class Coverage(NamedTuple):
    """What the stories of a program touch of it."""

    file: str
    """The file of the program."""
    tree: Tree
    touched: dict[Item, bool]

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out."""
        return all(self.touched.values())

    @property
    def percent(self) -> int:
        """How much is touched, of a hundred; a hundred is the whole."""
        return sum(self.touched.values()) * 100 // len(self.touched)

    def left_out(self) -> list[Item]:
        """What no story touches, in the order of the file."""
        return sorted((item for item, yes in self.touched.items() if not yes), key=self.line)

    def line(self, item: Item) -> int:
        """The line of the program that an item stands on."""
        return self.tree.key_place(item.path).line

    def counts(self) -> list[tuple[str, int, int]]:
        """(kind, touched, all) of each kind that the program has."""
        kinds = [(kind, [yes for item, yes in self.touched.items() if item.kind == kind]) for kind in KINDS]
        return [(kind, sum(found), len(found)) for kind, found in kinds if found]

    def render(self, lang: str) -> list[str]:
        """The lines for people: a count of each kind, then what is left out, with its line."""
        rows = [(sentence("scenarios", f"coverage.{kind}", lang), some, whole) for kind, some, whole in self.counts()]
        wide = max((len(words) for words, _, _ in rows), default=0)
        lines = [
            sentence("scenarios", "coverage.total", lang, file=self.file, percent=self.percent),
            *(f"  {words.ljust(wide)}  {some:>3} / {whole}" for words, some, whole in rows),
        ]
        left = self.left_out()
        if left:
            lines += ["", sentence("scenarios", "coverage.left_out", lang, len(left))]
            lines += [
                f"  {self.file}:{found.place.line}: {report.message(found, lang)} [{found.code} {found.slug}]"
                for found, _ in self.findings()
            ]
        return lines

    def findings(self) -> Iterator[tuple[Diagnostic, tuple[Item, ...]]]:
        """What is left out as diagnostics, each with its items; where both ways of one are, one may say it."""
        for (kind, _, _), some in groupby(self.left_out(), key=lambda item: (item.kind, item.name, item.path)):
            items = tuple(some)
            if not items[0].way:
                yield self._found("K002", kind, items)
            elif kind == "invariant" or (kind in TOGETHER and len(items) == 2):
                yield self._found("K002", f"{kind}.{YES if kind == 'invariant' else BOTH}", items)
            else:
                yield from (self._found("K001", f"{kind}.{item.way}", (item,)) for item in items)

    def _found(self, code: str, variant: str, items: tuple[Item, ...]) -> tuple[Diagnostic, tuple[Item, ...]]:
        path, severity = items[0].path, CODES[code].severity
        place, facts = self.tree.key_place(path), {"name": items[0].name}
        about = self.tree.dotted(path)
        return Diagnostic(code=code, variant=variant, place=place, path=about, severity=severity, facts=facts), items

    def to_json(self, lang: str) -> dict[str, Any]:
        """The same for tools."""
        return {
            "program": self.file,
            "percent": self.percent,
            "counts": {kind: {"touched": some, "all": whole} for kind, some, whole in self.counts()},
            "left_out": [
                {
                    "kind": item.kind,
                    "name": item.name,
                    "way": item.way or None,
                    "line": self.line(item),
                    "code": found.code,
                    "slug": found.slug,
                    "message": report.message(found, lang),
                }
                for found, items in self.findings()
                for item in items
            ],
        }

"""What do the questions about one program share? Its ground, what lasts, a solver, and a way to tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from dyade.authoring.plainly import Plainly
from dyade.authoring.proofs.changes import Change, Fact, lasting, said
from dyade.authoring.proofs.changes import changes as changes_of
from dyade.authoring.proofs.encoding import Encoding
from dyade.authoring.proofs.examples import Example, Unplayable
from dyade.authoring.proofs.guards import name_of
from dyade.authoring.proofs.lengths import Lengths
from dyade.authoring.proofs.meaning import conj
from dyade.authoring.proofs.solver import Solver, Verdict
from dyade.authoring.proofs.variables import Frame
from dyade.flow.plan import calendar_of, plan_of
from dyade.program.checks.ground import Ground, Path
from dyade.program.conditions.types import DATE
from dyade.program.diagnostics import Passage
from dyade.program.program import Program
from dyade.program.typed import Eligible, Guard, Leaf

Heard = Callable[[int, int], None]
NOW = Frame()
NEAR = tuple(
    (date(first, 1, 1).toordinal(), date(last, 12, 31).toordinal()) for first, last in ((2026, 2028), (2015, 2045))
)
"""Days that an example had better be of."""


class Inquiry:
    """The questions about one program."""

    def __init__(self, program: Program, ground: Ground, lang: str, solver: Solver, heard: Heard | None = None) -> None:
        self.program = program
        self.ground = ground
        self.lang = lang
        self.solver = solver
        self.heard = heard
        self.lengths = Lengths(calendar_of(program))
        self.closed: set[int] = set()
        """The transitions whose guard never opens."""

    @cached_property
    def words(self) -> Plainly:
        """The words of the program, in the reader's language."""
        return Plainly(plan_of(self.program), self.lang)

    def new(self) -> Encoding:
        """A set of formulas, for one question."""
        return Encoding(self.program, self.lengths)

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """What may change the fields."""
        return tuple(changes_of(self.program))

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """What is never false of the fields."""
        return lasting(self.program, self.changes, lambda e, formulas: self.ask(e, formulas).holds, self.new)

    def known(self, encoding: Encoding, frame: Frame = NOW) -> Any:
        """What is never false of the fields, as a formula."""
        return said(self.facts, encoding, frame)

    def ask(self, encoding: Encoding, formulas: Sequence[Any], named: dict[str, Any] | None = None) -> Verdict:
        """Ask whether formulas of one set can hold together."""
        return self.solver.ask([*encoding.axioms, *formulas], named, encoding.refine)

    def core(self, encoding: Encoding, formulas: Sequence[Any], named: dict[str, Any]) -> tuple[str, ...] | None:
        """The fewest of the named formulas that cannot hold together; `None` where they can, or nobody knows."""
        found = self.ask(encoding, formulas, named)
        if found.holds is not False:
            return None
        kept = {name: named[name] for name in named if name in found.core}
        for name in list(kept):
            fewer = {other: kept[other] for other in kept if other != name}
            if len(kept) > 1 and self.ask(encoding, formulas, fewer).holds is False:
                kept = fewer
        return tuple(kept)

    def shown(self, encoding: Encoding, formulas: Sequence[Any]) -> Verdict:
        """Ask the same, for days of our own time where there are such."""
        days = [made.meant.term for made in encoding.variables.made.values() if made.read.type == DATE]
        for first, last in NEAR:
            found = self.ask(encoding, [*formulas, *(conj(day >= first, day <= last) for day in days)])
            if found.holds or not days:
                return found
        return self.ask(encoding, formulas)

    def example(self, encoding: Encoding, verdict: Verdict) -> Example | None:
        """The values of an answer."""
        return Example(encoding, verdict.model) if verdict.holds else None

    def agrees(self, example: Example, wanted: Iterable[tuple[Guard, bool]]) -> bool:
        """Whether the engine's own evaluation answers with these values as the formulas did."""
        try:
            return all((example.judged(guard) is True) is holds for guard, holds in wanted)
        except Unplayable:
            return False

    # ---------------------------------------------------------------------------------------------------------- telling

    def tell(self, code: str, path: Path, **about: Any) -> None:
        """Note what was found."""
        self.ground.tell(code, path, **about)

    def is_told(self, path: Path, *codes: str) -> bool:
        """Whether the checks have told it already, there or inside."""
        dotted = self.ground.tree.dotted(path)
        return any(found.code in codes and found.path.startswith(dotted) for found in self.ground.findings)

    def clauses(self, guards: Iterable[Guard]) -> Passage:
        """Clauses, by their ids."""
        return Passage(self.words.listed((name_of(guard) for guard in guards), "and"))

    def place(self, guard: Guard) -> Path | None:
        """Where an item of a guard stands."""
        if isinstance(guard, Leaf | Eligible):
            return guard.place
        return next((found for item in guard.items if (found := self.place(item))), None)

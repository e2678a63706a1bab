"""Can these formulas hold together? Yes with values, no with the formulas that clash, or nobody knows in time."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import z3

EACH = 500
"""Milliseconds that one question may take."""
ALL = 30.0
"""Seconds that all the questions about one program may take."""
ROUNDS = 12
"""How often what was taken too broadly may be told more exactly."""


class Verdict(NamedTuple):
    """What came of one question."""

    holds: bool | None
    """Yes, no, or not known."""
    model: Any = None
    """Values with which it holds."""
    core: tuple[str, ...] = ()
    """The names of the formulas that cannot hold together."""


class Solver:
    """Asks questions, counts them, and stops when the time is up."""

    def __init__(self, seconds: float = ALL) -> None:
        self._until = time.monotonic() + seconds
        self.proved = 0
        self.untold = 0
        self.asked = 0
        self.spent = 0.0

    def ask(
        self,
        formulas: Sequence[Any],
        named: Mapping[str, Any] | None = None,
        refine: Callable[[Any], Sequence[Any]] | None = None,
    ) -> Verdict:
        """Ask whether formulas can hold together; `refine` tells what a model took too broadly."""
        solver = z3.Solver()
        solver.add(*formulas)
        for name, formula in (named or {}).items():
            solver.assert_and_track(formula, name)
        self.asked += 1
        begun = time.monotonic()
        verdict = self._answer(solver, refine, begun)
        self.spent += time.monotonic() - begun
        if verdict.holds is None:
            self.untold += 1
        else:
            self.proved += 1
        return verdict

    def _answer(self, solver: Any, refine: Callable[[Any], Sequence[Any]] | None, begun: float) -> Verdict:
        for _ in range(ROUNDS):
            left = min(EACH - 1000 * (time.monotonic() - begun), 1000 * (self._until - time.monotonic()))
            if left < 1:
                break
            solver.set("timeout", int(left))
            answer = solver.check()
            if answer == z3.unsat:
                return Verdict(False, core=tuple(str(name) for name in solver.unsat_core()))
            if answer != z3.sat:
                break
            model = solver.model()
            lemmas = refine(model) if refine else ()
            if not lemmas:
                return Verdict(True, model)
            solver.add(*lemmas)
        return Verdict(None)

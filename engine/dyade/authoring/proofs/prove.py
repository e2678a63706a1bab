"""All that can be proved of a program, in one go: findings beside those of the checks, and the margins of its dates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from dyade.authoring.checked import Checked
from dyade.authoring.proofs import closed, entries, invariants, quantities, reminders, rivals, ways
from dyade.authoring.proofs.inquiry import Heard, Inquiry
from dyade.authoring.proofs.quantities import Margin
from dyade.authoring.proofs.solver import ALL, Solver
from dyade.program.checks.ground import Ground
from dyade.program.letters import decoded
from dyade.program.load import Loaded, ReadFile, examine, no_file
from dyade.program.program import Program

QUESTIONS: tuple[Callable[[Inquiry], None], ...] = (
    closed.check,
    rivals.check,
    reminders.check,
    entries.check,
    ways.check,
    invariants.check,
)
"""Closed guards first: what never opens rivals nothing."""


class Proofs(NamedTuple):
    """What came of all the questions about one program."""

    proved: int
    """Questions that were answered."""
    untold: int
    """Questions that nobody answered in time."""
    seconds: float
    margins: tuple[Margin, ...] = ()
    """How much room there is before each deadline."""

    def to_json(self) -> dict[str, Any]:
        """The proofs as data."""
        return {
            "proved": self.proved,
            "untold": self.untold,
            "seconds": round(self.seconds, 3),
            "margins": [
                {"path": margin.path, "message": margin.sentence, "facts": dict(margin.facts)}
                for margin in self.margins
            ],
        }


class Proved(NamedTuple):
    """A program that was examined, and what was proved of it; nothing is, of one that has errors."""

    loaded: Loaded
    proofs: Proofs | None


def prove(
    text: bytes | str,
    lang: str,
    read_file: ReadFile = no_file,
    today: int | None = None,
    heard: Heard | None = None,
    seconds: float = ALL,
) -> Proved:
    """Examine a program, and prove what can be; sentences are in a language, for examples are in the reader's words."""
    found: list[Proofs] = []

    def further(program: Program, ground: Ground) -> None:
        found.append(ask_all(program, ground, lang, heard, seconds))

    loaded = examine(text, read_file, today, further)
    return Proved(loaded, found[0] if found else None)


def prove_program(
    file: str, raw: bytes | str, read_file: ReadFile, today: int, lang: str, heard: Heard | None = None
) -> Checked:
    """Check a program on a day (an ordinal), and prove what can be."""
    loaded, proofs = prove(raw, lang, read_file, today, heard)
    return Checked(file, decoded(raw), loaded.findings, loaded.suppressed, loaded.program, proofs)


def ask_all(program: Program, ground: Ground, lang: str, heard: Heard | None = None, seconds: float = ALL) -> Proofs:
    """Ask every question about a program that has no error."""
    inquiry = Inquiry(program, ground, lang, Solver(seconds))
    for done, question in enumerate(QUESTIONS):
        if heard is not None:
            heard(done, len(QUESTIONS) + 1)
        question(inquiry)
    margins = quantities.check(inquiry)
    if heard is not None:
        heard(len(QUESTIONS) + 1, len(QUESTIONS) + 1)
    solver = inquiry.solver
    return Proofs(solver.proved, solver.untold, solver.spent, margins)

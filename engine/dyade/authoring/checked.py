"""What was found in the files of a program, and what did their authors set aside?"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from dyade.program.diagnostics import Diagnostic, Severity
from dyade.program.letters import decoded
from dyade.program.load import examine
from dyade.program.program import Program
from dyade.program.suppressions import Suppressed

if TYPE_CHECKING:
    from dyade.authoring.proofs.prove import Proofs

ReadFile = Callable[[str], bytes | None]


class Checked(NamedTuple):
    """A file and what was found in it."""

    file: str
    source: str
    findings: tuple[Diagnostic, ...]
    suppressed: tuple[Suppressed, ...] = ()
    program: Program | None = None
    """The program, where the file is one and has no error."""
    proofs: Proofs | None = None
    """What was proved of it, where that was asked for."""

    def count(self, severity: Severity) -> int:
        """How many findings are this grave."""
        return sum(diagnostic.severity is severity for diagnostic in self.findings)


def check_program(file: str, raw: bytes | str, read_file: ReadFile, today: int) -> Checked:
    """Check a program on a day (an ordinal)."""
    loaded = examine(raw, read_file, today)
    return Checked(file, decoded(raw), loaded.findings, loaded.suppressed, loaded.program)


def check_scenarios(file: str, raw: bytes | str, program: Program) -> Checked:
    """Check the scenarios of a program, without living them."""
    from dyade.authoring import scenarios  # most programs are checked with none

    judged = scenarios.judged(program, raw)
    return Checked(file, decoded(raw), judged.findings, judged.suppressed)

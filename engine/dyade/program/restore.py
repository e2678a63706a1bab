"""A program again, from the form in which its version was kept: nothing is judged, nothing is read but that form."""

from __future__ import annotations

from dyade.program import digest
from dyade.program.names import Declared
from dyade.program.program import Program
from dyade.program.typed import Typed


def restore(canonical: str | bytes) -> Program:
    """Make a program again from its canonical form, without judging it again."""
    model, resolved = digest.parsed(canonical)
    declared = Declared.of(model)
    holidays = tuple((day, label) for day, label in resolved["holidays"])
    return Program(model, declared, Typed(declared), holidays, resolved.get("provisions", {}))

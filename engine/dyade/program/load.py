"""The one door: the text of a program -> `Program`, or every mistake in it.

    text ─▶ tree with places ─▶ shape ─▶ model ─▶ names and types ─▶ checks ─▶ Program
               └───────────────── findings, sorted, all of them at once ─▶ ProgramInvalid

A stage runs on the parts that the stage before found sound, so that a broken form does not hide a dead end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from dyade.errors import ProgramInvalid
from dyade.program import checks
from dyade.program import model as m
from dyade.program.checks.ground import Ground
from dyade.program.diagnostics import Diagnostic, Findings
from dyade.program.names import Declared
from dyade.program.program import Program
from dyade.program.shape import check_program_shape, prune
from dyade.program.suppressions import Suppressed, set_aside
from dyade.program.text import Tree, read
from dyade.program.typed import Typed

ReadFile = Callable[[str], bytes | None]
"""Gives the content of a file beside the program, `None` where there is none; the caller keeps it inside the folder."""
Further = Callable[[Program, Ground], None]
"""Looks into a program that has no error, and tells what it finds on its ground."""


class Loaded(NamedTuple):
    """What came of reading a text: a program where it has no error, and all findings."""

    program: Program | None
    findings: tuple[Diagnostic, ...]
    suppressed: tuple[Suppressed, ...] = ()
    """What comments of the text set aside."""


def no_file(_name: str) -> bytes | None:
    """Read no file: the program is a text on its own."""
    return None


def load(text: bytes | str, name: str, read_file: ReadFile = no_file) -> Program:
    """Read a program; raise `ProgramInvalid` with every mistake where it has errors."""
    loaded = examine(text, read_file)
    if loaded.program is None:
        shown = text if isinstance(text, str) else text.decode("utf-8", "replace")
        raise ProgramInvalid(loaded.findings, name, shown)
    return loaded.program


def examine(
    text: bytes | str, read_file: ReadFile = no_file, today: int | None = None, further: Further | None = None
) -> Loaded:
    """Read a program and tell all that is wrong or doubtful in it; never raise for what the text says.

    Where the day is given (an ordinal), dates that are past are told too. What looks `further` into a program that has
    no error tells its findings beside the others.
    """
    findings = Findings()
    tree = read(text, findings)
    if tree is None:
        return Loaded(None, findings.sorted())
    findings.active = isinstance(tree.data, Mapping) and tree.data.get("status") == "active"
    shape = check_program_shape(tree, findings)
    pruned = prune(tree, shape)
    model = shape.made or (_model(pruned.data, pruned, findings) if pruned is not None else None)
    if pruned is None or model is None:
        suppressed = set_aside(findings, tree, today=today is not None)
        return Loaded(None, findings.sorted(), suppressed)
    declared = Declared.of(model)
    typed = Typed(declared)
    proves = further is not None
    ground = Ground(declared, typed, pruned, findings, read_file, shape.broken, tree.data, today, proves=proves)
    checks.run(ground)
    if further is not None:
        _look_further(further, ground)
    suppressed = set_aside(findings, tree, today=today is not None, proves=proves)
    program = None if findings.errors else Program(model, declared, typed, provisions=ground.provisions)
    return Loaded(program, findings.sorted(), suppressed)


def _look_further(further: Further, ground: Ground) -> None:
    if not ground.findings.errors:
        further(Program(ground.model, ground.declared, ground.typed, provisions=ground.provisions), ground)
        return
    # What was left to be proved is suspected at least.
    ground.proves = False
    checks.rivals.check(ground)


def _model(data: Any, tree: Tree, findings: Findings) -> m.Program | None:
    try:
        return m.load_model(data)
    except m.Misshapen as error:
        for path, _ in error.misfits:
            findings.add("D007", tree.place(path), path=tree.dotted(path), value=str(path[-1]) if path else "")
        return None

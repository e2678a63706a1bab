"""How should this file be laid out? The one door: a text -> the same, laid out, or as it is where it cannot be read.

Nothing changes but spaces, line ends, the order of keys whose order says nothing, the quotes around a doubled
apostrophe, and the first line. What came out is read again and compared: values, their order where it matters, and
comments.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

from dyade.authoring.layout.concrete import Group, NotPlain, Written, written
from dyade.authoring.layout.order import Shapes
from dyade.authoring.layout.printing import MODELINE, Printer
from dyade.program.diagnostics import Diagnostic, Findings
from dyade.program.text import read

Kind = Literal["program", "scenarios"]

SECTIONS: Mapping[Kind, frozenset[str]] = {
    "program": frozenset(
        (
            "sources", "out_of_scope", "params", "tables", "clauses", "roles", "fields", "forms", "series",
            "visibility", "enrolments", "matching", "initial", "states", "transitions", "quotas", "budgets",
            "deadlines", "reminders", "templates", "guidance", "retention", "certificates", "invariants", "migrations",
        )
    ),
    "scenarios": frozenset(("scenarios",)),
}  # fmt: skip
"""What a blank line stands above."""


class Unreadable(Exception):
    """A file cannot be laid out before it can be read; `findings` say why."""

    def __init__(self, findings: tuple[Diagnostic, ...]) -> None:
        super().__init__()
        self.findings = findings


def formatted(text: str, kind: Kind) -> str:
    """The text laid out; raise `Unreadable` for one that is no YAML, or none of ours."""
    findings = Findings()
    tree = read(text, findings)
    if tree is None or findings.errors:
        raise Unreadable(tuple(one for one in findings.sorted() if one.severity == "error"))
    try:
        made = laid_out(text, kind)
    except NotPlain:
        return text
    return made if is_faithful(text, tree.data, made) else text


def laid_out(text: str, kind: Kind) -> str:
    """The text laid out, as it comes; raise `NotPlain` for what is better left alone."""
    plain = text.replace("\r\n", "\n")
    found = written(plain if plain.endswith("\n") else f"{plain}\n")
    return Printer(shapes(kind), SECTIONS[kind]).whole(found, _first(found, kind))


def _first(found: Written, kind: Kind) -> str:
    """The line that tells editors which schema the file follows: the file's own, unless it is for the other kind."""
    told = next((line for line in found.head if line.startswith(MODELINE) and "$schema=" in line), None)
    other = "program" if kind == "scenarios" else "scenarios"
    told = told or f"{MODELINE} $schema=../schemas/{kind}.schema.json"
    return told.replace(f"/{other}.schema.json", f"/{kind}.schema.json")


@cache
def shapes(kind: Kind) -> Shapes:
    """What the schema of such a file says of its groups."""
    if kind == "scenarios":
        from dyade.authoring.scenarios_structure import STRUCTURE as OF_SCENARIOS

        return Shapes(OF_SCENARIOS, stories=True)
    from dyade.program.program_structure import STRUCTURE

    return Shapes(STRUCTURE, stories=False)


def is_faithful(text: str, data: Any, made: str) -> bool:
    """Whether what was laid out says the same, comments included."""
    findings = Findings()
    tree = read(made, findings)
    if tree is None or findings.errors or tree.data != data:
        return False
    try:
        return comments(text) == comments(made)
    except NotPlain:
        return False


def comments(text: str) -> Counter[str]:
    """How often each comment is told, the first line apart."""
    found = written(text.replace("\r\n", "\n") + "\n")
    told = Counter(line for line in found.head if line and not line.startswith(MODELINE))
    _gather(found.top, told)
    return told


def _gather(group: Group, told: Counter[str]) -> None:
    told.update(line for line in group.foot if line)
    for entry in group.entries:
        told.update(line for line in entry.lead if line)
        told.update(comment.text for comment in (entry.after_key, entry.tail) if comment is not None)
        if isinstance(entry.value, Group):
            _gather(entry.value, told)

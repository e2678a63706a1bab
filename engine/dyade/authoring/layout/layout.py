"""How should this file be laid out? The one door: a text -> the same, laid out, or as it is where it cannot be read.

Nothing changes but spaces, line ends, the order of keys whose order says nothing, the quotes around a doubled
apostrophe, and the first line. What came out is read again and compared: values, their order where it matters,
comments and what each is about; and it is laid out again, which must change nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Literal, NamedTuple

from dyade.authoring.layout.concrete import Group, NotPlain, Written, written
from dyade.authoring.layout.order import Shapes
from dyade.authoring.layout.printing import MODELINE, Printer
from dyade.program.diagnostics import Diagnostic, Findings
from dyade.program.text import read
from dyade.program.tree import Path

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
    """The text laid out, or as it is where that would not be faithful; raise `Unreadable` for what is no YAML."""
    findings = Findings()
    tree = read(text, findings)
    if tree is None or findings.errors:
        raise Unreadable(tuple(one for one in findings.sorted() if one.severity == "error"))
    try:
        made = laid_out(text, kind)
        good = is_faithful(text, tree.data, made) and laid_out(made, kind) == made
    except NotPlain:
        return text
    return made if good else text


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
        before, after = owners(text), owners(made)
    except NotPlain:
        return False
    firsts = _firsts(tree.data)
    return _told(before, firsts) == _told(after, firsts)


class Owned(NamedTuple):
    """A comment, and what it is about: an entry, or all those above it in its group."""

    comment: str
    path: Path
    is_foot: bool


def owners(text: str) -> list[Owned]:
    """Each comment with what it is about, the first line apart; raise `NotPlain`."""
    found = written(text.replace("\r\n", "\n") + "\n")
    head = [Owned(line, (), False) for line in found.head if line and not line.startswith(MODELINE)]
    return [*head, *_inside(found.top, ())]


def _inside(group: Group, path: Path) -> Iterator[Owned]:
    for line in group.foot:
        if line:
            yield Owned(line, path, bool(group.entries))
    for number, entry in enumerate(group.entries):
        own = (*path, number if entry.key is None else entry.key.value)
        ends = [comment.text for comment in (entry.after_key, entry.tail) if comment is not None]
        for line in (*entry.lead, *entry.below, *ends):
            if line:
                yield Owned(line, own, False)
        if isinstance(entry.value, Group):
            yield from _inside(entry.value, own)


def _told(owned: list[Owned], firsts: Mapping[Path, Path]) -> Counter[Owned]:
    """How often each is told: above a whole file or an item, it stands above the first key of it."""
    told: Counter[Owned] = Counter()
    for one in owned:
        path = one.path
        while not one.is_foot and path in firsts:
            path = firsts[path]
        told[one._replace(path=path)] += 1
    return told


def _firsts(data: Any, path: Path = ()) -> dict[Path, Path]:
    """The file and its items → the first entry of each."""
    found: dict[Path, Path] = {}
    inside = dict(data) if isinstance(data, dict) else dict(enumerate(data)) if isinstance(data, list) else {}
    if inside and (not path or isinstance(path[-1], int)):
        found[path] = (*path, next(iter(inside)))
    for key, value in inside.items():
        found |= _firsts(value, (*path, key))
    return found


def comments(text: str) -> Counter[str]:
    """How often each comment is told, the first line apart."""
    return Counter(one.comment for one in owners(text))

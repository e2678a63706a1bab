"""What changes when a name changes: every place that says it, in the program and in its scenarios?"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from dyade.authoring import scenarios
from dyade.authoring.editing.mentions import Mentions
from dyade.authoring.editing.names import Name
from dyade.authoring.editing.stories import Told
from dyade.program.checks.names import RESERVED_ROLES
from dyade.program.conditions.syntax import KEYWORDS
from dyade.program.diagnostics import Fix, Place
from dyade.program.graph import ANY
from dyade.program.load import Loaded, ReadFile, examine
from dyade.program.model import IDENTIFIER


class Refused(NamedTuple):
    """Why a name may not become another: the key of a sentence, and its facts."""

    key: str
    facts: dict[str, str]


class Renamed(NamedTuple):
    """The edits of a new name."""

    program: tuple[Fix, ...]
    scenarios: tuple[Fix, ...]


def renamed(mentions: Mentions, told: Told | None, name: Name, new: str, read_file: ReadFile) -> Renamed | Refused:
    """The edits by which a name becomes another everywhere; refused where the program would not stay as sound."""
    refused = _refused(mentions, name, new)
    if refused is not None:
        return refused
    names = family(mentions, told, name)
    edits = Renamed(
        tuple(Fix(place=place, text=new) for place in uses(mentions, names)),
        tuple(Fix(place=place, text=new) for place in uses(told, names)),
    )
    before = mentions.draft.text, told.text if told is not None else None
    after = edited(before[0], edits.program), edited(before[1], edits.scenarios) if before[1] is not None else None
    if _mistakes(*after, read_file) > _mistakes(*before, read_file):
        return Refused("editing.rename.unsound", {"name": name.word, "new": new})
    return edits


def family(mentions: Mentions, told: Told | None, name: Name) -> frozenset[Name]:
    """A name and those that one same word means too: the inputs that a shared clause reads, each where it is used."""
    shared: dict[tuple[object, ...], set[Name]] = {}
    for file, where in (("program", mentions), ("scenarios", told)):
        for mention in where.all if where is not None else ():
            shared.setdefault((file, mention.path, mention.start, mention.is_key), set()).add(mention.name)
    several = [names for names in shared.values() if len(names) > 1]
    found = {name}
    while more := [names for names in several if names & found and not names <= found]:
        found = found.union(*more)
    return frozenset(found)


def uses(where: Mentions | Told | None, names: Collection[Name]) -> tuple[Place, ...]:
    """Where names are said, their declarations included, each place once."""
    found = (where.place(mention) for mention in where.all if mention.name in names) if where is not None else ()
    return tuple(dict.fromkeys(sorted(found)))


def _refused(mentions: Mentions, name: Name, new: str) -> Refused | None:
    if not re.fullmatch(IDENTIFIER, new):
        return Refused("editing.rename.identifier", {"new": new})
    if new in _reserved(name):
        return Refused("editing.rename.reserved", {"new": new})
    if new != name.word and Name(name.kind, (*name.path[:-1], new)) in mentions.names.declared:
        return Refused("editing.rename.taken", {"new": new})
    return None


def _reserved(name: Name) -> frozenset[str]:
    own = {"role": RESERVED_ROLES, "state": frozenset((ANY,))}
    return frozenset(KEYWORDS) | own.get(name.kind, frozenset())


def edited(text: str, fixes: Sequence[Fix]) -> str:
    """A text after some edits, none of which touches another."""
    lines = text.split("\n")
    for fix in sorted(fixes, key=lambda fix: fix.place, reverse=True):
        place = fix.place
        first, last = lines[place.line - 1], lines[place.end_line - 1]
        new = first[: place.column - 1] + fix.text + last[place.end_column - 1 :]
        lines[place.line - 1 : place.end_line] = new.split("\n")
    return "\n".join(lines)


def _mistakes(text: str, stories: str | None, read_file: ReadFile) -> int:
    """How many errors there are in a program and in its scenarios; those that cannot be judged count as none."""
    loaded = examine(text, read_file)
    return sum(1 for _ in _errors(loaded, stories))


def _errors(loaded: Loaded, stories: str | None) -> Iterator[str]:
    findings = list(loaded.findings)
    if loaded.program is not None and stories is not None:
        findings += scenarios.check(loaded.program, stories)
    yield from (found.code for found in findings if found.severity == "error")

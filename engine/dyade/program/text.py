"""How is the text of a program read? YAML's events, one by one, into values that remember their place.

Nothing is built by the YAML library: no anchor, tag, merge key or second document, no key twice, nothing too deep or
too large, and the words are understood by `scalars`. Whatever the bytes, reading ends, in findings or in a tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final

import yaml

from dyade.program.accidents import Trouble, accident
from dyade.program.builder import Builder, Enough, mark_of, place_of
from dyade.program.diagnostics import Findings, Place
from dyade.program.letters import ODD, decoded, readable
from dyade.program.tree import Node, Path, Tree

__all__ = ["Path", "Tree", "decoded", "events", "read"]

RESUMED: Final = 10
"""Times that reading goes on after what cannot be read, to tell other mistakes of the same kind."""

_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DIRECTIVE = re.compile(r"^%[^\n]*", re.MULTILINE)
_SECTION = re.compile(r"[A-Za-z_][\w-]* *:(?:\s|$)")


def read(raw: bytes | str, findings: Findings) -> Tree | None:
    """Read a program's text; `None` where no tree can be made of it, and the findings then say why."""
    text = readable(raw, findings)
    if text is None:
        return None
    text = _without_directives(text, findings)
    lines = text.replace("\r\n", "\n").split("\n")
    reading = _Reading(lines, findings)
    resume = reading.run(text)
    for _ in range(RESUMED):
        if resume is None:
            break
        resume = _Reading(lines, findings).run("\n" * resume + "\n".join(lines[resume:]))
    return Tree(*reading.found, lines) if reading.found else None


def events(text: str) -> Iterator[Any]:
    """The events of a text that was read without complaint, for whoever lays it out again."""
    yield from yaml.parse(text, Loader=_LOADER)


def _without_directives(text: str, findings: Findings) -> str:
    """Tell the lines that begin with %, and make comments of them: the parser compares each with all others."""
    for number, line in islice(_directives(text), 100):
        findings.add("Y006", Place(number, 1, number, len(line) + 1), variant="directive", tag=line.split()[0])
    return _DIRECTIVE.sub(lambda found: "#" + found[0][1:], text)


def _directives(text: str) -> Iterator[tuple[int, str]]:
    number, last = 1, 0
    for found in _DIRECTIVE.finditer(text):
        number += text.count("\n", last, found.start())
        last = found.start()
        yield number, found[0].rstrip()


class _Reading:
    """One pass over the events of a text."""

    def __init__(self, lines: Sequence[str], findings: Findings) -> None:
        self.lines = lines
        self.findings = findings
        self.builder = Builder(lines, findings)
        self.documents = 0

    @property
    def found(self) -> tuple[Any, Node] | None:
        """The value of the document and its extent."""
        return self.builder.found

    def run(self, text: str) -> int | None:
        """Read to the end; where something cannot be read, tell it and give the line from which to go on."""
        try:
            for event in yaml.parse(text, Loader=_LOADER):
                self.take(event)
        except Enough:
            return None
        except yaml.YAMLError as error:
            self.builder.found = None
            return self.broken(error)
        except (ValueError, OverflowError, IndexError):
            # The parser written in Python lets these through; the one in C has never been seen to.
            self.builder.found = None
            self.findings.add("Y002", Place(1, 1, 1, 1))
            return None
        self.builder.found = self.found or (None, Node((0, 0), (0, 0)))
        return None

    def take(self, event: Any) -> None:
        match event:
            case yaml.ScalarEvent():
                self.builder.counted(event)
                self.builder.scalar(event)
            case yaml.MappingStartEvent():
                self.builder.opened(event, {})
            case yaml.SequenceStartEvent():
                self.builder.opened(event, [])
            case yaml.CollectionEndEvent():
                self.builder.closed(mark_of(event.start_mark), mark_of(event.end_mark))
            case yaml.AliasEvent():
                self.builder.counted(event)
                self.builder.marked(event)
                self.builder.alias(event)
            case yaml.DocumentStartEvent():
                self.document(event)

    def document(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            self.findings.add("Y004", place_of(event))
            raise Enough

    def broken(self, error: yaml.YAMLError) -> int | None:
        """Tell what cannot be read, and find the next section."""
        mark = getattr(error, "problem_mark", None)
        context = getattr(error, "context_mark", None)
        if mark is None:
            self.findings.add("Y002", Place(1, 1, 1, 1))
            return None
        trouble = Trouble(
            problem=getattr(error, "problem", None) or "",
            at=mark_of(mark),
            within=mark_of(context) if context is not None else None,
            opened=self.builder.opened_at,
            quoted=self.builder.last_quoted,
        )
        told = accident(trouble, self.lines)
        after = told.place.line
        # An odd character on the line was told, and is cause enough.
        if not (self.findings.errors and ODD.search(self.lines[after - 1])):
            self.findings.add("Y002", told.place, variant=told.variant, fixes=told.fixes, facts=told.facts)
        sections = (number for number in range(after, len(self.lines)) if _SECTION.match(self.lines[number]))
        return next(sections, None)

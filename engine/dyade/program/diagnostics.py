"""What is wrong with a program, where, and what was probably meant? Findings as data, gathered in one run.

`codes` lists the mistakes, `report` writes them for people and for tools.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple, TypeAlias

from dyade.program.codes import CODES, Code, Severity
from dyade.program.nearest import MOST, nearest, nearest_many

__all__ = [
    "CODES",
    "Code",
    "Diagnostic",
    "Findings",
    "Fix",
    "Place",
    "Severity",
    "Term",
    "nearest",
    "nearest_many",
]

SHOWN = 50
"""No run tells more than this; what is left out is counted."""
KEPT = 1000
"""Mistakes of one code that are kept: beyond, they are only counted."""
COMPARED = 20_000
"""Names that one run compares in search of what was meant."""


class Place(NamedTuple):
    """A stretch of a text: lines and columns from 1, columns in characters, the end not included."""

    line: int
    column: int
    end_line: int
    end_column: int


START = Place(1, 1, 1, 1)


class Term(str):
    """A fact that is a word of ours: a key of the catalogue, said in the reader's language."""

    __slots__ = ()


Facts: TypeAlias = Mapping[str, str | int]
Related: TypeAlias = tuple[Place, str]
"""Another place that matters, and the key of the sentence that says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """An edit that would mend the text: what stands at the place becomes `text`."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One mistake, told once."""

    code: str
    place: Place
    severity: Severity
    path: str = ""
    """Where it stands in the program, dotted: `transitions.jumeler.guard[0].when`."""
    variant: str = ""
    """Chooses a sentence of the code: `E100.chained` rather than `E100`."""
    facts: Facts = field(default_factory=dict)
    """What fills the places of the sentence; one named `n` chooses its plural."""
    suggestion: str | None = None
    """What was probably meant."""
    expected: tuple[str, ...] = ()
    """What would be right."""
    why: str = ""
    """The key of a sentence that helps, where the code's own does not say enough."""
    fixes: tuple[Fix, ...] = ()
    related: tuple[Related, ...] = ()

    @property
    def slug(self) -> str:
        """The name of the code."""
        return CODES[self.code].slug


class Findings:
    """Gathers what is found in one reading of one text."""

    def __init__(self, *, active: bool = False) -> None:
        self.active = active
        """Whether the program claims to be finished: gaps are then errors."""
        self._kept: list[Diagnostic] = []
        self._told: set[tuple[str, Place, str | int]] = set()
        self._counts: dict[str, int] = {}
        self._beyond = 0
        self._compared = 0

    def add(
        self,
        code: str,
        place: Place,
        /,
        *,
        path: str = "",
        variant: str = "",
        suggestion: str | None = None,
        near: tuple[str, Collection[str]] | None = None,
        expected: Iterable[str] = (),
        why: str = "",
        fixes: Iterable[Fix] = (),
        related: Iterable[Related] = (),
        facts: Facts | None = None,
        **more: str | int,
    ) -> None:
        """Note one mistake, once for a place.

        `near` is a wrong name and those among which one may be meant; facts may come together or one by one.
        """
        facts = {**(facts or {}), **more}
        told = (code, place, facts.get(CODES[code].each, ""))
        if told in self._told:
            return
        self._told.add(told)
        self._counts[code] = self._counts.get(code, 0) + 1
        if self._counts[code] > KEPT:
            self._beyond += 1
            return
        self._kept.append(
            Diagnostic(
                code=code,
                place=place,
                severity=CODES[code].severity,
                path=path,
                variant=variant,
                facts=facts,
                suggestion=self._meant(*near) if near and not suggestion else suggestion,
                expected=tuple(expected),
                why=why,
                fixes=tuple(fixes),
                related=tuple(related),
            )
        )

    @property
    def errors(self) -> bool:
        """Whether something stops the program."""
        return any(self._severity(code) is Severity.ERROR for code in self._counts)

    def __iter__(self) -> Iterator[Diagnostic]:
        """All that was kept, in the order of the text."""
        judged = (replace(found, severity=self._severity(found.code)) for found in self._kept)
        return iter(sorted(judged, key=_order))

    def sorted(self) -> tuple[Diagnostic, ...]:
        """What to show, in the order of the text: fifty at most, errors first, then how many more there are."""
        everything = tuple(self)
        shown = sorted(sorted(everything, key=_weight)[:SHOWN], key=_order)
        more = len(everything) - len(shown) + self._beyond
        if more:
            shown.append(Diagnostic(code="Y009", place=shown[-1].place, severity=Severity.INFO, facts={"n": more}))
        return tuple(shown)

    def _severity(self, code: str) -> Severity:
        return Severity.ERROR if self.active and CODES[code].strict else CODES[code].severity

    def _meant(self, name: str, candidates: Collection[str]) -> str | None:
        self._compared += min(len(candidates), MOST)
        return nearest(name, candidates) if self._compared <= COMPARED else None


def _order(found: Diagnostic) -> tuple[Place, str, str, str]:
    return found.place, found.code, found.variant, repr(sorted(found.facts.items()))


def _weight(found: Diagnostic) -> int:
    return list(Severity).index(found.severity)

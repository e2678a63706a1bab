"""What is wrong with a program, where, and what was probably meant? Findings as data, gathered in one run.

`codes` lists the mistakes, `report` writes them for people and for tools.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple, TypeAlias

from dyade.program.codes import CODES, MENDED, Code, Severity
from dyade.program.nearest import MOST, fold, nearest, nearest_many

__all__ = [
    "CODES",
    "Code",
    "Diagnostic",
    "Findings",
    "Passage",
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


class Passage(str):
    """A fact that is a few words put together, in the reader's language already: longer than a name may be."""

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

    @property
    def is_sure(self) -> bool:
        """Whether its fixes change nothing of what was meant: at most, the accents or the capitals of a name."""
        if self.code in MENDED:
            return True
        written = next((self.facts[fact] for fact in ("name", "key", "value") if fact in self.facts), None)
        return self.suggestion is not None and isinstance(written, str) and fold(written) == fold(self.suggestion)


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
        meant = self._meant(*near) if near and not suggestion else suggestion
        self._kept.append(
            Diagnostic(
                code=code,
                place=place,
                severity=CODES[code].severity,
                path=path,
                variant=variant,
                facts=facts,
                suggestion=meant,
                expected=tuple(expected),
                why=why,
                fixes=tuple(fixes) or _renamed(near[0] if near else facts.get("name"), meant, place),
                related=tuple(related),
            )
        )

    def has(self, code: str, place: Place) -> bool:
        """Whether this code was told of this place."""
        return any(found.code == code and found.place == place for found in self._kept)

    def take_out(self, is_set_aside: Callable[[Diagnostic], bool]) -> None:
        """Forget what an author has set aside."""
        kept = [found for found in self._kept if not is_set_aside(found)]
        for found in self._kept:
            self._counts[found.code] -= 1
        for found in kept:
            self._counts[found.code] += 1
        self._kept = kept

    @property
    def errors(self) -> bool:
        """Whether something stops the program."""
        return any(count and self._severity(code) is Severity.ERROR for code, count in self._counts.items())

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


def _renamed(name: str | int | None, meant: str | None, place: Place) -> tuple[Fix, ...]:
    """Write the name that was meant, where the place is that of the wrong one, quoted or not."""
    if not isinstance(name, str) or not meant or place.line != place.end_line:
        return ()
    around = place.end_column - place.column - len(name)
    if around not in (0, 2):
        return ()
    quotes = around // 2
    return (Fix(place=place._replace(column=place.column + quotes, end_column=place.end_column - quotes), text=meant),)


def _order(found: Diagnostic) -> tuple[Place, str, str, str]:
    return found.place, found.code, found.variant, repr(sorted(found.facts.items()))


def _weight(found: Diagnostic) -> int:
    return list(Severity).index(found.severity)

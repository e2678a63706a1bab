"""Which scenarios are missing? For what none touches, the shortest that was found, as its authors would write it.

What is proposed was lived: it passes, and touches what it is for. What was not found in the time given is told as such.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from dyade.authoring import coverage as k
from dyade.authoring.life import Unsound
from dyade.authoring.observing import Observer
from dyade.authoring.scenario_report import INVALID, Report
from dyade.authoring.scenarios import Observed, run
from dyade.authoring.trying.searching import Search, Way
from dyade.authoring.trying.setting import setting_of
from dyade.authoring.trying.shrinking import shrunk
from dyade.authoring.trying.telling import language, name_of, scenario
from dyade.authoring.trying.trial import Misread, Taken, Trial, lived
from dyade.authoring.trying.writing import added, begun, scenario_lines
from dyade.program.diagnostics import Findings
from dyade.program.program import Program
from dyade.program.text import read

TO_SEARCH = 0.35
"""The part of the time that is kept for making short what was found, and for living it."""
Left = Callable[[], float]
"""How much of the time is left, from 1 to 0."""
Heard = Callable[[int, int], None]


class Suggestion(NamedTuple):
    """A scenario that is missing."""

    scenario: Mapping[str, Any]
    touches: tuple[k.Item, ...]
    """What it touches that nothing before it did."""

    @property
    def name(self) -> str:
        """What it is called."""
        return str(self.scenario["name"])

    def lines(self) -> list[str]:
        """The text of it."""
        return scenario_lines(self.scenario)


class Suggestions(NamedTuple):
    """What came of looking for missing scenarios."""

    file: str
    """The scenarios file."""
    report: Report | None
    """What came of the scenarios that are there; `None` where there is no file."""
    made: tuple[Suggestion, ...]
    left: tuple[k.Item, ...]
    """What was not reached in the time given."""
    before: int
    """How much of the program was touched, of a hundred."""
    after: int
    text: str
    """The whole of the file, with what is proposed."""

    @property
    def is_invalid(self) -> bool:
        """Whether the file that is there has mistakes: nothing is proposed then."""
        return self.report is not None and self.report.outcome == INVALID


def suggest(
    program: Program,
    observed: Observed,
    stories: str | None,
    file: str,
    *,
    left: Left,
    today: int,
    seed: int = 0,
    heard: Heard = lambda _done, _all: None,
) -> Suggestions:
    """Look for the scenarios that a program lacks, for as long as there is time."""
    lang = language(program)
    report = run(program, stories, file, lang, observed=observed) if stories is not None else None
    if report is not None and report.outcome == INVALID:
        return Suggestions(file, report, (), (), 0, 0, stories or "")
    observer = Observer(program)
    setting = setting_of(program, observer.plan, stories, today)
    if stories is None:
        setting = setting._replace(defaults=setting.data)
    tree = read(observed.text, Findings())
    assert tree is not None
    items = k.items(program, tree)
    wanted = [item for item in items if report is None or report.coverage is None or not report.coverage.touched[item]]
    search = Search(observer, setting, wanted, lang, seed)
    search.run(lambda: left() > TO_SEARCH, heard)
    names = {one.name for one in report.lived} if report is not None else set()
    head = stories if stories is not None else begun(program.id, setting.data)
    found = sorted(_made(search, wanted, names, left), key=lambda one: wanted.index(one.touches[0]))
    made = _passing(program, file, head, found)
    reached = {item for one in made for item in one.touches}
    missing = tuple(item for item in wanted if item not in reached)
    touched = len(items) - len(wanted)
    return Suggestions(
        file=file,
        report=report,
        made=tuple(made),
        left=missing,
        before=touched * 100 // len(items),
        after=(len(items) - len(missing)) * 100 // len(items),
        text=added(head, [one.scenario for one in made]) if made else head,
    )


def _made(search: Search, wanted: list[k.Item], names: set[str], left: Left) -> Iterator[Suggestion]:
    """A scenario for each item that none before it touches; the longest ways first, which touch the most."""
    found = sorted((item for item in wanted if item in search.found), key=lambda item: -search.found[item].cost)
    missing = dict.fromkeys(wanted)
    for item in found:
        if item not in missing:
            continue
        way = search.found[item]
        if left() > 0:
            way = shrunk(way, lambda tried, item=item: _touches(search, tried, item))  # type: ignore[misc]
        trial, taken = replayed(search, way)
        touches = tuple(one for one in missing if search.observer.is_touched(one))
        for one in touches:
            del missing[one]
        name = name_of(search.program, search.observer.plan, item, names)
        names.add(name)
        yield Suggestion(scenario(way, trial, taken, name, item), (item, *(one for one in touches if one != item)))


def replayed(search: Search, way: Way) -> tuple[Trial, list[Taken]]:
    """A way, lived alone, for its observer to see."""
    search.observer.forget()
    return lived(search.program, way.setting, way.steps, search.lang, search.observer)


def _touches(search: Search, way: Way, item: k.Item) -> bool:
    if not search.is_honest(item, way):
        return False
    try:
        replayed(search, way)
    except (Unsound, Misread, ValueError):
        return False
    return search.observer.is_touched(item)


def _passing(program: Program, file: str, head: str, made: list[Suggestion]) -> list[Suggestion]:
    """Those that pass as they are written, beside the scenarios that are there."""
    if not made:
        return []
    names = {one.name for one in made}
    report = run(program, added(head, [one.scenario for one in made]), file, language(program))
    if report.outcome == INVALID:
        # One that cannot be read hides the others: each is judged by itself.
        return [one for one in made if _passes(program, file, head, one)]
    good = {one.name for one in report.lived if one.ok and one.name in names}
    return [one for one in made if one.name in good]


def _passes(program: Program, file: str, head: str, one: Suggestion) -> bool:
    report = run(program, added(head, [one.scenario]), file, language(program), only=one.name)
    return report.outcome != INVALID and all(found.ok for found in report.lived)

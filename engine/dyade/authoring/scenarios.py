"""The one door of scenarios: the text of a file -> every mistake in it, or every story of it, lived.

    text ─▶ tree ─▶ shape ─▶ stories ─▶ names, hours ─▶ lives ─▶ Report
               └────── findings, as those of a program ──────▶ Report

Time, people and messages are those of the story alone: nothing is stored, and nobody is written to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from dyade.authoring import scenario_model as s
from dyade.authoring.courses import Course, Courses
from dyade.authoring.day_checks import check_days
from dyade.authoring.moments import put_off
from dyade.authoring.stories import stories
from dyade.authoring.story_checks import check_story
from dyade.flow.plan import plan_of
from dyade.program.checks import editors
from dyade.program.diagnostics import Diagnostic, Findings, Term
from dyade.program.nearest import fold
from dyade.program.program import Program
from dyade.program.shape import prune
from dyade.program.suppressions import Suppressed, set_aside
from dyade.program.text import read
from dyade.program.tree import Path, Tree

if TYPE_CHECKING:
    from dyade.authoring.scenario_report import Report


class Observed(NamedTuple):
    """The text of the program whose coverage is wanted, and the file that it is in."""

    text: bytes | str
    file: str


def run(
    program: Program,
    text: bytes | str,
    name: str,
    lang: str,
    only: str | None = None,
    observed: Observed | None = None,
    heard: Callable[[int, int], None] = lambda _done, _total: None,
) -> Report:
    """Live the stories of a file, or those whose name holds `only`; never raise for what the text says.

    Where the text of the program is given in `observed`, what the stories touch of it is told too; `heard` hears how
    many are lived, of how many.
    """
    from dyade.authoring.living import Living  # a file that is only checked is not lived
    from dyade.authoring.observing import Observer
    from dyade.authoring.scenario_report import Report

    source = text if isinstance(text, str) else text.decode("utf-8", "replace")
    courses, findings = examined(program, text)
    if any(finding.severity == "error" for finding in findings):
        return Report(file=name, source=source, lang=lang, findings=findings)
    wanted = [course for course in courses if only is None or _holds(course.story.name, only)]
    observer = Observer(program) if observed is not None else None
    living = Living(program if observer is None else observer.program, lang, observer)
    found = []
    for done, course in enumerate(wanted, 1):
        found.append(living.lived(course).told)
        heard(done, len(wanted))
    lived = tuple(found)
    touched = observer.coverage(*observed) if observer is not None and observed is not None else None
    return Report(file=name, source=source, lang=lang, findings=findings, lived=lived, only=only, coverage=touched)


def check(program: Program, text: bytes | str) -> tuple[Diagnostic, ...]:
    """Tell what is wrong in a scenarios file, without living anything."""
    return judged(program, text).findings


class Judged(NamedTuple):
    """What was found in a scenarios file."""

    courses: tuple[Course, ...]
    findings: tuple[Diagnostic, ...]
    suppressed: tuple[Suppressed, ...] = ()
    """What comments of the file set aside."""


def _holds(name: str, part: str) -> bool:
    return fold(part) in fold(name)


# ---------------------------------------------------------------------------------------------------------- examination


def examined(program: Program, text: bytes | str, later: int = 0) -> tuple[tuple[Course, ...], tuple[Diagnostic, ...]]:
    """Tell the courses of the stories of a file, so many days later than they are written, and what is wrong in it."""
    return judged(program, text, later)[:2]


def judged(program: Program, text: bytes | str, later: int = 0) -> Judged:
    """Tell the courses of a file, what is wrong in it, and what its comments set aside of that."""
    findings = Findings(active=program.status == "active")
    tree = read(text, findings)
    left = prune(tree, s.check_scenarios_shape(tree, findings)) if tree is not None else None
    if left is None:
        suppressed = set_aside(findings, tree, today=True) if tree is not None else ()
        return Judged((), findings.sorted(), suppressed)
    if later:
        left.data = put_off(left.data, later)
    _names(left, program, findings)
    told = stories(left, findings)
    courses = Courses(plan_of(program), told, findings)
    found = [course for story in told if (course := courses.of(story)) is not None]
    for course in found:
        check_story(program, course.story, course.people, findings)
        check_days(program, course.story, findings)
    editors.told(left, editors.SCENARIOS, findings)
    suppressed = set_aside(findings, tree or left, today=True)
    return Judged(tuple(found), findings.sorted(), suppressed)


def _items(data: Any, key: str) -> Iterator[tuple[int, Any]]:
    found = data.get(key) if isinstance(data, dict) else None
    yield from enumerate(found if isinstance(found, list) else ())


def _names(tree: Tree, program: Program, findings: Findings) -> None:
    """The file is for this program, and no two scenarios have one name."""
    meant = tree.data.get("scenarios_for")
    if isinstance(meant, str) and meant != program.id:
        findings.add("K009", tree.place(("scenarios_for",)), name=meant, program=program.id, suggestion=program.id)
    seen: dict[str, Path] = {}
    for i, scenario in _items(tree.data, "scenarios"):
        path: Path = ("scenarios", i, "name")
        name = scenario.get("name")
        if name in seen:
            related = ((tree.place(seen[name]), "related.first"),)
            findings.add("D003", tree.place(path), name=name, related=related, facts={"kind": Term("kind.scenario")})
        seen.setdefault(name, path)

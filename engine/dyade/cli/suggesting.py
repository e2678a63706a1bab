"""Which scenarios does a program lack? What `test --suggest` shows, or writes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dyade.cli.ending import DONE, REFUSED, USAGE
from dyade.cli.paper import Span, clean, flow, mark
from dyade.cli.progress import Progress
from dyade.cli.session import Page, Session
from dyade.cli.sources import SCENARIOS, beside, content
from dyade.cli.words import lang, say

if TYPE_CHECKING:
    from dyade.authoring.coverage import Item
    from dyade.authoring.trying.suggesting import Suggestions
    from dyade.program.program import Program

SECONDS = 20


def today(session: Session) -> int:
    """The day on which it is run, where no file says when its stories begin."""
    moment = datetime.now().astimezone() if session.now is None else datetime.fromtimestamp(session.now() / 1e6, UTC)
    return moment.toordinal()


def remaining(seconds: float) -> Callable[[], float]:
    """How much is left of so many seconds, from 1 to 0 and below."""
    begun = time.monotonic()
    return lambda: 1 - (time.monotonic() - begun) / seconds


def suggested(
    session: Session, sources: Iterable[Path], *, seconds: float, seed: int, write: bool, strict: bool
) -> Page:
    """Look for missing scenarios, for so many seconds a program; show them, or add them to the files."""
    found: list[tuple[Suggestions, str]] = []
    for source in sources:
        with Progress(session, say("suggest.progress", file=source.name), 1) as progress:
            found.append((_looked_for(session, source, remaining(seconds), seed, progress), source.as_posix()))
    if write:
        for one, _ in found:
            if one.made:
                written(Path(one.file), one.text)
    code = max(_code(one, strict) for one, _ in found)
    data = {
        "outcome": {DONE: "done", REFUSED: "refused", USAGE: "invalid"}[code],
        "files": [_data(one, program, write) for one, program in found],
    }
    return Page(data, lambda: [line for one, program in found for line in _lines(one, program, write)], code)


def _looked_for(session: Session, source: Path, left: Callable[[], float], seed: int, heard: Progress) -> Suggestions:
    from dyade.authoring.scenarios import Observed
    from dyade.authoring.trying.suggesting import suggest

    program, text, stories, told = loaded(source)
    observed = Observed(text, source.as_posix())
    return suggest(program, observed, stories, told.as_posix(), left=left, today=today(session), seed=seed, heard=heard)


def loaded(source: Path) -> tuple[Program, bytes, str | None, Path]:
    """A program, its text, its scenarios if it has any, and the file where they stand or would."""
    from dyade.program.load import load
    from dyade.service.folder import Folder

    text = content(source)
    program = load(text, source.as_posix(), Folder(source.parent).read)
    told = beside(source, SCENARIOS)
    stories = content(told).decode("utf-8", "replace") if told.is_file() else None
    return program, text, stories, told


def written(path: Path, text: str) -> None:
    """Write a scenarios file."""
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise click.UsageError(say("usage.file", path=repr(str(path)), reason=reason)) from None


def _code(one: Suggestions, strict: bool) -> int:
    if one.is_invalid:
        return USAGE
    if one.report is not None and one.report.lived and not one.report.ok:
        return REFUSED
    return REFUSED if strict and one.left else DONE


def _data(one: Suggestions, program: str, write: bool) -> dict[str, Any]:
    return {
        "program": program,
        "file": one.file,
        "written": bool(write and one.made),
        "before": one.before,
        "after": one.after,
        "scenarios": [
            {"name": made.name, "touches": [_item(item) for item in made.touches], "text": "\n".join(made.lines())}
            for made in one.made
        ],
        "left_out": [_item(item) for item in one.left],
        "tests": one.report.to_json(lang()) if one.report is not None else None,
    }


def _item(item: Item) -> dict[str, str | None]:
    return {"kind": item.kind, "name": item.name, "way": item.way or None}


def _lines(one: Suggestions, program: str, write: bool) -> list[str]:
    """The scenarios as they would stand in the file, then what they change, then what was not reached."""
    lines: list[str] = []
    if one.report is not None and one.report.outcome != "passed":
        lines += [clean(line) for line in replace(one.report, coverage=None).render(lang()).split("\n")]
    if one.is_invalid:
        return lines
    if not write:
        for made in one.made:
            lines += [*map(clean, made.lines()), ""]
    if not one.made and not one.left:
        return [*lines, *flow(say("suggest.whole", file=clean(program)), lead=[Span(mark("✔", "+"), "yes"), " "])]
    key = "suggest.written" if write and one.made else "suggest.made"
    said = say(key, len(one.made), file=clean(one.file), before=one.before, after=one.after)
    sign = Span(mark("✔", "+"), "yes") if one.made else Span("!", "warn")
    lines += flow(said, lead=[sign, " "])
    if one.left:
        lines += flow(say("suggest.left", len(one.left)), lead=[Span("!", "warn"), " "])
        lines += [line for told in never(Path(program), one.left) for line in flow(told, lead=["  - "])]
    return lines


def never(source: Path, items: Iterable[Item]) -> list[str]:
    """What no life of a program touched, in words, each with its line."""
    from dyade.authoring.trying.telling import left_out

    return [clean(line) for line in left_out(source.as_posix(), content(source), items, lang())]

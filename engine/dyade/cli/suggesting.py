"""Which scenarios does a program lack? What `test --suggest` shows, or writes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from dyade.cli.ending import DONE, REFUSED, USAGE
from dyade.cli.paper import Span, clean, flow, mark
from dyade.cli.progress import Progress
from dyade.cli.session import Page, Session
from dyade.cli.sources import SCENARIOS, beside, content, is_file
from dyade.cli.words import lang, say

if TYPE_CHECKING:
    from dyade.authoring.coverage import Item
    from dyade.authoring.trying.suggesting import Suggestions
    from dyade.program.program import Program

SECONDS = 20


class Known(NamedTuple):
    """What stood in the files of a program as they were read."""

    program: Program
    text: bytes
    stories: str | None
    told: Path
    """Where the scenarios stand, or would."""


class Looked(NamedTuple):
    """What came of a search, and of writing what it found."""

    found: Suggestions
    program: str
    written: bool = False
    trouble: str = ""
    """Why what should have been written was not."""


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
    sources = [*sources]
    for source in sources:
        # What cannot be read is told before anything is sought, or written.
        loaded(source)
    looked = [_looked_for(session, source, seconds, seed, write=write) for source in sources]
    code = max(_code(one, strict) for one in looked)
    data = {
        "outcome": {DONE: "done", REFUSED: "refused", USAGE: "invalid"}[code],
        "files": [_data(one) for one in looked],
    }
    return Page(data, lambda: [line for one in looked for line in _lines(one)], code)


def _looked_for(session: Session, source: Path, seconds: float, seed: int, *, write: bool) -> Looked:
    from dyade.authoring.scenarios import Observed
    from dyade.authoring.trying.suggesting import suggest

    known = loaded(source)
    program, text, stories, told = known
    observed, file, left, day = Observed(text, source.as_posix()), told.as_posix(), remaining(seconds), today(session)
    with Progress(session, say("suggest.progress", file=source.name), 1) as progress:
        found = suggest(program, observed, stories, file, left=left, today=day, seed=seed, heard=progress)
    one = Looked(found, source.as_posix())
    return _kept(source, known, one) if write and found.made else one


def _kept(source: Path, known: Known, one: Looked) -> Looked:
    """Write what was found, unless someone wrote in the files meanwhile."""
    try:
        if (path := _changed(source, known)) is not None:
            return one._replace(trouble=say("suggest.changed", file=clean(path.as_posix())))
        written(known.told, one.found.text, over=known.stories is not None)
    except click.UsageError as error:
        return one._replace(trouble=error.format_message())
    return one._replace(written=True)


def _changed(source: Path, known: Known) -> Path | None:
    """Which file is no longer as it was read."""
    if content(source) != known.text:
        return source
    there = content(known.told) if is_file(known.told) else None
    before = known.stories.encode() if known.stories is not None else None
    return known.told if there != before else None


def loaded(source: Path) -> Known:
    """A program, its text, and its scenarios if it has any."""
    from dyade.program.load import load
    from dyade.service.folder import Folder

    text = content(source)
    program = load(text, source.as_posix(), Folder(source.parent).read)
    told = beside(source, SCENARIOS)
    return Known(program, text, stories_of(program, told), told)


def stories_of(program: Program, told: Path) -> str | None:
    """The text of a scenarios file, to the letter; `ProgramInvalid` where what is no UTF-8 would be lost by writing."""
    from dyade.authoring import scenarios
    from dyade.errors import ProgramInvalid
    from dyade.program.diagnostics import Findings
    from dyade.program.letters import decoded, readable

    if not is_file(told):
        return None
    raw = content(told)
    findings = Findings()
    readable(raw, findings)
    if findings.errors:
        raise ProgramInvalid(scenarios.check(program, raw), told.as_posix(), decoded(raw))
    return raw.decode("utf-8")


def written(path: Path, text: str, *, over: bool) -> None:
    """Write a scenarios file, over the one that was read or where there was none."""
    from dyade.cli.rewriting import create, rewrite

    if over:
        rewrite(path, text)
    elif not create(path, text):
        raise click.UsageError(say("suggest.changed", file=clean(path.as_posix())))


def _code(looked: Looked, strict: bool) -> int:
    one = looked.found
    if one.is_invalid:
        return USAGE
    if looked.trouble or (one.report is not None and one.report.lived and not one.report.ok):
        return REFUSED
    return REFUSED if strict and one.left else DONE


def _data(looked: Looked) -> dict[str, Any]:
    one = looked.found
    return {
        "program": looked.program,
        "file": one.file,
        "written": looked.written,
        **({"message": looked.trouble} if looked.trouble else {}),
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


def _lines(looked: Looked) -> list[str]:
    """The scenarios as they would stand in the file, then what they change, then what was not reached."""
    one, program, _, trouble = looked
    lines: list[str] = []
    if one.report is not None and one.report.outcome != "passed":
        lines += [clean(line) for line in replace(one.report, coverage=None).render(lang()).split("\n")]
    if one.is_invalid:
        return lines
    if not looked.written:
        for made in one.made:
            lines += [*map(clean, made.lines()), ""]
    if not one.made and not one.left:
        return [*lines, *flow(say("suggest.whole", file=clean(program)), lead=[Span(mark("✔", "+"), "yes"), " "])]
    key = "suggest.written" if looked.written else "suggest.made"
    said = trouble or say(key, len(one.made), file=clean(one.file), before=one.before, after=one.after)
    sign = Span(mark("✔", "+"), "yes") if one.made else Span("!", "warn")
    lines += flow(said, lead=[Span(mark("✘", "x"), "no") if trouble else sign, " "])
    if one.left:
        lines += flow(say("suggest.left", len(one.left)), lead=[Span("!", "warn"), " "])
        lines += [line for told in never(Path(program), one.left) for line in flow(told, lead=["  - "])]
    return lines


def never(source: Path, items: Iterable[Item]) -> list[str]:
    """What no life of a program touched, in words, each with its line."""
    from dyade.authoring.trying.telling import left_out

    return [clean(line) for line in left_out(source.as_posix(), content(source), items, lang())]

"""Is a program sound, and can what is not be mended? `check`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dyade.cli.declare import FINDING, Family, argument, command, option
from dyade.cli.ending import DONE, REFUSED, USAGE
from dyade.cli.paper import Span, Text, clean, flow, mark
from dyade.cli.session import Page, Session
from dyade.cli.sources import PROGRAM, SCENARIOS, beside, content, found, is_file, tells
from dyade.cli.words import lang, say
from dyade.program.codes import Severity

if TYPE_CHECKING:
    from dyade.authoring.checked import Checked
    from dyade.authoring.mending import Mended

COMMANDS: Family = {}
Judge = Callable[[str, bytes, Callable[[str], "bytes | None"], int], "Checked"]
OUTCOMES = {DONE: "done", REFUSED: "refused", USAGE: "program_invalid"}


@command(COMMANDS, "check", ("programs", "lang", FINDING))
@argument("files", nargs=-1, completer="program_files")
@option("--strict", is_flag=True)
@option("--fix", is_flag=True)
@option("--unsafe-fixes", "unsafe", is_flag=True)
@option("--diff", is_flag=True)
@option("--watch", is_flag=True)
@option("--prove", is_flag=True)
def check(
    session: Session,
    files: tuple[str, ...],
    strict: bool,
    fix: bool,
    unsafe: bool,
    diff: bool,
    watch: bool,
    prove: bool,
) -> Page:
    """Check programs, and the scenarios beside them; mend them, or check them again as they change."""
    if (unsafe or diff) and not fix:
        raise click.UsageError(say("usage.fix_first", option="--diff" if diff else "--unsafe-fixes"))
    if (fix or watch) and session.format not in ("text", "json" if fix else "github"):
        raise click.UsageError(say("usage.fix_format" if fix else "usage.watch_format"))
    if watch and fix:
        raise click.UsageError(say("usage.watch_fix"))
    if prove and fix:
        raise click.UsageError(say("usage.prove_fix"))

    def whole() -> Page:
        paths = found(session.programs, files, PROGRAM)
        if prove:
            return _proved(session, paths, strict)
        return _page(session, [one for path in paths for one in checked(path)], strict)

    if watch:
        from dyade.cli.watching import watched

        return watched(whole, lambda: _watched_files(session, files))
    if fix:
        return _fixed(found(session.programs, files, PROGRAM), strict, unsafe=unsafe, write=not diff)
    return whole()


def _proved(session: Session, paths: Sequence[Path], strict: bool) -> Page:
    """The same, and what can be proved."""
    from dyade.cli.progress import Progress
    from dyade.cli.proving import prover

    with Progress(session, say("check.proving"), 1) as progress:
        return _page(session, [one for path in paths for one in checked(path, prover(progress))], strict)


def checked(path: Path, judge: Judge | None = None) -> Iterator[Checked]:
    """A program, then the scenarios beside it; or scenarios alone, where they are named."""
    from dyade.authoring.checked import check_program, check_scenarios
    from dyade.service.folder import Folder

    source = beside(path, PROGRAM)
    one = (judge or check_program)(source.as_posix(), content(source), Folder(source.parent).read, _today())
    if not tells(path) or one.program is None:
        yield one
    told = beside(path, SCENARIOS)
    if one.program is not None and is_file(told):
        yield check_scenarios(told.as_posix(), content(told), one.program)


def _today() -> int:
    return datetime.now().astimezone().toordinal()


def _watched_files(session: Session, files: Sequence[str]) -> list[Path]:
    """What a new check may depend on: the programs, their scenarios, and the catalogues in the same folder."""
    paths = found(session.programs, files, PROGRAM)
    both = {each for path in paths for each in (beside(path, PROGRAM), beside(path, SCENARIOS))}
    folders = {path.parent for path in paths}
    return sorted(both | {each for folder in folders for each in folder.glob("*/*.yaml")})


def _page(session: Session, files: Sequence[Checked], strict: bool) -> Page:
    code = _verdict(files, strict)
    if session.format == "sarif":
        from dyade.authoring.sarif import sarif

        return Page(sarif(files, lang()), list, code)
    if session.format == "github":
        from dyade.authoring.annotations import for_github

        return Page({}, lambda: for_github(files, lang()), code)
    return Page(_data(files, code), lambda: [line for one in files for line in _lines(one)], code)


def _verdict(files: Iterable[Checked], strict: bool) -> int:
    files = list(files)
    if any(one.count(Severity.ERROR) for one in files):
        return USAGE
    return REFUSED if strict and any(one.count(Severity.WARNING) for one in files) else DONE


def _data(files: Iterable[Checked], code: int) -> dict[str, Any]:
    return {"outcome": OUTCOMES[code], "files": [_file(one) for one in files]}


def _file(one: Checked) -> dict[str, Any]:
    from dyade.program.report import to_json

    return {
        "file": one.file,
        "errors": one.count(Severity.ERROR),
        "warnings": one.count(Severity.WARNING),
        "diagnostics": [to_json(diagnostic, one.file, lang()) for diagnostic in one.findings],
        "suppressed": [
            {**to_json(aside.diagnostic, one.file, lang()), "reason": aside.reason} for aside in one.suppressed
        ],
        **({} if one.proofs is None else {"proofs": one.proofs.to_json()}),
    }


def _lines(one: Checked) -> list[str]:
    from dyade.program.report import render_all

    lines = []
    if one.findings:
        lines += [*render_all(one.findings, one.source, one.file, lang()).split("\n"), ""]
        lines += [*_more(one), ""]
    verdict = flow(lead=[*_sign(one), " ", say("check.verdict", file=clean(one.file), verdict=_told(one))])
    if one.proofs is None:
        return lines + verdict
    from dyade.cli.proving import margins, summary

    return [*lines, *margins(one.proofs), *verdict, *summary(one.proofs)]


def _more(one: Checked) -> Iterator[str]:
    """Where to read more, and what can be mended at once."""
    from dyade.authoring.mending import can_mend

    codes = sorted({found.code for found in one.findings if found.code != "Y009"})
    yield from flow(Span(say("check.more", codes=" ".join(codes[:MOST])), "quiet"))
    sure = sum(can_mend(found) for found in one.findings)
    guessed = sum(can_mend(found, unsure=True) for found in one.findings) - sure
    if sure:
        yield from flow(Span(say("check.mendable", sure), "quiet"))
    if guessed:
        yield from flow(Span(say("check.guessable", guessed), "quiet"))


MOST = 8
"""Codes that one line names."""


def _sign(one: Checked) -> list[Span]:
    if one.count(Severity.ERROR):
        return [Span(mark("✘", "x"), "no")]
    if one.count(Severity.WARNING):
        return [Span("!", "warn")]
    return [Span(mark("✔", "+"), "yes")]


def _told(one: Checked) -> str:
    errors, warnings = one.count(Severity.ERROR), one.count(Severity.WARNING)
    told = [say("check.errors", errors)] if errors else []
    told += [say("check.warnings", warnings)] if warnings else []
    told = told or [say("check.sound")]
    told += [say("check.suppressed", len(one.suppressed))] if one.suppressed else []
    return ", ".join(told)


# -------------------------------------------------------------------------------------------------------------- mending


def _fixed(paths: Sequence[Path], strict: bool, *, unsafe: bool, write: bool) -> Page:
    files: list[tuple[Checked, Mended, str]] = []
    for path in paths:
        files += _mended(path, unsafe=unsafe)
    if write:
        from dyade.cli.rewriting import rewrite

        for one, made, before in files:
            if made.text != before:
                rewrite(Path(one.file), made.text)
    code = _verdict([one for one, _, _ in files], strict)
    data = [
        {**_file(one), "fixed": _done(made), "changed": made.text != before, "diff": _changes(one.file, made, before)}
        for one, made, before in files
    ]
    lines = lambda: [line for each in files for line in _mending(*each, write=write)]  # noqa: E731
    return Page({"outcome": OUTCOMES[code], "written": write, "files": data}, lines, code)


def _mended(path: Path, *, unsafe: bool) -> Iterator[tuple[Checked, Mended, str]]:
    """(what is left, what was done, the text before) of a program, then of its scenarios if it is sound by now."""
    from dyade.authoring.checked import check_program, check_scenarios
    from dyade.service.folder import Folder

    source = beside(path, PROGRAM)
    read_file = Folder(source.parent).read

    def judged(raw: bytes | str) -> Checked:
        return check_program(source.as_posix(), raw, read_file, _today())

    first = judged(content(source))
    if tells(path) and first.program is not None:
        program = first.program
    else:
        made = _one(content(source), judged, unsafe=unsafe)
        yield made
        if made[0].program is None:
            return
        program = made[0].program
    told = beside(path, SCENARIOS)
    if is_file(told):
        yield _one(content(told), lambda raw: check_scenarios(told.as_posix(), raw, program), unsafe=unsafe)


def _one(raw: bytes, judged: Callable[[bytes | str], Checked], *, unsafe: bool) -> tuple[Checked, Mended, str]:
    from dyade.authoring.mending import Mended, mend

    before = judged(raw)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Which letters were meant, only its author knows.
        return before, Mended(before.source, (), before.findings), before.source
    made = mend(text, lambda text: judged(text).findings, unsure=unsafe)
    return judged(made.text), made, text


def _mending(one: Checked, made: Mended, before: str, *, write: bool) -> Iterator[str]:
    """What was done to a file, then what is left to do."""
    from dyade.program.report import message

    if not write:
        yield from map(_of_diff, _changes(one.file, made, before))
    elif made.done:
        for found in made.done:
            where = f"{clean(one.file)}:{found.place.line}:{found.place.column}"
            lead: list[Text] = [Span(mark("✔", "+"), "yes"), f" {where} ", Span(found.code, "name"), " "]
            yield from flow(message(found, lang()), lead=lead, hang=4)
        yield ""
    yield from _lines(one)
    if made.done:
        yield from flow(say("check.mended" if write else "check.would_mend", len(made.done), file=clean(one.file)))


def _changes(file: str, made: Mended, before: str) -> list[str]:
    from dyade.authoring.mending import changes

    return changes(before, made.text, file)


def _of_diff(line: str) -> str:
    """A line of a diff, in the colour of what it does; its spaces are kept."""
    style = {"+": "green", "-": "red"}.get(line[:1])
    return click.style(clean(line), fg=style) if style and line[:3] not in ("+++", "---") else clean(line)


def _done(made: Mended) -> list[dict[str, Any]]:
    from dyade.program.report import message

    return [
        {"code": one.code, "line": one.place.line, "column": one.place.column, "message": message(one, lang())}
        for one in made.done
    ]

"""How is a piece added to a program: a role, a form, a transition…? What `new` does beside whole programs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dyade.cli.declare import LOOKING, Family, argument, command, option
from dyade.cli.ending import DONE, REFUSED
from dyade.cli.paper import Span, clean, flow, mark
from dyade.cli.session import Page, Session
from dyade.cli.words import lang, say

if TYPE_CHECKING:
    from dyade.authoring.starting.pieces import Names, Wanted
    from dyade.program.diagnostics import Diagnostic

FLAGS: Mapping[str, tuple[str, ...]] = {
    "role": ("role",),
    "field": ("type", "role"),
    "form": ("role", "state", "repeat"),
    "state": ("outcome",),
    "transition": ("state", "to", "role"),
    "deadline": ("field", "state"),
    "reminder": ("role", "state", "delay"),
    "param": ("value",),
}
"""A kind of piece -> what is asked of it, and may be given as an option."""


def declare(family: Family) -> None:
    """Declare a command for each kind of piece."""
    for kind, flags in FLAGS.items():
        _declare(family, kind, flags)


def _declare(family: Family, kind: str, flags: tuple[str, ...]) -> None:
    def add(session: Session, name: str, program: str, **given: Any) -> Page:
        said = {flag: given[f"piece_{flag}"] for flag in flags if given[f"piece_{flag}"] is not None}
        return _added(session, kind, name, program, given["piece_label"], said, asking=not given["all_by_default"])

    made: Any = add
    for flag in reversed(("label", *flags)):
        made = option(f"--{flag}", f"piece_{flag}")(made)
    made = option("--yes", "all_by_default", is_flag=True)(made)
    made = option("--in", "program", required=True, completer="program_files")(made)
    command(family, kind, LOOKING, key=f"new.{kind}")(argument("name")(made))


def _added(
    session: Session, kind: str, name: str, program: str, label: str | None, said: dict[str, str], *, asking: bool
) -> Page:
    from dyade.authoring.starting.inserting import AlreadyThere, NoRoom, inserted
    from dyade.authoring.starting.pieces import pieces
    from dyade.cli.rewriting import rewrite
    from dyade.program.text import decoded

    path, raw, known = _read(session, program)
    wanted = _wanted(kind, name, label, said, known, asking=asking and not session.as_json)
    text = decoded(raw)
    try:
        made = inserted(text, pieces(wanted, known))
    except AlreadyThere:
        return _refused(path, say("new.there", name=clean(name), file=clean(path.as_posix())))
    except NoRoom:
        return _refused(path, say("new.no_room", file=clean(path.as_posix())))
    rewrite(path, made)
    left = _left(path, raw, made.encode())
    data = {"outcome": "done", "file": path.as_posix(), "kind": kind, "name": name, "diagnostics": _json(path, left)}
    return Page(data, lambda: _told(path, made, kind, name, left), DONE)


def _read(session: Session, program: str) -> tuple[Path, bytes, Names]:
    """The file of a program, and what it has to name; a file that cannot be read is told as `check` tells it."""
    from dyade.authoring.starting.pieces import names
    from dyade.cli.sources import PROGRAM, content, found
    from dyade.errors import ProgramInvalid
    from dyade.program.diagnostics import Findings
    from dyade.program.text import decoded, read

    [path] = found(session.programs, (program,), PROGRAM)
    raw = content(path)
    findings = Findings()
    tree = read(raw, findings)
    if tree is None or findings.errors:
        raise ProgramInvalid(findings.sorted(), path.as_posix(), decoded(raw))
    return path, raw, names(tree.data)


def _wanted(kind: str, name: str, label: str | None, said: dict[str, str], known: Names, *, asking: bool) -> Wanted:
    from dyade.authoring.starting.answers import both, complaint
    from dyade.authoring.starting.pieces import ASKED, Wanted, default
    from dyade.cli.asking import ask_piece, piece_answer

    context = click.get_current_context()
    if complaint("id", name, {}):
        raise click.UsageError(say("new.wrong", where=say("metavar.name"), why=say("new.wrong.id")), context)
    titled = name.replace("_", " ").capitalize()
    if label is None:
        label = ask_piece("label", known, titled) if asking else titled
    answers: dict[str, str] = {}
    for question in ASKED[kind]:
        if question in said:
            answer, wrong = piece_answer(question, said[question], known)
            if wrong is not None:
                raise click.UsageError(say("new.wrong", where=f"--{question}", why=wrong), context)
        else:
            standing = default(question, known, answers)
            if not standing and not asking:
                raise click.UsageError(say("new.lacking", option=f"--{question}"), context)
            answer = ask_piece(question, known, standing) if asking else standing
        answers[question] = answer
    words = both(label, known.locales, dict.fromkeys(known.locales, titled))
    return Wanted(kind=kind, name=name, label=words, answers=answers)


def _refused(path: Path, said: str) -> Page:
    data = {"outcome": "refused", "file": path.as_posix(), "message": said}
    return Page(data, lambda: flow(said, lead=[Span(mark("✘", "x"), "no"), " "]), REFUSED)


def _left(path: Path, before: bytes, after: bytes) -> tuple[Diagnostic, ...]:
    """What `check` has to say of the program that it had not before: what remains to decide."""
    from dyade.program.load import examine
    from dyade.service.folder import Folder

    read_file = Folder(path.parent).read
    known = {_mistake(found) for found in examine(before, read_file).findings}
    return tuple(found for found in examine(after, read_file).findings if _mistake(found) not in known)


def _mistake(found: Diagnostic) -> tuple[str, str, str, str]:
    return found.code, found.variant, found.path, repr(sorted(found.facts.items()))


def _json(path: Path, left: tuple[Diagnostic, ...]) -> list[dict[str, Any]]:
    from dyade.program.report import to_json

    return [to_json(found, path.as_posix(), lang()) for found in left]


def _told(path: Path, made: str, kind: str, name: str, left: tuple[Diagnostic, ...]) -> list[str]:
    from dyade.program.report import render_all

    done = say("new.added", what=say(f"new.kind.{kind}"), name=clean(name), file=clean(path.as_posix()))
    lines = flow(done, lead=[Span(mark("✔", "+"), "yes"), " "])
    if left:
        lines += ["", *flow(say("new.left")), "", *render_all(left, made, path.as_posix(), lang()).split("\n")]
    return lines

"""What is handed out of a program, where does it come from, what is its language? `docs`, for people and for paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dyade.cli.declare import LOOKING, Family, argument, command, option
from dyade.cli.ending import DONE, REFUSED
from dyade.cli.handed import as_path, handed, kind_of
from dyade.cli.paper import Span, flow
from dyade.cli.session import Page, Session
from dyade.cli.sources import PROGRAM, content, found
from dyade.cli.words import say

if TYPE_CHECKING:
    from dyade.authoring.booklet.pages import Document
    from dyade.authoring.provenance import Account, Carrier, Row

COMMANDS: Family = {}
KINDS = {".html": "html", ".htm": "html", ".pdf": "pdf"}
NOT_SAID = "—"


@command(COMMANDS, "docs", LOOKING)
@argument("file", required=False, completer="program_files")
@option("--provenance", is_flag=True)
@option("--language", "reference", is_flag=True)
@option("--diagnostics", "mistakes", is_flag=True)
@option("--role", completer="roles_of_file")
@option("--out", type=as_path)
@option("--force", is_flag=True)
def docs(
    session: Session,
    file: str | None,
    provenance: bool,
    reference: bool,
    mistakes: bool,
    role: str | None,
    out: Path | None,
    force: bool,
) -> Page:
    """Write the booklet of a program, tell where it comes from, or write a reference."""
    asked = [provenance, reference, mistakes]
    wants_file = not (reference or mistakes)
    if sum(asked) > 1 or wants_file != (file is not None) or (role is not None and any(asked)):
        raise click.UsageError(say("usage.which_docs"), click.get_current_context())
    if provenance:
        if out is not None:
            raise click.UsageError(say("usage.which_docs"), click.get_current_context())
        return _provenance(session, file or "")
    kind = kind_of(out, KINDS, "html")
    document = _reference(session, reference) if file is None else _booklet(session, file, role)
    data = {"title": document.title, "lang": document.lang}
    if out is None and session.as_json:
        from dyade.authoring.booklet.pages import plain

        return Page({"outcome": "done", **plain(document)}, list)
    return handed(_written(document, kind), out, {**data, "kind": kind}, force=force)


def _written(document: Document, kind: str) -> str | bytes:
    if kind == "pdf":
        from dyade.authoring.booklet.paper import pdf

        return pdf(document)
    from dyade.authoring.booklet.html import html

    return html(document)


def _reference(session: Session, language: bool) -> Document:
    from dyade.authoring.booklet import language as of_language
    from dyade.authoring.booklet import mistakes as of_mistakes

    return of_language.language(session.lang) if language else of_mistakes.mistakes(session.lang)


def _booklet(session: Session, file: str, role: str | None) -> Document:
    from dyade.authoring.booklet.booklet import booklet
    from dyade.authoring.provenance import account
    from dyade.cli.diagram import known_role
    from dyade.program.load import load
    from dyade.service.folder import Folder

    [path] = found(session.programs, (file,), PROGRAM)
    text = content(path)
    read_file = Folder(path.parent).read
    program = load(text, path.as_posix(), read_file)
    known_role(program, role)
    return booklet(program, session.lang, role, account(program, text, read_file) if role is None else None)


def _provenance(session: Session, file: str) -> Page:
    from dyade.authoring.provenance import account
    from dyade.program.load import load
    from dyade.service.folder import Folder

    [path] = found(session.programs, (file,), PROGRAM)
    text = content(path)
    read_file = Folder(path.parent).read
    told = account(load(text, path.as_posix(), read_file), text, read_file)
    code = DONE if told.is_whole else REFUSED
    data = {"outcome": "done" if told.is_whole else "incomplete", "file": path.as_posix(), **told.to_json(session.lang)}
    return Page(data, lambda: _lines(told, session.lang), code)


def _lines(told: Account, lang: str) -> list[str]:
    from dyade.authoring.provenance import CARRIED, EXCUSED, FORGOTTEN

    counts = {fate: told.count(fate) for fate in (CARRIED, EXCUSED, FORGOTTEN)}
    lines = flow(say("provenance.counts", len(told.rows), program=told.program, all=len(told.rows), **counts))
    based = {basis: told.based(basis) for basis in ("stated", "interpretation", "assumed")}
    lines += flow(say("provenance.bases", **based))
    for source in told.unread:
        lines += flow(Span(say("provenance.unread", source=source), "no"))
    return [*lines, "", *_totals(told), "", *_provisions(told, lang), "", *_rules(told, lang)]


def _totals(told: Account) -> list[str]:
    from dyade.authoring.provenance import FATES
    from dyade.cli.tables import table

    titles = [say("provenance.force"), say("provenance.all"), *(say(f"provenance.fate.{fate}") for fate in FATES)]
    rows = [
        [say(f"provenance.force.{force}"), str(counts["provisions"]), *(str(counts[fate]) for fate in FATES)]
        for force, counts in told.totals().items()
    ]
    return table(titles, rows, right=(1, 2, 3, 4))


def _provisions(told: Account, lang: str) -> Iterator[str]:
    """Each provision in the catalogue's words, then what carries it, or why nothing does."""
    from dyade.authoring.provenance import said

    for row in told.rows:
        force = say(f"provenance.force.{row.provision.force}") if row.provision.force else NOT_SAID
        lead = (Span(row.provision.id, "name"), " ")
        yield from flow(said(row.provision.text, lang), " ", Span(f"({force})", "quiet"), lead=lead, hang=2)
        yield from _fate(row, lang)


def _fate(row: Row, lang: str) -> Iterator[str]:
    from dyade.authoring.provenance import FORGOTTEN, said

    for carrier in row.carriers:
        yield from flow(carrier.name, " ", Span(_where(carrier), "quiet"), lead=("    ",), hang=6)
    if not row.carriers and row.reason:
        yield from flow(say("provenance.excused", reason=said(row.reason, lang)), lead=("    ",), hang=6)
    if row.fate == FORGOTTEN:
        yield from flow(Span(say("provenance.forgotten"), "no"), lead=("    ",), hang=6)


def _where(carrier: Carrier) -> str:
    line = say("provenance.line", line=carrier.line)
    return f"({line})" if carrier.basis == "stated" else f"({line}, {say(f'provenance.basis.{carrier.basis}')})"


def _rules(told: Account, lang: str) -> Iterator[str]:
    """Each rule with its provisions, and the reading behind it."""
    from dyade.authoring.provenance import said

    yield from flow(Span(say("provenance.rules"), "title"))
    for rule in told.rules:
        cited = ", ".join(rule.provisions) or rule.quotes or NOT_SAID
        yield from flow(rule.name, " ", Span(_where(rule), "quiet"), " ", Span(cited, "name"), lead=("  ",), hang=6)
        if rule.note:
            yield from flow(said(rule.note, lang), lead=("      ",), hang=6)

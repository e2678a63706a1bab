"""What does a diagnostic mean? `explain`, a page for a code, or the list of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

import click

from dyade.cli.declare import SAYING, Family, argument, command
from dyade.cli.paper import Span, clean, flow
from dyade.cli.session import Page, Session
from dyade.cli.words import say
from dyade.texts import sentence

if TYPE_CHECKING:
    from dyade.authoring.explaining import Explanation
    from dyade.program.codes import Code

COMMANDS: Family = {}
STYLES = {"error": "no", "warning": "warn", "info": "quiet"}


@command(COMMANDS, "explain", SAYING)
@argument("codes", nargs=-1, completer="codes")
def explain(session: Session, codes: tuple[str, ...]) -> Page:
    """Explain diagnostics: why they matter, what is wrong, what is right."""
    from dyade.authoring import explaining
    from dyade.program.codes import CODES

    if not codes:
        every = [(name, CODES[name]) for name in sorted(CODES)]
        data = [{"code": name, "slug": kind.slug, "severity": kind.severity.value} for name, kind in every]
        return Page({"outcome": "done", "codes": data}, lambda: list(_list(every, session.lang)))
    pages = [explaining.explain(_known(code), session.lang) for code in codes]
    data = [page.to_json() for page in pages]
    return Page({"outcome": "done", "pages": data}, lambda: list(_pages(pages, session.lang)))


def _known(name: str) -> str:
    from dyade.authoring.explaining import known, near

    code = known(name)
    if code is None:
        meant = near(name)
        key = "usage.unknown_code.near" if meant else "usage.unknown_code"
        raise click.UsageError(say(key, code=repr(name[:40]), meant=meant or ""), click.get_current_context())
    return code


def _pages(pages: list[Explanation], lang: str) -> Iterator[str]:
    for at, page in enumerate(pages):
        if at:
            yield from ("", "")
        yield from _lines(page, lang)


def _list(codes: list[tuple[str, Code]], lang: str) -> Iterator[str]:
    """Every code, by family."""
    for family, members in groupby(codes, key=lambda one: one[0][0]):
        yield from flow(Span(sentence("booklets", f"mistakes.family.{family}", lang), "title"))
        for name, kind in members:
            severity = Span(
                sentence("diagnostics", f"severity.{kind.severity.value}", lang), STYLES[kind.severity.value]
            )
            yield from flow(Span(name, "name"), " ", kind.slug, "  ", severity, lead=("  ",))
        yield ""
    yield from flow(Span(say("explain.list"), "quiet"))


def _lines(page: Explanation, lang: str) -> Iterator[str]:
    severity = Span(sentence("diagnostics", f"severity.{page.severity.value}", lang), STYLES[page.severity.value])
    yield from flow(Span(f"{page.code} {page.slug}", "title"), "  ", severity)
    yield ""
    for said in page.says:
        yield from flow(said, lead=("  ",))
    yield ""
    yield from flow(page.why)
    for title, lines in (("explain.wrong", page.wrong), ("explain.right", page.right)):
        if lines:
            yield ""
            yield from flow(Span(say(title), "title"))
            yield from (clean(f"    {line}") for line in lines)
    notes = [say("explain.strict")] if page.strict else []
    notes += [say(f"explain.{page.mends}")] if page.mends else []
    for note in notes:
        yield ""
        yield from flow(note)
    if page.severity.value != "error":
        yield ""
        yield from flow(say("explain.ignore"))
        yield f"    # dyade: ignore[{page.code}] {say('explain.reason')}"

"""Which mistakes can be told of a file? The reference of the diagnostics, made from their codes and their sentences."""

from __future__ import annotations

from collections.abc import Iterator

from dyade.authoring.booklet.pages import Block, Document, Example, Heading, Words, facts
from dyade.authoring.explaining import Explanation, explain
from dyade.program.codes import CODES
from dyade.texts import sentence

DOMAIN = "booklets"


def mistakes(lang: str) -> Document:
    """Write the reference of the diagnostics."""
    return Document(
        lang,
        sentence(DOMAIN, "mistakes.title", lang),
        sentence(DOMAIN, "mistakes.under", lang, len(CODES), n=len(CODES)),
        sentence(DOMAIN, "booklet.contents", lang),
        tuple(_blocks(lang)),
        sentence(DOMAIN, "booklet.skip", lang),
    )


def _blocks(lang: str) -> Iterator[Block]:
    family = ""
    for name, code in sorted(CODES.items()):
        if name[0] != family:
            family = name[0]
            yield Heading(2, sentence(DOMAIN, f"mistakes.family.{family}", lang))
        yield Heading(3, f"{name} {code.slug}")
        yield from _page(explain(name, lang), lang)


def _page(page: Explanation, lang: str) -> Iterator[Block]:
    """Why it matters, what it says, and the two examples."""
    yield Words(page.why)
    yield from facts(
        (
            (sentence(DOMAIN, "mistakes.says", lang), page.says),
            (sentence(DOMAIN, "mistakes.grave", lang), _grave(page, lang)),
        )
    )
    for key, lines in (("mistakes.wrong", page.wrong), ("mistakes.right", page.right)):
        if lines:
            yield Words(sentence(DOMAIN, key, lang))
            yield Example("\n".join(lines))


def _grave(page: Explanation, lang: str) -> str:
    told = sentence(DOMAIN, f"mistakes.{page.severity.value}", lang)
    return f"{told} {sentence(DOMAIN, 'mistakes.strict', lang)}" if page.strict else told

"""Which mistakes can be told of a file? The reference of the diagnostics, made from their codes and their sentences."""

from __future__ import annotations

from collections.abc import Iterator

from dyade.authoring.booklet.pages import Block, Document, Heading, facts
from dyade.errors import FactMissing
from dyade.program.codes import CODES, Code
from dyade.texts import keys, sentence

DOMAIN = "booklets"
BLANK = "…"


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
    known = keys("diagnostics", lang)
    family = ""
    for name, code in sorted(CODES.items()):
        if name[0] != family:
            family = name[0]
            yield Heading(2, sentence(DOMAIN, f"mistakes.family.{family}", lang))
        yield Heading(3, f"{name} {code.slug}")
        variants = [key for key in known if key.startswith(f"{name}.")]
        said = [shown("diagnostics", key, lang) for key in (name, *variants) if key in known]
        yield from facts(
            (
                (sentence(DOMAIN, "mistakes.says", lang), said),
                (sentence(DOMAIN, "mistakes.grave", lang), _grave(code, lang)),
                (sentence(DOMAIN, "mistakes.more", lang), f"dyade explain {name}"),
            )
        )


def _grave(code: Code, lang: str) -> str:
    told = sentence(DOMAIN, f"mistakes.{code.severity.value}", lang)
    return f"{told} {sentence(DOMAIN, 'mistakes.strict', lang)}" if code.strict else told


def shown(domain: str, key: str, lang: str) -> str:
    """A sentence whose facts are left blank."""
    blanks: dict[str, str | int] = {}
    while True:
        try:
            return sentence(domain, key, lang, **blanks)
        except FactMissing as missing:
            fact = str(missing.facts["fact"])
            blanks[fact] = 2 if fact == "n" else BLANK

"""Which words does a reader see? Our own sentences, in French and in English, found by domain and key.

Catalogues: `diagnostics` for mistakes in programs, `explanations` for why they matter, `answers` for what the engine
answers, `scenarios` for stories told of a program, `letters` for what stands around messages, `booklets` for what is
handed out or drawn, `language` for the keys of programs, `faces` for what stands around the rest. A key that no
catalogue has, or a place that no fact fills, is an error: a key never reaches a screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from gettext import GNUTranslations, NullTranslations

from dyade.errors import DyadeError, FactMissing, SentenceMissing

# Every command starts by reading a catalogue, and pathlib would double what that costs.
LOCALE = __file__.removesuffix("texts.py") + "locale"


def languages() -> tuple[str, ...]:
    """The languages in which every sentence can be said."""
    return ("fr", "en")


def sentence(domain: str, key: str, lang: str, n: int | None = None, /, **facts: str | int) -> str:
    """Say one sentence; `n`, or a fact of that name, chooses between its singular and its plural.

    Raises SentenceMissing where the catalogue has no such key, FactMissing where a place is left empty.
    """
    if n is not None:
        facts["n"] = n
    try:
        return _wording(_catalogue(domain, lang), key, facts.get("n")).format_map(facts)
    except SentenceMissing:
        raise SentenceMissing(domain, key, lang) from None
    except KeyError as place:
        raise FactMissing(domain, key, str(place.args[0])) from None


def has_sentence(domain: str, key: str, lang: str) -> bool:
    """Whether the catalogue says something under this key."""
    try:
        _catalogue(domain, lang).gettext(key)
    except SentenceMissing:
        return False
    return True


def keys(domain: str, lang: str) -> tuple[str, ...]:
    """Every key under which a catalogue says something, in order."""
    said: dict[str | tuple[str, int], str] = _catalogue(domain, lang)._catalog  # type: ignore[attr-defined]
    return tuple(sorted({key if isinstance(key, str) else key[0] for key in said} - {""}))


def told(error: DyadeError, lang: str) -> str:
    """The message of an error, for people."""
    return sentence("answers", error.key, lang, **error.facts)


def quote_list(items: Sequence[str], lang: str, limit: int = 6) -> str:
    """A choice in words: "a, b ou c"; past the limit, how many others there are."""
    shown = list(items[:limit])
    if len(items) > limit:
        return sentence("faces", "list.others", lang, len(items) - limit, shown=", ".join(shown))
    if len(shown) < 2:
        return "".join(shown)
    return sentence("faces", "list.or", lang, shown=", ".join(shown[:-1]), last=shown[-1])


class _Nothing(NullTranslations):
    """Stands behind a catalogue, where gettext would show the key itself."""

    def gettext(self, message: str) -> str:
        raise SentenceMissing("", message, "")

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:  # noqa: ARG002 (gettext's own signature)
        raise SentenceMissing("", msgid1, "")


def _wording(catalogue: GNUTranslations, key: str, n: str | int | None) -> str:
    """A sentence with its places; one that has no plural may speak of a number too."""
    if isinstance(n, int):
        try:
            return catalogue.ngettext(key, key, n)
        except SentenceMissing:
            pass
    return catalogue.gettext(key)


@cache
def _catalogue(domain: str, lang: str) -> GNUTranslations:
    """Read a compiled catalogue; only a language of ours makes a path."""
    if lang not in languages():
        raise SentenceMissing(domain, "*", lang)
    try:
        with open(f"{LOCALE}/{lang}/LC_MESSAGES/{domain}.mo", "rb") as file:  # noqa: PTH123
            catalogue = GNUTranslations(file)
    except FileNotFoundError:
        raise SentenceMissing(domain, "*", lang) from None
    catalogue.add_fallback(_Nothing())
    return catalogue

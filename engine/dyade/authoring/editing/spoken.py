"""Which names does a condition say, or a text between its braces? Word by word, whatever else is wrong in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dyade.authoring.editing.names import ABOUT_A_STATE, Names, Word
from dyade.program.names import Site

_DOTTED = re.compile(r'"[^"]*"|[^\W\d]\w*(?:\.[^\W\d]\w*)*')
_BRACES = re.compile(r"\{\s*([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*)")
_CALLED = re.compile(r"\s*\(\s*")


def in_condition(text: str, names: Names, sites: Sequence[Site]) -> Iterator[Word]:
    """The names of a condition that may stand at any of these sites."""
    state_at = -1
    for found in _DOTTED.finditer(text):
        word, start = found[0], found.start()
        if word.startswith('"'):
            continue
        opening = _CALLED.match(text, found.end())
        if opening and word in ABOUT_A_STATE:
            state_at = opening.end()
        elif start == state_at:
            yield from moved(names.state(word), start)
        elif opening and word.startswith("tables."):
            yield from moved(names.dotted(word, Site()), start)
        elif "." not in word:
            yield from moved(_choice(word, text, names), start)
        else:
            yield from moved(_meant(word, names, sites), start)


def _choice(word: str, text: str, names: Names) -> Iterator[Word]:
    """A role or a status, where one is what something is compared with."""
    if "actor.role" in text and (role := names.known("role", word)):
        yield Word(0, len(word), role)
    elif ".status" in text:
        yield from (Word(0, len(word), name) for name in names.of("status") if name.word == word)


def in_text(text: str, names: Names, sites: Sequence[Site]) -> Iterator[Word]:
    """The names between the braces of a text."""
    for found in _BRACES.finditer(text):
        yield from moved(_meant(found[1], names, sites), found.start(1))


def moved(words: Iterator[Word], start: int) -> Iterator[Word]:
    """Words that stand further in a text."""
    return (Word(word.start + start, word.end + start, word.name) for word in words)


def _meant(text: str, names: Names, sites: Sequence[Site]) -> Iterator[Word]:
    """What a dotted name means at each of the sites; a clause that many places use may read another thing at each."""
    return iter(dict.fromkeys(word for site in sites for word in names.dotted(text, site)))

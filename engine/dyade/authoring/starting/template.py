"""How does a template become a file? Line by line: what is left out, which language's names, what the answers fill.

%if a and not b … %else … %end   lines that are there only so
%fr # a comment                  a line of authors who write in that language
%each entries … %next            the lines once for each item, whose values they may name
<entente|agreement>              a name, in the author's language
[[Entente||Agreement]]           a text in each language of the program; [[=title]] is one of the answers
<<Oui||Yes>>                     a text in the author's language alone
${name}                          a value
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dyade.authoring.starting.writing import inline, scalar, text_lines

AUTHORS = ("fr", "en")
"""The languages that names, comments and texts of templates are written in."""

_NAMES = re.compile(r"<([^<>|]+)\|([^<>|]+)>")
_OWN = re.compile(r"<<((?:(?!>>).)*)>>")
_TEXT = re.compile(r"\[\[((?:(?!\]\]).)*)\]\]")
_ALONE = re.compile(r"(?P<head>\s*(?:- )?[\w${}]+:) \[\[(?P<text>(?:(?!\]\]).)*)\]\]")
_VALUE = re.compile(r"\$\{(\w+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """What a template is filled with."""

    locales: Sequence[str]
    """The languages of the program; the first is the author's."""
    flags: Mapping[str, bool] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    items: Mapping[str, Sequence[Mapping[str, str]]] = field(default_factory=dict)

    @property
    def author(self) -> str:
        """The language of names and comments."""
        return self.locales[0]


def filled(template: str, filling: Filling) -> str:
    """The file that a template makes."""
    lines = list(_kept(_repeated(template.rstrip("\n").split("\n"), filling), filling))
    return "\n".join(line for written in lines for line in _written(written, filling)) + "\n"


def _repeated(lines: Sequence[str], filling: Filling) -> Iterator[str]:
    """The lines, those of a group once for each of its items."""
    group: list[str] | None = None
    items: Sequence[Mapping[str, str]] = ()
    for line in lines:
        if line.startswith("%each "):
            group, items = [], filling.items.get(line.split()[1], ())
        elif line == "%next":
            for item in items:
                yield from (_valued(one, item) for one in group or ())
            group = None
        elif group is None:
            yield line
        else:
            group.append(line)


def _kept(lines: Iterator[str], filling: Filling) -> Iterator[str]:
    """The lines that these answers ask for."""
    open_: list[bool] = []
    for line in lines:
        if line.startswith("%if "):
            open_.append(_holds(line[4:], filling.flags))
        elif line == "%else":
            open_[-1] = not open_[-1]
        elif line == "%end":
            open_.pop()
        elif all(open_):
            lang = line[1:3] if line.startswith(tuple(f"%{lang} " for lang in AUTHORS)) else None
            if lang is None:
                yield line
            elif lang == filling.author:
                yield line[4:]


def _holds(condition: str, flags: Mapping[str, bool]) -> bool:
    """Whether every one of its words holds: `a and not b`."""
    return all(
        not flags[word.removeprefix("not ")] if word.startswith("not ") else flags[word]
        for word in condition.split(" and ")
    )


def _written(line: str, filling: Filling) -> Iterator[str]:
    """A line with its values; a text that does not fit on it stands below, a language a line."""
    own = _OWN.sub(lambda found: scalar(_one(found[1], filling), flow="{" in line[: found.start()]), line)
    named = _names(own, filling)
    alone = _ALONE.fullmatch(named)
    if alone:
        head = _valued(alone["head"], filling.values)
        yield from text_lines(head, _texts(alone["text"], filling))
    else:
        texts = _TEXT.sub(lambda found: inline(_texts(found[1], filling)), named)
        yield _valued(texts, filling.values)


def _names(text: str, filling: Filling) -> str:
    return _NAMES.sub(lambda found: found[1 + AUTHORS.index(filling.author)], text)


def _one(both: str, filling: Filling) -> str:
    return both.split("||")[AUTHORS.index(filling.author)]


def _texts(both: str, filling: Filling) -> Mapping[str, str]:
    """A text in each language of the program."""
    if both.startswith("="):
        return filling.texts[both[1:]]
    said = dict(zip(AUTHORS, both.split("||"), strict=True))
    return {lang: _valued(said[lang], filling.values).replace("\\n", "\n") for lang in filling.locales}


def _valued(text: str, values: Mapping[str, str]) -> str:
    return _VALUE.sub(lambda found: values.get(found[1], found[0]), text)

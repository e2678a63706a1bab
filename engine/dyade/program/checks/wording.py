"""Do texts read as people write: words, not identifiers; plurals that agree; each language its own; no two alike?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from dyade.program import model as m
from dyade.program.checks.ground import Ground, Path
from dyade.program.checks.languages import BARE
from dyade.program.checks.parts import marked
from dyade.program.checks.placeholders import filled, place_of, sites
from dyade.program.checks.ways import ANYWHERE
from dyade.program.conditions.tree import Call, Read
from dyade.program.conditions.types import INT
from dyade.program.diagnostics import Fix
from dyade.program.names import Site, SiteScope
from dyade.program.placeholders import PlaceholderError, Value, pieces
from dyade.program.typed import actors

ALIKE: Final = 3
"""Words from which a text that is the same in two languages was probably not translated."""
SEVERAL: Final = 2

_COMPOSED = re.compile(r"(?<![\w.@/-])[a-z][a-z0-9]*(?:_[a-z0-9]+)+(?![\w@/-])")
_WORD = re.compile(r"[^\W\d_]{2,}")
_COUNTED: Final[Mapping[str, re.Pattern[str]]] = {
    "fr": re.compile(r"\s+[^\W\d_]{2,}[sx]\b"),
    "en": re.compile(r"\s+(?!as\b|is\b|was\b|has\b|this\b)[^\W\d_]+s\b"),
}
"""What follows a number in so many words, as far as an ending tells."""


def check(ground: Ground) -> None:
    """Tell texts that were not finished."""
    ids = frozenset(_ids(ground))
    for path, part in ground.parts:
        for where, texts in marked(path, part, "text"):
            for language, text in texts.items():
                _leaks(ground, place_of(where, language), text, ids)
            _untranslated(ground, where, texts)
    known = sites(ground)
    for path, part in ground.parts:
        site = next(iter(known.get(path, ())), None)
        scope = SiteScope(ground.declared, site or Site())
        for where, texts in filled(path, part):
            for language, text in texts.items():
                spoken = ground.model.locales[0] if language == BARE else language
                if "{" in text and spoken in _COUNTED:
                    _counted(ground, place_of(where, language), text, _COUNTED[spoken], scope)
    _alike(ground)


# ---------------------------------------------------------------------------------------------------------- identifiers


def _ids(ground: Ground) -> Iterator[str]:
    """The names of the program that no text would hold by chance: those of several words."""
    model = ground.model
    named = (model.roles, model.fields, model.forms, model.params, model.templates, model.quotas, model.deadlines)
    found = [name for section in named for name in section]
    found += [transition.id for transition in model.transitions]
    found += [name.rpartition(".")[2] for name in ground.graph.nodes]
    found += [path[-1] for path in ground.data.all]
    return (name for name in found if "_" in name)


def _leaks(ground: Ground, where: Path, text: str, ids: frozenset[str]) -> None:
    if "_" not in text:
        return
    depth = last = 0
    for found in _COMPOSED.finditer(text):
        depth += text.count("{", last, found.start()) - text.count("}", last, found.start())
        last = found.start()
        if found[0] in ids and not depth:
            ground.tell("T007", where, inside=found.span(), name=found[0])


# ------------------------------------------------------------------------------------------------------------ languages


def _untranslated(ground: Ground, where: Path, texts: Mapping[str, str]) -> None:
    first: dict[str, str] = {}
    for language, text in texts.items():
        other = first.setdefault(text.strip(), language)
        if other != language and len(_WORD.findall(_outside(text))) >= ALIKE:
            ground.tell("T006", (*where, language), lang=language, other=other)


def _outside(text: str) -> str:
    """What stands outside the braces of a text."""
    kept, depth = [], 0
    for part in re.split(r"([{}])", text):
        depth += (part == "{") - (part == "}")
        kept.append(" " if depth or part in "{}" else part)
    return "".join(kept)


# -------------------------------------------------------------------------------------------------------------- plurals


def _counted(ground: Ground, where: Path, text: str, plural: re.Pattern[str], scope: SiteScope) -> None:
    """A number that varies, before a word that would have to agree with it."""
    try:
        parts = pieces(text)
    except PlaceholderError:
        return
    for part in parts:
        word = plural.match(text, part.end) if isinstance(part, Value) else None
        if word is None or not isinstance(part, Value):
            continue
        read = scope.resolve(part.name)
        if isinstance(read, Read) and read.type == INT and read.constant is None and _may_be_one(ground, read):
            name, inside = ".".join(part.name), (part.start, word.end())
            # "entries", "travaux": their singular does not show in them.
            regular = word[0].endswith("s") and not word[0].endswith("ies")
            both = f"{{{name}, plural, one {{#{word[0][:-1]}}} other {{#{word[0]}}}}}"
            fixes = [Fix(place=ground.tree.inner(where, *inside), text=both)] if regular else []
            ground.tell("T005", where, inside=inside, name=name, word=word[0].strip(), fixes=fixes)


def _may_be_one(ground: Ground, read: Read) -> bool:
    """Whether the singular can be called for: some numbers are always several."""
    datum = ground.data.all.get(read.parts)
    if datum is None:
        return True
    formula = ground.typed.nodes.get((*datum.place, "formula"))
    if isinstance(formula, Call) and formula.name == "tables" and formula.of in ground.model.tables:
        table = ground.model.tables[formula.of]
        found = [*table.rows.values(), *([] if table.default is None else [table.default])]
        return any(isinstance(value, int) and value < SEVERAL for value in found)
    return not (isinstance(datum.model.min, int) and datum.model.min >= SEVERAL)


# ------------------------------------------------------------------------------------------------------ one for another


def _alike(ground: Ground) -> None:
    """Two acts under one name, offered to one person at one moment."""
    first: dict[tuple[str, str, str], int] = {}
    for way in ground.ways.all:
        transition = ground.model.transitions[way.number] if way.number >= 0 else None
        if transition is None or transition.by is None:
            continue
        for language, label in transition.label.items():
            other = _offered(transition, way.sources, f"{language}:{label}", first, way.number)
            if other is not None and _event(ground, other) != _event(ground, way.number):
                name = ground.model.transitions[other].id
                place = ground.tree.place(("transitions", other, "label"))
                where = place_of(("transitions", way.number, "label"), language)
                ground.tell("T008", where, label=label, other=name, related=[(place, "related.other")])
                break


def _offered(
    transition: m.Transition, sources: tuple[str, ...], label: str, first: dict[tuple[str, str, str], int], number: int
) -> int | None:
    keys = [(label, source, role) for source in sources or (ANYWHERE,) for role in actors(transition)]
    found = [first.setdefault(key, number) for key in keys]
    return next((other for other in found if other != number), None)


def _event(ground: Ground, number: int) -> str:
    transition = ground.model.transitions[number]
    return transition.event or transition.id

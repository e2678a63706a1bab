"""What does a file hold, section by section, as an editor lists it?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from dyade.authoring.editing.drafts import follow, said
from dyade.program.diagnostics import Place
from dyade.program.tree import Path, Tree

INSIDE = ("states", "tracks", "entry", "attributes", "steps")
"""The keys of a part whose own parts are listed under it."""
NAMES = ("id", "name")
TITLES = ("label", "title", "subject")


class Listed(NamedTuple):
    """A part, under the name that an author knows it by."""

    name: str
    detail: str
    section: str
    whole: Place
    place: Place
    """Where its name stands."""
    parts: tuple[Listed, ...]


def outline(tree: Tree, lang: str) -> tuple[Listed, ...]:
    """The sections of a file, each with its parts."""
    return tuple(_section(tree, (key,), lang) for key in (tree.data if isinstance(tree.data, dict) else ()))


def _section(tree: Tree, path: Path, lang: str) -> Listed:
    value = follow(tree.data, path)
    name = str(path[-1])
    parts = tuple(_parts(tree, path, lang)) if isinstance(value, dict | list) and not _is_text(value) else ()
    detail = said(value, lang) if not parts else ""
    key = tree.key_place(path)
    return Listed(name, detail, name, _around(key, tree.place(path)), key, parts)


def _parts(tree: Tree, path: Path, lang: str) -> Iterator[Listed]:
    value = follow(tree.data, path)
    steps: Sequence[str | int] = list(value) if isinstance(value, dict) else range(len(value))
    for step in steps:
        here = (*path, step)
        part = follow(tree.data, here)
        if isinstance(step, str):
            yield _part(tree, here, step, tree.key_place(here), lang)
        elif isinstance(part, dict):
            named = next((key for key in NAMES if isinstance(part.get(key), str)), None)
            if named is not None:
                yield _part(tree, here, part[named], tree.place((*here, named)), lang)


def _part(tree: Tree, path: Path, name: str, place: Place, lang: str) -> Listed:
    value = follow(tree.data, path)
    detail = ""
    inner: tuple[Listed, ...] = ()
    if isinstance(value, dict):
        detail = next((words for key in TITLES if (words := said(value.get(key), lang))), "")
        held = [key for key in INSIDE if isinstance(value.get(key), dict | list)]
        inner = tuple(part for key in held for part in _parts(tree, (*path, key), lang))
    return Listed(name, detail, str(path[-2]) if len(path) > 1 else "", _around(place, tree.place(path)), place, inner)


def _around(key: Place, value: Place) -> Place:
    """A key and its value together."""
    first, last = min(key[:2], value[:2]), max(key[2:], value[2:])
    return Place(*first, *last)


def _is_text(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and bool(value)
        and all(isinstance(words, str) and len(key) == 2 for key, words in value.items())
    )

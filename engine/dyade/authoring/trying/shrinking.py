"""What is the least of something that still shows the same? Parts are left out as long as it does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from dyade.authoring.trying.searching import Way
from dyade.authoring.trying.trial import Step

Part = TypeVar("Part")
Shows = Callable[[Way], bool]
DEEPEST = 4
"""How deep people, and what is given, are looked into."""
KEPT = ("role", "roles", "pool")
"""What says who somebody is."""
VALUES = ("with", "set")
"""Keys of an act under which there may be less."""


def shrunk(way: Way, shows: Shows) -> Way:
    """A way with as few steps, and as little given, as still shows the same."""
    steps = fewest(way.steps, lambda steps: shows(Way(way.setting, tuple(steps))))
    way = Way(way.setting, tuple(steps))
    way = _less_given(way, shows)
    for i in range(len(way.steps)):
        way = _less_said(way, i, shows)
    return way


def fewest(parts: Sequence[Part], shows: Callable[[Sequence[Part]], bool]) -> Sequence[Part]:
    """The parts without which it does not show: halves first, then one by one."""
    size = len(parts) // 2
    while size >= 1:
        start = 0
        while start < len(parts):
            tried = [*parts[:start], *parts[start + size :]]
            if shows(tried):
                parts = tried
            else:
                start += size
        size //= 2
    return parts


def _less_given(way: Way, shows: Shows) -> Way:
    """People, then what is given, as the file's defaults have them, where that is enough: the whole, then its parts."""
    for key in ("people", "given"):
        for name in [*(way.setting.own().get(key) or {})]:
            way = _less_at((key, name), way, shows)
    return way


def _less_at(path: tuple[str, ...], way: Way, shows: Shows) -> Way:
    tried = Way(way.setting.without(path), way.steps)
    if shows(tried):
        return tried
    found: Any = way.setting.data
    for name in path:
        found = found[name]
    for name in [*found] if isinstance(found, dict) and len(path) < DEEPEST else ():
        if name not in KEPT:
            way = _less_at((*path, name), way, shows)
    return way


def _less_said(way: Way, i: int, shows: Shows) -> Way:
    """A step whose act gives as little as is enough."""
    for actor, act in way.steps[i].items():
        if not isinstance(act, dict):
            continue
        for key in VALUES:
            for name in [*act[key]] if isinstance(act.get(key), dict) else ():
                less = {**act, key: {k: v for k, v in act[key].items() if k != name}}
                tried = _replaced(way, i, {actor: _brief(less)})
                if shows(tried):
                    act, way = less, tried
    return way


def _brief(act: dict[str, Any]) -> Any:
    """An act as briefly as it may be written: an event without an input is its name alone."""
    return act["do"] if [*act] == ["do", "with"] and not act["with"] else act


def _replaced(way: Way, i: int, step: Step) -> Way:
    return Way(way.setting, (*way.steps[:i], step, *way.steps[i + 1 :]))

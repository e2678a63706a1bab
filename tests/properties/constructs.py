"""Which constructs of the language does a program hold? Keys by their path, without the names that its author chose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

NAMED = frozenset((
    "params", "tables", "clauses", "roles", "fields", "forms", "states", "deadlines", "templates", "entry",
    "attributes", "aggregates", "input", "tracks", "statements", "sets", "rows", "set", "assign", "unassign", "with",
    "data", "values", "contacts", "series", "quotas", "budgets", "certificates", "enrolments", "profile", "statuses",
))  # fmt: skip
"""Keys under which stand identifiers."""
CHOICES = frozenset((
    "repeat", "level", "scope", "per", "priority", "roll", "catch_up", "easter", "outcome", "type", "when_full", "then",
))  # fmt: skip
"""Keys whose values are words of the language."""
GROUPS = ("all", "any", "none")


def constructs(program: dict[str, Any]) -> set[str]:
    """Every construct of a program: `reminders.every`, `repeat=many`, `window(…)` …"""
    return {found for key, value in program.items() for found in _inside(value, (key,))}


def _inside(value: Any, path: tuple[str, ...]) -> Iterator[str]:
    yield ".".join(path)
    if isinstance(value, list):
        for item in value:
            yield from _inside(item, path)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _inside(item, _below(path, key))
    elif isinstance(value, str):
        yield from _words(value, path[-1])


def _below(path: tuple[str, ...], key: str) -> tuple[str, ...]:
    """Groups inside groups, and states inside states, are told by their depth alone."""
    named = path[-1] in NAMED or (path[-1] == "delays" and "states" in path)
    below = (*path, "*" if named else key)
    return (*below[:-2], "group in a group") if below[-1] in GROUPS and below[-2] in GROUPS else below


def _words(text: str, key: str) -> Iterator[str]:
    if key in CHOICES:
        yield f"{key}={text}"
    elif key == "from" and text == "any":
        yield "from=any"
    elif key == "to" and text.startswith("history("):
        yield "to=history"
    elif key == "upon":
        yield f"upon={text.split('.')[2]}"
    elif key in ("to", "by") and text in ("author", "other", "system", "office", "missing"):
        yield f"{key}={text}"
    for word in re.findall(r"[a-z_]+(?=\()|\b(?:and|or|not|in)\b|[a-z]+(?:\.[a-z_]+){1,3}|plural|business days", text):
        yield f"reads {word}"

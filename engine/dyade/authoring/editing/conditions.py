"""What may follow in a condition, or between braces: after `forms.` the forms, after `forms.x.` what is read of it?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from dyade.authoring.editing.names import ABOUT_A_STATE
from dyade.authoring.editing.proposals import Proposal
from dyade.authoring.editing.spoken import in_condition
from dyade.authoring.editing.telling import Telling
from dyade.program.conditions.functions import NAMES
from dyade.program.conditions.problems import type_term
from dyade.program.conditions.tree import Read
from dyade.program.conditions.types import Enum, ListOf
from dyade.program.names import Declared, Site, SiteScope
from dyade.texts import sentence

WORDS = ("and", "or", "not", "in", "true", "false")
_DOTTED = re.compile(r"(?:[^\W\d]\w*\.)*[^\W\d]?\w*$")
_BRACE = re.compile(r"\{\s*((?:[a-z]\w*\.)*\w*)$")
_STATE = re.compile(rf"\b(?:{'|'.join(ABOUT_A_STATE)})\(\s*[\w.]*$")
_COMPARED = re.compile(r"([a-z][\w.]*)\s*(?:==|!=|in\s*\[(?:[\w\s,]*,)?)\s*\w*$")


def in_a_condition(telling: Telling, sites: Sequence[Site], before: str) -> Iterator[Proposal]:
    """What may be written in a condition after what is there."""
    if _STATE.search(before):
        yield from _states(telling)
        return
    yield from _choices(telling, sites, before)
    found = _DOTTED.search(before)
    head = (found[0] if found else "").rpartition(".")[0]
    yield from _reads(telling, sites, head)
    if head == "tables":
        yield from (Proposal(name.word, "table", telling.label(name)) for name in telling.mentions.names.of("table"))
    elif not head:
        yield from (Proposal("tables", "key") for _ in [*telling.mentions.names.of("table")][:1])
        yield from (Proposal(name, "function", insert=f"{name}(") for name in NAMES)
        yield from (Proposal(word, "word") for word in WORDS)


def in_braces(telling: Telling, sites: Sequence[Site], before: str) -> Iterator[Proposal]:
    """What may be written between the braces of a text; nothing outside of them."""
    found = _BRACE.search(before)
    if found:
        yield from _reads(telling, sites, found[1].rpartition(".")[0])


def _states(telling: Telling) -> Iterator[Proposal]:
    for name in telling.mentions.names.of("state"):
        if not telling.mentions.names.is_track(name):
            yield Proposal(name.word, "state", telling.label(name))


def _scopes(telling: Telling, sites: Sequence[Site]) -> Iterable[SiteScope]:
    ground = telling.draft.ground
    declared: Declared | None = ground.declared if ground is not None else None
    return [SiteScope(declared, site) for site in sites or (Site(),)] if declared is not None else ()


def _reads(telling: Telling, sites: Sequence[Site], head: str) -> Iterator[Proposal]:
    """The next word of every name that begins so."""
    prefix = f"{head}." if head else ""
    told: set[str] = set()
    for scope in _scopes(telling, sites):
        for name in scope.candidates("read"):
            if not name.startswith(prefix):
                continue
            word, _, more = name[len(prefix) :].partition(".")
            if word not in told:
                told.add(word)
                yield _proposed(telling, scope, f"{prefix}{word}", word, whole=not more)


def _proposed(telling: Telling, scope: SiteScope, name: str, word: str, *, whole: bool) -> Proposal:
    """A read with its type and its label; or what reads stand under."""
    read = scope.resolve(tuple(name.split("."))) if whole else None
    words = list(in_condition(name, telling.mentions.names, (scope.site,)))
    own = [found.name for found in words if found.end == len(name)]
    label = telling.label(own[0]) if own else ""
    if isinstance(read, Read):
        kind = sentence("diagnostics", type_term(read.type), telling.lang)
        return Proposal(word, "read", f"{kind} · {label}" if label else kind)
    return Proposal(word, own[0].kind if own else "key", label)


def _choices(telling: Telling, sites: Sequence[Site], before: str) -> Iterator[Proposal]:
    """The choices of what is being compared."""
    found = _COMPARED.search(before)
    for scope in _scopes(telling, sites) if found else ():
        read = scope.resolve(tuple(found[1].split("."))) if found else None
        kind = read.type if isinstance(read, Read) else None
        kind = kind.item if isinstance(kind, ListOf) else kind
        if isinstance(kind, Enum):
            yield from (Proposal(value, "value") for value in kind.values)
            return

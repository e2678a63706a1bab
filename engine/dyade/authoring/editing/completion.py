"""What may be written where the caret stands: keys, names, choices, what a condition may read?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from dyade.authoring.editing.caret import MARK, Caret, caret
from dyade.authoring.editing.conditions import in_a_condition, in_braces
from dyade.authoring.editing.drafts import Draft, follow
from dyade.authoring.editing.grammar import Allowed, Grammar, in_language
from dyade.authoring.editing.mentions import FILLED, GRAMMAR, Mentions, kinds_at
from dyade.authoring.editing.names import Name, Names
from dyade.authoring.editing.proposals import Proposal
from dyade.authoring.editing.stories import GRAMMAR as OF_STORIES
from dyade.authoring.editing.stories import Told
from dyade.authoring.editing.telling import Telling
from dyade.program.checks.names import events
from dyade.program.diagnostics import Place
from dyade.program.load import ReadFile
from dyade.program.names import Site
from dyade.program.snippets import ENUMS

PERSONS = frozenset(
    (
        *(
            (part, key)
            for part, key in (("AssignRole", "assign"), ("UnassignRole", "unassign"), ("StartDyad", "start"))
        ),
        *(("Then", key) for key in ("notified", "reminded", "escalated", "waiting_for", "proposed")),
        *(("GivenEntry", key) for key in ("by", "signed_by", "confirmed_by")),
        *((part, "present") for part in ("AttendIt", "GivenMeeting")),
        ("ReplaceHolder", "replace"),
        ("ReplaceHolder", "old"),
        ("ExcuseIt", "person"),
    )
)
"""The keys of a scenario that name people."""
EVENTS = {
    "roles": ("accepted", "declined"),
    "series": ("held", "moved", "cancelled", "excused"),
    "quotas": ("offered",),
}


class Proposed(NamedTuple):
    """What is proposed, and the word that it takes the place of."""

    place: Place
    proposals: tuple[Proposal, ...]


def completion(
    text: str, line: int, column: int, read_file: ReadFile, lang: str, known: Mentions | None = None
) -> Proposed | None:
    """What may be written in a program; its types are those of `known` where too little of the text can be read."""
    at = caret(text, line, column)
    if at is None:
        return None
    draft = Draft(text, at.tree, read_file, known.draft.ground if known is not None else None)
    telling = Telling(Mentions(draft), read_file, lang)
    ways = GRAMMAR.at(at.tree, at.path[:-1] if at.is_key else at.path)
    found = [*_keys(GRAMMAR, at, ways, lang), *_of_names(telling, at, ways), *_values(at, ways, lang)]
    found += [one for way in ways for one in _said(telling, at, way, draft.sites(at.path), draft.sites(way.at))]
    return Proposed(at.word, _each_once(found))


def completion_in_stories(text: str, line: int, column: int, telling: Telling | None, lang: str) -> Proposed | None:
    """What may be written in a scenarios file; names are those of its program."""
    at = caret(text, line, column)
    if at is None:
        return None
    ways = OF_STORIES.at(at.tree, at.path[:-1] if at.is_key else at.path)
    found = [*_keys(OF_STORIES, at, ways, lang), *_values(at, ways, lang), *_people(at, ways)]
    if telling is not None:
        told = Told(text, at.tree, telling.mentions.names)
        found += [one for way in ways for one in _named(telling, told.expected(way, at.path, at.is_key))]
    return Proposed(at.word, _each_once(found))


def _each_once(found: Iterable[Proposal]) -> tuple[Proposal, ...]:
    return tuple({one.label: one for one in reversed(list(found)) if MARK not in one.label}.values())[::-1]


# ------------------------------------------------------------------------------------------------------- keys, choices


def _keys(grammar: Grammar, at: Caret, ways: Sequence[Allowed], lang: str) -> Iterator[Proposal]:
    """The keys that a part still lacks, those that it must have first."""
    if not (at.is_key or at.alone):
        return
    there = follow(at.tree.data, at.path[:-1]) if at.is_key else {}
    has = {key for key in there if MARK not in key} if isinstance(there, dict) else set()
    for way in _likely(ways, has):
        properties = way.schema.get("properties", {})
        must = way.schema.get("required", ())
        one = {key for choice in way.schema.get("oneOf", ()) for key in choice["required"]}
        needless = has | (one if one & has else set())
        for key in sorted(properties, key=lambda key: key not in must):
            if key not in needless:
                yield Proposal(key, "key", "*" if key in must else "", grammar.meaning(way.part, key, lang), f"{key}: ")


def _likely(ways: Sequence[Allowed], has: set[str]) -> list[Allowed]:
    """The parts that have all of these keys; all parts where none has."""
    parts = [way for way in ways if "properties" in way.schema]
    return [way for way in parts if has <= set(way.schema["properties"])] or parts


def _values(at: Caret, ways: Sequence[Allowed], lang: str) -> Iterator[Proposal]:
    """The choices of a value."""
    if at.is_key:
        return
    for way in ways:
        choices = [choice for choice in way.schema.get("enum", ()) if isinstance(choice, str)]
        meanings = ENUMS.get(tuple(choices), ("",) * len(choices))
        for choice, english in zip(choices, meanings, strict=True):
            yield Proposal(choice, "value", in_language(english, lang))
        if way.schema.get("type") == "boolean":
            yield from (Proposal(word, "value") for word in ("true", "false"))


# --------------------------------------------------------------------------------------------------------------- names


def _of_names(telling: Telling, at: Caret, ways: Sequence[Allowed]) -> Iterator[Proposal]:
    """The names that may stand at the caret."""
    names = telling.mentions.names
    for way in ways:
        kinds, words = kinds_at(way.part, way.key, at.path)
        yield from _named(telling, (name for kind in kinds for name in _of_kind(names, kind, at)))
        yield from (Proposal(word, "word") for word in words)
        if (way.part, way.key) == ("Transition", "upon"):
            yield from _happenings(telling)
        elif (way.part, way.key) == ("Reminder", "each"):
            yield from (Proposal(f"forms.{name.word}", "form", telling.label(name)) for name in names.of("form"))


def _of_kind(names: Names, kind: str, at: Caret) -> Iterator[Name]:
    """The names of a kind; a datum of the form, or of the role, that is being written."""
    within = tuple(str(step) for step in at.path[:2]) if kind in ("entry", "attribute") else ()
    return (name for name in names.of(kind, *within) if not names.is_track(name))


def _named(telling: Telling, names: Iterable[Name]) -> list[Proposal]:
    states = [name.word for name in telling.mentions.names.of("state")]
    return [
        Proposal(
            name.dotted if name.kind == "state" and states.count(name.word) > 1 else name.word,
            name.kind,
            telling.label(name),
            telling.help(name),
        )
        for name in names
    ]


def _happenings(telling: Telling) -> Iterator[Proposal]:
    """What may happen to forms, to roles, to meetings and to places."""
    ground = telling.draft.ground
    for form_id, form in ground.model.forms.items() if ground is not None else ():
        yield from (Proposal(f"forms.{form_id}.{event}", "event") for event in events(form))
    for section, what in EVENTS.items():
        names = telling.mentions.names.of({"roles": "role", "series": "series", "quotas": "quota"}[section])
        yield from (Proposal(f"{section}.{name.word}.{event}", "event") for name in names for event in what)


def _said(
    telling: Telling, at: Caret, way: Allowed, sites: Sequence[Site], of_texts: Sequence[Site]
) -> Iterator[Proposal]:
    """What conditions and texts may read, and the durations that have a name."""
    if at.is_key:
        return
    if way.kind in ("condition", "expression"):
        yield from in_a_condition(telling, sites, at.before)
    elif way.kind == "text" and (way.part, way.key) in FILLED:
        yield from in_braces(telling, of_texts, at.before)
    elif way.kind == "duration":
        for name in telling.mentions.names.of("param"):
            dotted = f"params.{name.word}"
            yield Proposal(name.word if "." in at.before else dotted, "param", telling.label(name))


# -------------------------------------------------------------------------------------------------------------- people


def _people(at: Caret, ways: Sequence[Allowed]) -> Iterator[Proposal]:
    """The people of the stories, where one acts or is named."""
    acts = any(way.part == "ActStep" and not way.key for way in ways) and (at.is_key or at.alone)
    named = not at.is_key and any(way.kind == "name" and (way.part, way.key) in PERSONS for way in ways)
    if not acts and not named:
        return
    people = [follow(at.tree.data, path) for path in (("defaults", "people"), (*at.path[:2], "people"))]
    for person in (person for several in people if isinstance(several, dict) for person in several):
        yield Proposal(str(person), "person", insert=f"{person}: " if acts else "")

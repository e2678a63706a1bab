"""What is told of the word under the pointer: what it is, its type, where it comes from, who sets and reads it?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from dyade.authoring.editing.grammar import Grammar
from dyade.authoring.editing.mentions import GRAMMAR, Mention
from dyade.authoring.editing.names import Name
from dyade.authoring.editing.pointing import covers, pointed
from dyade.authoring.editing.stories import GRAMMAR as OF_STORIES
from dyade.authoring.editing.stories import Told
from dyade.authoring.editing.telling import Telling
from dyade.program.diagnostics import Place
from dyade.program.tree import Path, Tree

SHOWN = 6
"""Places that a sentence names; the others are counted."""
SETS = frozenset(
    (
        *(("Effect", key) for key in ("set", "clear", "assign", "unassign", "certificate")),
        *(("EnrolmentEffect", key) for key in ("set", "status")),
        ("Form", "sets"),
        ("SetFields", "set"),
    )
)
RELATIONS: Mapping[tuple[str, str], str] = {
    ("Transition", "to"): "editing.hover.entered",
    ("Transition", "from"): "editing.hover.left",
    **dict.fromkeys(SETS, "editing.hover.set"),
}
"""What a place does with what it names; the others read it."""
READ = "editing.hover.read"
DETAILS = ("set_by", "by", "to", "assigned_by", "filled_by", "signed_by")


class Shown(NamedTuple):
    """Something to show, and about which letters."""

    place: Place
    markdown: str


def hover(telling: Telling, told: Told | None, line: int, column: int) -> Shown | None:
    """What is told of a position of the program."""
    mention = mention_at(telling.mentions.all, telling.mentions.place, line, column)
    if mention is not None:
        place = telling.mentions.place(mention)
        return Shown(place, described(telling, mention.name, told))
    return _provision(telling, line, column) or _key(GRAMMAR, telling.draft.tree, line, column, telling.lang)


def hover_in_stories(telling: Telling | None, told: Told, line: int, column: int, lang: str) -> Shown | None:
    """What is told of a position of a scenarios file."""
    mention = mention_at(told.all, told.place, line, column)
    if mention is not None and telling is not None:
        return Shown(told.place(mention), described(telling, mention.name, None))
    return _key(OF_STORIES, told.tree, line, column, lang)


def mention_at(mentions: Iterable[Mention], place: object, line: int, column: int) -> Mention | None:
    """The mention at a position."""
    assert callable(place)
    return next((mention for mention in mentions if covers(place(mention), line, column)), None)


def described(telling: Telling, name: Name, told: Told | None) -> str:
    """All that there is to tell of a name, in Markdown."""
    return "\n\n".join(filter(None, _paragraphs(telling, name, told)))


def _paragraphs(telling: Telling, name: Name, told: Told | None) -> Iterator[str]:
    label = telling.label(name)
    yield telling.say("editing.hover.title", kind=telling.kind(name), name=name.word) + (f" · {label}" if label else "")
    yield telling.help(name)
    kind = telling.type(name)
    yield telling.say("editing.hover.type", type=kind) if kind else ""
    yield from _details(telling, name)
    for cited in telling.cited(name):
        yield _quoted(telling, cited) or f"> **{cited}**"
    yield from _places(telling, name)
    lives = {told.owner(mention) for mention in told.all if mention.name == name} if told is not None else set()
    yield telling.say("editing.hover.told", n=len(lives)) if lives else ""


def _details(telling: Telling, name: Name) -> Iterator[str]:
    """Who acts on it, in the words of the file."""
    part = telling.part(name)
    for key in DETAILS if isinstance(part, dict) else ():
        value = part.get(key)
        words = [value] if isinstance(value, str) else value
        if isinstance(words, list):
            yield f"`{key}`: " + ", ".join(f"`{word}`" for word in words)


def _places(telling: Telling, name: Name) -> Iterator[str]:
    """The parts of the program that set it and that read it."""
    found: dict[str, dict[str, None]] = {}
    own = telling.at(name)
    for mention in telling.mentions.all:
        if mention.name == name and not mention.declares and mention.path[: len(own)] != own:
            relation = RELATIONS.get((mention.spot.part, mention.spot.key), READ)
            found.setdefault(relation, {})[telling.mentions.owner(mention)] = None
    for relation in dict.fromkeys((*RELATIONS.values(), READ)):
        if owners := [f"`{owner}`" for owner in found.get(relation, ())]:
            more = len(owners) - SHOWN
            list_ = ", ".join(owners[:SHOWN]) + (f" (+{more})" if more > 0 else "")
            yield telling.say(relation, list=list_)


def _quoted(telling: Telling, id_: str) -> str:
    """A provision in the words of its catalogue."""
    found = telling.provision(id_)
    if found is None:
        return ""
    provision, _file = found
    text = provision.text.get(telling.lang) or next(iter(provision.text.values()), "")
    return f"> **{provision.id}** {' '.join(text.split())}"


def _provision(telling: Telling, line: int, column: int) -> Shown | None:
    """A provision that is cited at a position."""
    found = pointed(telling.draft.tree, line, column)
    if found is None or found.is_key or "source" not in found.path:
        return None
    quoted = _quoted(telling, str(telling.draft.value(found.path)))
    return Shown(found.place, quoted) if quoted else None


def _key(grammar: Grammar, tree: Tree, line: int, column: int, lang: str) -> Shown | None:
    """What a key of the language is for."""
    found = pointed(tree, line, column)
    if found is None or not found.is_key:
        return None
    text = explained(grammar, tree, found.path, lang)
    return Shown(found.place, f"**`{found.path[-1]}`**\n\n{text}") if text else None


def explained(grammar: Grammar, tree: Tree, path: Path, lang: str) -> str:
    """The sentence of the language on the key at a path."""
    holders = grammar.at(tree, path[:-1])
    texts = (grammar.meaning(holder.part, str(path[-1]), lang) for holder in holders if not holder.key)
    return next((text for text in texts if text), "")

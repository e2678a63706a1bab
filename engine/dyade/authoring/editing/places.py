"""Where is a name declared, where is it said, and where does a provision stand in its catalogue?"""

from __future__ import annotations

from typing import NamedTuple

from dyade.authoring.editing.mentions import Mentions
from dyade.authoring.editing.names import Name
from dyade.authoring.editing.pointing import pointed
from dyade.authoring.editing.stories import Told
from dyade.authoring.editing.telling import Telling
from dyade.program.diagnostics import Findings, Place
from dyade.program.text import read


class InCatalogue(NamedTuple):
    """A provision, in the file of its catalogue."""

    file: str
    place: Place


def declaration(mentions: Mentions, name: Name) -> Place:
    """Where a name is declared."""
    return next(mentions.place(mention) for mention in mentions.all if mention.declares and mention.name == name)


def references(where: Mentions | Told | None, name: Name, *, declared: bool) -> tuple[Place, ...]:
    """Where a name is said, each place once; with or without its declaration."""
    wanted = (mention for mention in where.all if mention.name == name) if where is not None else ()
    found = (where.place(mention) for mention in wanted if declared or not mention.declares) if where else ()
    return tuple(sorted(dict.fromkeys(found)))


def provision_at(telling: Telling, line: int, column: int) -> InCatalogue | None:
    """The provision that is cited at a position, where its catalogue says it."""
    found = pointed(telling.draft.tree, line, column)
    if found is None or found.is_key or "source" not in found.path:
        return None
    cited = telling.provision(str(telling.draft.value(found.path)))
    if cited is None:
        return None
    provision, file = cited
    raw = telling.read_file(file)
    tree = read(raw, Findings()) if raw is not None else None
    return InCatalogue(file, tree.key_place(("provisions", provision.id))) if tree is not None else None

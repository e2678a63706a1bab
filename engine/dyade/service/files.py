"""Which files are attached to a dyad, and what is in one? Whoever reads what is confidential is noted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dyade.errors import NotFound, StoreTrouble
from dyade.flow.draft import Draft
from dyade.flow.dyad import Dyad
from dyade.flow.outcome import Context
from dyade.flow.plan import plan_of
from dyade.flow.tagged import sorted_json
from dyade.flow.telling import files as telling
from dyade.flow.telling.chapters import Stricter
from dyade.flow.telling.confidential import confidential, touched
from dyade.flow.telling.visibility import Reader
from dyade.flow.telling.words import Words
from dyade.program.program import Program
from dyade.service import queries
from dyade.service.access import Access
from dyade.service.attaching import Attachment, descriptions
from dyade.service.desk import Desk
from dyade.service.ports import DAMAGED, Reading, Writing


class Filed(NamedTuple):
    """A file that is attached to a dyad."""

    n: int
    """Its number, which no other file is given."""
    name: str
    size: int
    type: str
    path: str
    """Where the program asks for it: `forms.claims.receipt`."""
    label: str
    """What it is for, in words."""
    at: int
    """When it was given."""
    by: str
    """Who gave it."""


class _Seen(NamedTuple):
    filed: Filed
    place: str


def attached(desk: Desk, dyad: str, reader: str | None, lang: str) -> tuple[Filed, ...]:
    """List the files of a dyad that someone may see, in their order; each once for what it was asked for.

    A name may say as much as what it names: what is confidential is noted too.
    """
    found, guarded = _seen(desk, dyad, reader, lang)
    listed = tuple(one.filed for one in found)
    _note(desk, dyad, reader, guarded, listed)
    return listed


def opened(desk: Desk, dyad: str, n: int, reader: str | None) -> Attachment:
    """Give a file of a dyad; what is confidential is noted before it is given."""
    found, guarded = _seen(desk, dyad, reader, "fr")
    one = next((one for one in found if one.filed.n == n), None)
    if one is None:
        raise NotFound("file", str(n))
    content = desk.look(lambda view: view.content(one.place))
    if content is None or content == DAMAGED:
        raise StoreTrouble("damaged", f"{dyad}: {n}")
    _note(desk, dyad, reader, guarded, (one.filed,))
    return Attachment(name=one.filed.name, content=content)


def _note(desk: Desk, dyad: str, reader: str | None, guarded: tuple[str, ...], read: tuple[Filed, ...]) -> None:
    """Note that someone reads of files which another gave, and which not everybody may see."""
    what = touched(guarded, frozenset(one.path for one in read if one.by != reader)) if guarded else ()
    if reader is None or not what:
        return
    access = Access(desk.now(), reader, dyad, " ".join(what))

    def work(transaction: Writing) -> None:
        transaction.note_access(*access)
        transaction.commit()

    desk.write(work)


def _seen(desk: Desk, dyad: str, reader: str | None, lang: str) -> tuple[list[_Seen], tuple[str, ...]]:
    """The files that someone may see, and the paths of what is confidential in all that they see."""
    chapters = queries.chapters(desk, dyad)
    records = tuple(record for chapter in chapters for record in chapter.records)

    def ask(program: Program, present: Dyad, context: Context) -> tuple[list[telling.Told], tuple[str, ...]]:
        told = list(_told(program, present, chapters, context, reader, lang))
        return told, confidential(program, present, context, reader, records) if reader is not None else ()

    told, guarded = queries.at_present(desk, dyad, ask, reader)
    kept = desk.look(lambda view: _kept(view, dyad))
    found: dict[tuple[str, str], _Seen] = {}
    for one in told:
        key = one.path, sorted_json(one.said)
        if key in kept and key not in found:
            n, place = kept[key]
            name, size, kind = str(one.said["name"]), int(one.said["size"]), str(one.said["type"])
            found[key] = _Seen(Filed(n, name, size, kind, one.path, one.label, one.at, one.by), place)
    return sorted(found.values()), guarded


def _told(
    program: Program,
    dyad: Dyad,
    chapters: tuple[queries.Chapter, ...],
    context: Context,
    reader: str | None,
    lang: str,
) -> Iterator[telling.Told]:
    """What each part of a life tells of files, by the rules of then and of today."""
    today = Reader(Draft(plan_of(program), dyad, context), reader)
    *past, present = chapters
    for chapter in past:
        roles = chapter.program.model.roles
        held = {role: holders for role, holders in dyad.holdings.items() if role in roles}
        then = Draft(plan_of(chapter.program), chapter.dyad._replace(holdings=held), context)
        words = Words(then.plan, lang, context.names)
        yield from telling.files(Stricter(then, today), chapter.records, words)
    yield from telling.files(today, present.records, Words(today.draft.plan, lang, context.names))


def _kept(view: Reading, dyad: str) -> dict[tuple[str, str], tuple[int, str]]:
    """What a path says of each file that is kept -> its number, and where its content stands."""
    rows = {(one.seq, one.i, one.position): one for one in view.files(dyad)}
    found: dict[tuple[str, str], tuple[int, str]] = {}
    for said in view.said_of_files(dyad):
        for position, one in enumerate(descriptions(said.value)):
            row = rows.get((said.seq, said.i, position))
            if row is not None:
                found.setdefault((said.path, sorted_json(one)), (row.n, row.place))
    return found

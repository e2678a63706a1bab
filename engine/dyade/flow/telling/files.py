"""Which files of a dyad may someone see, and what are they for?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from dyade.flow import messages as r
from dyade.flow.draft import Draft
from dyade.flow.tagged import ERASED
from dyade.flow.telling.visibility import Reader
from dyade.flow.telling.words import Words
from dyade.program.conditions.types import EMPTY, ListOf
from dyade.program.data import DatumPath, is_file


class Told(NamedTuple):
    """A file that a record speaks of."""

    said: Mapping[str, Any]
    path: str
    """Where the program asks for it: `forms.claims.receipt`."""
    label: str
    """What it is for, in words."""
    revision: int
    at: int
    by: str
    """Who gave it."""


def files(reader: Reader, records: tuple[r.Record, ...], words: Words) -> Iterator[Told]:
    """The files that a reader may see among those that records speak of, in their order."""
    draft = reader.draft
    for record in records:
        for path, value in _values(record):
            datum = draft.plan.program.data.get(path)
            if datum is None or not is_file(datum.type) or value in (None, EMPTY, ERASED):
                continue
            by = _author(draft, record)
            if not _sees(reader, record, path, by):
                continue
            for one in value if isinstance(datum.type, ListOf) else (value,):
                label = _label(words, path)
                yield Told(one, ".".join(path), label, record.head.revision, record.head.at, by)


def _values(record: r.Record) -> Iterator[tuple[DatumPath, Any]]:
    """What a record gives to the data of a program."""
    match record:
        case r.Filled() | r.Corrected():
            base: DatumPath = ("forms", record.form)
            given = record.data
        case r.Stepped():
            base, given = ("steps", record.form, record.step), record.input
        case r.Moved() | r.Assented():
            base, given = ("transitions", record.transition), record.input
        case r.FieldSet():
            base, given = ("fields",), {record.field: record.value}
        case _:
            return
    for name, value in given.items():
        yield (*base, name), value


def _author(draft: Draft, record: r.Record) -> str:
    """Who gave it; of an entry, who filled it, even where another put it right."""
    if isinstance(record, r.Filled | r.Corrected):
        entries = draft.entries.get(record.form, ())
        if record.entry <= len(entries):
            return entries[record.entry - 1].by
    return record.head.actor


def _sees(reader: Reader, record: r.Record, path: DatumPath, by: str) -> bool:
    if path[0] == "forms":
        return reader.sees_entry_datum(path[1], path[2], by)
    if isinstance(record, r.Stepped):
        entries = reader.draft.entries.get(record.form, ())
        if record.entry > len(entries) or not reader.sees_entry(record.form, entries[record.entry - 1].by):
            return False
    if isinstance(record, r.Moved | r.Assented) and not reader.sees_transition(record.transition, by):
        return False
    return reader.sees_datum(path)


def _label(words: Words, path: DatumPath) -> str:
    label = words.datum(path)
    if path[0] in ("forms", "steps"):
        return f"{words.form(path[1])} › {label}"
    return f"{words.transition(path[1])} › {label}" if path[0] == "transitions" else label

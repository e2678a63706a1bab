"""The records of a life as a store keeps them: JSON, with what concerns people apart, where it can be erased."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from json import dumps, loads
from typing import NamedTuple

from dyade.flow import messages as c
from dyade.flow.anonymous import Nobody, anonymous
from dyade.flow.codec import Holdings, RecordCodec, Sealed
from dyade.flow.dyad import Dyad
from dyade.flow.evolve import fold
from dyade.program.program import Program


class Row(NamedTuple):
    """One record."""

    kind: str
    head: str
    body: str
    seals: list[Sealed | None]
    """`None` where it was erased."""
    version: int


class Journal:
    """All that is kept of one life."""

    def __init__(self, program: Program) -> None:
        self.versions = [program]
        self.rows: list[Row] = []
        self.names: Mapping[str, str] = {}
        """What the second version calls otherwise."""

    def write(self, records: Sequence[c.Record], before: Dyad | None, after: Dyad, program: Program) -> None:
        """Keep the records of a decision, each in the words of the version that it is of."""
        holdings: Holdings = after.holdings
        if before is not None and before.holdings is not holdings:
            roles = dict.fromkeys((*before.holdings, *holdings))
            holdings = {role: holdings.get(role) or before.holdings.get(role, ()) for role in roles}
        for record in records:
            if isinstance(record, c.Migrated):
                self.versions.append(program)
                self.names = record.names or {}
            encoded = _codec(self.versions[-1]).encode(record, holdings, lambda: b"salt")
            row = Row(encoded.kind, dumps(record.head), encoded.body, [*encoded.sealed], len(self.versions) - 1)
            self.rows.append(row)

    def subjects(self) -> list[str]:
        """Whose data are there."""
        return sorted({seal.subject for row in self.rows for seal in row.seals if seal is not None})

    def forget(self, person: str) -> int:
        """Erase what concerns a person; tell how much there was."""
        count = 0
        for row in self.rows:
            for at, seal in enumerate(row.seals):
                if seal is not None and seal.subject == person:
                    row.seals[at] = None
                    count += 1
        return count

    def without(self, what: Sequence[str], keep: Sequence[str], until: int) -> Journal:
        """A copy without what time erased: `dyad`, or what some forms gave, in the first so many records."""
        copy, last = Journal(self.versions[0]), self.rows[until].version
        copy.versions = self.versions
        for n, row in enumerate(self.rows):
            form = loads(row.body).get("form")
            said = "" if form is None else f"forms.{form}"
            said = f"forms.{self.names[said]}" if said in self.names and row.version < last else said
            gone = n < until and (("dyad" in what and said not in keep) or said in what)
            copy.rows.append(row._replace(seals=[None for _ in row.seals]) if gone else row)
        return copy

    def anonymous(self, records: Sequence[c.Record]) -> list[c.Record]:
        """The first so many records, of nobody in particular."""
        nobody = Nobody()
        versions = (self.versions[row.version] for row in self.rows)
        return [anonymous(program, record, nobody) for program, record in zip(versions, records, strict=False)]

    def read(self) -> Iterator[c.Record]:
        """The records, as they can still be read."""
        for row in self.rows:
            sealed = {at: None if seal is None else seal.value or None for at, seal in enumerate(row.seals)}
            head = c.Head(*loads(row.head))
            yield _codec(self.versions[row.version]).decode(row.kind, head, row.body, sealed)

    def fold(self, id_: str) -> Dyad:
        """The dyad that they make."""
        return fold(self.versions[0], id_, self.read(), {one.behaviour: one for one in self.versions[1:]})


_CODECS: dict[int, tuple[Program, RecordCodec]] = {}


def _codec(program: Program) -> RecordCodec:
    known = _CODECS.get(id(program))
    if known is None or known[0] is not program:
        if len(_CODECS) > 4:
            _CODECS.clear()
        known = _CODECS[id(program)] = (program, RecordCodec(program))
    return known[1]

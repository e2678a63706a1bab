"""Is everything that is kept whole? Each chain is followed, each dyad folded again from its records and compared.

Of a broken chain, the first bad record is named: what follows it cannot be trusted either.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from dyade.flow.codec import FIRST_LINK, commitment, commitments, link
from dyade.flow.evolve import fold
from dyade.flow.messages import Record
from dyade.service import journal
from dyade.service.ports import Reading, StoredDyad, StoredRecord, StoredSeal
from dyade.service.programs import Known, Programs, Unread

Seals = Mapping[int, Mapping[int, StoredSeal]]


class Problem(NamedTuple):
    """Something that is not as it was kept."""

    code: str
    """`verify.<code>` names its sentence in the catalogue of answers."""
    dyad: str
    seq: int
    """The first bad record; 0 where the fault is not in one."""
    detail: str


class Verified(NamedTuple):
    """What was looked at, and what was found."""

    dyads: int
    records: int
    problems: tuple[Problem, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


class _Broken(Exception):
    """The first thing that is wrong with a dyad."""

    def __init__(self, code: str, seq: int = 0, detail: str = "-") -> None:
        super().__init__(code, seq, detail)
        self.code = code
        self.seq = seq
        self.detail = detail


def verify(view: Reading, programs: Programs) -> Verified:
    """Look at everything."""
    problems = [Problem("database", "-", 0, said) for said in view.damage()]
    dyads = records = last = 0
    for row in view.heads():
        problems += [Problem("dyad_missing", f"D-{number}", 0, "-") for number in range(last + 1, row.number)]
        dyads, last = dyads + 1, row.number
        kept = view.records(row.id)
        records += len(kept)
        try:
            _check(view, programs, row, kept)
        except _Broken as broken:
            problems.append(Problem(broken.code, row.id, broken.seq, broken.detail))
    problems += [Problem("stray", dyad, seq, "-") for seq, dyad in view.strays()]
    return Verified(dyads, records, tuple(problems))


def _check(view: Reading, programs: Programs, row: StoredDyad, kept: list[StoredRecord]) -> None:
    seals = view.sealed(row.id)
    last = follow(row.id, kept)
    if len(kept) < row.rank:
        raise _Broken("truncated", kept[-1].seq if kept else 0, f"{len(kept)}/{row.rank}")
    if (last, len(kept)) != (row.hash, row.rank):
        raise _Broken("head", kept[-1].seq if kept else 0)
    for one in kept:
        _check_seals(one, seals.get(one.seq, {}))
    known = _known(view, programs, row)
    _compare(known, row, [_record(known, one, seals) for one in kept])


def follow(dyad: str, kept: list[StoredRecord]) -> bytes:
    """Follow a chain, and give the hash of its last record."""
    last, revision, n = FIRST_LINK, 0, 0
    for one in kept:
        if (one.head.revision, one.n) not in ((revision, n + 1), (revision + 1, 1)):
            raise _Broken("gap", one.seq)
        revision, n = one.head.revision, one.n
        try:
            last = link(last, dyad, n, one.kind, one.head, one.body)
        except (TypeError, ValueError):
            raise _Broken("changed", one.seq) from None
        if last != one.hash:
            raise _Broken("changed", one.seq)
    return last


def _check_seals(one: StoredRecord, seals: Mapping[int, StoredSeal]) -> None:
    """What is sealed is what the record committed to; what was erased is gone with its salt."""
    promised = commitments(one.body)
    if len(promised) != len(seals):
        raise _Broken("sealed", one.seq)
    for place, expected in enumerate(promised):
        salt, value = seals.get(place, StoredSeal(b"", ""))
        if salt is None and value is None:
            continue
        if salt is None or value is None or commitment(salt, value) != expected:
            raise _Broken("sealed", one.seq)


def _known(view: Reading, programs: Programs, row: StoredDyad) -> Known:
    try:
        return programs.pinned(row.program, row.behaviour)
    except Unread as asked:
        try:
            programs.read(view, asked.program, asked.behaviour)
            return programs.pinned(row.program, row.behaviour)
        except Exception as error:
            raise _Broken("program", 0, type(error).__name__) from error


def _record(known: Known, one: StoredRecord, seals: Seals) -> Record:
    try:
        return journal.read(known, one, seals)
    except Exception as error:
        raise _Broken("unreadable", one.seq, type(error).__name__) from error


def _compare(known: Known, row: StoredDyad, records: list[Record]) -> None:
    try:
        folded = fold(known.program, row.id, records)
        kept = known.snapshots.decode(row.public, row.private)
    except Exception as error:
        raise _Broken("unreadable", 0, type(error).__name__) from error
    if folded != kept or (kept.revision, kept.behaviour) != (row.revision, row.behaviour):
        different = [name for name, a, b in zip(kept._fields, folded, kept, strict=True) if a != b]
        raise _Broken("snapshot", 0, ", ".join(different) or "revision")

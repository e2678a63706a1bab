"""Is everything that is kept whole? Each chain is followed, each dyad folded again from its records and compared.

Of a broken chain, the first bad record is named: what follows it cannot be trusted either.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from dyade.errors import StoreTrouble
from dyade.flow.codec import FIRST_LINK, commitment, commitments, link
from dyade.flow.dyad import Dyad
from dyade.flow.messages import Record
from dyade.service import journal
from dyade.service.attaching import amiss
from dyade.service.counted import Heard, counted_of
from dyade.service.journal import Lives
from dyade.service.ports import Filter, Listed, Reading, StoredDyad, StoredRecord, StoredSeal
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


def verify(view: Reading, programs: Programs, heard: Heard | None = None) -> Verified:
    """Look at everything; `heard` hears how many dyads were looked at."""
    problems = [Problem("database", "-", 0, said) for said in view.damage()]
    dyads = records = last = 0
    shares: dict[tuple[str, str, str, str], int] = {}
    lines = {one.id: one for one in view.dyads(Filter())}
    for row in counted_of(heard, view.heads(), len(lines)):
        problems += [Problem("dyad_missing", f"D-{number}", 0, "-") for number in range(last + 1, row.number)]
        dyads, last = dyads + 1, row.number
        kept = view.records(row.id)
        records += len(kept)
        try:
            for key, share in _check(view, programs, row, kept, lines[row.id]).shares.items():
                shares[row.id, row.program, *key] = share
            problems += _files(view, programs, row)
        except _Broken as broken:
            problems.append(Problem(broken.code, row.id, broken.seq, broken.detail))
    problems += [Problem("stray", dyad, seq, "-") for seq, dyad in view.strays()]
    if not problems:
        problems += _recounted(view, shares)
    return Verified(dyads, records, tuple(problems))


def _files(view: Reading, programs: Programs, row: StoredDyad) -> Iterator[Problem]:
    """The contents of attached files are there, and are what was attached."""
    lives = _lives(view, programs, row)
    paths = frozenset(path for _, _, known in lives for path in known.attached)
    if paths:
        yield from (Problem(code, row.id, seq, detail) for code, seq, detail in amiss(view, row.id, paths))


def _recounted(view: Reading, shares: Mapping[tuple[str, str, str, str], int]) -> list[Problem]:
    """What dyads share is counted as their records say; told where it is not."""
    kept = {row[:4]: (row[4], row[5]) for row in view.shares()}
    said = {key: (share, share == 0 and key[2].startswith("quotas.")) for key, share in shares.items()}
    wrong = [key for key in dict.fromkeys((*said, *kept)) if kept.get(key) != said.get(key)]
    problems = [Problem("share", key[0], 0, " ".join(filter(None, key[2:]))) for key in wrong]
    sums: dict[tuple[str, str, str], int] = {}
    for (_, program, counter, person), share in shares.items():
        sums[program, counter, person] = sums.get((program, counter, person), 0) + share
    counted = {row[:3]: row[3] for row in view.sums()}
    for one in dict.fromkeys((*sums, *counted)):
        if counted.get(one, 0) != sums.get(one, 0):
            name = " ".join(filter(None, one))
            problems.append(Problem("counter", "-", 0, f"{name}: {counted.get(one, 0)}, {sums.get(one, 0)}"))
    return problems


def _check(view: Reading, programs: Programs, row: StoredDyad, kept: list[StoredRecord], line: Listed) -> Dyad:
    seals = view.sealed(row.id)
    last = follow(row.id, kept)
    if len(kept) < row.rank:
        raise _Broken("truncated", kept[-1].seq if kept else 0, f"{len(kept)}/{row.rank}")
    if (last, len(kept)) != (row.hash, row.rank):
        raise _Broken("head", kept[-1].seq if kept else 0)
    for one in kept:
        _check_seals(one, seals.get(one.seq, {}))
    known = _known(view, programs, row)
    folded = _folded(_lives(view, programs, row), row.id, kept, seals)
    _compare(known, row, folded)
    _compare_line(known, line, folded)
    try:
        view.dyad(row.id)
    except StoreTrouble:
        # All else is as it was: what is left is the instant at which time would come.
        raise _Broken("snapshot", 0, "next_due") from None
    return folded


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


def _lives(view: Reading, programs: Programs, row: StoredDyad) -> Lives:
    """The versions that it lived by: the chain was followed, so that the records say which."""
    return Lives(
        (since, _known(view, programs, row._replace(behaviour=behaviour))) for since, behaviour in view.lives(row.id)
    )


def _folded(lives: Lives, dyad: str, kept: list[StoredRecord], seals: Seals) -> Dyad:
    records: list[Record] = []
    try:
        for one in kept:
            records.append(journal.read(lives.at(one.head.revision), one, seals))  # noqa: PERF401 (how far it came is told)
        return lives.fold(dyad, records)
    except Exception as error:
        bad = kept[min(len(records), len(kept) - 1)].seq
        raise _Broken("unreadable", bad, type(error).__name__) from error


def _compare(known: Known, row: StoredDyad, folded: Dyad) -> None:
    """The dyad as it was kept stands where its records lead."""
    try:
        stands = known.snapshots.decode(row.public, row.private)
    except Exception as error:
        raise _Broken("snapshot", 0, type(error).__name__) from error
    if folded != stands or (stands.revision, stands.behaviour) != (row.revision, row.behaviour):
        different = [name for name, a, b in zip(stands._fields, folded, stands, strict=True) if a != b]
        raise _Broken("snapshot", 0, ", ".join(different) or "revision")


def _compare_line(known: Known, line: Listed, dyad: Dyad) -> None:
    """What lists are made from says the same as the dyad."""
    leaf = dyad.leaves[""]
    people = sorted((role, holding.person) for role, held in dyad.holdings.items() for holding in held)
    expected = line._replace(
        program=dyad.program,
        behaviour=dyad.behaviour,
        created_at=dyad.created_at,
        at=dyad.at,
        leaf=leaf,
        outcome=known.ending(leaf),
        people=tuple(people),
    )
    if line != expected:
        different = [name for name, a, b in zip(line._fields, line, expected, strict=True) if a != b]
        raise _Broken("snapshot", 0, ", ".join(different))

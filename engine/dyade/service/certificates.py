"""Which numbers do certificates bear, how many were given before, and what does one attest to?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from dyade.errors import NotFound
from dyade.flow import messages as r
from dyade.flow.codec import written_day
from dyade.flow.draft import Draft
from dyade.flow.dyad import Dyad
from dyade.flow.outcome import Context
from dyade.flow.plan import plan_of
from dyade.flow.telling.visibility import Reader
from dyade.program.model import Text
from dyade.program.program import Program
from dyade.service.ports import Reading, StoredCertificate

Given = tuple[StoredCertificate, ...]
Ended = tuple[tuple[str, str], ...]


class Attested(NamedTuple):
    """All that a certificate says: nothing in it tells why its holder was eligible."""

    dyad: str
    certificate: str
    number: str
    holder: str
    """The name that it bears."""
    title: Text
    text: Text | None
    issuer: Text
    given_by: str
    """The name of whoever gave it for the issuer; empty where nobody is named, or where they are known no more."""
    issued_on: str
    replaces: str | None
    revoked_on: str | None


class Counted(Mapping[int, int]):
    """Year -> how many certificates a program has issued in it, looked up as they are asked for."""

    __slots__ = ("_program", "_view")

    def __init__(self, view: Reading, program: str) -> None:
        self._view = view
        self._program = program

    def __getitem__(self, year: int) -> int:
        return self._view.certified(self._program, year)

    def __iter__(self) -> Iterator[int]:
        return iter(())

    def __len__(self) -> int:
        return 0


def numbered(dyad: Dyad, records: Iterable[r.Record]) -> tuple[Given, Ended]:
    """The numbers that a decision gives, and those that it ends."""
    given: list[StoredCertificate] = []
    ended: list[tuple[str, str]] = []
    for record in records:
        if isinstance(record, r.Certified | r.CertificateReissued):
            replaces = record.replaces if isinstance(record, r.CertificateReissued) else ""
            year = date.fromordinal(record.head.on).year
            name, number = record.certificate, record.number
            given.append(StoredCertificate(dyad.program, year, record.sequence, number, dyad.id, name, replaces, None))
            if replaces:
                ended.append((replaces, written_day(record.head.on)))
        elif isinstance(record, r.CertificateRevoked):
            ended.append((record.number, written_day(record.head.on)))
    return tuple(given), tuple(ended)


def attested(
    program: Program,
    dyad: Dyad,
    context: Context,
    records: Sequence[r.Record],
    reader: str | None,
    name_of: Callable[[str], str],
) -> tuple[Attested, ...]:
    """The certificates of a dyad that a reader may see, oldest first."""
    view = Reader(Draft(plan_of(program), dyad, context), reader)
    found: list[Attested] = []
    kept = {one.dropped: one.kept for one in records if isinstance(one, r.Merged)}
    for record in records:
        if not isinstance(record, r.Certified | r.CertificateReissued):
            continue
        if not view.sees_certificate(record.certificate, record.person):
            continue
        declared = program.model.certificates[record.certificate]
        issued = next(one for one in dyad.certificates[record.certificate] if one.number == record.number)
        if not isinstance(record.name, str):
            raise NotFound("certificate", record.number)
        found.append(
            Attested(
                dyad.id,
                record.certificate,
                record.number,
                record.name,
                declared.title,
                declared.text,
                declared.issued_by or program.model.owner or program.model.title,
                "" if record.issuer is None else name_of(kept.get(record.issuer, record.issuer)),
                written_day(issued.on),
                issued.replaces,
                None if issued.revoked_on is None else written_day(issued.revoked_on),
            )
        )
    return tuple(found)

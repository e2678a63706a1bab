"""What comes of two ids that are of one person? All that is under the dropped one comes under the kept one, or nothing.

    1  the register: enrolments, attributes, address            what is known of both; the kept one's own words win
    2  each dyad that names either of them                       a record; refused where each has a part of their own
    3  the dropped id stands for the kept one                    names, messages, exports and erasures follow

All of it lies in one transaction. A preview does the same, and keeps nothing.
"""

from __future__ import annotations

from typing import NamedTuple

from dyade.errors import NotFound
from dyade.flow.codec import normal
from dyade.flow.messages import SYSTEM, ChangeAttributes, MergePersons
from dyade.flow.outcome import Reason, Refusal
from dyade.service.desk import Desk
from dyade.service.door import act_within
from dyade.service.ports import ACTIVE, Enrolment, Person, Reading, Writing
from dyade.service.registry import Lasting, tell


class Touched(NamedTuple):
    """A dyad that names one of the two, and why it stands in the way."""

    dyad: str
    program: str
    roles: tuple[str, ...]
    """The roles that the dropped id holds in it."""
    reasons: tuple[Reason, ...]


class Merging(NamedTuple):
    """What a merge does, or would do."""

    kept: Person
    dropped: Person
    dyads: tuple[Touched, ...]
    enrolments: tuple[tuple[str, str], ...]
    """(program, role) that the dropped id leaves to the kept one."""
    reasons: tuple[Reason, ...]
    """Why it cannot be at all."""

    @property
    def refused(self) -> bool:
        """Whether anything stands in the way; nothing was changed then."""
        return bool(self.reasons) or any(one.reasons for one in self.dyads)


def merge(desk: Desk, kept: str, dropped: str, *, keep: bool = True) -> Merging:
    """Bring two ids of one person together under the first; without `keep`, only look at what would come of it."""

    def work(transaction: Writing) -> Merging:
        transaction.alone()
        made, lasting = _merge(desk, transaction, normal(kept), normal(dropped))
        if keep and not made.refused:
            transaction.commit()
            for lasts in lasting:
                lasts()
        return made

    return desk.write(work)


def _merge(desk: Desk, transaction: Writing, kept: str, dropped: str) -> tuple[Merging, Lasting]:
    one, other = (_known(transaction, id_) for id_ in (kept, dropped))
    lasting: Lasting = []
    reasons = tuple(_unfit(transaction, kept, dropped))
    if reasons:
        return Merging(one, other, (), (), reasons), lasting
    now = desk.now()
    enrolments = _enrolments(transaction, kept, dropped, now)
    attributes = {**other.attributes, **one.attributes}
    transaction.change_person(one._replace(attributes=attributes, address=one.address or other.address), now)
    about = dict.fromkeys((*transaction.dyads_about(dropped), *transaction.dyads_about(kept)))
    touched = tuple(_in_dyad(desk, transaction, id_, (kept, dropped), lasting) for id_ in about)
    made = Merging(one, other, touched, enrolments, ())
    if made.refused:
        return made, lasting
    preference = transaction.preference(dropped)
    if preference is not None and transaction.preference(kept) is None:
        transaction.keep_preference(preference._replace(person=kept))
    transaction.merge_person(kept, dropped, now)
    dyads = [dyad for dyad, _ in transaction.dyads_of(kept)]
    _, after = tell(desk, transaction, ChangeAttributes(SYSTEM, kept, attributes), dyads)
    return made, [*lasting, *after]


def _known(view: Reading, id_: str) -> Person:
    found = view.person(id_)
    if found is None:
        raise NotFound("person", id_)
    return found


def _unfit(view: Reading, kept: str, dropped: str) -> list[Reason]:
    """Why two ids cannot be brought together, whatever their dyads say."""
    found = []
    if kept == dropped:
        found.append(Reason("merge_same", kept, {"person": kept}))
    for id_ in dict.fromkeys((kept, dropped)):
        into = view.merged_into(id_)
        if into is not None:
            found.append(Reason("merged_before", id_, {"dropped": id_, "person": into}))
        elif view.is_erased(id_):
            found.append(Reason("merge_erased", id_, {"dropped": id_}))
    return found


def _enrolments(transaction: Writing, kept: str, dropped: str, now: int) -> tuple[tuple[str, str], ...]:
    """Enrol the one who is kept wherever the other is; where both are, what the kept one said wins."""
    mine = {(one.program, one.role): one for one in transaction.enrolments_of(kept)}
    found = []
    for one in transaction.enrolments_of(dropped):
        place = (one.program, one.role)
        transaction.enrol(_joined(mine.get(place), one._replace(person=kept)), now)
        found.append(place)
    return tuple(found)


def _joined(mine: Enrolment | None, other: Enrolment) -> Enrolment:
    if mine is None:
        return other
    return mine._replace(
        capacity=other.capacity if mine.capacity is None else mine.capacity,
        profile={**other.profile, **mine.profile},
        status=ACTIVE if ACTIVE in (mine.status, other.status) else mine.status,
    )


def _in_dyad(desk: Desk, transaction: Writing, id_: str, persons: tuple[str, str], lasting: Lasting) -> Touched:
    kept, dropped = persons
    row = transaction.dyad(id_)
    if row is None:
        raise NotFound("dyad", id_)
    holdings = desk.opened(row)[1].snapshot.dyad.holdings
    roles = tuple(role for role, held in holdings.items() if any(one.person == dropped for one in held))
    outcome, lasts = act_within(desk, transaction, row, MergePersons(SYSTEM, kept, dropped), desk.now())
    lasting.append(lasts)
    reasons = outcome.reasons if isinstance(outcome, Refusal) else ()
    return Touched(id_, row.program, roles, reasons)

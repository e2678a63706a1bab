"""How are a person's data erased, from every dyad and from the register, so that no copy of the store gives them back?

    1  the erasure is registered beside the keys                       whatever happens then, it will be done
    2  one transaction: values, messages, answers, the register        each dyad is folded again, and told
    3  the keys are destroyed                                          old copies of the store are unreadable there

A store that is opened is told of what was registered and not done in it: it was cut short, or restored from a copy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from dyade.errors import NotFound
from dyade.flow.codec import normal
from dyade.flow.messages import SYSTEM, NoteErasure
from dyade.flow.retention import ENROLMENT, scope_of
from dyade.service.anonymising import anonymise
from dyade.service.desk import Desk
from dyade.service.door import act_within
from dyade.service.journal import folded
from dyade.service.ports import Asked, Reading, StoredDyad, Writing
from dyade.service.unpaired import erase_again

REQUEST = "request"
"""Why data were erased, where no rule of a program asked for it."""
Lasting = list[Callable[[], None]]


class Erased(NamedTuple):
    """What was erased; nothing where it was done before."""

    n: int
    """The number of the erasure in the register beside the keys; 0 where there was nothing left to erase."""
    dyads: tuple[str, ...]
    values: int


def erase(desk: Desk, person: str, reason: str) -> Erased:
    """Erase the data of a person; a second time does nothing."""

    def look(view: Reading) -> tuple[str, ...]:
        found = view.person(normal(person))
        if found is None:
            raise NotFound("person", person)
        # Whoever was entered twice is erased under each id.
        return () if view.is_erased(found.id) else (*view.aliases(found.id), found.id)

    ids = desk.look(look)
    vault = desk.store.vault
    asked = [(vault.ask_to_erase(id_, "", "", reason, desk.now()), id_) for id_ in ids]
    done = [_apply(desk, n, id_) for n, id_ in asked]
    # Of an erasure that the disk cut short, keys may be left.
    catch_up(desk)
    dyads = tuple(dict.fromkeys(dyad for one in done for dyad in one.dyads))
    return Erased(done[-1].n if done else 0, dyads, sum(one.values for one in done))


def catch_up(desk: Desk) -> tuple[Erased, ...]:
    """Do what was registered, and is not done in this store."""
    asked = desk.store.vault.erasures()
    if not asked:
        return ()
    done = desk.look(lambda view: view.erasures())
    found = []
    for one in asked:
        if one.n not in done and one.what.startswith(f"{ENROLMENT} "):
            erase_again(desk, one.n, _whom(desk, one.owner), one.what)
        elif one.n not in done:
            found.append(_purge(desk, one) if one.dyad else _apply(desk, one.n, _whom(desk, one.owner)))
        elif one.open:
            desk.store.vault.destroy(one.n)
    return tuple(found)


def _whom(desk: Desk, owner: str) -> str:
    """The person that a digest stands for; an older copy may not know them."""
    ids = desk.look(lambda view: view.person_ids())
    return next((id_ for id_ in ids if desk.store.vault.owner(id_) == owner), "")


def _apply(desk: Desk, n: int, person: str) -> Erased:
    vault = desk.store.vault

    def work(transaction: Writing) -> Erased:
        # Whoever hides something meanwhile must do so under the keys that come after.
        transaction.alone()
        if n in transaction.erasures():
            return Erased(n, (), 0)
        now = desk.now()
        dyads = transaction.dyads_about(person) if person else []
        vault.retire(n, person, dyads)
        transaction.turn_keys()
        values = 0
        lasting: Lasting = []
        for dyad in dyads:
            values += _erase_within(desk, transaction, dyad, person, now, lasting)
        if person:
            transaction.erase_person(person, now)
        transaction.note_erasure(n, now, len(dyads), values)
        transaction.commit()
        for lasts in lasting:
            lasts()
        return Erased(n, tuple(dyads), values)

    erased = desk.write(work)
    vault.destroy(n)
    return erased


def _purge(desk: Desk, asked: Asked) -> Erased:
    """Erase from an older copy what time had erased from a dyad; time will tell the dyad again."""
    vault = desk.store.vault

    def work(transaction: Writing) -> Erased:
        transaction.alone()
        if asked.n in transaction.erasures():
            return Erased(asked.n, (), 0)
        values = 0
        vault.retire_within(asked.n, asked.dyad, asked.what)
        transaction.turn_keys()
        if transaction.has_dyad(asked.dyad):
            values = transaction.erase_within(asked.dyad, asked.what)
            transaction.erase_words(asked.dyad)
            row = _written_anew(desk, transaction, asked.dyad)
        transaction.note_erasure(asked.n, desk.now(), 1, values)
        if transaction.has_dyad(asked.dyad) and scope_of(asked.what).anonymous:
            anonymise(desk, transaction, row, asked.reason, desk.now())
        transaction.commit()
        return Erased(asked.n, (asked.dyad,), values)

    erased = desk.write(work)
    vault.destroy(asked.n)
    return erased


def _written_anew(desk: Desk, transaction: Writing, dyad: str) -> StoredDyad:
    """Make a dyad anew from what its records still say."""
    head = transaction.head(dyad)
    known = desk.programs.pinned(head.program, head.behaviour)
    snapshot = known.snapshots.encode(folded(transaction, desk.programs, head))
    row = head._replace(public=snapshot.public_text, private=snapshot.private_text)
    transaction.rewrite(row)
    return row


def _erase_within(desk: Desk, transaction: Writing, dyad: str, person: str, now: int, lasting: Lasting) -> int:
    """Erase what one dyad keeps of a person, and make it anew from what its records still say."""
    values = transaction.erase_values(dyad, person)
    transaction.erase_words(dyad)
    row = _written_anew(desk, transaction, dyad)
    if values:
        _, lasts = act_within(desk, transaction, row, NoteErasure(SYSTEM, REQUEST, values), now)
        lasting.append(lasts)
    return values

"""Who is known, where are they enrolled, and how do their dyads learn what changed about them?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from dyade.errors import NotFound, Taken
from dyade.flow.anonymous import PREFIX
from dyade.flow.codec import normal
from dyade.flow.given import Asked
from dyade.flow.messages import CLOCK, SYSTEM, ChangeAttributes
from dyade.flow.outcome import Decision, Reason, Refusal
from dyade.program.conditions import types
from dyade.program.conditions.values import parse_value
from dyade.service import enrolling
from dyade.service.answers import spell
from dyade.service.desk import Desk
from dyade.service.door import act_within
from dyade.service.ports import ACTIVE, Enrolment, Person, Reading, Writing
from dyade.service.programs import Known

Outcomes = tuple[Decision | Refusal, ...]
Lasting = list[Callable[[], None]]
"""What is remembered once a transaction lasts."""


def add_person(desk: Desk, person: Person) -> Person:
    """Add someone; `Taken` if that id is another's, `ValueRefused` if it cannot be an id."""
    wanted = Person._make(map(spell, person))
    parse_value(types.Person(), wanted.id)
    if wanted.id in (CLOCK, SYSTEM) or wanted.id.startswith(PREFIX):
        raise Taken("person", wanted.id)

    def add(transaction: Writing) -> None:
        if not transaction.add_person(wanted, desk.now()) and transaction.person(wanted.id) != wanted:
            raise Taken("person", wanted.id)
        transaction.commit()

    desk.write(add)
    return wanted


def change_person(desk: Desk, id_: str, change: Callable[[Person], Person]) -> Person:
    """Change how someone is named or reached."""

    def work(transaction: Writing) -> Person:
        transaction.alone()
        changed = Person._make(map(spell, change(_known(transaction, id_))))
        transaction.change_person(changed, desk.now())
        transaction.commit()
        return changed

    return desk.write(work)


def set_attributes(desk: Desk, id_: str, attributes: Mapping[str, Any], actor: str) -> Outcomes:
    """Change what is known of someone (`None` forgets it), and tell each of their dyads that reads it."""
    changes: dict[str, Any] = spell(dict(attributes))

    def work(transaction: Writing) -> Outcomes:
        transaction.alone()
        person = _known(transaction, id_)
        known = {k: v for k, v in {**person.attributes, **changes}.items() if v is not None}
        transaction.change_person(person._replace(attributes=known), desk.now())
        dyads = [dyad for dyad, _ in transaction.dyads_of(person.id)]
        return _told(desk, transaction, ChangeAttributes(actor, person.id, changes), dyads)

    return desk.write(work)


def enrol(desk: Desk, enrolment: Enrolment, actor: str) -> Outcomes:
    """Enrol a person in a program, or change their enrolment; their dyads there learn what changed in the profile.

    Where the program has no place for it, the one outcome is a refusal, and nothing is kept.
    """
    spelled = Enrolment._make(map(spell, enrolment))

    def work(transaction: Writing) -> Outcomes:
        transaction.alone()
        wanted = spelled._replace(person=_known(transaction, spelled.person).id)
        reasons = _misfits(desk, transaction, wanted, actor)
        if reasons:
            return (Refusal(reasons),)
        before = enrolling.found(transaction, wanted.program, wanted.role, wanted.person)
        kept = enrolling.with_status(desk.programs.current(wanted.program), wanted, before)
        transaction.enrol(kept, desk.now())
        dyads = [dyad for dyad, program in transaction.dyads_of(wanted.person) if program == wanted.program]
        return _told(desk, transaction, ChangeAttributes(SYSTEM, wanted.person, wanted.profile), dyads)

    return desk.write(work)


def enrolment_misfits(desk: Desk, enrolment: Enrolment, actor: str) -> tuple[Reason, ...]:
    """Why an enrolment would be refused; nothing where it would not."""
    wanted = Enrolment._make(map(spell, enrolment))
    return desk.look(lambda view: _misfits(desk, view, wanted, actor))


def _misfits(desk: Desk, view: Reading, wanted: Enrolment, actor: str) -> tuple[Reason, ...]:
    _known(view, wanted.person)
    known = desk.programs.current(wanted.program)
    if wanted.role not in known.program.model.roles:
        raise NotFound("role", wanted.role, known.program.model.roles)
    declared = known.program.model.enrolments.get(wanted.role)
    by = tuple(declared.by) if declared is not None else ()
    if actor != SYSTEM:
        mine = [one.role for one in view.enrolments_of(actor) if (one.program, one.status) == (wanted.program, ACTIVE)]
        oneself = actor == wanted.person and wanted.role in by
        if not oneself and not any(role in by and role != wanted.role for role in mine):
            return (Reason("not_enrolled_by", wanted.role, {"roles": by}),)
    return () if declared is None else _unfit(known, wanted)


def _unfit(known: Known, wanted: Enrolment) -> tuple[Reason, ...]:
    """What is wrong in a profile: the data of the enrolment are asked for, the attributes of the role may be given."""
    data = known.program.data
    attributes, asked = (
        {path[2]: datum for path, datum in data.items() if path[:2] == (kind, wanted.role)}
        for kind in ("roles", "enrolments")
    )
    given = {name: value for name, value in wanted.profile.items() if name in attributes}
    rest = {name: value for name, value in wanted.profile.items() if name not in attributes}
    _, misread = Asked(attributes).parse(given, partial=True)
    _, missing = Asked(asked).parse(rest, partial=wanted.status != ACTIVE)
    return (*misread, *missing)


def _known(transaction: Reading, id_: str) -> Person:
    found = transaction.person(normal(id_))
    if found is None:
        raise NotFound("person", id_)
    return found


def _told(desk: Desk, transaction: Writing, command: ChangeAttributes, dyads: Iterable[str]) -> Outcomes:
    """Tell dyads, in the same transaction: either everything knows of the change, or nothing does."""
    outcomes, lasting = tell(desk, transaction, command, dyads)
    transaction.commit()
    for lasts in lasting:
        lasts()
    return outcomes


def tell(desk: Desk, transaction: Writing, command: ChangeAttributes, dyads: Iterable[str]) -> tuple[Outcomes, Lasting]:
    """Tell dyads what changed of a person, as a part of a transaction that someone else commits."""
    now = desk.now()
    outcomes: list[Decision | Refusal] = []
    lasting: list[Callable[[], None]] = []
    for id_ in dyads:
        row = transaction.dyad(id_)
        if row is None:
            continue
        known, before = desk.opened(row)
        dyad = before.snapshot.dyad
        roles = [role for role, held in dyad.holdings.items() if any(h.person == command.person for h in held)]
        read = _read_by(known, roles, command.attributes)
        if read and known.ending(dyad.leaves[""]) is None:
            outcome, lasts = act_within(desk, transaction, row, command._replace(attributes=read), now)
            outcomes.append(outcome)
            lasting.append(lasts)
    return tuple(outcomes), lasting


def _read_by(known: Known, roles: Iterable[str], attributes: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes that a program reads of who holds these roles; what is true of one pair only is not told so."""
    declared = known.program.model.roles
    names = {name for role in roles for name, datum in declared[role].attributes.items() if datum.per != "dyad"}
    return {name: value for name, value in attributes.items() if name in names}

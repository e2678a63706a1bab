"""How do the dyads of a program come to live by its present version? Looked at first, then one transaction for each.

What was cut short is gone on with by asking again: a dyad that has come is not moved twice, and one that somebody
changed meanwhile is judged as it then stands.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, NamedTuple

from dyade.errors import NotFound
from dyade.flow.decide import decide
from dyade.flow.dyad import Dyad
from dyade.flow.messages import Tick
from dyade.flow.migrating import Passage, migrate, migration_from
from dyade.flow.outcome import Context, Decision, Reason, Refusal
from dyade.service import starting
from dyade.service.context import gathered, profiles_of
from dyade.service.counting import counters_for
from dyade.service.desk import Desk
from dyade.service.door import act_within
from dyade.service.keep import Before, kept
from dyade.service.notices import wording
from dyade.service.ports import Filter, Reading, StoredDyad, Withdrawal, Writing
from dyade.service.programs import Known

if TYPE_CHECKING:
    from dyade.flow.telling.passing import PassageView

ASK, FINISH = "ask", "finish_on_old"


class Move(NamedTuple):
    """One dyad that lives by another version than the present one, and what would become of it."""

    dyad: str
    version: str
    """The version that it leaves."""
    status: str
    """`moves`, `blocked`, `stays` (it ends on the version that it has) or `asks` (it comes when it is named)."""
    old: Known
    before: Dyad
    context: Context
    passage: Passage
    told: PassageView | None
    """The same in words, where a language was given."""

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why it cannot come."""
        return self.passage.outcome.reasons if isinstance(self.passage.outcome, Refusal) else ()


class Moved(NamedTuple):
    """What became of one dyad."""

    dyad: str
    status: str
    """`moved`, `blocked`, `there` (it had come already) or `ended`."""
    reasons: tuple[Reason, ...] = ()


def foresee(desk: Desk, program: str, only: Collection[str] = (), lang: str | None = None) -> list[Move]:
    """Look at what a migration would do to each dyad that goes on, or to those that are named; nothing is kept."""
    target = desk.look(lambda view: _target(desk, view, program))
    listed = desk.look(lambda view: view.dyads(Filter(program=program, ended=False)))
    unknown = set(only) - {line.id for line in listed}
    if unknown:
        raise NotFound("dyad", min(unknown))
    wanted = [line.id for line in listed if line.behaviour != target.behaviour and (not only or line.id in only)]
    found = (desk.look(lambda view, id_=id_: _foreseen(desk, view, program, id_, bool(only), lang)) for id_ in wanted)  # type: ignore[misc]
    return [move for move in found if move is not None]


def carry_out(desk: Desk, program: str, moves: Collection[Move]) -> Iterator[Moved]:
    """Move the dyads that can be, one after the other, each in a transaction of its own."""
    for move in moves:
        if move.status == "moves":
            yield desk.write(lambda t, id_=move.dyad: _moved(desk, t, program, id_))  # type: ignore[misc]
            starting.begin_waiting(desk, move.dyad)


def withdraw(desk: Desk, program: str, version: str, reason: str) -> Withdrawal:
    """Let no dyad begin in a version any more; those that live by it go on."""

    def work(transaction: Writing) -> Withdrawal:
        known = _version(desk, transaction, program, version)
        if not known.is_kept:
            transaction.publish(known.publication(desk.now()))
        made = Withdrawal(known.behaviour, program, known.program.version, reason, desk.now())
        transaction.withdraw(made)
        transaction.commit()
        known.is_kept = True
        return next(one for one in transaction.withdrawals(program) if one.behaviour == known.behaviour)

    return desk.write(work)


def restore(desk: Desk, program: str, version: str) -> bool:
    """Let dyads begin in a version again; `False` if it was not withdrawn."""

    def work(transaction: Writing) -> bool:
        known = _version(desk, transaction, program, version)
        done = transaction.restore(known.behaviour)
        transaction.commit()
        return done

    return desk.write(work)


def find_version(desk: Desk, program: str, version: str) -> Known:
    """A version by what its authors call it, or by the beginning of its digest; empty: the one on the shelf."""
    return desk.look(lambda view: _version(desk, view, program, version))


def _version(desk: Desk, view: Reading, program: str, version: str) -> Known:
    """The newest of that name; the one on the shelf comes before those that were kept."""
    current = _shelved(desk, program)
    if current is not None and (version in ("", current.program.version) or _names(version, current.behaviour)):
        return current
    for one in view.publications(program):
        if version == one.version or _names(version, one.behaviour):
            return desk.programs.pinned(program, one.behaviour)
    raise NotFound("version", f"{program}@{version}" if version else program)


def _names(version: str, behaviour: str) -> bool:
    return len(version) >= 8 and behaviour.startswith(version)


def _shelved(desk: Desk, program: str) -> Known | None:
    try:
        return desk.programs.current(program)
    except NotFound:
        return None


def _target(desk: Desk, view: Reading, program: str) -> Known:
    """The version on the shelf, unless it was withdrawn."""
    known = desk.programs.current(program)
    if any(one.behaviour == known.behaviour for one in view.withdrawals(program)):
        raise NotFound("version", f"{program}@{known.program.version}")
    return known


def _foreseen(desk: Desk, view: Reading, program: str, dyad_id: str, named: bool, lang: str | None) -> Move | None:
    row = view.dyad(dyad_id)
    target = desk.programs.current(program)
    if row is None or row.behaviour == target.behaviour:
        return None
    old, before = desk.opened(row)
    dyad = before.snapshot.dyad
    ticked = decide(
        old.program, dyad, Tick(), gathered(view, old, before, Tick(), desk.now(), counters_for(desk, view, old))
    )
    dyad = ticked.dyad if isinstance(ticked, Decision) else dyad
    if old.ending(dyad.leaves[""]) is not None:
        return None
    context = _context(desk, view, target, before._replace(snapshot=before.snapshot._replace(dyad=dyad)), desk.now())
    passage = migrate(old.program, target.program, target.behaviour, dyad, context)
    policy = migration_from(target.program, old.program.version).policy
    status = "blocked" if isinstance(passage.outcome, Refusal) else "moves"
    if policy == FINISH:
        status = "stays"
    elif policy == ASK and not named:
        status = "asks"
    told = None if lang is None else _told(old, target, dyad, context, passage, lang)
    return Move(dyad_id, old.program.version, status, old, dyad, context, passage, told)


def _told(old: Known, target: Known, dyad: Dyad, context: Context, passage: Passage, lang: str) -> PassageView:
    from dyade.flow.telling.passing import passage_view

    return passage_view(old.program, target.program, dyad, context, passage, lang)


def _context(desk: Desk, view: Reading, target: Known, before: Before, now: int) -> Context:
    """What the new version may read, of everybody who holds a role."""
    context = gathered(view, target, None, Tick(), now, counters_for(desk, view, target))
    held = [(h.person, role) for role, holders in before.snapshot.dyad.holdings.items() for h in holders]
    return context._replace(profiles={**context.profiles, **profiles_of(view, target, held)}, quiet_until=None)


def _moved(desk: Desk, t: Writing, program: str, dyad_id: str) -> Moved:
    """Bring one dyad to the present version: time first, by the rules that it leaves."""
    target = _target(desk, t, program)
    now = desk.now()
    row = _row(t, dyad_id)
    if row.behaviour == target.behaviour:
        return Moved(dyad_id, "there")
    _, time_lasts = act_within(desk, t, row, Tick(), now)
    row = _row(t, dyad_id)
    old = desk.programs.pinned(row.program, row.behaviour)
    before = Before(row, old.snapshots.encode(old.snapshots.decode(row.public, row.private)))
    dyad = before.snapshot.dyad
    if old.ending(dyad.leaves[""]) is not None:
        t.commit()
        time_lasts()
        return Moved(dyad_id, "ended")
    passage = migrate(old.program, target.program, target.behaviour, dyad, _context(desk, t, target, before, now))
    if isinstance(passage.outcome, Refusal):
        t.commit()
        time_lasts()
        return Moved(dyad_id, "blocked", passage.outcome.reasons)
    if not target.is_kept:
        t.publish(target.publication(now))
    words = wording(t, target.program)
    keep, snapshot = kept(target, before, row.number, passage.outcome, desk.salt, words)
    t.keep(keep)
    t.commit()
    target.is_kept = True
    desk.recent.put(Before(keep.dyad, snapshot))
    return Moved(dyad_id, "moved")


def _row(view: Reading, dyad_id: str) -> StoredDyad:
    row = view.dyad(dyad_id)
    if row is None:
        raise NotFound("dyad", dyad_id)
    return row

"""How do the dyads of a program come to live by its present version? Looked at first, then one transaction for each.

What was cut short is gone on with by asking again: a dyad that has come is not moved twice, and one that somebody
changed meanwhile is judged as it then stands.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, NamedTuple

from dyade.errors import Conflict, NotFound
from dyade.flow.decide import decide
from dyade.flow.dyad import Dyad
from dyade.flow.messages import Tick
from dyade.flow.migrating import Passage
from dyade.flow.outcome import Context, Decision, Reason, Refusal
from dyade.service import starting
from dyade.service.attaching import NO_FILES, with_files
from dyade.service.context import gathered
from dyade.service.counted import counted
from dyade.service.counting import Taken, counters_for
from dyade.service.desk import Desk
from dyade.service.door import ATTEMPTS, act_within
from dyade.service.enrolling import follow
from dyade.service.keep import Before, kept
from dyade.service.notices import wording
from dyade.service.passing import Way, way
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
    through: tuple[str, ...] = ()
    """The versions that it passes through."""

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


def foresee(
    desk: Desk, program: str, only: Collection[str] = (), lang: str | None = None, *, beyond: bool = False
) -> list[Move]:
    """Look at what a migration would do to each dyad that goes on, or to those that are named; nothing is kept.

    `beyond`: shared places that they have in the new version are counted even where none is left.
    """
    target = desk.look(lambda view: _target(desk, view, program))
    listed = desk.look(lambda view: view.dyads(Filter(program=program, ended=False)))
    unknown = set(only) - {line.id for line in listed}
    if unknown:
        raise NotFound("dyad", min(unknown))
    wanted = [line.id for line in listed if line.behaviour != target.behaviour and (not only or line.id in only)]
    # Each is looked at as if those before it had come.
    taken = Taken()
    look = _Foreseeing(desk, program, bool(only), lang, beyond, taken)
    found = (desk.look(lambda view, id_=id_: look.one(view, id_)) for id_ in counted(desk.heard, wanted))  # type: ignore[misc]
    return [move for move in found if move is not None]


def carry_out(desk: Desk, program: str, moves: Collection[Move], *, beyond: bool = False) -> Iterator[Moved]:
    """Move the dyads that can be, one after the other, each in a transaction of its own."""
    for move in counted(desk.heard, tuple(moves)):
        if move.status == "moves":
            yield _tried(desk, program, move.dyad, beyond=beyond)
            starting.begin_waiting(desk, move.dyad)


def _tried(desk: Desk, program: str, dyad: str, *, beyond: bool) -> Moved:
    """Move one dyad; again, where a store that does not queue its writers finds out only as it keeps."""
    attempt = 1
    while True:
        try:
            return desk.write(lambda t: _moved(desk, t, program, dyad, beyond))
        except Conflict:
            if attempt == ATTEMPTS:
                raise
            attempt += 1


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


class _Foreseeing(NamedTuple):
    """What dyads are looked at with."""

    desk: Desk
    program: str
    named: bool
    lang: str | None
    beyond: bool
    taken: Taken

    def one(self, view: Reading, dyad_id: str) -> Move | None:
        """Look at one dyad."""
        desk, row = self.desk, view.dyad(dyad_id)
        target = desk.programs.current(self.program)
        if row is None or row.behaviour == target.behaviour:
            return None
        old, before = desk.opened(row)
        dyad = before.snapshot.dyad
        counters = counters_for(desk, view, old)
        ticked = decide(old.program, dyad, Tick(), gathered(view, old, before, Tick(), desk.now(), counters))
        dyad = ticked.dyad if isinstance(ticked, Decision) else dyad
        if old.ending(dyad.leaves[""]) is not None:
            return None
        found = way(desk, view, old, target, dyad, desk.now(), beyond=self.beyond, taken=self.taken)
        status = "blocked" if isinstance(found.passage.outcome, Refusal) else "moves"
        if found.policy == FINISH:
            status = "stays"
        elif found.policy == ASK and not self.named:
            status = "asks"
        if status == "moves":
            self.taken.count(dyad, found.passage.outcome)
        told = None if self.lang is None else _told(old, target, dyad, found, self.lang)
        names = old.program.version, status
        return Move(dyad_id, *names, old, dyad, found.context, found.passage, told, found.through)


def _told(old: Known, target: Known, dyad: Dyad, found: Way, lang: str) -> PassageView:
    from dyade.flow.telling.passing import passage_view

    return passage_view(old.program, target.program, dyad, found.context, found.passage, lang)


def _moved(desk: Desk, t: Writing, program: str, dyad_id: str, beyond: bool) -> Moved:
    """Bring one dyad to the present version: time first, by the rules that it leaves."""
    target = _target(desk, t, program)
    now = desk.now()
    row = _row(t, dyad_id)
    if row.behaviour == target.behaviour:
        return Moved(dyad_id, "there")
    _, time_lasts = act_within(desk, t, row, Tick(), now)
    row = _row(t, dyad_id)
    old = desk.programs.pinned(row.program, row.behaviour)
    before = Before(row, old.snapshots.open(row.public, row.private))
    dyad = before.snapshot.dyad
    if old.ending(dyad.leaves[""]) is not None:
        t.commit()
        time_lasts()
        return Moved(dyad_id, "ended")
    found = way(desk, t, old, target, dyad, now, beyond=beyond)
    if isinstance(found.passage.outcome, Refusal):
        t.commit()
        time_lasts()
        return Moved(dyad_id, "blocked", found.passage.outcome.reasons)
    if not target.is_kept:
        t.publish(target.publication(now))
    for known, decision in found.steps:
        keep, snapshot = kept(known, before, row.number, decision, desk.salt, wording(t, known.program))
        t.keep(with_files(t, keep, known.attached, NO_FILES) if known.attached else keep)
        follow(t, known, decision.records, now)
        before = Before(keep.dyad, snapshot)
    t.commit()
    target.is_kept = True
    desk.recent.put(before)
    return Moved(dyad_id, "moved")


def _row(view: Reading, dyad_id: str) -> StoredDyad:
    row = view.dyad(dyad_id)
    if row is None:
        raise NotFound("dyad", dyad_id)
    return row

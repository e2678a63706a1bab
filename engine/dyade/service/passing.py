"""By which versions does one dyad come to the present one, and what comes of it? Nothing is kept here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dyade.flow.chains import Step, policy, route
from dyade.flow.dyad import Dyad
from dyade.flow.messages import Tick
from dyade.flow.migrating import Passage, migrate
from dyade.flow.outcome import Context, Decision, Reason, Refusal
from dyade.flow.renaming import Renaming, renaming, straight
from dyade.program import model as m
from dyade.program.program import Program
from dyade.service.context import gathered, profiles_of
from dyade.service.counting import Taken, counters_for, shares_anything
from dyade.service.desk import Desk
from dyade.service.ports import Reading
from dyade.service.programs import Known


class Way(NamedTuple):
    """How a dyad comes to a version."""

    passage: Passage
    """What comes of it all."""
    steps: tuple[tuple[Known, Decision], ...]
    """Each version that it comes to, with what is decided; the present one last."""
    context: Context
    """That of the present version."""
    policy: str
    through: tuple[str, ...]
    """The versions in between."""


def steps_between(desk: Desk, view: Reading, version: str, target: Known) -> tuple[tuple[Known | None, Step], ...]:
    """The versions that lead from one to another, each with what is said of it; `None` for one that was never kept."""
    program = target.program.id
    steps = route(version, target.program.model)
    if not any(one.from_ == version for one in target.program.model.migrations):
        steps = route(version, target.program.model, _kept(desk, view, program))
    named = {one.version: one.behaviour for one in reversed(view.publications(program))}

    def known(step: Step) -> Known | None:
        if step.to == target.program.version:
            return target
        return desk.programs.pinned(program, named[step.to]) if step.to in named else None

    return tuple((known(step), step) for step in steps)


def called_in(desk: Desk, view: Reading, old: Program, target: Known) -> Renaming:
    """What is called otherwise in another version, by all the steps that lead there and are at hand."""
    steps = steps_between(desk, view, old.version, target)
    known = [(one.program, step.migration) for one, step in steps if one is not None]
    return renaming(old, known) if len(known) == len(steps) else straight(old, target.program)


def _kept(desk: Desk, view: Reading, program: str) -> Iterator[m.Program]:
    """The versions that the store has, the newest first."""
    for one in view.publications(program):
        yield desk.programs.pinned(program, one.behaviour).program.model


def way(
    desk: Desk,
    view: Reading,
    old: Known,
    target: Known,
    dyad: Dyad,
    now: int,
    *,
    beyond: bool = False,
    taken: Taken | None = None,
) -> Way:
    """Find how a dyad comes to the present version, after time has done its work by the rules that it leaves."""
    steps = steps_between(desk, view, old.program.version, target)
    through = tuple(step.to for _, step in steps[:-1])
    context = _context(desk, view, target, dyad, now, taken)
    decided: list[tuple[Known, Decision]] = []
    passage = Passage(Refusal(()), ())
    for known, step in steps:
        if known is None:
            passage = Passage(Refusal((Reason("version_not_kept", step.to),)), passage.lost)
            break
        here = context if known is target else _context(desk, view, known, dyad, now, taken)
        made = migrate(
            old.program,
            known.program,
            known.behaviour,
            dyad,
            here,
            step.migration,
            stops=known is target,
            beyond=beyond,
        )
        passage = Passage(made.outcome, (*passage.lost, *made.lost))
        if isinstance(made.outcome, Refusal):
            break
        decided.append((known, made.outcome))
        old, dyad = known, made.outcome.dyad
    return Way(passage, tuple(decided), context, policy(step for _, step in steps), through)


def _context(desk: Desk, view: Reading, target: Known, dyad: Dyad, now: int, taken: Taken | None) -> Context:
    """What a version may read, of everybody who holds a role."""
    counters = counters_for(desk, view, target)
    if taken is not None and shares_anything(target.program):
        counters = taken.beside(counters)
    context = gathered(view, target, None, Tick(), now, counters)
    held = [(h.person, role) for role, holders in dyad.holdings.items() for h in holders]
    return context._replace(profiles={**context.profiles, **profiles_of(view, target, held)}, quiet_until=None)

"""What would a life have been under another version of its program? Each command decided again by both, side by side.

The old version is asked too, from what the journal tells of the commands: what it does not decide again as it did is
no divergence of the new one, and is told apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from dyade.flow import messages as m
from dyade.flow.decide import decide
from dyade.flow.dyad import Dyad
from dyade.flow.outcome import Context, Decision, Reason, Refusal
from dyade.flow.renaming import Renaming, straight, translated
from dyade.flow.retelling import Act
from dyade.program.program import Program

REFUSED, ACCEPTED, STATE, EFFECTS, DUE, UNTOLD, FAILED = (
    "refused", "accepted", "state", "effects", "due", "untold", "failed",
)  # fmt: skip
Outcome = Decision | Refusal
Surroundings = Callable[[Program, Act], Context]
"""What a decision is given besides the dyad: as it was then, as far as it is known."""


class Divergence(NamedTuple):
    """Something that the new version decides otherwise."""

    revision: int
    at: int
    name: str
    """The kind of record that the command left."""
    about: str
    kind: str
    """`refused` or `accepted` now, another `state`, other `effects`, another `due` date; `untold`: it cannot be given
    again; `failed`: the old version itself does not decide it so again."""
    before: str
    after: str
    reasons: tuple[Reason, ...] = ()
    """Why it is refused now."""


class Replayed(NamedTuple):
    """A life lived again."""

    commands: int
    divergences: tuple[Divergence, ...]
    before: Dyad | None
    after: Dyad | None
    """Where it would stand."""


def replay(
    old: Program,
    new: Program,
    dyad_id: str,
    told: Iterable[Act],
    around: Surroundings,
    called: Renaming | None = None,
) -> Replayed:
    """Live a life again under two versions, and tell where they part; `called`: what is called otherwise there."""
    was: Dyad | None = None
    now: Dyad | None = None
    found: list[Divergence] = []
    due: tuple[int | None, int | None] = (None, None)
    called = called or straight(old, new)
    count = 0
    for act in told:
        count += 1
        if act.command is None:
            found.append(_at(act, UNTOLD, act.why, ""))
            continue
        if act.name != "Started" and (was is None or now is None):
            break
        before = decide(old, was, act.command, around(old, act), dyad_id)
        after = decide(new, now, translated(act.command, called), around(new, act), dyad_id)
        was, now = _left(before, was), _left(after, now)
        found += _parted(act, before, after, called.states)
        dues = _due(before), _due(after)
        if dues[0] != dues[1] and dues != due and isinstance(before, Decision) and isinstance(after, Decision):
            found.append(_at(act, DUE, _written(dues[0]), _written(dues[1])))
        due = dues
    return Replayed(count, tuple(found), was, now)


def _left(outcome: Outcome, dyad: Dyad | None) -> Dyad | None:
    """The dyad that an outcome leaves; after a refusal, with what time did before it."""
    decision = outcome if isinstance(outcome, Decision) else outcome.time
    return decision.dyad if decision is not None else dyad


def _parted(act: Act, before: Outcome, after: Outcome, names: Mapping[str, str]) -> Iterator[Divergence]:
    if isinstance(before, Refusal):
        yield _at(act, FAILED if isinstance(after, Refusal) else ACCEPTED, "", "", before.reasons)
        return
    if isinstance(after, Refusal):
        yield _at(act, REFUSED, "", "", after.reasons)
        return
    was, now = before.dyad.leaves.values(), after.dyad.leaves.values()
    # A state that a migration gives another name is the same.
    if {names.get(leaf, leaf) for leaf in was} != set(now):
        yield _at(act, STATE, ", ".join(was), ", ".join(now))
    sent, sends = _effects(before), _effects(after)
    if sent != sends:
        yield _at(act, EFFECTS, ", ".join(sorted(set(sent) - set(sends))), ", ".join(sorted(set(sends) - set(sent))))


def _at(act: Act, kind: str, before: str, after: str, reasons: tuple[Reason, ...] = ()) -> Divergence:
    return Divergence(act.revision, act.now, act.name, act.about, kind, before, after, reasons)


def _effects(decision: Decision) -> tuple[str, ...]:
    """What goes out, to whom."""
    found: list[str] = []
    for _, effect in decision.effects:
        match effect:
            case m.Notice():
                found.append(f"{effect.template} → {effect.to}")
            case m.Emitted():
                found.append(effect.name)
            case m.NewDyad():
                found.append(effect.program)
    return tuple(sorted(found))


def _due(outcome: Outcome) -> int | None:
    decision = outcome if isinstance(outcome, Decision) else outcome.time
    return decision.next_due if decision is not None else None


def _written(due: int | None) -> str:
    return "" if due is None else str(due)

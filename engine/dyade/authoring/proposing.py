"""Who of the pool of a story would be proposed for its dyad, and what is in the way of the others?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from dyade.authoring.life import Life
from dyade.authoring.notation import Difference, line
from dyade.authoring.reasons import Told, is_told, reason_line, written
from dyade.flow.outcome import Reason
from dyade.flow.pairs import PairDraft, PairPlan, beside, declined
from dyade.flow.telling.pairing import pair_reasons


def proposed(life: Life, wanted: list[str] | Mapping[str, Mapping[str, Told]]) -> Iterator[Difference]:
    """Those who may be proposed, the best first; or, of each that is named, the clauses in the way."""
    found = dict(_judged(life))
    if isinstance(wanted, list):
        got = _best(found)
        if got != wanted:
            yield line("proposed", (), wanted, got)
        return
    for person, clauses in wanted.items():
        reasons = found[person][0] if person in found else (Reason("pair_not_waiting", person),)
        told = tuple(f"proposed.{person}: {{{reason_line(life, reason)}}}" for reason in reasons)
        missing = {clause: said for clause, said in clauses.items() if not is_told(life, clause, said, reasons)}
        if missing or (reasons and not clauses):
            expected = tuple(f"proposed.{person}: {{{clause}: {written(said)}}}" for clause, said in missing.items())
            nothing = (f"proposed.{person}: {{}}",)
            yield Difference(("proposed", person), expected or nothing, told or nothing)


def best(life: Life) -> list[str]:
    """Those who may be proposed, the best first."""
    return _best(dict(_judged(life)))


def _best(found: Mapping[str, tuple[tuple[Reason, ...], Decimal]]) -> list[str]:
    free = {person: score for person, (reasons, score) in found.items() if not reasons}
    return sorted(free, key=lambda person: (-free[person], person))


def _judged(life: Life) -> Iterator[tuple[str, tuple[tuple[Reason, ...], Decimal]]]:
    """What stands against each person of the pool, and what speaks for them."""
    assert life.dyad is not None
    plan = PairPlan(life.plan)
    draft = PairDraft(life.plan, life.dyad, life.context())
    if not plan.is_waiting(draft):
        return
    draft.waits = next(iter(draft.holders(plan.waiting)), None)
    draft.waiting = plan.known(plan.waiting, life.cast.profiles.get(draft.waits, {})) if draft.waits else {}
    draft.person_role = plan.sought
    before = declined(plan, life.records)
    for person in sorted(life.cast.waiting):
        if plan.sought in life.cast.roles[person]:
            beside(draft, person, plan.known(plan.sought, life.cast.profiles[person]))
            reasons = pair_reasons(plan, draft)
            if not reasons and person in before:
                reasons = (Reason("pair_declined", plan.sought, {"person": person}),)
            yield person, (reasons, Decimal(0) if reasons else sum((n for _, n in plan.worth(draft)), Decimal(0)))

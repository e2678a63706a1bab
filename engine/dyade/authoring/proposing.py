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
        free = {person: score for person, (reasons, score) in found.items() if not reasons}
        best = sorted(free, key=lambda person: (-free[person], person))
        if best != wanted:
            yield line("proposed", (), wanted, best)
        return
    for person, clauses in wanted.items():
        reasons = found[person][0] if person in found else (Reason("pair_not_waiting", person),)
        got = tuple(f"proposed.{person}: {{{reason_line(life, reason)}}}" for reason in reasons)
        missing = {clause: told for clause, told in clauses.items() if not is_told(life, clause, told, reasons)}
        if missing or (reasons and not clauses):
            expected = tuple(f"proposed.{person}: {{{clause}: {written(told)}}}" for clause, told in missing.items())
            nothing = (f"proposed.{person}: {{}}",)
            yield Difference(("proposed", person), expected or nothing, got or nothing)


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

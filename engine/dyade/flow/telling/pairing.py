"""Why may two people not be paired?"""

from __future__ import annotations

from dyade.flow.outcome import Reason
from dyade.flow.pairs import PairDraft, PairPlan, fits
from dyade.flow.telling.phrases import blocking_reasons, message_of


def pair_reasons(plan: PairPlan, draft: PairDraft) -> tuple[Reason, ...]:
    """What is in the way of a pair; the draft stands beside the person already."""
    found: list[Reason] = []
    if not fits(plan, draft):
        found += blocking_reasons(draft, plan.eligible.blocking(draft), plan.sought)
    for clause in plan.blocked(draft):
        found.append(Reason("pair_clause", clause.id, {}, message_of(draft, clause.message)))
    return tuple(found)

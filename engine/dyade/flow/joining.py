"""May two ids be found to be of one person, in a dyad? Not where each has a part of their own in it."""

from __future__ import annotations

from dyade.flow import messages as c
from dyade.flow import recording, sharing
from dyade.flow.draft import Draft
from dyade.flow.outcome import Reason
from dyade.flow.quotas import counted

Reasons = tuple[Reason, ...]


def merge(draft: Draft, command: c.MergePersons) -> Reasons:
    """Record that an id stands for another; the host alone tells of it, and a dyad that ended hears of it too."""
    if command.actor != c.SYSTEM:
        return (Reason("not_allowed", "merge", {"roles": (c.SYSTEM,)}),)
    reasons = (*_conflict(draft, command), *_beyond(draft, command))
    if not reasons:
        recording.record(draft, c.Merged, command.kept, command.dropped)
    return reasons


def _conflict(draft: Draft, command: c.MergePersons) -> Reasons:
    """Nobody is their own mentor: two parts of one dyad are two persons'."""
    kept, dropped = (
        tuple(role for role, held in draft.holdings.items() if any(one.person == person for one in held))
        for person in (command.kept, command.dropped)
    )
    if not kept or not dropped or set(kept) == set(dropped):
        return ()
    return (Reason("merge_conflict", draft.id, {"kept_roles": kept, "dropped_roles": dropped}),)


def _beyond(draft: Draft, command: c.MergePersons) -> Reasons:
    """The places of both are counted together: the one who is kept must have as many."""
    shared = draft.plan.shared
    found: list[Reason] = []
    for quota in shared.quotas if shared is not None else ():
        share = draft.shares.get((quota.name, command.dropped))
        if not share or (quota.name, command.kept) in draft.shares:
            continue
        most = counted(draft, quota.name, command.kept, quota.most)
        assert most.most is not None
        if most.used + share > most.most:
            found.append(sharing.full(draft, sharing.Lack(quota, command.kept)))
        draft.bounds = {**draft.bounds, (quota.name, command.kept): most.most}
    return tuple(found)

"""What is recorded once personal data are gone from a dyad: that they are, and why; never whose they were."""

from __future__ import annotations

from dyade.flow import messages as c
from dyade.flow import recording
from dyade.flow.draft import Draft
from dyade.flow.outcome import Reason


def note(draft: Draft, command: c.NoteErasure) -> tuple[Reason, ...]:
    """Record an erasure that was done; the host alone tells of it, and a dyad that ended hears of it too."""
    if command.actor != c.SYSTEM:
        return (Reason("not_allowed", "erase", {"roles": (c.SYSTEM,)}),)
    recording.record(draft, c.DataErased, command.cause, command.values)
    return ()

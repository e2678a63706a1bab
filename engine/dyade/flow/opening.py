"""Who opens, in an emergency, what they may not see, and what stays open to whom?

An opening is written with its reason, told at once to those that the program names, and ends by itself: nobody closes
it. It opens the thing itself, and nothing that others would work out from it.
"""

from __future__ import annotations

from dyade.flow import messages as c
from dyade.flow.draft import Draft
from dyade.flow.outcome import Reason
from dyade.flow.people import gives_reason, not_allowed
from dyade.flow.recording import record
from dyade.flow.sending import recipients, send
from dyade.flow.telling.visibility import Reader

Reasons = tuple[Reason, ...]


def reveal(draft: Draft, command: c.Reveal) -> Reasons:
    """Open an item, or all those that stand under it, to whoever asks, for as long as the program says."""
    glass = draft.plan.glass
    known = tuple(glass.items) if glass else ()
    items = _under(known, command.item)
    if glass is None or not items:
        return (Reason("unknown_item", str(command.item), {"known": known}),)
    role = draft.role_among(command.actor, tuple(glass.by))
    if role is None:
        return (not_allowed(f"reveal {command.item}", tuple(glass.by)),)
    if not gives_reason(command):
        return (Reason("reason_wanted", command.item),)
    draft.actor, draft.actor_role = command.actor, role
    closed = [item for item in items if not Reader(draft, command.actor, as_ever=True).sees_item(item)]
    if not closed:
        return (Reason("already_seen", command.item),)
    allowed = draft.plan.known(("visibility", "break_glass", "when"))
    until = draft.plan.calendar.add_instant(draft.now, draft.plan.duration(glass.for_))
    if until is None or (allowed is not None and allowed(draft) is not True):
        return (Reason("stays_closed", command.item),)
    record(draft, c.Revealed, command.item, tuple(closed), until, command.reason)
    told = recipients(draft, glass.notify.to)
    key = ("glass", tuple(glass.by))
    if told:
        index = len(draft.records) - 1
        send(draft, told, glass.notify.template, key, index, "notice", "break_glass", glass.notify.priority)
    return ()


def _under(known: tuple[str, ...], item: object) -> tuple[str, ...]:
    """What is asked for, all that stands under it, and what it stands in: a datum is read in its entry."""
    if not isinstance(item, str) or "." not in item:
        return ()
    found = tuple(one for one in known if one == item or one.startswith(f"{item}."))
    return tuple(one for one in known if found and (one in found or item.startswith(f"{one}.")))

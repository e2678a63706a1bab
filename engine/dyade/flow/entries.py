"""A form's entries: when is one complete, who is still wanted, what do they add up to?"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from dyade.flow.dyad import NO_ENTRIES, Entry
from dyade.program import model as m
from dyade.program.conditions.types import DATETIME

if TYPE_CHECKING:
    from dyade.flow.calendar import Calendar
    from dyade.flow.draft import Draft
    from dyade.flow.forms import FormPlan
    from dyade.program.durations import Duration


def is_complete(draft: Draft, form: FormPlan, entry: Entry) -> bool:
    """Submitted, then signed and confirmed where that is asked."""
    if not entry.submitted or (form.confirmed_by and not entry.confirmed):
        return False
    return is_signed(draft, form, entry)


def is_signed(draft: Draft, form: FormPlan, entry: Entry) -> bool:
    """Whether every signature that is asked for is there."""
    return not form.signers or not any(True for _ in unsigned(draft, form, entry))


def unsigned(draft: Draft, form: FormPlan, entry: Entry) -> Iterator[tuple[str, str | None]]:
    """(role, person) still wanted to sign; no person where any holder will do, or where nobody holds the role."""
    signed = {signature.person for signature in entry.signatures}
    by_role = {signature.role for signature in entry.signatures}
    match form.signature_mode:
        case "any":
            if not entry.signatures:
                yield form.signers[0], None
        case "quorum":
            missing = form.quorum - len(signed)
            yield from ((form.signers[0], None) for _ in range(missing))
        case "all":
            for role in form.signers:
                if role not in by_role:
                    yield role, _only(draft, role)
        case "each":
            yield from _each_unsigned(draft, form, signed, by_role)


def _each_unsigned(
    draft: Draft, form: FormPlan, signed: set[str], by_role: set[str]
) -> Iterator[tuple[str, str | None]]:
    for role in form.signers:
        holders = draft.holders(role)
        if not holders and role not in by_role:
            yield role, None
        for person in holders:
            if person not in signed:
                yield role, person


def _only(draft: Draft, role: str) -> str | None:
    holders = draft.holders(role)
    return holders[0] if len(holders) == 1 else None


def dated(draft: Draft, form: FormPlan, data: Mapping[str, Any]) -> int | None:
    """The local day that an entry says it happened on, where it does."""
    name = form.model.dated_by
    value = data.get(name) if name is not None else None
    if name is None or not isinstance(value, int):
        return None
    return draft.plan.calendar.local_date(value) if form.data[name].type == DATETIME else value


def complete(draft: Draft, form: str) -> tuple[Entry, ...]:
    """The entries that count, oldest first."""
    return draft.entries.get(form, NO_ENTRIES).complete


def waiting(draft: Draft, form: str) -> tuple[Entry, ...]:
    """The entries that were submitted and still want a signature or a confirmation, oldest first."""
    return tuple([entry for entry in draft.entries.get(form, NO_ENTRIES).waiting if entry.submitted])


def awaited(draft: Draft, form: FormPlan, entry: Entry) -> tuple[str, ...]:
    """The persons whose signature an entry wants; once it is signed, those who may confirm it."""
    wanted = list(unsigned(draft, form, entry)) if form.signers else []
    if not wanted:
        people = [p for role in form.confirmed_by for p in draft.holders(role) if p != entry.by]
    elif form.signature_mode in ("any", "quorum"):
        signed = {signature.person for signature in entry.signatures}
        people = [p for role in form.signers for p in draft.holders(role) if p not in signed]
    else:
        people = [p for role, person in wanted for p in ((person,) if person else draft.holders(role))]
    return tuple(dict.fromkeys(people))


def open_entry(draft: Draft, form: FormPlan, person: str | None) -> Entry | None:
    """The entry that filling goes on with: one's own draft of a form that repeats, else the one that still waits."""
    entry: Entry
    for entry in reversed(draft.entries.get(form.id, NO_ENTRIES).waiting):
        if form.each_copy and entry.by != person:
            continue
        if form.repeats and (entry.submitted or entry.by != person):
            continue
        return entry
    return None


def is_done(draft: Draft, form: FormPlan) -> bool:
    """Whether what the form asks for is there: one entry, every copy, or one entry for each period."""
    ends = periods(draft, form) if form.every is not None else [0]
    given = served(draft, form)
    return ends is not None and bool(given) and all(count >= len(ends) for count in given.values())


def served(draft: Draft, form: FormPlan) -> dict[str, int]:
    """How many entries are there, for each copy that is wanted: one, or one for each person who fills it."""
    entries = complete(draft, form.id)
    if not form.each_copy:
        return {"": len(entries)}
    by = [entry.by for entry in entries]
    return {person: by.count(person) for role in form.fillers for person in draft.holders(role)}


def missing(draft: Draft, form: FormPlan) -> tuple[str, ...]:
    """The persons who have not filled or signed what is asked of them."""
    if form.each_copy:
        wanted = len(periods(draft, form) or ()) if form.every is not None else 1
        return tuple(person for person, count in served(draft, form).items() if count < wanted)
    if is_done(draft, form):
        return ()
    waiting = next((e for e in reversed(draft.entries.get(form.id, NO_ENTRIES).waiting) if e.submitted), None)
    if waiting is None:
        return tuple(p for role in form.fillers for p in draft.holders(role))
    signers = [
        p for role, person in unsigned(draft, form, waiting) for p in ((person,) if person else draft.holders(role))
    ]
    return tuple(dict.fromkeys(signers))


def periods(draft: Draft, form: FormPlan) -> Sequence[int] | None:
    """The last day of each period of a form that is wanted again and again; `None` while its bounds are unknown."""
    every = form.every
    if every is None:
        return None
    start, until = every.start(draft), every.until(draft)
    if start is None or until is None:
        return None
    return _ends(draft.plan.calendar, every.length, start, until)


MOST_PERIODS = 1000


@lru_cache(maxsize=1000)
def _ends(calendar: Calendar, length: Callable[[int], Duration], start: int, until: int) -> tuple[int, ...]:
    """The last days of the periods that begin before a day; asked again at each look of a guard."""
    ends: list[int] = []
    begin: int | None = start
    while begin is not None and begin < until and len(ends) < MOST_PERIODS:
        following = calendar.add(start, length(len(ends) + 1))
        if following is None or following <= begin:
            break
        ends.append(following - 1)
        begin = following
    return tuple(ends)


def overdue(draft: Draft, form: FormPlan) -> int | bool | None:
    """Periods past their end and grace without an entry; for a form that is due once, whether it is late."""
    if form.every is not None:
        ends = periods(draft, form)
        if ends is None:
            return 0
        late = bisect_left(ends, True, key=lambda end: not _late(draft, form, end))
        return sum(max(0, late - count) for count in served(draft, form).values())
    due = form.due(draft) if form.due else None
    if due is None:
        return False
    return bool(draft.today > due and not is_done(draft, form))


def _late(draft: Draft, form: FormPlan, end: int) -> bool:
    last = _last_day(draft, form, end)
    return last is not None and draft.today > last


def _last_day(draft: Draft, form: FormPlan, end: int) -> int | None:
    """The last day before the entry of a period is late."""
    grace = form.every.grace if form.every else None
    return draft.plan.calendar.add(end, grace) if grace else end


def due_days(draft: Draft, form: FormPlan) -> tuple[int | None, int | None]:
    """(the day by which the form is now wanted, the last day before it is overdue); `None` where nothing is wanted."""
    if form.every is not None:
        ends = periods(draft, form) or []
        least = _least(draft, form)
        if least >= len(ends):
            return None, None
        return ends[least], _last_day(draft, form, ends[least])
    due = form.due(draft) if form.due and not is_done(draft, form) else None
    return due, due


def _least(draft: Draft, form: FormPlan) -> int:
    """The periods that everybody has served."""
    return min(served(draft, form).values(), default=0)


def last_day_before_late(draft: Draft, form: FormPlan) -> int | None:
    """The next day after which more is overdue than today."""
    if form.every is None:
        return due_days(draft, form)[1]
    for end in (periods(draft, form) or [])[_least(draft, form) :]:
        last = _last_day(draft, form, end)
        if last is not None and last >= draft.today:
            return last
    return None


def fillers(form: m.Form) -> tuple[str, ...]:
    """The roles that fill a form."""
    return tuple(form.filled_by.each if isinstance(form.filled_by, m.EachOf) else form.filled_by)


def signers(form: m.Form) -> tuple[str, Sequence[str], int]:
    """How a form is signed: (mode, roles, quorum)."""
    match form.signed_by:
        case None:
            return "", (), 0
        case m.AllRoles():
            return "all", form.signed_by.all, 0
        case m.EachOf():
            return "each", form.signed_by.each, 0
        case m.QuorumOf():
            return "quorum", form.signed_by.of, form.signed_by.quorum
    return "any", form.signed_by, 0

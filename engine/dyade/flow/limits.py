"""What entries may not do together: repeat one another, or add up to too much in a day, a week, a month, a year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from dyade.flow.draft import Draft
from dyade.flow.outcome import Reason
from dyade.flow.telling.phrases import message_of
from dyade.flow.telling.visibility import Reader
from dyade.program import model as m
from dyade.program.conditions.types import EMPTY
from dyade.program.conditions.values import ValueRefused, parse_value

if TYPE_CHECKING:
    from dyade.flow.forms import FormPlan


def broken(draft: Draft, form: FormPlan, data: Mapping[str, Any], n: int, on: int) -> tuple[Reason, ...]:
    """Why an entry may not stand beside the others; a limit that only advises goes to the draft's advice."""
    found = list(_alike(draft, form, data, n))
    for at, limit in enumerate(form.model.limits):
        reason = _over(draft, form, limit, data, n, on)
        if draft.plan.answers is not None:
            draft.plan.answers.note(("forms", form.id, "limits", at), reason is None)
        if reason is None:
            continue
        if limit.level == "should":
            draft.advice.append(reason)
        elif draft.waivers.get((form.id, limit_id(limit))) != n:
            found.append(reason)
    return tuple(found)


def limit_id(limit: m.Limit) -> str:
    """The name of a limit: its id, else the datum that it counts."""
    return limit.id or limit.of or f"per_{limit.per}"


def lifted(draft: Draft, form: FormPlan, n: int) -> tuple[str, ...]:
    """The clauses and the limits of a form that are lifted for one entry."""
    if not draft.waivers:
        return ()
    return tuple(sorted(clause for (rule, clause), entry in draft.waivers.items() if rule == form.id and entry == n))


def waivable(form: FormPlan) -> dict[str, tuple[str, ...]]:
    """Who may lift each clause and each limit of a form; nobody, where that is said of none."""
    found = {leaf.id: tuple(leaf.clause.waivable_by or ()) for leaf in form.valid.clauses}
    return found | {limit_id(limit): tuple(limit.waivable_by or ()) for limit in form.model.limits}


def next_entry(draft: Draft, form: FormPlan) -> int:
    """The number of the entry that a waiver given now is for: the one that is being filled, else the next."""
    filled = draft.entries.get(form.id, ())
    going_on = (e.n for e in reversed(filled) if not e.submitted or not (e.complete or form.repeats))
    return next(going_on, len(filled) + 1)


def _alike(draft: Draft, form: FormPlan, data: Mapping[str, Any], n: int) -> Iterator[Reason]:
    names = form.model.unique
    if not names:
        return
    wanted = tuple(data.get(name) for name in names)
    for entry in draft.entries.get(form.id, ()):
        if entry.n != n and entry.submitted and tuple(entry.data.get(name) for name in names) == wanted:
            yield _seen(draft, form, names, Reason("not_unique", form.id, {"data": tuple(names), "entry": entry.n}))
            return


def _over(draft: Draft, form: FormPlan, limit: m.Limit, data: Mapping[str, Any], n: int, on: int) -> Reason | None:
    first, last = _stretch(limit.per, on)
    others = [e.data for e in draft.entries.get(form.id, ()) if e.n != n and e.submitted and first <= e.on <= last]
    total = sum(_amount(limit, entry) for entry in (*others, data))
    most = most_of(draft, form, limit)
    if most is None or total <= most:
        return None
    facts = {"form": form.id, "per": limit.per, "max": most, "total": total, "of": limit.of or ""}
    facts["waivable_by"] = tuple(limit.waivable_by or ())
    reason = Reason("limit", limit_id(limit), facts, message_of(draft, limit.message))
    return _seen(draft, form, [limit.of] if limit.of else [], reason)


def _seen(draft: Draft, form: FormPlan, data: Iterable[str], reason: Reason) -> Reason:
    """The same reason, without what it says of entries to someone who may not see them."""
    reader = Reader(draft, draft.actor)
    if reader.sees_form(form.id) and all(reader.sees_datum(("forms", form.id, name)) for name in data):
        return reason
    return Reason("hidden", reason.about, {key: reason.facts[key] for key in ("waivable_by",) if key in reason.facts})


def _amount(limit: m.Limit, data: Mapping[str, Any]) -> Any:
    if limit.of is None:
        return 1
    value = data.get(limit.of)
    return 0 if value is None or value is EMPTY else value


def most_of(draft: Draft, form: FormPlan, limit: m.Limit) -> Any:
    """The most that a limit allows."""
    if isinstance(limit.max, str) and limit.max.startswith("params."):
        return draft.plan.program.declared.params[limit.max.removeprefix("params.")][1]
    if limit.of is None:
        return int(limit.max) if not isinstance(limit.max, str) else None
    try:
        return parse_value(form.data[limit.of].type, limit.max)
    except ValueRefused:
        return None


def _stretch(per: str, on: int) -> tuple[int, int]:
    """The first and the last day of the stretch that a day lies in; weeks begin on Monday."""
    day = date.fromordinal(on)
    match per:
        case "day":
            return on, on
        case "week":
            return on - day.weekday(), on - day.weekday() + 6
        case "month":
            first = day.replace(day=1)
            following = (first + timedelta(days=32)).replace(day=1)
            return first.toordinal(), following.toordinal() - 1
        case "year":
            return date(day.year, 1, 1).toordinal(), date(day.year, 12, 31).toordinal()
    return 1, date.max.toordinal()

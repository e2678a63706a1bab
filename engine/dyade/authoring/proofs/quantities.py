"""Does what is required fit before the day by which it is? By the rates that forms allow: S006, and the margins."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import z3

from dyade.authoring.proofs.inquiry import Inquiry
from dyade.authoring.proofs.requirements import DAYS, Needed, Window, length, needs, rates, window
from dyade.authoring.proofs.solver import Verdict
from dyade.flow.telling.words import day
from dyade.program.checks.ground import Path
from dyade.program.conditions.compile import constant_value
from dyade.program.conditions.operators import is_constant
from dyade.program.diagnostics import Passage
from dyade.program.durations import Duration, format_duration
from dyade.texts import sentence

Rates = Mapping[str, Decimal]
MOST_DAYS = 3660
"""Days before a deadline in which room is looked for."""


class Margin(NamedTuple):
    """How much room there is before a deadline, in words and in numbers."""

    path: Path
    sentence: str
    facts: Mapping[str, str | int]


def check(inquiry: Inquiry) -> tuple[Margin, ...]:
    """Tell what cannot fit; return how much room there is for the rest."""
    found: dict[tuple[object, ...], Margin] = {}
    for needed in needs(inquiry):
        allowed = rates(inquiry, needed)
        when = window(inquiry, needed.form, inquiry.program.model.forms[needed.form])
        if not allowed or when.end is None:
            continue
        for case, amount in needed.amounts:
            for margin in _margins(inquiry, needed, case, amount, allowed, when):
                found.setdefault((needed.form, case, amount), margin)
    return tuple(found.values())


def _margins(
    inquiry: Inquiry, needed: Needed, case: str, amount: Decimal, allowed: Rates, when: Window
) -> Iterator[Margin]:
    what = Passage(_what(inquiry, needed, case))
    stretch = length(inquiry, when)
    if stretch is not None:
        yield from _within(inquiry, needed, what, amount, allowed, stretch)
    elif when.end is not None and is_constant(when.end):
        last = constant_value(when.end)
        first = constant_value(when.start) if when.start is not None and is_constant(when.start) else None
        if isinstance(last, int):
            yield from _until(inquiry, needed, what, amount, allowed, first, last)


def _per(inquiry: Inquiry, per: str) -> str:
    return sentence("diagnostics", f"proof.per.{per}", inquiry.lang)


def _within(
    inquiry: Inquiry, needed: Needed, what: Passage, amount: Decimal, allowed: Rates, stretch: Duration
) -> Iterator[Margin]:
    """So much in so long, wherever one begins."""
    bounds = inquiry.lengths.of(stretch)
    if bounds is None:
        return
    per, most = min(allowed.items(), key=lambda rate: rate[1] / DAYS[rate[0]])
    facts: dict[str, str | int] = {
        "what": what,
        "amount": _shown(amount),
        "rate": _shown(most),
        "per": _per(inquiry, per),
        "length": format_duration(stretch, inquiry.lang),
        "least": bounds[0],
        "most": bounds[1],
    }
    if _touched(per, bounds[1] + 1) * most < amount:
        inquiry.tell("S006", needed.path, facts=facts, name=needed.transition)
        return
    spare = _spare(inquiry, amount, most, bounds) if per == "week" else None
    if spare is None:
        return
    held = inquiry.words.listed((f"{days // 7}" for days in bounds), "or")
    facts |= {"weeks": math.ceil(amount / most), "held": held, "n": spare}
    key = "proof.weeks" if spare else "proof.weeks.none"
    yield Margin(needed.path, sentence("diagnostics", key, inquiry.lang, **facts), facts)


def _spare(inquiry: Inquiry, amount: Decimal, most: Decimal, bounds: tuple[int, int]) -> int | None:
    """How many whole weeks may be missed at the most; nothing where not even none may."""
    days, missed = z3.Ints("days missed")

    def feasible(number: int) -> Verdict:
        done = z3.ToReal(days / 7 - missed) * z3.RealVal(str(most))
        enough = done >= z3.RealVal(str(amount))
        return inquiry.solver.ask([days >= bounds[0], days <= bounds[1], missed == number, enough])

    if feasible(0).holds is not True:
        return None
    number = 0
    while feasible(number + 1).holds is True:
        number += 1
    return number


def _touched(per: str, days: int) -> int:
    """How many days, weeks or months of the calendar a stretch of days may touch at the most."""
    if per == "day":
        return days
    return (days + 5) // 7 + 1 if per == "week" else (days + 26) // 28 + 1


def _until(
    inquiry: Inquiry, needed: Needed, what: Passage, amount: Decimal, allowed: Rates, first: Any, last: int
) -> Iterator[Margin]:
    """So much before a day: from when on is it too late to begin?"""
    calendar = inquiry.lengths.calendar
    any_day = _last_start(amount, allowed, last, lambda _day: True)
    weekdays = _last_start(amount, allowed, last, lambda ordinal: (ordinal - 1) % 7 not in calendar.weekend)
    business = _last_start(amount, allowed, last, calendar.is_business_day)
    told = ", ".join(f"{_shown(most)} {_per(inquiry, per)}" for per, most in allowed.items())
    facts: dict[str, str | int] = {"what": what, "amount": _shown(amount), "last": day(last), "rates": Passage(told)}
    if isinstance(first, int) and (any_day is None or first > any_day):
        facts["first"] = day(first)
        inquiry.tell("S006", needed.path, variant="until", facts=facts, name=needed.transition)
    elif any_day is None:
        inquiry.tell("S006", needed.path, variant="ever", facts=facts, name=needed.transition)
    elif weekdays is not None and business is not None:
        facts |= {"any": day(any_day), "weekdays": day(weekdays), "business": day(business)}
        yield Margin(needed.path, sentence("diagnostics", "proof.until", inquiry.lang, **facts), facts)


def _last_start(amount: Decimal, allowed: Rates, last: int, counts: Callable[[int], bool]) -> int | None:
    """The last day on which one may begin, where only some days count; counted backwards, limit by limit."""
    left = amount
    used: dict[tuple[str, int], Decimal] = {}
    for ordinal in range(last, max(0, last - MOST_DAYS), -1):
        if counts(ordinal):
            then = date.fromordinal(ordinal)
            stretches = {"day": ordinal, "week": ordinal - then.weekday(), "month": then.year * 12 + then.month}
            keys = [(per, stretches[per]) for per in allowed]
            done = max(Decimal(0), min(allowed[key[0]] - used.get(key, Decimal(0)) for key in keys))
            for key in keys:
                used[key] = used.get(key, Decimal(0)) + done
            left -= done
        if left <= 0:
            return ordinal
    return None


def _what(inquiry: Inquiry, needed: Needed, case: str) -> str:
    """What is required: the label of the form, and of its datum."""
    form = inquiry.words.form(needed.form)
    datum = inquiry.words.datum(("forms", needed.form, needed.datum))
    return f"{form} › {datum}" + (f", {case}" if case else "")


def _shown(amount: Decimal) -> str:
    return f"{amount.normalize():f}"

"""Acts on what stands beside the states: meetings, places, certificates; an erasure, and another version."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from dyade.flow import messages as c
from tests.properties.programs import PEOPLE

if TYPE_CHECKING:
    from tests.properties.walks import Walk


class Forget(NamedTuple):
    """Erase the data of a person, and tell the dyad."""

    person: str


class Migrate(NamedTuple):
    """Come to live by the next version of the program."""


class Turn(NamedTuple):
    """Leave the dyad where it stands, for another one; for a new one, where there is no other of that id."""

    to: str


def act(walk: Walk) -> c.Command | Forget | Migrate | None:
    """Something of that kind that is asked now and then, where the program has it."""
    rng, model = walk.more, walk.program.model
    roll = rng.random()
    if roll < 0.004 and walk.can_forget():
        return Forget(rng.choice(walk.journal.subjects()))
    if roll < 0.05 and walk.can_migrate():
        return Migrate()
    found: list[Callable[[Walk], c.Command]] = []
    found += [_plan, _plan, _attend, _attend, _attend, _excuse, _excuse, _move, _cancel] if model.series else []
    found += [_offer, _take, _take] if model.quotas else []
    found += [_pay] * 4 if model.budgets and "claim" in model.forms else []
    found += [_revoke, _reissue] if model.certificates else []
    if walk.dyad is not None and walk.dyad.certificates and rng.random() < 0.12:
        return rng.choice((_revoke, _reissue, _reissue))(walk)
    found += [_reveal, _reveal] if walk.plan.glass else []
    if not found or rng.random() > 0.05 + 0.02 * len(found):
        return None
    return rng.choice(found)(walk)


def _of(walk: Walk, roles: list[str]) -> str:
    return walk.one_of(tuple(roles), walk.more)


def _meeting_day(walk: Walk, series: str, least: int = 0) -> int:
    """The day of a planned meeting, mostly."""
    assert walk.dyad is not None
    today = walk.plan.calendar.local_date(walk.now)
    known = [m.on for m in walk.dyad.meetings.get(series, ()) if m.status == "planned" and m.on >= least]
    return walk.more.choice(known) if known and walk.more.random() < 0.9 else today + walk.more.randint(-20, 20)


def _plan(walk: Walk) -> c.Command:
    name, series = walk.more.choice([*walk.program.model.series.items()])
    today = walk.plan.calendar.local_date(walk.now)
    days = tuple(today + walk.more.randint(-10, 25) for _ in range(walk.more.randint(1, 3)))
    until = max(days) + walk.more.randint(5, 60) if walk.more.random() < 0.3 else None
    return c.PlanMeetings(_of(walk, series.dates_set_by), name, days, until)


def _attend(walk: Walk) -> c.Command:
    assert walk.dyad is not None
    name, series = walk.more.choice([*walk.program.model.series.items()])
    held = sorted({one.person for held in walk.dyad.holdings.values() for one in held})
    present = walk.more.sample(held, walk.more.randint(0, len(held)))
    present += [walk.more.choice(PEOPLE)] if walk.more.random() < 0.05 else []
    day = _meeting_day(walk, name) if walk.more.random() < 0.4 else None
    return c.Attend(_of(walk, series.attendance_by), name, day, tuple(present))


def _excuse(walk: Walk) -> c.Command:
    name, series = walk.more.choice([*walk.program.model.series.items()])
    actor = _of(walk, series.absence.by if series.absence else series.attendance_by)
    person = actor if walk.more.random() < 0.6 else _of(walk, series.mandatory or [])
    return c.Excuse(actor, name, _meeting_day(walk, name, walk.plan.calendar.local_date(walk.now) + 2), person)


def _move(walk: Walk) -> c.Command:
    name, series = walk.more.choice([*walk.program.model.series.items()])
    day = _meeting_day(walk, name)
    return c.MoveMeeting(_of(walk, series.dates_set_by), name, day, day + walk.more.randint(-5, 20))


def _cancel(walk: Walk) -> c.Command:
    name, series = walk.more.choice([*walk.program.model.series.items()])
    return c.CancelMeeting(_of(walk, series.dates_set_by), name, _meeting_day(walk, name))


def _offer(walk: Walk) -> c.Command:
    """The host offers a place, to who waits for it if anybody does."""
    assert walk.dyad is not None
    waits = [key for key, share in walk.dyad.shares.items() if share == 0 and key[0].startswith("quotas.") and key[1]]
    person = walk.more.choice(waits)[1] if waits else walk.more.choice(("", "", "ana"))
    actor = c.SYSTEM if walk.more.random() < 0.95 else walk.person(walk.more)
    return c.Offer(actor, walk.more.choice((*walk.program.model.quotas,)), person)


def _take(walk: Walk) -> c.Command:
    """Somebody asks for what takes a place."""
    quota = walk.more.choice([*walk.program.model.quotas.values()])
    rule = walk.plan.rules[walk.more.choice(quota.reserve_on)]
    return c.Fire(_of(walk, [*rule.by]), rule.event_name, walk.data_of(rule))


def _pay(walk: Walk) -> c.Command:
    """What was claimed last goes on: claimed, confirmed, checked, paid."""
    assert walk.dyad is not None
    form = walk.program.model.forms["claim"]
    entries = [entry for entry in walk.dyad.entries.get("claim", ()) if entry.step != "paid"]
    if not entries:
        actor = _of(walk, [*walk.plan.forms["claim"].fillers])
        return c.Fill(actor, "claim", {"amount": f"{walk.more.randint(5, 60)}.25"})
    entry = walk.more.choice(entries)
    if not entry.complete and form.confirmed_by:
        return c.Confirm(_of(walk, form.confirmed_by), "claim", entry.n)
    step = "pay" if entry.step == "checked" else "check"
    return c.Step(_of(walk, ["coordinator"]), "claim", step, entry.n, {"sum": "4.50"} if step == "pay" else {})


def _revoke(walk: Walk) -> c.Command:
    name, certificate = walk.more.choice([*walk.program.model.certificates.items()])
    reason = walk.more.choice(("An error.", "An error.", ""))
    return c.RevokeCertificate(_of(walk, certificate.revoked_by), name, reason)


def _reveal(walk: Walk) -> c.Command:
    """Somebody opens what they may not see, or what stands around it."""
    glass = walk.plan.glass
    assert glass is not None
    item = walk.more.choice(glass.items)
    item = item if walk.more.random() < 0.8 else ".".join(item.split(".")[:2])
    return c.Reveal(_of(walk, glass.by), item, walk.more.choice(("Danger.", "Danger.", "Danger.", " ")))


def _reissue(walk: Walk) -> c.Command:
    name, certificate = walk.more.choice([*walk.program.model.certificates.items()])
    return c.ReissueCertificate(_of(walk, certificate.revoked_by), name, walk.more.choice(("Another name.", " ")))

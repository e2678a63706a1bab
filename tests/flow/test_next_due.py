"""When must time look again? At the first instant at which it may do something, and never before."""

from __future__ import annotations

import pytest

from dyade.flow import firing
from dyade.flow.decide import decide
from dyade.flow.draft import Draft
from dyade.flow.messages import SYSTEM, ChangeAttributes, Moved, Tick
from dyade.flow.outcome import Decision, Refusal
from tests.flow.living import DAY, HOUR, Life, done, moment, program


def watching(condition: str, **sections: str) -> str:
    """A program that is left by itself as soon as a condition holds."""
    more = "\n".join(f"{name}: {text}" for name, text in sections.items())
    return f"""
fields:
  x: {{type: date, set_by: [coordinator]}}
  y: {{type: date, set_by: [coordinator]}}
  hour: {{type: datetime, nullable: true}}
  begun: {{type: date, formula: fields.x + 1 week}}
  ripe: {{type: bool, formula: today >= fields.x + 2 weeks}}
{more}
initial: here
states: {{here: {{}}, gone: {{final: true}}}}
transitions:
  - {{id: leave, from: here, to: gone, auto: true, guard: [{{id: holds, when: "{condition}"}}]}}
"""


SHEET = """
  sheet:
    entry: {day: {type: date}, hours: {type: int}}
    filled_by: [mentor]
    available_in: here
    dated_by: day
"""
WEEKLY = "repeat: {every: 1 week, from: fields.x, until: fields.y, grace: 2 days}"
RECENT = "repeat: many\n    aggregates: {recent: {count: all, window: 4 weeks}}"
PAST = "repeat: many\n    aggregates: {past: {count: all, where: entry.day + 10 days < today}}"
X = {"x": "2026-10-01", "y": "2027-01-01", "hour": "2026-10-01T15:45:00-04:00"}

FLIPS = {
    # The bare clock, on either side.
    "today >= fields.x": "2026-10-01 00:00",
    "today > fields.x": "2026-10-02 00:00",
    "today == fields.x": "2026-10-01 00:00",
    "fields.x <= today": "2026-10-01 00:00",
    "fields.x < today": "2026-10-02 00:00",
    "today >= fields.x + 2 weeks": "2026-10-15 00:00",
    "fields.x + 10 business days <= today": "2026-10-15 00:00",
    "today >= state.entered + 1 month": "2026-10-21 00:00",
    "today > dyad.created": "2026-09-22 00:00",
    "now >= fields.hour": "2026-10-01 15:45",
    "now > fields.hour": "2026-10-01 15:45",
    "now >= fields.hour + 3 hours": "2026-10-01 18:45",
    # Turned round, and put together.
    "not (today <= fields.x)": "2026-10-02 00:00",
    "not (today < fields.x) and today >= fields.x + 1 week": "2026-10-08 00:00",
    "today >= fields.y or today >= fields.x": "2026-10-01 00:00",
    "today != fields.x and today > fields.x - 1 day": "2026-10-02 00:00",
    # Further away: behind a formula, a deadline, a count of days.
    "today >= fields.begun": "2026-10-08 00:00",
    "fields.ripe": "2026-10-15 00:00",
    "deadlines.limit.missed": "2026-10-12 00:00",
    "today >= deadlines.limit.missed_on": "2026-10-12 00:00",
    "deadlines.limit.left <= 3": "2026-10-08 00:00",
    "days_in(here) >= 3": "2026-09-24 00:00",
    "days_between(fields.x, today) >= 14": "2026-10-15 00:00",
    "weeks_between(fields.x, today) >= 2": "2026-10-15 00:00",
    "business_days_between(fields.x, today) >= 5": "2026-10-08 00:00",
    "max(fields.x, today) > fields.x": "2026-10-02 00:00",
    "today in [fields.x, fields.y]": "2026-10-01 00:00",
}


def fired(life: Life) -> str | None:
    """When the dyad moved."""
    return next((moment(record.head.at) for record in life.records if isinstance(record, Moved)), None)


@pytest.mark.parametrize(("condition", "expected"), FLIPS.items())
def test_a_condition_on_the_clock_is_looked_at_again_when_its_answer_changes(condition, expected):
    """A clock that ticks at announced instants alone moves the dyad at the first moment at which it holds."""
    life = Life(program(watching(condition, deadlines='{limit: {at: "fields.x + 10 days"}}')), fields=X)
    before = life.draft()

    life.live("2026-11-01")

    assert fired(life) == expected
    instant = life.records[-1].head.at
    assert [_holds(before, when) for when in (instant - 1, instant)] == [False, True]


def _holds(draft: Draft, instant: int) -> bool:
    draft.turn_to(instant)
    return firing.opens(draft, draft.plan.rules["leave"], "here")


@pytest.mark.parametrize(
    ("condition", "repeat", "expected"),
    [
        ("forms.sheet.overdue", "due: fields.x", "2026-10-02 00:00"),
        ("forms.sheet.overdue >= 1", WEEKLY, "2026-10-10 00:00"),
        ("forms.sheet.overdue >= 3", WEEKLY, "2026-10-24 00:00"),
        ("forms.sheet.recent == 0 and forms.sheet.done", RECENT, "2026-10-18 00:00"),
        ("forms.sheet.past == 1", PAST, "2026-10-01 00:00"),
    ],
    ids=["once", "first period", "third period", "window", "where"],
)
def test_the_figures_of_a_form_are_looked_at_again_when_a_day_changes_them(condition, repeat, expected):
    of = program(watching(condition, forms=f"{SHEET}    {repeat}"))
    life = Life(of, fields=X)
    if "aggregates" in repeat:
        done(life.fill("bob", "sheet", day="2026-09-20", hours=1))

    life.live("2027-03-01")

    assert fired(life) == expected


def test_the_figures_of_a_role_are_looked_at_again_when_a_day_changes_them():
    of = program("""
roles:
  mentor:
    attributes: {until: {type: date}}
    count: {min: 1, max: 3}
    aggregates: {gone: {count: all, where: person.until < today}}
  coordinator:
initial: here
states: {here: {}, gone: {final: true}}
transitions: [{id: leave, from: here, to: gone, auto: true, guard: [{id: holds, when: roles.mentor.gone >= 2}]}]
""")
    profiles = {"bob": {"until": "2026-10-01"}, "dan": {"until": "2026-11-05"}}
    life = Life(of, {"mentor": ("bob", "dan"), "coordinator": ("cleo",)}, profiles=profiles)

    life.live("2027-03-01")

    assert fired(life) == "2026-11-06 00:00"


def test_an_eligibility_that_begins_on_a_day_is_looked_at_again_that_day():
    of = program("""
roles:
  mentor:
    attributes: {since: {type: date}}
    eligible: [{id: trained, when: person.since + 1 month <= today}]
  coordinator:
clauses: {patient: {when: today >= dyad.created + 2 weeks}}
initial: here
states: {here: {}, gone: {final: true}}
transitions:
  - {id: leave, from: here, to: gone, auto: true, guard: [{use: patient}, {eligible: [mentor]}]}
""")
    life = Life(of, {"mentor": ("bob",), "coordinator": ("cleo",)}, profiles={"bob": {"since": "2020-01-01"}})
    done(life.do(ChangeAttributes(SYSTEM, "bob", {"since": "2026-10-01"})))

    life.live("2027-03-01")

    assert fired(life) == "2026-11-01 00:00"


# --------------------------------------------------------------------------------------------------------- the earliest

SEVERAL = """
fields:
  x: {type: date, set_by: [coordinator]}
  y: {type: date, set_by: [coordinator]}
initial: here
states: {here: {}, gone: {}, end: {final: true}}
transitions:
  - {id: leave, from: here, to: gone, at: fields.x}
  - {id: finish, from: gone, to: end, at: fields.y}
  - {id: stop, from: [here, gone], to: end, by: [coordinator]}
reminders:
  - {id: nudge, to: [mentor], while: here, at: fields.x - 3 days, template: nudge}
"""


@pytest.mark.parametrize(
    ("fields", "due"),
    [
        ({"x": "2026-10-08"}, "2026-10-05 09:00"),
        ({"x": "2026-10-08", "y": "2026-09-25"}, "2026-10-05 09:00"),
        ({"x": "2026-09-22"}, "2026-09-22 00:00"),
        ({"y": "2026-10-08"}, None),
        ({}, None),
    ],
)
def test_the_earliest_of_what_can_happen_from_here_is_announced(fields, due):
    """A reminder, a transition; nothing that another state waits for, nothing without a date."""
    life = Life(program(SEVERAL), fields=fields)

    assert moment(life.due) == due
    assert isinstance(life.last, Decision)
    assert moment(life.last.next_due) == due


def test_a_dyad_that_has_ended_announces_nothing():
    life = Life(program(SEVERAL), fields={"x": "2026-10-08", "y": "2026-10-10"})

    outcome = done(life.fire("cleo", "stop"))

    assert outcome.next_due is None


def test_what_is_announced_moves_with_the_date_that_it_comes_from():
    life = Life(program(SEVERAL), fields={"x": "2026-10-08"})

    outcome = done(life.set("cleo", "x", "2026-12-10"))

    assert moment(outcome.next_due) == "2026-12-07 09:00"


def test_a_refusal_announces_what_comes_after_what_time_did():
    life = Life(program(SEVERAL), fields={"x": "2026-10-08", "y": "2026-11-02"})

    outcome = life.on("2026-10-20").fire("bob", "stop")

    assert isinstance(outcome, Refusal)
    assert outcome.time is not None
    assert moment(outcome.time.next_due) == "2026-11-02 00:00"


def test_an_armed_transition_is_looked_at_again_when_its_guard_may_open():
    of = program("""
fields: {x: {type: date}}
initial: here
states: {here: {}, gone: {final: true}}
transitions:
  - {id: leave, from: here, to: gone, after: 1 week, guard: [{id: holds, when: today >= fields.x}]}
""")
    life = Life(of, fields={"x": "2026-10-20"})
    assert moment(life.due) == "2026-09-28 10:00"

    life.tick("2026-09-28 10:00")

    assert moment(life.due) == "2026-10-20 00:00"
    assert fired(life.live("2026-11-01")) == "2026-10-20 00:00"


def test_an_armed_transition_that_only_a_fact_can_open_announces_nothing():
    of = program("""
fields: {ready: {type: bool, default: false, set_by: [coordinator]}}
initial: here
states: {here: {}, gone: {final: true}}
transitions:
  - {id: leave, from: here, to: gone, after: 1 week, guard: [{id: holds, when: fields.ready}]}
""")
    life = Life(of)

    assert done(life.tick("2026-10-01")).next_due is None


def test_a_reminder_that_a_day_will_wake_is_looked_at_again_that_day():
    """It is stopped until the date; the weeks before it are missed, not sent in a heap."""
    of = program("""
fields: {x: {type: date}}
initial: here
states: {here: {}, end: {final: true}}
transitions: [{id: stop, from: here, to: end, by: [coordinator]}]
reminders:
  - {id: nudge, to: [mentor], while: here, after: 1 day, every: 1 week, stop_when: today < fields.x, template: nudge}
""")
    life = Life(of, fields={"x": "2026-10-10"})
    assert moment(life.due) == "2026-10-10 00:00"

    life.live("2026-10-21")

    assert life.reminded() == [
        ("2026-10-10 00:00", "nudge", 0, 2, "missed"),
        ("2026-10-13 09:00", "nudge", 3, 3, "sent"),
        ("2026-10-20 09:00", "nudge", 4, 4, "sent"),
    ]


def test_looking_in_vain_leaves_no_trace_and_announces_a_later_instant():
    life = Life(program(watching("today > fields.x")), fields=X)
    assert moment(life.due) == "2026-10-01 00:00"
    before = life.dyad

    outcome = done(life.tick("2026-10-01 00:00"))

    assert (outcome.records, outcome.dyad) == ((), before)
    assert moment(outcome.next_due) == "2026-10-02 00:00"


def test_a_clause_that_reads_no_clock_is_never_looked_at_again():
    of = program(watching("fields.x == fields.y"))

    assert Life(of, fields=X).due is None


def test_a_quiet_instant_that_is_given_spares_looking():
    """Before it, nothing is looked for; from it on, all that is due is done."""
    life = Life(program(SEVERAL), fields={"x": "2026-10-08"})
    assert life.dyad is not None
    context = life.context._replace(quiet_until=life.due)
    assert life.due is not None

    early, late = (
        done(decide(life.program, life.dyad, Tick(), context._replace(now=life.due + more))) for more in (-1, 0)
    )

    assert early.records == ()
    assert len(late.records) == 1


def test_a_day_when_the_clocks_change_has_its_midnight_all_the_same():
    life = Life(program(watching("days_in(here) >= 1")), now="2026-10-31 10:00", fields=X)

    assert moment(life.due) == "2026-11-01 00:00"
    life.live("2026-11-05")

    assert fired(life) == "2026-11-01 00:00"
    other = Life(program(watching("days_in(here) >= 2")), now="2026-10-31 10:00", fields=X)
    other.live("2026-11-05")
    first, second = (record.head.at for record in (life.records[-1], other.records[-1]))
    assert second - first == DAY + HOUR

"""What will time do, if nothing changes? What a transition will prevent is not announced."""

from __future__ import annotations

import pytest

from dyade.flow.draft import Draft
from dyade.flow.plan import plan_of
from dyade.flow.telling.cards import calendar
from dyade.flow.telling.upcoming import MOST, upcoming
from dyade.flow.telling.visibility import Reader
from dyade.flow.telling.words import Words
from tests.flow.living import Life, at, done, moment, program

BASE = """
fields:
  ends: {type: date, set_by: [coordinator]}
  begins: {type: date, set_by: [coordinator]}
  quiet: {type: bool, default: false, set_by: [coordinator]}
initial: here
states: {here: {}, there: {}, end: {final: true}}
transitions:
  - {id: leave, label: Leave, from: here, to: there, at: fields.ends GUARD}
  - {id: close, label: Close, from: there, to: end, after: 1 month}
  - {id: stop, label: Stop, from: any, to: end, by: [coordinator]}
deadlines: {limit: {at: fields.ends - 1 day, label: The limit, while: [here]}}
reminders:
  - {id: weekly, label: Weekly, to: [mentor], while: here, after: 3 days, every: 1 week, roll: none, template: w,
     stop_when: fields.quiet}
  - {id: then, label: Then, to: [mentor], while: there, after: 3 days, roll: none, template: t}
"""
OF = program(BASE.replace("GUARD", ""))


def coming(life: Life, until: str | None = None, reader: str | None = "cleo") -> list[tuple[str | None, str, str]]:
    """(moment, kind, id) of everything that is announced."""
    assert life.dyad is not None
    draft = Draft(plan_of(life.program), life.dyad, life.context)
    found = upcoming(draft, Reader(draft, reader), at(until) if until else None)
    return [(moment(one.at), one.kind, one.id) for one in found]


def test_everything_that_time_will_do_is_announced_in_order():
    life = Life(OF, fields={"ends": "2026-10-03"})

    assert coming(life, "2026-12-31") == [
        ("2026-09-24 09:00", "reminder", "weekly"),
        ("2026-10-01 09:00", "reminder", "weekly"),
        ("2026-10-02 00:00", "deadline", "limit"),
        ("2026-10-03 00:00", "transition", "leave"),
        ("2026-10-06 09:00", "reminder", "then"),
        ("2026-11-03 00:00", "transition", "close"),
    ]


def test_what_a_transition_will_prevent_is_not_announced():
    """No reminder after the state is left, although its series would go on; nothing after the end."""
    life = Life(OF, fields={"ends": "2026-09-25"})

    found = coming(life, "2027-12-31")

    assert [when for when, _, name in found if name == "weekly"] == ["2026-09-24 09:00"]
    assert found[-1] == ("2026-10-25 00:00", "transition", "close")


def test_a_transition_whose_guard_will_not_hold_is_not_announced_nor_what_would_follow_it():
    of = program(BASE.replace("GUARD", ", guard: [{id: hushed, when: fields.quiet}]"))
    life = Life(of, fields={"ends": "2026-09-25"})

    found = coming(life, "2026-10-10")

    assert {name for _, _, name in found} == {"weekly", "limit"}
    assert len(found) == 4


def test_a_transition_whose_guard_the_clock_will_open_is_announced_for_that_day():
    of = program(BASE.replace("GUARD", ", guard: [{id: begun, when: today >= fields.begins}]"))
    life = Life(of, fields={"ends": "2026-09-25", "begins": "2026-10-02"})

    assert ("2026-10-02 00:00", "transition", "leave") in coming(life)


def test_what_was_stopped_is_not_announced():
    life = Life(OF, fields={"ends": "2026-11-01", "quiet": True})

    assert "weekly" not in {name for _, _, name in coming(life, "2027-01-01")}


def test_without_a_limit_only_the_next_of_each_is_announced():
    life = Life(OF, fields={"ends": "2026-12-31"})

    assert coming(life) == [
        ("2026-09-24 09:00", "reminder", "weekly"),
        ("2026-12-30 00:00", "deadline", "limit"),
        ("2026-12-31 00:00", "transition", "leave"),
        ("2027-01-03 09:00", "reminder", "then"),
        ("2027-01-31 00:00", "transition", "close"),
    ]


def test_a_forecast_changes_nothing():
    life = Life(OF, fields={"ends": "2026-10-03"})
    before = life.dyad

    coming(life, "2030-01-01")

    assert life.dyad == before
    assert life.reminded() == []


@pytest.mark.parametrize("until", ["2026-09-23", "2026-10-01 09:00", "2026-10-03", "2026-11-03"])
def test_what_was_announced_is_what_comes(until):
    """A clock that is never late does just that, at those instants."""
    life = Life(OF, fields={"ends": "2026-10-03"})
    announced = [(when, name) for when, kind, name in coming(life, until) if kind != "deadline"]

    life.live(until)

    happened = [
        (moment(record.head.at), record.transition if type(record).__name__ == "Moved" else record.reminder)
        for record in life.records
        if type(record).__name__ in ("Moved", "Reminded")
    ]
    assert happened == announced


def test_a_forecast_has_an_end_where_a_series_has_none():
    life = Life(OF)

    assert MOST - 10 < len(coming(life, "2099-01-01")) <= MOST


def test_what_is_late_is_told_as_late():
    life = Life(
        program(BASE.replace("GUARD", ", guard: [{id: hushed, when: fields.quiet}]")), fields={"ends": "2026-09-25"}
    )
    life.live("2026-09-26")
    assert life.dyad is not None

    shown = calendar(life.program, life.dyad, life.context, "cleo", "en", at("2026-10-02"))

    assert [(due.when, due.text, due.late) for due in shown] == [
        ("2026-09-24", "deadline: The limit", True),
        ("2026-10-01 09:00", "reminder “Weekly”", False),
    ]


def test_a_reminder_without_a_label_is_called_by_its_subject_or_its_name():
    of = program("""
initial: here
states: {here: {}, end: {final: true}}
transitions: [{id: stop, from: here, to: end, by: [coordinator]}]
templates:
  plain: {subject: Think of it, body: "."}
  placed: {subject: "Since {dyad.created}", body: "."}
reminders:
  - {id: plain, to: [mentor], while: here, after: 1 day, template: plain}
  - {id: placed, to: [mentor], while: here, after: 2 days, template: placed}
""")
    life = Life(of)
    assert life.dyad is not None
    words = Words(plan_of(of), "en", {})
    draft = Draft(plan_of(of), life.dyad, life.context)

    assert [one.label(words) for one in upcoming(draft, Reader(draft, "bob"))] == ["Think of it", "placed"]


# ---------------------------------------------------------------------------------------------------------------- forms

FORMS = program("""
fields: {ends: {type: date}, begins: {type: date}}
forms:
  review:
    label: The review
    entry: {points: {type: int}}
    filled_by: [mentor]
    available_in: here
    due: fields.ends
  weekly:
    label: The sheet
    entry: {points: {type: int}}
    filled_by: [mentor]
    available_in: here
    repeat: {every: 1 week, from: fields.begins, until: fields.ends, grace: 2 days}
initial: here
states: {here: {}, there: {}, end: {final: true}}
transitions:
  - {id: go, from: here, to: there, by: [coordinator]}
  - {id: stop, from: there, to: end, by: [coordinator]}
""")


def forms(life: Life) -> list[tuple[str, bool]]:
    """(day and words, late) of what is to be filled."""
    assert life.dyad is not None
    shown = calendar(life.program, life.dyad, life.context, "cleo", "en", at("2027-01-01"))
    return [(f"{due.when} {due.text}", due.late) for due in shown]


def test_a_form_that_falls_due_is_announced_until_it_is_filled():
    life = Life(FORMS, fields={"ends": "2026-10-30", "begins": "2026-10-30"})
    assert forms(life) == [("2026-10-30 to fill in: The review", False)]
    assert forms(life.on("2026-10-31")) == [("2026-10-30 to fill in: The review", True)]

    done(life.fill("bob", "review", points=1))

    assert forms(life) == []


def test_a_form_of_each_period_is_announced_for_the_oldest_that_is_open():
    """It is wanted by the end of its week, and late after the grace."""
    life = Life(FORMS, fields={"begins": "2026-09-21", "ends": "2026-10-05"})
    weekly = [("2026-09-27 to fill in: The sheet", False), ("2026-10-05 to fill in: The review", False)]
    assert forms(life) == weekly
    assert forms(life.on("2026-09-29")) == weekly
    assert forms(life.on("2026-09-30"))[0] == ("2026-09-27 to fill in: The sheet", True)

    done(life.fill("bob", "weekly", points=1))

    assert forms(life)[0] == ("2026-10-04 to fill in: The sheet", False)
    done(life.fill("bob", "weekly", points=1))
    assert forms(life) == [("2026-10-05 to fill in: The review", False)]


def test_a_form_that_cannot_be_filled_from_here_is_not_announced():
    life = Life(FORMS, fields={"begins": "2026-09-21", "ends": "2026-10-05"})

    done(life.fire("cleo", "go"))

    assert forms(life) == []

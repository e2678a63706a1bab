"""Reminders: on their day, once each; stopped, skipped, missed, escalated; after days down, by their policy."""

import pytest

from dyade.flow import messages as c
from tests.flow.living import Life, done, moment, program, unchecked

BASE = """
fields:
  d: {type: date, nullable: true, set_by: [mentor]}
  ok: {type: bool, default: false, set_by: [mentor]}
forms:
  log: {entry: {on: {type: date}}, filled_by: [mentor], dated_by: "on", repeat: many, available_in: [a]}
initial: a
states: {a: {initial: a1, states: {a1: {}}}, b: {delays: {a: run}}, z: {final: true}}
transitions:
  - {id: off, from: a, to: b, by: [mentor]}
  - {id: resume, from: b, to: history(a), by: [mentor]}
  - {id: anew, from: b, to: a, by: [mentor]}
  - {id: end, from: b, to: z, by: [mentor]}
  EXTRA
reminders:
  - {id: r, to: [mentor], while: a, template: t, REMINDER}
"""


def reminded(reminder: str, extra: str = "", **fields) -> Life:
    extra = f"- {extra}" if extra else ""
    return Life(program(BASE.replace("REMINDER", reminder).replace("EXTRA", extra)), fields=fields)


def sends(life: Life) -> list[str]:
    """The moments at which something was sent."""
    return [when for when, _, _, _, status in life.reminded() if status == "sent"]


# ------------------------------------------------------------------------------------------------------------- on its day


@pytest.mark.parametrize(
    ("reminder", "fields", "expected"),
    [
        ("after: 2 days", {}, ["2026-09-23 09:00"]),
        ("after: 5 business days", {}, ["2026-09-28 09:00"]),
        ("after: 5 days", {}, ["2026-09-28 09:00"]),
        ("after: 5 days, roll: previous_business_day", {}, ["2026-09-25 09:00"]),
        ("after: 5 days, roll: none", {}, ["2026-09-26 09:00"]),
        ("at: fields.d", {"d": "2026-09-24"}, ["2026-09-24 09:00"]),
        ("at: fields.d - 1 week", {"d": "2026-10-02"}, ["2026-09-25 09:00"]),
        ("at: fields.d", {}, []),
        ("after: 1 week, every: 1 week, max: 2", {}, ["2026-09-28 09:00", "2026-10-05 09:00"]),
        ("after: 1 day, every: 3 days, max: 3, roll: none", {}, ["2026-09-22 09:00", "2026-09-25 09:00", "2026-09-28 09:00"]),
        # A series counts from its anchor, not from the day that it was put off to.
        ("at: fields.d, every: 1 week, max: 3", {"d": "2026-09-26"}, ["2026-09-28 09:00", "2026-10-05 09:00", "2026-10-12 09:00"]),
        ("after: 40 days, roll: none", {}, ["2026-10-31 09:00"]),
        ("after: 42 days, roll: none", {}, ["2026-11-02 09:00"]),
    ],
)
def test_a_reminder_goes_out_at_its_hour_of_its_day(reminder, fields, expected):
    assert sends(reminded(reminder, **fields).live("2026-11-10 00:00")) == expected


def test_nothing_goes_out_before_its_time():
    life = reminded("after: 2 days")
    assert done(life.tick("2026-09-23 08:59")).records == ()
    assert len(done(life.tick("2026-09-23 09:00")).records) == 1


def test_it_goes_to_the_persons_who_hold_the_role_now():
    life = reminded("after: 2 days")
    done(life.do(c.Assign("cleo", "mentor", "dan")))
    life.live("2026-09-30")
    assert life.sent() == [("dan", "t")]


def test_without_anybody_to_send_it_to_it_is_skipped():
    life = reminded("after: 2 days")
    done(life.do(c.Unassign("cleo", "mentor", "bob")))
    life.live("2026-09-30")
    assert life.reminded() == [("2026-09-23 09:00", "r", 0, 0, "skipped")]


# --------------------------------------------------------------------------------------------------- stopped and skipped


def test_it_stops_while_something_holds():
    life = reminded("after: 1 day, every: 1 day, roll: none, max: 9, stop_when: fields.ok")
    life.live("2026-09-24 00:00")
    done(life.set("bob", "ok", True))
    life.live("2026-09-27 00:00")
    assert sends(life) == ["2026-09-22 09:00", "2026-09-23 09:00"]


def test_what_fell_due_while_it_was_stopped_is_missed_once_nothing_stops_it():
    life = reminded("after: 1 day, every: 1 day, roll: none, max: 9, stop_when: fields.ok", ok=True)
    life.live("2026-09-24 00:00")
    done(life.set("bob", "ok", False))
    life.live("2026-09-25 00:00")
    assert life.reminded() == [("2026-09-24 00:00", "r", 0, 1, "missed"), ("2026-09-24 09:00", "r", 2, 2, "sent")]


@pytest.mark.parametrize("patient", [True, False])
def test_what_stops_it_may_end_by_the_passing_of_days(patient):
    """Found out at that very day, however late the clock is."""
    life = reminded("after: 1 day, every: 1 day, roll: none, max: 9, catch_up: all, stop_when: today < fields.d", d="2026-09-24")
    if patient:
        life.live("2026-09-25 12:00")
    else:
        done(life.tick("2026-09-25 12:00"))
    assert life.reminded() == [
        ("2026-09-24 00:00", "r", 0, 1, "missed"),
        ("2026-09-24 09:00", "r", 2, 2, "sent"),
        ("2026-09-25 09:00", "r", 3, 3, "sent"),
    ]


def test_it_is_skipped_on_a_day_on_which_it_should_not_go():
    life = reminded("after: 1 day, every: 1 day, roll: none, max: 2, only_if: fields.ok")
    life.live("2026-09-23 00:00")
    done(life.set("bob", "ok", True))
    life.live("2026-09-30 00:00")
    assert [(when, status) for when, _, _, _, status in life.reminded()] == [
        ("2026-09-22 09:00", "skipped"),
        ("2026-09-23 09:00", "sent"),
        ("2026-09-24 09:00", "sent"),
    ]


def test_leaving_the_state_drops_the_rest_without_a_record():
    life = reminded("after: 1 day, every: 1 day, roll: none, max: 9")
    life.live("2026-09-23 00:00")
    done(life.fire("bob", "off"))
    life.live("2026-09-30 00:00")
    assert sends(life) == ["2026-09-22 09:00"]
    assert len(life.reminded()) == 1


def test_a_plain_entry_begins_anew_and_history_sends_nothing_twice():
    for event, expected in (("anew", ["2026-09-24 09:00"]), ("resume", [])):
        life = reminded("after: 2 days, roll: none")
        life.live("2026-09-22 08:00")
        done(life.fire("bob", "off"))
        done(life.fire("bob", event))
        life.live("2026-10-30 00:00")
        assert sends(life) == (expected or ["2026-09-23 09:00"])

    life = reminded("after: 2 days, roll: none")
    life.live("2026-09-25 00:00")
    done(life.fire("bob", "off"))
    done(life.fire("bob", "resume"))
    life.live("2026-10-30 00:00")
    assert sends(life) == ["2026-09-23 09:00"]


def test_what_fell_due_while_away_is_missed_on_the_way_back():
    life = reminded("after: 2 days, roll: none")
    done(life.fire("bob", "off"))
    life.live("2026-09-25 00:00")
    done(life.fire("bob", "resume"))
    assert life.reminded() == [("2026-09-25 00:00", "r", 0, 0, "missed")]


# ---------------------------------------------------------------------------------------------------------------- anchors


def test_moving_the_date_moves_what_is_due_and_what_was_sent_is_not_sent_again():
    life = reminded("at: fields.d", d="2026-09-23")
    life.live("2026-09-24 00:00")
    done(life.set("bob", "d", "2026-09-28"))
    life.live("2026-09-29 00:00")
    done(life.set("bob", "d", "2026-09-23"))
    done(life.set("bob", "d", "2026-09-28"))
    life.live("2026-10-30 00:00")
    assert sends(life) == ["2026-09-23 09:00", "2026-09-28 09:00"]


def test_a_date_moved_before_it_was_due_is_never_sent():
    life = reminded("at: fields.d", d="2026-09-23")
    done(life.set("bob", "d", "2026-09-30"))
    life.live("2026-10-30 00:00")
    assert sends(life) == ["2026-09-30 09:00"]


def test_a_date_set_in_the_past_is_missed_recorded_and_not_sent():
    life = reminded("at: fields.d, every: 1 week, max: 3, roll: none")
    done(life.set("bob", "d", "2026-09-10"))
    assert life.reminded() == [("2026-09-21 10:00", "r", 0, 1, "missed")]
    life.live("2026-10-30 00:00")
    assert sends(life) == ["2026-09-24 09:00", "2026-10-01 09:00", "2026-10-08 09:00"]


def test_a_date_of_today_later_than_its_hour_is_missed():
    life = reminded("at: fields.d")
    done(life.set("bob", "d", "2026-09-21"))
    assert life.reminded() == [("2026-09-21 10:00", "r", 0, 0, "missed")]


# --------------------------------------------------------------------------------------------------- each and escalation


def test_each_entry_has_a_reminder_of_its_own():
    life = reminded("each: forms.log, at: item.on + 3 days")
    for on in ("2026-09-20", "2026-09-21"):
        done(life.fill("bob", "log", on=on))
    life.live("2026-09-30 00:00")
    assert [(r.item, moment(r.head.at)) for r in life.records if isinstance(r, c.Reminded)] == [
        (1, "2026-09-23 09:00"),
        (2, "2026-09-24 09:00"),
    ]


def test_after_so_many_sent_someone_else_is_told():
    life = reminded("after: 1 day, every: 1 day, max: 3, roll: none, escalate: {after: 2, to: [coordinator], template: late}")
    life.live("2026-10-30 00:00")
    assert life.sent() == [("bob", "t"), ("bob", "t"), ("cleo", "late"), ("bob", "t")]
    assert [record.escalated for record in life.records if isinstance(record, c.Reminded)] == [(), ("cleo",), ()]


def test_those_that_were_skipped_do_not_count():
    life = reminded("after: 1 day, every: 1 day, max: 3, roll: none, only_if: fields.ok, escalate: {after: 1, to: [coordinator], template: late}")
    life.live("2026-09-24 00:00")
    done(life.set("bob", "ok", True))
    life.live("2026-09-24 12:00")
    assert life.sent() == [("bob", "t"), ("cleo", "late")]


# -------------------------------------------------------------------------------------------------------------- catch-up


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("once", [(0, 2, "missed"), (3, 3, "sent")]),
        ("all", [(0, 0, "sent"), (1, 1, "sent"), (2, 2, "sent"), (3, 3, "sent")]),
        ("skip", [(0, 3, "missed")]),
    ],
)
def test_after_days_down_each_policy_is_followed_in_due_order(policy, expected):
    """Four days were due; each keeps its own instant, and is written when the service was back."""
    life = reminded(f"after: 1 day, every: 1 day, max: 9, roll: none, catch_up: {policy}")
    done(life.tick("2026-09-26 08:00"))
    found = [(n, through, status) for _, _, n, through, status in life.reminded()]
    assert found == expected
    assert {moment(r.head.recorded_at) for r in life.records if isinstance(r, c.Reminded)} == {"2026-09-26 08:00"}
    life.live("2026-09-26 09:00")
    assert life.reminded()[-1] == ("2026-09-26 09:00", "r", 4, 4, "sent")


def test_skipping_still_sends_what_is_of_today():
    life = reminded("after: 1 day, every: 1 day, max: 9, roll: none, catch_up: skip")
    done(life.tick("2026-09-25 10:00"))
    assert [(n, through, status) for _, _, n, through, status in life.reminded()] == [(0, 2, "missed"), (3, 3, "sent")]


def test_late_messages_are_capped_to_the_latest():
    life = reminded("after: 1 day, every: 1 day, max: 1000, roll: none, catch_up: all")
    done(life.tick("2026-11-30 12:00"))
    assert [(n, through) for _, _, n, through, _ in life.reminded("missed")] == [(0, 49)]
    assert len(life.reminded("sent")) == 20


def test_a_reminder_is_not_lost_in_400_days_off():
    life = reminded("at: fields.d", d="2026-09-25")
    done(life.tick("2027-10-30 12:00"))
    assert life.reminded() == [("2026-09-25 09:00", "r", 0, 0, "sent")]


@pytest.mark.parametrize(
    ("policy", "expected"), [("once", [(0, 2, "missed"), (3, 3, "sent")]), ("skip", [(0, 3, "missed")])]
)
def test_what_would_never_have_been_due_is_not_missed(policy, expected):
    """The state was left meanwhile: four were due before, whatever the clock slept through."""
    life = reminded(f"after: 1 day, every: 1 day, max: 99, roll: none, catch_up: {policy}", "{id: leave, from: a, to: b, after: 4 days}")
    done(life.tick("2026-10-20 12:00"))
    assert [(n, through, status) for _, _, n, through, status in life.reminded()] == expected


def test_state_changes_happen_each_at_their_own_instant_in_order():
    life = reminded("after: 1 week, every: 1 week, max: 9", "{id: leave, from: a, to: b, after: 10 days}")
    done(life.tick("2027-01-01 12:00"))
    assert [(str(moment(r.head.at)), type(r).__name__) for r in life.records[-2:]] == [
        ("2026-09-28 09:00", "Reminded"),
        ("2026-10-01 10:00", "Moved"),
    ]


# ----------------------------------------------------------------------------------------------------------- the calendar


@pytest.mark.parametrize(
    ("hour", "day_", "instants"),
    [("02:30", "2027-03-14", ["2027-03-14 03:00"]), ("01:30", "2026-11-01", ["2026-11-01 01:30"])],
)
def test_a_local_hour_that_is_skipped_moves_on_and_one_that_repeats_happens_once(hour, day_, instants):
    at_night = program(BASE.replace("REMINDER", "at: fields.d, roll: none").replace("EXTRA", ""), day_time=hour)
    life = Life(at_night, fields={"d": day_})
    life.live("2027-04-01 00:00")
    assert sends(life) == instants


def test_at_one_instant_transitions_come_first_then_reminders_in_document_order():
    ordered = unchecked(
        """
        day_time: "00:00"
        fields: {d: {type: date, set_by: [mentor]}}
        initial: a
        states: {a: {}, b: {}, z: {final: true}}
        transitions:
          - {id: reach, from: a, to: b, at: fields.d}
          - {id: follow, from: b, auto: true, guard: [{id: p, when: today >= fields.d}], effects: [{emit: {name: followed}}]}
          - {id: end, from: b, to: z, by: [mentor]}
        reminders:
          - {id: gone, to: [mentor], while: a, at: fields.d, roll: none, template: gone}
          - {id: second, to: [mentor], while: b, at: fields.d, roll: none, template: second}
          - {id: first, to: [mentor], while: b, at: fields.d, roll: none, template: first}
        """
    )
    life = Life(ordered, fields={"d": "2026-09-23"})
    done(life.tick("2026-09-23 00:00"))
    assert [r.transition if isinstance(r, c.Moved) else r.reminder for r in life.records[-4:]] == ["reach", "follow", "second", "first"]

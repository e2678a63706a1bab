"""After a stop of the service, which of the late messages are still sent?"""

from __future__ import annotations

import pytest

from dyade.flow import messages as c
from dyade.flow.outcome import Decision
from tests.flow.living import Life, done, moment, program


def stopped(keys: str, **fields: str) -> Life:
    """A dyad with a weekly reminder, on Thursdays from 2026-09-24 on; nobody lets time act."""
    return Life(
        program(f"""
fields:
  ends: {{type: date, set_by: [coordinator]}}
  moved: {{type: date, nullable: true, set_by: [coordinator]}}
  kept: {{type: date, set_by: [coordinator]}}
initial: here
states: {{here: {{}}, there: {{}}, end: {{final: true}}}}
transitions:
  - {{id: leave, from: here, to: there, at: fields.ends}}
  - {{id: shift, from: here, at: fields.moved, effects: [{{set: {{kept: fields.moved + 3 weeks}}}}]}}
  - {{id: stop, from: any, to: end, by: [coordinator]}}
reminders:
  - {{id: nudge, to: [mentor], while: here, template: nudge, roll: none, {keys}}}
"""),
        fields=fields,
    )


WEEKLY = "after: 3 days, every: 1 week"


def told(life: Life) -> list[tuple[str, int, int, str]]:
    """(moment at which it was due, first, last, status) of every record of the reminder."""
    return [(when, n, through, status) for when, _, n, through, status in life.reminded()]


# --------------------------------------------------------------------------------------------------------- the policies

POLICIES = {
    # Back on Sunday 2026-10-18 at noon: four are late.
    ("once", "2026-10-18 12:00"): [
        ("2026-09-24 09:00", 0, 2, "missed"),
        ("2026-10-15 09:00", 3, 3, "sent"),
    ],
    ("all", "2026-10-18 12:00"): [
        ("2026-09-24 09:00", 0, 0, "sent"),
        ("2026-10-01 09:00", 1, 1, "sent"),
        ("2026-10-08 09:00", 2, 2, "sent"),
        ("2026-10-15 09:00", 3, 3, "sent"),
    ],
    ("skip", "2026-10-18 12:00"): [("2026-09-24 09:00", 0, 3, "missed")],
    # Back on the day of the last one: it is not late yet.
    ("skip", "2026-10-15 22:00"): [
        ("2026-09-24 09:00", 0, 2, "missed"),
        ("2026-10-15 09:00", 3, 3, "sent"),
    ],
    # One alone.
    ("once", "2026-09-29"): [("2026-09-24 09:00", 0, 0, "sent")],
    ("all", "2026-09-29"): [("2026-09-24 09:00", 0, 0, "sent")],
    ("skip", "2026-09-29"): [("2026-09-24 09:00", 0, 0, "missed")],
    ("skip", "2026-09-24 23:59"): [("2026-09-24 09:00", 0, 0, "sent")],
}


@pytest.mark.parametrize(("policy", "back", "expected"), [(*key, value) for key, value in POLICIES.items()])
def test_late_messages_follow_the_policy_of_their_reminder(policy, back, expected):
    life = stopped(f"{WEEKLY}, catch_up: {policy}")

    life.tick(back)

    assert told(life) == expected
    assert len(life.sent()) == [status for *_, status in expected].count("sent")


def test_the_last_one_is_sent_where_nothing_else_is_said():
    life = stopped(WEEKLY)

    life.tick("2026-10-18 12:00")

    assert [status for *_, status in told(life)] == ["missed", "sent"]


@pytest.mark.parametrize(
    ("policy", "status"), [("once", "sent"), ("all", "sent"), ("skip", "missed")]
)  # fmt: skip
def test_one_that_is_sent_once_is_late_or_missed_the_same_way(policy, status):
    life = stopped(f"after: 3 days, catch_up: {policy}")

    life.tick("2027-09-01")

    assert told(life) == [("2026-09-24 09:00", 0, 0, status)]


def test_all_means_the_last_twenty():
    life = stopped(f"{WEEKLY}, catch_up: all")

    life.tick("2027-09-30 12:00")

    assert told(life)[0] == ("2026-09-24 09:00", 0, 33, "missed")
    assert [through for _, _, through, status in told(life) if status == "sent"] == list(range(34, 54))


@pytest.mark.parametrize("policy", ["once", "all", "skip"])
def test_each_occurrence_belongs_to_one_record_whatever_the_policy_and_the_stops(policy):
    life = stopped(f"{WEEKLY}, catch_up: {policy}")

    for back in ("2026-09-24 10:00", "2026-11-03", "2026-11-05 09:00", "2027-04-01", "2027-04-01 09:00", "2028-05-06"):
        life.tick(back)

    assert [n for _, first, last, _ in told(life) for n in range(first, last + 1)] == list(range(85))


def test_a_late_record_bears_its_own_instant_and_that_at_which_it_was_written():
    life = stopped(WEEKLY)

    life.tick("2026-10-18 12:00")

    heads = [record.head for record in life.records if isinstance(record, c.Reminded)]
    assert [moment(head.at) for head in heads] == ["2026-09-24 09:00", "2026-10-15 09:00"]
    assert {moment(head.recorded_at) for head in heads} == {"2026-10-18 12:00"}


def test_the_series_goes_on_from_there():
    life = stopped(WEEKLY)
    life.tick("2026-10-18 12:00")

    life.live("2026-10-30")

    assert told(life)[-2:] == [("2026-10-22 09:00", 4, 4, "sent"), ("2026-10-29 09:00", 5, 5, "sent")]


def test_a_clock_that_is_never_late_misses_nothing():
    for policy in ("once", "all", "skip"):
        life = stopped(f"{WEEKLY}, catch_up: {policy}").live("2026-10-18 12:00")

        assert [status for *_, status in told(life)] == ["sent"] * 4


def test_catching_up_comes_with_a_command_as_well_as_with_a_tick():
    life = stopped(WEEKLY)

    outcome = life.on("2026-10-18 12:00").fire("cleo", "stop")

    assert isinstance(outcome, Decision)
    assert [status for *_, status in told(life)] == ["missed", "sent"]
    assert [type(record).__name__ for record in outcome.records] == ["Reminded", "Reminded", "Moved"]


# ----------------------------------------------------------------------------------------- what would not have been due


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("once", [("2026-09-24 09:00", 0, 1, "missed"), ("2026-10-08 09:00", 2, 2, "sent")]),
        ("skip", [("2026-09-24 09:00", 0, 2, "missed")]),
    ],
)
def test_what_fell_after_the_state_was_left_by_time_was_never_due(policy, expected):
    """The last of the late ones is the last before the end, although the service came back a year later."""
    life = stopped(f"{WEEKLY}, catch_up: {policy}", ends="2026-10-14")

    life.tick("2027-09-01")

    assert told(life) == expected
    assert life.moves() == [("leave", "there")]


def test_time_may_move_the_date_of_a_series_while_nobody_looks():
    """Two of the first series; then the date goes three weeks beyond the day on which it moved."""
    life = stopped(
        "at: fields.kept, every: 1 week", kept="2026-09-24", moved="2026-10-05",
    )  # fmt: skip

    life.tick("2026-11-07")

    assert [moment(r.head.at) for r in life.records if isinstance(r, c.Moved)] == ["2026-10-05 00:00"]
    assert told(life) == [
        ("2026-09-24 09:00", 0, 0, "missed"),
        ("2026-10-01 09:00", 1, 1, "sent"),
        ("2026-10-26 09:00", 0, 0, "missed"),
        ("2026-11-02 09:00", 1, 1, "sent"),
    ]


def test_a_late_one_is_judged_as_on_its_own_day():
    """It would have been sent then, and not the week after."""
    life = stopped(f"{WEEKLY}, only_if: today < fields.kept, catch_up: all", kept="2026-10-01")

    life.tick("2026-10-05")

    assert told(life) == [("2026-09-24 09:00", 0, 0, "sent"), ("2026-10-01 09:00", 1, 1, "skipped")]


def test_what_was_stopped_on_its_day_is_not_late():
    life = stopped(f"{WEEKLY}, stop_when: today >= fields.kept", kept="2026-10-05")

    life.tick("2026-12-01")

    assert told(life) == [("2026-09-24 09:00", 0, 0, "missed"), ("2026-10-01 09:00", 1, 1, "sent")]
    assert life.due is None


def test_what_stopped_for_a_while_only_misses_what_fell_due_meanwhile():
    life = stopped(f"{WEEKLY}, stop_when: today < fields.kept, catch_up: all", kept="2026-10-05")

    life.tick("2026-10-20")

    assert told(life) == [
        ("2026-10-05 00:00", 0, 1, "missed"),
        ("2026-10-08 09:00", 2, 2, "sent"),
        ("2026-10-15 09:00", 3, 3, "sent"),
    ]


# ---------------------------------------------------------------------------------------------------------- with others


def test_late_ones_of_several_reminders_and_moves_come_in_the_order_of_their_instants():
    life = Life(
        program("""
initial: here
states: {here: {}, there: {}, end: {final: true}}
transitions:
  - {id: leave, from: here, to: there, after: 10 days}
  - {id: stop, from: any, to: end, by: [coordinator]}
reminders:
  - {id: weekly, to: [mentor], while: here, after: 3 days, every: 1 week, catch_up: all, template: weekly}
  - {id: once, to: [mentee], while: here, after: 7 days, template: once}
  - {id: then, to: [mentee], while: there, after: 1 day, template: then}
""")
    )

    life.tick("2027-01-01")

    assert [(moment(r.head.at), r[1]) for r in life.records if isinstance(r, c.Reminded | c.Moved)] == [
        ("2026-09-24 09:00", "weekly"),
        ("2026-09-28 09:00", "once"),
        ("2026-10-01 09:00", "weekly"),
        ("2026-10-01 10:00", "leave"),
        ("2026-10-02 09:00", "then"),
    ]
    assert [r.head.at for r in life.records] == sorted(r.head.at for r in life.records)


def test_the_most_that_are_sent_holds_for_late_ones_too():
    life = stopped(f"{WEEKLY}, max: 2, catch_up: all")

    life.tick("2026-10-18 12:00")

    assert told(life) == [("2026-09-24 09:00", 0, 0, "sent"), ("2026-10-01 09:00", 1, 1, "sent")]
    assert life.due is None


def test_what_is_missed_does_not_count_among_the_most():
    life = stopped(f"{WEEKLY}, max: 2")
    life.tick("2026-10-18 12:00")

    life.live("2026-12-01")

    assert [when for when, _, _, status in told(life) if status == "sent"] == ["2026-10-15 09:00", "2026-10-22 09:00"]


def test_a_late_escalation_is_told_with_the_message_that_asks_for_it():
    life = stopped(f"{WEEKLY}, catch_up: all, escalate: {{after: 2, to: [coordinator], template: help}}")

    life.tick("2026-10-09")

    assert life.sent() == [("bob", "nudge"), ("bob", "nudge"), ("cleo", "help"), ("bob", "nudge")]


def test_each_entry_catches_up_by_itself():
    life = Life(
        program("""
forms:
  task:
    entry: {day: {type: date}}
    filled_by: [mentor]
    available_in: here
    repeat: many
initial: here
states: {here: {}, end: {final: true}}
transitions: [{id: stop, from: here, to: end, by: [coordinator]}]
reminders:
  - {id: task, to: [mentor], while: here, each: forms.task, at: item.day, every: 1 week, template: task}
""")
    )
    for day in ("2026-09-24", "2026-10-05"):
        done(life.fill("bob", "task", day=day))

    life.tick("2026-10-13")

    found = [(r.item, r.n, r.through, r.status) for r in life.records if isinstance(r, c.Reminded)]
    assert found == [(1, 0, 1, "missed"), (2, 0, 0, "missed"), (1, 2, 2, "sent"), (2, 1, 1, "sent")]

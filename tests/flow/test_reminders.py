"""When is a reminder sent, to whom, and how often?"""

from __future__ import annotations

import pytest

from dyade.flow import messages as c
from dyade.flow.telling.templates import render_template
from tests.flow.living import Life, at, done, moment, program


def reminding(keys: str, delays: str = "run", **header: str) -> Life:
    """A dyad with one reminder of the mentor, begun on Monday 2026-09-21 at 10:00."""
    return Life(
        program(
            f"""
fields:
  ends: {{type: date, set_by: [coordinator]}}
  quiet: {{type: bool, default: false, set_by: [coordinator]}}
  wanted: {{type: bool, default: true, set_by: [coordinator]}}
initial: here
states:
  here: {{initial: calm, states: {{calm: {{}}}}}}
  away: {{delays: {{here: {delays}}}}}
  end: {{final: true}}
transitions:
  - {{id: go_away, from: here, to: away, by: [coordinator]}}
  - {{id: resume, from: away, to: history(here), by: [coordinator]}}
  - {{id: come_back, from: away, to: here, by: [coordinator]}}
  - {{id: stop, from: any, to: end, by: [coordinator]}}
reminders:
  - {{id: nudge, to: [mentor], while: here, template: nudge, {keys}}}
""",
            **header,
        ),
        people={"mentor": ("bob",), "mentee": ("ana",), "coordinator": ("cleo",)},
    )


def sent(life: Life) -> list[str]:
    """The moments at which the reminder was sent."""
    return [when for when, *_ in life.reminded("sent")]


# ---------------------------------------------------------------------------------------------------------- the instant


@pytest.mark.parametrize(
    ("keys", "when"),
    [
        ("after: 3 days", "2026-09-24 09:00"),
        ("after: 5 days", "2026-09-28 09:00"),
        ("after: 5 days, roll: next_business_day", "2026-09-28 09:00"),
        ("after: 5 days, roll: previous_business_day", "2026-09-25 09:00"),
        ("after: 5 days, roll: none", "2026-09-26 09:00"),
        ("after: 5 business days", "2026-09-28 09:00"),
        ("at: fields.ends", "2026-12-17 09:00"),
        ("at: fields.ends - 2 weeks", "2026-12-03 09:00"),
        ("at: fields.ends + 1 week", "2026-12-24 09:00"),
        ("at: fields.ends + 8 days", "2026-12-28 09:00"),
        ("at: state.entered + 1 month", "2026-10-21 09:00"),
    ],
)
def test_it_goes_out_at_the_hour_of_reminders_on_its_day_or_the_nearest_working_one(keys, when):
    life = reminding(keys, calendar="quebec")
    done(life.set("cleo", "ends", "2026-12-17"))
    assert moment(life.due) == when

    life.live("2027-03-01")

    assert sent(life) == [when]
    assert life.sent() == [("bob", "nudge")]


def test_the_hour_of_reminders_is_that_of_the_program():
    life = reminding("after: 3 days", day_time="16:45")

    assert sent(life.live("2026-12-01")) == ["2026-09-24 16:45"]


def test_a_message_names_its_reminder_its_kind_and_its_channel():
    life = reminding("after: 3 days, channel: sms")

    life.live("2026-12-01")

    assert life.effects == [c.Notice("bob", "nudge", (), "nudge", "reminder", "normal", "sms")]


def test_the_record_names_who_was_reminded():
    life = reminding("after: 3 days")

    life.live("2026-12-01")

    [record] = [found for found in life.records if isinstance(found, c.Reminded)]
    assert (record.to, record.escalated, record.head.actor) == (("bob",), (), c.CLOCK)


# --------------------------------------------------------------------------------------------------------------- series


def test_a_series_counts_from_its_first_day_and_not_from_the_day_it_was_rolled_to():
    """Saturdays, each sent on the Monday after."""
    life = reminding("after: 5 days, every: 1 week")

    life.live("2026-10-15")

    assert sent(life) == ["2026-09-28 09:00", "2026-10-05 09:00", "2026-10-12 09:00"]


@pytest.mark.parametrize(
    ("roll", "weekend"),
    [("next_business_day", ("2026-09-28 09:00", 4, 6)), ("previous_business_day", ("2026-09-25 09:00", 3, 5))],
)
def test_days_that_are_rolled_to_one_make_one_message(roll, weekend):
    """A daily reminder is not sent three times on Monday, and loses no occurrence."""
    life = reminding(f"after: 1 day, every: 1 day, roll: {roll}")

    life.live("2026-09-30 12:00")

    assert [(when, n, through) for when, _, n, through, _ in life.reminded("sent") if n != through] == [weekend]
    assert [n for _, _, first, last, _ in life.reminded() for n in range(first, last + 1)] == list(range(9))
    assert len(life.sent()) == 7


def test_what_was_rolled_to_one_day_counts_once_among_the_most():
    life = reminding("after: 4 days, every: 1 day, max: 2")

    life.live("2026-12-01")

    assert sent(life) == ["2026-09-25 09:00", "2026-09-28 09:00"]


def test_a_monthly_series_keeps_the_day_of_its_month():
    life = reminding("at: fields.ends, every: 1 month, roll: none")
    done(life.set("cleo", "ends", "2026-10-31"))

    life.live("2027-03-31 12:00")

    assert [when[:10] for when in sent(life)] == [
        "2026-10-31", "2026-11-30", "2026-12-31", "2027-01-31", "2027-02-28", "2027-03-31",
    ]  # fmt: skip


def test_one_without_a_stretch_is_sent_once():
    assert len(sent(reminding("after: 1 day").live("2027-09-01"))) == 1


def test_no_more_than_so_many_are_sent():
    life = reminding("after: 1 day, every: 1 day, max: 3")

    life.live("2026-12-01")

    assert sent(life) == ["2026-09-22 09:00", "2026-09-23 09:00", "2026-09-24 09:00"]
    assert life.due is None


def test_what_is_skipped_does_not_count_among_the_most():
    life = reminding("after: 1 day, every: 1 day, max: 2, only_if: fields.wanted")
    done(life.set("cleo", "wanted", False))
    life.live("2026-09-23 12:00")
    done(life.set("cleo", "wanted", True))

    life.live("2026-12-01")

    assert [(when, status) for when, _, _, _, status in life.reminded()] == [
        ("2026-09-22 09:00", "skipped"),
        ("2026-09-23 09:00", "skipped"),
        ("2026-09-24 09:00", "sent"),
        ("2026-09-25 09:00", "sent"),
    ]


# --------------------------------------------------------------------------------------------------- when, and when not


def test_one_whose_condition_does_not_hold_that_day_leaves_a_record_and_no_message():
    life = reminding("after: 3 days, only_if: fields.wanted")
    done(life.set("cleo", "wanted", False))

    life.live("2026-12-01")

    assert life.reminded() == [("2026-09-24 09:00", "nudge", 0, 0, "skipped")]
    assert life.sent() == []


def test_one_whose_condition_is_unknown_is_skipped():
    life = reminding("after: 3 days, only_if: fields.ends > today")

    life.live("2026-12-01")

    assert life.reminded() == [("2026-09-24 09:00", "nudge", 0, 0, "skipped")]


def test_one_that_is_stopped_leaves_no_record():
    life = reminding("after: 3 days, every: 1 week, stop_when: fields.quiet")
    life.live("2026-09-30")

    done(life.set("cleo", "quiet", True))

    assert life.due is None
    life.live("2026-12-01")
    assert len(life.reminded()) == 1


def test_what_passed_while_a_series_was_stopped_is_missed_once_it_goes_on():
    life = reminding("after: 3 days, every: 1 week, stop_when: fields.quiet")
    done(life.set("cleo", "quiet", True))
    life.live("2026-10-10")

    done(life.set("cleo", "quiet", False))

    life.live("2026-10-20")
    assert life.reminded() == [
        ("2026-10-10 00:00", "nudge", 0, 2, "missed"),
        ("2026-10-15 09:00", "nudge", 3, 3, "sent"),
    ]


def test_what_is_unknown_stops_nothing():
    life = reminding("after: 3 days, stop_when: fields.ends < today")

    assert sent(life.live("2026-12-01")) == ["2026-09-24 09:00"]


def test_leaving_the_state_drops_the_rest_without_a_record():
    life = reminding("after: 3 days, every: 1 week")
    life.live("2026-09-25")

    done(life.fire("cleo", "stop"))

    life.live("2026-12-01")
    assert len(life.reminded()) == 1


def test_a_reminder_may_belong_to_the_end():
    life = Life(
        program("""
initial: here
states: {here: {}, end: {final: true}}
transitions: [{id: stop, from: here, to: end, by: [coordinator]}]
reminders: [{id: survey, to: [mentee], while: end, after: 1 month, template: survey}]
""")
    )
    done(life.fire("cleo", "stop"))

    life.live("2027-12-01")

    assert life.reminded() == [("2026-10-21 09:00", "survey", 0, 0, "sent")]


# -------------------------------------------------------------------------------------------------------------- to whom


def two_mentors(keys: str, **roles: str) -> Life:
    of = program(f"""
roles:
  mentor: {{count: {{min: 1, max: 3}}{roles.get("mentor", "")}}}
  mentee: {{count: {{min: 0, max: 1}}}}
  coordinator:
  office: {{scope: program, count: {{min: 0, max: 3}}}}
initial: here
states: {{here: {{}}, end: {{final: true}}}}
transitions: [{{id: stop, from: here, to: end, by: [coordinator]}}]
reminders: [{{id: nudge, while: here, after: 3 days, template: nudge, {keys}}}]
""")
    people = {"mentor": ("bob", "dan"), "coordinator": ("bob",)}
    return Life(of, people, shared={"office": ("olga",)})


@pytest.mark.parametrize(
    ("to", "people"),
    [
        ("[mentor]", ["bob", "dan"]),
        ("[coordinator, mentor]", ["bob", "dan"]),
        ("[mentor, office]", ["bob", "dan", "olga"]),
        ("[mentee, office]", ["olga"]),
    ],
)
def test_every_holder_of_every_role_is_reminded_and_nobody_twice(to, people):
    life = two_mentors(f"to: {to}").live("2026-12-01")

    assert life.sent() == [(person, "nudge") for person in people]


def test_where_nobody_holds_the_role_it_is_skipped():
    life = two_mentors("to: [mentee]").live("2026-12-01")

    assert life.reminded() == [("2026-09-24 09:00", "nudge", 0, 0, "skipped")]


def test_who_has_not_accepted_yet_is_not_reminded():
    life = two_mentors("to: [mentor]", mentor=", accepts: true")
    done(life.do(c.Answer("dan", "mentor", True)))

    assert life.live("2026-12-01").sent() == [("dan", "nudge")]


# ----------------------------------------------------------------------------------------------------------- escalation


def test_after_so_many_sent_others_are_told_once():
    life = reminding("after: 1 day, every: 1 day, max: 4, escalate: {after: 3, to: [coordinator], template: help}")

    life.live("2026-12-01")

    assert life.sent() == [("bob", "nudge")] * 3 + [("cleo", "help"), ("bob", "nudge")]
    assert [record.escalated for record in life.records if isinstance(record, c.Reminded)] == [
        (), (), ("cleo",), (),
    ]  # fmt: skip
    assert [effect.kind for effect in life.effects] == ["reminder"] * 3 + ["escalation", "reminder"]


def test_what_was_skipped_does_not_lead_to_an_escalation():
    life = reminding(
        "after: 1 day, every: 1 day, roll: none, only_if: fields.wanted, "
        "escalate: {after: 2, to: [coordinator], template: help}"
    )
    life.live("2026-09-22 12:00")
    done(life.set("cleo", "wanted", False))
    life.live("2026-09-25 12:00")
    done(life.set("cleo", "wanted", True))
    assert ("cleo", "help") not in life.sent()

    life.live("2026-09-26 12:00")

    assert life.sent() == [("bob", "nudge"), ("bob", "nudge"), ("cleo", "help")]


# ------------------------------------------------------------------------------------------------------- for each entry

EACH = program("""
forms:
  task:
    entry: {name: {type: text}, day: {type: date}, done: {type: bool, default: false}}
    filled_by: [mentor]
    available_in: here
    repeat: many
    corrected_by: [mentor]
initial: here
states: {here: {}, end: {final: true}}
transitions: [{id: stop, from: here, to: end, by: [coordinator]}]
templates: {task: {subject: "{item.name}", body: "{item.name} on {item.day}"}}
reminders:
  - {id: task, to: [mentor], while: here, each: forms.task, at: item.day, every: 1 week, max: 2,
     stop_when: item.done, template: task}
""")


def subjects(life: Life) -> list[str]:
    """The subjects of what was sent."""
    return [
        render_template(life.program, effect.template, effect.facts, "en", {})[0]
        for effect in life.effects
        if isinstance(effect, c.Notice)
    ]


def test_each_entry_has_its_own_series_told_in_its_own_words():
    """Sundays stay Sundays: the day is that of the entry."""
    life = Life(EACH)
    for name, day in (("read", "2026-09-27"), ("write", "2026-09-30")):
        done(life.fill("bob", "task", name=name, day=day))

    life.live("2026-12-01")

    assert [(when, item) for when, item in _items(life)] == [
        ("2026-09-27 09:00", 1), ("2026-09-30 09:00", 2), ("2026-10-04 09:00", 1), ("2026-10-07 09:00", 2),
    ]  # fmt: skip
    assert subjects(life) == ["read", "write", "read", "write"]


def _items(life: Life) -> list[tuple[str | None, int]]:
    return [(moment(r.head.at), r.item) for r in life.records if isinstance(r, c.Reminded) and r.status == "sent"]


def test_a_draft_is_no_entry_to_be_reminded_of():
    life = Life(EACH)
    done(life.fill("bob", "task", submit=False, name="read", day="2026-09-27"))

    assert life.due is None


def test_what_stops_one_entry_stops_no_other():
    life = Life(EACH)
    for name in ("read", "write"):
        done(life.fill("bob", "task", name=name, day="2026-09-27"))
    done(life.do(c.Correct("bob", "task", {"done": True}, "It is done.", 1)))

    life.live("2026-12-01")

    assert [item for _, item in _items(life)] == [2, 2]


# ----------------------------------------------------------------------------------------------- away, back, and paused


def test_coming_back_begins_a_series_anew():
    life = reminding("after: 3 days, every: 1 week, max: 1")
    done(life.live("2026-10-01").fire("cleo", "go_away"))
    done(life.on("2026-10-05 12:00").fire("cleo", "come_back"))

    life.live("2026-12-01")

    assert sent(life) == ["2026-09-24 09:00", "2026-10-08 09:00"]


def test_a_resumed_visit_goes_on_and_resends_nothing():
    """What fell due while away is missed, as the delay ran on."""
    life = reminding("after: 3 days, every: 1 week")
    done(life.live("2026-10-02").fire("cleo", "go_away"))
    done(life.on("2026-10-16 12:00").fire("cleo", "resume"))

    life.live("2026-10-25")

    assert life.reminded() == [
        ("2026-09-24 09:00", "nudge", 0, 0, "sent"),
        ("2026-10-01 09:00", "nudge", 1, 1, "sent"),
        ("2026-10-16 12:00", "nudge", 2, 3, "missed"),
        ("2026-10-22 09:00", "nudge", 4, 4, "sent"),
    ]


def test_a_reminder_that_was_sent_is_not_sent_again_after_a_resumption():
    life = reminding("after: 3 days")
    done(life.live("2026-10-02").fire("cleo", "go_away"))
    done(life.on("2026-10-16 12:00").fire("cleo", "resume"))

    assert life.due is None
    life.live("2027-10-01")
    assert len(life.reminded()) == 1


def test_a_pause_moves_a_series_without_starting_it_again():
    """Ten days away: the third comes ten days later, and neither of the first two again."""
    life = reminding("after: 3 days, every: 1 week, roll: none", delays="pause")
    done(life.live("2026-10-02 12:00").fire("cleo", "go_away"))
    done(life.on("2026-10-12 12:00").fire("cleo", "resume"))

    life.live("2026-10-26")

    assert life.reminded() == [
        ("2026-09-24 09:00", "nudge", 0, 0, "sent"),
        ("2026-10-01 09:00", "nudge", 1, 1, "sent"),
        ("2026-10-18 09:00", "nudge", 2, 2, "sent"),
        ("2026-10-25 09:00", "nudge", 3, 3, "sent"),
    ]


def test_a_second_pause_moves_it_further():
    life = reminding("after: 2 weeks, roll: none", delays="pause")
    for away, back in (("2026-09-22", "2026-09-25"), ("2026-09-28", "2026-10-03")):
        done(life.on(away).fire("cleo", "go_away"))
        done(life.on(back).fire("cleo", "resume"))

    assert moment(life.due) == "2026-10-13 09:00"


def test_a_pause_moves_no_series_that_counts_from_a_date():
    life = reminding("at: fields.ends, every: 1 week, roll: none", delays="pause")
    done(life.set("cleo", "ends", "2026-10-01"))
    done(life.live("2026-10-02").fire("cleo", "go_away"))

    done(life.on("2026-10-05").fire("cleo", "resume"))

    assert moment(life.due) == "2026-10-08 09:00"


def test_a_delay_that_begins_anew_makes_a_series_anew():
    life = reminding("after: 3 days, every: 1 week", delays="restart")
    done(life.live("2026-10-02").fire("cleo", "go_away"))

    done(life.on("2026-10-12 12:00").fire("cleo", "resume"))

    assert moment(life.due) == "2026-10-15 09:00"
    assert life.reminded("missed") == []


# ---------------------------------------------------------------------------------------------------- a date that moves


def test_without_a_date_there_is_nothing_to_send():
    life = reminding("at: fields.ends")

    assert life.due is None
    assert life.live("2027-10-01").reminded() == []


def test_one_whose_day_had_passed_when_it_was_set_is_missed_and_not_sent():
    life = reminding("at: fields.ends - 1 week")

    done(life.set("cleo", "ends", "2026-09-25"))

    assert life.reminded() == [("2026-09-21 10:00", "nudge", 0, 0, "missed")]
    assert life.sent() == []
    assert life.due is None


@pytest.mark.parametrize(
    ("hour", "status", "when"),
    [
        ("08:59", "sent", "2026-09-25 09:00"),
        ("09:00", "sent", "2026-09-25 09:00"),
        ("09:01", "missed", "2026-09-25 09:01"),
    ],
)
def test_one_that_is_set_on_its_day_is_sent_if_its_hour_has_not_passed(hour, status, when):
    life = reminding("at: fields.ends").on(f"2026-09-25 {hour}")

    done(life.set("cleo", "ends", "2026-09-25"))
    life.live("2026-12-01")

    assert life.reminded() == [(when, "nudge", 0, 0, status)]


def test_a_series_whose_beginning_had_passed_goes_on_from_there():
    life = reminding("at: fields.ends, every: 1 week, roll: none")

    done(life.set("cleo", "ends", "2026-09-03"))
    life.live("2026-10-02")

    assert life.reminded() == [
        ("2026-09-21 10:00", "nudge", 0, 2, "missed"),
        ("2026-09-24 09:00", "nudge", 3, 3, "sent"),
        ("2026-10-01 09:00", "nudge", 4, 4, "sent"),
    ]


def test_a_date_that_moves_makes_other_occurrences():
    life = reminding("at: fields.ends")
    done(life.set("cleo", "ends", "2026-10-01"))
    life.live("2026-10-10")

    done(life.set("cleo", "ends", "2026-11-05"))
    life.live("2026-12-01")

    assert sent(life) == ["2026-10-01 09:00", "2026-11-05 09:00"]


def test_a_date_that_moves_away_and_back_sends_nothing_twice():
    life = reminding("at: fields.ends, every: 1 week, max: 2, roll: none")
    done(life.set("cleo", "ends", "2026-09-24"))
    life.live("2026-09-25")

    done(life.set("cleo", "ends", "2026-11-05"))
    done(life.set("cleo", "ends", "2026-09-24"))
    life.live("2026-12-01")

    assert sent(life) == ["2026-09-24 09:00", "2026-10-01 09:00"]


def test_a_date_that_is_emptied_drops_the_series():
    life = reminding("at: fields.ends, every: 1 week")
    done(life.set("cleo", "ends", "2026-09-24"))
    life.live("2026-09-25")

    done(life.set("cleo", "ends", None))

    assert life.due is None
    assert len(life.live("2026-12-01").reminded()) == 1


# -------------------------------------------------------------------------------------------------------------- several


def test_reminders_of_one_instant_go_out_in_document_order_each_as_a_command_of_its_own():
    life = Life(
        program("""
initial: here
states: {here: {}, end: {final: true}}
transitions: [{id: stop, from: here, to: end, by: [coordinator]}]
reminders:
  - {id: second, to: [mentor], while: here, after: 3 days, template: second}
  - {id: first, to: [mentee], while: here, after: 3 days, template: first}
""")
    )

    life.live("2026-12-01")

    assert life.sent() == [("bob", "second"), ("ana", "first")]
    assert [(r.head.revision, r.head.at) for r in life.records if isinstance(r, c.Reminded)] == [
        (2, at("2026-09-24 09:00")), (3, at("2026-09-24 09:00")),
    ]  # fmt: skip
